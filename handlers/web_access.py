"""The staff room on the web, from any chat: a code to come in, who is in, and how to end that."""

from datetime import datetime

from config.settings import Settings
from config.texts import Texts
from handlers.admin.pages import gone
from handlers.appeals.clocks import show_time
from handlers.turn import Turn
from storage.messages import Reply, Rows
from storage.tables import StaffChat, WebSession
from storage.town import municipalities, web_access
from storage.web.messages import CHANNEL as WEB

ADMIN = "admin"  # the account of all who came in with an admin's code
SHOWN = 8
HERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - compared, not bound


def site_of(settings: Settings, port: int = 0) -> str:
    """Where browsers find the bot's pages; ``port``: the one it got."""
    host = HERE.get(settings.web_host, settings.web_host)
    shown = f"[{host}]" if ":" in host else host
    return settings.public_url or f"http://{shown}:{port or settings.web_port}"


def link_with(site: str, code: str, *, admin: bool = False, desk: bool = False) -> str:
    """What opens the staff room with one more press of a button; the desk: both chats."""
    return f"{site}/{'' if desk else 'staff'}?code={code}{'&as=admin' if admin else ''}"


def give_code(turn: Turn, *, admin: bool = False) -> list[Reply]:
    """Answer ``/web``: a code and a link, where this chat sees all that the room shows.

    In private only an admin gets so far.
    """
    if not (room := web_access.room(turn.session)):
        return [turn.reply(turn.texts("web-no-staff-room"))]
    event = turn.event
    where = event.address
    chat = municipalities.staff_chat_at(turn.session, where.channel, where.chat)
    chat, asked_by = _origin(turn, room if event.private else chat)
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
        until=turn.time(turn.now + web_access.CODE_LIFE),
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


def show_sessions(turn: Turn, lead: str = "") -> list[Reply]:
    """Answer an admin's ``/sessions``: who is logged in, with a button each to end it."""
    rows = web_access.living(turn.session, turn.now)
    lines = [
        line_of(turn.texts, turn.settings, row, mine=_is_mine(turn, row)) for row in rows[:SHOWN]
    ]
    if len(rows) > SHOWN:
        lines.append(turn.texts("sessions-more", count=len(rows) - SHOWN))
    head = turn.texts("sessions-list") if rows else turn.texts("sessions-none")
    buttons: Rows = tuple(
        (turn.button("sessions-end", f"adm:webend:{row.id}", which=str(row.id)),)
        for row in rows[:SHOWN]
    )
    if len(rows) > 1:
        buttons += ((turn.button("sessions-end-all", "adm:webend:all", tone="bad"),),)
    return [turn.reply("\n".join([*([lead] if lead else []), head, *lines]), buttons)]


def end(turn: Turn, which: str) -> list[Reply]:
    """End a session, or all; open pages close within seconds and do nothing from now on."""
    rows = web_access.living(turn.session, turn.now)
    chosen = [row.id for row in rows if which in ("all", str(row.id))]
    if not chosen and which != "all":
        return show_sessions(turn, turn.texts("sessions-gone")) if which.isdecimal() else gone(turn)
    web_access.end(turn.session, chosen)
    return show_sessions(turn, turn.texts("sessions-ended", count=len(chosen)))


def _is_mine(turn: Turn, row: WebSession) -> bool:
    """Whether the person who asks came in by it. All admins share an account, so the name counts."""
    person = turn.event.person
    return (person.channel, person.account, person.name) == (WEB, row.account, row.name)


def line_of(texts: Texts, settings: Settings, row: WebSession, *, mine: bool = False) -> str:
    """Who, since when, and when last."""
    marks = [texts("sessions-admin")] if row.account == ADMIN else []
    marks += [texts("sessions-you")] if mine else []
    return texts(
        "sessions-line",
        number=str(row.id),
        name=row.name,
        marks=f" ({', '.join(marks)})" if marks else "",
        since=_shown(row.created_at, settings),
        last=_shown(row.seen_at, settings),
    )


def _shown(moment: datetime, settings: Settings) -> str:
    return show_time(moment, settings)
