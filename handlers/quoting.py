"""A person's words between our own: a line that looks like one of ours is marked as quoted."""

import re
import unicodedata

from config.category_entries import one_line

QUOTED = "› "
NUMBER = re.compile(r"[\w-]{1,16}-\d\d-\d{6}")


def quoted(text: str) -> str:
    """Lines that begin with a sign or a number as our cards' lines do get a mark before them.

    Else a resident could write a card's header, place or deadline into the text of an appeal.
    """
    return "\n".join(
        f"{QUOTED}{line}" if _is_like_ours(line) else line for line in text.split("\n")
    )


def name_shown(name: str) -> str:
    """A name in one line."""
    return one_line(name)


def _is_like_ours(line: str) -> bool:
    said = line.lstrip(" \t\u00a0\u200b\u200d\ufeff\u2060\u3164")
    return bool(NUMBER.match(said)) or unicodedata.category(said[:1] or "a") in {"So", "Sk", "Sm"}
