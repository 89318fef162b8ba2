"""The ways a ``.env`` may be written, and secrets in files of their own."""

from pathlib import Path

import pytest

from config.settings import SettingsError, load_settings
from tests.config.variables import TOKEN, complaint


def write(folder: Path, content: str | bytes) -> str:
    file = folder / ".env"
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return str(file)


@pytest.mark.parametrize(
    "content",
    [
        "MCU_WEB_PORT=9000\nMCU_MUNICIPALITY=Бор\n",
        "MCU_WEB_PORT=9000\r\nMCU_MUNICIPALITY=Бор\r\n",
        "\ufeffMCU_WEB_PORT=9000\nMCU_MUNICIPALITY=Бор",
        "MCU_WEB_PORT = 9000\n  MCU_MUNICIPALITY =  Бор  \n",
        "MCU_WEB_PORT='9000' # порт\n\n# имя\nexport MCU_MUNICIPALITY=\"Бор\"\n",
        "mcu_web_port=9000\nmcu_municipality=Бор",
    ],
    ids=["plain", "windows", "byte-order-mark", "spaces", "quotes-and-comments", "lower-case"],
)
def test_a_file_may_be_written_in_many_ways(tmp_path: Path, content: str) -> None:
    settings = load_settings({}, write(tmp_path, content))

    assert settings.web_port == 9000
    assert settings.municipality == "Бор"
    assert settings.warnings == ()


def test_the_environment_goes_before_the_file_and_empty_means_not_set(tmp_path: Path) -> None:
    file = write(tmp_path, "MCU_WEB_PORT=9000\nMCU_TIMEZONE=Asia/Omsk\nMCU_WEB_CHAT=\n")

    settings = load_settings({"MCU_WEB_PORT": "9001", "MCU_TIMEZONE": " "}, file)

    assert (settings.web_port, settings.timezone) == (9001, "Asia/Omsk")


def test_quotes_that_docker_leaves_in_a_value_are_taken_off() -> None:
    assert load_settings({"MCU_MUNICIPALITY": '"Бор"'}).municipality == "Бор"


@pytest.mark.parametrize(
    ("content", "place"),
    [
        ("MCU_WEB_PORT=1\n\nMCU_VK_TOKEN: secret\n", "строка 3"),
        ("MCU_VK_TOKEN='secret\nMCU_WEB_PORT=1\n", "строка 1"),
        ("# порт\r\n\r\nMCU_WEB_PORT\r\n", "строка 3"),
        ("MCU_MUNICIPALITY=Бор".encode("cp1251"), "UTF-8"),
        ("MCU_MUNICIPALITY=Бор".encode("utf-16"), "UTF-8"),
    ],
    ids=["colon", "open-quote", "no-value", "windows-1251", "utf-16"],
)
def test_a_file_that_cannot_be_read_is_told(
    tmp_path: Path, content: str | bytes, place: str
) -> None:
    with pytest.raises(SettingsError) as refused:
        load_settings({}, write(tmp_path, content))

    line = str(refused.value)
    assert ".env" in line
    assert place in line
    assert "secret" not in line
    assert "\n" not in line


def test_a_folder_in_place_of_the_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="папка"):
        load_settings({}, str(tmp_path))


# Secrets in files of their own


def test_a_secret_may_stand_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "token").write_text(TOKEN + "\n")
    (tmp_path / "url").write_text("sqlite+aiosqlite:///other.db")

    settings = load_settings(
        {
            "MCU_TELEGRAM_TOKEN_FILE": str(tmp_path / "token"),
            "MCU_DATABASE_URL_FILE": str(tmp_path / "url"),
            "MCU_STAFF_CHAT": "telegram:-1001",
        }
    )

    assert settings.telegram_token
    assert settings.telegram_token.get_secret_value() == TOKEN
    assert settings.database_url.endswith("other.db")
    assert settings.warnings == ()


def test_a_secret_s_file_that_is_missing_or_empty_or_one_too_many_is_told(tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.touch()
    path = str(empty)

    for environ in (
        {"MCU_TELEGRAM_TOKEN_FILE": str(tmp_path / "none")},
        {"MCU_TELEGRAM_TOKEN_FILE": path},
        {"MCU_TELEGRAM_TOKEN_FILE": path, "MCU_TELEGRAM_TOKEN": TOKEN},
    ):
        line = complaint(environ)
        assert "MCU_TELEGRAM_TOKEN_FILE" in line
        assert TOKEN not in line
