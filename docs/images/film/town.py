"""The walk that films a town's own site with the chat on it."""

import asyncio

from aiohttp import web
from aiohttp.test_utils import TestServer

from docs.images.film.camera import WHEN, Film, snap

TOWN = """<!doctype html><html lang="ru"><title>Город Верхний</title>
<style>body{{font:17px sans-serif;margin:0;color:#222}}header{{background:#8b0000;color:#fff;padding:18px 40px;font-size:26px}}
main{{padding:20px 40px;max-width:640px}}</style>
<header>Город Верхний</header><main><h2>Новости</h2><p>Движение по улице Мира откроют в пятницу.</p>
<p>В субботу у Дома культуры — ярмарка.</p></main>{}</html>"""
ARMS = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 44 44"><path d="M4 3h36v22q0 12-18 17Q4 37 4 25z" fill="#8b0000"/>
<path d="M10 30l12-16 12 16z" fill="#fff"/><circle cx="22" cy="11" r="4" fill="#ffd54a"/></svg>"""


async def embedding(film: Film) -> None:
    """The chat on the town's own site, in its colour, with its coat of arms."""
    frame = f'<iframe src="{film.bot.url}/chat" width="400" height="560" style="position:fixed;right:24px;bottom:24px"></iframe>'
    loader = f'<script src="{film.bot.url}/static/embed.js" async></script>'
    shown = frame if WHEN == "before" else loader

    async def home(_request: web.Request) -> web.Response:
        return web.Response(text=TOWN.format(shown), content_type="text/html")

    application = web.Application()
    application.router.add_get("/", home)
    async with TestServer(application) as site:
        if WHEN == "after":
            arms = film.bot.folder / "arms.svg"
            await asyncio.to_thread(arms.write_text, ARMS)
            await film.starts_anew(
                MCU_WEB_EMBED=str(site.make_url("/")).rstrip("/"),
                MCU_COLOUR="#8b0000",
                MCU_LOGO=str(arms),
            )
            shown = f'<script src="{film.bot.url}/static/embed.js" async></script>'
        page = await film.blank()
        await page.goto(str(site.make_url("/")))
        if WHEN == "after":
            await page.get_by_role("button", name="Чат с городом").click()
            chat = page.frame_locator("iframe")
            await chat.locator("#start").click()
            await chat.locator("#log .buttons").first.wait_for()
        await snap(page, "22-embed")
