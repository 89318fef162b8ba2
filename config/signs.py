"""Signs that do not show: which there are, and whether a text has any that does. Pure."""

import re
import unicodedata

# Overrides, embeddings and isolates turn "exe.gpj" round; marks and joiners hide in words.
# ZWNJ and ZWJ are not among them (Persian, families of emoji).
HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e"
    "\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0001\ud800-\udfff]"
)
WITHOUT_INK = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp", "Zs"})  # controls, formats, spaces
# Letters, marks and signs that show nothing: joiner, Hangul fillers, inherent vowels, empty Braille.
BLANKS = "\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0"


def is_visible(text: str) -> bool:
    """Whether anything shows: messengers refuse a message of spaces, joiners and other blanks."""
    return any(unicodedata.category(c) not in WITHOUT_INK and c not in BLANKS for c in text)


def has_shape(text: str) -> bool:
    """Whether a sign shows by itself: marks need a letter to stand on."""
    return any(is_visible(c) and not unicodedata.category(c).startswith("M") for c in text)


def letters(text: str) -> int:
    """The number of letters and digits that show."""
    return sum(c.isalnum() and c not in BLANKS for c in text)


def hides_any(text: str) -> bool:
    """Whether there is a sign in it that nobody sees."""
    return bool(HIDDEN.search(text)) or any(c in BLANKS for c in text)
