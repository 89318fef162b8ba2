"""Follow the actions that a PDF starts by itself as it is opened, and read the addresses in it."""

import re
from collections import defaultdict

from bot.examining.formats.papers.words import END_OF_NAME, SPACES, dictionary, first_value, words
from bot.examining.formats.targets import is_harmless_link, is_remote
from bot.file_kinds import Refused

BY_ITSELF = re.compile(rb"/(OpenAction|AA)" + END_OF_NAME)
REFERENCE = re.compile(rb"(\d{1,10})[\0\t\n\f\r ]++\d{1,10}[\0\t\n\f\r ]++R\Z")
NUMBERED = re.compile(rb"(?<!\d)(\d{1,10})[\0\t\n\f\r ]{1,9}\d{1,10}[\0\t\n\f\r ]{1,9}obj")
ADDRESS = re.compile(rb"/URI[\0\t\n\f\r ]{0,99}(?=[(<])(?!<<)")
ELSEWHERE = re.compile(rb"/(?:GoToR|Thread)" + END_OF_NAME)
FILE = re.compile(rb"/(?:F|UF|DOS|Mac|Unix)[\0\t\n\f\r ]{0,99}(?=[(<])(?!<<)")
LOOSE = re.compile(rb"obj[\0\t\n\f\r ]{0,99}(?=[(<])(?!<<)")  # a string that is an object
ESCAPE = re.compile(rb"\\(?:([0-7]{1,3})|(\r\n?|\n)|([\s\S]))")
LETTERS = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}
# What starts an action: a page, a field, the whole.
STARTS = b"E X D U Fo Bl PO PC PV PI O C K F V WC WS DS WP DP".split()
# What may be done unasked: pages, layers and fields are shown.
HARMLESS = frozenset(
    b"/" + kind for kind in b"GoTo GoToDp Named SetOCGState Trans Hide ResetForm".split()
)
MOST_FOLLOWED = 5000
LONGEST = 4096  # bytes of a string that is an address


class Actions:
    """Collects the text of a PDF outside its streams and in its streams of objects."""

    def __init__(self) -> None:
        self._texts: list[bytes] = []
        self._firsts: list[int | None] = []
        self._places: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
        self._left = MOST_FOLLOWED
        self._seen: set[int] = set()

    def hear(self, text: bytes, first: int | None = None) -> None:
        """Take a piece, names spelt; ``first``: the place of a stream's first object in it."""
        self._texts.append(text)
        self._firsts.append(first)

    def judge(self) -> None:
        """Raise Refused if something leads elsewhere by itself, or to what is no page or letter."""
        leads = any(ELSEWHERE.search(text) for text in self._texts)
        for text in self._texts:
            for found in ADDRESS.finditer(text):
                if not is_harmless_link(_string(text, found.end())):
                    raise Refused("links")
            if leads and any(
                is_remote(_string(text, found.end()))
                for form in (FILE, LOOSE)
                for found in form.finditer(text)
            ):
                raise Refused("links")
        alone = [
            (found[1] == b"AA", first_value(text, found.end()))
            for text in self._texts
            for found in BY_ITSELF.finditer(text)
        ]
        if any(value and not value.startswith(b"[") for _, value in alone):
            self._index()
        for _, value in alone:
            if not value.startswith(b"["):  # a place to be shown
                self._follow(value)

    def _index(self) -> None:
        for number, (text, first) in enumerate(zip(self._texts, self._firsts, strict=True)):
            if first is None:
                for found in NUMBERED.finditer(text):
                    self._places[int(found[1])].append((number, found.end()))
                continue
            told = [int(word) for word in text[:first].split() if word.isdigit() and len(word) < 12]
            for name, place in zip(told[::2], told[1::2], strict=False):
                self._places[name].append((number, first + place))

    def _follow(self, value: bytes) -> None:
        self._left -= 1
        if self._left < 0:
            raise Refused("packed")
        if value.startswith(b"<<"):
            read = dictionary(value)
            if read is None:
                raise Refused("broken-document")
            self._act(read[0])
        elif value.startswith(b"["):
            at = 1
            while one := first_value(value, at):
                self._follow(one)
                at = value.index(one, at) + len(one)
        elif found := REFERENCE.match(value):
            self._look_up(int(found[1]))
        elif b"%" in value:
            raise Refused("broken-document")

    def _look_up(self, number: int) -> None:
        if number in self._seen:
            return
        self._seen.add(number)
        for text, place in self._places.get(number, ()):
            one = first_value(self._texts[text], place)
            if not one.startswith(b"["):
                self._follow(one)

    def _act(self, about: dict[bytes, bytes]) -> None:
        kind = about.get(b"S")
        if kind is None:
            for start in STARTS:
                if start in about and not about[start].startswith(b"["):
                    self._follow(about[start])
            return
        if kind not in HARMLESS:
            raise Refused("links")
        if b"Next" in about:
            self._follow(about[b"Next"])


def _string(text: bytes, at: int) -> str:
    """A string as people read it, in letters or in numbers."""
    written = text[at : at + LONGEST]
    span = next(words(written), None)
    raw = written[slice(*span)] if span else written
    if raw.startswith(b"<"):
        digits = b"".join(raw.strip(b"<>").split())
        plain = bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode("ascii", "replace"))
    else:
        plain = ESCAPE.sub(_escaped, raw[1:].removesuffix(b")"))
    if plain.startswith((b"\xfe\xff", b"\xff\xfe")):
        return plain.decode("utf-16", errors="replace")
    return plain.removeprefix(b"\xef\xbb\xbf").strip(SPACES).decode("utf-8", errors="replace")


def _escaped(found: "re.Match[bytes]") -> bytes:
    octal, line, letter = found.groups()
    if octal:
        return bytes([int(octal, 8) & 0xFF])
    return b"" if line else LETTERS.get(letter, letter)
