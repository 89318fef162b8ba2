"""The bot behind its public address: the messengers push, and nobody else is believed."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession

from tests.support.towns.crossing import PRIVATE, Crossing, found_in
from tests.support.towns.live import (
    MAX_SECRET,
    PUBLIC_URL,
    TELEGRAM_SECRET,
    LiveTown,
    live_town,
)

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"
MAX_HEADER = "X-Max-Bot-Api-Secret"


@pytest.fixture
async def town(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[LiveTown]:
    """A town with one messenger, staff and all, which pushes."""
    channel = request.param
    async with live_town(tmp_path, channels={channel}, staff=channel, webhooks=True) as town:
        yield town


async def posted(town: LiveTown, path: str, body: Any, **headers: str) -> int:
    """The status that the bot answers a stranger's request with."""
    url = f"{town.process.url}{path}"
    async with ClientSession() as http, http.post(url, json=body, headers=headers) as response:
        return response.status


def kept(town: LiveTown) -> dict[str, int]:
    """How many rows the database of a stopped bot has of all that an event may leave behind."""
    tables = ("seen_events", "parked_events", "residents", "dialogues", "outbox", "appeals")
    with closing(sqlite3.connect(town.process.folder / "data" / "mcu.db")) as database:
        return {
            table: database.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608
            for table in tables
        }


@pytest.mark.parametrize("town", ["telegram", "vk"], indirect=True)
async def test_an_appeal_is_filed_and_answered_by_what_is_pushed(town: LiveTown) -> None:
    crossing = Crossing(town, town.staff_channel)
    await crossing.until_the_first_answer()

    assert await town.process.stop() == 0
    assert town.violations() == []
    assert town.process.troubles() == []
    assert found_in(town.process.output, *PRIVATE) == []
    if town.staff_channel == "telegram":
        assert town.telegram.webhook["url"] == f"{PUBLIC_URL}/webhook/telegram"
        assert town.telegram.called("getUpdates") == []
        assert set(town.telegram.webhook_answers) == {200}
    else:
        assert town.vk.calls("groups.getLongPollServer") == []
        assert set(town.vk.pushes) == {(200, "ok")}


@pytest.mark.parametrize("town", ["telegram", "vk"], indirect=True)
async def test_what_was_pushed_to_a_dead_process_is_pushed_again(town: LiveTown) -> None:
    anna = town.resident(town.staff_channel)
    await anna.says("/start")
    await anna.reads("consent-short")
    await town.process.kill()
    await anna.presses("consent-yes")
    await town.start()

    await anna.reads("consent-given", "menu")


@pytest.mark.parametrize("town", ["telegram"], indirect=True)
async def test_telegram_is_known_by_its_secret(town: LiveTown) -> None:
    anna = town.resident("telegram")
    update = {"update_id": 5, "message": message_of(town, anna.person.account)}

    assert await posted(town, "/webhook/telegram", update) == 403
    for guess in ("", "a-guess", TELEGRAM_SECRET[:-1], "секрет"):
        assert await posted(town, "/webhook/telegram", update, **{SECRET_HEADER: guess}) == 403
    assert await town.process.stop() == 0
    assert set(kept(town).values()) == {0}
    assert town.telegram.called("sendMessage") == []


@pytest.mark.parametrize("town", ["vk"], indirect=True)
async def test_vk_is_known_by_its_secret(town: LiveTown) -> None:
    message = {"from_id": 42, "peer_id": 42, "date": 1, "conversation_message_id": 1, "text": "/my"}
    right = {
        "group_id": town.vk.group_id,
        "type": "message_new",
        "event_id": "e1",
        "v": "5.199",
        "object": {"message": message},
        "secret": town.vk.secret,
    }
    changes: list[dict[str, Any]] = [{"secret": "a-guess"}, {"secret": None}, {"secret": ""}]

    for change in (*changes, {"secret": town.vk.secret[:-1]}, {"group_id": 1}):
        assert await posted(town, "/webhook/vk", right | change) == 403
    assert await town.process.stop() == 0
    assert set(kept(town).values()) == {0}
    assert town.vk.calls("messages.send") == []


@pytest.mark.parametrize("town", ["max"], indirect=True)
async def test_max_is_known_by_its_secret(town: LiveTown) -> None:
    anna = town.resident("max").person
    chat = {"chat_id": int(anna.room.id), "chat_type": "dialog"}
    update = {
        "update_type": "message_created",
        "timestamp": 1785182044286,
        "message": {
            "recipient": chat,
            "timestamp": 1785182044286,
            "body": {"mid": "mid.1", "seq": 1, "text": "/start"},
            "sender": town.max.user(anna.account),
        },
    }

    assert await posted(town, "/webhook/max", update) == 403
    for guess in ("", "a-guess", MAX_SECRET[:-1], "секрет"):
        assert await posted(town, "/webhook/max", update, **{MAX_HEADER: guess}) == 403
    assert await posted(town, "/webhook/max", update, **{MAX_HEADER: MAX_SECRET}) == 200
    assert await town.process.stop() == 0
    assert kept(town)["seen_events"] == 1


def bad_bodies() -> list[tuple[bytes, str]]:
    """What no messenger sends, and the type it is said to be."""
    json = "application/json"
    return [
        (b"[" * 10_000 + b"]" * 10_000, json),
        (b'{"a":' * 100_000, json),
        (b'{"update_id": ' + b"9" * 5000 + b"}", json),
        (b"\xff\xfe\x00", json),
        (b"", json),
        (b'"text"', json),
        (b"null", json),
        (b"[]", json),
        (b"{}", "application/json; charset=no-such"),
        (b"update_id=1", "application/x-www-form-urlencoded"),
    ]


async def raw(town: LiveTown, path: str, body: bytes, **headers: str) -> int:
    url = f"{town.process.url}{path}"
    async with (
        ClientSession() as http,
        http.post(url, data=BytesIO(body), headers=headers) as response,
    ):
        return response.status


@pytest.mark.parametrize("town", ["telegram", "vk"], indirect=True)
async def test_garbage_and_floods_at_the_door_change_nothing_and_are_answered(
    town: LiveTown,
) -> None:
    path = f"/webhook/{town.staff_channel}"
    secret = {SECRET_HEADER: TELEGRAM_SECRET} if town.staff_channel == "telegram" else {}

    for body, kind in bad_bodies():
        status = await raw(town, path, body, **{"Content-Type": kind}, **secret)
        assert status in {400, 403}, body[:20]
    large = b'{"update_id": 1, "x": "' + b"x" * (4 * 1024 * 1024) + b'"}'
    assert await raw(town, path, large, **secret) == 413
    deep = b'{"update_id": 7, "group_id": %d, "secret": "\\ud800", "message": %s}' % (
        town.vk.group_id if town.staff_channel == "vk" else 1,
        b"[" * 500 + b"]" * 500,
    )
    assert await raw(town, path, deep) == 403
    async with ClientSession() as http:
        for method in ("GET", "PUT", "DELETE"):
            async with http.request(method, f"{town.process.url}{path}") as response:
                assert response.status == 405

    assert await town.process.stop() == 0
    assert set(kept(town).values()) == {0}
    assert "Traceback" not in town.process.output


@pytest.mark.parametrize("town", ["telegram"], indirect=True)
async def test_an_old_body_that_is_sent_again_changes_nothing(town: LiveTown) -> None:
    anna = town.resident("telegram")
    await anna.says("/start")  # pushed twice
    await anna.reads("consent-short")
    update = {"update_id": 10**6, "message": message_of(town, anna.person.account)}
    right = {SECRET_HEADER: TELEGRAM_SECRET}

    for _ in range(3):
        assert await posted(town, "/webhook/telegram", update, **right) == 200

    assert await town.process.stop() == 0
    assert kept(town)["seen_events"] == 2
    assert kept(town)["parked_events"] == 0


@pytest.mark.parametrize("town", ["vk"], indirect=True)
async def test_vk_gets_its_confirmation(town: LiveTown) -> None:
    assert await town.vk.confirm() == town.vk.confirmation
    stranger = {"type": "confirmation", "group_id": town.vk.group_id, "secret": "a-guess"}
    assert await posted(town, "/webhook/vk", stranger) == 403


def message_of(town: LiveTown, account: str) -> dict[str, Any]:
    """A message as Telegram would push it, which nobody wrote."""
    room = town.telegram.room(account, private=True)
    author = {"id": int(account), "is_bot": False, "first_name": "Анна"}
    return town.telegram.new_message(room, author, text="/start")
