"""One spelling of what people write: «й» is one sign, whether a phone sent one or two."""

import re
import unicodedata

# Nothing in it is ever composed: nearly every text.
COMPOSED = re.compile(
    "[\0-\u02ff\u0400-\u0482\u048a-\u052f\u2010-\u2027\u2030-\u205e\u20a0-\u20bf\u2116"
    "\u2190-\u2328\u232b-\u27bf\U0001f300-\U0001faff]*"
)
# Marks in a row are put in order one by one, which takes the square of their number. Letters of
# living languages bear three; Unicode's stream-safe texts (UAX 15) have at most thirty.
MOST_MARKS = 30


def composed(text: str) -> str:
    """The text in Unicode's form C; a text with a heap of marks stays as it is."""
    if COMPOSED.fullmatch(text):
        return text
    marks = 0
    for sign in text:
        marks = marks + 1 if unicodedata.combining(sign) else 0
        if marks > MOST_MARKS:
            return text
    return unicodedata.normalize("NFC", text)
