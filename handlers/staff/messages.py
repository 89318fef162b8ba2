"""Messages of employees in their chat: to a form, to a resident by a reply to a card, to each other."""

from collections.abc import Sequence
from dataclasses import replace

from handlers.appeals import delivery_news
from handlers.appeals.card import card, resident_address
from handlers.appeals.lifecycle import Actor, known_as, note, push
from handlers.appeals.subject import subject_of
from handlers.attachments import MOST_FILES, keep_files, keep_lost
from handlers.corrections import change_of, close, said_by
from handlers.drafts import Draft
from handlers.forms.ask import plain, unreadable_text
from handlers.forms.finished import told_too_late
from handlers.pieces import remember_piece
from handlers.staff import anonymous, card_forms, sent_words, typed_labels, typed_numbers
from handlers.staff.card_forms import FORMS
from handlers.staff.card_presses import INTERIM
from handlers.staff.chat import appeal_here, is_home
from handlers.turn import Turn
from handlers.wording.quoting import in_line
from storage import appeals
from storage import files as kept_files
from storage.appeals import message_ties
from storage.database.present_accounts import had_another_account
from storage.inbox import events
from storage.messages import Reply
from storage.tables import Appeal, HistoryEntry

MOST_QUOTED = 200  # of words that we say back


def answer_message(turn: Turn) -> list[Reply]:
    """Answer a message that is neither a command nor a press; talk of colleagues gets no answer."""
    event = turn.event
    if event.edited:
        return _edited(turn)
    if (replies := _go_on(turn)) is not None:
        return replies
    if typed_numbers.is_gathered(turn):
        return [turn.reply(turn.texts("list-open-first"))]
    subject = subject_of(turn)
    if subject.is_several:
        return [turn.reply(turn.texts("staff-answer-one"))]
    about = appeal_here(turn, subject.appeal_id)
    if draft := _draft_for(turn, about):
        return _to_form(turn, draft)
    if subject.is_prompt:
        return [turn.reply(anonymous.asked_in_vain(turn))]
    if about:
        return _interim(turn, about)
    if event.to_another_bot and had_another_account(turn.session, event.address.channel):
        return [turn.reply(turn.texts("staff-old-card"))]
    if typed_numbers.is_of_list(turn):
        return [turn.reply(turn.texts("list-open-first"))]
    return _hint_once(turn)


def _to_form(turn: Turn, draft: Draft) -> list[Reply]:
    card_forms.take_up(turn, draft)
    if left_out := _sends_without(turn, draft):
        return FORMS[draft.form].prompt(turn, draft, left_out)
    return [] if _is_talk(turn, draft) else FORMS[draft.form].answer(turn, draft)


def _draft_for(turn: Turn, about: Appeal | None) -> Draft | None:
    """The form that the message goes to: of the appeal it replies to, else the one begun last."""
    drafts = turn.dialogue.of(FORMS)
    if about:
        return next((d for d in reversed(drafts) if d.subject == about.id), None)
    active = turn.dialogue.active
    return active if active in drafts else None


def _is_talk(turn: Turn, draft: Draft) -> bool:
    """Whether the employee talks with colleagues: where a button is awaited, words are no answer.

    Said once, so that whoever means the bot is not left without a word.
    """
    event, form = turn.event, FORMS[draft.form]
    pending = form.pending(turn, draft)
    if event.reply_to or event.files:
        return False
    if event.unreadable or event.place:
        return True
    if pending is None or not pending.closed or form.expects(turn, draft):
        return False
    told = draft.notes.get("told_of_buttons") == pending.name
    draft.notes["told_of_buttons"] = pending.name
    return told


def _sends_without(turn: Turn, draft: Draft) -> str:
    """A word for who types "send" after words that are not in what would be sent; else empty."""
    text, form = in_line(turn.event.text, MOST_QUOTED), FORMS[draft.form]
    pending = form.pending(turn, draft)
    if not text or pending is None or pending.name != "send":
        return ""
    if not form.expects(turn, draft):
        draft.notes["left_out"] = text
        return ""
    left_out = draft.notes.pop("left_out", "")
    is_way_out = plain(text) == plain(turn.texts("form-cancel"))
    return turn.texts("staff-left-out", text=left_out) if left_out and not is_way_out else ""


def _hint_once(turn: Turn) -> list[Reply]:
    """People talk in their chat; who writes there is told once a day how it works."""
    event = turn.event
    if not event.text or not is_home(turn):
        return []
    channel = event.address.channel
    title = event.person.name if event.is_of_group else ""  # it tells the anonymous apart
    mark = f"hint:{turn.today}:{event.address.chat}:{event.person.account}{title}"[:100]
    if events.seen(turn.session, channel, [mark]):
        return []
    events.mark_seen(turn.session, channel, mark, turn.now)
    hint = turn.reply(turn.texts("staff-hint"))
    return [hint.and_then(turn.texts("anonymous-hint")) if event.is_of_group else hint]


def _interim(turn: Turn, appeal: Appeal) -> list[Reply]:
    """A plain reply: the resident gets it, the state stays."""
    event = turn.event
    if event.unreadable:
        return [turn.reply(unreadable_text(turn))]
    if typed_labels.is_label(turn) and not event.files:
        return [turn.reply(turn.texts("staff-old-button"))]
    refused, files = keep_files(turn, MOST_FILES)
    files += keep_lost(turn)
    text = event.text.strip()
    if not text and not files:
        return [turn.reply(refused)] if refused else []
    key = "push-interim" if text else "push-interim-files"
    remember_piece(turn, appeal=appeal.id)
    return [*([turn.reply(refused)] if refused else []), *_tell(turn, appeal, key, text, files)]


def _tell(turn: Turn, appeal: Appeal, key: str, text: str, files: list[int]) -> list[Reply]:
    """Tell the resident; the state stays."""
    event = turn.event
    if resident_address(appeal) is None:
        _tie(turn, appeal, None)
        close(turn)
        return [turn.reply(turn.texts("staff-resident-gone", number=appeal.number))]
    goes_on = _goes_on(turn)
    entry = note(turn, appeal, Actor.of(event, "employee"), INTERIM, text=text)
    _tie(turn, appeal, entry)
    told = push(turn, appeal, key, files=files, text=text, entry=entry, lets_go=not goes_on)
    told = [replace(reply, after=turn.settings.undo_seconds) for reply in told]
    kept_files.attach(turn.session, files, appeal.id, entry.id)
    appeal.first_answered_at = appeal.first_answered_at or turn.now
    waits = appeal.resident.awaits_first_word
    seconds = turn.settings.undo_seconds
    key = "staff-kept" if waits else "staff-passing-on" if seconds else "staff-passed-on"
    number = known_as(turn, appeal) if key == "staff-passing-on" else appeal.number
    undo = ((turn.button("staff-unsay", f"unsay:{appeal.id}"),),)
    word = Reply(
        to=event.address,
        text=turn.texts(key, number=number, seconds=seconds),
        rows=undo if seconds else (),
        appeal=appeal.id,
        coalesce=f"passed:{appeal.id}",
    ).and_then(delivery_news.waiting_word(turn, appeal))
    # Without files the card stays as it is, and an edit is one of a group's 20 messages a minute.
    changed = [card(turn, appeal)] if files else []
    return [*told, word, *changed]


def _goes_on(turn: Turn) -> bool:
    """Whether it goes on with what was said a moment ago: a further part of an album, a piece."""
    if turn.continues is not None:
        return True
    session, album = turn.session, turn.event.album
    return bool(album) and message_ties.appeal_of_album(session, turn.home, album) is not None


def _tie(turn: Turn, appeal: Appeal, entry: HistoryEntry | None) -> None:
    event = turn.event
    if event.message and not event.edited:
        chat, entry_id = turn.home, entry.id if entry else None
        message_ties.tie(
            turn.session,
            chat,
            event.message,
            appeal.id,
            "came",
            turn.now,
            event.album,
            event.look,
            entry_id,
        )


def _edited(turn: Turn) -> list[Reply]:
    """A correction of what was said to a resident, or to a form; of anything else it is nothing."""
    for draft in turn.dialogue.of(FORMS):
        if draft.notes.get("seen", {}).get(turn.event.message) == turn.event.look:
            return []
        if draft.has_from(turn.event.message):
            card_forms.take_up(turn, draft)
            return FORMS[draft.form].answer(turn, draft)
    found = subject_of(turn).appeal_id
    if appeal := appeal_here(turn, found):
        return _correct(turn, appeal)
    if not found:
        return told_too_late(turn, FORMS)
    gone = appeals.get(turn.session, found)
    if gone is None or change_of(turn, gone) is None:
        return []
    close(turn)
    return [turn.reply(turn.texts("staff-correction-gone", number=gone.number))]


def _correct(turn: Turn, appeal: Appeal) -> list[Reply]:
    """Take to the resident what an edited message says now; a mere reaction is no news."""
    change = None if turn.event.unreadable else change_of(turn, appeal)
    if change is None:
        return []
    refused, files = keep_files(turn, MOST_FILES, change.came)
    kept_files.detach(turn.session, change.gone)
    told = [turn.reply(refused)] if refused else []
    text = turn.event.text.strip() if change.words else ""
    if not text and not files:
        return told
    if text and (entry := said_by(turn)):
        return [*told, *_say_anew(turn, appeal, entry, text, files)]
    key = "push-interim-edited" if text else "push-interim-edited-files"
    return [*told, *_tell(turn, appeal, key, text, files)]


def _say_anew(
    turn: Turn, appeal: Appeal, entry: HistoryEntry, text: str, files: Sequence[int]
) -> list[Reply]:
    """Put the message's words in the place of those that the resident has of it."""
    if resident_address(appeal) is None:
        close(turn)
        return [turn.reply(turn.texts("staff-resident-gone", number=appeal.number))]
    actor = Actor.of(turn.event, "employee")
    told = sent_words.correct(turn, appeal, entry, actor, text, files)
    word = turn.reply(turn.texts("staff-corrected", number=appeal.number))
    return [replace(word, appeal=appeal.id, coalesce=f"corrected:{appeal.id}"), *told]


def _go_on(turn: Turn) -> list[Reply] | None:
    """Put a further piece of a long message to the first; None: it is none."""
    if (long := turn.continues) is None:
        return None
    if found := appeal_here(turn, long.appeal):
        return _interim(turn, found)
    draft = turn.dialogue.with_key(long.draft)
    if draft is None or draft.form not in FORMS or not FORMS[draft.form].goes_on(turn, draft):
        turn.continues = None
        return None
    card_forms.take_up(turn, draft)
    return FORMS[draft.form].answer(turn, draft)
