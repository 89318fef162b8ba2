"""ClamAV: what it finds is not kept, and while it is away nothing is."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
from sqlalchemy import select

from bot.examining.scanner import Scanner, ScannerAway
from bot.file_kinds import Refused
from config.settings import load_settings
from storage.messages import ChatMember
from storage.tables import KeptFile
from tests.fakes.clamd import EICAR, Clamd
from tests.fakes.echo import EchoDesk, utc_now
from tests.fakes.failing_messenger import FailingMessenger
from tests.fakes.web import Page, WebPeople
from tests.support.documents import pdf
from tests.support.pictures import telling
from tests.support.towns.conversation import Town, town
from tests.support.towns.kept_files import in_state, keep
from tests.support.towns.staff_room import look, until

INFECTED = b"%PDF-1.4\n" + EICAR + b"\n%%EOF"
ANNA = ChatMember("telegram", "42", "42")


@pytest.fixture
async def clamd() -> AsyncIterator[Clamd]:
    fake = Clamd()
    await fake.start()
    yield fake
    await fake.stop()


@pytest.fixture
async def guarded(tmp_path: Path, clamd: Clamd) -> AsyncIterator[Town]:
    """A town whose files are scanned."""
    failing = FailingMessenger("telegram")
    async with town(tmp_path, environ={"MCU_CLAMAV": clamd.place}, messengers=(failing,)) as place:
        yield place


def written(folder: Path, content: bytes) -> Path:
    path = folder / "came"
    path.write_bytes(content)
    return path


async def test_what_is_clean_passes_and_is_read_whole(tmp_path: Path, clamd: Clamd) -> None:
    content = b"clean" * 200_000

    await Scanner(clamd.place).scan(written(tmp_path, content))

    assert clamd.streams == [content]


@pytest.mark.parametrize("before", [0, 100, 256 * 1024 - 10, 3_000_000])
async def test_what_it_finds_is_refused_wherever_it_stands(
    tmp_path: Path, clamd: Clamd, before: int
) -> None:
    with pytest.raises(Refused) as refused:
        await Scanner(clamd.place).scan(written(tmp_path, b"x" * before + EICAR))

    assert refused.value.reason == "virus"


async def test_it_may_listen_on_a_socket_of_the_machine(tmp_path: Path) -> None:
    clamd = Clamd()
    await clamd.start(str(tmp_path / "clamd.ctl"))

    with pytest.raises(Refused):
        await Scanner(f"unix:{tmp_path}/clamd.ctl").scan(written(tmp_path, EICAR))

    await clamd.stop()


@pytest.mark.parametrize(
    ("mood", "why"), [("error", "odd"), ("cut", "away"), ("half", "away"), ("silent", "slow")]
)
async def test_without_a_verdict_nothing_passes(
    tmp_path: Path, clamd: Clamd, mood: str, why: str
) -> None:
    clamd.mood = mood

    with pytest.raises(ScannerAway) as away:
        await Scanner(clamd.place, seconds=0.5).scan(written(tmp_path, b"clean"))

    assert away.value.why == why


async def test_a_file_beyond_its_limit_does_not_pass(tmp_path: Path, clamd: Clamd) -> None:
    clamd.limit = 1_000_000
    scanner = Scanner(clamd.place)

    with pytest.raises(ScannerAway):
        await scanner.scan(written(tmp_path, b"clean" * 1_000_000))

    assert await scanner.takes(1_000_000)
    assert not await scanner.takes(5_000_000)


async def test_nobody_listens_is_no_verdict(tmp_path: Path, clamd: Clamd) -> None:
    await clamd.stop()

    with pytest.raises(ScannerAway):
        await Scanner(clamd.place).scan(written(tmp_path, b"clean"))


async def test_no_more_than_two_files_are_read_to_it_at_once(tmp_path: Path, clamd: Clamd) -> None:
    clamd.mood = "silent"
    scanner = Scanner(clamd.place, seconds=20)
    path = written(tmp_path, b"clean")
    tasks = [asyncio.create_task(scanner.scan(path)) for _ in range(5)]

    await until(lambda: _count(clamd, 2))

    assert len(clamd.lines) == 2
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def _count(clamd: Clamd, wanted: int) -> bool:
    return len(clamd.lines) >= wanted


async def test_an_infected_document_is_not_kept_and_its_sender_is_told(
    guarded: Town, clamd: Clamd
) -> None:
    number = await keep(guarded, INFECTED, "document", "счёт.pdf", sender=ANNA)

    await in_state(guarded, number, "refused")

    told = guarded.texts("file-why-virus")
    await guarded.resident().sees(told)
    assert list((guarded.settings.data_dir / "files").rglob("*.pdf")) == []


async def test_a_picture_is_scanned_as_it_came_and_as_it_is_kept(
    guarded: Town, clamd: Clamd
) -> None:
    photo = telling("JPEG")

    kept = await in_state(guarded, await keep(guarded, photo, "document", sender=ANNA), "stored")

    assert clamd.streams == [photo, await guarded.store.read(kept.key)]


async def test_what_is_hidden_behind_a_picture_is_found(guarded: Town, clamd: Clamd) -> None:
    number = await keep(guarded, telling("JPEG") + EICAR, "document", sender=ANNA)

    await in_state(guarded, number, "refused")


async def test_files_wait_for_it_without_a_fault_of_theirs(guarded: Town, clamd: Clamd) -> None:
    await clamd.stop()
    number = await keep(guarded, pdf(), "document", "a.pdf", sender=ANNA)
    for _ in range(30):  # more than a file's own attempts
        due = select(KeptFile).where(KeptFile.id == number, KeptFile.next_at > guarded.clock())
        await until(lambda query=due: look(guarded, lambda s: s.scalar(query)))  # type: ignore[misc]
        guarded.clock.passes(minutes=1)
        guarded.fetcher.wake()

    await clamd.start()
    guarded.clock.passes(minutes=1)
    guarded.fetcher.wake()

    kept = await in_state(guarded, number, "stored")
    assert kept.attempts == 0


async def test_a_page_is_told_to_come_again_while_it_is_away(tmp_path: Path, clamd: Clamd) -> None:
    desk = EchoDesk(tmp_path, utc_now, MCU_CLAMAV=clamd.place)
    await desk.start()
    async with WebPeople(desk.url) as people:
        page = await people.person("42").opens()
        await clamd.stop()
        assert await uploaded(page, pdf()) == (503, desk.texts("web-file-later"))

        await clamd.start()
        why = desk.texts("file-why-virus")
        refused = (415, desk.texts("web-file-forbidden", why=why))
        assert await uploaded(page, INFECTED) == refused
        assert (await uploaded(page, pdf()))[0] == 200
    await desk.stop()


async def uploaded(page: Page, content: bytes) -> tuple[int, str]:
    """The status, and the error that the page shows."""
    form = aiohttp.FormData()
    form.add_field("file", content, filename="a.pdf")
    async with page.http.post(
        f"{page.people.url}/files", data=form, headers=page.headers
    ) as answer:
        return answer.status, (await answer.json()).get("error", "")


@pytest.mark.parametrize(
    "place", ["127.0.0.1:3310", "clamav:3310", "[::1]:3310", "unix:/run/clamav/clamd.ctl"]
)
def test_its_address_may_be_of_each_kind(place: str) -> None:
    assert load_settings({"MCU_CLAMAV": place}).clamav == place
