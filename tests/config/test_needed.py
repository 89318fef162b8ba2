"""Settings that need each other, stand for each other, or are missed."""

import pytest

from config.settings import load_settings
from tests.config.variables import MAX, S3, TELEGRAM, TOKEN, VK, complaint


@pytest.mark.parametrize(
    ("environ", "missing"),
    [
        ({"MCU_VK_TOKEN": "a-key"}, "MCU_VK_GROUP_ID"),
        ({"MCU_VK_GROUP_ID": "7"}, "MCU_VK_TOKEN"),
        (TELEGRAM | {"MCU_PUBLIC_URL": "https://a.ru"}, "MCU_TELEGRAM_SECRET"),
        (VK | {"MCU_PUBLIC_URL": "https://a.ru"}, "MCU_VK_SECRET"),
        (VK | {"MCU_PUBLIC_URL": "https://a.ru", "MCU_VK_SECRET": "s"}, "MCU_VK_CONFIRMATION"),
        ({"MCU_WEB_CHAT": "off"}, "MCU_WEB_CHAT"),
        (MAX | {"MCU_PUBLIC_URL": "https://a.ru"}, "MCU_MAX_SECRET"),
        (TELEGRAM | {"MCU_TELEGRAM_DIALOGUE": "off"}, "MCU_TELEGRAM_DIALOGUE"),
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


def test_a_channel_without_conversation_stays_open_and_is_none_that_answers() -> None:
    settings = load_settings(TELEGRAM | VK | {"MCU_TELEGRAM_DIALOGUE": "off"})

    assert settings.channels == ("vk", "telegram")
    assert settings.without_dialogue == ("telegram",)
    assert settings.conversing == ("vk",)
    assert load_settings(VK | {"MCU_TELEGRAM_DIALOGUE": "off"}).without_dialogue == ()


def test_a_token_without_staff_chat_starts_and_says_how_to_learn_its_address() -> None:
    settings = load_settings({"MCU_TELEGRAM_TOKEN": TOKEN})

    assert settings.staff_chat == "web:staff"
    assert not settings.web_chat_on
    (warning,) = settings.warnings
    assert "MCU_STAFF_CHAT" in warning
    assert "/id" in warning


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
