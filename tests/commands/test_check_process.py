"""The check as a process of its own: its exit code, what it leaves behind, beside a bot that runs."""

from pathlib import Path

from tests.support.servers.command_line import TOKEN, command, refusal
from tests.support.servers.process import BotProcess


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
