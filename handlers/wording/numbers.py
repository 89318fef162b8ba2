"""An appeal's number as people write it: with a phone's dashes, spaces, in either alphabet. Pure."""

import re
import unicodedata

from config.signs import HIDDEN

LONGEST = 60  # signs of what may be a number
MOST_WORDS = 5  # of a number: № МЦУ - 26 - 000012 has its dashes with one of them
DASHES = re.compile("[\u2010-\u2015\u2043\u2212\u2796\ufe58\ufe63\uff0d_./]")
SIGN = re.compile(r"(?:№|#|номер\b)\s{0,5}")
BETWEEN = re.compile(r"[\s-]+")
# Letters that look alike or stand for each other in the two alphabets, as one of them.
ALIKE = str.maketrans("авсцеhнкмортуyхвvи", "abccehhkmoptuuxbbi")
YEAR_AND_SERIAL = re.compile(r"-?(\d\d)(?:-(\d{1,9})|(\d{6}))")
SERIAL = re.compile(r"-?(\d{1,8})")
BARE = re.compile(r"(\d\d)-?(\d{6})")


def number_asked(said: str, prefix: str) -> str:
    """The number that the words are: ``МЦУ-26-000012`` or, of no year, ``12``; empty if they are none.

    ``prefix`` is what numbers begin with. Whether there is such an appeal is for the caller to look.
    """
    if len(said) > LONGEST:
        return ""
    plain = SIGN.sub(" ", HIDDEN.sub("", said.casefold()))
    plain = DASHES.sub("-", unicodedata.normalize("NFKC", plain)).strip(" -,:;")
    plain = BETWEEN.sub("-", plain)
    begin = _alike(prefix)
    if (alike := _alike(plain)).startswith(begin):
        rest = alike[len(begin) :]
        if found := YEAR_AND_SERIAL.fullmatch(rest):
            return f"{prefix}-{found[1]}-{int(found[2] or found[3]):06}"
        found = SERIAL.fullmatch(rest)
        return str(int(found[1])) if found else ""
    if found := BARE.fullmatch(plain):
        return f"{prefix}-{found[1]}-{found[2]}"
    return str(int(plain)) if plain.isascii() and plain.isdecimal() and len(plain) < 9 else ""


def number_and_rest(said: str, prefix: str) -> tuple[str, str]:
    """The number with which the words begin, and what follows it; an empty number if there is none."""
    words = said.split()
    for count in range(min(MOST_WORDS, len(words)), 0, -1):
        if number := number_asked(" ".join(words[:count]), prefix):
            return number, " ".join(words[count:])
    return "", said


def _alike(text: str) -> str:
    return text.casefold().replace("ts", "c").translate(ALIKE)
