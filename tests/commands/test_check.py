"""The check against the fakes: what is right, what is wrong, and no token anywhere."""

import re
import socket
from pathlib import Path

import pytest

from bot.channels.vk.check import EVENTS
from bot.file_kinds import LARGEST
from tests.commands.installation import Installation
from tests.fakes.clamd import Clamd
from tests.fakes.telegram import GROUP, FakeTelegram
from tests.fakes.vk import FakeVk

# What is right


async def test_a_newcomer_s_installation_is_right(installation: Installation) -> None:
    output = await installation.checked()

    assert "✅ Каналы: сайт" in output
    assert output.endswith("Всё в порядке.\n")
    assert installation.code == 0


async def test_a_town_in_both_messengers_is_right(
    installation: Installation, telegram: FakeTelegram, vk: FakeVk
) -> None:
    telegram.admin_in.add(GROUP)
    installation.with_telegram(telegram)
    installation.with_vk(vk)
    vk.state.settings |= dict.fromkeys(EVENTS, "1")

    output = await installation.checked(MCU_ADMINS="telegram:42")

    assert "✅ Каналы: ВКонтакте, Telegram" in output
    assert "✅ Администраторы: telegram:42" in output
    assert f"@{telegram.username}" in output
    assert f"id {vk.group_id}" in output
    assert installation.code == 0, output


async def test_the_check_takes_nothing_from_a_bot_that_runs(
    installation: Installation, telegram: FakeTelegram, vk: FakeVk
) -> None:
    installation.with_telegram(telegram)
    installation.with_vk(vk)

    await installation.checked()

    asked = {method for method, _ in telegram.requests} | {call.method for call in vk.requests}
    assert all(re.search(r"(^|\.)(get|is)", method) for method in asked), asked
    assert "getUpdates" not in asked
    assert "groups.getLongPollServer" not in asked


# What is wrong


async def test_a_token_that_telegram_refuses_is_told(
    installation: Installation, telegram: FakeTelegram
) -> None:
    installation.with_telegram(telegram)
    wrong = "123456:" + "x" * 30
    installation.secrets.append(wrong)

    assert "❌ MCU_TELEGRAM_TOKEN" in await installation.checked(MCU_TELEGRAM_TOKEN=wrong)


async def test_messengers_that_are_away_are_told_with_what_to_do(
    installation: Installation, telegram: FakeTelegram, vk: FakeVk
) -> None:
    installation.with_telegram(telegram)
    installation.with_vk(vk)
    with socket.create_server(("127.0.0.1", 0)) as closed:
        nobody = f"http://127.0.0.1:{closed.getsockname()[1]}"

    output = await installation.checked(MCU_TELEGRAM_API_URL=nobody, MCU_VK_API_URL=nobody)

    assert re.search("❌ .*Telegram не отвечает.*MCU_TELEGRAM_API_URL", output)
    assert re.search("❌ .*ВКонтакте не отвечает.*MCU_VK_API_URL", output)
    assert "Нужно исправить 2 строки" in output


async def test_rights_that_are_missing_in_the_staff_chat_are_told(
    installation: Installation, telegram: FakeTelegram
) -> None:
    installation.with_telegram(telegram)
    telegram.muted_in.add(GROUP)
    assert "боту нельзя писать" in await installation.checked()

    telegram.muted_in.clear()
    telegram.kicked_from.add(GROUP)
    assert "Бота нет в чате" in await installation.checked()

    assert "не найден" in await installation.checked(MCU_STAFF_CHAT="telegram:-1009")


async def test_a_key_of_vk_without_rights_is_told(installation: Installation, vk: FakeVk) -> None:
    installation.with_vk(vk)
    vk.state.rights.remove("photos")

    assert re.search("❌ ВКонтакте: .*photos", await installation.checked())


async def test_an_odd_answer_of_a_messenger_does_not_end_the_check(
    installation: Installation, telegram: FakeTelegram
) -> None:
    installation.with_telegram(telegram)
    telegram.fail_next("getMe", 200, body="<html>this network wants you to log in</html>")

    assert "❌" in await installation.checked()


async def test_a_staff_chat_that_is_not_set_is_a_warning(
    installation: Installation, telegram: FakeTelegram
) -> None:
    installation.with_telegram(telegram)
    del installation.environ["MCU_STAFF_CHAT"]

    output = await installation.checked()

    assert re.search("⚠️ MCU_STAFF_CHAT: .*/id", output)
    assert installation.code == 0


async def test_an_address_that_is_not_here_is_told(installation: Installation) -> None:
    assert "❌ Порт" in await installation.checked(MCU_WEB_HOST="192.0.2.1")
    assert "❌ Порт" in await installation.checked(MCU_WEB_HOST="nobody.invalid")


async def test_a_port_where_a_stranger_answers_is_told(
    installation: Installation, telegram: FakeTelegram
) -> None:
    port = telegram.url.rpartition(":")[2]

    assert "занят другой программой" in await installation.checked(MCU_WEB_PORT=port)


async def test_a_data_folder_that_is_a_file_is_told(
    installation: Installation, tmp_path: Path
) -> None:
    (tmp_path / "data").touch()
    database = f"sqlite+aiosqlite:///{tmp_path / 'mcu.db'}"

    assert "❌ Папка данных" in await installation.checked(MCU_DATABASE_URL=database)


async def test_the_check_refuses_an_open_staff_chat(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], telegram: FakeTelegram, vk: FakeVk
) -> None:
    telegram.admin_in.add(GROUP)
    in_telegram, in_vk = (Installation(tmp_path, capsys) for _ in range(2))
    in_telegram.with_telegram(telegram)
    in_vk.with_vk(vk)
    telegram.facts[GROUP] = {"username": "snow_team"}
    vk.state.chat_settings[vk.conversation().id] = {"owner_id": -vk.group_id}

    for installation, way in ((in_telegram, "@snow_team"), (in_vk, "чат сообщества")):
        output = await installation.checked()
        [line] = [line for line in output.splitlines() if "открыт для посторонних" in line]
        assert line.startswith("❌")
        assert way in line
        assert installation.code == 1


# The antivirus


async def test_an_antivirus_is_told_with_the_day_of_its_signatures(
    installation: Installation,
) -> None:
    clamd = Clamd()
    clamd.limit = LARGEST
    await clamd.start()

    right = await installation.checked(MCU_CLAMAV=clamd.place)
    clamd.limit = LARGEST - 1
    small = await installation.checked(MCU_CLAMAV=clamd.place)
    clamd.version = "ClamAV 1.4.3"
    bare = await installation.checked(MCU_CLAMAV=clamd.place)
    clamd.version = "SSH-2.0-OpenSSH"
    odd = await installation.checked(MCU_CLAMAV=clamd.place)
    await clamd.stop()
    away = await installation.checked(MCU_CLAMAV=clamd.place)

    assert "✅ Антивирус: ClamAV 1.4.3, базы от Sat Nov 28" in right
    assert "⚠️ Антивирус: берёт не все файлы" in small
    assert "⚠️ Антивирус: ClamAV 1.4.3 отвечает, но не сказал" in bare
    assert "❌ Антивирус: по адресу MCU_CLAMAV отвечает не ClamAV" in odd
    assert "❌ Антивирус: не отвечает" in away
