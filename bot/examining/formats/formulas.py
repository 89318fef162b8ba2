"""Read formulas, presses and queries in tables and slides that ask other programs or machines."""

import re
from collections.abc import Iterable, Mapping

from bot.file_kinds import Refused

# Functions that ask as soon as they are reckoned; a HYPERLINK waits for a press.
ASKS = re.compile(
    r"(?<![A-Za-z0-9])(?:WEBSERVICE|DDE|RTD|CALL|REGISTER|REGISTER\.ID|IMAGE|EXEC|SQL\.REQUEST)"
    r"[ \r\n\t]{0,99}\(",
    re.IGNORECASE,
)
IN_QUOTES = re.compile(r'"[^"]{0,9999}"')
# The words in one byte a sign, and all by which they could be written otherwise.
HINTS = re.compile(
    rb"&#|<!|\0|ppaction|macrosheet|datamashup|customui|python|<[^<>\s]{0,40}(?:script|html)"
    rb"|webservice|dde|rtd|call|register|image|exec|sql",
    re.IGNORECASE,
)
LONGEST_HINT = 64
FORMULAS = frozenset(
    {
        "f",
        "formula",
        "formula1",
        "formula2",
        "definedname",
        "calculatedcolumnformula",
        "totalsrowformula",
    }
)
LONGEST = 100_000  # signs of one formula
PRESSES = frozenset({"hlinkclick", "hlinkhover", "hlinkmouseover"})
# A press or a passing pointer shows another page, or plays a sound.
SHOWN = re.compile(
    r"ppaction://(?:hlink(?:showjump|sldjump|file|pres)|noaction|media|customshow)\b"
)
PAGES = frozenset({"html", "script"})  # as pictures, which a browser would run
QUERIES = frozenset({"datamashup", "customui", "python"})


def asks(formula: str) -> bool:
    """Whether ``formula`` asks another program or machine as it is reckoned."""
    return bool(ASKS.search(IN_QUOTES.sub('""', formula)))


def may_ask(pieces: Iterable[bytes]) -> bool:
    """Whether XML must be read to tell: a large table without such words is not worth it."""
    tail, instructions = b"", 0
    for piece in pieces:
        text = tail + piece
        instructions += piece.count(b"<?")
        if instructions > 1 or HINTS.search(text):
            return True
        tail = text[-LONGEST_HINT:]
    return False


class Formulas:
    """Reads one part of a table or a slide. Raises Refused."""

    def __init__(self) -> None:
        self._words: list[str] | None = None
        self._length = 0

    def started(self, element: str, about: Mapping[str, str]) -> None:
        """Take an element and its attributes."""
        self._judge()
        self._words = [] if element in FORMULAS else None
        if element in QUERIES:
            raise Refused("links")
        if element == "macrosheet":
            raise Refused("macros")
        if element in PAGES:
            raise Refused("objects")
        if element in PRESSES:
            action = about.get("action", "").strip().casefold()
            if action and not SHOWN.match(action):
                raise Refused("objects" if "program" in action or "ole" in action else "macros")
        if any("formula" in name.casefold() and asks(value) for name, value in about.items()):
            raise Refused("links")

    def said(self, text: str) -> None:
        """Take text within it, which comes in any number of pieces."""
        if self._words is None:
            return
        self._words.append(text)
        self._length += len(text)
        if self._length > LONGEST:
            raise Refused("packed")

    def _judge(self) -> None:
        if self._words and asks("".join(self._words)):
            raise Refused("links")
        self._length = 0
