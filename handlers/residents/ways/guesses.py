"""Questions of an appeal that its words answer before they are asked: the kind, the topic, the place."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from config.texts import Texts
from handlers.drafts import Draft
from handlers.forms.ask import Asked, Choice, Invalid, Option, Piece, Taken, Text
from handlers.kinds import kind_of, kind_of_topic, own_topic
from handlers.residents.ways import starts
from handlers.turn import Turn
from handlers.wording.addresses import Said, place_in
from handlers.wording.kinds import KINDS, kind_alone
from storage.town.tree import TopicNode


def kinds(turn: Turn, _draft: Draft) -> Sequence[Option]:
    """The four kinds of a message."""
    return _kinds(turn.texts)


@lru_cache(maxsize=4)  # every answer of a form asks for them
def _kinds(texts: Texts) -> Sequence[Option]:
    return [Option(kind, texts(f"kind-{kind}")) for kind in KINDS]


@dataclass(frozen=True, kw_only=True)
class KindChoice(Choice):
    """The kind: guessed from the words, and asked only of who corrects it."""

    def read(
        self, turn: Turn, draft: Draft, pieces: frozenset[Piece], *, volunteered: bool
    ) -> Taken | None:
        """The kind that was chosen; a topic that only another kind has goes."""
        taken = super().read(turn, draft, pieces, volunteered=volunteered)
        kind = taken.answers.get(self.name) if taken else None
        if kind:
            draft.close(self.name)
            own = kind_of_topic(turn.tree, draft.answers.get("topic", 0))
            if own and own != kind:
                draft.answers.pop("category", None)
                draft.answers.pop("topic", None)
        return taken

    def show(self, turn: Turn, draft: Draft) -> str:
        """The label of the kind, be it chosen or guessed."""
        return turn.texts(f"kind-{kind_of(turn, draft)}")


@dataclass(frozen=True, kw_only=True)
class Words(Text):
    """The words of an appeal; who says only that it is a question is asked for the question."""

    def prompt(self, turn: Turn, draft: Draft) -> Asked:
        """The question, as the kind that was named wants it, or with what is known already."""
        asked = super().prompt(turn, draft)
        if said := starts.said_of(draft):
            key = "ask-what-here" if draft.answers.get("place") else "ask-what-about"
            return replace(asked, text=turn.texts(key, known=said))
        if "kind" not in draft.answers or draft.notes.get("part"):
            return asked
        return replace(asked, text=self.ask_in_words(turn, f"ask-what-{kind_of(turn, draft)}"))

    def read(
        self, turn: Turn, draft: Draft, pieces: frozenset[Piece], *, volunteered: bool
    ) -> Taken | None:
        """The words, or the kind if they name it and say nothing else.

        Who has not been asked yet is told that they are taken, and of few words not that they are few.
        """
        is_first = self.name not in draft.answers and not draft.notes.get("part")
        if "text" in pieces and is_first and (kind := kind_alone(turn.event.text)):
            return Taken({"kind": kind}, frozenset({"text"}))
        if "at" in draft.notes:
            return super().read(turn, draft, pieces, volunteered=volunteered)
        try:
            taken = super().read(turn, draft, pieces, volunteered=volunteered)
        except Invalid:
            if not draft.notes.get("part"):
                raise
            return Taken({}, frozenset({"text"}))
        if taken and self.name in taken.answers and not taken.word:
            return replace(taken, word=turn.texts("text-taken"))
        return taken


def has_topic_to_choose(turn: Turn, draft: Draft) -> bool:
    """Whether the topic is asked: thanks have one of their own."""
    return kind_of(turn, draft) != "thanks" or own_topic(turn.tree, "thanks") is None


def topic_of(turn: Turn, draft: Draft) -> TopicNode | None:
    """The topic of a complete draft."""
    if not has_topic_to_choose(turn, draft):
        return own_topic(turn.tree, "thanks")
    return turn.tree.topic(draft.answers.get("topic", 0))


def has_place(turn: Turn, draft: Draft) -> bool:
    """Whether a place says anything: thanks go to people."""
    return kind_of(turn, draft) != "thanks"


def needs_no_place(turn: Turn, draft: Draft) -> bool:
    """Only a problem has a place for sure, and not on every topic."""
    topic = topic_of(turn, draft)
    return kind_of(turn, draft) != "problem" or (topic is not None and not topic.needs_place)


def is_no_problem(turn: Turn, draft: Draft) -> bool:
    """Whether the place is left to who wants to add it."""
    return kind_of(turn, draft) != "problem"


def place_said(_turn: Turn, draft: Draft) -> Said | None:
    """The place that the words name."""
    return place_in(str(draft.answers.get("what") or ""))
