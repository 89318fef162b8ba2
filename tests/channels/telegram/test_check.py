"""The check of Telegram: the token, the staff chat, the webhook."""

from typing import Any

import pytest

from bot.channels.telegram.adapter import TelegramAdapter
from storage.messages import Address
from tests.channels.telegram.making import GROUP, SECRET, make_adapter
from tests.fakes.memory_inbox import MemoryInbox
from tests.fakes.messenger import Person
from tests.fakes.telegram import FakeTelegram


async def test_all_is_well(telegram: FakeTelegram, adapter: TelegramAdapter) -> None:
    findings = await adapter.check(GROUP)

    assert all(finding.ok for finding in findings)
    assert "@mcu_test_bot" in findings[0].text
    assert len(findings) == 4


async def test_a_staff_chat_in_another_channel_is_not_ours_to_check(
    adapter: TelegramAdapter,
) -> None:
    findings = await adapter.check(Address("vk", "2000000001"))

    assert {finding.subject for finding in findings} == {"MCU_TELEGRAM_TOKEN"}


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ({"status": 401}, "не принимает токен"),
        ({"status": 404}, "не принимает токен"),
        ({"status": 500}, "не отвечает"),
        ({"status": 0}, "не отвечает"),
    ],
)
async def test_a_token_that_does_not_work(
    telegram: FakeTelegram, adapter: TelegramAdapter, fault: dict[str, Any], words: str
) -> None:
    telegram.fail_next("getMe", **fault)
    (finding,) = await adapter.check(GROUP)

    assert not finding.ok
    assert words in finding.text
    assert telegram.token not in finding.text


@pytest.mark.parametrize(
    ("trouble", "words"),
    [
        ("privacy", "/setprivacy"),
        ("kicked", "Бота нет в чате"),
        ("muted", "нельзя писать"),
        ("unknown", "не найден"),
        ("private", "не группа"),
        ("moved", "-10077"),
    ],
)
async def test_a_staff_chat_that_does_not_work(
    telegram: FakeTelegram,
    adapter: TelegramAdapter,
    anna: Person,
    trouble: str,
    words: str,
) -> None:
    chat = GROUP.chat
    if trouble == "privacy":
        telegram.privacy = True
    elif trouble == "kicked":
        telegram.kicked_from.add(chat)
    elif trouble == "muted":
        telegram.muted_in.add(chat)
    elif trouble == "unknown":
        chat = "-404"
    elif trouble == "private":
        chat = "42"
    else:
        chat = "-77"
        await telegram.migrate(telegram.room(chat))
    findings = await adapter.check(Address("telegram", chat))

    wrong = [finding for finding in findings if not finding.ok]
    assert [finding.subject for finding in wrong] == ["MCU_STAFF_CHAT"]
    assert words in wrong[0].text


async def test_an_administrator_reads_everything_in_privacy_mode_too(
    telegram: FakeTelegram, adapter: TelegramAdapter
) -> None:
    telegram.privacy = True
    telegram.admin_in.add(GROUP.chat)

    assert all(finding.ok for finding in await adapter.check(GROUP))


async def test_a_webhook_that_fails_is_told(
    telegram: FakeTelegram, inbox: MemoryInbox, anna: Person
) -> None:
    hooked = make_adapter(telegram, webhook="https://bot.example.ru", secret=SECRET)
    telegram.webhook_base = "http://127.0.0.1:1"
    before = await hooked.check(None)
    await hooked.start(inbox)
    after = await hooked.check(None)
    await anna.says("Яма")
    await telegram.until(lambda: telegram.webhook_error)
    failing = await hooked.check(None)
    await hooked.close()

    assert [findings[1].ok for findings in (before, after, failing)] == [True, True, False]
    assert "1 сообщение" in failing[1].text


async def test_a_webhook_of_another_server_is_told_when_polling(
    telegram: FakeTelegram, adapter: TelegramAdapter
) -> None:
    telegram.webhook = {"url": "https://old.example.ru/x", "secret": ""}
    findings = await adapter.check(None)

    assert "old.example.ru" in findings[1].text
