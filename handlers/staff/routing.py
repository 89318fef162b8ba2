"""The staff chat: what an employee may do there, and which part of it answers what."""

from handlers import sight, web_access
from handlers.audience import Audience, say
from handlers.drafts import Draft
from handlers.forms.ask import press_of
from handlers.rights import is_admin
from handlers.screen.typed_menus import PRESS
from handlers.staff import bans, card_forms, card_presses, lists, typed_labels
from handlers.staff.card_forms import CARD_FORMS, FORMS
from handlers.staff.chat import appeal_here, chat_of, is_home, named
from handlers.staff.messages import answer_message
from handlers.turn import Turn
from storage.messages import Reply
from storage.tables import Appeal
from storage.town import staff_members


def turn_staff(turn: Turn) -> list[Reply]:
    """Answer one event of a staff chat. Who is in the chat is an employee."""
    event = turn.event
    if event.change == "joined":
        return [sight.joined_staff_chat(turn)]
    if event.change in {"sees", "blind"}:
        return sight.turn_staff_chat(turn)
    if event.change == "left":
        turn.dialogue.drafts = []
        staff_members.note(turn.session, event.member, turn.now, inside=False)
        return []
    if gone := _forms_gone(turn):
        return gone
    said = typed_labels.pressed(turn)
    if isinstance(said, Reply):
        return [said]
    turn.event = said or event
    return STAFF.answer(turn)


def _forms_gone(turn: Turn) -> list[Reply]:
    """End the forms about appeals that another chat has now; a word where one was to be answered."""
    dialogue, event = turn.dialogue, turn.event
    active = dialogue.active
    pressed = dialogue.with_key(press_of(event.press)[2])
    gone = [d for d in dialogue.of(FORMS) if not appeal_here(turn, d.subject)]
    for draft in gone:
        dialogue.drop(draft)
    meant = pressed if event.press else None if event.is_command else active
    return [turn.reply(turn.texts("staff-form-gone"))] if meant in gone and meant else []


def _in_form(turn: Turn, draft: Draft) -> list[Reply]:
    card_forms.take_up(turn, draft)
    return FORMS[draft.form].answer(turn, draft)


def _help(turn: Turn) -> list[Reply]:
    """The commands that there are; an admin's only for an admin."""
    person, text = turn.event.person, turn.texts("staff-help")
    if is_admin(turn.settings, person.channel, person.account):
        text += f"\n\n{turn.texts('staff-help-admin')}"
    return [turn.reply(text)]


def _id(turn: Turn) -> list[Reply]:
    here, chat = turn.event.address, chat_of(turn).address
    if here == chat:
        return [turn.reply(turn.texts("chat-id-staff", address=str(here)))]
    return [turn.reply(turn.texts("chat-id-topic", address=str(here), chat=str(chat)))]


def _unknown_command(turn: Turn) -> list[Reply]:
    """Other bots may be spoken to in the other topics."""
    return [turn.reply(turn.texts("staff-unknown-command"))] if is_home(turn) else []


def _unknown_press(turn: Turn) -> list[Reply]:
    is_admins = turn.event.press.startswith(PRESS)
    return [turn.reply(turn.texts("staff-admin-button" if is_admins else "staff-old-button"))]


def _cancel(turn: Turn) -> list[Reply]:
    draft = turn.dialogue.active
    if draft is None or draft.form not in FORMS:
        return [turn.reply(turn.texts("nothing-to-cancel"))]
    return FORMS[draft.form].leave(turn, draft)


STAFF: Audience[Appeal] = Audience(
    forms=FORMS,
    commands={
        "/find": lists.find,
        "/open": lists.open_list,
        "/cancel": _cancel,
        "/web": web_access.give_code,
        **bans.COMMANDS,
        "/help": _help,
        "/start": _help,
        "/id": _id,
    },
    presses={},
    verbs={"open": lists.open_list},
    about={
        "take": card_presses.take,
        "release": card_presses.release,
        "unsay": card_presses.unsay,
        "history": card_presses.history,
        "show": card_presses.show,
        **{name: card_forms.starter(form) for name, form in CARD_FORMS.items()},
    },
    find=named,
    in_form=_in_form,
    message=answer_message,
    unknown_command=_unknown_command,
    # A colleague's question is not answered for them: its key is in their dialogue only.
    unknown_draft=say("staff-not-your-form"),
    unknown_press=_unknown_press,
    unknown_subject=say("staff-old-button"),
)
