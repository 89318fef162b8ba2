"""The bot's token: whoever has it is the bot, so it goes to MAX's own host and nowhere else."""

from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.channels.max.calls import MaxAway, MaxCalls
from bot.channels.max.trust import context_of
from tests.support.towns.crossing import Crossing
from tests.support.towns.live import live_town


async def test_files_go_both_ways_without_the_token(tmp_path: Path) -> None:
    async with live_town(tmp_path, channels={"max"}, staff="web") as town:
        await Crossing(town, "max").until_the_first_answer()
        files = town.max.files

        assert files.uploads
        assert files.downloads
        assert town.violations() == []
        assert town.max.token not in town.process.output


@pytest.mark.parametrize("status", [301, 302, 307, 308])
async def test_a_redirect_takes_the_token_nowhere(status: int) -> None:
    reached: list[str] = []

    async def away(request: web.Request) -> web.Response:
        reached.append(request.headers.get("Authorization", ""))
        return web.json_response({"user_id": 1})

    async def redirect(_: web.Request) -> web.Response:
        return web.Response(status=status, headers={"Location": str(elsewhere.make_url("/me"))})

    there, here = web.Application(), web.Application()
    there.router.add_get("/me", away)
    here.router.add_get("/me", redirect)
    async with TestServer(there) as elsewhere, TestServer(here) as server:
        calls = MaxCalls("a-token", str(server.make_url("/")), context_of(None))

        with pytest.raises(MaxAway):
            await calls("GET", "/me")

        await calls.close()
    assert reached == []
