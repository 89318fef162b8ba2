"""Fields of Word: instructions in a text, some of which ask other programs when it is opened."""

import re
from collections.abc import Iterable, Mapping

from bot.examining.formats import markup
from bot.examining.formats.packed import Budget

BEGIN = "\x13"  # the sign before a field, as old documents have it
FIELD = re.compile(r"\x13[\s\"]{0,99}(?:DDE|DDEAUTO|LINK)(?![A-Za-z])|DDEAUTO", re.IGNORECASE)
# A name in the network begins with two strokes; within a name each stroke is doubled as well.
PICTURE = re.compile(
    r"\x13[\s\"]{0,99}INCLUDE(?:PICTURE|TEXT)[^\x13]{0,500}?"
    r"[\s\"](?:\\\\|//|file:(?:\\\\|//)[^/\\])",
    re.IGNORECASE,
)
LONGEST = 1_000_000  # signs of all instructions that are looked at together
INSTRUCTIONS = frozenset({"instrtext", "delinstrtext"})


def is_far(instructions: str) -> bool:
    """Whether ``instructions``, each after BEGIN, ask another program or a network folder."""
    return bool(FIELD.search(instructions) or PICTURE.search(instructions))


def has_far_field(pieces: Iterable[bytes], budget: Budget) -> bool:
    """Whether a part of a Word document has a field with such instructions.

    An instruction may be cut into any number of pieces, so they are joined before they are read.
    """
    words: list[str] = [BEGIN]
    within = far = False
    length = 0

    def started(element: str, about: Mapping[str, str]) -> None:
        nonlocal within
        within = element in INSTRUCTIONS
        if element == "fldchar" and "begin" in about.values():
            words.append(BEGIN)
        elif element == "fldsimple":
            words.extend(
                BEGIN + told for name, told in about.items() if markup.local(name) == "instr"
            )

    def said(text: str) -> None:
        nonlocal length, far
        if not within:
            return
        words.append(text)
        length += len(text)
        if length > LONGEST:
            far = far or is_far("".join(words))
            words[:], length = words[-1:], len(words[-1])

    markup.read(pieces, budget, started, said)
    return far or is_far("".join(words))
