"""A question that is answered by a point on the map, an address or a landmark."""

from dataclasses import dataclass

from handlers.drafts import Draft
from handlers.forms.ask.base import Asked, Invalid, Piece, Question, Taken, plain
from handlers.turn import Turn
from handlers.wording.places import read_place
from handlers.wording.yes_and_no import mere_answer
from storage.messages import Button

NOWHERE = frozenset({"нет", "не знаю", "не помню", "здесь", "тут", "там", "это здесь", "вот здесь"})


@dataclass(frozen=True, kw_only=True)
class Place(Question):
    """A place: a point, an address or a landmark. The answer is ``{"lat", "lon", "text"}``."""

    keyboard_word: str = "place-taken"

    def prompt(self, turn: Turn, draft: Draft) -> Asked:
        """The question with a location button."""
        button = Button(turn.texts("place-button"), kind="location", tone="primary")
        return Asked(turn.texts(self.ask), ((button,),), self.written(draft))

    def written(self, draft: Draft) -> str:
        """The address; a point has none."""
        return str((draft.former(self.name) or {}).get("text", ""))

    def read(
        self, turn: Turn, draft: Draft, pieces: frozenset[Piece], *, volunteered: bool
    ) -> Taken | None:
        """A point before a text."""
        if "place" in pieces:
            problem, place = read_place(turn.event.place)
        elif "text" in pieces and not volunteered:
            if plain(turn.event.text) in NOWHERE:
                if self.may_skip(turn, draft):
                    return Taken({self.name: None}, frozenset({"text"}))
                raise Invalid(turn.texts("place-empty"))
            if mere_answer(turn.event.text):
                raise Invalid(turn.texts("place-empty"))
            problem, place = read_place(turn.event.text)
        else:
            return None
        if problem:
            raise Invalid(turn.texts(problem), always=problem == "place-too-long")
        if volunteered and not place["text"]:  # a pin for the address that stands
            place["text"] = (draft.answers.get(self.name) or {}).get("text", "")
        used: frozenset[Piece] = frozenset({"place"} if "place" in pieces else {"text"})
        return Taken(
            {self.name: place}, used, turn.texts(self.keyboard_word) if volunteered else ""
        )

    def show(self, turn: Turn, draft: Draft) -> str:
        """The address, or a word for a point on the map."""
        place = draft.answers.get(self.name)
        if not place:
            return ""
        return place["text"] or turn.texts("place-point")
