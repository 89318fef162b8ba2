"""``python -m bot categories export / import``: the category tree as a file."""

import asyncio
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from sqlalchemy.orm import Session

from bot.commands.outcome import Told
from bot.tree_cache import municipality_of
from config.categories import InvalidTree, read_tree, write_tree
from config.categories.entries import CategoryEntry
from config.texts import Texts
from config.texts.system_errors import in_words
from handlers.admin.tree_file import plan_text
from storage.database import Database
from storage.town import tree_edits
from storage.town.tree_imports import Plan, apply_import, export_entries, plan_import

MOST_PROBLEMS = 200  # a terminal scrolls


async def export_tree(database: Database, texts: Texts, path: Path | None) -> Told:
    """Write the tree to the file ``path``, or return it as text if there is none.

    Returns what to print, and the exit code.
    """
    async with database.begin() as session:
        tree = await session.run_sync(lambda s: export_entries(s, municipality_of(s)))
    content = write_tree(tree)
    if path is None:
        return content.rstrip("\n"), 0
    try:
        await asyncio.to_thread(path.write_text, content, encoding="utf-8")
    except OSError as error:
        return texts("categories-not-written", file=str(path), reason=in_words(error)), 1
    return texts("categories-written", file=str(path)), 0


def ask_in_terminal(question: str) -> bool:
    """Return whether the person at the terminal agrees; a script has agreed by its call."""
    if not sys.stdin.isatty():
        return True
    try:
        return input(f"{question} ").strip().lower() in {"д", "да", "y", "yes"}
    except EOFError:  # Ctrl+D
        return False


async def import_tree(
    database: Database,
    texts: Texts,
    path: Path,
    *,
    yes: bool,
    ask: Callable[[str], bool] = ask_in_terminal,
) -> Told:
    """Make the tree as the file ``path`` has it, after showing what changes.

    Nothing changes if the file has a mistake, or if the person says no; ``yes``: nobody is asked.
    Returns what to print, and the exit code.
    """
    try:
        tree = read_tree(await asyncio.to_thread(path.read_bytes), texts)
    except OSError as error:
        return texts("categories-not-read", file=str(path), reason=in_words(error)), 1
    except InvalidTree as invalid:
        problems = invalid.told(texts, MOST_PROBLEMS)
        return texts("categories-wrong", file=str(path), problems=problems), 1
    async with database.begin() as session:
        plan = await session.run_sync(lambda s: plan_import(s, municipality_of(s), tree))
    told = plan_text(texts, plan)
    if plan.is_empty:
        return told, 0
    if not yes and not ask(f"{told}\n{texts('categories-sure')}"):
        return texts("categories-kept"), 1
    async with database.begin() as session:
        same = await session.run_sync(lambda s: _apply(s, tree, plan))
    return (texts("categories-loaded", plan=told), 0) if same else (texts("categories-moved"), 1)


def _apply(session: Session, tree: Sequence[CategoryEntry], plan: Plan) -> bool:
    """Apply what was shown; False where the tables are not as they were shown."""
    municipality = municipality_of(session)
    tree_edits.lock(session, municipality)
    if plan_import(session, municipality, tree) != plan:
        return False
    apply_import(session, municipality, tree)
    return True
