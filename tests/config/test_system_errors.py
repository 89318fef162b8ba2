"""What the system refused is told in Russian, wherever it is told."""

import errno
import os
import re
import socket

import pytest

from config.texts import Texts
from config.texts.system_errors import in_words
from storage.database.errors import reason_of

NAMES = sorted(name for name in errno.errorcode.values() if f"system-{name}" in Texts.load())


@pytest.mark.parametrize("name", NAMES)
def test_every_ordinary_refusal_has_its_words(name: str) -> None:
    number = getattr(errno, name)

    said = in_words(OSError(number, os.strerror(number), "/data/mcu.db"))

    assert re.search("[а-я]", said)
    assert not re.search("[A-Za-z]", said)
    assert not said.endswith(".")


def test_a_name_that_is_unknown_and_an_answer_that_did_not_come() -> None:
    assert "имени" in in_words(socket.gaierror(-2, "Name or service not known"))
    assert "не дождались" in reason_of(TimeoutError())


def test_a_rare_refusal_keeps_the_words_of_the_system() -> None:
    assert (
        in_words(OSError(errno.EXDEV, "Invalid cross-device link")) == "Invalid cross-device link"
    )
    assert in_words(OSError()) == "OSError"
