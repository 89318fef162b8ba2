"""Limits on filing: appeals of one resident a day, and appeals from one web address."""

from datetime import timedelta

from handlers.showing import formal_ways
from handlers.turn import Turn
from storage.appeals import filing
from storage.tables import Resident
from storage.web import filings

MOST_A_DAY = 20  # appeals of one resident


def why_not(turn: Turn, resident: Resident) -> str:
    """The text that refuses another appeal; empty if it is allowed."""
    button, my = turn.texts("form-send"), turn.texts("menu-my")
    since = turn.now - timedelta(days=1)
    if filing.filed_since(turn.session, resident.id, MOST_A_DAY, since):
        return turn.texts("too-many-today", most=str(MOST_A_DAY), button=button, my=my)
    if not turn.event.sources:
        return ""
    filing.lock_numbers(turn.session, turn.municipality)  # two replicas count one after the other
    if filings.is_full(turn.session, turn.event.sources, turn.now):
        return turn.texts("too-many-from-address", button=button, ways=formal_ways(turn))
    return ""


def note_filed(turn: Turn) -> None:
    """It was filed: it counts for the address that it came from."""
    if turn.event.sources:
        filings.note(turn.session, turn.event.sources, turn.now)
