"""How much of anything an event may bring. It is measured here before anybody reads it.

An Event and its parts bound themselves as they are made, so no handler, job or table meets more,
wherever the event came from: a messenger, a page, a draft, the parked ones that are run again.
"""

import hashlib
import math
import re
from collections.abc import Sequence

from storage.spelling import composed

MOST_TEXT = 10_000  # signs: two and a half messages of a messenger, with what is forwarded in them
MOST_PRESS = 255
MOST_NAME = 200  # of a person
MOST_ID = 64  # of an account, a chat, a message, an album
MOST_EVENT_ID = 100
MOST_WHY = 500  # of what an adapter says of a group
MOST_WORD = 32  # what cannot be read: a kind of content
MOST_FILES = 30  # ten are kept, the others refused with a word
MOST_REF = 4_000  # of how an adapter finds a file: VK's links have some hundreds
MOST_FILE_NAME = 255
MOST_MIME = 100
MOST_BYTES = 2**62  # as a number in the tables
MOST_PLACE = 600  # more than an address may have, so that it is refused with a word
LINE = 200  # of a message of ours that is answered
CODE = re.compile(r"[A-Za-z0-9_-]{1,58}")  # of a link: a messenger takes 64, and 64 of a press
NO_CODE = "-"
DIGEST = 8  # signs that stand for what a message shows
UNKEPT = re.compile("[\0\ud800-\udfff]")  # what no database takes in a text


def words(text: str, most: int) -> str:
    """The first ``most`` signs of a text that a table takes, in one spelling."""
    return composed(UNKEPT.sub("", text[:most]))[:most]


def mark(name: str, most: int) -> str:
    """An id that fits its column; of one that is too long, what stands for it and no other."""
    if len(name) <= most and not UNKEPT.search(name):
        return name
    return hashlib.sha256(name.encode(errors="surrogatepass")).hexdigest()[:32]


def marks(names: Sequence[str]) -> tuple[str, ...]:
    """Ids that fit, and not too many of them."""
    return tuple(mark(name, MOST_ID) for name in names[:MOST_FILES])


def code(given: str) -> str:
    """The code that a link brought; ``NO_CODE`` for what can be none."""
    return given if not given or CODE.fullmatch(given) else NO_CODE


def first_line(text: str) -> str:
    """The first line of a message of ours, which tells its subject."""
    return text.partition("\n")[0][:LINE]


def digest(*parts: object) -> str:
    """``DIGEST`` signs that tell these parts from others."""
    given = repr(parts).encode(errors="replace")
    return hashlib.blake2b(given, digest_size=DIGEST // 2).hexdigest()


def same_words(look: str, other: str) -> bool:
    """Whether two values of ``Event.look`` are of the same words and place."""
    return look[:DIGEST] == other[:DIGEST]


def same_files(look: str, other: str) -> bool:
    """Whether two values of ``Event.look`` are of the same files."""
    return look[DIGEST:] == other[DIGEST:]


def degrees(value: float | None, most: float) -> float | None:
    """A latitude or longitude; None for what is none."""
    return value if value is not None and math.isfinite(value) and abs(value) <= most else None


def size(value: int) -> int:
    """A number of bytes that a table takes."""
    return min(max(value, 0), MOST_BYTES)
