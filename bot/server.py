"""The HTTP server: the adapters' pages and webhooks, ``/healthz``, ``/metrics``; strict headers."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime

import structlog
from aiohttp import web
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from bot.adapters.base import Adapter
from storage import figures
from storage.database import Database

MAX_BODY = 1024 * 1024  # webhooks and forms; uploads stream under a limit of their own
HEALTH_WAITS = 5.0
METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8"  # Prometheus' text format

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; base-uri 'none'; form-action 'self'; "
        "frame-ancestors 'self'; object-src 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "geolocation=(self), camera=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}

log = structlog.get_logger()


def build_server(adapters: Sequence[Adapter], database: Database) -> web.Application:
    """Collect every adapter's routes; whoever starts it closes the adapters before it.

    Start it without an access log: addresses may hold the staff token.
    """
    application = web.Application(client_max_size=MAX_BODY)
    application.on_response_prepare.append(_add_headers)

    async def healthz(_request: web.Request) -> web.Response:
        try:
            async with asyncio.timeout(HEALTH_WAITS), database.begin() as session:
                await session.execute(text("SELECT 1"))
        except (SQLAlchemyError, OSError) as error:  # OSError: also a timeout
            log.warning("health_database_away", error=type(error).__name__)
            return web.json_response({"status": "database away"}, status=503)
        return web.json_response({"status": "ok"})

    async def metrics(_request: web.Request) -> web.Response:
        from bot.metrics import exposition  # noqa: PLC0415 - only where somebody watches

        try:
            async with asyncio.timeout(HEALTH_WAITS), database.begin() as session:
                found = await session.run_sync(figures.take, datetime.now(UTC))
        except (SQLAlchemyError, OSError) as error:
            log.warning("metrics_database_away", error=type(error).__name__)
            return web.Response(status=503)
        return web.Response(body=exposition(found), headers={"Content-Type": METRICS_TYPE})

    application.router.add_get("/healthz", healthz)
    application.router.add_get("/metrics", metrics)
    for adapter in adapters:
        application.router.add_routes(adapter.routes())
    return application


async def _add_headers(_request: web.Request, response: web.StreamResponse) -> None:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
