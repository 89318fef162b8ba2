"""Parts of many answers: rows of buttons, shortened texts, pages of a list, formal ways."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self, TypeVar

from config.settings.channels import CHANNELS
from handlers.turn import Turn, Work
from storage.messages import Button, Reply, Rows

LONGEST_NUMBER = 15  # digits of a number in a press; int() refuses very long ones
Item = TypeVar("Item")


def in_rows(buttons: Sequence[Button], columns: int) -> Rows:
    """The buttons in rows of ``columns``."""
    return tuple(tuple(buttons[i : i + columns]) for i in range(0, len(buttons), columns))


def whole_number(argument: str) -> int:
    """The number that follows the word of a press; 0 if there is none."""
    is_number = argument.isascii() and argument.isdecimal() and len(argument) <= LONGEST_NUMBER
    return int(argument) if is_number else 0


def led(replies: Sequence[Reply], word: str) -> list[Reply]:
    """The replies with a word before the first of them."""
    if not replies:
        return []
    return [replace(replies[0], text=f"{word}\n\n{replies[0].text}".strip()), *replies[1:]]


def formal_ways(turn: Turn) -> str:
    """The ways to file an appeal under 59-ФЗ, which need no bot."""
    address = turn.settings.postal_address
    lines = [turn.texts("formal-link", url=turn.settings.formal_url)]
    if address:
        lines.append(turn.texts("formal-post", address=address))
    return "\n".join(lines)


def word_on_voices(work: Work, channel: str) -> str:
    """A line for a question that wants words: voice messages do not arrive. Empty: they do."""
    return "" if CHANNELS[channel].brings_voice else work.texts("voice-lost-here")


@dataclass(frozen=True)
class Page:
    """One of the ``pages`` of a list that is too long for a message; ``number`` begins with 1."""

    number: int
    pages: int
    size: int

    @classmethod
    def of(cls, total: int, size: int, wanted: int) -> Self:
        """The page of that number, or the nearest that there is."""
        pages = max((total + size - 1) // size, 1)
        return cls(min(max(wanted, 1), pages), pages, size)

    @property
    def offset(self) -> int:
        """How many items come before it."""
        return (self.number - 1) * self.size

    def numbered(self, items: Sequence[Item]) -> list[tuple[int, Item]]:
        """Its part of all ``items``, each with its number among all."""
        return list(enumerate(items, 1))[self.offset : self.offset + self.size]

    def newer_and_older(self, turn: Turn, press: str) -> Rows:
        """Buttons of a list whose newest come first; the page's number follows ``press``."""
        return self._turning(turn, press, "page-newer", "page-older")

    def back_and_on(self, turn: Turn, press: str) -> Rows:
        """Buttons of a list in any other order."""
        return self._turning(turn, press, "page-back", "page-on")

    def _turning(self, turn: Turn, press: str, before: str, after: str) -> Rows:
        row: list[Button] = []
        if self.number > 1:
            row.append(turn.button(before, f"{press}{self.number - 1}"))
        if self.number < self.pages:
            row.append(turn.button(after, f"{press}{self.number + 1}"))
        return (tuple(row),) if row else ()

    def next_one(self, turn: Turn, press: str) -> tuple[Button, ...]:
        """A button to the next page, after the last to the first; none if there is only one."""
        if self.pages == 1:
            return ()
        return (turn.button("admin-next-page", f"{press}{self.number % self.pages + 1}"),)
