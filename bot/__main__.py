"""The command line."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from importlib.metadata import version
from io import TextIOWrapper
from pathlib import Path
from typing import Annotated, Any, NoReturn

import bot.lean_imports  # noqa: F401 - before structlog and alembic, whose memory it saves

# isort: split
import typer
from alembic.util import CommandError
from sqlalchemy.exc import DBAPIError

from bot.assembly import (
    assemble,
    make_services,
    open_database,
    ready_database,
)
from bot.channels import Parts, make_adapters
from bot.commands import categories
from bot.commands import check as check_command
from bot.commands.parked import Parked, ParkedCommand, parked_commands
from bot.commands.web_access import Door, DoorCommand, add_web_commands
from bot.examining.examiner import Examiner
from bot.files.store import FileStore
from bot.inbox.inbox import Inbox
from bot.program import CannotListen, stop_on_signals
from bot.protocol import Adapter
from bot.system.allocation import be_thrifty
from bot.system.descriptors import raise_limit
from bot.transactions import Transactions
from bot.watch import error_reports
from bot.watch.logs import set_up_logs
from config.settings import Settings, SettingsError, load_settings
from config.texts import Texts
from config.texts.system_errors import in_words
from storage.database import Database
from storage.database.errors import DatabaseUnreachable, MigrationFailed, is_outage, unreachable
from storage.database.file import DatabaseBusy, DatabaseLost
from storage.inspection import file_of

OURS_ALONE = 0o077  # what is written here holds people's names, words and photos

cli = typer.Typer(
    add_completion=False,
    pretty_exceptions_enable=False,
    help="mcu-bot: сообщения жителей в муниципальный центр управления.",
)
categories_cli = typer.Typer(help="Дерево категорий в виде файла YAML.")
cli.add_typer(categories_cli, name="categories")


@cli.callback(invoke_without_command=True)
def main(context: typer.Context) -> None:
    """Запустить бота."""
    if context.invoked_subcommand is None:
        settings = _settings()
        _finish(_run(settings), settings)


@cli.command()
def check() -> None:
    """Проверить настройки, базу, токены и права в служебном чате."""
    settings = _settings(warn=False)
    _finish(check_command.check(settings, Texts.load()), settings)


@cli.command()
def migrate() -> None:
    """Обновить таблицы базы (при запуске это делается само)."""
    settings = _settings()

    async def work() -> int:
        database = await open_database(settings)
        await database.close()
        return _say((Texts.load()("migrated"), 0))

    _finish(work(), settings)


@categories_cli.command("export")
def export_categories(file: Annotated[Path | None, typer.Argument()] = None) -> None:
    """Записать дерево категорий в файл (без имени файла — на экран)."""
    settings = _settings()

    async def work() -> int:
        database = await ready_database(settings)
        try:
            return _say(await categories.export_tree(database, Texts.load(), file))
        finally:
            await database.close()

    _finish(work(), settings)


@categories_cli.command("import")
def import_categories(
    file: Path, yes: Annotated[bool, typer.Option(help="Не переспрашивать.")] = False
) -> None:
    """Заменить дерево категорий тем, что в файле; с ошибками ничего не меняется."""
    settings = _settings()

    async def work() -> int:
        database = await ready_database(settings)
        try:
            return _say(await categories.import_tree(database, Texts.load(), file, yes=yes))
        finally:
            await database.close()

    _finish(work(), settings)


def _parked(command: ParkedCommand) -> None:
    settings = _settings(warn=False)

    async def work() -> int:
        database = Database.open(settings.database_url, beside=True)
        services = make_services(settings)
        made: dict[str, Adapter] = {}

        def adapters() -> dict[str, Adapter]:
            if not made:
                store = FileStore.of(settings)
                examiner = Examiner.of(settings, database, services.clock)
                made.update(
                    make_adapters(
                        Parts(
                            settings=settings,
                            texts=services.texts,
                            database=database,
                            store=store,
                            examiner=examiner,
                        )
                    )
                )
            return made

        try:
            async with _reached(database):
                transactions = Transactions(database, services)
                told = await command(Parked(Inbox(transactions), transactions, adapters))
            return _say(told)
        finally:
            for adapter in made.values():
                await adapter.close()
            await database.close()

    _finish(work(), settings)


cli.add_typer(parked_commands(_parked), name="parked")


def _door(command: DoorCommand) -> None:
    settings = _settings(warn=False)

    async def work() -> int:
        database = Database.open(settings.database_url, beside=True)
        services = make_services(settings)
        try:
            async with _reached(database):
                told = await command(Door(database, settings, services.texts, services.clock))
            return _say(told)
        finally:
            await database.close()

    _finish(work(), settings)


add_web_commands(cli, _door)


@asynccontextmanager
async def _reached(database: Database) -> AsyncIterator[None]:
    """DatabaseUnreachable where it is away, or goes, or has not the tables; DatabaseLost."""
    await database.reach()
    try:
        yield
    except DBAPIError as error:
        raise unreachable(error) from None
    except Exception as error:
        if not is_outage(error) or getattr(error, "filename", None):
            raise
        raise unreachable(error) from None


async def _run(settings: Settings) -> int:
    if settings.sentry_dsn:
        error_reports.start(settings.sentry_dsn.get_secret_value(), f"mcu-bot@{version('mcu-bot')}")
    program = await assemble(settings)
    await program.run(stop_on_signals())
    return 0


# Ways out


def _settings(*, warn: bool = True) -> Settings:
    try:
        settings = load_settings()
    except SettingsError as error:
        _give_up(str(error))
    for warning in settings.warnings if warn else ():
        print(warning, file=sys.stderr)  # noqa: T201
    return settings


def _finish(work: Coroutine[Any, Any, int], settings: Settings) -> NoReturn:
    """Run to the end; what the operator can mend is told in one line."""
    texts = Texts.load()
    try:
        code = asyncio.run(work)
    except DatabaseBusy:
        _give_up(texts("stop-database-busy"))
    except DatabaseLost as lost:
        _give_up(_lost(lost, settings, texts))
    except DatabaseUnreachable as error:
        _give_up(texts("stop-database-away", reason=str(error)))
    except MigrationFailed as error:
        _give_up(texts("stop-migration-failed", reason=str(error)))
    except CommandError:
        _give_up(texts("stop-database-newer"))
    except CannotListen as error:
        _give_up(texts(str(error), host=settings.web_host, port=str(settings.web_port)))
    except OSError as error:
        if not error.filename:
            raise
        path = Path(str(error.filename))
        setting = _setting_of(path, settings)
        _give_up(texts("stop-folder", setting=setting, path=str(path), reason=in_words(error)))
    raise typer.Exit(code)


def _lost(lost: DatabaseLost, settings: Settings, texts: Texts) -> str:
    files = str(settings.files_folder)
    line = texts(f"stop-database-{lost.why}", detail=lost.detail, files=files)
    saved = texts("stop-database-saved", file=lost.saved) if lost.saved else ""
    return f"{line} {saved}".strip()


def _setting_of(path: Path, settings: Settings) -> str:
    """The setting that says where a path lies: the database may stand apart from the data."""
    file, place = file_of(settings.database_url), path.absolute()
    if settings.files_dir and place.is_relative_to(settings.files_dir.absolute()):
        return "MCU_FILES_DIR"
    data = settings.data_dir.absolute()
    if file is None or place == data or place.is_relative_to(data):
        return "MCU_DATA_DIR"
    folder = file.absolute().parent
    apart = place.is_relative_to(folder) or (
        folder.is_relative_to(place) and not data.is_relative_to(place)
    )
    return "MCU_DATABASE_URL" if apart else "MCU_DATA_DIR"


def _give_up(line: str) -> NoReturn:
    print(line, file=sys.stderr)  # noqa: T201
    raise typer.Exit(1)


def _say(result: tuple[str, int]) -> int:
    text, code = result
    print(text, file=sys.stderr if code else sys.stdout)
    return code


def _print_anything() -> None:
    """A terminal whose encoding has no emoji gets a question mark and not a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")


def start() -> None:
    """Make the process what the bot needs, and do what the command line says."""
    os.umask(OURS_ALONE)
    _print_anything()
    set_up_logs()
    raise_limit()
    be_thrifty()
    cli()


if __name__ == "__main__":
    start()
