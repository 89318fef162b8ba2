"""A resident's own appeals: look, add, withdraw, confirm, reopen."""

from collections.abc import Sequence
from dataclasses import replace

from config.lengths import cut
from handlers.appeals.card import card, state_label, under_card
from handlers.appeals.lifecycle import (
    Actor,
    NotAllowed,
    apply,
    known_as,
    note,
    resident_rows,
)
from handlers.appeals.pages import resident_page
from handlers.appeals.states import Action, State, allows
from handlers.attachments import MOST_FILES, keep_files, keep_lost
from handlers.drafts import Draft
from handlers.forms.ask import Confirm, plain, unreadable_text
from handlers.forms.form import Form
from handlers.forms.message_form import contents, message_form
from handlers.showing import Page, in_rows, whole_number
from handlers.turn import Turn
from handlers.wording.places import map_link
from handlers.wording.quoting import name_shown, quoted
from storage import appeals
from storage import files as kept_files
from storage.appeals import message_ties
from storage.messages import Button, Reply, Rows
from storage.people import residents
from storage.tables import Appeal

PAGE = 5


def own_appeal(turn: Turn, appeal_id: int | None) -> Appeal | None:
    """The appeal, None unless the person who asks filed it: nobody else's is shown or changed."""
    if not appeal_id:
        return None
    appeal = appeals.get(turn.session, appeal_id)
    person = turn.event.person
    if appeal is None or appeal.resident.withdrawn_at:
        return None
    owner = appeal.resident
    return appeal if (owner.channel, owner.account) == (person.channel, person.account) else None


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
    shown = Page.of(total, PAGE, whole_number(page_number))
    found = appeals.of_resident(turn.session, resident.id, offset=shown.offset, limit=shown.size)
    lines: Rows = tuple((_line(turn, appeal),) for appeal in found)
    rows = lines + shown.newer_and_older(turn, "my:")
    return [turn.reply(turn.texts("my-list", total=total), rows)]


def _line(turn: Turn, appeal: Appeal) -> Button:
    label = turn.texts(
        "my-line",
        number=appeal.number,
        state=state_label(turn, appeal),
        topic=cut(appeal.topic.title, 24),
    )
    return Button(label, f"appeal:{appeal.id}")


def page(turn: Turn, appeal: Appeal) -> list[Reply]:
    """One appeal: text, history, files, and what can be done."""
    buttons = [b for row in resident_rows(turn, appeal) for b in row]
    if appeal.state not in {State.WITHDRAWN, State.NEED_INFO}:
        buttons.append(turn.button("resident-add", f"comment:{appeal.id}"))
    if allows(appeal, Action.WITHDRAW, turn.now):
        buttons.append(turn.button("resident-withdraw", f"withdraw:{appeal.id}"))
    buttons.append(turn.button("menu-my", "my:1"))
    files = tuple(f.id for f in kept_files.of_appeal(turn.session, appeal.id))[:MOST_FILES]
    rows = in_rows(buttons, 2)
    text = resident_page(turn, appeal)
    replies = [Reply(to=turn.event.address, text=text, rows=rows, appeal=appeal.id)]
    if files:
        replies.insert(0, Reply(to=turn.event.address, files=files, appeal=appeal.id))
    return replies


def comment(
    turn: Turn, appeal: Appeal, text: str, files: Sequence[int], *, guessed: bool = False
) -> list[Reply]:
    """Take what the resident says about an appeal to the staff; it answers an open question.

    ``guessed``: the resident did not say that it is about this one, and may say that it is not.
    """
    if appeal.state == State.WITHDRAWN:
        return [_withdrawn_already(turn, appeal)]
    actor = Actor.of(turn.event, "resident")
    further = _tie_message(turn, appeal)
    name = name_shown(appeal.resident.name) or turn.texts("nameless")
    relayed = under_card(
        appeal,
        turn.texts("staff-comment", number=appeal.number, name=name, text=quoted(text)),
        tuple(files),
    )
    if appeal.state == State.NEED_INFO:
        changed = apply(turn, appeal, Action.INFORM, actor, text=text, files=files)
        return [about(turn, appeal, "informed"), relayed, *changed]
    entry = note(turn, appeal, actor, "comment", text=text)
    kept_files.attach(turn.session, files, appeal.id, entry.id)
    told = about(turn, appeal, "commented", resident_rows(turn, appeal))
    if guessed:
        text = turn.texts("commented-guessed", number=known_as(turn, appeal))
        rows = ((turn.button("comment-another", f"another:{entry.id}"),),)
        told = replace(told, text=text, rows=rows)
    word = replace(told, coalesce=f"commented:{appeal.id}")
    # Without files the card stays as it is, and an edit is one of a group's 20 messages a minute.
    changed = [card(turn, appeal)] if files else []
    return [*([] if further else [word]), relayed, *changed]


def took_back(turn: Turn, appeal: Appeal, text: str) -> Reply:
    """Tell the staff that what was added to the appeal was of something else."""
    note(turn, appeal, Actor.of(turn.event, "resident"), "another")
    told = turn.texts("staff-comment-another", number=appeal.number, text=quoted(text))
    return under_card(appeal, told)


def about(turn: Turn, appeal: Appeal, text_key: str, rows: Rows = (), **args: str) -> Reply:
    """A reply about an appeal, so that an answer to it finds the appeal."""
    text = turn.texts(text_key, number=appeal.number, **args)
    return Reply(to=turn.event.address, text=text, rows=rows, appeal=appeal.id)


def _tie_message(turn: Turn, appeal: Appeal) -> bool:
    """Note that the message is about the appeal; whether it is a further part of an album."""
    event = turn.event
    known = bool(event.album) and (
        message_ties.appeal_of_album(turn.session, event.address, event.album) is not None
    )
    if event.message:
        message_ties.tie(
            turn.session, event.address, event.message, appeal.id, "came", turn.now, event.album
        )
    return known


def _withdrawn_already(turn: Turn, appeal: Appeal) -> Reply:
    rows = ((turn.button("menu-report", "new:appeal", tone="primary"),),)
    return about(turn, appeal, "comment-withdrawn", rows)


def comment_from_event(turn: Turn, appeal: Appeal, *, guessed: bool = False) -> list[Reply]:
    """A reply to a message about an appeal, or a further part of such an album; see ``comment``."""
    if turn.event.unreadable:
        return [turn.reply(unreadable_text(turn))]
    refused, files = keep_files(turn, MOST_FILES)
    files += keep_lost(turn)
    place = turn.event.place
    text = turn.event.text.strip()
    if place:
        known = place.lat is not None and place.lon is not None
        point = map_link(place.lat, place.lon) if known else ""  # type: ignore[arg-type]
        text = " ".join(part for part in (text, place.text, point) if part)
    if turn.event.edited and text:
        text = turn.texts("comment-edited", text=text)
    if not text and not files:
        return [turn.reply(refused or turn.texts("comment-empty"))]
    replies = comment(turn, appeal, text, files, guessed=guessed)
    return [turn.reply(refused), *replies] if refused else replies


def solved(turn: Turn, appeal: Appeal) -> list[Reply]:
    """The resident confirms, by the button or in words, which the history keeps."""
    actor, text = Actor.of(turn.event, "resident"), turn.event.text.strip()
    try:
        changed = apply(turn, appeal, Action.CONFIRM, actor, text=text)
    except NotAllowed:
        return [not_allowed(turn, appeal)]
    if not turn.event.press:
        _tie_message(turn, appeal)
    return [about(turn, appeal, "confirmed", resident_rows(turn, appeal)), *changed]


def not_solved(turn: Turn, appeal: Appeal) -> list[Reply]:
    """The resident says in words that it is not solved: the form begins with what was said."""
    if not allows(appeal, Action.REOPEN, turn.now):
        return [not_allowed(turn, appeal)]
    draft = REOPEN.draft_about(turn, appeal.id)
    says_more = turn.event.files or plain(turn.event.text) not in _mere_noes(turn)
    words = REOPEN.hear(turn, draft).words if says_more else ()
    lead = [turn.texts("reopen-sorry")] if draft.has_content else []
    return REOPEN.prompt(turn, draft, *lead, *words)


def _mere_noes(turn: Turn) -> set[str]:
    """Words that say that it is not solved, and nothing of what is wrong."""
    label = plain(turn.texts("resident-unsolved"))
    return {label, label.partition(" ")[2], "нет", "неа", "не", "нету", "еще нет", "пока нет"}


def start_comment(turn: Turn, appeal: Appeal) -> list[Reply]:
    """Ask what to add; refuse kindly if nobody would read it."""
    if appeal.state == State.WITHDRAWN:
        return [_withdrawn_already(turn, appeal)]
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
    state = state_label(turn, appeal)
    rows = ((turn.button("resident-add", f"comment:{appeal.id}"),),)
    return about(turn, appeal, "resident-not-allowed", rows, state=state)


def _subject(turn: Turn, draft: Draft) -> Appeal:
    appeal = own_appeal(turn, draft.subject)
    if appeal is None:
        raise LookupError(f"appeal {draft.subject} of a draft is not the person's")
    return appeal


def _send_comment(turn: Turn, draft: Draft) -> list[Reply]:
    text, files = contents(draft)
    return comment(turn, _subject(turn, draft), text, files)


def _send_reopening(turn: Turn, draft: Draft) -> list[Reply]:
    appeal = _subject(turn, draft)
    text, files = contents(draft)
    actor = Actor.of(turn.event, "resident")
    try:
        changed = apply(turn, appeal, Action.REOPEN, actor, text=text, files=files)
    except NotAllowed:
        return [not_allowed(turn, appeal)]
    told = about(turn, appeal, "reopened", date=turn.date(appeal.deadline_at))
    relayed = turn.texts("staff-reopened", number=appeal.number, text=quoted(text))
    return [told, under_card(appeal, relayed, files), *changed]


def _withdraw(turn: Turn, draft: Draft) -> list[Reply]:
    appeal = _subject(turn, draft)
    try:
        changed = apply(turn, appeal, Action.WITHDRAW, Actor.of(turn.event, "resident"))
    except NotAllowed:
        return [_too_late(turn, appeal)]
    return [about(turn, appeal, "withdrawn"), *changed]


COMMENT = message_form("comment", "ask-comment", "comment-summary", _send_comment, files_alone=True)
REOPEN = message_form("reopen", "ask-reopen", "reopen-summary", _send_reopening, files_alone=True)
WITHDRAW = Form(
    name="withdraw",
    questions=(
        Confirm(
            name="send",
            summary=lambda turn, draft: turn.texts(
                "withdraw-sure", number=_subject(turn, draft).number
            ),
            send_label="withdraw-yes",
            by_word=False,
        ),
    ),
    done=_withdraw,
    dropped_when_ignored=True,
)
