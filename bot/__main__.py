"""The command line, and the only place where the parts are put together."""

import asyncio
import secrets
import string
import sys
from collections.abc import Coroutine
from datetime import UTC, datetime
from importlib.metadata import version
from io import TextIOWrapper
from pathlib import Path
from typing import Annotated, Any, NoReturn
from urllib.parse import quote

import structlog
import typer
from alembic.util import CommandError
from sqlalchemy.exc import DBAPIError

from bot import categories_command, check_command, error_reports
from bot.adapters.base import Adapter
from bot.app import App
from bot.bootstrap import first_start, share_tokens
from bot.delivery import Delivery
from bot.file_store import FileStore
from bot.files import FileFetcher
from bot.jobs import scheduler
from bot.logs import set_up_logs
from bot.ownership import FETCHING, Duties, Work, delivering
from bot.parked_command import Parked, ParkedCommand, parked_commands
from bot.program import CannotListen, Program, stop_on_signals
from bot.server import Standing, build_server
from config.settings import Settings, SettingsError, load_settings
from config.texts import Texts
from handlers.topics import TopicSuggester, lemmatiser
from handlers.turn import World
from storage.database import (
    Database,
    DatabaseBusy,
    DatabaseUnreachable,
    MigrationFailed,
    reason_of,
)
from storage.link import Link

KEY_LETTERS = string.ascii_lowercase + string.digits

cli = typer.Typer(
    add_completion=False,
    pretty_exceptions_enable=False,
    help="mcu-bot: сообщения жителей в муниципальный центр управления.",
)
categories_cli = typer.Typer(help="Дерево категорий в виде файла YAML.")
cli.add_typer(categories_cli, name="categories")

log = structlog.get_logger()


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
    _finish(check_command.check(settings, Texts.load(), assemble_adapters), settings)


@cli.command()
def migrate() -> None:
    """Обновить таблицы базы (при запуске это делается само)."""
    settings = _settings()

    async def work() -> int:
        database = await _open_database(settings)
        await database.close()
        return _say((Texts.load()("migrated"), 0))

    _finish(work(), settings)


@categories_cli.command("export")
def export_categories(file: Annotated[Path | None, typer.Argument()] = None) -> None:
    """Записать дерево категорий в файл (без имени файла — на экран)."""
    settings = _settings()

    async def work() -> int:
        database = await _ready_database(settings)
        try:
            return _say(await categories_command.export_tree(database, Texts.load(), file))
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
        database = await _ready_database(settings)
        try:
            return _say(await categories_command.import_tree(database, Texts.load(), file, yes=yes))
        finally:
            await database.close()

    _finish(work(), settings)


def _parked(command: ParkedCommand) -> None:
    settings = _settings(warn=False)

    async def work() -> int:
        database = Database.open(settings.database_url, beside=True)
        world = make_world(settings)
        made: dict[str, Adapter] = {}

        def adapters() -> dict[str, Adapter]:
            if not made:
                store = FileStore.of(settings)
                made.update(assemble_adapters(settings, world.texts, database, store))
            return made

        try:
            return _say(await command(Parked(App(database, world, lambda: None), adapters)))
        except DBAPIError as error:
            raise DatabaseUnreachable(reason_of(error)) from None
        finally:
            for adapter in made.values():
                await adapter.close()
            await database.close()

    _finish(work(), settings)


cli.add_typer(parked_commands(_parked), name="parked")


# Putting the parts together


def make_world(settings: Settings) -> World:
    """Settings, texts, the real clock, random keys."""
    return World(
        settings=settings,
        texts=Texts.load(),
        clock=lambda: datetime.now(UTC),
        new_key=lambda: "".join(secrets.choice(KEY_LETTERS) for _ in range(8)),
        suggester=TopicSuggester(lemmatiser()),
    )


def assemble_adapters(
    settings: Settings,
    texts: Texts,
    database: Database,
    store: FileStore,
    salt: int = 0,
    link: Link | None = None,
) -> dict[str, Adapter]:
    """An adapter for each channel that is on; a messenger's library is loaded only then."""
    adapters: dict[str, Adapter] = {}
    if settings.telegram_token:
        from bot.adapters.telegram import TelegramAdapter  # noqa: PLC0415 - 165 MB of models

        adapters["telegram"] = TelegramAdapter(
            settings.telegram_token.get_secret_value(),
            store,
            texts,
            api_url=settings.telegram_api_url,
            webhook=settings.public_url,
            secret=_secret(settings.telegram_secret),
            commands=[(name, texts(f"command-{name}")) for name in ("new", "my", "help", "start")],
        )
    if settings.vk_token and settings.vk_group_id:
        from bot.adapters.vk import VkAdapter  # noqa: PLC0415 - only where it is on

        adapters["vk"] = VkAdapter(
            settings.vk_token.get_secret_value(),
            settings.vk_group_id,
            store,
            texts,
            api_url=settings.vk_api_url,
            webhook=bool(settings.public_url),
            secret=_secret(settings.vk_secret),
            confirmation=settings.vk_confirmation,
            salt=salt,
        )
    if settings.web_chat_on or settings.staff_chat.startswith("web:"):
        from bot.adapters.web import WebAdapter  # noqa: PLC0415 - only where it is on

        adapters["web"] = WebAdapter(database, settings, texts, store, link=link)
    return adapters


async def assemble(settings: Settings) -> Program:
    """The whole program, its database up to date. Raises what ``_finish`` tells."""
    world = make_world(settings)
    database = await _open_database(settings)
    salt = await first_start(database, world)
    store = FileStore.of(settings)
    link = Link.of(database.engine)
    adapters = assemble_adapters(settings, world.texts, database, store, salt, link)
    if "web" in adapters:
        await share_tokens(database, settings)
    standing = Standing()
    work = Work(link)
    app = App(database, world, work.is_there)
    deliveries = make_deliveries(app, adapters, alone=link is None)
    fetcher = FileFetcher(app, store, adapters)
    work.parts = {**deliveries, FETCHING: fetcher}
    return Program(
        settings=settings,
        database=database,
        app=app,
        adapters=list(adapters.values()),
        link=link,
        deliveries=deliveries,
        fetcher=fetcher,
        duties=Duties(link),
        ticker=scheduler(app, store, adapters.values()),
        server=build_server(list(adapters.values()), database, standing, world.texts("web-later")),
        standing=standing,
        ready=lambda port: _announce(settings, world.texts, adapters, port),
    )


def make_deliveries(app: App, adapters: dict[str, Adapter], *, alone: bool) -> dict[str, Delivery]:
    """One for all channels where there is one process, else one for each: replicas share them."""
    if alone:
        return {"delivering": Delivery(app, adapters)}
    return {delivering(one): Delivery(app, {name: one}) for name, one in adapters.items()}


async def _open_database(settings: Settings) -> Database:
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    database = Database.open(settings.database_url)
    try:
        await database.migrate()
    except BaseException:
        await database.close()
        raise
    return database


async def _ready_database(settings: Settings) -> Database:
    """For the commands: migrated, with municipality and categories."""
    database = await _open_database(settings)
    await first_start(database, make_world(settings))
    return database


async def _run(settings: Settings) -> int:
    if settings.sentry_dsn:
        error_reports.start(settings.sentry_dsn.get_secret_value(), f"mcu-bot@{version('mcu-bot')}")
    program = await assemble(settings)
    await program.run(stop_on_signals())
    return 0


def _announce(settings: Settings, texts: Texts, adapters: dict[str, Adapter], port: int) -> None:
    """What a person at the terminal wants to know now."""
    lines = [texts("run-ready", channels=", ".join(texts(f"channel-{name}") for name in adapters))]
    if "web" in adapters:
        from bot.adapters.web import WebAdapter  # noqa: PLC0415 - as above

        web = adapters["web"]
        assert isinstance(web, WebAdapter)  # noqa: S101 - tells mypy what the name says
        base = settings.public_url or f"http://{_shown_host(settings.web_host)}:{port}"
        if settings.web_chat_on:
            lines.append(texts("run-web", url=f"{base}/chat"))
        if settings.staff_chat == "web:staff":
            lines.append(texts("run-staff", url=f"{base}/?token={quote(web.staff_token)}"))
            lines.append(texts("run-admin", url=f"{base}/?token={quote(web.admin_token)}"))
    lines.append(texts("run-stop"))
    print("\n".join(lines), flush=True)  # noqa: T201
    log.info("ready", channels=",".join(adapters), port=port)


def _shown_host(host: str) -> str:
    here = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}  # noqa: S104 - compared, not bound
    return here.get(host, f"[{host}]" if ":" in host else host)


def _secret(value: Any) -> str | None:
    return value.get_secret_value() if value else None


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
        _give_up(texts("stop-folder", path=str(error.filename), reason=error.strerror or ""))
    raise typer.Exit(code)


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


if __name__ == "__main__":
    _print_anything()
    set_up_logs()
    cli()
