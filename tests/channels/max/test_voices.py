"""Voice messages of MAX: they come with nothing, so that they can only be counted."""

from pathlib import Path

from aiohttp import ClientSession

from tests.support.towns.live import live_town


async def test_a_voice_is_counted_and_is_no_trouble(tmp_path: Path) -> None:
    async with live_town(tmp_path, channels={"max"}, staff="max", twice=False) as town:
        anna = town.resident("max")
        await anna.says("/start")
        await anna.reads("consent-short")
        before = len(anna.person.room.shown)

        await town.max.send_unreadable(anna.person, anna.person.room, "voice")
        await town.process.logs("event=max_message_empty")

        async with (
            ClientSession() as http,
            http.get(f"{town.process.url}/metrics") as answer,
        ):
            metrics = await answer.text()
        assert 'mcu_updates_without_content_total{channel="max"} 1.0' in metrics
        assert "mcu_events_parked 0.0" in metrics
        await anna.presses("consent-yes")
        await anna.reads("consent-given", "menu")
        assert town.process.troubles() == []
        assert [s.text for s in anna.person.room.shown[before:] if s.author] == [""]
