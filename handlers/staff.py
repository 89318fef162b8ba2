"""The staff chat: whose message is what, commands, and the buttons of a card."""

from collections.abc import Callable

from handlers import staff_forms
from handlers.attachments import MOST_FILES, keep_files
from handlers.cards import card, cut, history_page, state_label, under_card
from handlers.lifecycle import Actor, NotAllowed, apply, note, push
from handlers.messages import Button, Reply, Rows
from handlers.my_appeals import page_rows
from handlers.questions import press_of, unreadable_text
from handlers.staff_forms import FORMS, not_allowed
from handlers.states import Action
from handlers.turn import Turn, Work
from storage import appeals, chat_messages, events
from storage import files as kept_files
from storage.models import Appeal, StaffChat

PAGE = 8


def turn_staff(turn: Turn, chat: StaffChat) -> list[Reply]:
    """Answer one event of a staff chat. Who is in the chat is an employee."""
    event = turn.event
    if event.change == "joined":
        return [turn.reply(turn.texts("staff-help"))]
    if event.text.startswith("/") and not event.edited:
        return _command(turn, chat)
    if event.press:
        return _press(turn, chat)
    about = _appeal_replied_to(turn, chat)
    draft = turn.dialogue.active
    if draft and draft.form in FORMS and (about is None or about.id == draft.subject):
        return FORMS[draft.form].answer(turn, draft)
    if about:
        return _interim(turn, about)
    return _hint_once(turn)


def _hint_once(turn: Turn) -> list[Reply]:
    """People talk in their chat; who writes there first is told once (a day) how it works."""
    event = turn.event
    if not event.text or event.edited:
        return []
    channel = event.address.channel
    mark = f"hint:{event.address.chat}:{event.person.account}"
    if events.seen(turn.session, channel, [mark]):
        return []
    events.mark_seen(turn.session, channel, mark, turn.now)
    return [turn.reply(turn.texts("staff-hint"))]


def _appeal_replied_to(turn: Turn, chat: StaffChat) -> Appeal | None:
    event = turn.event
    channel, room = event.address.channel, event.address.chat
    found: int | None = None
    if event.reply_to:
        found = chat_messages.appeal_of(turn.session, channel, room, event.reply_to)
    elif event.edited and event.message:
        found = chat_messages.appeal_of(turn.session, channel, room, event.message)
    elif event.album:
        found = chat_messages.appeal_of_album(turn.session, channel, room, event.album)
    return _in_chat(turn, chat, found)


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
    key = "push-interim-edited" if event.edited else "push-interim"
    told = push(turn, appeal, key, files=files, text=text)
    if not told:
        return [turn.reply(turn.texts("staff-resident-gone", number=appeal.number))]
    entry = note(turn, appeal, Actor.of(event, "employee"), "interim", text=text)
    kept_files.attach(turn.session, files, appeal.id, entry.id)
    appeal.first_answered_at = appeal.first_answered_at or turn.now
    if event.message:
        channel, chat = event.address.channel, event.address.chat
        chat_messages.tie(
            turn.session, channel, chat, event.message, appeal.id, "came", turn.now, event.album
        )
    word = Reply(
        to=event.address,
        text=turn.texts("staff-passed-on", number=appeal.number),
        appeal=appeal.id,
        coalesce=f"passed:{appeal.id}",
    )
    refusal = [turn.reply(refused)] if refused else []
    return [*refusal, *told, word, card(turn, appeal)]


# Buttons


def _press(turn: Turn, chat: StaffChat) -> list[Reply]:
    press = turn.event.press
    if press_of(press)[0]:
        return _press_in_form(turn)
    name, _, argument = press.partition(":")
    number = int(argument) if argument.isdecimal() and len(argument) < 16 else 0
    if name == "open":
        return _open(turn, chat, number)
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
    turn.dialogue.activate(draft)
    return FORMS[draft.form].answer(turn, draft)


def _take(turn: Turn, appeal: Appeal) -> list[Reply]:
    return apply(turn, appeal, Action.TAKE, Actor.of(turn.event, "employee"))


def _history(turn: Turn, appeal: Appeal) -> list[Reply]:
    text = history_page(turn, appeal)
    return [Reply(to=turn.event.address, text=text, appeal=appeal.id, under_card=True)]


def _show(turn: Turn, appeal: Appeal) -> list[Reply]:
    """The card anew at the end of the chat, with its files; it is the one edited from now on."""
    shown = card(turn, appeal)
    files = tuple(f.id for f in kept_files.of_appeal(turn.session, appeal.id))[:MOST_FILES]
    replies = [
        Reply(
            to=turn.event.address,
            text=shown.text,
            rows=shown.rows,
            appeal=appeal.id,
            card=True,
            fresh=True,
        )
    ]
    if files:
        caption = turn.texts("card-files-of", number=appeal.number)
        replies.append(
            Reply(
                to=turn.event.address, text=caption, files=files, appeal=appeal.id, under_card=True
            )
        )
    return replies


ABOUT_APPEAL: dict[str, Callable[[Turn, Appeal], list[Reply]]] = {
    "take": _take,
    "history": _history,
    "show": _show,
    **{name: staff_forms.starter(form) for name, form in FORMS.items()},
}


# Commands


def _command(turn: Turn, chat: StaffChat) -> list[Reply]:
    word, _, rest = turn.event.text.partition(" ")
    word = word.lower()
    if word == "/find":
        return _find(turn, chat, rest.strip())
    if word == "/open":
        return _open(turn, chat, 1)
    if word == "/cancel":
        return _cancel(turn)
    if word in {"/help", "/start"}:
        return [turn.reply(turn.texts("staff-help"))]
    if word == "/id":
        return [turn.reply(turn.texts("chat-id-staff", address=str(turn.event.address)))]
    return [turn.reply(turn.texts("staff-unknown-command"))]


def _cancel(turn: Turn) -> list[Reply]:
    draft = turn.dialogue.active
    if draft is None or draft.form not in FORMS:
        return [turn.reply(turn.texts("nothing-to-cancel"))]
    return FORMS[draft.form].cancelled(turn, draft)


def _find(turn: Turn, chat: StaffChat, query: str) -> list[Reply]:
    if not query:
        return [turn.reply(turn.texts("find-usage"))]
    found = appeals.search(
        turn.session, turn.municipality.id, query, PAGE, None if chat.main else chat.id
    )
    if not found:
        return [turn.reply(turn.texts("find-none", query=cut(query, 100, "…")))]
    if len(found) == 1:
        return _show(turn, found[0])
    rows = tuple((_line(turn, appeal),) for appeal in found)
    key = "find-many" if len(found) == PAGE else "find-some"
    return [turn.reply(turn.texts(key, count=len(found), query=cut(query, 100, "…")), rows)]


def _open(turn: Turn, chat: StaffChat, page: int) -> list[Reply]:
    municipality = turn.municipality.id
    chat_id = None if chat.main else chat.id
    total = appeals.count_open(turn.session, municipality, chat_id)
    if not total:
        return [turn.reply(turn.texts("open-none"))]
    pages = (total + PAGE - 1) // PAGE
    page = min(max(page, 1), pages)
    overdue = appeals.count_overdue(turn.session, municipality, turn.now, chat_id)
    found = appeals.open_by_deadline(
        turn.session, municipality, offset=(page - 1) * PAGE, limit=PAGE, chat_id=chat_id
    )
    lines: Rows = tuple((_line(turn, appeal),) for appeal in found)
    text = turn.texts("open-list", total=total, overdue=overdue, page=str(page), pages=str(pages))
    return [turn.reply(text, lines + page_rows(turn, "open", page, pages))]


def _line(turn: Turn, appeal: Appeal) -> Button:
    overdue = appeal.state in appeals.OPEN and appeal.deadline_at < turn.now
    label = turn.texts(
        "staff-line",
        mark="🔴 " if overdue else "",
        number=appeal.number,
        date=turn.date(appeal.deadline_at)[:5],
        state=state_label(turn, appeal),
        topic=cut(appeal.topic.title, 20, "…"),
    )
    return Button(label, f"show:{appeal.id}")


# What others tell the staff


def undelivered(work: Work, appeal: Appeal) -> list[Reply]:
    """The messenger does not deliver to the resident: the card says so."""
    if appeal.undelivered:
        return []
    appeal.undelivered = True
    text = work.texts("staff-undelivered", number=appeal.number)
    return [card(work, appeal), under_card(appeal, text)]


def delivered(work: Work, appeal: Appeal) -> list[Reply]:
    """It delivers again."""
    if not appeal.undelivered:
        return []
    appeal.undelivered = False
    return [card(work, appeal)]
