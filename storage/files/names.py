"""The name of a file as it may be shown and passed on, whatever its sender called it."""

import re
import unicodedata

from storage.spelling import composed

LONGEST = 120
MOST_LOOKED_AT = 1000  # signs of a name, from its end
# Devices of Windows: a file of that name, whatever its ending, cannot be saved there.
RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE | re.ASCII)
FORBIDDEN = re.compile(r'[<>:"/\\|?*]')
ENDING = re.compile(r"\.[A-Za-z0-9]{1,8}$")
# Signs without a shape (turned and joined writing, controls, private ones); spaces of all kinds
# become one. A name is read by people: what they cannot see must not be there.
UNPRINTABLE = ("Cc", "Cf", "Co", "Cs", "Cn")
MARKS = re.compile(r"(\w?[\u0300-\u036f]{2})[\u0300-\u036f]+")  # a letter bears two marks


def clean_name(name: str) -> str:
    """In one line, without folders and unseen signs, the ending kept; may be empty."""
    name = name[-MOST_LOOKED_AT:].replace("\\", "/").rpartition("/")[2]
    name = composed(MARKS.sub(r"\1", name))
    seen = "".join(
        " " if char.isspace() else char
        for char in name
        if char.isspace() or unicodedata.category(char) not in UNPRINTABLE
    )
    seen = " ".join(FORBIDDEN.sub("_", seen).split()).strip(". ")
    if RESERVED.match(seen):
        seen = f"_{seen}"
    ending = ENDING.search(seen)
    tail = ending[0] if ending else ""
    return seen[: len(seen) - len(tail)][: LONGEST - len(tail)].rstrip(". ") + tail


def name_in_form(name: str) -> str:
    """A file's name as it was before a browser put it into a form.

    Three signs that would break the form's header are written so, and no others:
    https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#multipart-form-data, read 2026-11.
    """
    return name.replace("%22", '"').replace("%0D", "\r").replace("%0A", "\n")


def fitting_name(name: str, ending: str) -> str:
    """The name with the ending that its content has: ``photo.jpg.exe`` is a ``photo.jpg``."""
    stem, found = clean_name(name), ENDING.search(clean_name(name))
    if found and found[0].lower() in _same(ending):
        return stem
    while found := ENDING.search(stem):
        stem = stem[: found.start()].rstrip(". ")
    return (stem or "file")[: LONGEST - len(ending)] + ending


def _same(ending: str) -> frozenset[str]:
    """Endings that say the same."""
    for group in SAME:
        if ending in group:
            return group
    return frozenset({ending})


SAME = (
    frozenset({".jpg", ".jpeg"}),
    frozenset({".tif", ".tiff"}),
    frozenset({".mp4", ".m4v", ".mov", ".3gp", ".3ga"}),
    frozenset({".mkv", ".webm"}),
    frozenset({".txt", ".yaml", ".yml"}),
)
