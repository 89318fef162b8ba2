"""The open sessions of the staff room on the web: listed and ended by an admin."""

from collections.abc import Sequence

from handlers.admin.pages import gone
from handlers.turn import Turn
from handlers.web_access import line_of
from storage.messages import Reply, Rows
from storage.tables import WebSession
from storage.town import web_access
from storage.web.messages import CHANNEL as WEB

SHOWN = 8


def show(turn: Turn, lead: str = "") -> list[Reply]:
    """Answer an admin's ``/sessions``: who is logged in, with a button each to end it."""
    rows = web_access.living(turn.session, turn.now)
    lines = [
        line_of(turn.texts, turn.settings, row, turn.now, mine=_is_mine(turn, row))
        for row in rows[:SHOWN]
    ]
    if len(rows) > SHOWN:
        lines.append(turn.texts("sessions-more", count=len(rows) - SHOWN))
    head = turn.texts("sessions-list") if rows else turn.texts("sessions-none")
    buttons: Rows = tuple(
        (turn.button("sessions-end", f"adm:webend:{row.id}", who=_told_apart(row, rows)),)
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
        return show(turn, turn.texts("sessions-gone")) if which.isdecimal() else gone(turn)
    web_access.end(turn.session, chosen)
    return show(turn, turn.texts("sessions-ended", count=len(chosen)))


def _told_apart(row: WebSession, rows: Sequence[WebSession]) -> str:
    """The name, with the number of the list if several have it."""
    is_one = [other.name for other in rows].count(row.name) == 1
    return row.name if is_one else f"{row.name} ({row.id})"


def _is_mine(turn: Turn, row: WebSession) -> bool:
    """Whether the person who asks came in by it. All admins share an account, so the name counts."""
    person = turn.event.person
    return (person.channel, person.account, person.name) == (WEB, row.account, row.name)
