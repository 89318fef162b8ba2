"""The HTTP server: the adapters' pages and webhooks; ``/healthz``, ``/readyz``, ``/metrics``."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import structlog
from aiohttp import web
from aiohttp.typedefs import Handler, Middleware
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from bot.http import bodies
from bot.protocol import Adapter
from bot.watch import metrics
from bot.watch.space import MEGABYTE, Space
from storage import gauges
from storage.database import Database
from storage.database.errors import is_outage
from storage.database.file import DatabaseLost

DATABASE_WAITS = 5.0
RETRY_AFTER = "10"  # seconds, for whoever found the database away
METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8"  # Prometheus' text format


def policy(embedders: Sequence[str] = ()) -> str:
    """Return the content policy of a page that we and ``embedders`` may show in a frame."""
    ancestors = " ".join(("'self'", *embedders))
    return (
        "default-src 'self'; base-uri 'none'; form-action 'self'; "
        f"frame-ancestors {ancestors}; object-src 'none'"
    )


HEADERS = {
    "Content-Security-Policy": policy(),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",  # for browsers that know no frame-ancestors
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "geolocation=(self), camera=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}

# Sent if people come by HTTPS: a browser that has done so once does so for a year.
HTTPS_ALONE = {"Strict-Transport-Security": "max-age=31536000"}

log = structlog.get_logger()


@dataclass
class Standing:
    """Whether the program takes work: set once all parts run, taken back when it is to stop."""

    working: bool = False


def build_server(
    adapters: Sequence[Adapter],
    database: Database,
    standing: Standing,
    later: str = "",
    body_seconds: float = bodies.SECONDS,
    missing: str = "",
    *,
    https: bool = False,
    space: Space | None = None,
) -> web.Application:
    """Return the application with every adapter's routes; ``listening`` starts it.

    Whoever starts it closes the adapters before it. ``later`` is what people read while the
    database is away, ``missing`` the page of a browser that asks for an address that does not
    exist. ``https``: people come by HTTPS, through a proxy. ``space`` is told by ``/readyz``:
    without room for files only words are taken, without room for words nothing is.
    """
    application = web.Application(middlewares=[_without_database(later), _mistyped(missing)])
    application[bodies.BODY_SECONDS] = body_seconds
    application[bodies.COMING] = bodies.Coming()
    headers = HEADERS | (HTTPS_ALONE if https else {})

    async def add_headers(_request: web.Request, response: web.StreamResponse) -> None:
        for name, value in headers.items():
            response.headers.setdefault(name, value)

    application.on_response_prepare.append(add_headers)
    seen = space or Space({})

    async def healthz(_request: web.Request) -> web.Response:
        """Alive: a restart would mend nothing. Says nothing of the database or a messenger."""
        return web.json_response({"status": "ok"})

    async def readyz(_request: web.Request) -> web.Response:
        """Whether to send requests here: all parts run and the database answers.

        A messenger that is away is told and no reason to turn others away: every replica would.
        """
        try:
            async with asyncio.timeout(DATABASE_WAITS), database.reading() as session:
                await session.execute(text("SELECT 1"))
        except (SQLAlchemyError, OSError) as error:  # OSError: also a timeout
            log.warning("ready_database_away", error=type(error).__name__)
            state = "lost" if isinstance(error, DatabaseLost) else "away"
        else:
            state = "full" if seen.is_full or database.fullness.is_full else "ok"
        ready = standing.working and state == "ok"
        silent = {one.channel: round(metrics.silent_for(one.channel), 1) for one in adapters}
        answer = {
            "status": "ok" if ready else "not ready",
            "database": state,
            "files": "no space" if seen.is_low else "ok",
            "space": {
                disk.place: {"free_mb": disk.free // MEGABYTE, "floor_mb": disk.floor // MEGABYTE}
                for disk in seen.disks
            },
            "seconds_since_contact": silent,
        }
        return web.json_response(answer, status=200 if ready else 503)

    async def show_metrics(_request: web.Request) -> web.Response:
        try:
            async with asyncio.timeout(DATABASE_WAITS), database.reading() as session:
                found = await session.run_sync(gauges.take, datetime.now(UTC))
        except (
            SQLAlchemyError,
            OSError,
        ) as error:  # what this process counted is told all the same
            log.warning("metrics_database_away", error=type(error).__name__)
            found = None
        return web.Response(
            body=metrics.exposition(found, seen.disks), headers={"Content-Type": METRICS_TYPE}
        )

    application.router.add_get("/healthz", healthz)
    application.router.add_get("/readyz", readyz)
    application.router.add_get("/metrics", show_metrics)
    for adapter in adapters:
        application.router.add_routes(adapter.routes())
    return application


def _without_database(later: str) -> Middleware:
    """A page that finds the database away says so, and when to come again."""

    @web.middleware
    async def answer(request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            return await handler(request)
        except (SQLAlchemyError, ConnectionRefusedError) as error:
            if not is_outage(error):
                raise
            log.warning("page_database_away", error=type(error).__name__)
            return web.Response(status=503, text=later, headers={"Retry-After": RETRY_AFTER})

    return answer


def _mistyped(page: str) -> Middleware:
    """A person at a browser reads a page of ours, a program the bare 404."""

    @web.middleware
    async def answer(request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            return await handler(request)
        except web.HTTPNotFound:
            is_person = "text/html" in request.headers.get("Accept", "")
            if not page or request.method != "GET" or not is_person:
                raise
            return web.Response(status=404, text=page, content_type="text/html")

    return answer
