"""The history of a chat, for a page that comes back or scrolls up."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from bot.channels.web.contents import shown
from bot.channels.web.events import Hello, Visitor
from storage.web import messages as web_messages

HISTORY = 60
LATE_IDS = 50  # what may be committed out of turn; what a page gets twice it knows
LATE_EDITS = timedelta(minutes=1)


def older(session: Session, visitor: Visitor, before: int) -> dict[str, Any]:
    """Return the frame with the messages before the message ``before``."""
    messages = web_messages.latest(session, visitor.chat, HISTORY + 1, before)
    return {
        "type": "older",
        "more": len(messages) > HISTORY,
        "messages": [shown(message, visitor) for message in messages[-HISTORY:]],
    }


def missed(session: Session, visitor: Visitor, hello: Hello, now: datetime) -> dict[str, Any]:
    """Return the frame with the messages that a page missed.

    If it missed too many or still shows erased ones, it gets the newest instead and begins again
    with them (``reset``).
    """
    answer = {"type": "history", "now": now.isoformat(), "reset": False, "more": False}
    if visitor.staff:
        untaken = web_messages.alarms(session, visitor.chat)
        answer["alarms"] = [shown(message, visitor) for message in untaken]
    shows = hello.last and hello.count
    is_erased = shows and hello.count > web_messages.count(
        session, visitor.chat, hello.first, hello.last
    )
    if hello.last and not is_erased:
        after = max(hello.last - LATE_IDS, hello.first)
        late = list(web_messages.after(session, visitor.chat, after, LATE_IDS + HISTORY + 1))
        if len(late) <= LATE_IDS + HISTORY:
            if hello.edited:
                since = hello.edited - LATE_EDITS
                late += web_messages.edited(session, visitor.chat, since, hello.first, hello.last)
            return answer | {"messages": [shown(message, visitor) for message in late]}
    messages = web_messages.latest(session, visitor.chat, HISTORY + 1)
    return answer | {
        "reset": True,
        "more": len(messages) > HISTORY,
        "messages": [shown(message, visitor) for message in messages[-HISTORY:]],
    }
