"""Settings: each variable with wrong values, told in one line; the ways a ``.env`` may be written."""

import re
from pathlib import Path
from typing import Any

import pytest

from config.settings import NAMES, SECRETS, SettingsError, load_settings

TOKEN = "123456:" + "A" * 35
TELEGRAM = {"MCU_TELEGRAM_TOKEN": TOKEN, "MCU_STAFF_CHAT": "telegram:-1001"}
VK = {"MCU_VK_TOKEN": "vk1.a.secret-key-of-the-community", "MCU_VK_GROUP_ID": "77"}

RIGHT: dict[str, list[str]] = {
    "MCU_DATABASE_URL": [
        "sqlite+aiosqlite:///data/mcu.db",
        "postgresql+asyncpg://mcu:word@localhost:5432/mcu",
    ],
    "MCU_DATA_DIR": ["/srv/данные города"],
    "MCU_FILES_DIR": ["/srv/файлы города", "files"],
    "MCU_TELEGRAM_TOKEN": [TOKEN],
    "MCU_TELEGRAM_API_URL": ["http://127.0.0.1:8081/"],
    "MCU_TELEGRAM_SECRET": ["a-long_Word9"],
    "MCU_VK_TOKEN": ["vk1.a.AbC-d_e"],
    "MCU_VK_GROUP_ID": ["123456789"],
    "MCU_VK_API_URL": ["https://vk.example.ru"],
    "MCU_VK_SECRET": ["anything"],
    "MCU_VK_CONFIRMATION": ["c0nf1rm"],
    "MCU_STAFF_CHAT": ["telegram:-1001234567890", "vk:2000000001", "web:staff"],
    "MCU_ADMINS": ["telegram:42", "telegram:42, vk:77", "vk:77;telegram:42", "web:admin"],
    "MCU_PUBLIC_URL": ["https://bot.example.ru/", "http://127.0.0.1:8080"],
    "MCU_WEB_HOST": ["0.0.0.0", "::1", "localhost"],  # noqa: S104
    "MCU_WEB_PORT": ["0", "1", "65535"],
    "MCU_WEB_CHAT": ["on", "off", "ON"],
    "MCU_MUNICIPALITY": ["Городской округ «Бор»"],
    "MCU_TIMEZONE": ["Asia/Kamchatka"],
    "MCU_NUMBER_PREFIX": ["МЦУ-2"],
    "MCU_WORK_HOURS": ["8-17", "9 – 18", "0-24"],
    "MCU_DIGEST_HOUR": ["0", "23"],
    "MCU_EMERGENCY_NUMBERS": ["ЕДДС 8 (831) 000-00-00"],
    "MCU_FORMAL_URL": ["https://example.ru/form?a=1"],
    "MCU_POSTAL_ADDRESS": ["606440, г. Бор, ул. Ленина, 97"],
    "MCU_PRIVACY_URL": ["https://example.ru/privacy"],
    "MCU_CLAMAV": ["127.0.0.1:3310", "clamav:3310", "[::1]:3310", "unix:/run/clamav/clamd.ctl"],
    "MCU_FILES_URL": ["s3://mcu-files", "s3://mcu.files/bor/2026", "s3://mcu-files/"],
    "MCU_S3_ENDPOINT": ["https://storage.example.ru", "http://minio:9000/"],
    "MCU_S3_KEY": ["anything"],
    "MCU_S3_SECRET": ["any/thing+at=all"],
    "MCU_S3_REGION": ["ru-central1"],
    "MCU_SENTRY_DSN": ["https://key@sentry.example.ru/1", "https://key@example.ru/sentry/1"],
    "MCU_FLOOD_LIMIT": ["0", "30", "6000"],
    "MCU_EXAMINERS": ["1", "2"],
    "MCU_EXAMINER_MEMORY": ["200", "300", "2000"],
}

WRONG: dict[str, list[str]] = {
    "MCU_DATABASE_URL": [
        "mcu.sqlite",
        "postgresql://mcu:hidden-word@db/mcu",
        "mysql://mcu:hidden-word@db/mcu",
        "postgresql+asyncpg://mcu:hidden-word@db:port/mcu",
        "postgresql+asyncpg://mcu:hidden-word@/mcu?host=db&port=port",
    ],
    "MCU_DATA_DIR": ["a\0b"],
    "MCU_FILES_DIR": ["a\0b"],
    "MCU_TELEGRAM_TOKEN": ["abc", "123456:short", f"bot{TOKEN}", "123456:" + "Ы" * 35],
    "MCU_TELEGRAM_API_URL": ["api.telegram.org", "ftp://a", "http://", "http://a:port"],
    "MCU_TELEGRAM_SECRET": ["два слова", "a b", "x" * 257],
    "MCU_VK_TOKEN": ["не тот", "a b"],
    "MCU_VK_GROUP_ID": ["-77", "0", "club77", "7.5", "٣"],
    "MCU_VK_API_URL": ["vk"],
    "MCU_STAFF_CHAT": ["-1001", "telegram:@group", "vk:-5", "web:other", "max:1"],
    "MCU_ADMINS": ["42", "telegram:@ivan", "telegram:42 vk:77", "web:ivan"],
    "MCU_PUBLIC_URL": ["bot.example.ru", "http://bot.example.ru", "https://[bot"],
    "MCU_WEB_HOST": ["http://127.0.0.1", "мой сервер", "127.0.0.1/24"],
    "MCU_WEB_PORT": ["abc", "-1", "65536", "80.5", "8_0", "восемь"],
    "MCU_WEB_CHAT": ["да", "1"],
    "MCU_MUNICIPALITY": ["я" * 201, "Бор\nи ещё"],
    "MCU_TIMEZONE": ["Москва", "UTC+3", "/etc/passwd"],
    "MCU_NUMBER_PREFIX": ["a b", "х" * 17, "№"],
    "MCU_WORK_HOURS": ["18-9", "9", "9-25", "9:00-18:00"],
    "MCU_DIGEST_HOUR": ["24", "9:00", "-1"],
    "MCU_FORMAL_URL": ["gosuslugi.ru"],
    "MCU_PRIVACY_URL": ["javascript:alert(1)"],
    "MCU_CLAMAV": ["clamd", "127.0.0.1", "unix:clamd.ctl", "tcp://127.0.0.1:3310", ":3310"],
    "MCU_FILES_URL": ["mcu-files", "s3:/mcu-files", "https://a.ru/b", "s3://Ведро", "s3://a/../b"],
    "MCU_S3_ENDPOINT": ["storage.example.ru"],
    "MCU_S3_REGION": ["центр", "a b"],
    "MCU_SENTRY_DSN": [
        "errors.example.ru/1",
        "https://sentry.example.ru/1",
        "https://hidden-word@sentry.example.ru",
        "https://hidden-word@sentry.example.ru/project",
        "https://hidden-word@/1",
    ],
    "MCU_FLOOD_LIMIT": ["мало", "-1", "6001", "0.5"],
    "MCU_EXAMINERS": ["0", "3", "два"],
    "MCU_EXAMINER_MEMORY": ["199", "2001", "много"],
}
S3 = {
    "MCU_FILES_URL": "s3://mcu-files",
    "MCU_S3_ENDPOINT": "https://storage.example.ru",
    "MCU_S3_KEY": "key-of-the-store",
    "MCU_S3_SECRET": "secret-of-the-store",
}
ANYTHING_GOES = {
    "MCU_S3_KEY",
    "MCU_S3_SECRET",
    "MCU_VK_SECRET",
    "MCU_VK_CONFIRMATION",
    "MCU_EMERGENCY_NUMBERS",
    "MCU_POSTAL_ADDRESS",
}


def pairs(table: dict[str, list[str]]) -> list[Any]:
    return [pytest.param(n, v, id=f"{n[4:]}-{i}") for n in table for i, v in enumerate(table[n])]


def needed_with(name: str, value: str) -> dict[str, str]:
    """What has to be set besides, so that only this variable matters."""
    more = {
        "MCU_VK_TOKEN": {"MCU_VK_GROUP_ID": "77"},
        "MCU_VK_GROUP_ID": {"MCU_VK_TOKEN": "a-key"},
        "MCU_STAFF_CHAT": TELEGRAM | VK,
        "MCU_WEB_CHAT": TELEGRAM,
        **dict.fromkeys((*S3, "MCU_S3_REGION"), S3),
    }
    return {**more.get(name, {}), name: value}


def complaint(environ: dict[str, str]) -> str:
    with pytest.raises(SettingsError) as refused:
        load_settings(environ)
    line = str(refused.value)
    assert "\n" not in line
    return line


def test_all_wrong_values_are_told_at_once() -> None:
    """Who can edit a file and no more does not want to start the bot five times."""
    with pytest.raises(SettingsError) as refused:
        load_settings({"MCU_WEB_PORT": "восемь", "MCU_TIMEZONE": "Бор", "MCU_ADMINS": "я"})

    lines = str(refused.value).splitlines()
    assert [line.count("MCU_") >= 1 for line in lines] == [True] * 3
    named = " ".join(lines)
    assert all(name in named for name in ("MCU_WEB_PORT", "MCU_TIMEZONE", "MCU_ADMINS"))


def test_every_variable_is_tried_here() -> None:
    assert RIGHT.keys() == NAMES.keys()
    assert WRONG.keys() | ANYTHING_GOES == NAMES.keys()


@pytest.mark.parametrize(("name", "value"), pairs(RIGHT))
def test_a_right_value_is_taken(name: str, value: str) -> None:
    settings = load_settings(needed_with(name, value))

    assert getattr(settings, NAMES[name]) is not None
    assert settings.warnings in ((), load_settings({"MCU_TELEGRAM_TOKEN": TOKEN}).warnings)


@pytest.mark.parametrize(("name", "value"), pairs(WRONG))
def test_a_wrong_value_is_told_in_a_line_that_names_the_variable(name: str, value: str) -> None:
    line = complaint(needed_with(name, value))

    assert line.startswith(f"{name}: нуж")
    assert re.search("[a-z]{4,} [a-z]{2,} [a-z]{2,}", line) is None  # Russian all through
    if name in SECRETS:
        assert value not in line
        assert "hidden-word" not in line
        assert "указано другое" in line


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MCU_STAFF_CHAT", TOKEN),
        ("MCU_VK_GROUP_ID", "vk1.a.secret-key-of-the-community"),
        ("MCU_WEB_PORT", TOKEN),
        ("MCU_TELEGRAM_API_URL", "ftp://mcu:word@proxy.example.ru"),
    ],
)
def test_a_secret_in_the_wrong_variable_is_not_printed(name: str, value: str) -> None:
    line = complaint({"MCU_VK_TOKEN": "a-key", name: value})

    assert line.startswith(name)
    assert value not in line


def test_secrets_are_hidden_where_settings_are_printed() -> None:
    settings = load_settings({**TELEGRAM, **VK, "MCU_VK_SECRET": "the-secret-of-vk"})

    for secret in (TOKEN, VK["MCU_VK_TOKEN"], "the-secret-of-vk"):
        assert secret not in repr(settings)


# Variables that need each other


@pytest.mark.parametrize(
    ("environ", "missing"),
    [
        ({"MCU_VK_TOKEN": "a-key"}, "MCU_VK_GROUP_ID"),
        ({"MCU_VK_GROUP_ID": "7"}, "MCU_VK_TOKEN"),
        (TELEGRAM | {"MCU_PUBLIC_URL": "https://a.ru"}, "MCU_TELEGRAM_SECRET"),
        (VK | {"MCU_PUBLIC_URL": "https://a.ru"}, "MCU_VK_SECRET"),
        (VK | {"MCU_PUBLIC_URL": "https://a.ru", "MCU_VK_SECRET": "s"}, "MCU_VK_CONFIRMATION"),
        ({"MCU_WEB_CHAT": "off"}, "MCU_WEB_CHAT"),
        ({"MCU_STAFF_CHAT": "telegram:-1001"}, "MCU_STAFF_CHAT"),
        (TELEGRAM | {"MCU_STAFF_CHAT": "vk:2000000001"}, "MCU_STAFF_CHAT"),
        *((S3 | {name: ""}, name) for name in S3),
    ],
)
def test_what_is_missing_is_named(environ: dict[str, str], missing: str) -> None:
    assert complaint(environ).startswith(f"{missing}: ")


def test_nothing_set_is_the_web_chat_with_its_staff_room() -> None:
    settings = load_settings({})

    assert settings.channels == ("web",)
    assert settings.staff_chat == "web:staff"
    assert settings.database_url == "sqlite+aiosqlite:///data/mcu.db"
    assert settings.warnings == ()


def test_files_lie_in_the_data_s_folder_unless_they_have_one_of_their_own() -> None:
    assert str(load_settings({"MCU_DATA_DIR": "/srv/mcu"}).files_folder) == "/srv/mcu/files"
    apart = load_settings({"MCU_DATA_DIR": "/srv/mcu", "MCU_FILES_DIR": "/mnt/files"})
    assert str(apart.files_folder) == "/mnt/files"


def test_a_messenger_switches_the_web_chat_off_unless_it_is_wanted() -> None:
    assert load_settings(TELEGRAM).channels == ("telegram",)
    assert load_settings(TELEGRAM | {"MCU_WEB_CHAT": "on"}).channels == ("telegram", "web")


def test_a_token_without_staff_chat_starts_and_says_how_to_learn_its_address() -> None:
    settings = load_settings({"MCU_TELEGRAM_TOKEN": TOKEN})

    assert settings.staff_chat == "web:staff"
    assert not settings.web_chat_on
    (warning,) = settings.warnings
    assert "MCU_STAFF_CHAT" in warning
    assert "/id" in warning


@pytest.mark.parametrize("given", ["sslmode=require", "ssl=require", "sslmode=allow&ssl=require"])
def test_the_database_s_encryption_is_called_as_its_driver_calls_it(given: str) -> None:
    url = "postgresql+asyncpg://mcu:a%40%2F%23@db:5432/mcu"

    settings = load_settings({"MCU_DATABASE_URL": f"{url}?{given}"})

    assert settings.database_url == f"{url}?ssl=require"


@pytest.mark.parametrize(
    ("environ", "shown"),
    [
        (S3 | {"MCU_S3_ENDPOINT": "storage"}, "https://storage.yandexcloud.net"),
        ({"MCU_PRIVACY_URL": "privacy"}, "https://example.ru/privacy"),
        ({"MCU_SENTRY_DSN": "https://sentry.example.ru/1"}, "https://ключ@sentry.example.ru/1"),
        (TELEGRAM | {"MCU_STAFF_CHAT": "vk:2000000001"}, "чат во ВКонтакте, но MCU_VK_TOKEN"),
        (VK | {"MCU_STAFF_CHAT": "telegram:-1001"}, "чат в Telegram, но MCU_TELEGRAM_TOKEN"),
    ],
)
def test_a_complaint_shows_what_was_meant(environ: dict[str, str], shown: str) -> None:
    assert shown in complaint(environ)


def test_a_misspelt_variable_is_told_with_the_one_that_was_meant() -> None:
    settings = load_settings({"MCU_TELEGRAM_TOKN": TOKEN, "MCU_WHATEVER": "1", "PATH": "/bin"})

    near, strange = settings.warnings
    assert near.startswith("MCU_TELEGRAM_TOKN")
    assert near.endswith("MCU_TELEGRAM_TOKEN?")
    assert strange.startswith("MCU_WHATEVER")
    assert TOKEN not in near


@pytest.mark.parametrize("name", ["MCU_WEB_STAFF_TOKEN", "MCU_WEB_STAFF_TOKEN_FILE"])
def test_a_setting_that_is_no_more_is_told_with_what_is_in_its_place(name: str) -> None:
    (warning,) = load_settings({name: "a-code-of-sixteen-signs"}).warnings

    assert warning.startswith(f"{name}: ")
    assert "/web" in warning
    assert "python -m bot code" in warning
    assert "a-code-of" not in warning


# The file


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
