"""Additions of a resident to an own appeal, and their corrections: to the staff and the history."""

from collections.abc import Sequence
from dataclasses import replace

from config.settings.channels import CHANNELS
from handlers.appeals.card import card, employee_of, news
from handlers.appeals.lifecycle import Actor, apply, known_as, note, resident_rows
from handlers.appeals.states import Action, State
from handlers.attachments import MOST_FILES, keep_files, keep_lost
from handlers.corrections import change_of, close
from handlers.forms.ask import unreadable_text
from handlers.pieces import remember_piece
from handlers.turn import Turn
from handlers.wording.places import map_link
from handlers.wording.quoting import name_shown, quoted
from storage import files as kept_files
from storage.appeals import message_ties
from storage.messages import Reply, Rows
from storage.tables import Appeal, HistoryEntry


def comment_from_event(turn: Turn, appeal: Appeal, *, guessed: bool = False) -> list[Reply]:
    """A reply to a message about an appeal, or a further part of such an album; see ``comment``."""
    if turn.event.unreadable:
        return [turn.reply(unreadable_text(turn))]
    refused, files = keep_files(turn, MOST_FILES)
    files += keep_lost(turn)
    text = _said(turn)
    if not text and not files:
        return [turn.reply(refused or turn.texts("comment-empty"))]
    if appeal.state == State.WITHDRAWN:
        return [withdrawn_already(turn, appeal)]
    further = tie_message(turn, appeal)
    replies = comment(turn, appeal, text, files, guessed=guessed, further=further)
    return [turn.reply(refused), *replies] if refused else replies


def comment(
    turn: Turn,
    appeal: Appeal,
    text: str,
    files: Sequence[int],
    *,
    guessed: bool = False,
    further: bool = False,
) -> list[Reply]:
    """Take what the resident says about an appeal to the staff; it answers an open question.

    ``guessed``: the resident did not say that it is about this one, and may say that it is not.
    ``further``: it goes on with what was said a moment ago, so its sender is told nothing again.
    """
    if appeal.state == State.WITHDRAWN:
        return [withdrawn_already(turn, appeal)]
    if appeal.state == State.NEED_INFO:
        actor = Actor.of(turn.event, "resident")
        relayed = _relayed(turn, appeal, text, files, employee_of(turn, appeal))
        changed = apply(turn, appeal, Action.INFORM, actor, text=text, files=files)
        return [about(turn, appeal, "informed"), relayed, *changed]
    entry, shown = _add(turn, appeal, text, files)
    word = about(turn, appeal, "commented", resident_rows(turn, appeal))
    if guessed:
        text = turn.texts("commented-guessed", number=known_as(turn, appeal))
        rows = ((turn.button("comment-another", f"another:{entry.id}"),),)
        word = replace(word, text=text, rows=rows)
    told = [] if further else [replace(word, coalesce=f"commented:{appeal.id}")]
    return [*told, *shown]


def correct(turn: Turn, appeal: Appeal) -> list[Reply]:
    """Take to the staff what an edited message says now; a mere reaction is no news.

    It answers no question: what it corrects was said before.
    """
    if turn.event.unreadable or (change := change_of(turn, appeal)) is None:
        return []
    if appeal.state == State.WITHDRAWN:
        close(turn)
        return [withdrawn_already(turn, appeal)]
    refused, files = keep_files(turn, MOST_FILES, change.came)
    kept_files.detach(turn.session, change.gone)
    told = [turn.reply(refused)] if refused else []
    said = _said(turn)
    if not (change.words and said) and not files:
        return told
    text = turn.texts("comment-edited-files")
    if change.words and said:
        text = turn.texts("comment-edited", text=said)
    key = "corrected-asked" if appeal.state == State.NEED_INFO else "corrected"
    word = about(turn, appeal, key, resident_rows(turn, appeal))
    word = replace(word, coalesce=f"corrected:{appeal.id}")
    _entry, shown = _add(turn, appeal, text, files)
    return [*told, word, *shown]


def took_back(turn: Turn, appeal: Appeal, text: str) -> Reply:
    """Tell the staff that what was added to the appeal was of something else."""
    note(turn, appeal, Actor.of(turn.event, "resident"), "another")
    told = turn.texts("staff-comment-another", number=appeal.number, text=quoted(text))
    return news(turn, appeal, told)


def about(turn: Turn, appeal: Appeal, text_key: str, rows: Rows = (), **args: str) -> Reply:
    """A reply about an appeal, so that an answer to it finds the appeal."""
    text = turn.texts(text_key, number=appeal.number, kind=appeal.kind, **args)
    return Reply(to=turn.event.address, text=text, rows=rows, appeal=appeal.id)


def withdrawn_already(turn: Turn, appeal: Appeal) -> Reply:
    """That nobody would read it: the appeal is withdrawn; a new one is a tap away."""
    rows = ((turn.button("menu-report", "new:appeal", tone="primary"),),)
    return about(turn, appeal, "comment-withdrawn", rows)


def tie_message(turn: Turn, appeal: Appeal) -> bool:
    """Note that the message is about the appeal; whether it is a further part of an album."""
    event = turn.event
    known = bool(event.album) and (
        message_ties.appeal_of_album(turn.session, event.address, event.album) is not None
    )
    if event.message:
        message_ties.tie(
            turn.session,
            event.address,
            event.message,
            appeal.id,
            "came",
            turn.now,
            event.album,
            event.look,
        )
    remember_piece(turn, appeal=appeal.id)
    return known or turn.continues is not None


def _add(
    turn: Turn, appeal: Appeal, text: str, files: Sequence[int]
) -> tuple[HistoryEntry, list[Reply]]:
    """Put it into the history and before the staff; the state stays."""
    entry = note(turn, appeal, Actor.of(turn.event, "resident"), "comment", text=text)
    kept_files.attach(turn.session, files, appeal.id, entry.id)
    # Without files the card stays as it is, and an edit is one of a group's 20 messages a minute.
    changed = [card(turn, appeal)] if files else []
    return entry, [_relayed(turn, appeal, text, files), *changed]


def _relayed(
    turn: Turn, appeal: Appeal, text: str, files: Sequence[int], employee: str = ""
) -> Reply:
    """Bring it to the staff; ``employee`` is the name of who asked for it."""
    is_named = CHANNELS[appeal.resident.address.channel].shows_names
    name = name_shown(appeal.resident.name) if is_named else ""
    informed = "staff-informed" if name else "staff-informed-nameless"
    key = informed if employee else "staff-comment"
    told = turn.texts(
        key,
        number=known_as(turn, appeal),
        name=name or turn.texts("nameless"),
        employee=employee,
        text=quoted(text),
    )
    return news(turn, appeal, told, tuple(files))


def _said(turn: Turn) -> str:
    place, text = turn.event.place, turn.event.text.strip()
    if not place:
        return text
    known = place.lat is not None and place.lon is not None
    point = map_link(place.lat, place.lon) if known else ""  # type: ignore[arg-type]
    return " ".join(part for part in (text, place.text, point) if part)
