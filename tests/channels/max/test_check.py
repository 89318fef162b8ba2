"""The check of MAX: the token, how updates come, the rights in the staff chat."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from bot.channels.max.adapter import MaxAdapter
from bot.protocol import Finding
from storage.messages import Address
from tests.channels.max.making import HOOK, PUBLIC_URL, SECRET, STAFF, anna_at, make_adapter
from tests.fakes.max import FakeMax
from tests.fakes.max.updates import Subscription
from tests.fakes.memory_inbox import MemoryInbox

OTHERS = "https://another.example.ru/hook"


@asynccontextmanager
async def pushed(fake: FakeMax, url: str = PUBLIC_URL) -> AsyncIterator[MaxAdapter]:
    """An adapter to which updates are to be pushed."""
    adapter = make_adapter(fake, webhook=url, secret=SECRET)
    yield adapter
    await adapter.close()


async def found(adapter: MaxAdapter, fake: FakeMax, chat: Address | None = STAFF) -> list[Finding]:
    findings = await adapter.check(chat)
    assert all(fake.token not in finding.text for finding in findings)
    return findings


async def test_all_is_well(fake_max: FakeMax, adapter: MaxAdapter) -> None:
    findings = await found(adapter, fake_max)

    assert [finding.ok for finding in findings] == [True] * 3
    assert "«mcu_test_bot»" in findings[0].text
    assert "вебхук" in findings[1].text, "polling is for trials: updates are kept for a day"
    assert "читает и пишет" in findings[2].text


async def test_a_staff_chat_in_another_channel_is_not_ours_to_check(
    fake_max: FakeMax, adapter: MaxAdapter
) -> None:
    for chat in (None, Address("telegram", "-100")):
        assert len(await found(adapter, fake_max, chat)) == 2


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ({"status": 401, "body": {"code": "verify.token", "message": "No"}}, "Токен не принят"),
        ({"status": 401, "body": "<html>"}, "Токен не принят"),
        ({"status": 502}, "не отвечает"),
        ({"status": 0}, "не отвечает"),
        ({"status": 200, "body": "<html>"}, "не отвечает"),
    ],
)
async def test_a_token_that_does_not_work(
    fake_max: FakeMax, adapter: MaxAdapter, fault: dict[str, Any], words: str
) -> None:
    fake_max.fail_next("GET /me", times=2, **fault)  # a line that broke is tried once more

    (finding,) = await found(adapter, fake_max)

    assert not finding.ok
    assert words in finding.text


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"is_admin": False, "rights": ()}, "не администратор и не видит сообщений"),
        ({"rights": ("write",)}, "«Читать все сообщения»"),
        ({"rights": ("read_all_messages",)}, "«Писать сообщения»"),
        ({"is_member": False}, "недоступен"),
    ],
)
async def test_a_staff_chat_without_rights_is_told(
    fake_max: FakeMax, adapter: MaxAdapter, changes: dict[str, Any], words: str
) -> None:
    for name, value in changes.items():
        setattr(fake_max.groups[STAFF.chat], name, value)

    *_, finding = await found(adapter, fake_max)

    assert not finding.ok
    assert words in finding.text


async def test_a_staff_chat_that_is_a_dialog_or_unknown_is_told(
    fake_max: FakeMax, adapter: MaxAdapter
) -> None:
    dialog = Address("max", anna_at(fake_max).room.id)

    assert "не группа" in (await found(adapter, fake_max, dialog))[-1].text
    assert "недоступен" in (await found(adapter, fake_max, Address("max", "-5")))[-1].text


async def test_who_polls_is_told_of_a_subscription(fake_max: FakeMax, adapter: MaxAdapter) -> None:
    fake_max.subscriptions[OTHERS] = Subscription(OTHERS, "", None, fake_max.now)

    assert "another.example.ru" in (await found(adapter, fake_max))[1].text
    assert OTHERS in fake_max.subscriptions, "a check changes nothing"


async def test_the_webhook_is_looked_for(fake_max: FakeMax, inbox: MemoryInbox) -> None:
    async with pushed(fake_max) as adapter:
        before = await found(adapter, fake_max)
        await adapter.start(inbox)
        fake_max.subscriptions[OTHERS] = Subscription(OTHERS, "", None, fake_max.now)
        after = await found(adapter, fake_max)

    assert "ещё не присылает" in before[1].text
    assert f"присылает сообщения на {HOOK}" in after[1].text
    assert "another.example.ru" in after[2].text


@pytest.mark.parametrize(
    "url", ["https://bor.example.ru:8443", "https://bor.example.ru:443", "http://bor.example.ru"]
)
async def test_an_address_that_max_does_not_push_to_is_told(fake_max: FakeMax, url: str) -> None:
    async with pushed(fake_max, url) as adapter:
        wrong = [finding.text for finding in await found(adapter, fake_max) if not finding.ok]

    assert len(wrong) == 1
    assert "порт 443" in wrong[0]
