"""Each setting with right values and wrong ones, which are told in one line."""

import re
from typing import Any

import pytest

from config.settings import NAMES, SECRETS, SettingsError, load_settings
from tests.config.variables import MAX, S3, TELEGRAM, TOKEN, VK, complaint
from tests.paths import ROOT

BUNDLE = ROOT / "bot/channels/max/ca.pem"
LOGO = str(ROOT / "bot/channels/web/static/icon.svg")
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
    "MCU_TELEGRAM_DIALOGUE": ["on", "off", "OFF"],
    "MCU_VK_TOKEN": ["vk1.a.AbC-d_e"],
    "MCU_VK_GROUP_ID": ["123456789"],
    "MCU_VK_API_URL": ["https://vk.example.ru"],
    "MCU_VK_SECRET": ["anything"],
    "MCU_VK_CONFIRMATION": ["c0nf1rm"],
    "MCU_MAX_TOKEN": [MAX["MCU_MAX_TOKEN"]],
    "MCU_MAX_API_URL": ["http://127.0.0.1:8082/"],
    "MCU_MAX_SECRET": ["a-long_Word9", "x" * 5, "x" * 256],
    "MCU_MAX_CA": [str(BUNDLE)],
    "MCU_STAFF_CHAT": [
        *("telegram:-1001234567890", "vk:2000000001", "web:staff", "max:-70801090403050")
    ],
    "MCU_ADMINS": [
        "telegram:42",
        "max:9007199254740993",
        "telegram:42, vk:77",
        "vk:77;telegram:42",
        "web:admin",
    ],
    "MCU_PUBLIC_URL": ["https://bot.example.ru/", "http://127.0.0.1:8080"],
    "MCU_WEB_HOST": ["0.0.0.0", "::1", "localhost"],  # noqa: S104
    "MCU_WEB_PORT": ["0", "1", "65535"],
    "MCU_WEB_CHAT": ["on", "off", "ON"],
    "MCU_COLOUR": ["#1a5fb4", "#8B0000", "#000000"],
    "MCU_LOGO": [LOGO],
    "MCU_WEB_EMBED": [
        "https://gorod.ru",
        "https://a.ru/, https://b.ru:8443",
        "http://localhost:80",
    ],
    "MCU_MUNICIPALITY": ["Городской округ «Бор»"],
    "MCU_TIMEZONE": ["Asia/Kamchatka"],
    "MCU_NUMBER_PREFIX": ["МЦУ-2"],
    "MCU_WORK_HOURS": ["8-17", "9 – 18", "0-24"],
    "MCU_DIGEST_HOUR": ["0", "23"],
    "MCU_EMERGENCY_NUMBERS": ["ЕДДС 8 (831) 000-00-00"],
    "MCU_HELPLINE": ["8 (831) 000-00-00"],
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
    "MCU_UNDO_SECONDS": ["0", "10", "60"],
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
    "MCU_TELEGRAM_DIALOGUE": ["нет", "0"],
    "MCU_TELEGRAM_SECRET": ["два слова", "a b", "x" * 257],
    "MCU_VK_TOKEN": ["не тот", "a b"],
    "MCU_VK_GROUP_ID": ["-77", "0", "club77", "7.5", "٣"],
    "MCU_VK_API_URL": ["vk"],
    "MCU_MAX_TOKEN": ["мой токен", "a b", "short"],
    "MCU_MAX_API_URL": ["max", "https://mcu:word@proxy.example.ru"],
    "MCU_MAX_SECRET": ["два слова", "x" * 4, "x" * 257],
    "MCU_MAX_CA": ["нет.pem", "README.md", "a\0.pem", "."],
    "MCU_STAFF_CHAT": ["-1001", "telegram:@group", "vk:-5", "web:other", "max:чат", "icq:1"],
    "MCU_ADMINS": ["42", "telegram:@ivan", "telegram:42 vk:77", "web:ivan"],
    "MCU_PUBLIC_URL": ["bot.example.ru", "http://bot.example.ru", "https://[bot"],
    "MCU_WEB_HOST": ["http://127.0.0.1", "мой сервер", "127.0.0.1/24"],
    "MCU_WEB_PORT": ["abc", "-1", "65536", "80.5", "8_0", "восемь"],
    "MCU_WEB_CHAT": ["да", "1"],
    "MCU_COLOUR": ["синий", "#12345", "1a5fb4", "#ffcc00", "#ffffff"],
    "MCU_LOGO": ["нет.svg", "README.md", "a\0.svg", "."],
    "MCU_WEB_EMBED": ["gorod.ru", "http://gorod.ru", "https://gorod.ru/chat", "*", "https://*.ru"],
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
    "MCU_UNDO_SECONDS": ["сразу", "-1", "61", "2.5"],
    "MCU_EXAMINERS": ["0", "3", "два"],
    "MCU_EXAMINER_MEMORY": ["199", "2001", "много"],
}
ANYTHING_GOES = {
    "MCU_S3_KEY",
    "MCU_S3_SECRET",
    "MCU_VK_SECRET",
    "MCU_VK_CONFIRMATION",
    "MCU_EMERGENCY_NUMBERS",
    "MCU_HELPLINE",
    "MCU_POSTAL_ADDRESS",
}


def pairs(table: dict[str, list[str]]) -> list[Any]:
    return [pytest.param(n, v, id=f"{n[4:]}-{i}") for n in table for i, v in enumerate(table[n])]


def needed_with(name: str, value: str) -> dict[str, str]:
    """What has to be set besides, so that only this variable matters."""
    more = {
        "MCU_VK_TOKEN": {"MCU_VK_GROUP_ID": "77"},
        "MCU_VK_GROUP_ID": {"MCU_VK_TOKEN": "a-key"},
        "MCU_STAFF_CHAT": TELEGRAM | VK | MAX,
        "MCU_WEB_CHAT": TELEGRAM,
        **dict.fromkeys((*S3, "MCU_S3_REGION"), S3),
    }
    return {**more.get(name, {}), name: value}


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
        ("MCU_MAX_API_URL", "https://mcu:word@proxy.example.ru"),
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


@pytest.mark.parametrize("given", ["sslmode=require", "ssl=require", "sslmode=allow&ssl=require"])
def test_the_database_s_encryption_is_called_as_its_driver_calls_it(given: str) -> None:
    url = "postgresql+asyncpg://mcu:a%40%2F%23@db:5432/mcu"

    settings = load_settings({"MCU_DATABASE_URL": f"{url}?{given}"})

    assert settings.database_url == f"{url}?ssl=require"
