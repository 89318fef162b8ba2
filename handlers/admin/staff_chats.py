"""A staff chat of its own for a category: a code from the admin's page, ``/bind`` in the group."""

import secrets

from config.lengths import cut
from handlers.admin.lists import LABEL, PAGE
from handlers.admin.pages import Node, changed, find, gone, page, ref, title
from handlers.screen import typed_menus
from handlers.showing import Page, whole_number
from handlers.turn import Turn
from handlers.wording.quoting import name_shown
from storage.messages import Address, Button, Event, Reply, Rows
from storage.tables import Category, StaffChat
from storage.town import municipalities, staff_chat_codes, tree_edits

CHOOSE = "adm:bindto:"
CHOOSE_PAGE = "adm:bindpage:"


def give_code(turn: Turn, node: Node) -> list[Reply]:
    """A code that works once, for an hour, and what to do with it."""
    if not isinstance(node, Category):
        return gone(turn)
    taken = {row.code for row in staff_chat_codes.live(turn.session, turn.now)}
    code = _new_code()
    while code in taken:
        code = _new_code()
    staff_chat_codes.give(turn.session, node.id, code, str(turn.event.address), turn.now)
    back = turn.button("admin-to-category", f"adm:page:{ref(node)}")
    text = turn.texts(
        "admin-bind-how",
        title=title(node),
        code=code,
        until=turn.time(turn.now + staff_chat_codes.LIFE),
    )
    return [turn.reply(text, ((back,),))]


def _new_code() -> str:
    return f"{secrets.randbelow(1_000_000):06}"


def unbind(turn: Turn, node: Node) -> list[Reply]:
    """Send new appeals to the main chat again; all appeals, if no other category names the chat."""
    if not isinstance(node, Category):
        return gone(turn)
    chat = turn.session.get(StaffChat, node.staff_chat_id) if node.staff_chat_id else None
    there = chat.address if chat else None
    node.staff_chat_id = None
    retired = changed(turn)
    if there is None or retired:
        return [*page(turn, node, turn.texts("admin-unbound")), *retired]
    told = turn.texts("admin-unbound-there", title=title(node))
    replies = page(turn, node, turn.texts("admin-unbound-one", chat=str(there)))
    return [*replies, Reply(to=there, text=told, push=True)]


# In the group


def is_about_binding(event: Event, *, by_admin: bool) -> bool:
    """Whether it may make a group a staff chat: then its doors are to be looked at before.

    An admin may type what the button of a category says.
    """
    if by_admin and typed_menus.may_be_one(event):
        return True
    return bool(_said(event)) or event.press.startswith(CHOOSE)


def _said(event: Event) -> str:
    """``/bind`` with what follows it; empty: it was not said."""
    text = event.text.strip()
    return text if text.partition(" ")[0].lower() == "/bind" and not event.edited else ""


def turn_bind(turn: Turn, *, by_admin: bool) -> list[Reply] | None:
    """Answer ``/bind`` in a group: anybody's with a code, an admin's without; None: it is not that."""
    event = turn.event
    if said := _said(event):
        _, _, code = said.partition(" ")
        if turn.staff_chat and turn.staff_chat.main and turn.staff_chat.is_in(event.address):
            return [turn.reply(turn.texts("bind-main"))]
        if event.doors != "closed":
            return _not_closed(turn)
        if code.strip():
            return _bind_by_code(turn, "".join(code.split()))
        if by_admin:
            return _choose(turn, 1)
        usage = turn.reply(turn.texts("bind-usage"))
        return [usage.and_then(turn.texts("anonymous-admin")) if event.anonymous else usage]
    if by_admin and event.press.startswith(CHOOSE):
        node = find(turn, event.press.removeprefix(CHOOSE))
        return _bind(turn, node) if isinstance(node, Category) else _choose(turn, 1)
    if by_admin and event.press.startswith(CHOOSE_PAGE):
        return _choose(turn, whole_number(event.press.removeprefix(CHOOSE_PAGE)))
    return None


def _bind_by_code(turn: Turn, code: str) -> list[Reply]:
    used = staff_chat_codes.use(turn.session, code, turn.now)
    node = tree_edits.category(turn.session, turn.municipality, used.category_id) if used else None
    if used is None or node is None:
        return [turn.reply(turn.texts("bind-wrong"))]
    told = turn.texts(
        "admin-bound",
        title=title(node),
        chat=str(turn.event.address),
        name=name_shown(turn.event.person.name) or turn.event.person.account,
    )
    asked_in = Address.parse(used.asked_in)
    return [*_bind(turn, node), Reply(to=asked_in, text=told, push=True)]


def _not_closed(turn: Turn) -> list[Reply]:
    """Whoever comes in would be an employee: no staff chat before that is mended."""
    event = turn.event
    key = "bind-open" if event.doors == "open" else "bind-untold"
    return [turn.reply(turn.texts(key, why=event.doors_why))]


def _bind(turn: Turn, node: Category) -> list[Reply]:
    if turn.event.doors != "closed":
        return _not_closed(turn)
    tree_edits.lock(turn.session, turn.municipality)
    chat = municipalities.ensure_staff_chat(
        turn.session, turn.municipality.id, turn.event.address, main=False
    )
    if chat.main:
        return [turn.reply(turn.texts("bind-main"))]
    node.staff_chat_id = chat.id
    retired = changed(turn)
    return [turn.reply(turn.texts("bind-done", title=title(node))), *retired]


def _choose(turn: Turn, number: int) -> list[Reply]:
    """Categories as buttons, a few at a time."""
    nodes = tree_edits.categories(turn.session, turn.municipality)
    shown = Page.of(len(nodes), PAGE, number)
    rows: Rows = tuple(
        (Button(cut(title(node), LABEL), f"{CHOOSE}{ref(node)}", number=count),)
        for count, (_, node) in enumerate(shown.numbered(nodes), 1)
    )
    if further := shown.next_one(turn, CHOOSE_PAGE):
        rows += (further,)
    return [turn.reply(turn.texts("bind-choose"), rows)]
