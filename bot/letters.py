"""Replies as the outbox takes them."""

from collections.abc import Sequence

from handlers.turn import Work
from storage.messages import Priority, Reply
from storage.outbox import posting
from storage.outbox.posting import Letter


def put_all(work: Work, replies: Sequence[Reply]) -> None:
    """Hand replies to the outbox."""
    posting.put(work.session, [letter(reply) for reply in replies], work.now)


def letter(reply: Reply) -> Letter:
    """A reply as the outbox takes it.

    In a staff chat what comes about an appeal has a lane of its own, first the card and then what
    stands under it; what an employee is answered has the chat's.
    """
    about_appeal = reply.appeal is not None and (reply.card or reply.under_card)
    own_lane = reply.push and about_appeal
    return Letter(
        channel=reply.to.channel,
        chat=reply.to.chat,
        lane=f"{reply.to.chat}#{reply.appeal}" if own_lane else reply.to.chat,
        reply=reply.to_json(),
        push=reply.push and reply.priority < Priority.DANGER,
        priority=reply.priority,
        appeal_id=reply.appeal,
        coalesce=reply.coalesce,
    )
