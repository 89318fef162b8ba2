"""An appeal in full: its page for the resident, and its history."""

from collections.abc import Sequence

from config.lengths import cut
from handlers.appeals.card import (
    CARD_TEXT,
    is_overdue,
    own_state_label,
    place_line,
    state_and_employee,
    topic_label,
)
from handlers.turn import Work
from handlers.wording.quoting import in_line, name_shown, quoted
from storage import appeals
from storage.tables import Appeal, HistoryEntry

HISTORY_TEXT = 700  # of one line of the history
SHORT_WORDS = 100  # words that stand in our own line of the history; longer ones below it
HISTORY = 6000  # of all its lines: two messages at most


def resident_page(work: Work, appeal: Appeal) -> str:
    """An appeal as its resident sees it: what was sent, its state, its history."""
    t = work.texts
    lines = [
        t("page-head", number=appeal.number, state=own_state_label(work, appeal)),
        topic_label(appeal),
        t("page-sent", date=work.date(appeal.created_at)),
        _promised(work, appeal),
        place_line(work, appeal),
        "",
        cut(appeal.text, CARD_TEXT),
        "",
        t("page-history"),
        *history_lines(work, appeal, public=True),
    ]
    return "\n".join(line for i, line in enumerate(lines) if line or i in (5, 7))


def _promised(work: Work, appeal: Appeal) -> str:
    """By when it will be solved, as its resident reads it; empty while nobody counts the days."""
    if is_overdue(work, appeal):
        return work.texts("page-late", date=work.date(appeal.deadline_at))
    running = appeal.state in appeals.RUNNING
    return work.texts("page-until", until=work.until(appeal.deadline_at)) if running else ""


def history_page(work: Work, appeal: Appeal) -> str:
    """An appeal as an employee sees it whole: the full text and every step with who and when."""
    t = work.texts
    head = t("history-head", number=appeal.number, state=state_and_employee(work, appeal))
    body = "\n".join(history_lines(work, appeal, public=False))
    return f"{head}\n\n{quoted(appeal.text)}\n\n{body}"


def history_lines(work: Work, appeal: Appeal, *, public: bool) -> list[str]:
    """A line for each step, of many the last; for the resident without the employees' names."""
    entries = appeals.history(work.session, appeal.id)
    if public:
        entries = _told(entries)
    lines: list[str] = []
    room = HISTORY
    for entry in reversed(entries):
        line = _history_line(work, entry, public=public)
        room -= len(line)
        if room < 0:
            lines.append(work.texts("history-left-out", count=len(entries) - len(lines)))
            break
        lines.append(line)
    return lines[::-1]


def _told(entries: Sequence[HistoryEntry]) -> list[HistoryEntry]:
    """The entries that the resident was told of: without what was undone before it went."""
    undone = {one for entry in entries for one in entry.details.get("undoes", ())}
    return [one for one in entries if one.id not in undone and not one.details.get("undoes")]


def _history_line(work: Work, entry: HistoryEntry, *, public: bool) -> str:
    t = work.texts
    own = f"my-history-{entry.action}"
    what = t(own if public and own in t else f"history-{entry.action}")
    who = ""
    if not public and entry.role == "employee":
        who = name_shown(entry.actor_name) or entry.actor
    line = t("history-line", time=work.time(entry.at), what=what)
    if who:
        line = f"{line} ({who})"
    detail = str(entry.details.get("reason") or entry.details.get("org") or "")
    said = "; ".join(part for part in (detail, entry.text) if part)
    if public or (said == in_line(said, SHORT_WORDS)):
        return f"{line}: {cut(said, HISTORY_TEXT)}" if said else line
    return f"{line}:\n{quoted(cut(said, HISTORY_TEXT))}"
