"""What an operator watches: how much waits where, what was counted, who may send work here."""

import re
from pathlib import Path

import aiohttp
import pytest
from aiohttp.test_utils import TestClient, TestServer

from bot.channels.web.look.site import Look
from bot.channels.web.pages import missing_page
from bot.http.server import HEADERS, Standing, build_server
from tests.support.towns.conversation import Town
from tests.support.towns.crossing import Crossing
from tests.support.towns.live import live_town
from tests.support.towns.staff_room import outbox, until


async def test_metrics_tell_what_waits(bor: Town) -> None:
    anna = await bor.consenting()
    await bor.filed(anna)

    async def all_went() -> bool:
        """The staff's card too, and whoever has read it may be ahead of our knowing."""
        return all(row.done_at for row in await outbox(bor))

    await until(all_went)
    bor.messenger.down = True
    await anna.says("/help")

    async with TestClient(TestServer(build_server([], bor.database, Standing()))) as client:
        response = await client.get("/metrics")
        text = await response.text()

    assert response.status == 200
    assert 'mcu_appeals{state="new"} 1.0' in text
    assert 'mcu_outbox_unsent{channel="telegram"} 1.0' in text
    assert "mcu_events_parked 0.0" in text
    assert "mcu_database_up 1.0" in text
    assert "Анна" not in text


async def test_ready_means_that_all_parts_run_and_the_database_answers(
    bor: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    standing = Standing()
    server = TestServer(build_server([bor.messenger], bor.database, standing))
    async with TestClient(server) as client:
        before = await client.get("/readyz")
        standing.working = True
        working = await client.get("/readyz")
        told = await working.json()
        monkeypatch.setattr(bor.database, "reading", _away)
        away = await client.get("/readyz")
        alive = await client.get("/healthz")
        counted = await client.get("/metrics")

        assert (before.status, working.status, away.status) == (503, 200, 503)
        assert told["status"] == told["database"] == "ok"
        assert told["seconds_since_contact"]["telegram"] >= 0
        assert (await away.json())["database"] == "away"
        assert alive.status == 200
        assert "mcu_database_up 0.0" in await counted.text()


def _away() -> None:
    raise OSError("away")


async def test_a_running_bot_counts_what_comes_and_goes_and_what_went_wrong(tmp_path: Path) -> None:
    async with live_town(tmp_path, channels={"telegram", "vk", "web"}, staff="vk") as town:
        town.telegram.fail_next("sendMessage", 500)
        crossing = Crossing(town, "telegram")
        await crossing.agrees()
        await crossing.files()
        await crossing.is_on_a_card()
        async with aiohttp.ClientSession() as http:
            async with http.get(f"{town.process.url}/metrics") as response:
                text = await response.text()
            async with http.get(f"{town.process.url}/readyz") as response:
                assert response.status == 200
                contact = (await response.json())["seconds_since_contact"]

    figures = dict(re.findall(r"^(mcu\S+) (\S+)$", text, re.MULTILINE))
    assert float(figures['mcu_updates_total{channel="telegram"}']) >= 8
    assert (
        figures['mcu_update_seconds_count{channel="telegram"}']
        == figures['mcu_updates_total{channel="telegram"}']
    )
    assert float(figures['mcu_messages_total{channel="vk",outcome="sent"}']) >= 1
    assert float(figures['mcu_messages_total{channel="telegram",outcome="retry"}']) == 1
    assert contact.keys() == {"telegram", "vk", "web"}
    assert contact["telegram"] < 60


async def test_a_mistyped_address_is_told_in_russian_to_people_alone(bor: Town) -> None:
    page = missing_page(Look.of(bor.settings, bor.texts))
    server = TestServer(build_server([], bor.database, Standing(), missing=page))
    async with TestClient(server) as client:
        person = await client.get("/chatt", headers={"Accept": "text/html,*/*"})
        program = await client.get("/chatt", headers={"Accept": "*/*"})
        shown = await person.text()

    assert (person.status, program.status) == (404, 404)
    assert "Такой страницы нет" in shown
    assert ('href="/chat"' in shown) is bor.settings.web_chat_on
    assert person.headers["Content-Security-Policy"] == HEADERS["Content-Security-Policy"]
    assert program.content_type == "text/plain"


@pytest.mark.parametrize("https", [True, False])
async def test_a_browser_that_came_by_https_is_told_to_come_so_alone(
    bor: Town, https: bool
) -> None:
    server = TestServer(build_server([], bor.database, Standing(), https=https))
    async with TestClient(server) as client:
        told = [(await client.get(path)).headers for path in ("/healthz", "/nowhere")]

    assert [headers.get("Strict-Transport-Security", "") for headers in told] == (
        ["max-age=31536000"] * 2 if https else ["", ""]
    )
