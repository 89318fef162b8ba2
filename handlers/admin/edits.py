"""The forms of an admin that change one thing of a category or topic each."""

from collections.abc import Callable, Mapping
from typing import Any

from handlers.admin.line_questions import (
    Line,
    read_days,
    read_department,
    read_emoji,
    read_keywords,
    read_title,
)
from handlers.admin.pages import Node, changed, find, gone, home, page, ref, siblings
from handlers.drafts import Draft
from handlers.forms.ask import always
from handlers.forms.form import Form
from handlers.turn import Turn
from storage.messages import Reply
from storage.tables import Topic

KEY = "adm."  # how a draft's key begins, so that its buttons are known when it is gone


def node_of(turn: Turn, draft: Draft) -> Node:
    """The category or topic that the draft is about; it was found before the form was asked."""
    node = find(turn, draft.notes["node"])
    if node is None:
        raise LookupError(f"{draft.notes['node']} of an admin's draft is gone")
    return node


def back(turn: Turn, draft: Draft) -> list[Reply]:
    """Answer "cancel" with the page on which the form began."""
    word = turn.texts("admin-cancelled")
    node = find(turn, draft.notes.get("node", ""))
    return page(turn, node, word) if node else home(turn, word)


def begin(turn: Turn, form: Form, node: Node | None = None) -> list[Reply]:
    """Start a form; an admin's form begun before makes way."""
    for other in [d for d in turn.dialogue.drafts if d.form.startswith("adm-")]:
        turn.dialogue.drop(other)
    draft = form.new_draft(turn, prefix=KEY)
    if node is not None:
        draft.notes["node"] = ref(node)
    return form.prompt(turn, draft)


# One thing at a time


def _now(turn: Turn, draft: Draft) -> Mapping[str, Any]:
    """What the questions tell about the present value."""
    node = node_of(turn, draft)
    none = turn.texts("admin-none")
    return {
        "title": node.title,
        "emoji": node.emoji or none,
        "department": node.department or none,
        "keywords": ", ".join(node.keywords) or none,
        "days": node.days if isinstance(node, Topic) else 0,
    }


def _other_titles(turn: Turn, draft: Draft, text: str) -> str:
    node = node_of(turn, draft)
    return read_title(turn, text, [row for row in siblings(turn, node) if row is not node])


def _edit(attribute: str, question: Line, what: str) -> Form:
    """A form of one question; its answer becomes the attribute. ``what`` is the key of its name."""

    def done(turn: Turn, draft: Draft) -> list[Reply]:
        node = node_of(turn, draft)
        before = getattr(node, attribute)
        value = draft.answers[question.name]
        empty: Any = [] if attribute == "keywords" else ""
        setattr(node, attribute, empty if value is None else value)
        changed(turn)
        told = turn.texts(
            "admin-changed",
            what=turn.texts(what),
            before=_shown(turn, before),
            after=_shown(turn, getattr(node, attribute)),
        )
        return page(turn, node, told)

    return Form(
        name=f"adm-{attribute}",
        questions=(question,),
        done=done,
        cancelled=back,
        too_late="admin-too-late",
    )


def _shown(turn: Turn, value: Any) -> str:
    text = ", ".join(value) if isinstance(value, list) else str(value)
    return text or turn.texts("admin-none")


EDITS: dict[str, Form] = {
    "title": _edit(
        "title",
        Line(name="adm_title", ask="admin-ask-title", parse=_other_titles, about=_now, now="title"),
        what="admin-edit-title",
    ),
    "emoji": _edit(
        "emoji",
        Line(
            name="adm_emoji",
            ask="admin-ask-emoji",
            parse=read_emoji,
            about=_now,
            optional=always,
            skip_label="admin-no-emoji",
        ),
        what="admin-edit-emoji",
    ),
    "department": _edit(
        "department",
        Line(
            name="adm_department",
            ask="admin-ask-department",
            parse=read_department,
            about=_now,
            now="department",
            optional=always,
            skip_label="admin-no-department",
        ),
        what="admin-edit-department",
    ),
    "keywords": _edit(
        "keywords",
        Line(
            name="adm_keywords",
            ask="admin-ask-keywords",
            parse=read_keywords,
            about=_now,
            now="keywords",
            optional=always,
            skip_label="admin-no-keywords",
        ),
        what="admin-edit-keywords",
    ),
    "days": _edit(
        "days",
        Line(name="adm_days", ask="admin-ask-days", parse=read_days, about=_now),
        what="admin-edit-days",
    ),
}


def edit(form: Form) -> Callable[[Turn, Node], list[Reply]]:
    """Return the act of that form's button; only topics have days."""

    def start(turn: Turn, node: Node) -> list[Reply]:
        if form is EDITS["days"] and not isinstance(node, Topic):
            return gone(turn)
        return begin(turn, form, node)

    return start
