"""Tell texts from other bytes: in UTF-8, UTF-16 with its mark, or as Russian Windows wrote them."""

import codecs
import unicodedata

SPACES = b"\xef\xbb\xbf \t\r\n\f\v\0"  # a mark of UTF-8, and what is passed over before words
WRITTEN = b"\t\n\r\f\v\x1a\x1e\x1f"  # lines and pages, the end of DOS, the hyphens of Word
LOOKED_AT = 4096  # bytes in which a program or a picture has others than these
SAMPLE = 64 * 1024  # bytes of an old text that tell whether it is Russian
PIECE = 1024 * 1024  # of a text that is decoded to see whether it is one
MOST_ODD = 0.05  # of the letters of an old text
MARKS = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
UNKNOWN = ("Cn", "Co", "Cs")
OF_WINDOWS = "ёЁ№«»—–…„“”‘’•·°©§±\xa0\xad"


def text_of(content: bytes) -> str | None:
    """Return the beginning of a text, None if the bytes are none."""
    start = content[:LOOKED_AT]
    if encoding := MARKS.get(content[:2]):
        decoded = _decoded(content[2:], encoding)
        return decoded if decoded and _is_written(decoded) and _is_known(decoded) else None
    if not _is_written(start.decode("latin-1")) or b"\0" in content:
        return None
    decoded = _decoded(content.removeprefix(codecs.BOM_UTF8), "utf-8")
    return _russian(content[:SAMPLE]) if decoded is None else decoded


def _is_written(text: str) -> bool:
    """Whether it has no other signs of control than people's programs write."""
    return not any(char < " " and ord(char) not in WRITTEN for char in text)


def _is_known(text: str) -> bool:
    """Whether all its signs are known: nearly any two bytes are a sign of UTF-16, but few are."""
    return all(unicodedata.category(char) not in UNKNOWN for char in text)


def _decoded(content: bytes, encoding: str) -> str | None:
    """The beginning of what is written in ``encoding`` throughout, else None."""
    decoder, begins = codecs.getincrementaldecoder(encoding)(), ""
    try:
        for at in range(0, len(content), PIECE):
            last = at + PIECE >= len(content)
            piece = decoder.decode(content[at : at + PIECE], final=last)
            begins = begins or piece[:LOOKED_AT]
    except UnicodeDecodeError:
        return None
    return begins


def _russian(sample: bytes) -> str | None:
    """The beginning of a text of old Russian Windows, None if it is none."""
    text = sample.decode("cp1251", errors="replace")
    usual = sum(c.isascii() or "а" <= c.lower() <= "я" or c in OF_WINDOWS for c in text)
    return text[:LOOKED_AT] if usual > (1 - MOST_ODD) * len(text) else None
