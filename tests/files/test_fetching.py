"""Files on their way through the town: fetched, looked at, passed on, refused, deleted."""

import asyncio

import pytest
from pillow_heif import register_heif_opener
from sqlalchemy import select

from bot.examining.examined import Examined
from bot.examining.temporary import TemporaryFile
from bot.failures import FileGone, RetryLater, Unavailable
from bot.files.fetching import MOST_ATTEMPTS
from handlers.turn import Work
from storage import files
from storage.tables import KeptFile
from tests.fakes.failing_messenger import FailingMessenger
from tests.fakes.messenger import Upload
from tests.support.pictures import PLACE, picture, telling
from tests.support.towns.conversation import Town
from tests.support.towns.deliveries import messenger
from tests.support.towns.kept_files import in_state, keep
from tests.support.towns.staff_room import (
    answerable,
    asks_for_help,
    card_of,
    change,
    look,
    planted,
    until,
)

JPEG = picture()
EXE = b"MZ\x90\x00" + b"\0" * 200


async def test_a_file_is_fetched_and_kept_by_what_it_is(failing: Town) -> None:
    number = await keep(failing, JPEG, "document", "отчёт.pdf")

    kept = await in_state(failing, number, "stored")

    assert (kept.mime, kept.kind, kept.size) == ("image/jpeg", "photo", len(JPEG))
    assert kept.key.startswith("2026/12/")
    assert kept.key.endswith(".jpg")
    assert await failing.store.read(kept.key) == JPEG


@pytest.mark.parametrize(
    ("mime", "looks"), [("image/jpeg", 0), ("application/x-msdownload", 1), ("", 1)]
)
async def test_what_was_looked_through_as_it_came_is_not_looked_through_again(
    failing: Town, monkeypatch: pytest.MonkeyPatch, mime: str, looks: int
) -> None:
    examiner, seen = failing.examiner, []
    looks_through = examiner.examine

    async def counted(came: TemporaryFile, owner: str) -> Examined:
        seen.append(owner)
        return await looks_through(came, owner)

    monkeypatch.setattr(examiner, "examine", counted)
    messenger(failing).examines = True

    kept = await in_state(failing, await keep(failing, JPEG, name="Яма.jpeg", mime=mime), "stored")

    assert len(seen) == looks
    assert (kept.mime, kept.name, kept.size) == ("image/jpeg", "Яма.jpeg", len(JPEG))
    assert await failing.store.read(kept.key) == JPEG


@pytest.mark.parametrize("content", [EXE, b"", JPEG + b"\0" * (20 * 1024 * 1024)])
async def test_programs_nothing_and_too_much_are_not_kept(failing: Town, content: bytes) -> None:
    number = await keep(failing, content)

    kept = await in_state(failing, number, "refused")

    assert kept.key == ""
    assert list((failing.settings.data_dir / "files").rglob("*.*")) == []


async def test_a_messenger_that_is_slow_is_asked_again(failing: Town) -> None:
    messenger(failing).fetch_errors.extend([RetryLater("down"), OSError("cut"), KeyError("a bug")])
    number = await keep(failing, JPEG)
    for attempts in (1, 2, 3):
        tried = select(KeptFile).where(KeptFile.attempts == attempts)
        await until(lambda query=tried: look(failing, lambda s: s.scalar(query)))  # type: ignore[misc]
        failing.clock.passes(hours=1)
        failing.fetcher.wake()

    await in_state(failing, number, "stored")
    assert messenger(failing).fetches == 4


async def test_a_file_that_is_deleted_while_it_comes_leaves_no_bytes(failing: Town) -> None:
    store = failing.store
    store.goes_on.clear()
    number = await keep(failing, JPEG)
    await store.written.wait()

    await change(failing, lambda work: files.forget(work.session, [number]))
    store.goes_on.set()

    async with asyncio.timeout(20):
        await store.deleted.wait()
    assert list((failing.settings.data_dir / "files").rglob("*.*")) == []


async def test_a_file_is_fetched_in_peace_while_the_database_is_away(failing: Town) -> None:
    store = failing.store
    store.trouble = Unavailable("away")
    number = await keep(failing, JPEG)
    await store.written.wait()
    for _ in range(50):  # time for another round, and nothing that would wake anybody
        await look(failing, lambda session: session.scalar(select(KeptFile.id)))
    assert messenger(failing).fetches == 1

    store.trouble = None
    failing.fetcher.wake()

    await in_state(failing, number, "stored")
    assert len(list((failing.settings.data_dir / "files").rglob("*.*"))) == 1


async def test_no_file_is_given_up_because_the_store_is_away(failing: Town) -> None:
    store = failing.store
    store.away = True
    number = await keep(failing, JPEG)
    for tried in range(1, MOST_ATTEMPTS + 3):
        await until(lambda n=tried: look(failing, lambda _: store.tried >= n))  # type: ignore[misc]
        later = select(KeptFile.id).where(KeptFile.next_at > failing.clock.now)
        await until(lambda query=later: look(failing, lambda s: s.scalar(query)))  # type: ignore[misc]
        failing.clock.passes(minutes=1)
        failing.fetcher.wake()

    store.away = False

    failing.fetcher.wake()
    kept = await in_state(failing, number, "stored")
    assert kept.attempts == 0


async def test_a_picture_sent_as_a_document_is_kept_clean_and_not_passed_on_by_its_id(
    failing: Town,
) -> None:
    told = telling("JPEG", 6)
    number = await keep(failing, told, "document", "IMG_0001.JPG.exe")

    kept = await in_state(failing, number, "stored")

    assert (kept.ref, kept.name, kept.kind) == ("", "IMG_0001.jpg", "photo")
    assert PLACE not in await failing.store.read(kept.key)


async def test_a_photo_of_the_messenger_s_own_is_passed_on_by_its_id(failing: Town) -> None:
    number = await keep(failing, telling("JPEG"), "photo")

    kept = await in_state(failing, number, "stored")

    assert kept.ref
    assert PLACE not in await failing.store.read(kept.key)


async def test_an_iphone_s_photo_is_kept_as_a_jpeg(failing: Town) -> None:
    register_heif_opener()
    number = await keep(failing, picture("HEIF"), "document", "IMG_0002.HEIC")

    kept = await in_state(failing, number, "stored")

    assert (kept.name, kept.mime, kept.kind) == ("IMG_0002.jpg", "image/jpeg", "photo")


async def test_a_file_that_is_gone_or_never_comes_is_given_up(failing: Town) -> None:
    gone = await keep(failing, None)
    await in_state(failing, gone, "gone")
    messenger(failing).fetch_errors.append(RetryLater("down"))
    late = await keep(failing, JPEG, name="b.jpg")

    def tire(work: Work) -> None:
        row = work.session.get(KeptFile, late)
        assert row
        row.attempts, row.next_at = MOST_ATTEMPTS, work.now
        row.created_at = work.now - files.UNFILED_FOR

    await until(
        lambda: look(failing, lambda s: s.scalar(select(KeptFile.id).where(KeptFile.attempts == 1)))
    )
    messenger(failing).fetch_errors.append(RetryLater("down"))
    await change(failing, tire)
    failing.fetcher.wake()

    await in_state(failing, late, "gone")


async def test_one_files_trouble_holds_up_no_other(failing: Town) -> None:
    messenger(failing).fetch_errors.extend([FileGone("x"), KeyError("a bug")])
    numbers = [await keep(failing, JPEG, name=f"{n}.jpg") for n in range(8)]

    states = select(KeptFile.id).where(KeptFile.state == "stored")
    await until(lambda: look(failing, lambda s: len(list(s.scalars(states))) == len(numbers) - 2))


async def test_a_program_named_as_a_photo_never_reaches_the_staff(failing: Town) -> None:
    anna = failing.resident()
    await planted(failing, with_cards=True)
    maria = failing.employee()
    card = await answerable(failing, await card_of(maria))
    await maria.says("Пришлите фото", reply_to=card)
    asked = await answerable(failing, await anna.sees("Пришлите фото"))

    await anna.sends(Upload(EXE, "яма.jpg", "image/jpeg", "document"), reply_to=asked)

    relayed = await maria.sees("файл показать не удалось")
    assert relayed.files == []
    await asks_for_help(maria)
    assert not any(EXE in shown.files for shown in maria.room.shown)


async def test_a_file_crosses_as_soon_as_it_is_fetched(
    crossed: tuple[Town, FailingMessenger],
) -> None:
    place, vk = crossed
    vera = vk.person("7", "Вера")
    await planted(place, with_cards=True, channel="vk", account="7")
    maria = place.employee()
    card = await answerable(place, await card_of(maria))
    await maria.says("Пришлите фото", reply_to=card)
    asked = await answerable(place, await vera.sees("Пришлите фото"))

    await vera.sends(Upload(JPEG), caption="Вот", reply_to=asked)
    relayed = await answerable(place, await maria.sees("Вот"))
    await maria.sends(Upload(JPEG), caption="Засыпали", reply_to=relayed)

    told = await vera.sees("Засыпали")
    assert [file.decode()[:8] for file in (*relayed.files, *told.files)] == ["2026/12/"] * 2
