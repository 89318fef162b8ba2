"""No text, however it repeats itself, holds the program up: patterns, in the program and its pages."""

import re
from typing import Any

import pytest

from tests.support.growth import slow
from tests.support.patterns import attacks, page_patterns, patterns, unfound, uses

FOUND = patterns()
OF_PAGES = page_patterns()


def test_every_pattern_is_found_by_walking_the_program() -> None:
    known = {
        *(
            "handlers.wording.danger.reading.TOKEN",
            "handlers.wording.danger.reading.ADJECTIVE",
            "bot.watch.logs.SECRET",
        ),
        *(
            "storage.appeals.search.NUMBER",
            "bot.delivery.hidden_signs.TAGS",
            "handlers.wording.small_talk.SMALL_TALK",
        ),
        *("bot.channels.vk.keyboards._MARKUP", "storage.files.names.MARKS"),
    }

    assert known <= set(FOUND)
    assert [where for where in FOUND if ".FilesUrl" in where]
    assert [where for where in OF_PAGES if where.startswith("bot/channels/web/static/message.js")]
    assert unfound() == []


def test_a_pattern_that_takes_the_square_of_a_text_would_be_noticed() -> None:
    bad: list[re.Pattern[Any]] = [
        re.compile(r"люк\w*\s+открыт"),
        re.compile(r"[^\W\d_]+-(\d\d)-(\d+)"),
    ]
    bad += [re.compile(r"[.,;:!?)\]]+$")]
    bad += [re.compile(rb"\xff+[^\x00\xff\xd0-\xd7]"), re.compile(r":[^/]+@")]

    for pattern in bad:
        assert any(slow(use, text) for text in attacks(pattern) for _, use in uses(pattern))


@pytest.mark.parametrize("where", FOUND | OF_PAGES)
def test_a_pattern_is_linear(where: str) -> None:
    pattern = (FOUND | OF_PAGES)[where]

    for text in attacks(pattern):
        for name, use in uses(pattern, where):
            assert not slow(use, text), f"{name} of {text[:20]!r}…"
