"""The staff chat: whose message is what, commands, and the buttons of a card."""

from collections.abc import Callable
from dataclasses import replace

from handlers import web_access
from handlers.appeals.card import card
from handlers.appeals.lifecycle import Actor, NotAllowed, apply, note, push
from handlers.appeals.pages import history_page
from handlers.appeals.states import Action
from handlers.appeals.subject import subject_of
from handlers.attachments import MOST_FILES, keep_files
from handlers.drafts import Draft
from handlers.forms.ask import press_of, unreadable_text
from handlers.rights import is_admin
from handlers.staff import bans, card_forms, lists
from handlers.staff.card_forms import CARD_FORMS, FORMS, not_allowed
from handlers.turn import Turn
from handlers.wording.quoting import in_line
from storage import appeals
from storage import files as kept_files
from storage.appeals import card_lists, message_ties, search
from storage.inbox import events
from storage.messages import Priority, Reply
from storage.tables import Appeal, StaffChat
from storage.town import staff_members


def turn_staff(turn: Turn, chat: StaffChat) -> list[Reply]:
    """Answer one event of a staff chat. Who is in the chat is an employee."""
    event = turn.event
    if event.change == "joined":
        return [turn.reply(turn.texts("staff-help"))]
    if event.change == "left":
        turn.dialogue.drafts = []
        staff_members.keep(turn.session, chat, event.person.account, turn.now, inside=False)
        return []
    if moved := _forms_gone(turn, chat):
        return moved
    if event.text.startswith("/") and not event.edited:
        return _command(turn, chat)
    if event.press:
        return _press(turn, chat)
    where = (event.address.channel, event.address.chat)
    if event.reply_to and card_lists.is_list(turn.session, *where, event.reply_to):
        return [turn.reply(turn.texts("list-open-first"))]
    subject = subject_of(turn)
    about = _in_chat(turn, chat, subject.appeal_id)
    if draft := _draft_for(turn, about):
        card_forms.take_up(turn, draft)
        return [] if _is_talk(turn, draft) else FORMS[draft.form].answer(turn, draft)
    if subject.is_prompt:
        return [turn.reply(turn.texts("staff-not-your-form"))]
    if about:
        return _interim(turn, about)
    return _hint_once(turn)


def _forms_gone(turn: Turn, chat: StaffChat) -> list[Reply]:
    """End the forms about appeals that another chat has now; a word where one was to be answered."""
    dialogue, event = turn.dialogue, turn.event
    active = dialogue.active
    pressed = dialogue.with_key(press_of(event.press)[2])
    gone = [d for d in dialogue.of(FORMS) if not _in_chat(turn, chat, d.subject)]
    for draft in gone:
        dialogue.drop(draft)
    meant = pressed if event.press else None if event.text.startswith("/") else active
    return [turn.reply(turn.texts("staff-form-gone"))] if meant in gone and meant else []


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
    if not event.text or event.edited:
        return []
    channel = event.address.channel
    today = turn.date(turn.now)
    mark = f"hint:{today}:{event.address.chat}:{event.person.account}"[:100]
    if events.seen(turn.session, channel, [mark]):
        return []
    events.mark_seen(turn.session, channel, mark, turn.now)
    return [turn.reply(turn.texts("staff-hint"))]


def _in_chat(turn: Turn, chat: StaffChat, appeal_id: int | None) -> Appeal | None:
    """The appeal, where this chat has it; the main chat has all."""
    appeal = appeals.get(turn.session, appeal_id) if appeal_id else None
    if appeal and (chat.main or appeal.staff_chat_id == chat.id):
        return appeal
    return None


def _interim(turn: Turn, appeal: Appeal) -> list[Reply]:
    """A plain reply: the resident gets it, the state stays."""
    event = turn.event
    if event.unreadable:
        return [turn.reply(unreadable_text(turn))]
    refused, files = keep_files(turn, MOST_FILES)
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
        channel, chat = event.address.channel, event.address.chat
        message_ties.tie(
            turn.session, channel, chat, event.message, appeal.id, "came", turn.now, event.album
        )
    word = Reply(
        to=event.address,
        text=turn.texts("staff-passed-on", number=appeal.number),
        appeal=appeal.id,
        coalesce=f"passed:{appeal.id}",
    )
    refusal = [turn.reply(refused)] if refused else []
    # Without files the card stays as it is, and an edit is one of a group's 20 messages a minute.
    changed = [card(turn, appeal)] if files else []
    return [*refusal, *told, word, *changed]


# Buttons


def _press(turn: Turn, chat: StaffChat) -> list[Reply]:
    press = turn.event.press
    if press_of(press)[0]:
        return _press_in_form(turn)
    name, _, argument = press.partition(":")
    is_number = argument.isascii() and argument.isdecimal() and len(argument) < 16
    number = int(argument) if is_number else 0
    if name == "open":
        return lists.open_list(turn, chat, number)
    act = ABOUT_APPEAL.get(name)
    appeal = _in_chat(turn, chat, number)
    if act is None or appeal is None:
        return [turn.reply(turn.texts("staff-old-button"))]
    try:
        return act(turn, appeal)
    except NotAllowed:
        return not_allowed(turn, appeal)


def _press_in_form(turn: Turn) -> list[Reply]:
    """A colleague's question is not answered for him: the key is in his dialogue only."""
    draft = turn.dialogue.with_key(press_of(turn.event.press)[2])
    if draft is None or draft.form not in FORMS:
        return [turn.reply(turn.texts("staff-not-your-form"))]
    card_forms.take_up(turn, draft)
    return FORMS[draft.form].answer(turn, draft)


def _take(turn: Turn, appeal: Appeal) -> list[Reply]:
    return apply(turn, appeal, Action.TAKE, Actor.of(turn.event, "employee"))


def _history(turn: Turn, appeal: Appeal) -> list[Reply]:
    text = history_page(turn, appeal)
    return [Reply(to=turn.event.address, text=text, appeal=appeal.id, under_card=True)]


def _show(turn: Turn, appeal: Appeal) -> list[Reply]:
    """The card anew at the end of the chat, with its files; it is the one edited from now on."""
    fresh = replace(
        card(turn, appeal),
        to=turn.event.address,
        fresh=True,
        push=False,
        priority=Priority.USUAL,
        coalesce=f"open:{appeal.id}",  # pressed by two at once, it comes once
    )
    files = [
        replace(reply, to=turn.event.address, push=False, coalesce=f"opened:{appeal.id}")
        for reply in card_forms.files(turn, appeal)
    ]
    return [fresh, *files]


ABOUT_APPEAL: dict[str, Callable[[Turn, Appeal], list[Reply]]] = {
    "take": _take,
    "history": _history,
    "show": _show,
    **{name: card_forms.starter(form) for name, form in CARD_FORMS.items()},
}


# Commands


def _command(turn: Turn, chat: StaffChat) -> list[Reply]:
    word, rest = (*turn.event.text.split(maxsplit=1), "")[:2]
    word = word.lower()
    if word == "/find":
        return _find(turn, chat, rest.strip())
    if word == "/open":
        return lists.open_list(turn, chat, 1)
    if word == "/cancel":
        return _cancel(turn)
    if word == "/web":
        return web_access.give_code(turn)
    if form := bans.COMMANDS.get(word):
        said, reason = (*rest.split(maxsplit=1), "", "")[:2]
        number = appeals.numbered(turn.session, turn.municipality.id, said)
        return bans.command(turn, form, _in_chat(turn, chat, number), said, reason.strip())
    if word in {"/help", "/start"}:
        return _help(turn)
    if word == "/id":
        return [turn.reply(turn.texts("chat-id-staff", address=str(turn.event.address)))]
    return [turn.reply(turn.texts("staff-unknown-command"))]


def _help(turn: Turn) -> list[Reply]:
    """What there is; an admin's commands only for an admin."""
    person, text = turn.event.person, turn.texts("staff-help")
    if is_admin(turn.settings, person.channel, person.account):
        text += f"\n\n{turn.texts('staff-help-admin')}"
    return [turn.reply(text)]


def _cancel(turn: Turn) -> list[Reply]:
    draft = turn.dialogue.active
    if draft is None or draft.form not in FORMS:
        return [turn.reply(turn.texts("nothing-to-cancel"))]
    return FORMS[draft.form].stop(turn, draft)


def _find(turn: Turn, chat: StaffChat, query: str) -> list[Reply]:
    if not query:
        return [turn.reply(turn.texts("find-usage"))]
    found = search.search(
        turn.session,
        turn.municipality.id,
        query,
        lists.PAGE + 1,
        None if chat.main else chat.id,
    )
    if not found:
        return [turn.reply(turn.texts("find-none", query=in_line(query, 100)))]
    if len(found) == 1:
        return _show(turn, found[0])
    rows = tuple((lists.line(turn, appeal),) for appeal in found[: lists.PAGE])
    key = "find-many" if len(found) > lists.PAGE else "find-some"
    return [turn.reply(turn.texts(key, count=len(rows), query=in_line(query, 100)), rows)]
