"""Moves of an appeal from state to state: one function applies a transition of the table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

from config.lengths import cut, units
from handlers.appeals import clocks, standing
from handlers.appeals.card import card, resident_address
from handlers.appeals.states import BY, Action, Role, State, allows, moves, path
from handlers.kinds import days_of
from handlers.showing import word_on_voices
from handlers.turn import Work
from handlers.wording.quoting import few_words, in_line, name_shown
from storage import files as kept_files
from storage.appeals import filing, silence
from storage.messages import Event, Reply, Rows
from storage.outbox import recall
from storage.tables import Appeal, HistoryEntry


class NotAllowed(Exception):
    """The appeal's state does not let the action happen (a stale button)."""


# Actions of which the resident is told in the words of the state that they end.
BY_STATE = frozenset((Action.EXPIRE, Action.RESUME))
KNOWN_BY = 60  # letters of topic and place in news


@dataclass(frozen=True)
class Actor:
    """The person or part of the program that acts, as the history keeps it."""

    role: Role
    id: str
    name: str = ""

    @classmethod
    def of(cls, event: Event, role: Role) -> Self:
        """The person behind an event."""
        return cls(role, f"{event.person.channel}:{event.person.account}", event.person.name)


SYSTEM = Actor("system", "system")


def apply(
    work: Work,
    appeal: Appeal,
    action: Action,
    actor: Actor,
    *,
    text: str = "",
    files: Sequence[int] = (),
    details: Mapping[str, Any] | None = None,
) -> list[Reply]:
    """Change the state, keep it in the history, tell the resident, change the card.

    ``text`` and ``files`` are what the resident is told or told us. What a resident is told about
    his own action is left to the caller. Raises NotAllowed.
    """
    steps = path(appeal, action, work.now)
    if steps is None or BY[action] != actor.role:
        raise NotAllowed(f"{action} in {appeal.state}")
    before = appeal.state
    was_asked = before == State.NEED_INFO and silence.has_been_reached(work.session, appeal)
    for step in steps[:-1]:
        _step(work, appeal, step, actor)
    entry = _step(work, appeal, action, actor, text=text, details=details)
    kept_files.attach(work.session, files, appeal.id, entry.id)
    replies: list[Reply] = []
    if actor.role != "resident" and action is not Action.RELEASE:
        key = f"push-{action}-{before}" if action in BY_STATE else f"push-{action}"
        holds = standing.in_this_state(appeal)
        said = {"text": text, **(details or {})}
        told = push(work, appeal, key, files=files, holds=holds, entry=entry, **said)
        if action is Action.TAKE:  # nobody has looked at it before it goes
            told = [replace(reply, after=work.settings.undo_seconds) for reply in told]
        if action is Action.ASK:
            told = [reply.and_then(word_on_voices(work, reply.to.channel)) for reply in told]
        if was_asked and actor.role == "employee":
            told = [reply.and_then(work.texts("push-question-over")) for reply in told]
        replies += told
    return [*replies, card(work, appeal)]


def _step(
    work: Work,
    appeal: Appeal,
    action: Action,
    actor: Actor,
    *,
    text: str = "",
    details: Mapping[str, Any] | None = None,
) -> HistoryEntry:
    state_from = State(appeal.state)
    state_to = moves(appeal)[action]
    if state_from is State.NEED_INFO:  # the clock stood still while the resident was asked
        pause = work.now - appeal.state_at
        appeal.deadline_at = clocks.after_pause(appeal.deadline_at, pause, work.settings)
        appeal.warned = ""
    appeal.state = state_to
    appeal.state_at = work.now
    appeal.reminded = False
    appeal.closed_at = work.now if state_to in (State.CLOSED, State.WITHDRAWN) else None
    if action is Action.RELEASE:
        appeal.employee, appeal.employee_name = "", ""
    elif actor.role == "employee":
        appeal.first_answered_at = appeal.first_answered_at or work.now
        appeal.employee, appeal.employee_name = actor.id, name_shown(actor.name)
    is_late = action is Action.RESUME and appeal.deadline_at < work.now
    if state_to is State.REOPENED or is_late:
        appeal.warned = ""
        days = days_of(work.tree, appeal.kind, appeal.topic_id)
        appeal.deadline_at = clocks.deadline(work.now, days, work.settings)
    return note(
        work,
        appeal,
        actor,
        action,
        text=text,
        details=details,
        states=(state_from, state_to),
    )


def note(
    work: Work,
    appeal: Appeal,
    actor: Actor,
    action: str,
    *,
    text: str = "",
    details: Mapping[str, Any] | None = None,
    states: tuple[str, str] = ("", ""),
) -> HistoryEntry:
    """Add a line to the history."""
    entry = HistoryEntry(
        **_line(work, appeal, actor, action, states), text=text, details=dict(details or {})
    )
    work.session.add(entry)
    work.session.flush()
    return entry


def note_filed(work: Work, appeal: Appeal, actor: Actor) -> None:
    """The first line of the history of an appeal without files, written with those of others."""
    line = _line(work, appeal, actor, "file", ("", appeal.state))
    filing.begin_history(work.session, line)


def _line(
    work: Work, appeal: Appeal, actor: Actor, action: str, states: tuple[str, str]
) -> dict[str, Any]:
    return {
        "appeal_id": appeal.id,
        "at": work.now,
        "role": actor.role,
        "actor": actor.id,
        "actor_name": actor.name,
        "action": action,
        "state_from": states[0],
        "state_to": states[1],
    }


def push(
    work: Work,
    appeal: Appeal,
    key: str,
    *,
    files: Sequence[int] = (),
    holds: str = "",
    entry: HistoryEntry | None = None,
    lets_go: bool = True,
    **args: Any,
) -> list[Reply]:
    """Tell the resident something about the appeal, with the buttons of its state.

    ``holds`` as in Reply; ``entry`` is the one of the history whose words it says. ``lets_go``: what
    still waits to be called back goes before it, unless it is not true any more. No reply if the
    resident is gone (personal data deleted). Who wrote to an account of ours that is not in use is
    told when he writes to the present one: the card says so.
    """
    to = resident_address(appeal)
    if to is None:
        return []
    if lets_go:
        recall.let_go(recall.waiting(work.session, to, appeal.id), work.now)
    text = work.texts(
        key,
        number=appeal.number,
        kind=appeal.kind,
        words=in_brackets(work, appeal),
        department=appeal.department or work.texts("department-any"),
        until=work.until(appeal.deadline_at),
        today=work.date(work.now),
        **args,
    )
    look = work.button("resident-look", f"appeal:{appeal.id}")
    if appeal.resident.awaits_first_word:
        appeal.undelivered = True
    return [
        Reply(
            to=to,
            text=text.strip(),
            rows=(*resident_rows(work, appeal), (look,)),
            files=tuple(files),
            appeal=appeal.id,
            push=True,
            holds=holds,
            entry=entry.id if entry else None,
            coalesce=f"said:{entry.id}" if entry else "",
        )
    ]


def known_as(work: Work, appeal: Appeal) -> str:
    """The number with a few of the resident's own words: who has several knows which it is."""
    words = few_words(appeal.text)
    if not words:
        return appeal.number
    return work.texts("number-and-words", number=appeal.number, words=words)


def yes_and_no(appeal: Appeal) -> tuple[str, str]:
    """The labels of the answers to what is asked under an answer: is it solved, or is it clear."""
    if appeal.kind == "problem":
        return "resident-solved", "resident-unsolved"
    return "resident-clear", "resident-unclear"


def set_kind(work: Work, appeal: Appeal, kind: str) -> None:
    """Change the kind: thanks are done with, and what was taken for thanks begins its clocks."""
    was, appeal.kind = appeal.kind, kind
    if kind == was:
        return
    if kind == "thanks" and appeal.state == State.NEW:
        appeal.state, appeal.closed_at = State.CLOSED, work.now
    elif was == "thanks" and appeal.state == State.CLOSED:
        appeal.state, appeal.closed_at = State.NEW, None
        days = days_of(work.tree, kind, appeal.topic_id)
        appeal.first_answer_due = clocks.first_answer_due(work.now, days, work.settings)
        appeal.deadline_at = clocks.deadline(work.now, days, work.settings)
        appeal.state_at = work.now


def in_brackets(work: Work, appeal: Appeal) -> str:
    """Topic and place after a number in news: who has several appeals knows which it is."""
    return work.texts("number-and-words", number="", words=named(appeal, KNOWN_BY))


def named(appeal: Appeal, most: int) -> str:
    """Topic and place; of what has no place the resident's first words."""
    topic = appeal.topic.title
    if not appeal.place_text:
        return cut(few_words(appeal.text) or topic, most)
    place = in_line(appeal.place_text, most)
    if (
        units(topic) + units(place) + 2 > most
    ):  # the place says more: a topic is known by a few letters
        topic = cut(topic, max((most - 2) * 2 // 5, most - 2 - units(place)))
        place = cut(place, most - 2 - units(topic))
    return f"{topic}, {place}"


def resident_rows(work: Work, appeal: Appeal) -> Rows:
    """The buttons for a resident who is told of the state."""
    if appeal.state == State.ANSWERED:
        yes, no = yes_and_no(appeal)
        return (
            (
                work.button(yes, f"solved:{appeal.id}", tone="good"),
                work.button(no, f"reopen:{appeal.id}", tone="bad"),
            ),
        )
    if appeal.state == State.NEED_INFO:
        return ((work.button("resident-inform", f"comment:{appeal.id}", tone="primary"),),)
    if appeal.state in (State.CLOSED, State.DECLINED) and allows(appeal, Action.REOPEN, work.now):
        return ((work.button("resident-reopen", f"reopen:{appeal.id}"),),)
    return ()
