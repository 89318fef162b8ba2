"""Lists of appeals in the staff chat."""

from handlers.appeals.card import cut, is_overdue, state_label
from handlers.residents.my_appeals import page_rows
from handlers.turn import Turn
from storage import appeals
from storage.messages import Button, Reply, Rows
from storage.tables import Appeal, StaffChat

PAGE = 8


def open_list(turn: Turn, chat: StaffChat, page: int) -> list[Reply]:
    """A page of the open appeals, the most overdue first."""
    municipality = turn.municipality.id
    chat_id = None if chat.main else chat.id
    total = appeals.count_open(turn.session, municipality, chat_id)
    if not total:
        return [turn.reply(turn.texts("open-none"))]
    pages = (total + PAGE - 1) // PAGE
    page = min(max(page, 1), pages)
    overdue = appeals.count_overdue(turn.session, municipality, turn.now, chat_id)
    found = appeals.open_by_deadline(
        turn.session, municipality, offset=(page - 1) * PAGE, limit=PAGE, chat_id=chat_id
    )
    lines: Rows = tuple((line(turn, appeal),) for appeal in found)
    text = turn.texts("open-list", total=total, overdue=overdue, page=str(page), pages=str(pages))
    return [turn.reply(text, lines + page_rows(turn, "open", page, pages))]


def line(turn: Turn, appeal: Appeal) -> Button:
    """An appeal as a button that opens its card."""
    label = turn.texts(
        "staff-line",
        mark="🔴 " if is_overdue(turn, appeal) else "",
        number=appeal.number,
        date=turn.date(appeal.deadline_at)[:5],
        state=state_label(turn, appeal),
        topic=cut(appeal.topic.title, 20, "…"),
    )
    return Button(label, f"show:{appeal.id}")
