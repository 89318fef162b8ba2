"""Messages of a person's erasure: to the staff on the cards, and to the person at the end."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from handlers.appeals import card_lists
from handlers.appeals.card import card
from handlers.appeals.lifecycle import Actor, apply
from handlers.appeals.states import Action, allows
from handlers.turn import Work
from storage import erasure as kept_words
from storage import outbox
from storage.erasure import pending
from storage.messages import Reply
from storage.tables import Erasure, OutboxMessage, WebMessage
from storage.town import municipalities

ACTOR = Actor("resident", kept_words.ERASED)


def erase_appeals(work: Work, erasure: Erasure, most: int) -> tuple[list[Reply], list[WebMessage]]:
    """Close the next appeals and erase what is in them; nothing to say: there are no more.

    Also the messages that are gone from staff chats of the web.
    """
    staff = municipalities.staff_addresses(work.session)
    found, gone = kept_words.erase_appeals(work.session, erasure, staff, most)
    replies: list[Reply] = []
    for appeal in found:
        if allows(appeal, Action.FORGET, work.now):
            replies += apply(work, appeal, Action.FORGET, ACTOR)
        else:
            replies.append(card(work, appeal, files=0))
    return [*replies, *card_lists.anew(work, [appeal.id for appeal in found])], gone


def tell(work: Work, number: int) -> Sequence[Reply]:
    """Say that all is erased, once, to whoever was told that it will be."""
    erasure = pending.find(work.session, number)
    if erasure is None or erasure.told:
        return ()
    erasure.told = True
    if erasure.refused:
        return ()
    text = work.texts("deleted")
    return [Reply(to=erasure.address, text=text, coalesce=_last_word(number))]


def waits_for_last_word(session: Session, erasure: Erasure) -> bool:
    """Whether the last word is still on its way."""
    word = _word(session, erasure)
    return word is not None and word.done_at is None


def finish(session: Session, number: int) -> None:
    """Forget the address, and the last word."""
    if erasure := pending.find(session, number):
        kept_words.finish(session, erasure, _word(session, erasure))


def _word(session: Session, erasure: Erasure) -> OutboxMessage | None:
    return outbox.newest(session, erasure.address, _last_word(erasure.id))


def _last_word(number: int) -> str:
    return f"erased:{number}"
