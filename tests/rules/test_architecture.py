"""The rooms and their doors: what may import what, who commits, who waits, how long a module is."""

import ast
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house import (
    BEGIN,
    END,
    FLOOR_OF,
    MAP,
    PACKAGES,
    ROOMS,
    Module,
    modules,
    room_of,
    rooms_as_table,
)

MOST_LINES, MOST_MODULES = 300, 14

# Modules that are longer, and why that reads better than two.
LONG = {
    "storage/migrations/versions/": "a migration is written once, in one piece",
}
# These open connections; all else is given one.
CONNECTING = (
    *("storage/database", "storage/migrations", "storage/inspection"),
    "bot/replicas/postgresql",
)
# Libraries that reach the world outside, and the only modules that may import each.
DOORS: dict[str, str | tuple[str, ...]] = {
    "aiogram": "bot/channels/telegram/",
    "vk_api": "bot/channels/vk/",
    "requests": "bot/channels/vk/",
    "aiohttp": "bot/",
    "obstore": "bot/",
    "apscheduler": "bot/",
    "jinja2": "bot/channels/web/",
    "asyncpg": CONNECTING,
    "aiosqlite": CONNECTING,
    "asyncio": ("bot/", *CONNECTING),
    **dict.fromkeys(("socket", "http", "urllib.request", "smtplib"), "bot/"),
    "ssl": ("bot/", "config/settings/types"),  # there it only reads a file of certificates
    **dict.fromkeys(("threading", "multiprocessing", "subprocess"), "bot/"),
    # What decodes and unpacks the bytes of strangers: in the children of one package.
    "PIL": (
        *("bot/examining/formats/pictures", "bot/examining/formats/previews"),
        *("bot/posters/drawing", "bot/posters/words"),
    ),
    "pillow_heif": "bot/examining/formats/pictures",
    "puremagic": ("bot/examining/formats/content", "bot/examining/child"),
    "zipfile": "bot/examining/formats/packed",
    "zlib": ("bot/examining/formats/packed", "bot/examining/formats/papers"),
    "xml": "bot/examining/formats/markup",
    **dict.fromkeys(("email", "html.parser", "plistlib", "wave", "openpyxl", "lxml", "docx"), ()),
    **dict.fromkeys(("bz2", "lzma", "tarfile", "shelve", "pickle"), ()),
    "gzip": "bot/channels/web/look/assets",  # packs what is ours, unpacks nothing
    # An operator's own file is read by the command line, which is a process of its own.
    "yaml": "config/categories/",
}
# Receivers of calls that begin or end a transaction; a form has a ``begin`` of its own.
TRANSACTIONAL = ("session", "database", "connection", "engine", "connect()", "Session(engine)")
# What runs in a child alone, and must not be loaded by the bot itself.
CHILDS = ("bot/examining/child", "bot/examining/formats/")
# Modules that are given requests, and those that look at a body otherwise.
BODIES = (
    *("bot/http/server", "bot/http/doorstep"),
    *("bot/channels/max/receiving", "bot/channels/telegram/receiving", "bot/channels/vk/adapter"),
    "bot/channels/web/",
)
# Whether a body came.
READ_ELSEWHERE = ("bot/http/doorstep.py",)


def of(*rooms: str) -> list[Module]:
    return [module for module in modules() if module.name.partition(".")[0] in rooms]


def calls(module: Module, *names: str) -> Iterator[int]:
    """Lines on which a method of these names is called of what has transactions."""
    for node in ast.walk(module.tree):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in names
            and ast.unparse(node.func.value).endswith(TRANSACTIONAL)
        ):
            yield node.lineno


def is_under(name: str, package: str) -> bool:
    return name == package or name.startswith(f"{package}.")


def test_there_is_something_to_look_at() -> None:
    assert {module.name.partition(".")[0] for module in modules()} == set(PACKAGES)
    assert len(modules()) > 50
    found = {name for name, _ in Module("storage/appeals/__init__.py").imports}
    assert "storage.tables.Appeal" in found


def test_imports_run_down_the_floors_only() -> None:
    wrong = [
        f"{module.path}:{line} imports {name}"
        for module in modules()
        for name, line in module.imports
        if name.partition(".")[0] in (*PACKAGES, "tests") and not _may_import(module, name)
    ]

    assert wrong == []


def _may_import(module: Module, name: str) -> bool:
    """Whether it is of the same room, or of one on a floor below."""
    room, other = module.room, room_of(name)
    if room == other and room:
        return True
    return bool(other) and bool(room) and FLOOR_OF[other] < FLOOR_OF[room]


def test_every_module_has_a_room() -> None:
    homeless = [module.path for module in modules() if not module.room]

    assert homeless == [f"{package}/__init__.py" for package in PACKAGES]
    assert {module.room for module in modules() if module.room} == ROOMS  # no room is empty


def test_who_is_served_and_who_serves_stand_side_by_side() -> None:
    sides = ("handlers.residents", "handlers.staff", "handlers.admin")

    assert len({FLOOR_OF[side] for side in sides}) == 1


def test_no_folder_is_crowded() -> None:
    folders = Counter(str(Path(module.path).parent) for module in modules())
    crowded = {
        folder: count
        for folder, count in folders.items()
        if count > MOST_MODULES + 1 and not folder.endswith("versions")  # one is its __init__
    }

    assert crowded == {}


def test_every_room_says_its_sentence_on_the_map() -> None:
    drawn = MAP.read_text(encoding="utf-8").partition(BEGIN)[2].partition(END)[0].strip()

    assert drawn == rooms_as_table(), "python -m tests.house draws the map again"


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
    wrong = [
        f"{module.path}:{line} imports {name}"
        for module in modules()
        for name, line in module.imports
        if name.replace(".", "/").startswith(CHILDS) and not module.path.startswith(CHILDS)
    ]

    assert wrong == []


def test_every_place_that_a_rule_names_is_there() -> None:
    """Else a rule about a module that has moved would hold for ever."""
    doors = [(place,) if isinstance(place, str) else place for place in DOORS.values()]
    named = {
        place
        for places in (*doors, CONNECTING, CHILDS, BODIES, READ_ELSEWHERE, LONG)
        for place in places
    }
    gone = [place for place in named if not any(m.path.startswith(place) for m in modules())]

    assert gone == []


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
        for line in calls(module, "commit", "rollback", "begin")
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
        "bot/channels/telegram/__init__.py": "aiogram is imported our way before any module does it",
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
