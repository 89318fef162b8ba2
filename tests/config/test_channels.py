"""The row of each channel: it names settings that there are, and the rest is made of it."""

import pytest

from config.settings import NAMES, SECRETS, load_settings
from config.settings.channels import CHANNELS, MESSENGERS, ChannelSettings, ChannelVariables

ROWS = pytest.mark.parametrize("row", CHANNELS.values(), ids=list(CHANNELS))


@ROWS
def test_a_row_names_settings_of_its_own_channel(row: ChannelSettings) -> None:
    named = {*row.secrets, *row.with_token, *row.for_webhook}

    assert named <= ChannelVariables.model_fields.keys()
    assert all(name.startswith(f"{row.name}_") for name in named)


@ROWS
def test_what_is_called_a_token_or_a_secret_is_never_printed(row: ChannelSettings) -> None:
    called = {name for name in NAMES if name.startswith(f"MCU_{row.name.upper()}_")}

    assert {name for name in called if name.endswith(("_TOKEN", "_SECRET"))} <= SECRETS


def test_a_messenger_keeps_the_messages_and_knows_its_people() -> None:
    assert all(row.shows_names and not row.has_own_history for row in MESSENGERS)


def test_the_staff_s_channel_has_an_adapter_though_it_is_closed_to_residents() -> None:
    token = {"MCU_TELEGRAM_TOKEN": "123456:" + "A" * 35}

    settings = load_settings(token)

    assert settings.channels == ("telegram",)
    assert settings.served == ("telegram", "web")
    assert load_settings(token | {"MCU_STAFF_CHAT": "telegram:-1"}).served == ("telegram",)
