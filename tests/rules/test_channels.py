"""A channel's name stands in its own package and in its row of the settings, and nowhere else."""

import ast
from collections.abc import Iterator

import pytest

from config.settings.channels import CHANNELS
from tests.house import modules

DECLARED = "config/settings/channels.py"
# Where the subject is the chat on the site, so that its name or its constants decide nothing else.
OF_THE_SITE = {
    "storage/web/": "its messages, uploads and browsers",
    "storage/town/web_access.py": "who is let into the staff room there",
    "storage/erasure/quotes.py": "what the staff room there quotes of a person",
    "storage/erasure/strangers.py": "who came there and never consented",
    "handlers/admin/web_sessions.py": "sessions of the staff room there",
}
CONSTANTS = ("CHANNEL", "STAFF_ROOM")
# Written once, in one piece; a later name is a later migration's.
FROZEN = "storage/migrations/versions/"


def sources() -> dict[str, ast.Module]:
    """Every source file by its path from the root."""
    return {module.path: module.tree for module in modules()}


def spelled(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Strings that are the name of a channel, or a chat or an account in it, with their lines."""
    said = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}  # docstrings
    for node in ast.walk(tree):
        if not isinstance(node, ast.Constant) or not isinstance(node.value, str):
            continue
        if id(node) not in said and node.value.partition(":")[0] in CHANNELS:
            yield node.lineno, node.value


def may_spell(path: str, name: str) -> bool:
    """Whether a channel's name may stand in that file."""
    if path == DECLARED or path.startswith((f"bot/channels/{name}/", FROZEN)):
        return True
    return name == "web" and path.startswith(tuple(OF_THE_SITE))


def test_a_channel_s_name_stands_in_its_own_package_only() -> None:
    wrong = [
        f"{path}:{line} spells {text}"
        for path, tree in sources().items()
        for line, text in spelled(tree)
        if not may_spell(path, text.partition(":")[0])
    ]

    assert wrong == []


def test_the_constant_of_the_site_is_used_by_what_is_about_the_site() -> None:
    """Others ask for the trait that they mean: ``has_own_history``, ``shows_names``."""
    wrong = [
        f"{path}:{line}"
        for path, tree in sources().items()
        if not path.startswith((*OF_THE_SITE, "bot/channels/"))
        for line in borrowed(tree)
    ]

    assert wrong == []


def borrowed(tree: ast.Module) -> Iterator[int]:
    """Lines that take the ``CHANNEL`` of another module, or the staff room in it."""
    for node in ast.walk(tree):
        match node:
            case ast.Attribute(attr="CHANNEL" | "STAFF_ROOM"):
                yield node.lineno
            case ast.ImportFrom() if any(one.name in CONSTANTS for one in node.names):
                yield node.lineno


@pytest.mark.parametrize("path", OF_THE_SITE)
def test_no_excuse_is_left_over(path: str) -> None:
    found = [tree for name, tree in sources().items() if name.startswith(path)]

    assert any(next(spelled(tree), None) or next(borrowed(tree), None) for tree in found)


def test_a_spelled_name_is_seen() -> None:
    lines = [
        '"""Of vk."""',
        'a = "vk"',
        'b = f"telegram:{a}"',
        'c = {"web": 1}',
        'd = "web-chat", "vkontakte"',
    ]

    assert list(spelled(ast.parse("\n".join(lines)))) == [
        (2, "vk"),
        (3, "telegram:"),
        (4, "web"),
    ]


@pytest.mark.parametrize("name", CHANNELS)
def test_every_channel_has_its_package(name: str) -> None:
    tree = sources()[f"bot/channels/{name}/adapter.py"]

    assert "make" in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
