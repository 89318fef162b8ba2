"""The peer: a bare aiogram bot in webhook mode that says back what it is told, and keeps nothing."""

import asyncio
import os

from aiogram import Bot, Dispatcher
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.types import CallbackQuery, Message
from aiogram.webhook.aiohttp_server import SimpleRequestHandler, setup_application
from aiohttp import web


async def said(message: Message) -> None:
    """A text: the same back."""
    await message.answer(message.text or "")


async def pressed(query: CallbackQuery) -> None:
    """A button: its spinner stopped, its data back."""
    await query.answer()
    if isinstance(query.message, Message):
        await query.message.answer(query.data or "")


def run(dispatcher: Dispatcher) -> None:
    """Serve a dispatcher's webhook until killed."""
    server = TelegramAPIServer.from_base(os.environ["MCU_TELEGRAM_API_URL"])
    bot = Bot(os.environ["MCU_TELEGRAM_TOKEN"], session=AiohttpSession(api=server))
    application = web.Application()
    # Answered before the handlers are done, as is the handler's own way: it costs the peer least.
    handler = SimpleRequestHandler(dispatcher, bot, secret_token=os.environ["MCU_TELEGRAM_SECRET"])
    handler.register(application, path="/webhook/telegram")
    setup_application(application, dispatcher, bot=bot)
    application.router.add_get("/healthz", _healthy)
    asyncio.run(_listen(application))


async def _listen(application: web.Application) -> None:
    """Serve on a free port, and say which."""
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    print(f"event=ready port={runner.addresses[0][1]}", flush=True)
    await asyncio.Event().wait()


async def _healthy(_request: web.Request) -> web.Response:
    return web.Response()


def main() -> None:
    """Run until killed."""
    dispatcher = Dispatcher()
    dispatcher.message.register(said)
    dispatcher.callback_query.register(pressed)
    run(dispatcher)


if __name__ == "__main__":
    main()
