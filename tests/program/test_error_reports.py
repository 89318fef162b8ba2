"""Errors go to Sentry where one is named: the kind and the place, never anybody's words."""

import asyncio
import gzip
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from tests.support.towns.crossing import DESCRIPTION, PRIVATE, Crossing, found_in
from tests.support.towns.live import live_town


class Sentry:
    """Takes envelopes as a Sentry server does."""

    def __init__(self) -> None:
        self.bodies: list[str] = []
        self.came = asyncio.Event()
        application = web.Application()
        application.router.add_post("/api/1/envelope/", self._take)
        self.server = TestServer(application)

    @property
    def dsn(self) -> str:
        return f"http://a-key-of-a-project@127.0.0.1:{self.server.port}/1"

    async def _take(self, request: web.Request) -> web.Response:
        body = await request.read()
        if body[:2] == b"\x1f\x8b":  # where aiohttp left it packed
            body = gzip.decompress(body)
        self.bodies.append(body.decode())
        self.came.set()
        return web.json_response({})

    def events(self) -> list[dict[str, Any]]:
        return [
            json.loads(line)
            for body in self.bodies
            for line in body.splitlines()
            if '"level"' in line
        ]


@pytest.fixture
async def sentry() -> AsyncIterator[Sentry]:
    sentry = Sentry()
    await sentry.server.start_server()
    yield sentry
    await sentry.server.close()


async def test_an_error_is_reported_without_anybodys_words(tmp_path: Path, sentry: Sentry) -> None:
    async with live_town(
        tmp_path, channels={"telegram"}, staff="telegram", environ={"MCU_SENTRY_DSN": sentry.dsn}
    ) as town:
        crossing = Crossing(town, "telegram")
        await crossing.agrees()
        town.telegram.fail_next("sendMessage", 400, times=2)
        await crossing.anna.says("/help")
        await asyncio.wait_for(sentry.came.wait(), 30)
        await crossing.files()
        await crossing.is_on_a_card()
        assert await town.process.stop() == 0

    (first, *_) = sentry.events()
    assert first["message"]
    assert first["level"] == "error"
    assert first["tags"]["channel"] == "telegram"
    whole = "\n".join(sentry.bodies)
    assert found_in(whole, *PRIVATE, DESCRIPTION, town.telegram.token) == []
    assert sentry.dsn not in town.process.output
    assert "a-key-of-a-project" not in town.process.output


async def test_nothing_is_reported_where_nobody_is_named(tmp_path: Path, sentry: Sentry) -> None:
    async with live_town(tmp_path, channels={"telegram"}, staff="telegram") as town:
        crossing = Crossing(town, "telegram")
        await crossing.agrees()
        town.telegram.fail_next("sendMessage", 400, times=2)
        await crossing.anna.says("/help")
        await town.process.logs("message_refused")

    assert sentry.bodies == []
