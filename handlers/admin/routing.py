"""Admins shape the categories in the chat: which event is about that, and what answers it."""

from config.settings.channels import CHANNELS
from handlers import web_access
from handlers.admin import (
    additions,
    edits,
    lists,
    new_words,
    newcomers,
    pages,
    posters,
    removal,
    staff_chats,
    toggles,
    tree_file,
    web_sessions,
)
from handlers.admin.pages import Node, find, gone, home
from handlers.appeals.subject import subject_of
from handlers.audience import Audience, command_of
from handlers.drafts import Draft
from handlers.forms.ask import press_of
from handlers.forms.finished import is_told, told_too_late
from handlers.forms.form import Form
from handlers.screen.typed_menus import PRESS
from handlers.turn import Turn
from storage.messages import Address, Button, Reply
from storage.town import tree_edits

MENUS = (
    "/admin",
    "/export",
    "/import",
    "/sessions",
    "/newcomers",
    "/poster",
)  # long: not among cards

FORMS: dict[str, Form] = {
    form.name: form
    for form in (
        *edits.EDITS.values(),
        additions.ADD_CATEGORY,
        additions.ADD_TOPIC,
        removal.REMOVE,
        removal.MOVE,
        tree_file.IMPORT,
        posters.ADD,
    )
}


def turn_admin(turn: Turn) -> list[Reply] | None:
    """Answer an admin's event; None if it is not about administration.

    In private, and in the staff chats; all that is said in a room of admins is. An admin who turns
    to something else leaves the open question aside: its buttons still work, but it takes no more
    texts.
    """
    event = turn.event
    if event.change or not (event.private or turn.staff_chat):
        return None
    is_ours = _is_ours(turn)
    if event.press.startswith(PRESS) or (not is_ours and (event.press or command_of(event)[0])):
        _put_aside(turn)
    if not is_ours and not _in_room_of_admins(event.address):
        return None
    if not event.private and command_of(event)[0] in MENUS and _has_room(event.address):
        url = f"{web_access.site_of(turn.settings)}/admin"
        button = Button(turn.texts("admin-room-open"), kind="url", url=url)
        return [turn.reply(turn.texts("admin-room"), ((button,),))]
    tree_edits.lock(turn.session, turn.municipality)
    return ADMINS.answer(turn)


def _has_room(address: Address) -> bool:
    return bool(CHANNELS[address.channel].admin_room)


def _in_room_of_admins(address: Address) -> bool:
    """Whether nobody is a resident there, so that all that is said is about administration."""
    return _has_room(address) and address.chat == CHANNELS[address.channel].admin_room


def _is_ours(turn: Turn) -> bool:
    """Whether the event is about administration."""
    event = turn.event
    if word := command_of(event)[0]:
        return word in ADMINS.commands and (word != "/cancel" or _asked(turn) is not None)
    if event.press:
        key = press_of(event.press)[2]
        return event.press.startswith(PRESS) or key.startswith(edits.KEY)
    if event.edited:
        return _edited(turn) is not None or is_told(turn, FORMS)
    # A reply about an appeal is no answer to an admin's question.
    return _asked(turn) is not None and subject_of(turn).appeal_id is None


def _asked(turn: Turn) -> Draft | None:
    """The draft of an admin whose question is open."""
    draft = turn.dialogue.active
    return draft if draft and draft.form in FORMS else None


def _edited(turn: Turn) -> Draft | None:
    """The draft that the edited message told something."""
    return next((d for d in turn.dialogue.of(FORMS) if d.has_from(turn.event.message)), None)


def _put_aside(turn: Turn) -> None:
    for draft in turn.dialogue.of(FORMS):
        draft.put_aside()


def _in_form(turn: Turn, draft: Draft) -> list[Reply]:
    """Answer the draft's question; what it is about may have been removed by another admin."""
    if "node" in draft.notes and find(turn, draft.notes["node"]) is None:
        turn.dialogue.drop(draft)
        return gone(turn)
    turn.dialogue.activate(draft)
    return FORMS[draft.form].answer(turn, draft)


def _message(turn: Turn) -> list[Reply]:
    event = turn.event
    draft = _edited(turn) if event.edited else _asked(turn)
    if draft is None:
        return told_too_late(turn, FORMS) if event.edited else _at_home(turn)
    if event.edited and draft.notes.get("seen", {}).get(event.message) == event.look:
        return []
    return _in_form(turn, draft)


def _cancel(turn: Turn) -> list[Reply]:
    draft = _asked(turn)
    return FORMS[draft.form].leave(turn, draft) if draft else _at_home(turn)


def _at_home(turn: Turn) -> list[Reply]:
    """The menu, where whatever is said is for it."""
    return home(turn) if _in_room_of_admins(turn.event.address) else []


def _bind(turn: Turn) -> list[Reply]:
    return home(turn, turn.texts("admin-bind-in-group"))


def _web(turn: Turn) -> list[Reply]:
    """A code; in a staff chat all see the answer, so the code is an employee's there."""
    return web_access.give_code(turn, admin=turn.event.private)


def _old_button(turn: Turn) -> list[Reply]:
    return home(turn, turn.texts("form-old-button"))


ADMINS: Audience[Node] = Audience(
    forms=FORMS,
    commands={
        "/admin": home,
        "/export": tree_file.export,
        "/import": tree_file.start_import,
        "/bind": _bind,
        "/web": _web,
        "/sessions": web_sessions.show,
        "/newcomers": newcomers.show,
        "/poster": posters.show,
        "/cancel": _cancel,
    },
    presses={
        "adm:home:": home,
        "adm:export:": tree_file.export,
        "adm:import:": tree_file.start_import,
        "adm:add:category": additions.add_category,
        "adm:newposter": posters.add,
    },
    verbs={
        "adm:list": lists.category_list,
        "adm:topics": lists.topic_list,
        "adm:webend": web_sessions.end,
        "adm:newcomers": newcomers.press,
        "adm:words": new_words.press,
        "adm:posters": posters.show,
        "adm:poster": posters.page,
        "adm:drawposter": posters.send,
        "adm:switchposter": posters.switch,
    },
    about={  # a category or topic
        "adm:page": pages.page,
        "adm:more": pages.more,
        "adm:addtopic": additions.add_topic,
        **{f"adm:{name}": edits.edit(form) for name, form in edits.EDITS.items()},
        "adm:up": toggles.shift_up,
        "adm:down": toggles.shift_down,
        "adm:hide": toggles.hide,
        "adm:place": toggles.toggle_place,
        "adm:fast": toggles.toggle_fast,
        "adm:remove": removal.start_removal,
        "adm:moveto": removal.start_move,
        "adm:bind": staff_chats.give_code,
        "adm:unbind": staff_chats.unbind,
        "adm:wordsof": new_words.take_of,
    },
    find=find,
    in_form=_in_form,
    message=_message,
    unknown_command=home,
    unknown_draft=_old_button,
    unknown_press=gone,
    unknown_subject=gone,
)
