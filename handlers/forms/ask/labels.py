"""An option as people say it: its label, its number, "yes" and "no"."""

from collections.abc import Sequence

from config.lengths import MORE
from handlers.forms.ask.base import plain
from handlers.wording.yes_and_no import mere_answer

SHOWN = 40  # signs of a label that VK shows
SHORTEST = 4  # letters of a beginning that is enough
SHORTEST_CUT = 12  # letters of a label that we have cut
LONGEST_NUMBER = 4  # digits of an option; int() refuses very long ones
YES, NO = "да", "нет"


def number_said(text: str) -> int:
    """The number of an option that a text is; 0 if it is none."""
    said = plain(text)
    is_number = said.isdecimal() and len(said) < LONGEST_NUMBER
    return int(said) if is_number else 0


def label_said(labels: Sequence[str], text: str) -> int | None:
    """The place of the label that a text says, with or without its signs; None if it says none.

    A yes or a no says the one label that begins with it, and so does what follows it there; a
    beginning will do if only one label has it, and so will all of a title that the label has cut.
    """
    said = plain(text)
    if not said:
        return None
    known = [plain(label) for label in labels]
    shown = [plain(label[:SHOWN]) for label in labels]
    for same in (known, shown):
        if said in same:
            return same.index(said)
    if answer := mere_answer(text):
        return _only(known, YES if answer == "yes" else NO)
    after = [label.partition(" ")[2] if _first(label) in (YES, NO) else "" for label in known]
    if after.count(said) == 1:
        return after.index(said)
    if len(said) < SHORTEST:
        return None
    place = _only(known, said)
    return _only_cut(labels, said) if place is None else place


def _only_cut(labels: Sequence[str], said: str) -> int | None:
    """The place of the one label that we have cut and whose beginning the text begins with."""
    cut = [plain(label) if label.endswith(MORE) else "" for label in labels]
    found = [
        n for n, label in enumerate(cut) if len(label) >= SHORTEST_CUT and said.startswith(label)
    ]
    return found[0] if len(found) == 1 else None


def _first(label: str) -> str:
    return label.partition(" ")[0]


def _only(labels: Sequence[str], beginning: str) -> int | None:
    """The place of the one label that begins with these words."""
    found = [n for n, label in enumerate(labels) if f"{label} ".startswith(f"{beginning} ")]
    return found[0] if len(found) == 1 else None
