"""People's texts without hidden signs that turn, hide or pile up letters. Pure.

What is kept stays as it came; everything that goes out passes here (``layout.fit``).
"""

import re
import unicodedata

from config.signs import HIDDEN

BREAKS = re.compile("[\x0b\x0c\x85\u2028\u2029]|\r\n?")
# Tags write a second text that nobody sees.
TAGS = re.compile("(?<!\U0001f3f4)(?<![\U000e0020-\U000e007f])[\U000e0020-\U000e007f]+")
ORDINARY = re.compile(
    "[\n -~\xa0-\xac\xae-\xffЀ-\u0482\u048a-\u052f\u2010-\u2027\u2030-\u205e\u20ac-\u20bf\u2116"
    "\u2190-\u21ff\u2460-\u27bf\U0001f300-\U0001f64f\U0001f680-\U0001f6ff\U0001f900-\U0001f9ff]*"
)  # nothing to take out: nearly every text of ours
MOST_MARKS = 3  # on one letter: Vietnamese and Hebrew need two and three


def without_hidden_signs(text: str) -> str:
    """The text without signs that only deceive the eye."""
    if ORDINARY.fullmatch(text):
        return text
    return _few_marks(TAGS.sub("", HIDDEN.sub("", BREAKS.sub("\n", text))))


def _few_marks(text: str) -> str:
    kept: list[str] = []
    marks = 0
    for sign in text:
        marks = marks + 1 if unicodedata.category(sign) in {"Mn", "Me"} else 0
        if marks <= MOST_MARKS:
            kept.append(sign)
    return "".join(kept)
