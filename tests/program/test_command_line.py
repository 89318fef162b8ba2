"""The command line, as a process of its own: what it prints, its exit codes, how it stops."""

import json
import os
import re
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import aiohttp
import pytest

from bot.commands.command_line import commands
from bot.links import typed
from bot.watch.logs import redacted
from config.texts import Texts
from tests.paths import ROOT
from tests.support.servers.process import INHERITED, BotProcess

TOKEN = "123456:" + "A" * 35
SECONDS = 60


def command(
    folder: Path, *arguments: str, environ: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run ``python -m bot ARGUMENTS`` to its end, with ``folder`` as the installation."""
    folder.mkdir(exist_ok=True)
    inherited = {name: os.environ[name] for name in INHERITED if name in os.environ}
    return subprocess.run(  # noqa: S603
        [sys.executable, "-m", "bot", *arguments],
        cwd=folder,
        env=inherited
        | {"PYTHONPATH": str(ROOT), "MCU_WEB_PORT": "0"}
        | {"PYTHONIOENCODING": "utf-8"}
        | dict(environ or {}),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )


def refusal(done: subprocess.CompletedProcess[str]) -> str:
    """The one line of a command that gave up."""
    assert done.returncode == 1, done
    assert done.stdout == ""
    (line,) = done.stderr.splitlines()
    return line


def closed_folder(folder: Path) -> Path:
    """A folder that may not be written; root may write everywhere but into the kernel's own."""
    folder.mkdir()
    folder.chmod(0o500)
    return Path("/sys/mcu-data") if os.access(folder, os.W_OK) else folder


# The bot


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


# The database


@pytest.mark.parametrize("arguments", [(), ("migrate",), ("categories", "export")])
def test_a_database_of_a_newer_version_is_told(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    assert command(tmp_path, "migrate").returncode == 0
    with sqlite3.connect(tmp_path / "data" / "mcu.db") as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
        database.execute("UPDATE installation SET value = '9999' WHERE name = 'oldest-program'")
    database.close()

    line = refusal(command(tmp_path, *arguments))

    assert line.startswith("MCU_DATABASE_URL")
    assert "новой версией" in line


def test_a_program_runs_on_newer_tables_that_allow_it(tmp_path: Path) -> None:
    """Replicas are exchanged one by one, and a rollback finds the tables of the newer program."""
    assert command(tmp_path, "migrate").returncode == 0
    with sqlite3.connect(tmp_path / "data" / "mcu.db") as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
        database.execute("ALTER TABLE appeals ADD COLUMN of_the_future INTEGER")
    database.close()

    assert command(tmp_path, "categories", "export").returncode == 0


@pytest.mark.parametrize(
    "url",
    ["postgresql+asyncpg://mcu:hidden-word@127.0.0.1:1/mcu", "sqlite+aiosqlite:///broken.db"],
)
def test_a_database_that_does_not_answer_is_told(tmp_path: Path, url: str) -> None:
    (tmp_path / "broken.db").write_text("this is no database, however long one looks at it" * 99)

    line = refusal(command(tmp_path, environ={"MCU_DATABASE_URL": url}))

    assert line.startswith("MCU_DATABASE_URL")
    assert "hidden-word" not in line


AWAY = "postgresql+asyncpg://mcu:hidden-word@127.0.0.1:1/mcu"


@pytest.mark.parametrize(
    "arguments",
    ["code", "sessions", "sessions end all", "parked", "parked run all", "parked drop 1"],
)
def test_the_commands_beside_a_bot_tell_of_a_database_that_is_away(
    tmp_path: Path, arguments: str
) -> None:
    done = command(tmp_path, *arguments.split(), environ={"MCU_DATABASE_URL": AWAY})

    line = refusal(done)
    assert line.startswith("MCU_DATABASE_URL: база не отвечает")
    assert "hidden-word" not in line


@pytest.mark.parametrize("arguments", [(), ("code",)])
def test_an_address_of_the_database_with_a_wrong_option_is_told(
    tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    done = command(tmp_path, *arguments, environ={"MCU_DATABASE_URL": f"{AWAY}?colour=red"})

    line = refusal(done)
    assert line.startswith("MCU_DATABASE_URL")
    assert "colour" in line


def test_a_database_that_is_not_there_on_postgresql_is_told(tmp_path: Path, postgres: str) -> None:
    url = f"postgresql+asyncpg://mcu@/nowhere?host={postgres}"

    assert "nowhere" in refusal(command(tmp_path, environ={"MCU_DATABASE_URL": url}))
    assert "nowhere" in refusal(command(tmp_path, "migrate", environ={"MCU_DATABASE_URL": url}))
    checked = command(tmp_path, "check", environ={"MCU_DATABASE_URL": url})
    assert checked.returncode == 1
    assert re.search("❌ База: не отвечает.*nowhere", checked.stdout)


def test_migrate_makes_the_database_and_may_be_repeated(tmp_path: Path) -> None:
    for _ in range(2):
        done = command(tmp_path, "migrate")
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout == "База обновлена.\n"


def test_the_categories_are_exported_to_the_screen_and_to_a_file(tmp_path: Path) -> None:
    shown = command(tmp_path, "categories", "export")
    assert (shown.returncode, shown.stderr) == (0, "")
    assert "roads" in shown.stdout

    written = command(tmp_path, "categories", "export", "tree.yaml")

    assert written.returncode == 0
    assert (tmp_path / "tree.yaml").read_text(encoding="utf-8").strip() == shown.stdout.strip()


# How it is typed


COMMANDS = (
    *("", "check", "migrate", "code", "categories", "categories export", "categories import"),
    *("parked", "parked show", "parked run", "parked drop", "sessions", "sessions end"),
)
# What is typed as it is: the program, commands, options; a format.
TYPED = re.compile(
    rf"\S*python -m bot|mcu-bot|YAML|--?[a-z-]+|\b(?:all|{'|'.join(' '.join(COMMANDS).split())})\b"
)


def ends(arguments: str, capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    """The exit code and the output of a command that is not even begun."""
    with pytest.raises(SystemExit) as end:
        commands(Texts.load()).read(arguments.split())
    assert isinstance(end.value.code, int)
    return (end.value.code, *capsys.readouterr())


@pytest.mark.parametrize("words", COMMANDS)
def test_the_help_is_in_russian(words: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, shown, errors = ends(f"{words} --help", capsys)

    assert (code, errors) == (0, "")
    assert " ".join(shown.split()).startswith(f"Как набирать: {typed(words).strip()} [-h]")
    assert "Показать эту справку." in shown
    assert not re.search("[A-Za-z]", TYPED.sub("", shown))


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ("nonsense", "check, migrate, code, categories, parked, sessions"),
        ("categories", "categories export, categories import"),
        ("parked nonsense", "parked show, parked run, parked drop"),
        ("parked show", "parked show [-h] НОМЕР"),
        ("categories import", "[--yes | --no-yes] ФАЙЛ"),
        ("categories import tree --yes=1", "[--yes | --no-yes] ФАЙЛ"),
        ("check nonsense", "Лишнее в команде: nonsense."),
        ("code --adm", "Лишнее в команде: --adm."),
        ("--nonsense", "Лишнее в команде: --nonsense."),
    ],
)
def test_whoever_types_a_command_wrong_is_told_how_to_type_it(
    wrong: str, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code, shown, errors = ends(wrong, capsys)

    assert (code, shown) == (2, "")
    assert told in " ".join(errors.split())
    assert re.fullmatch("Что и как набирать, покажет .* --help", errors.splitlines()[-1])
    assert not re.search("[A-Za-z]", TYPED.sub("", re.sub("nonsense|tree", "", errors)))


def test_a_wrong_command_changes_nothing(tmp_path: Path) -> None:
    done = command(tmp_path, "parked", "nonsense")

    assert (done.returncode, done.stdout) == (2, "")
    assert len(done.stderr.splitlines()) == 3
    assert list(tmp_path.iterdir()) == []


def test_whoever_reads_only_the_beginning_sees_no_traceback(tmp_path: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [sys.executable, "-m", "bot", "categories", "export"],
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"]},
        stdout=writer,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    os.close(writer)

    assert (done.returncode, done.stderr) == (1, "")


@pytest.mark.parametrize(
    ("script", "interpreter", "expected"),
    [
        ("bot/__main__.py", "/usr/bin/python3", "python -m bot code"),
        ("bot/__main__.py", ".venv/bin/python", ".venv/bin/python -m bot code"),
        ("/usr/local/bin/mcu-bot", ".venv/bin/python", "mcu-bot code"),
        (".venv/bin/mcu-bot", ".venv/bin/python", ".venv/bin/mcu-bot code"),
    ],
)
def test_people_are_told_to_type_what_works_in_their_folder(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    script: str,
    interpreter: str,
    expected: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", [script])
    monkeypatch.setattr(sys, "executable", str(tmp_path / interpreter))

    assert typed("code") == expected


# The check


def test_the_check_passes_before_the_first_start_and_leaves_no_trace(tmp_path: Path) -> None:
    done = command(tmp_path, "check")

    assert (done.returncode, done.stderr) == (0, "")
    assert "❌" not in done.stdout
    assert list(tmp_path.iterdir()) == []


async def test_the_check_knows_the_bot_that_runs_and_does_not_disturb_it(tmp_path: Path) -> None:
    async with BotProcess(tmp_path, {}) as bot:
        done = command(tmp_path, "check", environ={"MCU_WEB_PORT": str(bot.port)})

        assert done.returncode == 0, done.stdout
        assert "✅ База: бот уже запущен" in done.stdout
        assert "уже отвечает запущенный бот" in done.stdout
        assert await bot.stop() == 0


def test_the_check_after_a_stop_finds_the_database_current_and_does_not_touch_it(
    tmp_path: Path,
) -> None:
    command(tmp_path, "migrate")
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}

    done = command(tmp_path, "check")

    assert "✅ База: открывается, таблицы актуальны" in done.stdout
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*") if path.is_file()} == {
        path: at for path, at in before.items() if path.is_file()
    }


def test_a_terminal_without_emoji_gets_question_marks(tmp_path: Path) -> None:
    done = command(tmp_path, "check", environ={"PYTHONIOENCODING": "ascii"})

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("? ")


def test_the_check_gives_the_one_line_of_wrong_settings(tmp_path: Path) -> None:
    line = refusal(command(tmp_path, "check", environ={"MCU_WEB_PORT": "порт"}))

    assert line.startswith("MCU_WEB_PORT")


def test_a_misspelt_variable_is_warned_of_at_every_start(tmp_path: Path) -> None:
    misspelt = {"MCU_TELEGRAM_TOKN": TOKEN}

    assert "MCU_TELEGRAM_TOKN" in command(tmp_path, "migrate", environ=misspelt).stderr
    assert "⚠️ MCU_TELEGRAM_TOKN" in command(tmp_path, "check", environ=misspelt).stdout


# Logs


@pytest.mark.parametrize(
    "text",
    [
        f"Cannot connect to https://api.telegram.org/bot{TOKEN}/getMe",
        "vk1.a.A-key_of.the-community",
        "POST https://api.vk.ru/method/users.get?access_token=abcdef0123&v=5.199",
        "https://bot.example.ru/?code=abc",
        "postgresql+asyncpg://mcu:word@db/mcu",
    ],
)
def test_no_token_gets_into_the_logs(text: str) -> None:
    assert not re.search(r"A{35}|A-key_of|abcdef0123|code=abc|:word", redacted(text))


def test_ordinary_lines_are_logged_as_they_are() -> None:
    line = "timestamp=2026-11-21T23:14:56.413686Z level=info event=ready port=40787 appeal=12345"

    assert redacted(line) == line
    assert redacted(json.dumps({"a": 1})) == '{"a": 1}'
