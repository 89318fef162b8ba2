"""The fake tells what the schema of VK does not allow."""

import pytest

from tests.fakes.vk import spec


@pytest.mark.skipif(not spec.SPECS.is_dir(), reason="VK's schema is not there")
@pytest.mark.parametrize(
    ("method", "parameters", "wrong"),
    [
        ("messages.shout", {}, "is not a method"),
        ("messages.send", {"text": "a"}, "text is not a parameter"),
        ("messages.send", {"peer_ids": "1,a"}, "peer_ids is not integer"),
        ("messages.edit", {"message": "a"}, "peer_id is missing"),
        ("messages.send", {"keyboard": '{"buttons":{}}'}, "keyboard.buttons is not array"),
        ("messages.send", {"forward": '{"is_reply":1,"cmid":[1]}'}, "forward.cmid is not known"),
    ],
)
def test_the_fake_notices_what_vk_does_not_know(
    method: str, parameters: dict[str, str], wrong: str
) -> None:
    assert any(wrong in violation for violation in spec.violations(method, parameters))
