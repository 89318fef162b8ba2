"""Every action that the program knows, read from its code: commands, presses, answers to forms."""

import ast
import re
from collections.abc import Iterator

from handlers.admin import staff_chats
from handlers.admin.routing import ADMINS
from handlers.drafts import Draft
from handlers.forms.controls import CONTROLS
from handlers.forms.form import Form
from handlers.residents.routing import RESIDENTS
from handlers.staff.routing import STAFF
from tests.paths import ROOT

HANDLERS = ROOT / "handlers"
FORMS: dict[str, Form] = {**RESIDENTS.forms, **STAFF.forms, **ADMINS.forms}
RESIDENT_VERBS = frozenset(RESIDENTS.about)
STAFF_VERBS = frozenset(STAFF.about)
# What only shows a list or begins something of one's own.
OWN = frozenset(
    {*STAFF.verbs, *RESIDENTS.verbs, *(press.partition(":")[0] for press in RESIDENTS.presses)}
)


def _nodes() -> Iterator[ast.AST]:
    for path in HANDLERS.rglob("*.py"):
        yield from ast.walk(ast.parse(path.read_text(encoding="utf-8")))


def _begins(node: ast.AST) -> str:
    """A string of the code, or the beginning of one that is put together."""
    if isinstance(node, ast.JoinedStr) and node.values:
        return _begins(node.values[0])
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def buttons() -> set[str]:
    """The first word of every button that the handlers make."""
    found = set()
    for node in _nodes():
        if not isinstance(node, ast.Call) or len(node.args) < 2:
            continue
        name = getattr(node.func, "attr", getattr(node.func, "id", ""))
        if name in {"button", "Button"} and (press := _begins(node.args[1])):
            found.add(re.split("[:=]", press)[0])
    return found


def commands() -> list[str]:
    """Every word that begins with a slash."""
    written = {text for node in _nodes() if re.fullmatch("/[a-z_]+", text := _begins(node))}
    return sorted({*written, *RESIDENTS.commands, *STAFF.commands, *ADMINS.commands})


def presses_about(appeals: list[int]) -> Iterator[str]:
    """Every button about an appeal, the staff's and the residents'."""
    for verb in sorted(RESIDENT_VERBS | STAFF_VERBS):
        yield from (f"{verb}:{number}" for number in appeals)


def presses_of_admins(nodes: list[str]) -> Iterator[str]:
    """Every button of an admin but for the answers to questions."""
    yield from sorted(ADMINS.presses)
    for verb in sorted(ADMINS.verbs):
        yield f"{verb}:"
        yield f"{verb}:1"
    for verb in sorted(ADMINS.about):
        yield from (f"{verb}:{node}" for node in nodes)


def presses_that_bind(nodes: list[str]) -> Iterator[str]:
    """What makes a group the chat of a category: an admin may, in any group."""
    yield f"{staff_chats.CHOOSE_PAGE}2"
    yield from (f"{staff_chats.CHOOSE}{node}" for node in nodes)


def answers_to(draft: Draft) -> Iterator[str]:
    """Every button of a question that somebody is being asked."""
    form = FORMS[draft.form]
    for question in form.questions:
        yield from (f"{question.name}={value}#{draft.key}" for value in ("yes", "1"))
        yield f"edit={question.name}#{draft.key}"
    last = form.questions[-1].name
    yield from (f"form={control}.{last}#{draft.key}" for control in CONTROLS)


def misshapen(presses: list[str]) -> Iterator[str]:
    """The same cut off, drawn out, in other letters, and what no program ever sent."""
    for press in presses:
        yield press[:-1]
        yield press.upper()
        yield f"{press} "
        yield f"{press}:{press}"
        yield f"{press}\u200b"
        yield f"{press}\0"
        yield press.replace("1", "١")
    yield from ("take:" + "9" * 60, "x" * 255, "рычаг:1", "=", "#", "::")
    yield from ("consent:maybe#", "adm", "adm:", "adm::", "adm:title:", "adm.key=1#adm.key")
