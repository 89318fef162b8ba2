"""Admins shape the categories in the chat: which event is about that, and what answers it."""

from collections.abc import Callable

from handlers import web_access
from handlers.admin import (
    additions,
    edits,
    lists,
    newcomers,
    pages,
    removal,
    staff_chats,
    toggles,
    tree_file,
    web_sessions,
)
from handlers.admin.pages import Node, find, gone, home
from handlers.appeals.subject import subject_of
from handlers.drafts import Draft
from handlers.forms.ask import press_of
from handlers.forms.form import Form
from handlers.turn import Turn
from storage.messages import Reply
from storage.town import municipalities, tree_edits

FORMS: dict[str, Form] = {
    form.name: form
    for form in (
        *edits.EDITS.values(),
        additions.ADD_CATEGORY,
        additions.ADD_TOPIC,
        removal.REMOVE,
        removal.MOVE,
        tree_file.IMPORT,
    )
}
COMMANDS: dict[str, Callable[[Turn], list[Reply]]] = {
    "/admin": home,
    "/export": tree_file.export,
    "/import": tree_file.start_import,
    "/bind": lambda turn: home(turn, turn.texts("admin-bind-in-group")),
    # In a staff chat all see the answer, so the code is an employee's there.
    "/web": lambda turn: web_access.give_code(turn, admin=turn.event.private),
    "/sessions": web_sessions.show,
    "/newcomers": newcomers.show,
}
# Presses: "adm:title:t34" is about a category or topic, "adm:list:2" about none.
ABOUT_NODE: dict[str, Callable[[Turn, Node], list[Reply]]] = {
    "page": pages.page,
    "more": pages.more,
    "addtopic": additions.add_topic,
    **{name: edits.edit(form) for name, form in edits.EDITS.items()},
    "up": lambda turn, node: toggles.shift(turn, node, -1),
    "down": lambda turn, node: toggles.shift(turn, node, 1),
    "hide": toggles.hide,
    "place": toggles.toggle_place,
    "fast": toggles.toggle_fast,
    "remove": removal.start_removal,
    "moveto": removal.start_move,
    "bind": staff_chats.give_code,
    "unbind": staff_chats.unbind,
}
OTHER: dict[str, Callable[[Turn, str], list[Reply]]] = {
    "home": lambda turn, _: home(turn),
    "list": lists.category_list,
    "topics": lists.topic_list,
    "add": lambda turn, _: additions.add_category(turn),
    "export": lambda turn, _: tree_file.export(turn),
    "import": lambda turn, _: tree_file.start_import(turn),
    "webend": web_sessions.end,
    "newcomers": newcomers.press,
}


def turn_admin(turn: Turn) -> list[Reply] | None:
    """Answer an admin's event; None where it is not about administration.

    In private, and in the staff chats. An admin who turns to something else leaves the open
    question aside: its buttons still work, but it takes no more texts.
    """
    event = turn.event
    where = event.address
    if event.change or not (
        event.private or municipalities.staff_chat_at(turn.session, where.channel, where.chat)
    ):
        return None
    answer = _answer(turn)
    if answer is None:
        if event.press or (event.text.startswith("/") and not event.edited):
            put_aside(turn)
        return None
    tree_edits.lock(turn.session, turn.municipality)
    return answer()


def put_aside(turn: Turn) -> None:
    """Let an admin's open question take no more texts."""
    for draft in turn.dialogue.of(FORMS):
        draft.put_aside()


def forget(turn: Turn) -> None:
    """Who is no admin (any more) has no admin's questions open."""
    turn.dialogue.drop_all(FORMS)


def _answer(turn: Turn) -> Callable[[], list[Reply]] | None:
    """What will answer the event; None: nothing of ours."""
    event = turn.event
    draft = turn.dialogue.active
    ours = draft if draft and draft.form in FORMS else None
    if event.text.startswith("/") and not event.edited:
        word = event.text.split()[0].lower()
        if command := COMMANDS.get(word):
            return lambda: command(turn)
        if word == "/cancel" and ours:
            return lambda: FORMS[ours.form].stop(turn, ours)
        return None
    if event.press:
        return _answer_press(turn)
    if ours is None or subject_of(turn).appeal_id:  # a reply about an appeal is no answer to us
        return None
    return lambda: _in_form(turn, ours)


def _answer_press(turn: Turn) -> Callable[[], list[Reply]] | None:
    press = turn.event.press
    if press.startswith("adm:"):
        return lambda: _press(turn, press)
    key = press_of(press)[2]
    draft = turn.dialogue.with_key(key)
    if draft and draft.form in FORMS:
        return lambda: _in_form(turn, draft)
    if key.startswith(edits.KEY):
        return lambda: home(turn, turn.texts("form-old-button"))
    return None


def _press(turn: Turn, press: str) -> list[Reply]:
    _, _, rest = press.partition(":")
    verb, _, argument = rest.partition(":")
    put_aside(turn)
    if action := OTHER.get(verb):
        return action(turn, argument)
    node = find(turn, argument)
    act = ABOUT_NODE.get(verb)
    return act(turn, node) if act and node else gone(turn)


def _in_form(turn: Turn, draft: Draft) -> list[Reply]:
    """Answer the draft's question; what it is about may have been removed by another admin."""
    if "node" in draft.notes and find(turn, draft.notes["node"]) is None:
        turn.dialogue.drop(draft)
        return gone(turn)
    turn.dialogue.activate(draft)
    return FORMS[draft.form].answer(turn, draft)
