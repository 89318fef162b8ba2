"""Check RTF: no objects, remote templates or fields that ask other programs."""

import re

from bot.examining.formats.fields import BEGIN, is_far
from bot.examining.formats.targets import is_remote
from bot.file_kinds import Refused

# A control word behind a backslash that is not itself a sign behind one.
OBJECTS = re.compile(
    rb"(?<!\\)(?:\\\\)*+\\(?:obj[a-z]{2,20}|object|oleclsid)(?![a-z])", re.IGNORECASE
)
ANY_OBJECT = re.compile(
    rb"\\(?:objdata|objocx|objclass|objupdate|objautlink|objlink)", re.IGNORECASE
)
RAW = re.compile(rb"\\bin(?![a-z])", re.IGNORECASE)  # bytes follow that are no text
TEMPLATE = re.compile(rb"\\template(?![a-z])", re.IGNORECASE)
FIELD = re.compile(rb"\\fldinst(?![a-z])", re.IGNORECASE)
LONGEST = 2048  # bytes of one instruction
MOST_LOOKED_AT = 4_000_000  # bytes of all instructions
MOST_TEMPLATES = 100  # one is enough
BRACES = re.compile(rb"[{}]")
SPACE = re.compile(rb"[\r\n]++")
WORDS = rb"\\u(-?\d{1,6}) ?%s|\\'([0-9a-f]{2})|\\([^a-z\r\n])|\\[a-z]{1,40}(?:-?\d{1,10})? ?|[{}]"
# Behind the number of a sign another one may stand for programs that do not know it, or may not.
READINGS = tuple(
    re.compile(WORDS % instead, re.IGNORECASE) for instead in (rb"(?:\\'[0-9a-f]{2}|[^\\{}])?", b"")
)


def look_through(content: bytes) -> None:
    """Raise Refused if the text holds what it should not."""
    if OBJECTS.search(content) or (RAW.search(content) and ANY_OBJECT.search(content)):
        raise Refused("objects")
    for number, found in enumerate(TEMPLATE.finditer(content)):
        if number == MOST_TEMPLATES:
            raise Refused("packed")
        template = content[found.end() : found.end() + LONGEST].partition(b"}")[0]
        if any(is_remote(plain) for plain in _readings(template)):
            raise Refused("links")
    left = MOST_LOOKED_AT
    for found in FIELD.finditer(content):
        group = _group(content, found.end())
        left -= len(group) + 1
        if left < 0:
            raise Refused("packed")
        if any(is_far(BEGIN + plain) for plain in _readings(group)):
            raise Refused("links")


def _group(content: bytes, start: int) -> bytes:
    """What stands in the group from there on, and in groups within it."""
    depth, end = 1, min(len(content), start + LONGEST)
    for brace in BRACES.finditer(content, start, end):
        depth += 1 if brace[0] == b"{" else -1
        if not depth:
            return content[start : brace.start()]
    return content[start:end]


def _readings(text: bytes) -> list[str]:
    """As it may be read: signs in place of their numbers, no control words, no braces."""

    def sign(found: "re.Match[bytes]") -> bytes:
        number, code, itself = found.groups()
        if number:
            return chr(int(number) & 0xFFFF).encode("utf-8", errors="replace")
        if code:
            return bytes.fromhex(code.decode())
        return itself or b""

    joined = SPACE.sub(b"", text)
    return [words.sub(sign, joined).decode("utf-8", errors="replace").strip() for words in READINGS]
