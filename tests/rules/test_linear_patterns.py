"""No text, however it repeats itself, holds the program up: patterns and what reads people's words.

Counted is the processor's time of this thread, the best of three, so that a busy machine does not
make it fail.
"""

import re
import time
from collections.abc import Callable
from typing import Any

import pytest

from tests.support.patterns import attacks, page_patterns, patterns, unfound, uses

MOST = 0.05  # seconds for 20,000 signs
TRIES = 3
FEW = 4_000  # signs: a fifth
FOUND = patterns()
OF_PAGES = page_patterns()


def slow(use: Callable[[Any], object], text: Any) -> float:
    """Seconds of the processor, 0 where they are few; the best of three."""
    best = float("inf")
    if (
        _spent(use, text[: FEW // 2] + text[-FEW // 2 :]) < MOST / 30
    ):  # even its square would be quick enough
        return 0
    for _ in range(TRIES):
        best = min(best, _spent(use, text))
        if best <= MOST:
            return 0
    return best


def _spent(use: Callable[[Any], object], text: Any) -> float:
    began = time.thread_time()
    use(text)
    return time.thread_time() - began


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
