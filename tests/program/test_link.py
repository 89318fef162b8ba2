"""What replicas share: a duty has one owner, who loses it with the connection; notices reach all."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import asyncpg
import pytest
from sqlalchemy.ext.asyncio import create_async_engine

from bot.replicas import duties as duties_module
from bot.replicas.duties import Duties, Wakes
from bot.replicas.link import Alone, Link
from bot.replicas.postgresql import GRACE, PostgresqlLink, link_of

SECONDS = 20


@pytest.fixture
def links(postgres: str) -> str:
    """The address of the server's own database: duties and notices need no tables."""
    return f"postgresql+asyncpg://mcu@/postgres?host={postgres}"


@asynccontextmanager
async def linked(url: str) -> AsyncIterator[PostgresqlLink]:
    engine = create_async_engine(url)
    link = link_of(engine)
    assert isinstance(link, PostgresqlLink)
    living = asyncio.create_task(link.run())
    async with asyncio.timeout(SECONDS):
        await until(lambda: link.is_up)
        yield link
        link.close()
        await living
    await engine.dispose()


class Part:
    """Work that a duty is for."""

    def __init__(self) -> None:
        self.begun = asyncio.Event()
        self.ended = asyncio.Event()
        self.begun_at = 0.0

    async def run(self) -> None:
        self.ended.clear()
        self.begun_at = asyncio.get_running_loop().time()
        self.begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            self.begun.clear()
            self.ended.set()


def doing(link: Link, duty: str, part: Part) -> asyncio.Task[None]:
    return asyncio.create_task(Duties(link).do(duty, part.run))


async def cut(postgres: str) -> None:
    """The server ends every link."""
    server = await asyncpg.connect(host=postgres, user="mcu", database="postgres")
    await server.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE application_name = 'mcu-bot link'"
    )
    await server.close()


async def until(holds: Callable[[], object]) -> None:
    while not holds():  # noqa: ASYNC110 - nothing tells
        await asyncio.sleep(0.01)


async def is_elsewhere(link: PostgresqlLink, duty: str) -> None:
    """Wait until the link knows that another holds the lock."""
    await until(lambda: duty in link._claims and link._claims[duty].is_anothers)


async def test_a_duty_has_one_owner_and_is_handed_over_at_once(links: str) -> None:
    async with linked(links) as one, linked(links) as two:
        first, second = Part(), Part()
        mine = doing(one, "jobs", first)
        await first.begun.wait()
        other = doing(two, "jobs", second)
        await is_elsewhere(two, "jobs")
        assert one.held == {"jobs"}
        assert two.held == set()
        assert not second.begun.is_set()

        left_at = asyncio.get_running_loop().time()
        mine.cancel()
        await second.begun.wait()
        assert first.ended.is_set()
        assert second.begun_at - left_at < GRACE  # the first has left it: nothing to wait for
        assert two.held == {"jobs"}
        other.cancel()


async def test_who_comes_later_is_given_half(links: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(duties_module, "ASK_EVERY", 0.1)
    names = ["delivering:telegram", "delivering:vk", "delivering:web", "erasing", "jobs"]
    async with linked(links) as one, linked(links) as two, linked(links) as three:
        replicas = [(link, Duties(link), {name: Part() for name in names}) for link in (one, two)]
        parts = [parts for _, _, parts in replicas]
        tasks: list[asyncio.Task[None]] = []
        for link, duties, own in replicas:
            tasks += [asyncio.create_task(duties.do(name, part.run)) for name, part in own.items()]
            tasks.append(asyncio.create_task(duties.share()))
            if link is one:
                await until(lambda: one.held == set(names))

        await until(lambda: len(two.held) == 2)
        three.send("share", "0 delivering:max")  # what nobody here has is asked for in vain
        await asyncio.sleep(1)
        assert one.held == {"delivering:telegram", "erasing", "jobs"}
        assert two.held == {"delivering:vk", "delivering:web"}
        for name in names:
            at_work = [own[name].begun.is_set() for own in parts]
            assert at_work == [name in one.held, name in two.held]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def test_other_duties_have_other_owners(links: str) -> None:
    async with linked(links) as one, linked(links) as two:
        first, second = Part(), Part()
        tasks = [doing(one, "polling vk:1", first), doing(two, "polling vk:2", second)]
        await first.begun.wait()
        await second.begun.wait()
        for task in tasks:
            task.cancel()


async def test_who_is_cut_off_stops_before_another_begins(links: str, postgres: str) -> None:
    async with linked(links) as one, linked(links) as two:
        first, second = Part(), Part()
        mine = doing(one, "jobs", first)
        await first.begun.wait()
        other = doing(two, "jobs", second)
        await is_elsewhere(two, "jobs")
        ended: list[float] = []

        async def note_the_end() -> None:
            await first.ended.wait()
            ended.append(asyncio.get_running_loop().time())
            mine.cancel()  # it stays away

        noting = asyncio.create_task(note_the_end())
        await cut(postgres)
        await second.begun.wait()
        await noting
        assert second.begun_at - ended[0] > GRACE / 2
        other.cancel()


async def test_who_comes_back_first_goes_on(links: str, postgres: str) -> None:
    async with linked(links) as one:
        part = Part()
        mine = doing(one, "jobs", part)
        await part.begun.wait()
        await cut(postgres)
        await part.ended.wait()
        await part.begun.wait()
        assert one.held == {"jobs"}
        mine.cancel()


async def test_a_notice_is_heard_by_all_others_and_missed_ones_are_told(
    links: str, postgres: str
) -> None:
    async with linked(links) as one, linked(links) as two, linked(links) as three:
        heard: dict[str, list[str]] = {"one": [], "two": [], "three": []}
        missed: list[float] = []
        arrived = asyncio.Event()
        for name, link in {"one": one, "two": two, "three": three}.items():
            link.listen("web", heard[name].append, missed.append)
        three.listen("done", lambda _: arrived.set(), lambda _: None)
        for value in ("1 staff", "2 staff", "1 staff"):
            one.send("web", value)
        one.send("done")
        await arrived.wait()
        await until(lambda: len(heard["two"]) == 2)
        assert heard == {"one": [], "two": ["1 staff", "2 staff"], "three": ["1 staff", "2 staff"]}
        assert missed == []

        await cut(postgres)
        await until(lambda: len(missed) == 3)
        assert min(missed) > 0


async def test_too_many_notices_become_one_that_some_were_missed(links: str) -> None:
    async with linked(links) as one, linked(links) as two:
        missed: list[float] = []
        heard: list[str] = []
        two.listen("web", heard.append, missed.append)
        for number in range(5000):
            one.send("web", f"{number} staff")
        await until(lambda: missed)
        assert len(heard) < 5000


async def test_the_only_process_owns_every_duty_and_sends_nothing() -> None:
    engine = create_async_engine("sqlite+aiosqlite://")
    link = link_of(engine)
    assert isinstance(link, Alone)
    assert link.is_alone
    running = asyncio.create_task(link.run())
    part, woken = Part(), Woken()
    working = doing(link, "jobs", part)
    wakes = Wakes(link)
    wakes.parts = {"jobs": woken}
    async with asyncio.timeout(SECONDS):
        await part.begun.wait()
        assert link.owns(["jobs", "delivering"])
        wakes.notify()
        assert woken.times == 1
        working.cancel()
        await part.ended.wait()
        link.close()
        await running
    await engine.dispose()


async def test_a_part_that_ends_by_itself_ends_its_duty() -> None:
    ran = []

    async def part() -> None:
        ran.append(True)

    async with asyncio.timeout(SECONDS):
        await Duties(Alone()).do("polling", part, shared=False)
    assert ran == [True]


class Woken:
    """A part that counts how often it is woken."""

    def __init__(self) -> None:
        self.times = 0

    def wake(self) -> None:
        self.times += 1
