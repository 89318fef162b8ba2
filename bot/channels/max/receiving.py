"""Updates from MAX, by a polling loop or by the webhook; each is decoded by itself.

They are acknowledged after they were kept: the marker moves after the commit, and the webhook
answers 200 only then. While any subscription exists, polling gives empty pages without an error
(read 2026-11), so whoever polls takes all of them away first.
"""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from hmac import compare_digest
from typing import Any

import structlog
from aiohttp import web

from bot.channels.contact import LastContact
from bot.channels.max.calls import MaxAway, MaxCalls, MaxError
from bot.channels.max.marker import Marker
from bot.channels.max.reading.events import (
    CHANNEL,
    NO_NEWS,
    TYPES,
    event_id,
    has_nothing,
    kind_of,
    to_event,
)
from bot.channels.max.subscription import Subscription, urls
from bot.channels.max.troubles import log_trouble, wait_asked_by
from bot.failures import NothingReadable, Unavailable
from bot.growing_pause import GrowingPause
from bot.http.bodies import json_in
from bot.inbox.bringing import Taking, bring
from bot.protocol import EventSink
from bot.recent import Recent
from bot.watch import metrics
from storage.messages import Event

SECRET_HEADER = "X-Max-Bot-Api-Secret"  # noqa: S105 - a header's name
MAX_BODY = 4 * 1024 * 1024
# In force since 11.05.2026: 2 requests a second, 30 seconds, 100 updates, kept for 24 hours.
POLL_SECONDS = 25
POLL_EVERY = 0.6  # the way there takes its time: at 0.5 the third came within a second of the first
MOST_UPDATES = 100
MOST_PAGES = 100  # to catch up with
CATCHING_UP = 3  # times that no answer comes: then go on without
LOOK_EVERY = 3600.0  # seconds between two looks at the subscriptions
LONGEST_PAUSE = 60.0
MOST_CHATS = 10_000

log = structlog.get_logger()


class Intake:
    """Brings updates to the inbox.

    ``commands`` are the lines of the menu as (command, description). ``pause`` is the first wait in
    seconds after a failure; the next ones grow.
    """

    def __init__(
        self,
        calls: MaxCalls,
        subscription: Subscription | None,
        secret: str,
        contact: LastContact,
        marker: Marker,
        commands: Sequence[tuple[str, str]],
        *,
        pause: float = 1.0,
    ) -> None:
        self._calls = calls
        self._subscription = subscription
        self._secret = secret.encode()
        self._commands = [{"name": name, "description": text} for name, text in commands]
        self._first_pause = pause
        self._inbox: EventSink | None = None
        self._me = ""
        self._username = ""
        self._ready = False
        self._shows_menu = False
        self._looked: float | None = None  # at the subscriptions, on the loop's clock
        self._marker: str | None = None
        self._not_caught_up = 0  # times in a row
        self._kept = marker
        self._contact = contact
        self._chats: Recent[str, str] = Recent(MOST_CHATS)  # dialogs, by account
        self._came: Recent[str, datetime] = Recent(MOST_CHATS)  # what was newest, by account

    async def start(self, inbox: EventSink) -> None:
        """Set up the webhook or polling. If MAX is away, ``receive`` tries again."""
        self._inbox = inbox
        try:
            await self._set_up()
        except Exception as error:  # noqa: BLE001 - a messenger that is away must not stop the start
            log_trouble(error)

    async def receive(self) -> None:
        """Poll until cancelled; with a webhook, look whether it is still ours."""
        pause = GrowingPause(self._first_pause, LONGEST_PAUSE)
        self._marker = None  # another replica may have read on meanwhile
        while True:
            try:
                if not self._ready:
                    await self._set_up()
                if self._subscription:
                    now = datetime.now(UTC)
                    await self._subscription.look(self._ready_inbox(), now, self._catch_up)
                    await self._show_menu()
                    await asyncio.sleep(LOOK_EVERY)
                else:
                    await self._poll()
                pause.reset()
            except Exception as error:  # noqa: BLE001 - nothing was acknowledged: try again
                log_trouble(error)
                self._looked = None  # somebody may have subscribed meanwhile: 405
                self._marker = None
                await asyncio.sleep(wait_asked_by(error) or pause.again())

    async def handle(self, http: web.Request) -> web.Response:
        """Answer a request to the webhook.

        The status is 200 only after the update was kept; otherwise MAX sends the update again.
        """
        given = http.headers.get(SECRET_HEADER, "").encode(errors="surrogateescape")
        if not (self._subscription and compare_digest(given, self._secret)):
            log.warning("max_webhook_secret_wrong")
            return web.Response(status=403)
        update = await json_in(http, MAX_BODY)
        if not kind_of(update):
            log.warning("max_webhook_body_wrong")
            return web.Response(status=400)
        try:
            if not self._me:
                await self._learn_name()
            await self._take(update, self._read(update))
        except (Unavailable, MaxAway, MaxError) as error:
            self._subscription.failed(datetime.now(UTC))
            log_trouble(error)
            return web.Response(status=503)
        self._subscription.brought()
        return web.Response()

    async def read_again(self, raw: Any) -> Event | None:
        """Decode a parked update. Raises MaxError, MaxAway, and what decoding raises."""
        if not self._me:
            await self._learn_name()
        return self._decoded(raw)

    async def _set_up(self) -> None:
        await self._learn_name()
        if self._subscription:
            now = datetime.now(UTC)
            await self._subscription.begin(self._ready_inbox(), now, self._catch_up)
        else:
            await self._end_subscriptions()
        await self._show_menu()
        self._ready = True
        log.info("max_ready", bot=self._username, webhook=bool(self._subscription))

    async def _learn_name(self) -> None:
        me = await self._calls("GET", "/me")
        self._me, self._username = str(me["user_id"]), str(me.get("username") or "")

    async def _show_menu(self) -> None:
        """Show the commands; a menu is no reason to stay away, and is tried again at the next look."""
        if self._shows_menu:
            return
        try:
            await self._calls("PATCH", "/me/commands", body={"commands": self._commands})
        except MaxError as error:
            log.error("max_commands_refused", error=str(error))  # noqa: TRY400
        except MaxAway as error:
            log.warning("max_commands_not_taken", reason=str(error))
            return
        self._shows_menu = True

    async def username(self) -> str:
        """Return the bot's own name; ask for it if it is not known yet. Raises MaxError, MaxAway."""
        if not self._me:
            await self._learn_name()
        return self._username

    async def _end_subscriptions(self) -> None:
        """Take all subscriptions away: beside one nothing is given to who polls."""
        for url in await urls(self._calls):
            log.error("max_subscription_ended", hint="MCU_PUBLIC_URL is not set: we poll")
            await self._calls("DELETE", "/subscriptions", query={"url": url})
        self._looked = _now()

    async def _catch_up(self) -> None:
        """Take what waits for who polls: it came while nobody was subscribed.

        MAX keeps it for a day, and does not say that a new subscription would bring it (read 2026-11).
        Raises MaxAway ``CATCHING_UP`` times before it goes on without: one slow answer is no reason
        to lose what people said.
        """
        try:
            for _ in range(MOST_PAGES):
                if not await self._page(seconds=0):
                    break
        except (MaxError, MaxAway) as error:  # as when somebody else is subscribed
            if isinstance(error, MaxAway) and self._not_caught_up < CATCHING_UP:
                self._not_caught_up += 1
                raise
            log.warning("max_not_caught_up", reason=str(error))
        self._not_caught_up = 0

    async def _poll(self) -> None:
        if self._looked is None or _now() - self._looked >= LOOK_EVERY:
            await self._end_subscriptions()
            await self._show_menu()
        await self._page(POLL_SECONDS)

    async def _page(self, seconds: int) -> int:
        """Take a page of updates, which acknowledges the one before; return how many they are."""
        inbox = self._ready_inbox()
        if self._marker is None:
            self._marker = await self._kept.find(inbox)
        began = _now()
        since = {"marker": self._marker} if self._marker else {}
        query = {"limit": str(MOST_UPDATES), "timeout": str(seconds), **since}
        answer = await self._calls.at_once("GET", "/updates", query=query, seconds=seconds + 15.0)
        await self._contact.made(inbox, datetime.now(UTC))
        updates, marker = answer["updates"], answer.get("marker")
        await self._take_all(updates)
        # The next expected update; an empty page has one, too. Asking from it acknowledges.
        if marker is not None and str(marker) != self._marker:
            await self._kept.move(inbox, str(marker))
            self._marker = str(marker)
        await asyncio.sleep(max(0.0, began + POLL_EVERY - _now()))
        return len(updates)

    async def _take_all(self, updates: Sequence[Any]) -> None:
        """Bring a page to the inbox; raises the first error, then the whole page comes again."""
        arrived: list[tuple[bool, str, Taking]] = []
        for update in updates:
            read = self._read(update)
            chat = (read.private, read.address.chat) if isinstance(read, Event) else (False, "")
            arrived.append((*chat, self._take(update, read)))
        await bring(arrived)

    def _read(self, update: Any) -> Event | Exception | None:
        """Decode an update; the error if that cannot be done."""
        try:
            return self._decoded(update)
        except Exception as error:  # noqa: BLE001 - one strange update must not hold up the rest
            return error

    def _decoded(self, update: Any) -> Event | None:
        event = to_event(
            update,
            me=self._me,
            username=self._username,
            now=datetime.now(UTC),
            chats=self._chats,
        )
        if event and event.private:
            account = event.person.account
            if event.change == "blocked" and event.at < self._came.get(account, event.at):
                return None  # a late retry: the person is back
            self._chats.note(account, event.address.chat)
            self._came.note(account, event.at)
        return event

    async def _take(self, update: Any, read: Event | Exception | None) -> None:
        """Keep one update, or count that there is nothing to keep. Raises Unavailable."""
        inbox = self._ready_inbox()
        if isinstance(read, Exception):
            sender = read.sender if isinstance(read, NothingReadable) else None
            name, number = type(read).__name__, event_id(update)
            log.warning("max_update_parked", id=number, error=name)
            await inbox.park(CHANNEL, number, update, name, sender)
        elif read is not None:
            await inbox.accept(read)
        elif has_nothing(update):
            log.info("max_message_empty", hint="a voice message: MAX does not give it to bots")
            metrics.update_empty(CHANNEL)
        elif kind_of(update) not in (*TYPES, *NO_NEWS):
            log.warning("max_update_unknown", kind=kind_of(update)[:40])
            metrics.event_dropped(CHANNEL)

    def _ready_inbox(self) -> EventSink:
        if self._inbox is None:
            raise Unavailable("start was not called")
        return self._inbox


def _now() -> float:
    return asyncio.get_running_loop().time()
