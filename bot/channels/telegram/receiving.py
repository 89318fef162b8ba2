"""Updates from Telegram, by a polling loop of our own or by the webhook.

aiogram's dispatcher acknowledges updates before their handlers finish, and loses a whole batch if
it does not know one update. So neither it nor its types are used: each update is decoded by itself,
and acknowledged after it was kept.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hmac import compare_digest
from typing import Any

import structlog
from aiogram import Bot
from aiogram.exceptions import (
    TelegramAPIError,
    TelegramBadRequest,
    TelegramConflictError,
    TelegramNotFound,
    TelegramUnauthorizedError,
)
from aiogram.methods import TelegramMethod
from aiogram.types import BotCommand
from aiohttp import web
from pydantic import Field

from bot.channels.telegram.contact import Rivals, WebhookWatch, last_contact
from bot.channels.telegram.errors import named, redacted, wait_asked_by
from bot.channels.telegram.events import CHANNEL, to_event
from bot.channels.telegram.updates import ALLOWED_UPDATES, read_update
from bot.failures import NothingReadable, Unavailable
from bot.growing_pause import GrowingPause
from bot.http.bodies import json_in
from bot.inbox.bringing import Taking, bring
from bot.protocol import EventSink
from bot.watch import metrics
from storage.messages import Event

WEBHOOK_PATH = "/webhook/telegram"
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105  a header's name
POLL_SECONDS = 25
CALL_SECONDS = 15
LOOK_EVERY = 600.0  # seconds between two looks at the webhook
MAX_BODY = 1024 * 1024
LONGEST_PAUSE = 60.0

log = structlog.get_logger()


class RawUpdates(TelegramMethod[list[dict[str, Any]]]):
    """A getUpdates request whose answer is not decoded."""

    __returning__ = list[dict[str, Any]]
    __api_method__ = "getUpdates"

    offset: int | None = None
    timeout: int = POLL_SECONDS
    allowed_updates: list[str] = Field(default_factory=lambda: list(ALLOWED_UPDATES))


@dataclass(frozen=True, slots=True)
class Strange:
    """An update that could not be decoded; ``error`` says why, ``sender`` who sent it."""

    error: str
    sender: Event | None = None


@dataclass(frozen=True, slots=True)
class Webhook:
    """The address of this server for Telegram, and the secret that Telegram sends along."""

    public_url: str
    secret: str

    @property
    def url(self) -> str:
        """The address to which Telegram sends updates."""
        return self.public_url.rstrip("/") + WEBHOOK_PATH


class Intake:
    """Brings updates to the inbox.

    ``pause`` is the first wait in seconds after a failure; the next ones grow.
    """

    def __init__(
        self,
        bot: Bot,
        webhook: Webhook | None,
        commands: Sequence[tuple[str, str]],
        *,
        pause: float = 1.0,
    ) -> None:
        self._bot = bot
        self._webhook = webhook
        self._commands = [BotCommand(command=name, description=text) for name, text in commands]
        self._first_pause = pause
        self._inbox: EventSink | None = None
        self._username = ""
        self._ready = False
        self._offset: int | None = None  # Telegram keeps it; ours only confirms
        self._answers: set[asyncio.Task[None]] = set()
        self._contact = last_contact()
        self._rivals = Rivals()
        self._watch = WebhookWatch(bot, webhook.url) if webhook else None

    async def start(self, inbox: EventSink) -> None:
        """Set up the webhook or polling. If Telegram is away, ``receive`` tries again."""
        self._inbox = inbox
        try:
            await self._set_up()
        except Exception as error:  # noqa: BLE001  a messenger that is away must not stop the start
            self._log_trouble(error)

    async def receive(self) -> None:
        """Poll until cancelled; with a webhook, look whether it is still ours."""
        pause = GrowingPause(self._first_pause, LONGEST_PAUSE)
        while True:
            try:
                if not self._ready:
                    await self._set_up()
                if self._watch:
                    self._ready = await self._watch.look(self._ready_inbox(), datetime.now(UTC))
                    if self._ready:
                        await asyncio.sleep(LOOK_EVERY)
                else:
                    await self._poll()
                pause.reset()
            except Exception as error:  # noqa: BLE001  whatever it was, the channel goes on
                self._log_trouble(error)
                # Someone else may have set a webhook meanwhile: take it away again.
                if isinstance(error, TelegramConflictError):
                    self._ready = False
                    await self._note_rival()
                await asyncio.sleep(wait_asked_by(error) or pause.again())

    async def _note_rival(self) -> None:
        try:
            await self._rivals.seen(self._ready_inbox(), datetime.now(UTC))
        except Unavailable as error:  # it will be seen again
            self._log_trouble(error)

    async def handle(self, http: web.Request) -> web.Response:
        """Answer a request to the webhook.

        The status is 200 only after the update was kept; otherwise Telegram sends the update again.
        """
        given = http.headers.get(SECRET_HEADER, "").encode(errors="surrogateescape")
        if not (self._webhook and compare_digest(given, self._webhook.secret.encode())):
            log.warning("telegram_webhook_secret_wrong")
            return web.Response(status=403)
        raw = await json_in(http, MAX_BODY)
        if not isinstance(raw, dict) or not isinstance(raw.get("update_id"), int):
            log.warning("telegram_webhook_body_wrong")
            return web.Response(status=400)
        try:
            if not self._username:
                await self._learn_username()
            await self._take(raw, self._read(raw))
            if self._watch:
                self._watch.brought()
        except (Unavailable, TelegramAPIError) as error:
            self._log_trouble(error)
            return web.Response(status=503)
        if query := _query_of(raw):  # a call that Telegram takes from here costs no request
            return web.json_response({"method": "answerCallbackQuery", "callback_query_id": query})
        return web.Response()

    async def close(self) -> None:
        """Cancel the calls that stop the spinners of buttons: they are only a courtesy."""
        for task in self._answers:
            task.cancel()
        await asyncio.gather(*self._answers, return_exceptions=True)

    async def _set_up(self) -> None:
        await self._learn_username()
        if self._webhook:
            await self._bot.set_webhook(
                self._webhook.url,
                secret_token=self._webhook.secret,
                allowed_updates=list(ALLOWED_UPDATES),
                request_timeout=CALL_SECONDS,
            )
        else:
            # What waits is kept: drop_pending_updates stays off.
            await self._bot.delete_webhook(request_timeout=CALL_SECONDS)
        try:
            await self._bot.set_my_commands(self._commands, request_timeout=CALL_SECONDS)
        except TelegramBadRequest as error:  # a menu is no reason to stay away
            log.error("telegram_commands_refused", reason=error.message)  # noqa: TRY400
        self._ready = True
        log.info("telegram_ready", bot=self._username, webhook=bool(self._webhook))

    async def _learn_username(self) -> None:
        me = await self._bot.get_me(request_timeout=CALL_SECONDS)
        self._username = me.username or ""

    async def _poll(self) -> None:
        updates = await self._bot(
            RawUpdates(offset=self._offset), request_timeout=POLL_SECONDS + CALL_SECONDS
        )
        metrics.reached(CHANNEL)
        await self._contact.made(self._ready_inbox(), datetime.now(UTC))
        if updates:
            await self._take_all(updates)
            self._offset = max(raw["update_id"] for raw in updates) + 1

    async def _take_all(self, updates: Sequence[dict[str, Any]]) -> None:
        """Bring a batch to the inbox.

        Raises the first error after all are through; the whole batch then comes again, and the
        inbox knows what it has.
        """
        arrived: list[tuple[bool, str, Taking]] = []
        for raw in updates:
            read = self._read(raw)
            chat = (read.private, read.address.chat) if isinstance(read, Event) else (False, "")
            arrived.append((*chat, self._take_polled(raw, read)))
        await bring(arrived)

    def _read(self, raw: dict[str, Any]) -> Event | Strange | None:
        try:
            return self._decoded(raw)
        except NothingReadable as error:
            return Strange(named(error), error.sender)
        except Exception as error:  # noqa: BLE001  one strange update must not hold up the rest
            return Strange(named(error))

    def _decoded(self, raw: dict[str, Any]) -> Event | None:
        return to_event(read_update(raw), username=self._username, now=datetime.now(UTC))

    async def read_again(self, raw: dict[str, Any]) -> Event | None:
        """Decode a parked update. Raises TelegramAPIError, and what decoding raises."""
        await self.username()
        return self._decoded(raw)

    async def username(self) -> str:
        """Return the bot's own name, without @; ask for it if it is not known yet."""
        if not self._username:
            await self._learn_username()
        return self._username

    async def _take(self, raw: dict[str, Any], read: Event | Strange | None) -> None:
        """Keep one update. Raises Unavailable."""
        inbox = self._ready_inbox()
        if isinstance(read, Strange):
            log.warning("telegram_update_parked", update=raw["update_id"], reason=read.error)
            await inbox.park(CHANNEL, str(raw["update_id"]), raw, read.error, read.sender)
        elif read is not None:
            await inbox.accept(read)

    async def _take_polled(self, raw: dict[str, Any], read: Event | Strange | None) -> None:
        """Keep one update and stop the spinner of a button. Raises Unavailable."""
        await self._take(raw, read)
        if query := _query_of(raw):
            task = asyncio.create_task(self._stop_spinner(query))
            self._answers.add(task)
            task.add_done_callback(self._answers.discard)

    async def _stop_spinner(self, query_id: str) -> None:
        try:
            await self._bot.answer_callback_query(query_id, request_timeout=CALL_SECONDS)
        except Exception as error:  # noqa: BLE001  the press was kept; the spinner ends by itself
            log.debug("telegram_press_not_answered", reason=redacted(error, self._bot.token))

    def _ready_inbox(self) -> EventSink:
        if self._inbox is None:
            raise Unavailable("start was not called")
        return self._inbox

    def _log_trouble(self, error: Exception) -> None:
        reason = redacted(error, self._bot.token)
        match error:
            case TelegramUnauthorizedError() | TelegramNotFound():
                log.error("telegram_token_refused", hint="take a new one from BotFather")
            case TelegramConflictError():
                log.error("telegram_token_in_use", reason=reason)
            case Unavailable():
                log.warning("telegram_inbox_unavailable")
            case TelegramAPIError():
                log.warning("telegram_away", reason=reason)
            case _:
                log.error("telegram_receiving_failed", reason=reason)


def _query_of(raw: dict[str, Any]) -> str:
    """The id of a press, whose button shows a spinner until it is answered; empty: no press."""
    query = raw.get("callback_query")
    return str(query["id"]) if isinstance(query, dict) and "id" in query else ""
