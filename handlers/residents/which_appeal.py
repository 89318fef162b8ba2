"""Asks what a message is about if it could be several things, and loses nothing meanwhile."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from config.lengths import cut
from handlers.appeals.lifecycle import known_as, yes_and_no
from handlers.appeals.states import State
from handlers.attachments import MOST_FILES, exchanged, keep_files
from handlers.drafts import Draft
from handlers.forms.ask import Asked, Choice, Option, Piece, Question, Taken
from handlers.forms.form import Form
from handlers.residents import comments, filing, my_appeals
from handlers.residents.unasked import appeal_in_hand
from handlers.turn import Turn
from storage import appeals
from storage import files as kept_files
from storage.messages import Event, Reply
from storage.people import residents
from storage.tables import Appeal

SHORT_TOPIC = 24
NEW = "new"
SOLVED, UNSOLVED = "solved", "unsolved"


def open_questions(turn: Turn, draft: Draft | None) -> list[Appeal]:
    """The appeals in which the resident was asked something that this message may answer.

    With a draft in hand only what was asked since its own question: that one is older.
    """
    person = turn.event.person
    resident = residents.find(turn.session, person.channel, person.account)
    asked = appeals.awaiting_info(turn.session, resident.id) if resident else []
    if draft is None:
        return asked
    since = draft.asked_at or turn.now
    return [a for a in asked if a.id != draft.subject and a.state_at > since]


def ask_what_about(turn: Turn, about: Sequence[Appeal]) -> list[Reply]:
    """Keep the message and ask whether it is about one of these appeals."""
    draft = FORM.new_draft(turn)
    draft.notes["about"] = [one.id for one in about]
    FORM.hear(turn, draft)
    return FORM.prompt(turn, draft)


def _candidates(turn: Turn, draft: Draft) -> list[Appeal]:
    """The appeals that are asked about; those of a draft begun before the upgrade are looked up."""
    if "about" not in draft.notes:
        return open_questions(turn, None)
    found = (my_appeals.own_appeal(turn, number) for number in draft.notes["about"])
    return [one for one in found if one]


def _options(turn: Turn, draft: Draft) -> Sequence[Option]:
    about = _candidates(turn, draft)
    if len(about) == 1 and about[0].state != State.NEED_INFO:
        new = "about-other" if about[0].state == State.ANSWERED else "about-new"
        return [*_of_one(turn, about[0]), Option(NEW, turn.texts(new))]
    return [*(_of_several(turn, one) for one in about), Option(NEW, turn.texts("about-other"))]


def _of_one(turn: Turn, appeal: Appeal) -> list[Option]:
    if appeal.state != State.ANSWERED:
        return [Option(appeal.id, turn.texts("about-yes"), tone="good")]
    yes, no = yes_and_no(appeal)
    return [
        Option(f"{SOLVED}.{appeal.id}", turn.texts(yes), tone="good"),
        Option(f"{UNSOLVED}.{appeal.id}", turn.texts(no), tone="bad"),
        Option(appeal.id, turn.texts("about-add")),
    ]


def _of_several(turn: Turn, appeal: Appeal) -> Option:
    key = "about-appeal" if appeal.state == State.NEED_INFO else "about-known"
    topic = cut(appeal.topic.title, SHORT_TOPIC)
    return Option(appeal.id, turn.texts(key, number=appeal.number, topic=topic))


@dataclass(frozen=True, kw_only=True)
class About(Choice):
    """One of the appeals, or something new; the question names the one if there is only one.

    What was said first is what is asked about: it chooses nothing, though it be a mere number.
    """

    def read(
        self, turn: Turn, draft: Draft, pieces: frozenset[Piece], *, volunteered: bool
    ) -> Taken | None:
        """A choice, once there is something to choose for."""
        if not draft.answers.get("kept"):
            return None
        return super().read(turn, draft, pieces, volunteered=volunteered)

    def prompt(self, turn: Turn, draft: Draft) -> Asked:
        """The question, in the words of what it is about."""
        asked, about = super().prompt(turn, draft), _candidates(turn, draft)
        if any(one.state == State.NEED_INFO for one in about):
            return asked
        if len(about) > 1:
            return replace(asked, text=turn.texts("ask-about-several"))
        if not about:
            return asked
        answered = about[0].state == State.ANSWERED
        key = "ask-about-answered" if answered else "ask-about-one"
        number = known_as(turn, about[0])
        return replace(asked, text=turn.texts(key, number=number, kind=about[0].kind))


@dataclass(frozen=True, kw_only=True)
class Kept(Question):
    """Takes every message that comes, whole. The answer is a list of events as JSON.

    Their files are kept at once, as ``files``: a messenger's link to one does not live as long as the
    question. The note ``held`` says which came with which event.
    """

    def read(
        self, turn: Turn, draft: Draft, pieces: frozenset[Piece], *, volunteered: bool
    ) -> Taken | None:
        """All that the event brings."""
        if turn.event.edited and (corrected := self._replaced(turn, draft)):
            return corrected
        before = draft.answers.get(self.name, [])
        refused, files = keep_files(turn, MOST_FILES)
        draft.notes["held"] = [*_held(draft), files]
        word = turn.texts("about-kept") if before else ""
        answers = {
            self.name: [*before, turn.event.to_json()],
            "files": [*draft.answers.get("files", ()), *files],
        }
        return Taken(answers, pieces, " ".join(part for part in (word, refused) if part))

    def correct(self, turn: Turn, draft: Draft, said: str) -> Taken | None:
        """Put the new words in place of those that the message had."""
        return self._replaced(turn, draft)

    def exchange(self, turn: Turn, draft: Draft) -> Taken | None:
        """Put the new files in place of those that the message has no more."""
        place, held = _place_of(turn, draft), _held(draft)
        if place is None or held[place] is None:
            return self._replaced(turn, draft)
        ids = held[place] or []
        new, gone = exchanged(turn, kept_files.by_ids(turn.session, ids))
        left = [number for number in ids if number not in gone]
        refused, added = keep_files(turn, MOST_FILES - len(left), new)
        draft.notes["held"] = [*held[:place], left + added, *held[place + 1 :]]
        others = [number for number in draft.answers["files"] if number not in gone]
        draft.answers["files"] = [*others, *added]
        replaced = self._replaced(turn, draft)
        return replaced and replace(replaced, word=refused)

    def _replaced(self, turn: Turn, draft: Draft) -> Taken | None:
        """Put the event in place of the one that it is an edit of."""
        place = _place_of(turn, draft)
        if place is None:
            return None
        kept = list(draft.answers[self.name])
        kept[place] = replace(turn.event, edited=False).to_json()
        return Taken({self.name: kept}, frozenset({"text", "files", "place"}))


def _held(draft: Draft) -> list[list[int] | None]:
    """The files of each kept event; None: it came before the upgrade, and they were not kept."""
    held: list[list[int] | None] = draft.notes.get("held", [])
    unknown = len(draft.answers.get("kept", ())) - len(held)
    return [*[None] * unknown, *held]


def _place_of(turn: Turn, draft: Draft) -> int | None:
    """The place among the kept events of the one whose message this event is an edit of."""
    messages = [one["message"] for one in draft.answers.get("kept", ())]
    return messages.index(turn.event.message) if turn.event.message in messages else None


def _pass_on(turn: Turn, draft: Draft) -> list[Reply]:
    """Every kept message goes where the resident said, as if it came just now."""
    kept = [Event.from_json(data) for data in draft.answers["kept"]]
    there = set(draft.answers.get("files", ()))  # what was refused meanwhile is not
    files = [None if ids is None else [i for i in ids if i in there] for ids in _held(draft)]
    turns = [
        replace(turn, event=replace(event, id=turn.event.id), kept=ids)
        for event, ids in zip(kept, files, strict=True)
    ]
    about = draft.answers["about"]
    if about == NEW:
        return begin_new(turn, turns)
    how, _, number = str(about).rpartition(".")
    found = my_appeals.own_appeal(turn, int(number))
    if found is None:
        return [turn.reply(turn.texts("appeal-not-yours"))]
    if how == UNSOLVED:
        return [my_appeals.not_solved(one, found) for one in turns][-1]
    added = [reply for one in turns for reply in comments.comment_from_event(one, found)]
    if how == SOLVED:
        relayed = [reply for reply in added if reply.to != turn.event.address]
        silent = replace(turn, event=replace(turn.event, text=""))
        return [*my_appeals.solved(silent, found), *relayed]
    return added


def begin_new(turn: Turn, said: Sequence[Turn], files: Sequence[int] = ()) -> list[Reply]:
    """A new appeal of what was said, or the one in hand with it; what is short is kept too."""
    draft = appeal_in_hand(turn) or filing.FORM.new_draft(turn)
    heard = [filing.FORM.hear(one, draft) for one in said]
    if files:
        draft.answers["files"] = [*(draft.answers.get("files") or ()), *files][:MOST_FILES]
    words = [word for each in heard for word in each.words]
    return filing.FORM.prompt(turn, draft, *words)


FORM = Form(
    name="about",
    questions=(
        About(name="about", ask="ask-about", options=_options),
        Kept(name="kept", asked=False, unasked=frozenset({"text", "files", "place"})),
    ),
    done=_pass_on,
    too_late="",  # each message is tied or heard where it went
)
