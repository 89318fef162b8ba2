"""Lists of appeals in the staff chat."""

from handlers.appeals.card import is_overdue, state_label
from handlers.showing import Page, cut
from handlers.turn import Turn
from storage import appeals
from storage.messages import Button, Reply, Rows
from storage.tables import Appeal, StaffChat

PAGE = 8


def open_list(turn: Turn, chat: StaffChat, number: int) -> list[Reply]:
    """A page of the open appeals, the most overdue first."""
    municipality = turn.municipality.id
    chat_id = None if chat.main else chat.id
    total = appeals.count_open(turn.session, municipality, chat_id)
    if not total:
        return [turn.reply(turn.texts("open-none"))]
    shown = Page.of(total, PAGE, number)
    overdue = appeals.count_overdue(turn.session, municipality, turn.now, chat_id)
    found = appeals.open_by_deadline(
        turn.session, municipality, offset=shown.offset, limit=shown.size, chat_id=chat_id
    )
    lines: Rows = tuple((line(turn, appeal),) for appeal in found)
    text = turn.texts(
        "open-list",
        total=total,
        overdue=overdue,
        page=str(shown.number),
        pages=str(shown.pages),
    )
    return [turn.reply(text, lines + shown.newer_and_older(turn, "open:"))]


def line(turn: Turn, appeal: Appeal) -> Button:
    """An appeal as a button that opens its card."""
    label = turn.texts(
        "staff-line",
        mark="🔴 " if is_overdue(turn, appeal) else "",
        number=appeal.number,
        date=turn.date(appeal.deadline_at)[:5],
        state=state_label(turn, appeal),
        topic=cut(appeal.topic.title, 20),
    )
    return Button(label, f"show:{appeal.id}")
