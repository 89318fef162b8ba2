"""VK by its Callback API: nobody else is believed, and what is not kept comes again."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from io import BytesIO
from typing import Any

from aiohttp import ClientSession, web

from bot.channels.vk.adapter import VkAdapter
from tests.fakes.memory_inbox import MemoryInbox
from tests.fakes.vk import FakeVk


@asynccontextmanager
async def served(vk: FakeVk, adapter: VkAdapter, inbox: MemoryInbox) -> AsyncIterator[str]:
    """The adapter's webhook behind a real server, where the fake pushes to; its address."""
    await adapter.start(inbox)
    receiving = asyncio.create_task(adapter.receive())
    app = web.Application()
    app.add_routes(adapter.routes())
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    vk.callback_url = f"http://127.0.0.1:{runner.addresses[0][1]}/webhook/vk"
    try:
        yield vk.callback_url
    finally:
        receiving.cancel()
        await asyncio.gather(receiving, return_exceptions=True)
        await runner.cleanup()


async def test_the_callback_api_is_confirmed_and_pushes(
    vk: FakeVk, webhook: VkAdapter, inbox: MemoryInbox
) -> None:
    async with served(vk, webhook, inbox):
        assert await vk.confirm() == vk.confirmation
        await vk.person("42", "Анна").says("Яма")
        (event,) = await inbox.gets(1)

    assert (event.text, event.person.name) == ("Яма", "Анна")
    assert vk.calls("groups.getLongPollServer") == []


def unsigned(vk: FakeVk) -> list[bytes]:
    """Large bodies in which the secret does not stand as such."""
    quoted = json.dumps({"text": f'"secret":"{vk.secret}"', "pad": "я" * 20_000}).encode()
    return [
        b"[" * 500_000,
        b'{"secret":"' * 100_000,
        b'"secret":"\\' * 100_000,
        b'{"secret":"\xff%s"}' % (b" " * 20_000),
        b'"secret":"wrong",' * 20_000 + f'"secret":"{vk.secret}"'.encode(),
        quoted,
    ]


async def test_a_wrong_secret_changes_nothing(
    vk: FakeVk, webhook: VkAdapter, inbox: MemoryInbox
) -> None:
    good = {"type": "message_new", "group_id": vk.group_id, "secret": vk.secret, "object": {}}
    wrong: list[Any] = [
        good | {"secret": "wrong"},
        good | {"secret": None},
        good | {"secret": 7},
        good | {"group_id": 1},
        {"type": "confirmation", "group_id": 1},
        {"type": "confirmation", "group_id": vk.group_id, "secret": "wrong"},
        ["not", "an", "update"],
    ]
    async with served(vk, webhook, inbox) as url, ClientSession() as session:
        answers = [(await session.post(url, json=body)).status for body in wrong]
        no_json = (await session.post(url, data=b"\xff{")).status
        too_deep = (await session.post(url, data=b"[" * 10_000)).status
        large = [(await session.post(url, data=BytesIO(body))).status for body in unsigned(vk)]
        charset = {"Content-Type": "application/json; charset=nonsense"}
        no_charset = (await session.post(url, data=b"{}", headers=charset)).status

    assert answers == [403] * len(wrong)
    assert (no_json, too_deep) == (400, 400)
    assert set(large) == {403}  # unread: nothing of it is parsed
    assert no_charset == 403  # JSON is UTF-8, whatever a header says
    assert (inbox.events, inbox.parked) == ([], [])


async def test_the_longest_message_of_vk_comes_in(
    vk: FakeVk, webhook: VkAdapter, inbox: MemoryInbox
) -> None:
    """A hundred forwarded messages of 4096 signs, each sign written as six."""
    forward = {"from_id": 42, "date": 1764500000, "text": "я" * 4096}
    message = {"from_id": 42, "peer_id": 42, "date": 1764500000, "conversation_message_id": 1}
    update = {
        "type": "message_new",
        "group_id": vk.group_id,
        "event_id": "e1",
        "object": {"message": {**message, "text": "Яма", "fwd_messages": [forward] * 100}},
        "secret": vk.secret,
    }
    async with served(vk, webhook, inbox) as url, ClientSession() as session:
        answer = await session.post(url, data=BytesIO(json.dumps(update).encode()))
        assert (answer.status, await answer.text()) == (200, "ok")

    assert (inbox.events[0].text[:3], inbox.events[0].cut) == ("Яма", True)


async def test_a_push_is_acknowledged_only_after_it_is_kept(
    vk: FakeVk, webhook: VkAdapter, inbox: MemoryInbox
) -> None:
    inbox.away_for = 2
    async with served(vk, webhook, inbox):
        await vk.person("42").says("Яма")
        await inbox.gets(1)
        await vk.until(lambda: len(vk.pushes) == 3)

    assert [status for status, _ in vk.pushes] == [503, 503, 200]
    assert vk.pushes[-1] == (200, "ok")


async def test_an_odd_push_is_parked_without_the_secret(
    vk: FakeVk, webhook: VkAdapter, inbox: MemoryInbox
) -> None:
    async with served(vk, webhook, inbox):
        await vk.happens("message_new", {"message": []})
        await inbox.until(lambda: inbox.parked)

    assert vk.secret not in str(inbox.parked)
