"""The appeal that a message is about: the message replies to it, corrects or continues it."""

from dataclasses import dataclass

from handlers.turn import Turn
from handlers.wording.quoting import number_in, number_of_card
from storage import appeals
from storage.appeals import message_ties


@dataclass(frozen=True, slots=True)
class Subject:
    """The appeal, if there is one.

    ``is_prompt``: the message replies to a question of a staff form. ``is_several``: it replies to
    messages about several appeals at once, so it is about none for sure.
    """

    appeal_id: int | None = None
    is_prompt: bool = False
    is_several: bool = False


def subject_of(turn: Turn) -> Subject:
    """The appeal of the message that the event replies to or corrects, or whose album it continues.

    Whether the person may have to do with the appeal is for the caller to look at.
    """
    event, session, chat = turn.event, turn.session, turn.home
    if event.press:
        return Subject()
    if event.edited:
        return Subject(message_ties.appeal_of(session, chat, event.message))
    if event.reply_to:
        found, is_prompt = message_ties.replied_to(session, chat, event.reply_to)
        others = {message_ties.replied_to(session, chat, one)[0] for one in event.also_to}
        if others - {found, None}:
            return Subject(is_several=True)
        return Subject(found, is_prompt) if found else Subject(_by_number(turn))
    if event.quoted and (numbered := _by_number(turn)):
        return Subject(numbered)
    if event.album:
        return Subject(message_ties.appeal_of_album(session, chat, event.album))
    return Subject()


def _by_number(turn: Turn) -> int | None:
    """The appeal whose number is read on a message that we do not know: we died after sending it.

    In a staff chat only a card's own number counts: further on stand people's words.
    """
    event = turn.event
    number = (number_in if event.private else number_of_card)(event.quoted)
    return appeals.numbered(turn.session, turn.municipality.id, number) if number else None
