"""VK by its Callback API: a time in which it did not push is told, with who has no answer."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest

from bot.channels.vk.calls import VkCalls
from bot.channels.vk.pushes import SHORT, PushWatch
from tests.fakes.memory_inbox import MemoryInbox
from tests.fakes.vk import FakeVk

OURS = {"id": 1, "url": "https://bot.example.ru/webhook/vk", "status": "ok"}


@asynccontextmanager
async def watching(vk: FakeVk, inbox: MemoryInbox) -> AsyncIterator[None]:
    calls = VkCalls(vk.token, vk.url)
    task = asyncio.create_task(PushWatch(calls, vk.group_id, every=0.01).run(inbox))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await calls.close()


def away_since(vk: FakeVk, inbox: MemoryInbox, absence: timedelta) -> datetime:
    """Note the last contact as of so long ago; return it."""
    since = datetime.now(UTC) - absence
    inbox.kept_cursor = f"{vk.group_id} {since.isoformat()}"
    return since


async def test_after_an_absence_those_without_an_answer_are_told_once(
    vk: FakeVk, inbox: MemoryInbox
) -> None:
    vk.state.callback_servers.append(OURS)
    since = away_since(vk, inbox, 3 * SHORT)
    await vk.person("42", "Анна Ли").says("Яма")
    for _ in range(2):
        async with watching(vk, inbox):
            await inbox.until(lambda: str(since.date()) in str(inbox.gaps))
        assert len(inbox.gaps) == 1

    ((mark, found),) = inbox.gaps.items()
    assert mark == f"gap:{since.isoformat()}"
    assert [one.name for one in found or ()] == ["Анна Ли"]
    assert inbox.told_since == [since]


@pytest.mark.parametrize("absence", [SHORT / 2, 3 * SHORT])
async def test_what_is_short_or_left_nobody_without_an_answer_is_not_told(
    vk: FakeVk, inbox: MemoryInbox, absence: timedelta
) -> None:
    vk.state.callback_servers.append(OURS)
    before = away_since(vk, inbox, absence).isoformat()
    async with watching(vk, inbox):
        await inbox.until(lambda: before not in str(inbox.kept_cursor))

    assert inbox.gaps == {}


async def test_where_vk_does_not_tell_of_dialogues_the_absence_is_told(
    vk: FakeVk, inbox: MemoryInbox
) -> None:
    vk.state.callback_servers.append(OURS)
    away_since(vk, inbox, 3 * SHORT)
    vk.fail_next("messages.getConversations", 15)
    async with watching(vk, inbox):
        await inbox.until(lambda: inbox.gaps)

    assert list(inbox.gaps.values()) == [None]


@pytest.mark.parametrize(
    "server",
    [
        None,
        OURS | {"status": "failed"},
        OURS | {"status": "unconfigured"},
        OURS | {"url": "https://another.example.ru/hook"},
    ],
)
async def test_a_server_that_is_switched_off_or_gone_is_told_while_it_is(
    vk: FakeVk, inbox: MemoryInbox, server: dict[str, object] | None
) -> None:
    vk.state.callback_servers.extend([server] if server else [])
    since = away_since(vk, inbox, SHORT / 2)
    async with watching(vk, inbox):
        await inbox.until(lambda: inbox.gaps)

    assert list(inbox.gaps) == [f"off:{since.isoformat()}"]
    assert inbox.told_causes == ["off"]


async def test_a_server_that_was_never_there_is_for_the_check_to_tell(
    vk: FakeVk, inbox: MemoryInbox
) -> None:
    async with watching(vk, inbox):
        await vk.until(lambda: len(vk.calls("groups.getCallbackServers")) > 3)

    assert inbox.gaps == {}


async def test_the_contact_of_another_community_is_none_of_ours(
    vk: FakeVk, inbox: MemoryInbox
) -> None:
    vk.state.callback_servers.append(OURS)
    inbox.kept_cursor = f"{vk.group_id + 1} {datetime(2026, 1, 1, tzinfo=UTC).isoformat()}"
    await vk.person("42").says("Яма")
    async with watching(vk, inbox):
        await inbox.until(lambda: str(inbox.kept_cursor).startswith(f"{vk.group_id} "))

    assert inbox.gaps == {}
