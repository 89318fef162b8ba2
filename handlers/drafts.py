"""Unfinished forms of a person: a stack of drafts, the last one active."""

from collections.abc import Container, Iterable
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, Self

LONG, FINISHED = "long", "finished"  # in place of a form's name
FINISHED_KEPT = 20  # messages that finished forms were told, the newest
ALBUMS_KEPT = 10  # two that come at once mix; no more than these do


@dataclass
class Draft:
    """A form half filled. The answers are its only state; the pending question follows from them.

    ``key`` is unique, stands in every button of the form and files the draft once.
    ``subject`` is the appeal it is about. ``notes`` hold what is no answer: ``open`` (a question
    that takes more until "done", or is asked only to be edited), ``part`` (a text still too short),
    ``before`` (the answers before an edit), ``was`` (those of questions that were opened again), ``tied`` (what it was told is tied
    to an appeal), ``albums`` (the albums that came last, with the first message of each),
    ``albums_refused`` (of which something was refused, and said so), ``heard`` (what each message
    said to which question, so that an edited message corrects its answer), ``seen`` (what each
    message showed, see ``Event.look``), ``all`` (a choice shows
    all options, not the suggested), ``word`` (it shows those that a typed word names), ``gone`` (a question whose answer was removed meanwhile), ``pressed`` (the last button), ``begun`` (when it was), ``at`` (when it was last asked),
    ``aside`` (put aside by "cancel": nothing goes to it until it is taken up again).
    """

    form: str
    key: str
    answers: dict[str, Any] = field(default_factory=dict)
    subject: int | None = None
    notes: dict[str, Any] = field(default_factory=dict)

    @property
    def has_content(self) -> bool:
        """Whether anything was entered that a person would miss."""
        return bool(self.answers or self.notes.get("part"))

    def former(self, question: str) -> Any:
        """The answer that a question had before it was opened again; None if it had none."""
        return self.notes.get("was", {}).get(question)

    @property
    def is_aside(self) -> bool:
        """Whether nothing goes to it until it is taken up again."""
        return bool(self.notes.get("aside"))

    @property
    def asked_at(self) -> datetime | None:
        """When its question was asked last; None if it has not been."""
        at = self.notes.get("at")
        return datetime.fromisoformat(at) if at else None

    def put_aside(self) -> None:
        """Let nothing go to it until it is taken up again."""
        self.notes["aside"] = True

    def close(self, question: str) -> None:
        """End the asking of a question that was opened by itself."""
        if self.notes.get("open") == question:
            del self.notes["open"]

    def remember(self, message: str, look: str, question: str = "", said: str = "") -> None:
        """Keep what a message showed when it was last seen, and what it said if a ``question`` took it.

        The look is kept even if the words are refused: the same edit again is no news.
        """
        if not message:
            return
        self.notes.setdefault("seen", {})[message] = look
        if question:
            self.notes.setdefault("heard", {})[message] = [question, said]

    def has_from(self, message: str) -> bool:
        """Whether it has something from that message."""
        return message in self.notes.get("seen", {}) or message in self.notes.get("heard", {})

    def remember_album(self, album: str, message: str) -> bool:
        """Keep that a part of an album came; whether it is a further part of a known one."""
        albums = self.notes.setdefault("albums", {})
        known = album in albums
        albums.setdefault(album, message)
        while len(albums) > ALBUMS_KEPT:
            del albums[next(iter(albums))]
        return known


@dataclass(frozen=True)
class Long:
    """A long message, perhaps the first piece of a longer one: ``draft`` and ``question`` took it, or the ``appeal``.

    Without ``question`` the draft refused it. ``units`` is its length, ``tail`` the white space at its end.
    """

    at: str
    units: int
    tail: str = ""
    draft: str = ""
    question: str = ""
    appeal: int | None = None


@dataclass
class Dialogue:
    """The drafts of one person in one chat, and the last message if it was a long one.

    ``finished``: the messages that finished forms were told and that nothing else knows: the form of
    each, and what the message showed.
    """

    drafts: list[Draft] = field(default_factory=list)
    long: Long | None = None
    finished: dict[str, list[str]] = field(default_factory=dict)

    @property
    def active(self) -> Draft | None:
        """The draft that the next message goes to."""
        return next((d for d in reversed(self.drafts) if not d.is_aside), None)

    def of(self, forms: Container[str]) -> list[Draft]:
        """The drafts of these forms, active or put aside, the newest last."""
        return [draft for draft in self.drafts if draft.form in forms]

    def find(self, form: str) -> Draft | None:
        """The newest draft of that form, active or put aside."""
        return next((draft for draft in reversed(self.drafts) if draft.form == form), None)

    def with_key(self, key: str) -> Draft | None:
        """The draft of that key."""
        return next((draft for draft in self.drafts if draft.key == key), None)

    def activate(self, draft: Draft) -> None:
        """Put the draft on top."""
        draft.notes.pop("aside", None)
        self.drop(draft)
        self.drafts.append(draft)

    def drop(self, draft: Draft) -> None:
        """Forget the draft."""
        self.drafts = [other for other in self.drafts if other.key != draft.key]

    def note_finished(self, draft: Draft, messages: Iterable[str]) -> None:
        """Keep what a finished form was told in these messages, so that an edit of one is answered."""
        seen = draft.notes.get("seen", {})
        for message in messages:
            self.finished.pop(message, None)
            self.finished[message] = [draft.form, seen.get(message, "")]
        while len(self.finished) > FINISHED_KEPT:
            del self.finished[next(iter(self.finished))]

    def drop_all(self, forms: Container[str]) -> None:
        """Forget the drafts of these forms."""
        self.drafts = [draft for draft in self.drafts if draft.form not in forms]

    def to_json(self) -> list[Any]:
        """For the table; shares the drafts' answers and notes.

        A long message, and what finished forms were told, stand there as drafts that are put aside: so
        an older program passes them over.
        """
        kept = [Draft(LONG, "", notes={"aside": True, **asdict(self.long)})] if self.long else []
        if self.finished:
            kept.append(Draft(FINISHED, "", notes={"aside": True, "said": self.finished}))
        return [
            {
                "form": draft.form,
                "key": draft.key,
                "answers": draft.answers,
                "subject": draft.subject,
                "notes": draft.notes,
            }
            for draft in [*kept, *self.drafts]
        ]

    @classmethod
    def from_json(cls, drafts: list[Any]) -> Self:
        """Read what ``to_json`` wrote; shares its answers and notes."""
        long: Long | None = None
        finished: dict[str, list[str]] = {}
        kept = []
        for draft in drafts:
            if draft["form"] == LONG:
                long = Long(
                    **{name: draft["notes"].get(name) for name in Long.__dataclass_fields__}
                )
            elif draft["form"] == FINISHED:
                finished = draft["notes"]["said"]
            else:
                kept.append(Draft(**draft))
        return cls(kept, long, finished)
