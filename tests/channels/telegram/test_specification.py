"""The fake tells what the specification of Telegram does not allow."""

from pathlib import Path

import pytest

from tests.fakes.telegram.spec import TelegramSpec


@pytest.fixture
def spec() -> TelegramSpec:
    spec = TelegramSpec.load()
    if spec is None:
        pytest.skip("the specification is not here")
    return spec


@pytest.mark.parametrize(
    ("method", "form", "wrong"),
    [
        ("sendMessage", {"chat_id": "1", "text": "Яма"}, ""),
        ("sendMessage", {"chat_id": "1"}, "sendMessage.text: missing"),
        ("sendMessage", {"chat_id": "1", "text": "", "colour": "1"}, "no such parameter"),
        ("sendFax", {}, "no such method"),
        ("getUpdates", {"offset": "раз"}, "is no Integer"),
        ("getUpdates", {"allowed_updates": "[1]"}, "is no String"),
        (
            "sendMessage",
            {"chat_id": "1", "text": "Яма", "reply_markup": '{"inline_keyboard": [[{}]]}'},
            "text: missing",
        ),
        (
            "sendMediaGroup",
            {"chat_id": "1", "media": '[{"type": "photo", "media": "attach://x"}]'},
            "no such upload",
        ),
    ],
)
def test_a_wrong_request_is_named(
    spec: TelegramSpec, method: str, form: dict[str, str], wrong: str
) -> None:
    told = spec.check(method, form)

    assert bool(told) == bool(wrong)
    assert wrong in "".join(told)


def test_the_suite_does_without_it(tmp_path: Path) -> None:
    assert TelegramSpec.load(tmp_path / "telegram-bot-api.json") is None
