"""Messages that the clock sends: deadlines to the staff, reminders to residents, closing by silence, the digest."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from handlers.appeals import clocks, standing
from handlers.appeals.card import card, news
from handlers.appeals.lifecycle import SYSTEM, apply, note, push
from handlers.appeals.states import Action, State
from handlers.turn import Work
from storage import appeals
from storage.appeals import silence
from storage.messages import Reply
from storage.people import dialogues
from storage.tables import Appeal
from storage.town import municipalities

AT_ONCE = 50  # appeals in one transaction: residents are waiting for the database too
A_DAY = timedelta(hours=24)
# Silence of the resident: reminded after, closed after (domain page).
SILENCE = {
    State.NEED_INFO: (timedelta(days=3), timedelta(days=7)),
    State.ANSWERED: (timedelta(days=3), timedelta(days=10)),
}
BETWEEN = timedelta(days=1)  # at least, from the arrival of a reminder to the closing
DRAFT_LIFE = timedelta(days=30)


def warn_of_deadlines(work: Work) -> list[Reply]:
    """In the staff chat: a working day before the deadline, and at it. Each once, none at night."""
    replies: list[Reply] = []
    if clocks.is_quiet(work.now, work.settings):
        return replies
    for appeal in appeals.with_deadline_before(work.session, work.now, ("", "soon"), AT_ONCE):
        appeal.warned = "due"
        text = work.texts("staff-overdue", number=appeal.number, topic=appeal.topic.title)
        replies += [_warning(work, appeal, text), card(work, appeal)]
    soon = clocks.warned_up_to(work.now, work.settings)
    for appeal in appeals.with_deadline_before(work.session, soon, ("",), AT_ONCE):
        appeal.warned = "soon"
        if work.now - appeal.created_at < A_DAY:
            continue  # the card has just come
        over_a_weekend = appeal.deadline_at - work.now > A_DAY
        text = work.texts(
            "staff-soon-weekend" if over_a_weekend else "staff-soon",
            number=appeal.number,
            topic=appeal.topic.title,
            time=work.time(appeal.deadline_at),
        )
        replies.append(_warning(work, appeal, text))
    return replies


def _warning(work: Work, appeal: Appeal, text: str) -> Reply:
    return replace(news(work, appeal, text), holds=standing.warned(appeal))


def remind_or_close_silent(work: Work) -> list[Reply]:
    """Remind residents who were asked, and close what they leave unanswered; nobody at night.

    Their silence begins when the question has reached them.
    """
    replies: list[Reply] = []
    if clocks.is_quiet(work.now, work.settings):
        return replies
    for state, (remind_after, close_after) in SILENCE.items():
        silent = silence.since(
            work.session,
            state,
            work.now - close_after,
            reminded=None,
            limit=AT_ONCE,
            words_before=work.now - BETWEEN,
        )
        for appeal in silent:
            replies += apply(work, appeal, Action.EXPIRE, SYSTEM)
        waiting = silence.since(
            work.session, state, work.now - remind_after, reminded=False, limit=AT_ONCE
        )
        for appeal in waiting:
            appeal.reminded = True
            holds = standing.in_this_state(appeal)
            replies += push(work, appeal, f"push-remind-{state}", holds=holds)
            note(work, appeal, SYSTEM, "remind")
    return replies


def morning_digest(work: Work) -> list[Reply]:
    """Once a working day at the set hour, or later if we were down then, to the main staff chat."""
    local = work.now.astimezone(work.settings.zone)
    if not clocks.is_working_day(local.date()):
        return []  # the next working day's tells of these days too
    today = local.date().isoformat()
    last = work.municipality.digest_on
    if local.hour < work.settings.digest_hour or last == today:
        return []
    if last == (local.date() + timedelta(days=1)).isoformat():
        return []  # the clock was a day ahead, and today's has been sent
    work.municipality.digest_on = today
    if not last and local.hour > work.settings.digest_hour:
        return []  # switched on in the middle of a day: the first digest comes tomorrow
    chat = municipalities.main_staff_chat(work.session, work.municipality.id)
    if chat is None:
        return []
    municipality = work.municipality.id
    total = appeals.count_open(work.session, municipality)
    since = _digest_before(work, local.date())
    overdue = appeals.count_overdue(work.session, municipality, work.now)
    new = appeals.count_created_since(work.session, municipality, since)
    text = work.texts("digest", date=work.date(work.now), open=total, overdue=overdue, new=new)
    if work.now - since > 2 * A_DAY:
        text = work.texts(
            "digest-after-rest",
            date=work.date(work.now),
            open=total,
            overdue=overdue,
            new=new,
            since=work.date(since),
        )
    rows = ((work.button("digest-open", "open:1"),),) if total else ()
    holds = standing.today(work)
    return [Reply(to=chat.address, text=text, rows=rows, push=True, holds=holds)]


def _digest_before(work: Work, today: date) -> datetime:
    """The hour of the digest on the working day before: what came since then is new."""
    hour = time(work.settings.digest_hour, tzinfo=work.settings.zone)
    return datetime.combine(clocks.last_working_day(today), hour).astimezone(UTC)


def expire_drafts(work: Work) -> list[Reply]:
    """Forget drafts of a month of silence; the resident is told."""
    replies: list[Reply] = []
    for row in dialogues.untouched_since(work.session, work.now - DRAFT_LIFE, AT_ONCE):
        private = municipalities.staff_chat_for(work.session, row.address) is None
        if private and any(draft.get("answers") for draft in row.drafts):
            text = work.texts("draft-expired")
            replies.append(Reply(to=row.address, text=text, push=True))
        work.session.delete(row)
    return replies
