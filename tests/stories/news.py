"""What residents are told of their appeals, read from the messages they see."""

import re
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress

from config.texts import Texts
from tests.support.towns.model import News

TEXTS = Texts.load()
ANSWERS = {"filed", "informed", "confirm", "reopened", "withdraw", "deleted"}  # at once: no pushes


def _pattern(key: str, **given: str) -> re.Pattern[str]:
    names = (
        "number",
        "text",
        "org",
        "department",
        "date",
        "until",
        "today",
        "reason",
        "first",
        "words",
        "kind",
    )
    text = re.escape(TEXTS(key, **{name: f"<{name}>" for name in names}).strip())
    seen = text
    for name in names:
        seen = seen.replace(re.escape(f"<{name}>"), given.get(name, ".*?"), 1)
    return re.compile(seen)


NUMBER, WORDS = r"(?P<number>МЦУ-\d\d-\d{6})", r"(?P<words>.*?)"
PATTERNS = {
    "filed": _pattern("filed", number=NUMBER),
    "take": _pattern("push-take", number=NUMBER),
    "ask": _pattern("push-ask", number=NUMBER, text=WORDS),
    "forward": _pattern("push-forward", number=NUMBER, org=WORDS),
    "answer": _pattern("push-answer", number=NUMBER, text=WORDS),
    "decline": _pattern("push-decline", number=NUMBER, text=WORDS),
    "interim": _pattern("push-interim", number=NUMBER, text=WORDS),
    "expire-answered": _pattern("push-expire-answered", number=NUMBER),
    "expire-need_info": _pattern("push-expire-need_info", number=NUMBER),
    "remind-answered": _pattern("push-remind-answered", number=NUMBER),
    "remind-need_info": _pattern("push-remind-need_info", number=NUMBER),
    "informed": _pattern("informed", number=NUMBER),
    "confirm": _pattern("confirmed", number=NUMBER),
    "reopened": _pattern("reopened", number=NUMBER),
    "withdraw": _pattern("withdrawn", number=NUMBER),
    "deleted": _pattern("deleted"),
}


def news_of(text: str) -> News | None:
    """What a message tells of an appeal; None where it is a question, a list, a menu."""
    text = text.removesuffix(f"\n\n{TEXTS('push-question-over')}")
    for kind, pattern in PATTERNS.items():
        if found := pattern.fullmatch(text):
            groups = found.groupdict()
            return News(kind, groups.get("number", ""), groups.get("words", ""))
    return None


def compare(
    told: Sequence[News], shown: Sequence[News], repeats: Counter[News], maybe: set[News]
) -> int:
    """What a resident saw is what he was to be told, each once and in order.

    But for what a crash or a lost answer may have shown again, and what was refused. Returns how
    many came again.
    """
    waiting = list(told)
    seen: set[News] = set()
    again = 0
    for news in shown:
        while waiting and waiting[0] != news and waiting[0] in maybe:
            waiting.pop(0)
        if waiting and waiting[0] == news:
            seen.add(waiting.pop(0))
        elif news in seen and repeats[news]:
            repeats[news] -= 1
            again += 1
        else:
            assert news in maybe, f"{news} was not to come now: told {told}, shown {shown}"
    left = [news for news in waiting if news not in maybe]
    assert left == [], f"told {told}, shown {shown}"
    return again


def compare_each(
    ways: Sequence[Sequence[News]], shown: Sequence[News], repeats: Counter[News], maybe: set[News]
) -> int:
    """The same, where it may have been told in each of these ways: one of them must fit."""
    for way in ways[:-1]:
        with suppress(AssertionError):
            return compare(way, shown, repeats.copy(), maybe)
    return compare(ways[-1], shown, repeats, maybe)
