"""Lists of appeals in the staff chat."""

from collections.abc import Sequence

from handlers.audience import command_of
from handlers.lines import legend, page_size, staff_line
from handlers.showing import Page, whole_number
from handlers.staff import card_presses
from handlers.staff.chat import appeal_here, only_of
from handlers.turn import Turn
from handlers.wording.numbers import number_asked
from handlers.wording.quoting import in_line
from storage import appeals
from storage.appeals import search
from storage.messages import Reply, Rows
from storage.tables import Appeal

DIGITS = 8  # of a number with its year


def open_list(turn: Turn, page_number: str = "1") -> list[Reply]:
    """A page of the open appeals, the most overdue first."""
    municipality = turn.municipality.id
    chat_id = only_of(turn)
    total = appeals.count_open(turn.session, municipality, chat_id)
    if not total:
        return [turn.reply(turn.texts("open-none"))]
    shown = Page.of(total, page_size(turn), whole_number(page_number))
    overdue = appeals.count_overdue(turn.session, municipality, turn.now, chat_id)
    found = appeals.open_by_deadline(
        turn.session, municipality, offset=shown.offset, limit=shown.size, chat_id=chat_id
    )
    lines: Rows = tuple((staff_line(turn, appeal),) for appeal in found)
    text = turn.texts(
        "open-list",
        total=total,
        overdue=overdue,
        page=str(shown.number),
        pages=str(shown.pages),
    )
    rows = lines + shown.back_and_on(turn, "open:")
    return [turn.reply(text, rows).and_then(_colours(turn, found))]


def find(turn: Turn) -> list[Reply]:
    """Answer ``/find``: the card of that number, else the appeals with that address or words."""
    query = command_of(turn.event)[1]
    if not query:
        return [turn.reply(turn.texts("find-usage"))]
    asked = number_asked(query, turn.settings.number_prefix)
    number = appeals.numbered(turn.session, turn.municipality.id, asked) if asked else None
    if exact := appeal_here(turn, number):
        return card_presses.show(turn, exact)
    most = page_size(turn)
    found = search.search(
        turn.session, turn.municipality.id, _asked(turn, query), most + 1, only_of(turn)
    )
    if not found:
        return [turn.reply(turn.texts("find-none", query=in_line(query, 100)))]
    if len(found) == 1:
        return card_presses.show(turn, found[0])
    rows = tuple((staff_line(turn, appeal),) for appeal in found[:most])
    key = "find-many" if len(found) > most else "find-some"
    told = turn.reply(turn.texts(key, count=len(rows), query=in_line(query, 100)), rows)
    return [told.and_then(_colours(turn, found[:most]))]


def _asked(turn: Turn, query: str) -> str:
    """The query, a number in it as numbers are; a few digits may be a part of one, or a house."""
    if query.isascii() and query.isdecimal() and len(query) < DIGITS:
        return query
    return number_asked(query, turn.settings.number_prefix) or query


def _colours(turn: Turn, found: Sequence[Appeal]) -> str:
    signs = legend(turn, found, "state")
    return turn.texts("list-colours", signs=signs) if signs else ""
