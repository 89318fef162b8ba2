"""The buttons of a card that ask nothing: take and give back, history, show; and undo."""

from collections.abc import Sequence
from dataclasses import replace

from handlers.appeals.card import card, resident_address
from handlers.appeals.lifecycle import Actor, NotAllowed, apply, note
from handlers.appeals.pages import history_page
from handlers.appeals.states import Action
from handlers.corrections import CLOSED
from handlers.staff.card_forms import files
from handlers.staff.prompts import not_allowed
from handlers.turn import Turn
from storage import appeals
from storage import files as kept_files
from storage.appeals import message_ties
from storage.messages import Priority, Reply
from storage.outbox import recall
from storage.tables import Appeal, OutboxMessage

INTERIM = "interim"  # what a plain reply to the resident is called in the history


def take(turn: Turn, appeal: Appeal) -> list[Reply]:
    """Take the appeal into work."""
    try:
        return apply(turn, appeal, Action.TAKE, Actor.of(turn.event, "employee"))
    except NotAllowed:
        return not_allowed(turn, appeal)


def release(turn: Turn, appeal: Appeal) -> list[Reply]:
    """Make the appeal nobody's again; if its resident has not been told that it was taken, he is not."""
    waiting = _waiting(turn, appeal, Action.TAKE)
    undone = recall.call_back(waiting, turn.now)
    if undone and appeal.first_answered_at == appeal.state_at:
        appeal.first_answered_at = None
    details = {"undoes": sorted(undone)} if undone else {}
    actor = Actor.of(turn.event, "employee")
    try:
        return apply(turn, appeal, Action.RELEASE, actor, details=details)
    except NotAllowed:
        return not_allowed(turn, appeal)


def unsay(turn: Turn, appeal: Appeal) -> list[Reply]:
    """Call back a plain reply to the resident that has not gone yet."""
    undone = recall.call_back(_waiting(turn, appeal, INTERIM), turn.now)
    if not undone:
        return [turn.reply(turn.texts("staff-unsay-late", number=appeal.number))]
    said = [one for one in appeals.history(turn.session, appeal.id) if one.id in undone]
    if appeal.first_answered_at == said[0].at:
        appeal.first_answered_at = None
    actor = Actor.of(turn.event, "employee")
    note(turn, appeal, actor, "unsay", details={"undoes": sorted(undone)})
    of_them = kept_files.of_appeal(turn.session, appeal.id)
    kept_files.detach(turn.session, [file.id for file in of_them if file.history_id in undone])
    message_ties.mark_seen(turn.session, appeal.id, undone, CLOSED)
    text = "\n".join(one.text for one in said if one.text)
    key = "staff-unsaid" if text else "staff-unsaid-files"
    told = turn.reply(turn.texts(key, number=appeal.number, text=text))
    # In the place of the word with the button; who typed its label has pressed none.
    return [replace(told, appeal=appeal.id, instead=turn.event.message)]


def _waiting(turn: Turn, appeal: Appeal, action: str) -> Sequence[OutboxMessage]:
    """What waits to be called back and was said by that action; empty if it is of another."""
    to = resident_address(appeal)
    waiting = recall.waiting(turn.session, to, appeal.id) if to else ()
    said = {row.reply.get("entry") for row in waiting}
    history = appeals.history(turn.session, appeal.id) if said else ()
    return waiting if all(one.action == action for one in history if one.id in said) else ()


def history(turn: Turn, appeal: Appeal) -> list[Reply]:
    """The appeal in full, under its card."""
    text = history_page(turn, appeal)
    return [Reply(to=turn.event.address, text=text, appeal=appeal.id, under_card=True)]


def show(turn: Turn, appeal: Appeal) -> list[Reply]:
    """Show the card again at the end of the chat, with its files; that one is edited from now on."""
    fresh = replace(
        card(turn, appeal),
        to=turn.event.address,
        fresh=True,
        push=False,
        priority=Priority.USUAL,
        coalesce=f"open:{appeal.id}",  # pressed by two at once, it comes once
    )
    of_appeal = [
        replace(reply, to=turn.event.address, push=False, coalesce=f"opened:{appeal.id}")
        for reply in files(turn, appeal)
    ]
    return [fresh, *of_appeal]
