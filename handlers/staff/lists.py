"""Lists of appeals in the staff chat."""

from config.lengths import cut
from handlers.appeals.card import is_overdue, state_label
from handlers.audience import command_of
from handlers.showing import Page, whole_number
from handlers.staff import card_presses
from handlers.staff.chat import only_of
from handlers.turn import Turn
from handlers.wording.numbers import number_asked
from handlers.wording.quoting import in_line
from storage import appeals
from storage.appeals import search
from storage.messages import Button, Reply, Rows
from storage.tables import Appeal

PAGE = 8
DIGITS = 8  # of a number with its year


def open_list(turn: Turn, page_number: str = "1") -> list[Reply]:
    """A page of the open appeals, the most overdue first."""
    municipality = turn.municipality.id
    chat_id = only_of(turn)
    total = appeals.count_open(turn.session, municipality, chat_id)
    if not total:
        return [turn.reply(turn.texts("open-none"))]
    shown = Page.of(total, PAGE, whole_number(page_number))
    overdue = appeals.count_overdue(turn.session, municipality, turn.now, chat_id)
    found = appeals.open_by_deadline(
        turn.session, municipality, offset=shown.offset, limit=shown.size, chat_id=chat_id
    )
    lines: Rows = tuple((_line(turn, appeal),) for appeal in found)
    text = turn.texts(
        "open-list",
        total=total,
        overdue=overdue,
        page=str(shown.number),
        pages=str(shown.pages),
    )
    return [turn.reply(text, lines + shown.newer_and_older(turn, "open:"))]


def find(turn: Turn) -> list[Reply]:
    """Answer ``/find``: the appeals with that number, address or words; of a single one its card."""
    query = command_of(turn.event)[1]
    if not query:
        return [turn.reply(turn.texts("find-usage"))]
    found = search.search(
        turn.session,
        turn.municipality.id,
        _asked(turn, query),
        PAGE + 1,
        only_of(turn),
    )
    if not found:
        return [turn.reply(turn.texts("find-none", query=in_line(query, 100)))]
    if len(found) == 1:
        return card_presses.show(turn, found[0])
    rows = tuple((_line(turn, appeal),) for appeal in found[:PAGE])
    key = "find-many" if len(found) > PAGE else "find-some"
    return [turn.reply(turn.texts(key, count=len(rows), query=in_line(query, 100)), rows)]


def _asked(turn: Turn, query: str) -> str:
    """The query, a number in it as numbers are; a few digits may be a part of one, or a house."""
    if query.isascii() and query.isdecimal() and len(query) < DIGITS:
        return query
    return number_asked(query, turn.settings.number_prefix) or query


def _line(turn: Turn, appeal: Appeal) -> Button:
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
