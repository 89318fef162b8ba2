"""The adapter of MAX: receiving, sending, editing, files."""

import hashlib
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from aiohttp.web import RouteDef, post

from bot.channels import Parts, revealed
from bot.channels.contact import LastContact
from bot.channels.max import staff_chats
from bot.channels.max.calls import MaxAway, MaxCalls, MaxError
from bot.channels.max.check import check
from bot.channels.max.files import MaxFiles, is_of_max
from bot.channels.max.marker import Marker
from bot.channels.max.reading.events import CHANNEL
from bot.channels.max.receiving import Intake
from bot.channels.max.sending import MAX_LIMITS, MAX_RATE, MaxSending
from bot.channels.max.subscription import WEBHOOK_PATH, Subscription
from bot.channels.max.trust import context_of
from bot.failures import RetryLater
from bot.protocol import EventSink, FileSource, Finding, Limits, Part, Standing
from config.texts import Texts
from storage.messages import Address, Event

COMMANDS = ("new", "my", "help", "data", "link", "start")  # in the menu
KEPT = timedelta(hours=24)  # an update, by MAX
CONTACT = "max-contact"  # the channel's own cursor is the marker of what was read


class MaxAdapter:
    """The MAX channel. Chats are ``chat_id``, dialogs too; messages are their ``mid``.

    ``webhook`` is the public address of this server; None means polling. ``commands`` are the lines
    of the menu as (command, description). ``certificates`` is a PEM file in place of the bundle.
    ``pause`` is the first wait in seconds after a failure to receive.
    """

    channel = CHANNEL
    rate = MAX_RATE
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
        certificates: Path | None = None,
        commands: Sequence[tuple[str, str]] = (),
        pause: float = 1.0,
    ) -> None:
        if webhook and not secret:
            raise ValueError("a webhook without a secret would believe anyone")
        trust = context_of(certificates)
        # A token does not say whose it is; replicas with the same one share its duties.
        self.account = hashlib.sha256(token.encode()).hexdigest()[:16]
        self.polls = not webhook
        self._texts = texts
        self._certificates = certificates
        self._calls = MaxCalls(token, api_url, trust)
        self._files = MaxFiles(self._calls, files, trust, any_server=not is_of_max(api_url))
        self._sending = MaxSending(self._calls, self._files, texts)
        contact = LastContact(CHANNEL, CONTACT, KEPT)
        self._subscription = (
            Subscription(self._calls, webhook, secret, contact) if webhook and secret else None
        )
        self._intake = Intake(
            self._calls,
            self._subscription,
            secret or "",
            contact,
            Marker(self.account),
            commands,
            pause=pause,
        )

    def limits_of(self, chat: str) -> Limits:
        """Return the limits of ``chat``: dialogs and groups have the same."""
        return MAX_LIMITS

    async def start(self, inbox: EventSink) -> None:
        """Set up the webhook or polling, and the menu; ``receive`` tries it again if need be."""
        await self._intake.start(inbox)

    async def receive(self) -> None:
        """Poll until cancelled; with a webhook, look whether it is still ours."""
        await self._intake.receive()

    async def read_again(self, raw: Any) -> Event | None:
        """Decode a parked update; ask MAX for the bot's name if it is not known yet."""
        return await self._intake.read_again(raw)

    def routes(self) -> Sequence[RouteDef]:
        """Return the route of the webhook; none if the bot polls."""
        return [post(WEBHOOK_PATH, self._intake.handle)] if self._subscription else []

    async def send(self, to: Address, part: Part, *, key: int, reply_to: str = "") -> list[str]:
        """Send one part; return the ids of its messages, the one with the text first."""
        return await self._sending.send(to, part, key=key, reply_to=reply_to)

    async def edit(self, to: Address, message: str, part: Part) -> None:
        """Change the text, the files and the buttons of a sent message."""
        await self._sending.edit(to, message, part)

    def fetch(self, ref: str) -> AsyncIterator[bytes]:
        """Yield the bytes of a file that was sent to the bot."""
        return self._files.fetch(ref)

    async def check(self, staff_chat: Address | None) -> list[Finding]:
        """Check the token, trust, how updates come, and a staff chat that is in MAX."""
        chat = staff_chat.chat if staff_chat and staff_chat.channel == CHANNEL else None
        return await check(
            self._calls,
            self._texts,
            webhook=self._subscription.url if self._subscription else None,
            staff_chat=chat,
            certificates=self._certificates,
        )

    async def ways_in(self, chat: str) -> Sequence[str]:
        """Return the ways in which strangers can come into the group. Raises Untold."""
        return await staff_chats.ways_in(self._calls, self._texts, chat)

    async def standing(self, chat: str, account: str) -> Standing:
        """The account's standing in the group. Raises Untold."""
        return await staff_chats.standing(self._calls, chat, account)

    async def invitation(self, code: str) -> str:
        """Return the link that starts the bot with a code. Raises RetryLater."""
        try:
            name = await self._intake.username()
        except (MaxError, MaxAway) as error:
            raise RetryLater(str(error)) from None
        return f"https://max.ru/{name}?start={code}" if name else ""

    async def close(self) -> None:
        """Close the connections."""
        await self._calls.close()
        await self._files.close()


def make(parts: Parts) -> MaxAdapter:
    """Return the adapter of this installation's bot."""
    settings, texts = parts.settings, parts.texts
    return MaxAdapter(
        revealed(settings.max_token),
        parts.store,
        texts,
        api_url=settings.max_api_url,
        webhook=settings.public_url,
        secret=revealed(settings.max_secret),
        certificates=settings.max_ca,
        commands=[(name, texts(f"command-{name}")) for name in COMMANDS],
    )
