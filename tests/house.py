"""The rooms of the program, floor by floor: each may import what is on the floors below it.

``python -m tests.house`` writes them into the map of docs/architecture.md, with the first sentence
of each room's docstring. A test compares the two.
"""

import ast
import re
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

from tests.paths import ROOT

PACKAGES = ("config", "storage", "handlers", "bot")

# A room is a folder, or a module that stands alone. Rooms on one floor know nothing of each other.
FLOORS: tuple[tuple[str, ...], ...] = (
    ("config.texts", "config.signs", "config.lengths"),
    ("config.categories", "config.settings"),
    ("storage.spelling",),
    ("storage.bounds", "storage.our_accounts"),
    ("storage.addresses",),
    ("storage.replies",),
    ("storage.messages",),
    ("storage.tables",),
    ("storage.database",),
    ("storage.files", "storage.migrations", "storage.people", "storage.inbox"),
    ("storage.outbox", "storage.web", "storage.inspection"),
    ("storage.appeals",),
    ("storage.town", "storage.erasure", "storage.batch", "storage.gauges"),
    ("handlers.wording", "handlers.drafts", "handlers.rights"),
    ("handlers.turn",),
    (
        "handlers.attachments",
        "handlers.kinds",
        "handlers.showing",
        "handlers.web_access",
        "handlers.pieces",
    ),
    ("handlers.forms.ask",),
    ("handlers.forms", "handlers.appeals", "handlers.corrections"),
    ("handlers.audience", "handlers.screen", "handlers.lines", "handlers.sight"),
    ("handlers.residents.ways",),
    ("handlers.residents.accounts",),
    ("handlers.residents", "handlers.staff", "handlers.admin"),
    ("handlers.dispatch",),
    (
        "bot.recent",
        "bot.token_bucket",
        "bot.growing_pause",
        "bot.failures",
        "bot.system",
    ),
    ("bot.protocol", "bot.file_kinds", "bot.tree_cache", "bot.first_start", "bot.links"),
    ("bot.examining.formats", "bot.watch", "bot.replicas"),
    ("bot.transactions", "bot.http", "bot.examining", "bot.posters"),
    ("bot.files", "bot.delivery", "bot.inbox"),
    ("bot.channels",),
    ("bot.channels.web.events", "bot.channels.max.reading", "bot.channels.vk.reading"),
    ("bot.channels.web.doors", "bot.channels.web.look"),
    ("bot.channels.web.files", "bot.channels.web.news"),
    ("bot.channels.max", "bot.channels.telegram", "bot.channels.vk", "bot.channels.web"),
    ("bot.jobs",),
    ("bot.core", "bot.program"),
    ("bot.assembly",),
    ("bot.commands",),
    ("bot.__main__",),
)
ROOMS = frozenset(room for floor in FLOORS for room in floor)
FLOOR_OF = {room: number for number, floor in enumerate(FLOORS) for room in floor}
MAP = ROOT / "docs" / "architecture.md"
BEGIN, END = "<!-- rooms: python -m tests.house -->", "<!-- end of rooms -->"


@dataclass(frozen=True)
class Module:
    """A source file of the program; ``path`` from the root, as ``handlers/staff/bans.py``."""

    path: str

    @property
    def name(self) -> str:
        return self.path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")

    @property
    def room(self) -> str:
        """The innermost room that it is in; empty for the docstring of a whole package."""
        return room_of(self.name)

    @cached_property
    def text(self) -> str:
        return (ROOT / self.path).read_text(encoding="utf-8")

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    @cached_property
    def imports(self) -> list[tuple[str, int]]:
        """Every name that is imported anywhere in it, with the line."""
        found: list[tuple[str, int]] = []
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                found += [(alias.name, node.lineno) for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                assert node.level == 0, f"{self.path}:{node.lineno} imports by dots"
                module = node.module or ""
                found += [(f"{module}.{alias.name}", node.lineno) for alias in node.names]
        return found


def room_of(name: str) -> str:
    """The innermost room of a module, or of something that is in it."""
    parts = name.split(".")
    for length in range(len(parts), 0, -1):
        if (room := ".".join(parts[:length])) in ROOMS:
            return room
    return ""


@lru_cache
def modules() -> tuple[Module, ...]:
    paths = [path for room in PACKAGES for path in sorted((ROOT / room).rglob("*.py"))]
    return tuple(Module(path.relative_to(ROOT).as_posix()) for path in paths)


def rooms_as_table() -> str:
    """The map: a row for each floor, the lowest first, with a sentence for each room."""
    rows = [
        f"| {number} | {_link(room)} | {_sentence(room)} |"
        for number, floor in enumerate(FLOORS, 1)
        for room in floor
    ]
    return "\n".join(["| Floor | Room | What is in it |", "|---|---|---|", *rows])


def _link(room: str) -> str:
    path = room.replace(".", "/")
    is_folder = (ROOT / path).is_dir()
    shown = f"{path}/" if is_folder else f"{path}.py"
    target = path if is_folder else f"{path}.py"
    return f"[{shown.replace('__', chr(92) + '_' + chr(92) + '_')}](../{target})"


def _sentence(room: str) -> str:
    path = ROOT / room.replace(".", "/")
    file = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    told = ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) or ""
    return re.sub(r"``", "`", told.split("\n\n")[0].replace("\n", " "))


def redraw(page: Path = MAP) -> None:
    """Write the map between its two marks."""
    text = page.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    page.write_text(f"{before}{BEGIN}\n{rooms_as_table()}\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    redraw()
