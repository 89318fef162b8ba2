"""A question that is answered by a point on the map, an address or a landmark."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from config.lengths import cut
from handlers.drafts import Draft
from handlers.forms.ask.base import Asked, Invalid, Piece, Question, Taken, plain, press_of
from handlers.forms.ask.labels import label_said
from handlers.turn import Turn
from handlers.wording.addresses import Said, house_alone, is_place_alone
from handlers.wording.places import read_place
from handlers.wording.yes_and_no import mere_answer
from storage.messages import Button, Rows, Tone

NOWHERE = frozenset({"нет", "не знаю", "не помню", "здесь", "тут", "там", "это здесь", "вот здесь"})
SHOWN = 30  # units of a proposed place on its button: VK shows a label of 40
PROPOSED = "said"
ELSEWHERE = "elsewhere"  # the draft's note of a proposed place that is not the one


@dataclass(frozen=True, kw_only=True)
class Place(Question):
    """A place: a point, an address or a landmark. The answer is ``{"lat", "lon", "text"}``.

    ``propose`` gives the place that was named before: one press takes it. An address that comes
    alone, unasked, is the place or belongs to the point that stands.
    """

    keyboard_word: str = "place-taken"
    propose: Callable[[Turn, Draft], Said | None] = lambda _turn, _draft: None

    def prompt(self, turn: Turn, draft: Draft) -> Asked:
        """The question with a location button, and with the place that was named before."""
        proposed = self._proposed(turn, draft)
        tone: Tone = "plain" if proposed else "primary"
        location = Button(turn.texts("place-button"), kind="location", tone=tone)
        rows: Rows = ((location,),)
        if proposed is None:
            return Asked(turn.texts(self.ask), rows, self.written(draft))
        yes = Button(self._label(turn, proposed), f"{self.name}={PROPOSED}", tone="good")
        key = "ask-place-proposed" if proposed.has_house else "ask-place-street"
        return Asked(turn.texts(key, place=proposed.text), ((yes,), *rows), self.written(draft))

    def written(self, draft: Draft) -> str:
        """The address; a point has none."""
        place = draft.former(self.name) or draft.answers.get(self.name) or {}
        return str(place.get("text", ""))

    def read(
        self, turn: Turn, draft: Draft, pieces: frozenset[Piece], *, volunteered: bool
    ) -> Taken | None:
        """A point before a text."""
        if "press" in pieces:
            return self._read_press(turn, draft)
        if "place" in pieces:
            return self._read(turn, draft, "place", volunteered=volunteered)
        if "text" not in pieces:
            return None
        if volunteered:
            takes = self.takes_address(turn, draft)
            return self._read(turn, draft, "text", volunteered=True) if takes else None
        proposed = self._proposed(turn, draft)
        if proposed and (answered := self._answer_to(turn, draft, proposed)):
            return answered
        is_nowhere = plain(turn.event.text) in NOWHERE
        if is_nowhere and self.may_skip(turn, draft):
            return self._taken(draft, None, "text")
        if is_nowhere or mere_answer(turn.event.text):
            raise Invalid(turn.texts("place-empty"))
        return self._read(turn, draft, "text", volunteered=False)

    def takes_address(self, turn: Turn, draft: Draft) -> bool:
        """Whether the event is an address and nothing else, while none is known."""
        known = (draft.answers.get(self.name) or {}).get("text")
        return not known and self.applies(turn, draft) and is_place_alone(turn.event.text)

    def _read(self, turn: Turn, draft: Draft, piece: Piece, *, volunteered: bool) -> Taken:
        given = turn.event.place if piece == "place" else turn.event.text
        problem, place = read_place(given)
        if problem:
            raise Invalid(turn.texts(problem), always=problem == "place-too-long")
        known: dict[str, Any] = draft.answers.get(self.name) or {}
        if volunteered and not place["text"]:  # a pin for the address that stands
            place["text"] = known.get("text", "")
        if volunteered and place["lat"] is None:  # an address for the pin that stands
            place |= {"lat": known.get("lat"), "lon": known.get("lon")}
        word = turn.texts(self.keyboard_word) if volunteered else ""
        return self._taken(draft, place, piece, word)

    def _taken(
        self, draft: Draft, place: dict[str, Any] | None, piece: Piece, word: str = ""
    ) -> Taken:
        draft.close(self.name)
        return Taken({self.name: place}, frozenset({piece}), word)

    def _read_press(self, turn: Turn, draft: Draft) -> Taken:
        proposed = self._proposed(turn, draft)
        if proposed is None or press_of(turn.event.press)[1] != PROPOSED:
            raise Invalid(turn.texts("choice-gone"))
        return self._taken(draft, _place(proposed.text), "press")

    def _answer_to(self, turn: Turn, draft: Draft, proposed: Said) -> Taken | None:
        """A yes or a no to the proposed place, its label, or the house in its street; None: something else."""
        answer = mere_answer(turn.event.text)
        if answer == "no":
            draft.notes[ELSEWHERE] = proposed.text
            return Taken({}, frozenset({"text"}))
        if answer == "yes" or label_said([self._label(turn, proposed)], turn.event.text) == 0:
            return self._taken(draft, _place(proposed.text), "text")
        if house := "" if proposed.has_house else house_alone(turn.event.text):
            return self._taken(draft, _place(f"{proposed.text}, {house}"), "text")
        return None

    def _proposed(self, turn: Turn, draft: Draft) -> Said | None:
        proposed = self.propose(turn, draft)
        return None if proposed and proposed.text == draft.notes.get(ELSEWHERE) else proposed

    def _label(self, turn: Turn, proposed: Said) -> str:
        return turn.texts("place-proposed", place=cut(proposed.text, SHOWN))

    def show(self, turn: Turn, draft: Draft) -> str:
        """The address, or a word for a point on the map, or both."""
        place = draft.answers.get(self.name)
        if not place:
            return ""
        if place["text"] and place["lat"] is not None:
            return turn.texts("place-and-point", place=place["text"])
        return place["text"] or turn.texts("place-point")


def _place(text: str) -> dict[str, Any]:
    return {"lat": None, "lon": None, "text": text}
