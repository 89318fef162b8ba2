"""The buttons of a card that ask nothing: take, history, show."""

from dataclasses import replace

from handlers.appeals.card import card
from handlers.appeals.lifecycle import Actor, NotAllowed, apply
from handlers.appeals.pages import history_page
from handlers.appeals.states import Action
from handlers.staff.card_forms import files, not_allowed
from handlers.turn import Turn
from storage.messages import Priority, Reply
from storage.tables import Appeal


def take(turn: Turn, appeal: Appeal) -> list[Reply]:
    """Take the appeal into work."""
    try:
        return apply(turn, appeal, Action.TAKE, Actor.of(turn.event, "employee"))
    except NotAllowed:
        return not_allowed(turn, appeal)


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
