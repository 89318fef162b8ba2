"""Fields of Word: instructions in a text, some of which ask other programs when it is opened."""

import re
from collections.abc import Iterable, Mapping

from bot.examining.formats import markup
from bot.examining.formats.packed import Budget

BEGIN = "\x13"  # the sign before a field, as old documents have it
# Signs that Word passes over before the name of a field. A field at that place would make the name.
BEFORE_NAME = r"\x13[\x00-\x12\x16-\x20\"'\xa0\u201c\u201d]{0,99}"
FIELD = re.compile(
    BEFORE_NAME + r"(?:\x13|(?:DDE|DDEAUTO|LINK|DATABASE)(?![A-Za-z]))", re.IGNORECASE
)
SPLIT = re.compile("DDEAUTO", re.IGNORECASE)  # its letters may be of several fields
# A name in the network begins with two strokes; within a name each stroke is doubled as well.
NETWORK = r"[^\x13]{0,500}?[\s\"](?:\\\\|//|file:(?:\\\\|//)[^/\\]"
PICTURE = re.compile(BEFORE_NAME + rf"INCLUDEPICTURE{NETWORK})", re.IGNORECASE)
TEXT = re.compile(
    BEFORE_NAME + rf"(?:INCLUDETEXT|INCLUDE|IMPORT|RD)(?![A-Za-z]){NETWORK}|[a-z]{{3,9}}://)",
    re.IGNORECASE,
)
LONGEST = 1_000_000  # signs of all instructions that are looked at together
INSTRUCTIONS = frozenset({"instrtext", "delinstrtext"})


def is_far(instructions: str) -> bool:
    """Whether ``instructions``, each after BEGIN, ask another program or a network folder."""
    return is_far_within(instructions) or bool(SPLIT.search(instructions))


def is_far_within(text: str) -> bool:
    """Whether a field among the words of ``text`` does."""
    return any(form.search(text) for form in (FIELD, PICTURE, TEXT))


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
    joined = "".join(words)
    return far or is_far(joined[1:] if joined.startswith(2 * BEGIN) else joined)
