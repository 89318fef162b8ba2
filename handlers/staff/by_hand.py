"""Answers that an administrator of the community writes by hand, in the messenger and past the bot."""

from collections.abc import Sequence

from config.lengths import cut
from handlers.appeals.card import CARD_TEXT, under_card
from handlers.appeals.lifecycle import Actor, note
from handlers.turn import Turn
from handlers.wording.quoting import name_shown, quoted
from storage import appeals
from storage.appeals import message_ties, resident_words, silence
from storage.messages import Reply
from storage.people import residents
from storage.tables import Appeal

MOST = 5  # of the resident's live appeals that are told of


def note_answer(turn: Turn) -> list[Reply]:
    """Note the answer in the history of its appeal and tell the staff; nothing without an appeal.

    Whatever it says is words, never a command. The resident has been answered, so silence counts
    from now.
    """
    here = turn.event.address
    resident = residents.find(turn.session, here.channel, here.chat)
    live = resident_words.live_of_resident(turn.session, resident.id, MOST) if resident else []
    appeal = appeals.get(turn.session, _subject(turn, live)) if live else None
    if appeal is None:
        return []
    text, actor = turn.event.text.strip(), Actor.of(turn.event, "employee")
    note(turn, appeal, actor, silence.BY_HAND, text=text)
    appeal.reminded = False
    appeal.first_answered_at = appeal.first_answered_at or turn.now
    if turn.event.message:
        message_ties.tie(turn.session, here, turn.event.message, appeal.id, "sent", turn.now)
    return [under_card(appeal, _told(turn, appeal, live))]


def _subject(turn: Turn, live: Sequence[Appeal]) -> int:
    """The appeal of the message that it answers, else the one that this chat last spoke about."""
    session, here, ids = turn.session, turn.event.address, [one.id for one in live]
    answered = message_ties.appeal_of(session, here, turn.event.reply_to)
    if answered in ids:
        return answered
    return message_ties.newest_among(session, here, ids) or ids[0]


def _told(turn: Turn, appeal: Appeal, live: Sequence[Appeal]) -> str:
    t, event = turn.texts, turn.event
    name = name_shown(event.person.name) or t("by-hand-nameless")
    head = t(
        "staff-by-hand",
        number=appeal.number,
        name=name,
        channel=t(f"channel-{event.address.channel}"),
    )
    others = ", ".join(one.number for one in live if one.id != appeal.id)
    lines = [
        head,
        quoted(cut(event.text.strip(), CARD_TEXT)),
        t("by-hand-files") if event.unreadable else "",
        t("by-hand-others", numbers=others) if others else "",
        t("by-hand-state"),
    ]
    return "\n".join(line for line in lines if line)
