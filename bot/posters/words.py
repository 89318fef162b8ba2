"""Lines of words in a box: as large as they fit. Pure, but for the fonts."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from PIL import ImageFont

FONTS = Path(__file__).parent / "fonts"
REGULAR, BOLD = "PT_Sans-Web-Regular.ttf", "PT_Sans-Web-Bold.ttf"
LINE = 1.18  # heights of a letter from line to line
STEP = 0.94  # of a size that does not fit to the next one
SHORT = re.compile(r"(?<![^\s«(])([^\W\d_]{1,2}) ")
KEPT = frozenset("№°")
DROPPED = frozenset({"So", "Sk", "Cs", "Co", "Cn", "Cf", "Cc", "Mn"})  # emoji, and what is not seen


@dataclass(frozen=True, slots=True)
class Lines:
    """Words laid out: the lines, the size of their letters and the distance between them."""

    lines: tuple[str, ...]
    size: int

    @property
    def height(self) -> int:
        """The height of all lines."""
        return round(len(self.lines) * self.size * LINE)


@lru_cache(maxsize=64)
def font(name: str, size: int) -> ImageFont.FreeTypeFont:
    """The font at a size, in pixels."""
    return ImageFont.truetype(str(FONTS / name), size)


def plain(text: str) -> str:
    """The text without the signs that the font does not have; a short word stays with the next."""
    kept = (c for c in text if c in KEPT or unicodedata.category(c) not in DROPPED)
    return SHORT.sub("\\1\u00a0", " ".join("".join(kept).split()))


def fitted(
    text: str, name: str, width: int, height: int, *, most: int, least: int, at: str = " "
) -> Lines:
    """Lay words out in a box, in letters of ``most`` pixels, or as small as need be.

    What does not fit even with the ``least`` is cut. ``at``: the sign at which a line may break.
    """
    size = most
    while size > least:
        lines = _wrapped(text, name, size, width, at)
        found = Lines(tuple(lines), size)
        if found.height <= height and all(_width(one, name, size) <= width for one in lines):
            return found
        size = max(round(size * STEP), least)
    room = max(int(height / (least * LINE)), 1)
    lines = _wrapped(text, name, least, width, at)
    shown = [_cut(one, name, least, width) for one in lines[:room]]
    if len(lines) > room:
        shown[-1] = _cut(f"{shown[-1]} {lines[room]}", name, least, width)
    return Lines(tuple(shown), least)


def _wrapped(text: str, name: str, size: int, width: int, at: str) -> list[str]:
    lines = [""]
    for word in _words(text, at):
        longer = lines[-1] + word
        if lines[-1] and _width(longer.rstrip(), name, size) > width:
            lines.append(word)
        else:
            lines[-1] = longer
    return [line.strip() for line in lines]


def _words(text: str, at: str) -> list[str]:
    *first, last = text.split(at)
    return [word + at for word in first] + [last]


def _cut(line: str, name: str, size: int, width: int) -> str:
    if _width(line, name, size) <= width:
        return line
    while line and _width(f"{line}…", name, size) > width:
        line = line[:-1]
    return f"{line.rstrip()}…"


def _width(line: str, name: str, size: int) -> float:
    return font(name, size).getlength(line)
