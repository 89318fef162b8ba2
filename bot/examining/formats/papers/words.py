"""Spell names of PDF out, and take its objects apart word by word, as its readers do."""

import re
from collections.abc import Iterator

from bot.file_kinds import Refused

SPACES = b"\0\t\n\f\r "
END_OF_NAME = rb"(?=[\0\t\n\f\r ()<>\[\]{}/%]|\Z)"
ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
MOST_ESCAPES = 200_000  # of names: no program that writes papers needs a hundred
PLAIN = rb"[^\0\t\n\f\r ()<>\[\]{}/%]"
WORD = re.compile(
    rb"[\0\t\n\f\r ]++|%[^\r\n]*+|/"
    + (PLAIN + rb"*+|<<|>>|<[0-9A-Fa-f\0\t\n\f\r ]*+>|")
    + (rb"\[[\0\t\n\f\r 0-9.+R-]*+\]|[\[\](]|" + PLAIN + rb"++")
)  # an array of numbers is one
WITHIN_STRING = re.compile(rb"\\[\s\S]|[()]")
NO_WORD = SPACES + b"%"
OPENS, CLOSES = (b"<<", b"["), {b"<<": b">>", b"[": b"]"}
DEEPEST = 100
OWN = 2  # levels around the words of a dictionary itself
TWO_NUMBERS, WHOLE_REFERENCE = 2, 3  # words of a value that stands elsewhere: 7 0 R
MATTERS = frozenset(
    b"Type Subtype N First Filter F DecodeParms DP S Next URI OpenAction AA A".split()
)


def spelt(text: bytes) -> bytes:
    """Return ``text`` with the numbers in names turned into the letters they stand for."""
    if b"#" not in text:
        return text
    count = 0

    def letter(found: "re.Match[bytes]") -> bytes:
        nonlocal count
        count += 1
        if count > MOST_ESCAPES:
            raise Refused("packed")
        return bytes.fromhex(found[1].decode())

    return ESCAPED.sub(letter, text)


def words(text: bytes, at: int = 0) -> Iterator[tuple[int, int]]:
    """Yield the beginning and end of each word: names, numbers, brackets, strings; no comments.

    It stops before what cannot be a word, and before a string without an end.
    """
    while True:
        found = WORD.match(text, at)
        if found is None:
            return
        at, end = found.span()
        if text[at] == 0x28:
            end = _end_of_string(text, end)
            if end < 0:
                return
        if text[at] not in NO_WORD:
            yield at, end
        at = end


def dictionary(text: bytes, at: int = 0) -> tuple[dict[bytes, bytes], int] | None:
    """Return the values of the dictionary that begins at ``at``, by their names, and its end.

    Values are as they are written, with names spelt. None if it is not well formed: readers repair
    each in its own way, so its end would not be certain.
    """
    levels = [_Level()]
    found: dict[bytes, bytes] = {}
    name, begin, last = b"", at, at
    for start, end in words(text, at):
        word = text[start:end]
        if word in (b">>", b"]"):
            if not levels.pop().may_end(word):
                return None
            if len(levels) == 1:
                return (found, end) if _keep(found, name, text[begin:last]) else None
        elif not levels[-1].takes(word):
            return None
        elif len(levels) == OWN and levels[-1].is_at_name:
            if not _keep(found, name, text[begin:last]):
                return None
            name, begin = spelt(word), end
        if word in OPENS:
            levels.append(_Level(word))
        if len(levels) > DEEPEST:
            return None
        last = end
    return None


class _Level:
    """What stands between two brackets: ``taken`` words since a name, where it has names."""

    def __init__(self, opened: bytes = b"") -> None:
        self.is_at_name = False
        self._opened = opened
        self._taken = 1  # so that a name comes first
        self._is_number = False

    def takes(self, word: bytes) -> bool:
        """Whether a word may stand here."""
        self.is_at_name = False
        if self._opened == b"[":
            return True
        if not self._opened:
            return word == b"<<"
        if not self._taken:
            self._taken, self._is_number = 1, word.isdigit()
            return True
        if word.startswith(b"/") and self._taken != TWO_NUMBERS:
            self.is_at_name, self._taken, self._is_number = True, 0, False
            return True
        if self._is_number and self._taken < WHOLE_REFERENCE:
            self._taken += 1
            return word.isdigit() if self._taken == TWO_NUMBERS else word == b"R"
        return False

    def may_end(self, word: bytes) -> bool:
        """Whether it may end by this bracket."""
        if word == b"]":
            return self._opened == b"["
        return self._opened == b"<<" and self._taken in (1, WHOLE_REFERENCE)


def _keep(found: dict[bytes, bytes], name: bytes, value: bytes) -> bool:
    """Whether it is no second value of a name that matters; ``name`` is empty before the first."""
    if name[1:] in found and name[1:] in MATTERS:
        return False
    if name:
        found[name[1:]] = spelt(value.lstrip(SPACES))
    return True


def first_value(text: bytes, at: int = 0) -> bytes:
    """Return the first value from ``at`` on, as it is written; ``7 0 R`` is one, too.

    Empty if there is none, or it has no end.
    """
    depth, begin, numbers = 0, -1, 0
    end_of_number = at
    for start, end in words(text, at):
        begin = start if begin < 0 else begin
        word = text[start:end]
        if word in OPENS:
            if numbers:
                break
            depth += 1
        elif word in CLOSES.values():
            depth -= 1
            if depth <= 0:
                return text[begin:end] if not depth else b""
        elif not depth:
            if numbers == 2 and word == b"R":
                return text[begin:end]
            if not word.isdigit() or numbers == 2:
                return text[begin : end_of_number if numbers else end]
            numbers += 1
            end_of_number = end_of_number if numbers > 1 else end
    return text[begin:end_of_number] if numbers and not depth else b""


def _end_of_string(text: bytes, at: int) -> int:
    """Behind the bracket that closes it, -1 if there is none."""
    depth = 1
    for found in WITHIN_STRING.finditer(text, at):
        if found[0] == b"(":
            depth += 1
        elif found[0] == b")":
            depth -= 1
            if not depth:
                return found.end()
    return -1
