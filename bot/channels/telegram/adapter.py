"""The adapter of Telegram: receiving, sending, editing, files."""

from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing
from functools import partial
from typing import Any

import structlog
from aiogram import Bot
from aiogram.client.telegram import PRODUCTION, TelegramAPIServer
from aiogram.methods import Response, TelegramMethod
from aiohttp import ClientError, ClientResponseError
from aiohttp.web import RouteDef, post

from bot.channels import Parts, revealed
from bot.channels.piecewise import PieceRefused, Piecewise
from bot.channels.telegram import staff_chats, topics
from bot.channels.telegram.check import check_telegram
from bot.channels.telegram.errors import RequestRefused, redacted, translated
from bot.channels.telegram.events import CHANNEL
from bot.channels.telegram.receiving import WEBHOOK_PATH, Intake, Webhook
from bot.channels.telegram.requests import EditMessageCaption, EditText, PlainRequest, Session
from bot.channels.telegram.sending import (
    GROUP_LIMITS,
    NO_PREVIEW,
    TELEGRAM_LIMITS,
    TELEGRAM_RATE,
    inline_markup,
    pieces,
    request,
)
from bot.failures import (
    CannotEdit,
    FileGone,
    FileTooLarge,
    Moved,
    RetryLater,
    Undeliverable,
    Untold,
)
from bot.protocol import EventSink, FileSource, Finding, Limits, Part, Standing
from config.lengths import units
from config.texts import Texts
from storage.messages import Address, Event

COMMANDS = ("new", "my", "help", "data", "link", "start")  # in the menu
CALL_SECONDS = 30
FILE_SECONDS = 300  # 50 MB up or 20 MB down over a slow line

log = structlog.get_logger()


class TelegramAdapter:
    """The Telegram channel, by means of aiogram's Bot and types.

    ``webhook`` is the public address of this server; None means polling. ``commands`` are the lines
    of the menu as (command, description). ``pause`` is the first wait in seconds after a failed
    poll.
    """

    channel = CHANNEL
    rate = TELEGRAM_RATE
    examines = False

    def __init__(
        self,
        token: str,
        files: FileSource,
        texts: Texts,
        *,
        api_url: str | None = None,
        webhook: str | None = None,
        secret: str | None = None,
        commands: Sequence[tuple[str, str]] = (),
        pause: float = 1.0,
    ) -> None:
        if webhook and not secret:
            raise ValueError("a webhook without a secret would believe anyone")
        server = TelegramAPIServer.from_base(api_url) if api_url else PRODUCTION
        self._bot = Bot(token, session=Session(api=server, timeout=CALL_SECONDS))
        self.account = str(self._bot.id)
        self.polls = not webhook
        self._files = files
        self._texts = texts
        self._webhook = Webhook(webhook, secret) if webhook and secret else None
        self._intake = Intake(self._bot, self._webhook, commands, pause=pause)
        # pydantic holds these models weakly, and builds each again (5 ms) once it was collected.
        self._models = (Response[Any], Response[bool])
        self._piecewise = Piecewise()

    def limits_of(self, chat: str) -> Limits:
        """Return the limits of ``chat``: those of a group, or of a private chat."""
        return GROUP_LIMITS if is_group(chat) else TELEGRAM_LIMITS

    async def start(self, inbox: EventSink) -> None:
        """Set up the webhook or polling, and the menu; ``receive`` tries it again if need be."""
        await self._intake.start(inbox)

    async def receive(self) -> None:
        """Poll until cancelled; with a webhook, look whether it is still ours."""
        await self._intake.receive()

    async def read_again(self, raw: Any) -> Event | None:
        """Decode a parked update; ask Telegram for the bot's name if it is not known yet."""
        return await self._intake.read_again(raw)

    async def invitation(self, code: str) -> str:
        """Return the link that starts the bot with a code. Raises RetryLater."""
        with translated(self._bot.token):
            return f"https://t.me/{await self._intake.username()}?start={code}"

    def routes(self) -> Sequence[RouteDef]:
        """Return the route of the webhook; none if the bot polls."""
        return [post(WEBHOOK_PATH, self._intake.handle)] if self._webhook else []

    async def send(self, to: Address, part: Part, *, key: int, reply_to: str = "") -> list[str]:
        """Send one part; return the ids of its messages, the one with the text first."""
        return await self._piecewise.send(
            key, pieces(part), partial(self._send_piece, to, reply_to=reply_to)
        )

    async def edit(self, to: Address, message: str, part: Part) -> None:
        """Change the text and the buttons of a sent message."""
        chat_id, message_id = topics.group_of(to), int(message)
        buttons = inline_markup(part)
        edited = EditText(
            {
                "chat_id": chat_id,
                "message_id": message_id,
                "text": part.text,
                "reply_markup": buttons,
                "link_preview_options": NO_PREVIEW,
            }
        )
        try:
            await self._edit(to, edited)
        except RequestRefused as refusal:
            has_caption = "no text in the message to edit" in str(refusal).lower()
            if not has_caption or units(part.text) > TELEGRAM_LIMITS.caption:
                raise CannotEdit(str(refusal)) from None
            captioned = EditMessageCaption(
                chat_id=chat_id, message_id=message_id, caption=part.text, reply_markup=buttons
            )
            try:
                await self._edit(to, captioned)
            except RequestRefused as again:
                raise CannotEdit(str(again)) from None

    async def fetch(self, ref: str) -> AsyncIterator[bytes]:
        """Yield the bytes of a file that was sent to the bot; Telegram gives files up to 20 MB."""
        try:
            with translated(self._bot.token):
                path = (await self._bot.get_file(ref)).file_path
        except RequestRefused as refusal:
            if "temporarily unavailable" in str(refusal):
                raise RetryLater(str(refusal)) from None
            if "too big" in str(refusal):
                raise FileTooLarge from None
            raise FileGone(str(refusal)) from None
        except Undeliverable as refusal:
            raise FileGone(str(refusal)) from None
        if not path:
            raise FileGone("Telegram names no path for this file")
        url = self._bot.session.api.file_url(self._bot.token, path)
        try:
            content = self._bot.session.stream_content(url, timeout=FILE_SECONDS)
            async with aclosing(content):
                async for chunk in content:
                    yield chunk
        except ClientResponseError as error:
            if 400 <= error.status < 500:
                raise FileGone(f"status {error.status}") from None
            raise RetryLater(f"status {error.status}") from None
        except (ClientError, OSError) as error:
            raise RetryLater(redacted(error, self._bot.token)) from None

    async def check(self, staff_chat: Address | None) -> list[Finding]:
        """Check the token, the webhook, and the rights in a staff chat that is in Telegram."""
        chat = staff_chat if staff_chat and staff_chat.channel == CHANNEL else None
        webhook = self._webhook.url if self._webhook else None
        return await check_telegram(self._bot, self._texts, webhook=webhook, staff_chat=chat)

    async def ways_in(self, chat: str) -> Sequence[str]:
        """Return the ways in which strangers can come into the group. Raises Untold."""
        return await staff_chats.ways_in(self._bot, self._texts, chat)

    async def standing(self, chat: str, account: str) -> Standing:
        """The account's standing in the group. Raises Untold."""
        return await staff_chats.standing(self._bot, chat, account)

    async def close(self) -> None:
        """Close the connections."""
        await self._intake.close()
        await self._bot.session.close()

    async def _send_piece(self, to: Address, piece: Part, *, reply_to: str) -> list[str]:
        """Send a piece; return the ids of its messages. Raises PieceRefused."""
        private = not is_group(to.chat)
        try:
            uploads = [file.key for file in piece.attachments if not file.ref]
            for key in uploads:
                await self._files.size(key)  # what is gone is known before anything goes
            return await self._sent(to, piece, reply_to, FILE_SECONDS if uploads else CALL_SECONDS)
        except (RequestRefused, FileGone, FileNotFoundError) as refusal:
            where = "private" if private else to.chat  # who it was for is no business of a log
            log.warning("telegram_message_refused", chat=where, reason=str(refusal))
            raise PieceRefused(str(refusal)) from None

    async def _sent(self, to: Address, piece: Part, reply_to: str, seconds: int) -> list[str]:
        """Send a piece to its topic; to the group itself if its topics were switched off."""
        private = not is_group(to.chat)
        method = request(to, piece, private=private, reply_to=reply_to, files=self._files)
        try:
            sent = await self._ask(method, seconds)
        except (RequestRefused, Undeliverable) as refusal:
            if not to.topic or not topics.is_missing(refusal) or await self._has_topics(to):
                raise
            return await self._sent(to.group, piece, reply_to, seconds)
        return [str(m["message_id"]) for m in (sent if isinstance(sent, list) else [sent])]

    async def _has_topics(self, chat: Address) -> bool:
        try:
            return await staff_chats.has_topics(self._bot, chat.group.chat)
        except Untold as untold:
            raise RetryLater(str(untold)) from None

    async def _ask(self, method: PlainRequest | TelegramMethod[Any], seconds: int) -> Any:
        """Make a request; return the answer as it came."""
        asked: Any = method  # a plain request has what a Bot reads of a method
        with translated(self._bot.token):
            return await self._bot(asked, request_timeout=seconds)

    async def _edit(self, to: Address, method: PlainRequest | TelegramMethod[Any]) -> None:
        try:
            await self._ask(method, CALL_SECONDS)
        except Moved:
            raise CannotEdit("the message stayed in the old group") from None
        except RequestRefused as refusal:
            if "message is not modified" not in str(refusal):
                raise


def make(parts: Parts) -> TelegramAdapter:
    """Return the adapter of this installation's bot."""
    settings, texts = parts.settings, parts.texts
    return TelegramAdapter(
        revealed(settings.telegram_token),
        parts.store,
        texts,
        api_url=settings.telegram_api_url,
        webhook=settings.public_url,
        secret=revealed(settings.telegram_secret),
        commands=[(name, texts(f"command-{name}")) for name in COMMANDS],
    )


def is_group(chat: str) -> bool:
    """Whether the chat is a group or channel: Telegram gives these negative ids."""
    return chat.startswith("-")
