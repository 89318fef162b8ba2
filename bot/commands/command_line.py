"""The command line: ``python -m bot``, or ``mcu-bot``, and its commands."""

import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from io import TextIOWrapper
from pathlib import Path
from typing import Any

from bot import links
from bot.assembly import assemble, make_services, open_database
from bot.channels import Parts, make_adapters
from bot.commands import categories, outcome, posters
from bot.commands import check as check_command
from bot.commands.arguments import Parser
from bot.commands.databases import own_database, shared_database
from bot.commands.outcome import Told
from bot.commands.parked import Parked
from bot.commands.web_access import WebAccess
from bot.examining.examiner import Examiner
from bot.files.store import FileStore
from bot.inbox.inbox import Inbox
from bot.program import stop_on_signals
from bot.protocol import Adapter
from bot.system.allocation import be_thrifty
from bot.system.descriptors import raise_limit
from bot.transactions import Transactions
from bot.watch import error_reports
from bot.watch.logs import set_up_logs
from config.settings import Settings, SettingsError, load_settings
from config.texts import Texts
from storage.database import Database

OURS_ALONE = 0o077  # what is written here holds people's names, words and photos
INTERRUPTED = 130  # the exit code, as shells have it


@dataclass(frozen=True, slots=True)
class Call:
    """A command as somebody called it."""

    settings: Settings
    texts: Texts
    arguments: Mapping[str, Any]


Command = Callable[[Call], Coroutine[Any, Any, Told]]


def main() -> int:
    """Make the process what the bot needs, do what the command line says, return the exit code."""
    os.umask(OURS_ALONE)
    _print_anything()
    set_up_logs()
    raise_limit()
    be_thrifty()
    texts = Texts.load()
    command, arguments = commands(texts).read(sys.argv[1:])
    try:
        settings = load_settings()
    except SettingsError as error:
        return outcome.say((str(error), 1))
    try:
        return outcome.run(command(Call(settings, texts, arguments)), settings, texts)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:  # whoever read what we print has gone: ``mcu-bot check | head -1``
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


def commands(texts: Texts) -> Parser:
    """Return all commands, each with what it does."""
    program = Parser(texts, prog=links.program())
    program.set_defaults(do=start)
    program.command("check", check)
    program.command("migrate", migrate)
    program.command("code", over_access(WebAccess.code)).flag("admin")
    tree = program.command("categories")
    tree.command("export", export_tree).argument("file", type=Path, nargs="?")
    tree.command("import", import_tree).argument("file", type=Path).flag("yes")
    poster = program.command("poster", make_poster).option("place").option("topic").option("code")
    poster.option("out", type=Path, default=Path())
    parked = program.command("parked", over_parked(Parked.listed))
    parked.command("show", over_parked(Parked.shown)).argument("which")
    parked.command("run", over_parked(Parked.run_again)).argument("which")
    parked.command("drop", over_parked(Parked.dropped)).argument("which")
    sessions = program.command("sessions", over_access(WebAccess.listed))
    sessions.command("end", over_access(WebAccess.end)).argument("which")
    return program


def warning(command: Command) -> Command:
    """Return ``command`` with the warnings about settings printed before it."""

    async def warned(call: Call) -> Told:
        for odd in call.settings.warnings:
            print(odd, file=sys.stderr)  # noqa: T201
        return await command(call)

    return warned


@warning
async def start(call: Call) -> Told:
    """Run the bot until it is stopped."""
    if call.settings.sentry_dsn:
        release = f"mcu-bot@{version('mcu-bot')}"
        error_reports.start(call.settings.sentry_dsn.get_secret_value(), release)
    program = await assemble(call.settings)
    await program.run(stop_on_signals())
    return "", 0


async def check(call: Call) -> Told:
    """Look at everything; what is found is printed on the way."""
    return "", await check_command.check(call.settings, call.texts)


@warning
async def migrate(call: Call) -> Told:
    """Bring the tables up to date."""
    database = await open_database(call.settings)
    await database.close()
    return call.texts("migrated"), 0


@warning
async def export_tree(call: Call) -> Told:
    """Write the category tree to a file or to the screen."""
    async with own_database(call.settings) as database:
        return await categories.export_tree(database, call.texts, call.arguments["file"])


@warning
async def import_tree(call: Call) -> Told:
    """Make the category tree as a file has it."""
    file, yes = call.arguments["file"], call.arguments["yes"]
    async with own_database(call.settings) as database:
        return await categories.import_tree(database, call.texts, file, yes=yes)


def over_access(work: Callable[..., Awaitable[Told]]) -> Command:
    """Return the command that calls ``work``, a method of ``WebAccess``."""

    async def command(call: Call) -> Told:
        settings, texts = call.settings, call.texts
        async with shared_database(settings) as database:
            access = WebAccess(database, settings, texts, lambda: datetime.now(UTC))
            return await work(access, **call.arguments)

    return command


@warning
async def make_poster(call: Call) -> Told:
    """Draw the poster of a place or a topic."""
    services = make_services(call.settings)
    async with shared_database(call.settings) as database, _adapters(call, database) as adapters:
        transactions = Transactions(database, services)
        return await posters.make(transactions, adapters, **call.arguments)


def over_parked(work: Callable[..., Awaitable[Told]]) -> Command:
    """Return the command that calls ``work``, a method of ``Parked``."""

    async def command(call: Call) -> Told:
        services = make_services(call.settings)
        async with (
            shared_database(call.settings) as database,
            _adapters(call, database) as adapters,
        ):
            transactions = Transactions(database, services)
            parked = Parked(Inbox(transactions), transactions, adapters)
            return await work(parked, **call.arguments)

    return command


@asynccontextmanager
async def _adapters(
    call: Call, database: Database
) -> AsyncIterator[Callable[[], dict[str, Adapter]]]:
    """Give a function that makes the adapters when they are wanted; they are closed at the end."""
    made: dict[str, Adapter] = {}

    def adapters() -> dict[str, Adapter]:
        if not made:
            parts = Parts(
                settings=call.settings,
                texts=call.texts,
                database=database,
                store=FileStore.of(call.settings),
                examiner=Examiner.of(call.settings, database, lambda: datetime.now(UTC)),
            )
            made.update(make_adapters(parts))
        return made

    try:
        yield adapters
    finally:
        for adapter in made.values():
            await adapter.close()


def _print_anything() -> None:
    """Print a question mark, and no traceback, on a terminal whose encoding has no emoji."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")
