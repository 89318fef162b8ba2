"""``python -m bot check`` against the fakes: what is right, what is wrong, and no token anywhere."""

import re
import socket
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest

from bot.commands.check import check
from bot.file_kinds import LARGEST
from config.settings import load_settings
from config.texts import Texts
from storage.database import Database
from storage.inspection import inspect
from storage.migrations import migrate
from tests.fakes.clamd import Clamd
from tests.fakes.telegram import FakeTelegram
from tests.fakes.vk import FakeVk
from tests.support.servers.databases import migrated
from tests.support.towns.conversation import town

GROUP = "-1001"


@pytest.fixture
async def telegram() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram() as fake:
        assert isinstance(fake, FakeTelegram)
        fake.room(GROUP)
        yield fake
        assert fake.violations == []


@pytest.fixture
async def vk() -> AsyncIterator[FakeVk]:
    async with FakeVk() as fake:
        yield fake
        assert fake.violations == []


class Installation:
    """Variables of a town; ``checked()`` runs the command and keeps what it printed."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.environ = {"MCU_DATA_DIR": str(folder / "data"), "MCU_WEB_PORT": "0"}
        self.secrets: list[str] = []
        self.code = 0
        self._capsys = capsys

    def with_telegram(self, fake: FakeTelegram) -> None:
        self.secrets.append(fake.token)
        self.environ |= {"MCU_TELEGRAM_TOKEN": fake.token, "MCU_TELEGRAM_API_URL": fake.url}
        self.environ.setdefault("MCU_STAFF_CHAT", f"telegram:{GROUP}")

    def with_vk(self, fake: FakeVk) -> None:
        self.secrets.append(fake.token)
        self.environ |= {"MCU_VK_TOKEN": fake.token, "MCU_VK_GROUP_ID": str(fake.group_id)}
        self.environ["MCU_VK_API_URL"] = fake.url
        self.environ.setdefault("MCU_STAFF_CHAT", f"vk:{fake.conversation().id}")

    async def checked(self, **more: str) -> str:
        settings = load_settings({**self.environ, **more})
        self._capsys.readouterr()
        self.code = await check(settings, Texts.load())
        output = self._capsys.readouterr().out
        assert all(secret not in output for secret in self.secrets)
        lines = output.splitlines()
        assert all(re.match("(✅|⚠️|❌) [^:]+: .", line) for line in lines[:-1]), output
        assert (self.code == 1) == ("❌ " in "\n".join(lines[:-1]))
        return output


@pytest.fixture
def installation(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Installation:
    return Installation(tmp_path, capsys)


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
    events = ("message_new", "message_edit", "message_event", "message_allow", "message_deny")
    vk.state.settings |= dict.fromkeys(events, "1")

    output = await installation.checked(MCU_ADMINS="telegram:42")

    assert "✅ Каналы: Telegram, ВКонтакте" in output
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


@pytest.mark.parametrize("option", ["colour=red", "timeout=soon"])
async def test_a_wrong_option_of_the_database_is_told(
    installation: Installation, option: str
) -> None:
    url = f"postgresql+asyncpg://mcu@127.0.0.1:1/mcu?{option}"

    assert "❌ База: не отвечает" in await installation.checked(MCU_DATABASE_URL=url)


async def test_the_encryption_of_the_database_goes_by_either_name(
    installation: Installation, postgres: str
) -> None:
    """Over a socket there is none: what matters is that the driver knows the option."""
    url = f"postgresql+asyncpg://mcu@/postgres?host={postgres}"

    for name in ("ssl", "sslmode"):
        output = await installation.checked(MCU_DATABASE_URL=f"{url}&{name}=prefer")
        assert "✅ База: открывается" in output


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


# The scanner of files


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


# The database


async def state(url: str) -> str:
    return (await inspect(url)).state


async def test_a_database_is_seen_from_empty_to_newer(empty_database_url: str) -> None:
    assert await state(empty_database_url) in ("absent", "empty")
    await migrated(empty_database_url)
    assert await state(empty_database_url) == "current"

    database = Database.open(empty_database_url)
    async with database.begin() as session:
        connection = await session.connection()
        await connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    assert await state(empty_database_url) == "current"  # it says that this program runs on it
    async with database.begin() as session:
        connection = await session.connection()
        await connection.exec_driver_sql("UPDATE installation SET value = '9999'")
    await database.close()

    assert await state(empty_database_url) == "newer"


async def test_a_database_in_use_is_no_mistake(installation: Installation, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    database = Database.open(f"sqlite+aiosqlite:///{tmp_path / 'data' / 'mcu.db'}")
    await migrate(database)
    try:
        output = await installation.checked()
    finally:
        await database.close()

    assert "✅ База: открывается, таблицы актуальны" in output
    assert "✅ База: бот уже запущен" in output


async def test_a_damaged_database_is_told(installation: Installation, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "mcu.db").write_text("this is no database, however long one looks" * 99)

    assert "❌ База: файл повреждён" in await installation.checked()


async def test_a_database_left_by_a_crash_is_read_with_its_journal(tmp_path: Path) -> None:
    file = tmp_path / "mcu.db"
    url = f"sqlite+aiosqlite:///{file}"
    await migrated(url)
    writer = sqlite3.connect(file)
    writer.execute("PRAGMA wal_autocheckpoint=0")
    writer.execute("UPDATE alembic_version SET version_num = '9999'")
    writer.execute("UPDATE installation SET value = '9999'")
    writer.commit()

    assert await state(url) == "newer"
    writer.close()


async def test_tables_that_may_not_be_made_are_told(postgres: str) -> None:
    server = await asyncpg.connect(host=postgres, user="mcu", database="postgres")
    try:
        await server.execute("CREATE ROLE guest LOGIN")
        assert await state(f"postgresql+asyncpg://guest@/postgres?host={postgres}") == "closed"
    finally:
        await server.execute("DROP ROLE guest")
        await server.close()


async def test_a_server_that_does_not_answer_is_told_without_its_password() -> None:
    seen = await inspect("postgresql+asyncpg://mcu:hidden-word@127.0.0.1:1/mcu")

    assert seen.state == "away"
    assert "hidden-word" not in seen.reason


# What an operator asks the bot itself


async def test_a_person_learns_the_own_number_in_a_private_chat(tmp_path: Path) -> None:
    async with town(tmp_path) as running:
        await running.resident("42").says("/id")

        await running.resident("42").sees("telegram:42")
