"""The rooms and their doors: what may import what, who commits, who waits, how long a module is."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

import pytest

from tests.paths import ROOT

ROOMS = ("config", "storage", "handlers", "bot")  # each may import those before it
MOST_LINES = 300

# Modules that are longer, and why that reads better than two.
LONG = {
    "handlers/forms/form.py": "the one engine of all dialogues",
    "storage/tables/__init__.py": "all tables on one page, as a reader of the database wants them",
    "storage/migrations/versions/": "a migration is written once, in one piece",
}
# These open connections; all else is given one.
CONNECTING = ("storage/database", "storage/inspection", "bot/replicas/postgresql")
# Libraries that reach the world outside, and the only modules that may import each.
DOORS: dict[str, str | tuple[str, ...]] = {
    "aiogram": "bot/adapters/telegram",
    "vk_api": "bot/adapters/vk",
    "requests": "bot/adapters/vk",
    "aiohttp": "bot/",
    "obstore": "bot/",
    "apscheduler": "bot/",
    "typer": "bot/",
    "jinja2": "bot/adapters/web",
    "asyncpg": CONNECTING,
    "aiosqlite": CONNECTING,
    "asyncio": ("bot/", *CONNECTING),
    **dict.fromkeys(("socket", "ssl", "http", "urllib.request", "smtplib"), "bot/"),
    **dict.fromkeys(("threading", "multiprocessing", "subprocess"), "bot/"),
    # What decodes and unpacks the bytes of strangers: in the children of one package.
    **dict.fromkeys(("PIL", "pillow_heif"), "bot/examining/pictures"),
    "puremagic": ("bot/examining/content", "bot/examining/child"),
    "zipfile": "bot/examining/packed",
    "zlib": ("bot/examining/packed", "bot/examining/papers"),
    "xml": "bot/examining/markup",
    **dict.fromkeys(("gzip", "bz2", "lzma", "tarfile", "shelve", "pickle"), ()),
    # An operator's own file is read by the command line, which is a process of its own.
    "yaml": ("config/tree_yaml", "config/categories"),
}
# Of ``bot.examining``: what runs in a child alone, and must not be loaded by the bot itself.
CHILDS = (
    *("child", "content", "pictures", "containers", "packed", "markup", "office", "opendocument"),
    *("fields", "places", "compound", "old_office", "rich_text", "papers"),
)


# Modules that are given requests, and those that look at a body otherwise.
BODIES = (
    *("bot/server", "bot/doorstep"),
    *("bot/adapters/telegram_receiving", "bot/channels/vk/adapter.py", "bot/adapters/web"),
)
READ_ELSEWHERE = (
    "bot/channels/web/file_pages.py",
    "bot/http/doorstep.py",
)  # uploads; whether one came


@dataclass(frozen=True)
class Module:
    """A source file."""

    path: str  # from the root, as handlers/staff/routing.py

    @property
    def room(self) -> str:
        return self.path.partition("/")[0]

    @cached_property
    def text(self) -> str:
        return (ROOT / self.path).read_text(encoding="utf-8")

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    @cached_property
    def imports(self) -> list[tuple[str, int]]:
        """Every module that is imported anywhere in it, with the line."""
        found: list[tuple[str, int]] = []
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                found += [(alias.name, node.lineno) for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                assert node.level == 0, f"{self.path}:{node.lineno} imports by dots"
                module = node.module or ""
                found.append((module, node.lineno))
                found += [(f"{module}.{alias.name}", node.lineno) for alias in node.names]
        return found

    def calls(self, *names: str) -> Iterator[int]:
        """Lines on which a method of these names is called."""
        for node in ast.walk(self.tree):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in names
            ):
                yield node.lineno


@lru_cache
def modules() -> tuple[Module, ...]:
    paths = [path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py"))]
    return tuple(Module(path.relative_to(ROOT).as_posix()) for path in paths)


def of(*rooms: str) -> list[Module]:
    return [module for module in modules() if module.room in rooms]


def is_under(name: str, package: str) -> bool:
    return name == package or name.startswith(f"{package}.")


def test_there_is_something_to_look_at() -> None:
    assert {module.room for module in modules()} == set(ROOMS)
    assert len(modules()) > 50
    assert any(
        name == "storage.tables" for name, _ in Module("storage/appeals/__init__.py").imports
    )


@pytest.mark.parametrize("room", ROOMS)
def test_imports_run_one_way_only(room: str) -> None:
    later = ROOMS[ROOMS.index(room) + 1 :]
    wrong = [
        f"{module.path}:{line} imports {name}"
        for module in of(room)
        for name, line in module.imports
        if any(is_under(name, other) for other in (*later, "tests"))
    ]

    assert wrong == []


@pytest.mark.parametrize("library", DOORS)
def test_a_library_is_imported_behind_its_door_only(library: str) -> None:
    wrong = [
        f"{module.path}:{line} imports {name}"
        for module in modules()
        for name, line in module.imports
        if is_under(name, library) and not module.path.startswith(DOORS[library])
    ]

    assert wrong == []


@pytest.mark.parametrize(
    "library",
    *(
        [
            "aiogram",
            "vk_api",
            "aiohttp",
            "asyncio",
            "jinja2",
            "PIL",
            "puremagic",
            "zipfile",
            "yaml",
        ],
    ),
)
def test_a_door_is_used(library: str) -> None:
    assert any(is_under(name, library) for module in modules() for name, _ in module.imports)


def test_what_decodes_strangers_bytes_is_imported_by_a_child_alone() -> None:
    """Whatever a module of a child imports: the bot's own process must not have it."""
    childs = {f"bot.examining.{name}" for name in CHILDS}
    wrong = [
        f"{module.path}:{line} imports {name}"
        for module in modules()
        for name, line in module.imports
        if any(is_under(name, child) for child in childs)
        and module.path not in {child.replace(".", "/") + ".py" for child in childs}
    ]

    assert wrong == []


def test_yaml_of_strangers_is_parsed_by_a_child_alone() -> None:
    """``read_tree`` parses: for the operator's own file. What comes as a message is ``tree_of``."""
    readers = [
        module.path
        for module in modules()
        if any(name.endswith((".read_tree", ".plain_tree")) for name, _ in module.imports)
    ]

    assert sorted(readers) == [
        "bot/commands/categories.py",
        "bot/examining/child.py",
        "config/categories/__init__.py",
    ]


def test_adapters_do_not_know_each_other() -> None:
    wrong = []
    for module in of("bot"):
        if not module.path.startswith("bot/adapters/"):
            continue
        own = Path(module.path).stem.partition("_")[0]
        wrong += [
            f"{module.path}:{line} imports {name}"
            for name, line in module.imports
            if is_under(name, "bot.channels")
            and name.count(".") > 1
            and name.split(".")[2].partition("_")[0] not in (own, "base")
        ]

    assert wrong == []


def test_below_the_program_nothing_waits() -> None:
    """Handlers and storage are plain functions over a session: they cannot touch the network."""
    waiting = (ast.AsyncFunctionDef, ast.Await, ast.AsyncFor, ast.AsyncWith)
    wrong = [
        f"{module.path}:{node.lineno}"
        for module in of("config", "storage", "handlers")
        if not module.path.startswith(CONNECTING)
        for node in ast.walk(module.tree)
        if isinstance(node, waiting)
    ]

    assert wrong == []


def test_only_the_program_commits() -> None:
    wrong = [
        f"{module.path}:{line}"
        for module in of("config", "storage", "handlers")
        if not module.path.startswith(CONNECTING)
        for line in module.calls("commit", "rollback", "begin")
    ]

    assert wrong == []


def test_tables_are_asked_in_storage_only() -> None:
    """Queries have names and stand in storage; elsewhere SQLAlchemy lends its types and errors."""
    wrong = [
        f"{module.path}:{line} imports {name}"
        for module in of("handlers")
        for name, line in module.imports
        if is_under(name, "sqlalchemy") and name not in ("sqlalchemy.orm", "sqlalchemy.orm.Session")
    ]

    assert wrong == []


def test_bodies_are_read_in_one_place() -> None:
    """Nobody reads a request's body past ``bot/http/bodies.py``, where it has a size and a time."""
    whole = [
        f"{module.path}:{node.lineno}"
        for module in of("bot")
        if module.path != "bot/http/bodies.py"
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Attribute)
        and node.attr in ("read", "text", "json", "post", "content", "multipart")
        and isinstance(node.value, ast.Name)
        and node.value.id in ("request", "http")
        and module.path.startswith(BODIES)
    ]

    assert len(whole) == len(READ_ELSEWHERE), whole
    assert all(line.startswith(READ_ELSEWHERE) for line in whole), whole


def test_modules_are_short() -> None:
    long = {
        module.path: len(module.text.splitlines())
        for module in modules()
        if len(module.text.splitlines()) > MOST_LINES
    }

    assert {path: n for path, n in long.items() if not path.startswith(tuple(LONG))} == {}
    for path in LONG:  # no excuse for what is short again
        assert any(module.startswith(path) for module in long), path


def test_every_module_says_what_it_is_for() -> None:
    silent = [module.path for module in modules() if not ast.get_docstring(module.tree)]

    assert silent == []


def test_nothing_is_done_at_import() -> None:
    """No function is called for its effect at the top of a module, but for what stands here."""
    allowed = {
        "bot/__main__.py": "it adds its commands to each other",
        "bot/channels/telegram/lean_models.py": "aiogram is imported its way before any other does it",
        "bot/lean_imports.py": "the same for structlog and Mako",
        "config/categories/__init__.py": "it tells its own YAML dumper how to write",
    }
    wrong = [
        f"{module.path}:{node.lineno}"
        for module in modules()
        if "migrations" not in module.path and module.path not in allowed
        for node in module.tree.body
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)
    ]

    assert wrong == []
