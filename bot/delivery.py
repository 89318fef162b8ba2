"""The outbox on its way out: oldest unsent of each lane first, at the messenger's rate.

One loop owns the database side: in one transaction it settles what came back and picks what goes
next. Sending happens outside of any transaction, one message of a lane at a time.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog
from aiolimiter import AsyncLimiter
from sqlalchemy.orm import Session

from bot.adapters.base import (
    Adapter,
    Attachment,
    CannotEdit,
    Moved,
    RetryLater,
    Unavailable,
    Undeliverable,
)
from bot.app import App, put_all
from bot.layout import fit
from handlers import staff
from handlers.messages import Address, Reply
from handlers.turn import Work
from storage import appeals, chat_messages, files, municipalities, outbox, residents
from storage.models import KeptFile, OutboxMessage

MOST_AT_ONCE = 32
MOST_PUSHES = 24  # the rest is for answers in a dialogue
SWEEP = 1.0  # seconds: what became due without anybody waking us
FILE_WAIT = timedelta(minutes=10)  # then a message goes without its file
GIVE_UP = timedelta(days=3)
STAFF_RETRY = 300.0  # seconds: a staff chat that is away is tried again for ever
PARTS = 32  # delivery keys of one outbox row

log = structlog.get_logger()


@dataclass
class Parcel:
    """An outbox row being sent, with all that sending needs; and what came of it."""

    id: int
    revision: int
    lane: tuple[str, str]
    push: bool
    attempts: int
    parts_sent: int
    reply: Reply
    appeal_id: int | None
    created_at: datetime
    attachments: list[Attachment]
    missing_files: int
    waits_for_file: bool
    card: str  # the message id of the appeal's card in this chat
    ids: list[str] = field(default_factory=list)
    outcome: str = ""  # sent, retry, undeliverable, moved
    retry_after: float | None = None
    lost_card: bool = False
    moved_to: str = ""
    error: str = ""


class Delivery:
    """Sends the outbox until cancelled."""

    def __init__(self, app: App, adapters: Mapping[str, Adapter]) -> None:
        self._app = app
        self._adapters = adapters
        self._wake = asyncio.Event()
        self._sending: dict[tuple[str, str], asyncio.Task[None]] = {}
        self._back: list[Parcel] = []
        self._pushes = 0
        self._rate = {
            name: AsyncLimiter(max(1, adapter.limits.messages_per_second), 1)
            for name, adapter in adapters.items()
        }
        self._groups: dict[tuple[str, str], AsyncLimiter] = {}
        self._paused: dict[str, float] = {}

    def wake(self) -> None:
        """There may be something to send."""
        self._wake.set()

    async def run(self) -> None:
        """Send until cancelled; then wait for what is on its way and settle it."""
        try:
            while True:
                self._wake.clear()
                try:
                    started = await self._round()
                except Unavailable:
                    await asyncio.sleep(SWEEP)
                    continue
                if not started and not self._back:
                    try:
                        await asyncio.wait_for(self._wake.wait(), timeout=SWEEP)
                    except TimeoutError:
                        continue
        finally:
            await self._finish()

    async def _finish(self) -> None:
        if self._sending:
            await asyncio.wait(self._sending.values(), timeout=8)
        if self._back:
            await self._round(pick=False)

    async def _round(self, *, pick: bool = True) -> int:
        """Settle what came back, start what is due; how many were started."""
        back, self._back = self._back, []
        parcels: list[Parcel] = []

        def work(task: Work) -> list[Reply]:
            for parcel in back:
                _settle(task, parcel)
            if pick:
                parcels.extend(self._pick(task))
            return []

        try:
            await self._app.run_job(work, wake=bool(back))
        except BaseException:
            self._back = back + self._back
            raise
        for parcel in parcels:
            self._start(parcel)
        return len(parcels)

    # Picking

    def _pick(self, task: Work) -> list[Parcel]:
        free = MOST_AT_ONCE - len(self._sending)
        channels = [name for name in self._adapters if not self._is_paused(name)]
        if free <= 0 or not channels:
            return []
        full = [chat for chat, group in self._groups.items() if not group.has_capacity()]
        # A lane that came back after this round began is not settled yet: not to be sent again.
        busy = {*self._sending, *(parcel.lane for parcel in self._back)}
        rows = outbox.heads(task.session, channels, task.now, busy=busy, full=full, limit=free)
        parcels = []
        pushes = self._pushes
        taken: dict[tuple[str, str], int] = {}
        for row in rows:
            if row.push and pushes >= MOST_PUSHES:
                continue
            chat = (row.channel, row.chat)
            if not self._room_in_group(chat, taken.get(chat, 0) + 1):
                continue
            taken[chat] = taken.get(chat, 0) + 1
            pushes += row.push
            parcels.append(_parcel(task.session, row, task.now))
        return parcels

    def _room_in_group(self, chat: tuple[str, str], messages: int) -> bool:
        """Whether the group takes that many more now. Groups have ids of their own form."""
        per_minute = self._adapters[chat[0]].limits.group_messages_per_minute
        if per_minute is None or not chat[1].startswith("-"):
            return True
        group = self._groups.setdefault(chat, AsyncLimiter(per_minute, 60))
        return group.has_capacity(messages)

    def _is_paused(self, channel: str) -> bool:
        return self._paused.get(channel, 0) > asyncio.get_running_loop().time()

    # Sending

    def _start(self, parcel: Parcel) -> None:
        self._pushes += parcel.push
        self._sending[parcel.lane] = asyncio.create_task(self._send(parcel))

    async def _send(self, parcel: Parcel) -> None:
        try:
            await self._send_parts(parcel)
            parcel.outcome = "sent"
        except Undeliverable as error:
            parcel.outcome, parcel.error = "undeliverable", str(error)
        except Moved as moved:
            parcel.outcome, parcel.moved_to = "moved", moved.chat
        except RetryLater as later:
            parcel.outcome, parcel.error, parcel.retry_after = "retry", str(later), later.seconds
            if later.everywhere:
                pause = asyncio.get_running_loop().time() + (later.seconds or 1)
                self._paused[parcel.lane[0]] = pause
        except Exception as error:  # noqa: BLE001 - an adapter's bug: later, and logged
            parcel.outcome, parcel.error = "retry", type(error).__name__
            log.error("send_failed", outbox=parcel.id, error=parcel.error)  # noqa: TRY400
        finally:
            self._pushes -= parcel.push
            del self._sending[parcel.lane]
            self._back.append(parcel)
            self._wake.set()

    async def _send_parts(self, parcel: Parcel) -> None:
        if parcel.waits_for_file:
            raise RetryLater("its file is not fetched yet", 1)
        adapter = self._adapters[parcel.reply.to.channel]
        reply = parcel.reply
        if parcel.missing_files:
            lost = self._app.world.texts("file-lost", count=parcel.missing_files)
            reply = reply.and_then(lost)
        parts = fit(reply, adapter.limits, parcel.attachments)
        if reply.card and not reply.fresh and parcel.card and not parcel.parts_sent:
            await self._pace(parcel.reply.to)
            try:
                await adapter.edit(reply.to, parcel.card, parts[0])
            except CannotEdit:
                parcel.lost_card = True
            else:
                return
        answers_to = parcel.card if reply.under_card else ""
        for number, part in enumerate(parts[parcel.parts_sent :], parcel.parts_sent):
            await self._pace(parcel.reply.to)
            key = parcel.id * PARTS + number % PARTS
            parcel.ids += await adapter.send(reply.to, part, key=key, reply_to=answers_to)
            parcel.parts_sent += 1

    async def _pace(self, to: Address) -> None:
        if group := self._groups.get((to.channel, to.chat)):
            await group.acquire()
        await self._rate[to.channel].acquire()


def _parcel(session: Session, row: OutboxMessage, now: datetime) -> Parcel:
    reply = Reply.from_json({**row.reply, "to": {"channel": row.channel, "chat": row.chat}})
    card = None
    if reply.appeal and (reply.card or reply.under_card):
        card = chat_messages.card(session, reply.appeal, row.channel, row.chat)
    kept = files.by_ids(session, reply.files) if reply.files else []
    ready = [_attachment(file, row.channel) for file in kept]
    waiting = any(
        found is None and file.state == "waiting" for found, file in zip(ready, kept, strict=True)
    )
    attachments = [found for found in ready if found]
    return Parcel(
        id=row.id,
        revision=row.revision,
        lane=(row.channel, row.lane),
        push=row.push,
        attempts=row.attempts,
        parts_sent=row.parts_sent,
        reply=reply,
        appeal_id=row.appeal_id,
        created_at=row.created_at,
        attachments=attachments,
        missing_files=len(reply.files) - len(attachments),
        waits_for_file=waiting and now - row.created_at < FILE_WAIT,
        card=card.message if card else "",
    )


def _attachment(file: KeptFile, channel: str) -> Attachment | None:
    """By its id in its own channel, by its bytes in another; None: not there (yet)."""
    ref = file.ref if file.channel == channel and file.state != "refused" else ""
    if not ref and not file.key:
        return None
    return Attachment(file.kind, file.name, file.mime, ref=ref, key=file.key)  # type: ignore[arg-type]


def _settle(task: Work, parcel: Parcel) -> None:
    """Keep what came of sending: message ids, retries, a resident who blocked the bot."""
    session = task.session
    row = session.get(OutboxMessage, parcel.id)
    if row is None:
        return
    _tie(task, parcel)
    staff_chat = municipalities.staff_chat_at(session, row.channel, row.chat)
    row.attempts += 1
    row.error = parcel.error[:300]
    row.parts_sent = parcel.parts_sent
    if parcel.outcome == "sent":
        if row.revision != parcel.revision:  # replaced meanwhile: the newer one goes next
            row.parts_sent = 0
            return
        row.done_at, row.outcome = task.now, "sent"
        if not staff_chat and row.push and parcel.appeal_id:
            _tell_staff(task, parcel.appeal_id, arrived=True)
    elif parcel.outcome == "moved":
        municipalities.move_chat(session, row.channel, row.chat, parcel.moved_to)
    elif parcel.outcome == "undeliverable" and staff_chat:
        log.error("staff_chat_refuses", channel=row.channel, error=row.error)
        row.next_at = task.now + timedelta(seconds=STAFF_RETRY)
    elif parcel.outcome == "undeliverable" or task.now - parcel.created_at > GIVE_UP:
        row.done_at, row.outcome = task.now, parcel.outcome
        log.warning("undeliverable", outbox=row.id, channel=row.channel, error=row.error)
        residents.mark_blocked(session, row.channel, row.chat, task.now)
        if parcel.appeal_id and not staff_chat:
            _tell_staff(task, parcel.appeal_id, arrived=False)
    else:
        later = parcel.retry_after
        wait = timedelta(seconds=later) if later is not None else outbox.backoff(row.attempts)
        if parcel.waits_for_file:
            row.attempts -= 1
        row.next_at = task.now + wait


def _tie(task: Work, parcel: Parcel) -> None:
    reply = parcel.reply
    if reply.appeal is None:
        return
    channel, chat = reply.to.channel, reply.to.chat
    if parcel.lost_card:
        chat_messages.untie_card(task.session, reply.appeal, channel, chat)
    if reply.prompt:
        return
    for number, message in enumerate(parcel.ids):
        role = "card" if reply.card and number == 0 else "sent"
        chat_messages.tie(task.session, channel, chat, message, reply.appeal, role, task.now)


def _tell_staff(task: Work, appeal_id: int, *, arrived: bool) -> None:
    appeal = appeals.get(task.session, appeal_id)
    if appeal:
        tell = staff.delivered if arrived else staff.undelivered
        put_all(task, tell(task, appeal))
