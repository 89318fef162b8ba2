"""Questions that an admin answers in a line: a title, days, an emoji, a department, keywords."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from config.categories.entries import (
    days_in,
    days_problem,
    department_problem,
    emoji_problem,
    has_letters,
    keyword_problem,
    keywords_problem,
    one_line,
    title_problem,
)
from handlers.admin.pages import Node
from handlers.drafts import Draft
from handlers.forms.ask import Asked, Invalid, Piece, Question, Taken
from handlers.turn import Turn
from handlers.wording.yes_and_no import mere_answer

COMMAS = re.compile("[,;]")


@dataclass(frozen=True, kw_only=True)
class Line(Question):
    """A line of text that ``parse`` reads into a value or refuses (Invalid).

    ``about`` gives the variables of the text that asks; ``now`` is which of them is to be changed.
    """

    parse: Callable[[Turn, Draft, str], Any]
    about: Callable[[Turn, Draft], Mapping[str, Any]] = lambda _turn, _draft: {}
    now: str = ""

    def prompt(self, turn: Turn, draft: Draft) -> Asked:
        """The question; buttons are the form's own."""
        known = self.about(turn, draft)
        now = str(known.get(self.now, ""))
        fill = "" if now == turn.texts("admin-none") else now
        return Asked(turn.texts(self.ask, **known), fill=fill, is_told=True)

    def read(
        self, turn: Turn, draft: Draft, pieces: frozenset[Piece], *, volunteered: bool
    ) -> Taken | None:
        """The text; anything else is refused."""
        if "text" not in pieces:
            raise Invalid(turn.texts("admin-text-wanted"))
        text = one_line(turn.event.text)
        if mere_answer(text):
            key = "admin-line-bare-skip" if self.may_skip(turn, draft) else "admin-line-bare"
            raise Invalid(turn.texts(key, text=text, button=turn.texts(self.skip_label)))
        return Taken({self.name: self.parse(turn, draft, text)}, frozenset({"text"}))


def read_title(turn: Turn, text: str, others: Sequence[Node]) -> str:
    """A title that no other of its level has. Raises Invalid."""
    _refuse(title_problem(turn.texts, text))
    if any(text.casefold() == other.title.casefold() for other in others):
        raise Invalid(turn.texts("admin-title-taken", title=text))
    return text


def read_days(turn: Turn, _draft: Draft, text: str) -> int | None:
    """``10`` or ``10 дней``. Raises Invalid."""
    _refuse(days_problem(turn.texts, text))
    return days_in(text)


def read_emoji(turn: Turn, _draft: Draft, text: str) -> str:
    """One emoji. Raises Invalid."""
    _refuse(emoji_problem(turn.texts, text))
    return text


def read_department(turn: Turn, _draft: Draft, text: str) -> str:
    """A department's name. Raises Invalid."""
    _refuse(department_problem(turn.texts, text))
    return text


def read_keywords(turn: Turn, _draft: Draft, text: str) -> list[str]:
    """Words separated by commas, each once. Raises Invalid."""
    parts = [one_line(part).lower() for part in COMMAS.split(text.strip("[] "))]
    words = list(dict.fromkeys(word for word in parts if has_letters(word)))
    if not words:
        raise Invalid(turn.texts("admin-keywords-wrong"))
    _refuse(keywords_problem(turn.texts, len(words)))
    for word in words:
        _refuse(keyword_problem(turn.texts, word))
    return words


def _refuse(problem: str) -> None:
    if problem:
        raise Invalid(problem)
