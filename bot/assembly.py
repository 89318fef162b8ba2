"""Put the whole program together, in this place alone, and tell the operator that it runs."""

import asyncio
import secrets
import string
import sys
from collections.abc import Iterable
from datetime import UTC, datetime

import structlog

from bot.channels import Parts, make_adapters
from bot.channels.invitations import Invitations
from bot.core import make_core
from bot.examining.examiner import Examiner
from bot.files.store import FileStore, a_file_in
from bot.first_start import first_start
from bot.http.server import Standing, build_server
from bot.jobs.schedule import scheduler
from bot.links import staff_room_link, typed
from bot.program import Program
from bot.protocol import Adapter, Site
from bot.replicas.duties import Duties
from bot.replicas.postgresql import link_of
from bot.watch.database_file import DatabaseWatch
from bot.watch.space import Space
from bot.watch.watchdog import Watchdog
from config.settings import Settings
from config.texts import Texts
from handlers.turn import Services
from handlers.web_access import site_of
from handlers.wording.topic_suggestions import TopicSuggester, lemmatiser
from storage.database import Database
from storage.migrations import migrate

KEY_LETTERS = string.ascii_lowercase + string.digits

log = structlog.get_logger()


def make_services(
    settings: Settings, space: Space | None = None, invitations: Invitations | None = None
) -> Services:
    """Return what handlers need in a real run: settings, texts, the clock, random keys.

    Without ``space`` there is always room for files, without ``invitations`` no link is known.
    """
    seen = space or Space({})
    return Services(
        settings=settings,
        texts=Texts.load(),
        clock=lambda: datetime.now(UTC),
        new_key=lambda: "".join(secrets.choice(KEY_LETTERS) for _ in range(8)),
        suggester=TopicSuggester(lemmatiser()),
        invitation=invitations or Invitations(),
        is_space_low=lambda: seen.is_low,
    )


async def assemble(settings: Settings) -> Program:
    """Return the whole program, its database migrated. Raises the errors that ``outcome`` words."""
    space = Space.of(settings)
    invitations = Invitations()
    services = make_services(settings, space, invitations)
    database = await open_database(settings)
    salt = await first_start(database, services)
    if not settings.files_url:  # what is wrong with it is told now and not by the first photo
        settings.files_folder.mkdir(parents=True, exist_ok=True)
    store = FileStore.of(settings)
    link = link_of(database.engine)
    examiner = Examiner.of(settings, database, services.clock, space)
    examiner.temporary.prepare()
    parts = Parts(
        settings=settings,
        texts=services.texts,
        database=database,
        store=store,
        examiner=examiner,
        salt=salt,
        link=link,
    )
    adapters = make_adapters(parts)
    standing = Standing()
    core = make_core(database, services, adapters, store, examiner, link)
    return Program(
        settings=settings,
        database=database,
        inbox=core.inbox,
        adapters=list(adapters.values()),
        link=link,
        deliveries=core.deliveries,
        fetcher=core.fetcher,
        examiner=examiner,
        eraser=core.eraser,
        duties=Duties(link),
        invitations=invitations,
        ticker=scheduler(
            core.transactions,
            store,
            adapters.values(),
            rooms=core.rooms,
            members=core.inbox.members,
            space=space,
        ),
        server=build_server(
            list(adapters.values()),
            database,
            standing,
            services.texts("web-later"),
            missing=_missing_page(adapters.values()),
            https=bool(settings.public_url),
            space=space,
        ),
        standing=standing,
        ready=lambda port: announce(services, database, adapters, port),
        store=store,
        watchdog=Watchdog(),
        watch=DatabaseWatch(database, salt, services.clock),
    )


def _missing_page(adapters: Iterable[Adapter]) -> str:
    """The page of an address that there is not; empty if no channel has pages."""
    return next((one.missing_page() for one in adapters if isinstance(one, Site)), "")


async def open_database(settings: Settings) -> Database:
    """Open the database of the settings and migrate it.

    Raises DatabaseBusy, DatabaseUnreachable, DatabaseLost, MigrationFailed.
    """
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    was_here = await asyncio.to_thread(a_file_in, settings.files_folder)
    database = Database.open(settings.database_url)
    try:
        await migrate(database, may_be_new=not was_here)
    except BaseException:
        await database.close()
        raise
    return database


async def announce(
    services: Services, database: Database, adapters: dict[str, Adapter], port: int
) -> None:
    """Print what a person at the terminal wants to know now.

    Links that log in are printed on a terminal only: whoever read them in a journal within fifteen
    minutes would be an admin.
    """
    settings, texts = services.settings, services.texts
    lines = [texts("run-ready", channels=", ".join(texts(f"channel-{name}") for name in adapters))]
    if settings.web_chat_on:
        lines.append(texts("run-web", url=f"{site_of(settings, port)}/chat"))
    if settings.staff_on_web:
        if sys.stdout.isatty():
            lines += await _login_links(services, database, port)
        else:
            admin = typed("code --admin")
            lines.append(texts("run-login", command=typed("code"), admin=admin))
    lines.append(texts("run-stop"))
    print("\n".join(lines), flush=True)  # noqa: T201
    log.info("ready", channels=",".join(adapters), port=port)


async def _login_links(services: Services, database: Database, port: int) -> list[str]:
    settings, texts, now = services.settings, services.texts, services.clock()
    desk = settings.web_chat_on
    staff, admin = [
        await staff_room_link(database, settings, now, admin=is_admin, desk=desk, port=port)
        for is_admin in (False, True)
    ]
    return [
        texts("run-staff", url=staff) if desk else texts("run-staff-only", url=staff),
        texts("run-admin", url=admin),
        texts("run-links", command=typed("code")),
    ]
