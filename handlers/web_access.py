"""The staff room on the web: a code to come in, and how a session reads in a list."""

from datetime import datetime

from config.settings import Settings
from config.texts import Texts
from handlers.turn import Turn
from handlers.wording.dates import show_time
from storage.messages import Reply
from storage.tables import StaffChat, WebSession
from storage.town import municipalities, web_access
from storage.web.codes import CODE_LIFE

ADMIN = "admin"  # the account of all who came in with an admin's code
HERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - compared, not bound


def site_of(settings: Settings, port: int = 0) -> str:
    """The address of the bot's pages for browsers; ``port``: the one it got."""
    host = HERE.get(settings.web_host, settings.web_host)
    shown = f"[{host}]" if ":" in host else host
    return settings.public_url or f"http://{shown}:{port or settings.web_port}"


def link_with(site: str, code: str, *, admin: bool = False, desk: bool = False) -> str:
    """The link that opens the staff room with one more press of a button; ``desk``: both chats."""
    return f"{site}/{'' if desk else 'staff'}?code={code}{'&as=admin' if admin else ''}"


def give_code(turn: Turn, *, admin: bool = False) -> list[Reply]:
    """Answer ``/web`` with a code and a link, if this chat sees all that the room shows.

    In private only an admin gets so far.
    """
    if not (room := web_access.room(turn.session)):
        return [turn.reply(turn.texts("web-no-staff-room"))]
    event = turn.event
    chat, asked_by = _origin(turn, room if event.private else turn.staff_chat)
    if chat is None or not web_access.opens_room(turn.session, chat.id):
        return [turn.reply(turn.texts("web-not-this-chat"))]
    name = event.person.name if event.private else ""
    code = web_access.give_code(
        turn.session,
        turn.now,
        chat,
        admin=admin,
        name="" if admin else name,
        asked_by=asked_by,
    )
    site = site_of(turn.settings)
    text = turn.texts(
        "web-code-admin" if admin else "web-code",
        link=link_with(site, code, admin=admin),
        code=in_groups(code),
        page=f"{site}/staff",
        until=turn.time(turn.now + CODE_LIFE),
    )
    return [turn.reply(text)]


def _origin(turn: Turn, chat: StaffChat | None) -> tuple[StaffChat | None, str]:
    """The chat that the code is of, and the member whose leaving ends it.

    Who asks in the room came in by a code, too: theirs is of the same chat and person.
    """
    person, private = turn.event.person, turn.event.private
    if private or chat is None:
        return chat, ""
    if chat != web_access.room(turn.session):
        return chat, f"{person.channel}:{person.account}"
    before = web_access.of_account(turn.session, person.account, turn.now)
    return (municipalities.staff_chat(turn.session, before[0]), before[1]) if before else (chat, "")


def in_groups(code: str) -> str:
    """The code as one reads it out: ``4821 0937 5562``."""
    return " ".join(code[n : n + 4] for n in range(0, len(code), 4))


def line_of(
    texts: Texts, settings: Settings, row: WebSession, now: datetime, *, mine: bool = False
) -> str:
    """A session's line: the person, since when, and when last."""
    marks = [texts("sessions-admin")] if row.account == ADMIN else []
    marks += [texts("sessions-you")] if mine else []
    return texts(
        "sessions-line",
        number=str(row.id),
        name=row.name,
        marks=f" ({', '.join(marks)})" if marks else "",
        since=show_time(row.created_at, now, settings, texts),
        last=show_time(row.seen_at, now, settings, texts),
    )
