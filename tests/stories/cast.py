"""The program in memory: its lives, what comes to it, and how it compares with the model."""

import asyncio
import itertools
import re
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.failures import Unavailable
from bot.files.store import FileStore
from config.settings import Settings, load_settings
from handlers.turn import Services
from storage.database import Database
from storage.messages import Event, Reply
from storage.outbox import OUTDATED
from storage.tables import (
    Appeal,
    Base,
    ChatMessage,
    Dialogue,
    Erasure,
    HistoryEntry,
    OutboxMessage,
    ParkedEvent,
)
from tests.fakes.clock import Clock
from tests.fakes.messenger import Person
from tests.stories.crashing_program import ErringMessenger, LeapingLoop, Life
from tests.stories.news import ANSWERS, NUMBER, TEXTS, compare_each, news_of
from tests.stories.orders import Last, orders
from tests.support.towns.conversation import STAFF_ROOM
from tests.support.towns.model import Case, Draft, Entry, Model, News, Outcome

RESIDENTS = {"4200000001": "Агриппина", "4200000002": "Варсонофий", "4200000003": "Гликерия"}
EMPLOYEES = {"9000000001": "Мария", "9000000002": "Нина"}
BY_EMPLOYEES = {"takes", "begins", "ends", "acts", "writes"}
FEW = 5  # looks at the outbox, then what is to wait is hurried
Found = TypeVar("Found")


class Step(NamedTuple):
    """Who does what to which appeal, and how; the numbers are taken modulo what there is."""

    what: str
    who: int = 0
    which: int = 0
    how: int = 0


def settings_of(folder: Path) -> Settings:
    """Of a town without a limit of messages from one account."""
    return load_settings(
        {
            "MCU_TELEGRAM_TOKEN": "123456:" + "x" * 30,
            "MCU_STAFF_CHAT": f"telegram:{STAFF_ROOM}",
            "MCU_DATA_DIR": str(folder),
            "MCU_FLOOD_LIMIT": "0",
        }
    )


@dataclass
class Cast:
    """A town, the model of it, and what is known of faults."""

    url: str
    services: Services
    store: FileStore
    clock: Clock
    loop: LeapingLoop
    model: Model = field(default_factory=Model)
    forks: list[Model] = field(default_factory=list)  # what came at once, in each right order
    # What each resident was told: more than one way, if the order of what came at once is not known.
    ways: dict[str, list[list[News]]] = field(default_factory=lambda: {w: [[]] for w in RESIDENTS})
    messenger: ErringMessenger = field(default_factory=ErringMessenger)
    repeats: Counter[tuple[str, str]] = field(default_factory=Counter)  # allowed, by chat and text
    maybe: Counter[tuple[str, News]] = field(default_factory=Counter)  # may be missing, or late
    came: list[Event] = field(default_factory=list)
    delayed: list[Last] = field(default_factory=list)
    used: list[str] = field(default_factory=list)  # keys of forms that were sent
    gone: set[str] = field(default_factory=set)  # who have just had their data deleted
    ids: list[int] = field(default_factory=list)  # of the model's cases in the database
    down_for: timedelta = timedelta()
    done: Counter[str] = field(default_factory=Counter)  # steps that did something
    deaths: int = 0
    repeated: int = 0  # messages to residents that came again

    def __post_init__(self) -> None:
        self._words = itertools.count(1)
        self.life: Life = None  # type: ignore[assignment]  # begins with ``starts``

    # The program

    def starts(self) -> None:
        """A new life on the same database."""
        self.life = Life(self.url, self.services, self.messenger, self.store)
        self.loop.is_busy = lambda: self.life.database.is_busy

    async def restarts(self) -> None:
        """After a death: what was shown since all was quiet may be shown once more."""
        self.deaths += 1
        self.repeats += self.life.sent
        self.loop.is_busy = lambda: True
        await self.life.buried()
        self.starts()

    async def bring(self, *events: Event, copies: int = 1) -> None:
        """Events that come at the same moment, each so many times, until all are acknowledged."""
        waiting = [event for event in events for _ in range(copies)]
        while waiting:
            inbox = self.life.inbox
            came = await asyncio.gather(
                *(inbox.accept(event) for event in waiting), return_exceptions=True
            )
            for error in came:
                if error and not (isinstance(error, Unavailable) and self.life.dead):
                    raise error
            waiting = [event for event, error in zip(waiting, came, strict=True) if error]
            if self.life.dead:
                await self.restarts()

    async def runs(self, job: Callable[[], Awaitable[object]]) -> None:
        """A job of the scheduler; who died in it does it after the next start."""
        while True:
            try:
                await job()
            except Unavailable:
                assert self.life.dead
            if not self.life.dead:
                return
            await self.restarts()

    async def look(self, query: Callable[[Session], Found]) -> Found:
        """Ask the database, whoever is dead."""
        async with Database.begin(self.life.database) as session:
            return await session.run_sync(query)

    async def drains(self) -> None:
        """Until everything is delivered that can be."""
        unsent = select(OutboxMessage.next_at).where(OutboxMessage.done_at.is_(None))
        put_off = select(Erasure.next_at)  # of one that met another transaction: see Eraser
        for turns in range(300):
            if self.life.dead:
                await self.restarts()
            await self.runs(self._erases)
            waiting = await self.look(lambda session: session.scalars(unsent).all())
            erasing = await self.look(lambda session: session.scalars(put_off).all())
            if self.life.is_quiet and not waiting and not erasing:
                self.life.sent.clear()
                return
            if self.messenger.down and turns > FEW and self.life.is_quiet:
                return
            later = [at for at in (*waiting, *erasing) if at > self.clock()]
            if later and turns > FEW:
                self.clock.now = min(later)
            self.clock.passes(seconds=0.1)
            await asyncio.sleep(0.1)
        raise AssertionError("the outbox does not get empty")

    async def _erases(self) -> None:
        await self.life.eraser.erase_due()

    # What people do. Each returns the event that does something, or None.

    def person(self, account: str) -> Person:
        name = RESIDENTS.get(account) or EMPLOYEES[account]
        person = self.messenger.person(account, name)
        if account in EMPLOYEES:
            person.room = self.messenger.room(STAFF_ROOM)
        return person

    def event(self, account: str, **what: object) -> Event:
        person = self.person(account)
        return self.messenger.event(person, person.room, at=self.clock(), **what)

    def said(self, account: str, text: str, reply_to: str = "") -> Event:
        message = str(next(self.messenger.ids))
        return self.event(account, text=text, message=message, reply_to=reply_to)

    def pressed(self, account: str, press: str) -> Event:
        return self.event(account, press=press, message="1")

    async def does(self, *events: Event, how: int = 0) -> None:
        """New events of one person, one after the other, some of them twice."""
        for number, event in enumerate(events):
            await self.bring(event, copies=1 + (how + number) % 2)
            self.came.append(event)
            account = event.person.account
            self.model.touched[account] = self.clock()

    async def key(self, account: str, form: str, case: int | None) -> str:
        """The key in the buttons of a form that somebody has begun."""
        room = STAFF_ROOM if account in EMPLOYEES else account
        place = ("telegram", room, account)
        row = await self.look(lambda session: session.get(Dialogue, place))
        about = None if case is None else self.ids[case]
        for draft in row.drafts if row else ():
            if (draft["form"], draft["subject"]) == (form, about):
                return str(draft["key"])
        return "none"

    async def tied(self, room: str, case: int, roles: Sequence[str]) -> str:
        """A message about the appeal that may be replied to; the newest."""
        query = (
            select(ChatMessage.message)
            .where(
                ChatMessage.chat == room,
                ChatMessage.appeal_id == self.ids[case],
                ChatMessage.role.in_(roles),
            )
            .order_by(ChatMessage.id.desc())
            .limit(1)
        )
        return await self.look(lambda session: session.scalar(query)) or ""

    def says_something(self, about: str = "слово") -> str:
        return f"{about} {next(self._words)}"

    def may_write(self, who: str) -> bool:
        """Whether the resident has the bot open, and nothing was asked in a time still to come."""
        cases = (self.model.cases[which] for which in self.model.asked(who))
        early = any(case.since > self.clock() for case in cases)
        return who in self.model.consented and who not in self.messenger.deaf and not early

    async def sends(self, who: str, draft: Draft, does: Callable[[Model], None]) -> Last:
        """The press on "send"."""
        key = await self.key(who, draft.form, draft.case)
        press = self.pressed(who, f"send=yes#{key}")

        def sent(model: Model) -> None:
            if draft in model.drafts[who]:
                model.drafts[who].remove(draft)
                does(model)

        return Last(press, sent, key)

    def resident(self, step: Step) -> str:
        return list(RESIDENTS)[step.who % len(RESIDENTS)]

    def employee(self, step: Step) -> str:
        return list(EMPLOYEES)[step.who % len(EMPLOYEES)]

    def actor(self, step: Step) -> str:
        return self.employee(step) if step.what in BY_EMPLOYEES else self.resident(step)

    def any(self, step: Step) -> int | None:
        cases = self.model.cases
        return step.which % len(cases) if cases else None

    def own(self, who: str, step: Step) -> int | None:
        mine = [number for number, case in enumerate(self.model.cases) if case.owner == who]
        return mine[step.which % len(mine)] if mine else None

    async def end(self, lasts: Sequence[Last], how: int) -> None:
        """What was prepared happens, at the same moment, each up to three times."""
        await self.bring(*(last.event for last in lasts), copies=1 + how % 3)
        for last in lasts:
            self.came.append(last.event)
            self.model.touched[last.event.person.account] = self.clock()
            self.used += [last.key] if last.key else []
        for order in orders(lasts):
            model = self.model.fork()
            for last in order:
                last.does(model)
            self.forks.append(model)

    # The comparison

    async def agrees(self) -> None:
        """States, numbers, owners and histories are the model's, in one right order."""
        self.ids, outcome = await self.look(_outcome)
        models = self.forks or [self.model]
        fitting = [model for model in models if model.outcome() == outcome]
        assert fitting, f"it is {outcome}, not {[model.outcome() for model in models]}"
        self.model = fitting[0]
        for who in RESIDENTS:
            before = len(self.ways[who][0])
            news = [[one.news for one in model.told[who][before:]] for model in fitting]
            assert all(Counter(one) == Counter(news[0]) for one in news), f"which of {news}?"
            several = [one for number, one in enumerate(news) if one not in news[:number]]
            self.ways[who] = [[*way, *one] for way in self.ways[who] for one in several]
            if self.forks:
                self._note_missing(who, news[0])
        self.forks.clear()
        await self._note_outdated()

    async def _note_outdated(self) -> None:
        """What waited until it was not true any more was not told: newer news was, or will be."""
        query = select(OutboxMessage).where(OutboxMessage.outcome == OUTDATED)
        for row in await self.look(lambda session: session.scalars(query).all()):
            news = news_of(Reply.from_json(row.reply).text)
            if row.chat not in RESIDENTS or news is None:
                continue
            about = [t.news for t in self.model.told[row.chat] if t.news.number == news.number]
            assert news in about[:-1], f"{news} is the last of {about} and was dropped"
            self.maybe[row.chat, news] = 1

    def _note_missing(self, who: str, told: Sequence[News]) -> None:
        """What somebody has just done may not be told to who has gone or blocked the bot."""
        if who in self.messenger.deaf:  # it was pressed before the bot was blocked
            told = [news for news in told if news.kind in ANSWERS]
        elif News("deleted") in told:
            self.gone.add(who)
        else:
            told = []
        # With the personal data goes what was on its way at that moment.
        self.maybe.update((who, news) for news in told if news.kind != "deleted")

    async def forgets(self) -> None:
        """Nothing is left of who has just had his data deleted, but for the word that it is done."""
        for who in self.gone:
            for line in await self.look(_all_rows):
                if who in line or RESIDENTS[who] in line:
                    assert TEXTS("deleted") in line, f"of {who} is left: {line}"
        self.gone.clear()

    async def all_arrived(self) -> None:
        """Each was told everything once and in its order; the cards show how things stand."""
        assert await self.look(lambda session: session.scalars(select(ParkedEvent)).all()) == []
        for chat, text in self.messenger.refused:
            if news := news_of(text):
                self.maybe[chat, news] += self.messenger.refused[chat, text]
        repeats = self.repeats + self.messenger.lost
        filed_by = {case.number: case.filed_by for case in self.model.cases}
        for who in RESIDENTS:
            room = self.messenger.room(who)
            allowed = {
                news: count
                for (chat, text), count in repeats.items()
                if chat == who and (news := news_of(text))
            }
            shown = [news for one in room.shown if (news := news_of(one.text))]
            maybe = {news for whose, news in self.maybe if whose == who}
            self.repeated += compare_each(self.ways[who], shown, Counter(allowed), maybe)
            for one in room.shown:
                for number in re.findall(NUMBER, one.text):
                    assert filed_by[number] == who, f"{who} reads about {number}"
        for case in self.model.cases:
            self._has_card(case)

    def _has_card(self, case: Case) -> None:
        state = TEXTS(f"state-{case.state}")
        room = self.messenger.room(STAFF_ROOM)
        cards = [one for one in room.shown if one.text.startswith(f"{case.number} ·")]
        assert cards, f"{case.number} has no card"
        head = cards[-1].text.partition("\n")[0]
        assert f"· {state} · " in f"{head} · ", f"{head}, and it is {state}"


def _outcome(session: Session) -> tuple[list[int], list[Outcome]]:
    """The ids of all appeals, and what has become of each."""
    histories: dict[int, list[Entry]] = defaultdict(list)
    for entry in session.scalars(select(HistoryEntry).order_by(HistoryEntry.id)):
        actor = entry.actor.removeprefix("telegram:")
        histories[entry.appeal_id].append(Entry(entry.action, actor, entry.text))
    rows = session.scalars(select(Appeal).order_by(Appeal.id)).all()
    owners = ["" if row.resident.withdrawn_at else row.resident.account for row in rows]
    return [row.id for row in rows], [
        Outcome(row.number, row.state, owner, histories[row.id])
        for row, owner in zip(rows, owners, strict=True)
    ]


def _all_rows(session: Session) -> list[str]:
    return [
        f"{table.name}: {tuple(row)!r}"
        for table in Base.metadata.sorted_tables
        for row in session.execute(select(table))
    ]
