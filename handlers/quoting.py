"""A person's words between our own: a line that looks like one of ours is marked as quoted."""

import re
import unicodedata

from config.category_entries import one_line

QUOTED = "› "
NUMBER = re.compile(r"[\w-]{1,16}-\d\d-\d{6}")
NUMBER_AT_ALL = re.compile(r"[^\W\d_][\w-]{0,15}-\d\d-\d{6,}")


def quoted(text: str) -> str:
    """Lines that begin with a sign or a number as our cards' lines do get a mark before them.

    Else a resident could write a card's header, place or deadline into the text of an appeal.
    """
    return "\n".join(
        f"{QUOTED}{line}" if _is_like_ours(line) else line for line in text.split("\n")
    )


def number_in(line: str) -> str:
    """The first appeal's number in a line of ours, empty without one."""
    found = NUMBER_AT_ALL.search(line)
    return found[0] if found else ""


def number_of_card(line: str) -> str:
    """The number that a card begins with; further on stand people's names, with anything in them."""
    found = NUMBER_AT_ALL.match(line)
    return found[0] if found else ""


def name_shown(name: str) -> str:
    """A name in one line."""
    return one_line(name)


def _is_like_ours(line: str) -> bool:
    said = line.lstrip(" \t\u00a0\u200b\u200d\ufeff\u2060\u3164")
    return bool(NUMBER.match(said)) or unicodedata.category(said[:1] or "a") in {"So", "Sk", "Sm"}
