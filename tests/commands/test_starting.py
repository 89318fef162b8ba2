"""The bot as it is started by its command: what it prints, what keeps it from starting."""

import os
import re
import socket
from pathlib import Path

import aiohttp
import pytest

from tests.support.servers.command_line import TOKEN, command, refusal
from tests.support.servers.process import BotProcess


def closed_folder(folder: Path) -> Path:
    """A folder that may not be written; root may write everywhere but into the kernel's own."""
    folder.mkdir()
    folder.chmod(0o500)
    return Path("/sys/mcu-data") if os.access(folder, os.W_OK) else folder


async def test_the_bot_starts_says_where_answers_and_stops(tmp_path: Path) -> None:
    async with BotProcess(tmp_path, {}, terminal=True) as bot:
        printed = "\n".join(bot.printed)
        desk = re.search(rf"{re.escape(bot.url)}/\?code=\d+", printed)
        async with aiohttp.ClientSession() as http:
            async with http.get(f"{bot.url}/healthz") as health:
                assert (health.status, await health.json()) == (200, {"status": "ok"})
            assert desk
            async with http.get(desk[0]) as page:
                assert page.status == 200
                assert "Войти" in await page.text()

        assert f"{bot.url}/chat" in printed
        assert await bot.stop() == 0
        assert "\x1b" not in bot.output  # no colours where nobody looks
        assert [trouble for trouble in bot.troubles() if "Traceback" in trouble] == []
        code = desk[0].partition("code=")[2]
        assert [
            line.text for line in bot.lines if line.stream == "stderr" and code in line.text
        ] == []


async def test_no_link_that_logs_in_is_told_to_a_journal(tmp_path: Path) -> None:
    async with BotProcess(tmp_path, {}) as bot:
        assert await bot.stop() == 0

    assert "code=" not in bot.output
    assert not re.search(r"\d{12}|(\d{4} ){2}\d{4}", bot.output)
    assert "-m bot code" in bot.output  # how to get one


async def test_messengers_that_hang_hold_up_neither_the_start_nor_the_stop(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        nobody = f"http://127.0.0.1:{silent.getsockname()[1]}"
        environ = {"MCU_TELEGRAM_TOKEN": TOKEN, "MCU_TELEGRAM_API_URL": nobody}

        async with BotProcess(tmp_path, environ, terminal=True) as bot:
            assert await bot.stop() == 0
            assert "event=stopped" in bot.output
            assert TOKEN not in bot.output
            assert "Чат сотрудников: http" in bot.output
            assert "чат жителя" not in bot.output  # there is none


async def test_a_file_store_that_is_away_is_logged_at_the_start(tmp_path: Path) -> None:
    environ = {
        "MCU_FILES_URL": "s3://mcu-files",
        "MCU_S3_ENDPOINT": "http://127.0.0.1:1",
        "MCU_S3_KEY": "key-of-the-store",
        "MCU_S3_SECRET": "secret-of-the-store",
    }
    async with BotProcess(tmp_path, environ) as bot:
        await bot.logs("event=file_store_away why=away", seconds=60)

        assert await bot.stop() == 0
        assert "secret-of-the-store" not in bot.output


async def test_a_second_bot_on_the_same_data_does_not_start(tmp_path: Path) -> None:
    async with BotProcess(tmp_path, {}):
        line = refusal(command(tmp_path))

    assert line.startswith("MCU_DATABASE_URL")
    assert "уже запущен" in line


async def test_a_port_that_is_taken_is_told(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])

        line = refusal(command(tmp_path, environ={"MCU_WEB_PORT": port}))

    assert line.startswith("MCU_WEB_PORT")
    assert port in line


def test_a_host_that_is_not_here_is_told(tmp_path: Path) -> None:
    line = refusal(command(tmp_path, environ={"MCU_WEB_HOST": "192.0.2.1"}))

    assert line.startswith("MCU_WEB_HOST")
    assert "192.0.2.1" in line


def test_wrong_settings_are_told_in_a_line_without_the_token(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(f"MCU_TELEGRAM_TOKEN=bot{TOKEN}\n")

    line = refusal(command(tmp_path))

    assert line.startswith("MCU_TELEGRAM_TOKEN")
    assert TOKEN not in line


@pytest.mark.parametrize("arguments", [(), ("migrate",), ("categories", "export")])
def test_a_data_folder_that_is_a_file_is_told(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    (tmp_path / "data").write_text("not a folder")

    line = refusal(command(tmp_path, *arguments))

    assert line.startswith("MCU_DATA_DIR")
    assert "data" in line


def test_a_data_folder_that_may_not_be_written_is_told(tmp_path: Path) -> None:
    environ = {"MCU_DATA_DIR": str(closed_folder(tmp_path / "closed"))}

    assert refusal(command(tmp_path, environ=environ)).startswith("MCU_DATA_DIR")
    assert "❌ Папка данных" in command(tmp_path, "check", environ=environ).stdout


def test_a_folder_of_the_database_that_may_not_be_written_is_told(tmp_path: Path) -> None:
    folder = closed_folder(tmp_path / "closed")
    environ = {"MCU_DATABASE_URL": f"sqlite+aiosqlite:///{folder}/mcu.db"}

    assert refusal(command(tmp_path, environ=environ)).startswith("MCU_DATABASE_URL")
    checked = command(tmp_path, "check", environ=environ).stdout
    assert re.search("❌ База: нет права писать.*MCU_DATABASE_URL", checked)
    assert "✅ Папка данных" in checked
