"""Words that administrators write in the group's name: whose answer they are.

Telegram hides who of them writes, and not who presses. So one begins an answer with a button, and the
words come from the group (https://core.telegram.org/bots/api#message, ``sender_chat``, read 2026-11).
"""

from collections.abc import Iterator

from sqlalchemy.orm import Session

from handlers.audience import command_of
from handlers.drafts import Dialogue, Draft
from handlers.forms.ask import press_of
from handlers.staff.card_forms import FORMS
from handlers.staff.prompts import ANONYMOUS
from handlers.turn import Turn
from storage.appeals import message_ties
from storage.messages import ChatMember, Event, Reply
from storage.people import dialogues
from storage.town import municipalities


def whose(session: Session, event: Event) -> ChatMember:
    """The person in whose dialogue the event is answered: of the group's words, whoever was asked.

    Only if it is one person who can be meant; whoever was asked then looks at the words and sends
    them. A button under a question that the group itself was asked is for any of the anonymous.
    """
    mine = event.member
    if not event.anonymous or event.private:
        return mine
    if event.press:
        key = press_of(event.press)[2]
        ours = ChatMember(mine.channel, mine.chat, event.address.group.chat)
        holders = {who for who, draft in _drafts(session, event) if key and draft.key == key}
        return ours if ours in holders and mine not in holders else mine
    found = asked(session, event) if event.is_of_group else set()
    return found.pop() if len(found) == 1 else mine


def asked(session: Session, event: Event) -> set[ChatMember]:
    """Everybody whom the group's words may be an answer of."""
    word = command_of(event)[0]
    if word not in {"", "/cancel"}:
        return set()
    about: int | None = None
    if event.reply_to and not word:
        home = municipalities.home_of(session, event.address)
        about, is_prompt = message_ties.replied_to(session, home, event.reply_to)
        if not is_prompt and (about is not None or not event.quoted):
            return set()  # to a card, or to a colleague; else to a message of ours just sent
    return {who for who, draft in _drafts(session, event) if _may_mean(event, draft, about)}


def _may_mean(event: Event, draft: Draft, about: int | None) -> bool:
    """Whether the event may be an answer to the draft's question."""
    if event.edited:
        return event.message in draft.notes.get("heard", {})
    if about is not None:
        return draft.subject == about
    return bool(draft.notes.get(ANONYMOUS)) and not draft.is_aside


def _drafts(session: Session, event: Event) -> Iterator[tuple[ChatMember, Draft]]:
    """Yield what was begun by whom about appeals, where the event was said."""
    for account, drafts in dialogues.in_one(session, event.address):
        member = ChatMember(event.address.channel, event.address.chat, account)
        for draft in Dialogue.from_json(drafts).of(FORMS):
            yield member, draft


def answer(turn: Turn) -> list[Reply] | None:
    """Answer what is said in a name that may not say it; None: go on."""
    event = turn.event
    if not event.anonymous or event.press:
        return None
    if not event.is_of_group:  # somebody writes as a channel: who, is not told
        meant = turn.staff_chat and (command_of(event)[0] or event.quoted)
        return [turn.reply(turn.texts("anonymous-channel"))] if meant else []
    if command_of(event)[0] == "/web":
        return [turn.reply(turn.texts("anonymous-web"))]
    return None


def asked_in_vain(turn: Turn) -> str:
    """The word for an answer to a question that nobody has open, or more than one."""
    many = turn.event.is_of_group and len(asked(turn.session, turn.event)) > 1
    return turn.texts("anonymous-whose" if many else "staff-not-your-form")
