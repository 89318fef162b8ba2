"""Asks what a message is about if it could be several things, and loses nothing meanwhile."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from config.lengths import cut
from handlers.drafts import Draft
from handlers.forms.ask import Choice, Option, Piece, Question, Taken
from handlers.forms.form import Form
from handlers.residents import filing, my_appeals
from handlers.residents.menu_rows import menu_rows
from handlers.residents.unasked import appeal_in_hand, take_in
from handlers.turn import Turn
from storage import appeals
from storage.messages import Event, Reply
from storage.people import residents
from storage.tables import Appeal

SHORT_TOPIC = 24


def open_questions(turn: Turn, draft: Draft | None) -> list[Appeal]:
    """The appeals in which the resident was asked something that this message may answer.

    With a draft in hand only what was asked since its own question: that one is older.
    """
    person = turn.event.person
    resident = residents.find(turn.session, person.channel, person.account)
    asked = appeals.awaiting_info(turn.session, resident.id) if resident else []
    if draft is None:
        return asked
    since = datetime.fromisoformat(draft.notes["at"]) if "at" in draft.notes else turn.now
    return [a for a in asked if a.id != draft.subject and a.state_at > since]


def ask_what_about(turn: Turn) -> list[Reply]:
    """Keep the message and ask."""
    draft = FORM.new_draft(turn)
    FORM.hear(turn, draft)
    return FORM.prompt(turn, draft)


def _options(turn: Turn, _draft: Draft) -> Sequence[Option]:
    answers = [
        Option(
            found.id,
            turn.texts(
                "about-appeal", number=found.number, topic=cut(found.topic.title, SHORT_TOPIC)
            ),
        )
        for found in open_questions(turn, None)
    ]
    return [*answers, Option("new", turn.texts("about-other"))]


@dataclass(frozen=True, kw_only=True)
class Kept(Question):
    """Takes every message that comes, whole. The answer is a list of events as JSON."""

    def read(
        self, turn: Turn, draft: Draft, pieces: frozenset[Piece], *, volunteered: bool
    ) -> Taken | None:
        """All that the event brings."""
        before = draft.answers.get(self.name, [])
        word = turn.texts("about-kept") if before else ""
        return Taken({self.name: [*before, turn.event.to_json()]}, pieces, word)


def _pass_on(turn: Turn, draft: Draft) -> list[Reply]:
    """Every kept message goes where the resident said, as if it came just now."""
    kept = [Event.from_json(data) for data in draft.answers["kept"]]
    turns = [replace(turn, event=replace(event, id=turn.event.id)) for event in kept]
    about = draft.answers["about"]
    if about != "new":
        found = my_appeals.own_appeal(turn, about)
        if found is None:
            return [turn.reply(turn.texts("appeal-not-yours"))]
        return [reply for one in turns for reply in my_appeals.comment_from_event(one, found)]
    words = [word for one in turns for word in take_in(one).words]
    filled = appeal_in_hand(turn)
    if filled is None:
        return [turn.reply("\n\n".join([*words, turn.texts("menu")]), menu_rows(turn))]
    return filing.FORM.prompt(turn, filled, *words)


FORM = Form(
    name="about",
    questions=(
        Choice(name="about", ask="ask-about", options=_options),
        Kept(name="kept", asked=False, unasked=frozenset({"text", "files", "place"})),
    ),
    done=_pass_on,
)
