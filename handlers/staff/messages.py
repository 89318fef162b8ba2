"""Messages of employees in their chat: to a form, to a resident by a reply to a card, to each other."""

from handlers.appeals import delivery_news
from handlers.appeals.card import card
from handlers.appeals.lifecycle import Actor, note, push
from handlers.appeals.subject import subject_of
from handlers.attachments import MOST_FILES, keep_files, keep_lost
from handlers.drafts import Draft
from handlers.forms.ask import unreadable_text
from handlers.staff import anonymous, card_forms, typed_labels
from handlers.staff.card_forms import FORMS
from handlers.staff.chat import appeal_here, chat_of, is_home
from handlers.turn import Turn
from storage import appeals
from storage import files as kept_files
from storage.appeals import card_lists, message_ties
from storage.database.present_accounts import had_another_account
from storage.inbox import events
from storage.messages import Reply
from storage.tables import Appeal


def answer_message(turn: Turn) -> list[Reply]:
    """Answer a message that is neither a command nor a press; talk of colleagues gets no answer."""
    event = turn.event
    if event.reply_to and card_lists.is_list(turn.session, chat_of(turn).address, event.reply_to):
        return [turn.reply(turn.texts("list-open-first"))]
    subject = subject_of(turn)
    if subject.is_several:
        return [turn.reply(turn.texts("staff-answer-one"))]
    about = appeal_here(turn, subject.appeal_id)
    if draft := _draft_for(turn, about):
        card_forms.take_up(turn, draft)
        return [] if _is_talk(turn, draft) else FORMS[draft.form].answer(turn, draft)
    if subject.is_prompt:
        return [turn.reply(anonymous.asked_in_vain(turn))]
    if about:
        return _interim(turn, about)
    if event.to_another_bot and had_another_account(turn.session, event.address.channel):
        return [turn.reply(turn.texts("staff-old-card"))]
    return _hint_once(turn)


def _draft_for(turn: Turn, about: Appeal | None) -> Draft | None:
    """The form that the message goes to: of the appeal it replies to, else the one begun last."""
    drafts = turn.dialogue.of(FORMS)
    if turn.event.edited:
        return next((d for d in drafts if turn.event.message in d.notes.get("heard", {})), None)
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
    if event.reply_to or event.edited or event.files:
        return False
    if event.unreadable or event.place:
        return True
    if pending is None or not pending.closed or form.expects(turn, draft):
        return False
    told = draft.notes.get("told_of_buttons") == pending.name
    draft.notes["told_of_buttons"] = pending.name
    return told


def _hint_once(turn: Turn) -> list[Reply]:
    """People talk in their chat; who writes there is told once a day how it works."""
    event = turn.event
    if not event.text or event.edited or not is_home(turn):
        return []
    channel = event.address.channel
    today = turn.date(turn.now)
    title = event.person.name if event.is_of_group else ""  # it tells the anonymous apart
    mark = f"hint:{today}:{event.address.chat}:{event.person.account}{title}"[:100]
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
    if event.edited and appeals.last_text(turn.session, appeal.id, "interim") == text:
        return []
    key = (
        "push-interim-edited" if event.edited else "push-interim" if text else "push-interim-files"
    )
    told = push(turn, appeal, key, files=files, text=text)
    if not told:
        return [turn.reply(turn.texts("staff-resident-gone", number=appeal.number))]
    entry = note(turn, appeal, Actor.of(event, "employee"), "interim", text=text)
    kept_files.attach(turn.session, files, appeal.id, entry.id)
    appeal.first_answered_at = appeal.first_answered_at or turn.now
    if event.message:
        here = chat_of(turn).address
        message_ties.tie(
            turn.session, here, event.message, appeal.id, "came", turn.now, event.album
        )
    waits = appeal.resident.awaits_first_word
    word = Reply(
        to=event.address,
        text=turn.texts("staff-kept" if waits else "staff-passed-on", number=appeal.number),
        appeal=appeal.id,
        coalesce=f"passed:{appeal.id}",
    ).and_then(delivery_news.waiting_word(turn, appeal))
    refusal = [turn.reply(refused)] if refused else []
    # Without files the card stays as it is, and an edit is one of a group's 20 messages a minute.
    changed = [card(turn, appeal)] if files else []
    return [*refusal, *told, word, *changed]
