"""A resident's own appeals: look, add, withdraw, confirm, reopen."""

from handlers.appeals.card import last_employee, news, own_state_label
from handlers.appeals.lifecycle import (
    Actor,
    NotAllowed,
    apply,
    known_as,
    resident_rows,
)
from handlers.appeals.pages import resident_page
from handlers.appeals.states import Action, State, allows
from handlers.attachments import MOST_FILES
from handlers.corrections import tie_said
from handlers.drafts import Draft
from handlers.forms.ask import Confirm, plain
from handlers.forms.ask.text import is_option
from handlers.forms.form import Form
from handlers.forms.message_form import contents, message_form
from handlers.lines import legend, own_line, page_size
from handlers.residents.comments import about, comment, tie_message, withdrawn_already
from handlers.showing import Page, in_rows, whole_number
from handlers.turn import Turn
from handlers.wording.quoting import quoted
from storage import appeals
from storage import files as kept_files
from storage.messages import Reply, Rows
from storage.people import residents
from storage.tables import Appeal


def own_appeal(turn: Turn, appeal_id: int | None) -> Appeal | None:
    """The appeal, None unless the person who asks filed it: nobody else's is shown or changed."""
    if not appeal_id:
        return None
    appeal = appeals.get(turn.session, appeal_id)
    if appeal is None or appeal.resident.withdrawn_at:
        return None
    person = turn.event.person
    asks = residents.find(turn.session, person.channel, person.account)
    return appeal if asks and asks.id == appeal.resident_id else None


def named(turn: Turn, argument: str) -> Appeal | None:
    """The person's own appeal that a press names."""
    return own_appeal(turn, whole_number(argument))


def listing(turn: Turn, page_number: str = "1") -> list[Reply]:
    """A page of the resident's appeals, newest first, a button each."""
    person = turn.event.person
    resident = residents.find(turn.session, person.channel, person.account)
    total = appeals.count_of_resident(turn.session, resident.id) if resident else 0
    if resident is None or not total:
        report: Rows = ((turn.button("menu-report", "new:appeal", tone="primary"),),)
        return [turn.reply(turn.texts("my-none"), report)]
    shown = Page.of(total, page_size(turn), whole_number(page_number))
    found = appeals.of_resident(turn.session, resident.id, offset=shown.offset, limit=shown.size)
    lines: Rows = tuple((own_line(turn, appeal),) for appeal in found)
    rows = lines + shown.newer_and_older(turn, "my:")
    told = turn.reply(turn.texts("my-list", total=total), rows)
    return [told.and_then(legend(turn, found, "my-state"))]


def page(turn: Turn, appeal: Appeal) -> list[Reply]:
    """One appeal: text, history, files, and what can be done."""
    buttons = [b for row in resident_rows(turn, appeal) for b in row]
    if appeal.state not in {State.WITHDRAWN, State.NEED_INFO}:
        buttons.append(turn.button("resident-add", f"comment:{appeal.id}"))
    if allows(appeal, Action.WITHDRAW, turn.now):
        buttons.append(turn.button("resident-withdraw", f"withdraw:{appeal.id}"))
    buttons.append(turn.button("resident-formal", f"formal:{appeal.id}"))
    buttons.append(turn.button("menu-my", "my:1"))
    files = tuple(f.id for f in kept_files.of_appeal(turn.session, appeal.id))[:MOST_FILES]
    rows = in_rows(buttons, 2)
    text = resident_page(turn, appeal)
    replies = [Reply(to=turn.event.address, text=text, rows=rows, appeal=appeal.id)]
    if files:
        replies.insert(0, Reply(to=turn.event.address, files=files, appeal=appeal.id))
    return replies


def solved(turn: Turn, appeal: Appeal) -> list[Reply]:
    """The resident confirms, by the button or in words, which the history keeps."""
    actor, text = Actor.of(turn.event, "resident"), turn.event.text.strip()
    try:
        changed = apply(turn, appeal, Action.CONFIRM, actor, text=text)
    except NotAllowed:
        return [not_allowed(turn, appeal)]
    if not turn.event.press:
        tie_message(turn, appeal)
    return [about(turn, appeal, "confirmed", resident_rows(turn, appeal)), *changed]


def not_solved(turn: Turn, appeal: Appeal) -> list[Reply]:
    """The resident says in words that it is not solved: the form begins with what was said."""
    if not allows(appeal, Action.REOPEN, turn.now):
        return [not_allowed(turn, appeal)]
    draft = REOPEN.draft_about(turn, appeal.id)
    says_more = turn.event.files or plain(turn.event.text) not in _mere_noes(turn)
    words = REOPEN.hear(turn, draft).words if says_more else ()
    lead = [turn.texts("reopen-sorry", kind=appeal.kind)] if draft.has_content else []
    return REOPEN.prompt(turn, draft, *lead, *words)


def _mere_noes(turn: Turn) -> set[str]:
    """Words that say that it is not solved, or not clear, and nothing of what is wrong."""
    labels = _said(turn, "resident-unsolved", "resident-unclear")
    return labels | {"нет", "неа", "не", "нету", "еще нет", "пока нет"}


def _said(turn: Turn, *keys: str) -> set[str]:
    """Labels as people type them, whole and without their first word."""
    labels = [plain(turn.texts(key)) for key in keys]
    return {*labels, *(label.partition(" ")[2] for label in labels)}


def _says_nothing(turn: Turn, text: str) -> bool:
    """Whether it answers "is it solved?" and does not say what is wrong."""
    answers = _said(turn, "resident-solved", "resident-clear") | _mere_noes(turn)
    return is_option(text) or plain(text) in answers


def start_comment(turn: Turn, appeal: Appeal) -> list[Reply]:
    """Ask what to add; refuse kindly if nobody would read it."""
    if appeal.state == State.WITHDRAWN:
        return [withdrawn_already(turn, appeal)]
    return COMMENT.begin(turn, appeal.id)


def start_withdrawal(turn: Turn, appeal: Appeal) -> list[Reply]:
    """Ask once more; refuse kindly if the work has begun."""
    if not allows(appeal, Action.WITHDRAW, turn.now):
        return [_too_late(turn, appeal)]
    return WITHDRAW.begin(turn, appeal.id)


def _too_late(turn: Turn, appeal: Appeal) -> Reply:
    rows = ((turn.button("resident-add", f"comment:{appeal.id}"),),)
    return about(turn, appeal, "withdraw-late", rows)


def start_reopening(turn: Turn, appeal: Appeal) -> list[Reply]:
    """Ask what is not solved."""
    if not allows(appeal, Action.REOPEN, turn.now):
        return [not_allowed(turn, appeal)]
    return REOPEN.begin(turn, appeal.id)


def not_allowed(turn: Turn, appeal: Appeal) -> Reply:
    """A stale button: what the state is now."""
    state = own_state_label(turn, appeal)
    rows = ((turn.button("resident-add", f"comment:{appeal.id}"),),)
    return about(turn, appeal, "resident-not-allowed", rows, state=state)


def _subject(turn: Turn, draft: Draft) -> Appeal:
    appeal = own_appeal(turn, draft.subject)
    if appeal is None:
        raise LookupError(f"appeal {draft.subject} of a draft is not the person's")
    return appeal


def _send_comment(turn: Turn, draft: Draft) -> list[Reply]:
    text, files = contents(draft)
    appeal = _subject(turn, draft)
    tie_said(turn, draft, appeal)
    return comment(turn, appeal, text, files)


def _send_reopening(turn: Turn, draft: Draft) -> list[Reply]:
    appeal = _subject(turn, draft)
    text, files = contents(draft)
    actor = Actor.of(turn.event, "resident")
    employee = last_employee(turn, appeal)
    try:
        changed = apply(turn, appeal, Action.REOPEN, actor, text=text, files=files)
    except NotAllowed:
        return [not_allowed(turn, appeal)]
    tie_said(turn, draft, appeal)
    told = about(turn, appeal, "reopened", until=turn.until(appeal.deadline_at))
    key = "staff-reopened-after" if employee else "staff-reopened"
    number = known_as(turn, appeal)
    relayed = turn.texts(key, number=number, employee=employee, text=quoted(text))
    return [told, news(turn, appeal, relayed, files), *changed]


def _withdraw(turn: Turn, draft: Draft) -> list[Reply]:
    appeal = _subject(turn, draft)
    try:
        changed = apply(turn, appeal, Action.WITHDRAW, Actor.of(turn.event, "resident"))
    except NotAllowed:
        return [_too_late(turn, appeal)]
    return [about(turn, appeal, "withdrawn"), *changed]


COMMENT = message_form(
    "comment",
    "ask-comment",
    "comment-summary",
    _send_comment,
    files_alone=True,
    of_residents=True,
)
REOPEN = message_form(
    "reopen",
    "ask-reopen",
    "reopen-summary",
    _send_reopening,
    known=lambda turn, draft: {"kind": _subject(turn, draft).kind},
    files_alone=True,
    bare=_says_nothing,
    of_residents=True,
)
WITHDRAW = Form(
    name="withdraw",
    questions=(
        Confirm(
            name="send",
            summary=lambda turn, draft: turn.texts(
                "withdraw-sure", number=_subject(turn, draft).number
            ),
            send_label="withdraw-yes",
            tone="bad",
            by_word=False,
        ),
    ),
    done=_withdraw,
    dropped_when_ignored=True,
)
