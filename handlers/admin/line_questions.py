"""What an admin types, read and checked: a title, days, an emoji, a department, keywords."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from config.categories.entries import (
    LEAST_TITLE,
    MOST_DAYS,
    MOST_DEPARTMENT,
    MOST_KEYWORD,
    MOST_KEYWORDS,
    MOST_TITLE,
    is_emoji,
    one_line,
)
from handlers.admin.pages import Node
from handlers.drafts import Draft
from handlers.forms.ask import Asked, Invalid, Piece, Question, Taken
from handlers.turn import Turn

COMMAS = re.compile("[,;]")
DAYS = re.compile(r"(\d{1,9})\s*(?:дн\.?|день|дня|дней|сут\w*)?", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Line(Question):
    """A line of text that ``parse`` reads into a value or refuses (Invalid).

    ``about`` gives the variables of the text that asks.
    """

    parse: Callable[[Turn, Draft, str], Any]
    about: Callable[[Turn, Draft], Mapping[str, Any]] = lambda _turn, _draft: {}

    def prompt(self, turn: Turn, draft: Draft) -> Asked:
        """The question; buttons are the form's own."""
        return Asked(turn.texts(self.ask, **self.about(turn, draft)))

    def read(
        self, turn: Turn, draft: Draft, pieces: frozenset[Piece], *, volunteered: bool
    ) -> Taken | None:
        """The text; anything else is refused."""
        if "text" not in pieces:
            raise Invalid(turn.texts("admin-text-wanted"))
        text = one_line(turn.event.text)
        return Taken({self.name: self.parse(turn, draft, text)}, frozenset({"text"}))


def read_title(turn: Turn, text: str, others: Sequence[Node]) -> str:
    """A title that no other of its level has. Raises Invalid."""
    if len(text) < LEAST_TITLE or not any(c.isalnum() for c in text):
        raise Invalid(turn.texts("admin-title-short"))
    if len(text) > MOST_TITLE:
        raise Invalid(turn.texts("admin-title-long", length=len(text), most=MOST_TITLE))
    if any(text.casefold() == other.title.casefold() for other in others):
        raise Invalid(turn.texts("admin-title-taken", title=text))
    return text


def read_days(turn: Turn, _draft: Draft, text: str) -> int:
    """``10`` or ``10 дней``. Raises Invalid."""
    match = DAYS.fullmatch(text)
    if not match or not 1 <= int(match[1]) <= MOST_DAYS:
        raise Invalid(turn.texts("admin-days-wrong", most=MOST_DAYS))
    return int(match[1])


def read_emoji(turn: Turn, _draft: Draft, text: str) -> str:
    """One emoji. Raises Invalid."""
    if not is_emoji(text):
        raise Invalid(turn.texts("admin-emoji-wrong"))
    return text


def read_department(turn: Turn, _draft: Draft, text: str) -> str:
    """A department's name. Raises Invalid."""
    if not any(c.isalnum() for c in text):
        raise Invalid(turn.texts("admin-department-wrong"))
    if len(text) > MOST_DEPARTMENT:
        raise Invalid(turn.texts("admin-department-long", most=MOST_DEPARTMENT))
    return text


def read_keywords(turn: Turn, _draft: Draft, text: str) -> list[str]:
    """Words separated by commas, each once. Raises Invalid."""
    parts = [one_line(part).lower() for part in COMMAS.split(text.strip("[] "))]
    words = list(dict.fromkeys(word for word in parts if any(c.isalnum() for c in word)))
    if not words:
        raise Invalid(turn.texts("admin-keywords-wrong"))
    if len(words) > MOST_KEYWORDS:
        raise Invalid(turn.texts("admin-keywords-many", most=MOST_KEYWORDS))
    if long := next((word for word in words if len(word) > MOST_KEYWORD), ""):
        raise Invalid(turn.texts("admin-keyword-long", word=f"{long[:30]}…", most=MOST_KEYWORD))
    return words
