"""Lengths of texts as messengers count them, and cuts that leave every sign whole. Pure."""

import unicodedata

MORE = "…"
LAST_OF_ONE_UNIT = "\uffff"
LONGEST_SIGN = 40  # code points of one sign on screen; longer heaps of marks are cut anywhere
JOINER = "\u200d"
TONES = "\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff"
FIRST_TAG, LAST_TAG = "\U000e0020", "\U000e007f"  # of the flags of parts of a country
FIRST_OF_FLAG, LAST_OF_FLAG = "\U0001f1e6", "\U0001f1ff"  # two of them are a country's flag


def units(text: str) -> int:
    """The length in UTF-16 code units, as messengers count: an emoji has two or more."""
    if text.isascii():
        return len(text)
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def head(text: str, most: int) -> str:
    """The beginning of the text, at most ``most`` units of it, that ends between two signs."""
    if len(text) * 2 <= most:
        return text
    at, left = 0, most
    for sign in text:
        left -= 2 if sign > LAST_OF_ONE_UNIT else 1
        if left < 0:
            break
        at += 1
    for end in range(at, max(at - LONGEST_SIGN, 0), -1):
        if not _belongs(text, end):
            return text[:end]
    return text[:at]  # of a heap of marks


def cut(text: str, most: int, mark: str = MORE) -> str:
    """The text, or its beginning with a mark that there is more; all of it at most ``most`` units."""
    kept = head(text, most)
    if len(kept) == len(text):
        return text
    return f"{head(text, max(most - units(mark), 0)).rstrip()}{mark}"


def _belongs(text: str, at: int) -> bool:
    """Whether the code point at ``at`` is shown as one sign with that before it."""
    if not 0 < at < len(text):
        return False
    before, sign = text[at - 1], text[at]
    if JOINER in (before, sign) or sign in TONES or FIRST_TAG <= sign <= LAST_TAG:
        return True
    if unicodedata.category(sign).startswith("M") or (before, sign) == ("\r", "\n"):
        return True
    if not FIRST_OF_FLAG <= sign <= LAST_OF_FLAG:
        return False
    halves = 0
    while halves < at and FIRST_OF_FLAG <= text[at - 1 - halves] <= LAST_OF_FLAG:
        halves += 1
    return halves % 2 == 1
