"""A person's words between our own: every line of them is marked, so that none passes for ours."""

import re
from itertools import accumulate

from config.lengths import cut, units
from config.signs import has_shape
from handlers.wording.small_talk import without_greeting

QUOTED = "› "
LONGEST_NAME = 100
QUOTED_WORDS = 80
BEGINNING = 400  # of a text, in which its first words are looked for
BREAK = re.compile("\r\n?|[\n\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
# Spaces of all widths, and letters and signs that show nothing. A run of them would push what
# follows to the beginning of the next line on screen. Single joiners stay: emoji have them.
BLANKS = re.compile(
    r"[\s\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800"
    r"\u3164\ufeff\uffa0]{2,}"
)
NUMBER_AT_ALL = re.compile(r"[^\W\d_][\w-]{0,15}-\d\d-\d{6,12}")


def quoted(text: str) -> str:
    """The text with a mark before each of its lines; empty stays empty.

    All lines and not those that look like ours: whoever forges finds a sign that no list has.
    If a message is split within such a line, the rest is marked again (``bot.delivery.layout``).
    """
    if not text:
        return ""
    lines = [BLANKS.sub(" ", line).strip() for line in BREAK.split(text)]
    kept = [line for n, line in enumerate(lines) if line or not n or lines[n - 1]]
    return "\n".join(f"{QUOTED}{line}".rstrip() for line in kept)


def in_line(words: str, most: int) -> str:
    """A person's words within a line of ours: no breaks, no wide blanks, at most ``most`` units."""
    said = " ".join(BLANKS.sub(" ", BREAK.sub(" ", words)).split())
    return cut(said, most)


def few_words(text: str, most: int = 28) -> str:
    """The first words of what a person said, to know it by; no word is cut but a very long one."""
    said = in_line(without_greeting(text[:BEGINNING]).strip(" ,.!?—-–"), BEGINNING)
    if units(said) <= most:
        return said
    words = [word for word in accumulate(said.split(), "{} {}".format) if units(word) < most]
    return f"{words[-1].rstrip(' ,.;:!?—-–')}…" if words else cut(said, most)


def seen_in_a_quote(text: str) -> str:
    """A message of ours as a quote of it is shown: of a card the number and the resident's first words."""
    number = number_of_card(text)
    said = next((line for line in text.splitlines() if line.startswith(QUOTED)), "")
    if not number or not said:
        return text
    return f"{number} {QUOTED}{few_words(said.removeprefix(QUOTED), QUOTED_WORDS)}"


def number_in(line: str) -> str:
    """The first appeal's number in a line of ours, empty without one."""
    found = NUMBER_AT_ALL.search(line)
    return found[0] if found else ""


def number_of_card(line: str) -> str:
    """The number that a card begins with; further on stand people's names, with anything in them."""
    found = NUMBER_AT_ALL.match(line)
    return found[0] if found else ""


def name_shown(name: str) -> str:
    """A name in one line; empty if nothing of it shows."""
    return in_line(name, LONGEST_NAME) if has_shape(name) else ""
