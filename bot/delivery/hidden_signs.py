"""People's texts without hidden signs that turn, hide or pile up letters, and what shows. Pure.

What is kept stays as it came; everything that goes out passes here (``layout.fit``).
"""

import re
import unicodedata

# Overrides, embeddings and isolates turn "exe.gpj" round; marks and joiners hide in words; tags
# write a second text that nobody sees. ZWNJ and ZWJ stay (Persian, families of emoji).
HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e"
    "\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0001\ud800-\udfff]"
)
BREAKS = re.compile("[\x0b\x0c\x85\u2028\u2029]|\r\n?")
TAGS = re.compile("(?<!\U0001f3f4)(?<![\U000e0020-\U000e007f])[\U000e0020-\U000e007f]+")
ORDINARY = re.compile(
    "[\n -~\xa0-\xac\xae-\xffЀ-\u0482\u048a-\u052f\u2010-\u2027\u2030-\u205e\u20ac-\u20bf\u2116"
    "\u2190-\u21ff\u2460-\u27bf\U0001f300-\U0001f64f\U0001f680-\U0001f6ff\U0001f900-\U0001f9ff]*"
)  # nothing to take out: nearly every text of ours
WITHOUT_INK = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp", "Zs"})  # controls, formats, spaces
# Letters, marks and signs that show nothing: joiner, Hangul fillers, inherent vowels, empty Braille.
BLANKS = "\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0"
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


def is_visible(text: str) -> bool:
    """Whether anything shows: messengers refuse a message of spaces, joiners and other blanks."""
    return any(unicodedata.category(c) not in WITHOUT_INK and c not in BLANKS for c in text)
