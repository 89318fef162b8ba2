"""The adapter of VK: messages to a community by long poll or Callback API, and our answers."""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import aiohttp
import structlog
from aiohttp import web

from bot.channels import Parts, revealed
from bot.channels.vk import staff_chats
from bot.channels.vk.batches import VkBatches
from bot.channels.vk.callback import VkCallback
from bot.channels.vk.calls import API_VERSION, VkAway, VkCalls, VkError
from bot.channels.vk.check import EVENTS, check
from bot.channels.vk.cropped import CroppedMessages
from bot.channels.vk.files import VkFiles
from bot.channels.vk.fresh_links import FreshLinks
from bot.channels.vk.pushes import PushWatch
from bot.channels.vk.reading.events import CHANNEL, event_id, to_event
from bot.channels.vk.receiving import LongPoll
from bot.channels.vk.sending import VkSending
from bot.failures import NothingReadable, Unavailable
from bot.inbox.bringing import bring
from bot.protocol import EventSink, FileSource, Finding, Grid, Limits, Part, Rate, Standing
from config.texts import Texts
from storage.messages import Address, Event

# dev.vk.com/api/bots/development/keyboard, November 2026. A text may have 9000 characters;
# 4096 leave room for the joiners of ``literal``, and clients cut longer ones in pieces anyway.
# A payload is {"p":"..."} within 255. VK counts requests, and one carries 25 messages (batches):
# what goes at once is bounded, so that an answer in a dialogue finds a request soon.
VK_LIMITS = Limits(
    text=4096,
    caption=4096,
    label=40,
    payload=240,
    inline=Grid(rows=6, columns=5, buttons=10),
    keyboard=Grid(rows=10, columns=5, buttons=40),
    location="inline",
    album=10,
)
VK_RATE = Rate(messages_per_second=200, at_once=100)

NAMES_KEPT = 10_000
NAMES_TIMEOUT = 5

log = structlog.get_logger()


class VkAdapter:
    """The VK channel. Message ids are ``conversation_message_id``, in private chats too.

    ``salt`` is a number that only this installation has: VK shows nothing for a ``random_id`` that
    a chat has seen before, so a new database must not begin at the numbers of an old one. ``pause``
    is the first wait in seconds after a failure to receive; the next ones grow.
    """

    channel = CHANNEL
    rate = VK_RATE
    examines = False

    def __init__(
        self,
        token: str,
        group_id: int,
        files: FileSource,
        texts: Texts,
        *,
        api_url: str | None = None,
        webhook: bool = False,
        secret: str | None = None,
        confirmation: str | None = None,
        salt: int = 0,
        pause: float = 1.0,
    ) -> None:
        self.account = str(group_id)
        self.polls = not webhook
        self._group_id = group_id
        self._texts = texts
        self._callback = VkCallback(group_id, secret, confirmation, self._take) if webhook else None
        self._calls = VkCalls(token, api_url)
        self._session: aiohttp.ClientSession | None = None
        self._batches = VkBatches(self._calls)
        self._files = VkFiles(
            self._batches,
            files,
            FreshLinks(self._batches, group_id),
            self._http if api_url else None,
        )
        self._sending = VkSending(self._batches, self._files, texts, salt)
        self._poll = LongPoll(self._calls, self._http, group_id, pause)
        self._pushes = PushWatch(self._calls, group_id)
        self._cropped = CroppedMessages(self._batches, pause)
        self._names: OrderedDict[str, str] = OrderedDict()
        self._answers: set[asyncio.Task[None]] = set()
        self._inbox: EventSink | None = None

    def limits_of(self, chat: str) -> Limits:
        """Return the limits of a chat: private chats and conversations have the same."""
        return VK_LIMITS

    # Receive

    async def start(self, inbox: EventSink) -> None:
        """Switch on the long poll and the events that we read, if the key has the right to do that.

        It also keeps the first ``ts``. So a message that is sent after the start is read, even if
        the program dies before it asked for updates.
        """
        self._inbox = inbox
        if self._callback:
            return
        try:
            await self._calls(
                "groups.setLongPollSettings",
                group_id=self._group_id,
                enabled=1,
                api_version=API_VERSION,
                **dict.fromkeys(EVENTS, 1),
            )
        except (VkError, VkAway) as error:
            log.warning("vk.settings_not_set", error=str(error))
        try:
            await self._poll.begin(inbox)
        except (VkError, VkAway, Unavailable, LookupError, TypeError) as error:
            log.warning("vk.not_receiving", error=type(error).__name__)

    async def receive(self) -> None:
        """Ask for updates until cancelled; with the Callback API, look whether they come."""
        if self._callback:
            await self._pushes.run(self._ready_inbox())
        else:
            await self._poll.run(self._ready_inbox(), self._take)

    async def _take(self, updates: Iterable[Any]) -> None:
        """Bring updates to the inbox. Raises Unavailable."""
        read = [(update, await self._read(update)) for update in updates]
        await self._learn_names({event.person.account for _, event in read if event})
        # What is asked for again comes later: in its chat nothing may overtake it.
        slow = {event.address for _, event in read if event and event.cropped}
        await bring(
            (
                event.private and event.address not in slow,
                event.address.chat,
                self._take_one(update, event),
            )
            for update, event in read
            if event
        )

    async def _take_one(self, update: Any, event: Event) -> None:
        if event.cropped:
            event = await self._cropped.completed(update, event, self._event_of)
        name = self._names.get(event.person.account, "")
        await self._ready_inbox().accept(replace(event, person=replace(event.person, name=name)))
        if update["type"] == "message_event":
            self._answer_press(update["object"])

    def _event_of(self, update: Any) -> Event | None:
        return to_event(update, group_id=self._group_id, now=datetime.now(UTC))

    async def _read(self, update: Any) -> Event | None:
        try:
            return self._event_of(update)
        except Exception as error:  # noqa: BLE001 - whatever is odd in an update, the rest goes on
            name = type(error).__name__  # its text may hold what a person wrote
            sender = error.sender if isinstance(error, NothingReadable) else None
            log.warning("vk.update_parked", id=event_id(update), error=name)
            await self._ready_inbox().park(CHANNEL, event_id(update), update, name, sender)
            return None

    async def read_again(self, raw: Any) -> Event | None:
        """Decode a parked update."""
        event = self._event_of(raw)
        if event is None:
            return None
        if event.cropped:
            event = await self._cropped.completed(raw, event, self._event_of)
        await self._learn_names({event.person.account})
        name = self._names.get(event.person.account, "")
        return replace(event, person=replace(event.person, name=name))

    async def _learn_names(self, accounts: Iterable[str]) -> None:
        """Look up unknown names; people stay without a name if VK does not answer."""
        unknown = sorted(account for account in accounts if account not in self._names)
        if not unknown:
            return
        try:
            async with asyncio.timeout(NAMES_TIMEOUT):
                users = await self._calls("users.get", user_ids=",".join(unknown))
            for user in users:
                name = f"{user.get('first_name', '')} {user.get('last_name', '')}".strip()
                self._names[str(user["id"])] = name
        except (VkError, VkAway, TimeoutError, LookupError, TypeError) as error:
            log.warning("vk.names_unknown", error=type(error).__name__)
        while len(self._names) > NAMES_KEPT:
            self._names.popitem(last=False)

    def _answer_press(self, press: dict[str, Any]) -> None:
        """Stop the spinner on a button. Nothing depends on it, so nothing waits for it."""
        task = asyncio.create_task(self._answer(press))
        self._answers.add(task)
        task.add_done_callback(self._answers.discard)

    async def _answer(self, press: dict[str, Any]) -> None:
        try:
            await self._batches(
                "messages.sendMessageEventAnswer",
                event_id=press["event_id"],
                user_id=press["user_id"],
                peer_id=press["peer_id"],
            )
        except (VkError, VkAway, LookupError) as error:
            log.info("vk.press_not_answered", error=type(error).__name__)

    def routes(self) -> Sequence[web.RouteDef]:
        """Return the route of the Callback API; none with the long poll."""
        return [web.post("/webhook/vk", self._callback.answer)] if self._callback else []

    # Send

    async def send(self, to: Address, part: Part, *, key: int, reply_to: str = "") -> list[str]:
        """Send one part; return the ids of its messages.

        Its ``random_id`` is made of ``key``: VK shows the part once, even if it is sent again.
        """
        return await self._sending.send(to.chat, part, key=key, reply_to=reply_to)

    async def edit(self, to: Address, message: str, part: Part) -> None:
        """Change the text and the buttons of a sent message. VK allows it for a day."""
        await self._sending.edit(to.chat, message, part)

    def fetch(self, ref: str) -> AsyncIterator[bytes]:
        """Yield the bytes of a file that was sent to us; for a video, its address."""
        return self._files.fetch(ref)

    # The rest

    async def check(self, staff_chat: Address | None) -> list[Finding]:
        """Check the key, its rights, how events come, and a staff chat that is in VK."""
        chat = staff_chat.chat if staff_chat and staff_chat.channel == CHANNEL else None
        return await check(
            self._calls, self._texts, self._group_id, webhook=not self.polls, staff_chat=chat
        )

    async def ways_in(self, chat: str) -> Sequence[str]:
        """Return the ways in which strangers can come into the conversation. Raises Untold."""
        return await staff_chats.ways_in(self._calls, self._texts, chat)

    async def standing(self, chat: str, account: str) -> Standing:
        """The account's standing in the conversation. Raises Untold."""
        return Standing(await staff_chats.is_inside(self._calls, chat, account))

    async def invitation(self, code: str) -> str:
        """Return the link that opens the community's dialogue with a code."""
        return f"https://vk.me/club{self._group_id}?ref={code}"

    async def close(self) -> None:
        """Close the connections and end the threads."""
        for task in list(self._answers):
            task.cancel()
        await asyncio.gather(*self._answers, return_exceptions=True)
        await self._batches.close()
        await self._calls.close()
        await self._files.close()
        if self._session:
            await self._session.close()

    def _http(self) -> aiohttp.ClientSession:
        if self._session is None:
            timeout = aiohttp.ClientTimeout(total=300, sock_connect=10, sock_read=60)
            self._session = aiohttp.ClientSession(timeout=timeout, trust_env=True)
        return self._session

    def _ready_inbox(self) -> EventSink:
        if self._inbox is None:
            raise Unavailable("not started")
        return self._inbox


def make(parts: Parts) -> VkAdapter:
    """Return the adapter of this installation's community."""
    settings = parts.settings
    return VkAdapter(
        revealed(settings.vk_token),
        settings.vk_group_id or 0,  # it is set if the token is
        parts.store,
        parts.texts,
        api_url=settings.vk_api_url,
        webhook=bool(settings.public_url),
        secret=revealed(settings.vk_secret),
        confirmation=settings.vk_confirmation,
        salt=parts.salt,
    )
