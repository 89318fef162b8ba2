"""Who may upload to the web chat, and how much one account, one network and all may leave unsaid."""

import asyncio
import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import ClientSession, FormData
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.channels.web import uploads as web_files
from bot.channels.web.doors import seal, upload_room
from bot.channels.web.doors.limits import wider
from bot.channels.web.doors.seal import Seal
from bot.channels.web.doors.sessions import guest_of
from bot.channels.web.doors.upload_room import permits_upload
from bot.files.store import StoreAway
from bot.watch.space import Space
from storage.files import Amount
from storage.messages import File
from storage.people import bans
from storage.tables import Appeal, Ban, Category, KeptFile, Resident, StaffChat, Topic, WebUpload
from storage.web import uploads as web_uploads
from tests.fakes.echo import EchoDesk
from tests.fakes.messenger import Upload
from tests.fakes.web import WebPeople
from tests.support.pictures import picture
from tests.support.towns.conversation import DESCRIPTION, Clock, Town
from tests.support.towns.filing import PHOTO, photos
from tests.support.towns.staff_room import look, until

JPEG = picture()
MB = 1024 * 1024


SECRET = bytes(32)


@pytest.fixture
async def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[EchoDesk]:
    """A desk that asks for consent, with the limits of a town; its cookies are known."""

    async def secret(_seal: Seal) -> bytes:
        return SECRET

    monkeypatch.setattr(Seal, "secret", secret)
    desk = EchoDesk(tmp_path, Clock(), MCU_FLOOD_LIMIT="30")
    desk.permits = permits_upload
    await desk.start()
    yield desk
    await desk.stop()


def token_of(person: int) -> str:
    """The cookie that this one was given."""
    return seal.token(SECRET, person.to_bytes(seal.CHANCE))


async def consents(desk: EchoDesk, *people: int, withdrawn: bool = False) -> None:
    """These people have said yes to the bot."""
    now = desk.clock()
    async with desk.database.begin() as session:
        for person in people:
            account = guest_of(token_of(person))
            session.add(
                Resident(
                    municipality_id=1,
                    channel="web",
                    account=account,
                    chat=account,
                    created_at=now,
                    consent_at=now,
                    withdrawn_at=now if withdrawn else None,
                )
            )


def headers(desk: EchoDesk, person: int, address: str = "") -> dict[str, str]:
    given = {"Origin": desk.url, "Cookie": f"mcu_resident={token_of(person)}"}
    return given | ({"X-Forwarded-For": address} if address else {})


async def uploads(
    desk: EchoDesk, person: int, count: int = 1, address: str = "", content: bytes = JPEG
) -> tuple[int, str]:
    """Status, and the text that says why not."""
    form = FormData()
    for n in range(count):
        form.add_field("file", io.BytesIO(content), filename=f"{n}.jpg")
    async with (
        ClientSession() as http,
        http.post(
            f"{desk.url}/files?room=chat", data=form, headers=headers(desk, person, address)
        ) as response,
    ):
        answer = await response.json()
    return response.status, answer.get("error", "")


async def kept(desk: EchoDesk) -> int:
    async with desk.database.begin() as session:
        return await session.scalar(select(func.count()).select_from(WebUpload)) or 0


# Who


async def test_a_stranger_s_file_is_refused_before_its_bytes_come(desk: EchoDesk) -> None:
    host, port = desk.url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    lines = [
        "POST /files?room=chat HTTP/1.1",
        f"Host: {host}:{port}",
        "Content-Type: multipart/form-data; boundary=b",
        f"Content-Length: {19 * MB}",
        *(f"{name}: {value}" for name, value in headers(desk, 1).items()),
    ]
    writer.write("\r\n".join([*lines, "", ""]).encode())

    status = await asyncio.wait_for(reader.readline(), 10)

    writer.close()
    assert b"403" in status
    assert await kept(desk) == 0


async def test_who_is_new_is_told_kindly_what_to_do_first(desk: EchoDesk) -> None:
    status, told = await uploads(desk, 1)

    assert (status, told) == (403, desk.texts("web-file-before-consent"))
    async with (
        ClientSession() as http,
        http.get(f"{desk.url}/files?room=chat", headers=headers(desk, 1)) as response,
    ):
        assert await response.json() == {"error": told, "waits": True}


async def test_a_file_is_taken_from_the_consent_on_and_until_it_is_withdrawn(
    desk: EchoDesk,
) -> None:
    await consents(desk, 1)
    await consents(desk, 2, withdrawn=True)

    assert (await uploads(desk, 1))[0] == 200
    async with (
        ClientSession() as http,
        http.get(f"{desk.url}/files?room=chat", headers=headers(desk, 1)) as response,
    ):
        assert await response.json() == {}
    assert (await uploads(desk, 2))[0] == 403
    assert await kept(desk) == 1


async def test_the_banned_upload_nothing(desk: EchoDesk) -> None:
    await consents(desk, 1)

    def ban(session: Session) -> None:
        chat = session.scalars(select(StaffChat)).one()
        topic = Topic(
            code="a", title="a", category=Category(municipality_id=1, code="a", title="a")
        )
        session.add(topic)
        session.flush()
        now = desk.clock()
        appeal = Appeal(
            municipality_id=1,
            resident_id=1,
            draft_key="a",
            year=2026,
            serial=1,
            number="1",
            kind="problem",
            topic_id=topic.id,
            text="яма",
            state="new",
            created_at=now,
            state_at=now,
            first_answer_due=now,
            deadline_at=now,
            staff_chat_id=chat.id,
        )
        session.add(appeal)
        session.flush()
        mark = bans.mark_of(7, "web", guest_of(token_of(1)))
        session.add(Ban(municipality_id=1, mark=mark, appeal_id=appeal.id, actor="a", at=now))

    async with desk.database.begin() as session:
        await session.run_sync(ban)

    assert await uploads(desk, 1) == (403, desk.texts("web-file-banned"))


async def test_employees_upload_without_anybodys_consent(desk: EchoDesk) -> None:
    async with WebPeople(desk.url, desk.code, twice=False) as web:
        await web.employee("Ольга").sends(Upload(JPEG, "яма.jpg"))

    assert await kept(desk) == 1


# How much


@pytest.fixture
def tight(monkeypatch: pytest.MonkeyPatch) -> None:
    """A few files in place of hundreds."""
    monkeypatch.setattr(upload_room, "OWN_UNSAID", Amount(4, 10 * MB))
    monkeypatch.setattr(upload_room, "NETWORK_UNSAID", Amount(6, 10 * MB))
    monkeypatch.setattr(upload_room, "ALL_UNSAID", Amount(20, 10 * MB))


async def test_forty_files_that_nobody_said_are_enough_of_one_account(desk: EchoDesk) -> None:
    await consents(desk, 1, 2)
    for _ in range(4):
        assert (await uploads(desk, 1, 10))[0] == 200

    assert await uploads(desk, 1) == (429, desk.texts("web-too-many-unsaid"))
    await desk.shut()  # no restart forgets it, and no other replica
    await desk.reopen()
    assert (await uploads(desk, 1))[0] == 429
    assert (await uploads(desk, 2))[0] == 200
    assert await kept(desk) == 41


async def test_bytes_count_as_they_come(desk: EchoDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upload_room, "OWN_UNSAID", Amount(40, MB))
    await consents(desk, 1)
    large = JPEG + b"\0" * MB

    assert await uploads(desk, 1, content=large) == (429, desk.texts("web-too-many-unsaid"))

    assert await kept(desk) == 0
    assert (await uploads(desk, 1))[0] == 200  # what was refused does not count


@pytest.mark.parametrize("trouble", ["store", "database"])
async def test_of_a_file_that_cannot_be_kept_nothing_stays(
    desk: EchoDesk, monkeypatch: pytest.MonkeyPatch, trouble: str
) -> None:
    await consents(desk, 1)
    with monkeypatch.context() as broken:
        if trouble == "store":

            async def away(_key: str, _content: bytes | Path) -> None:
                raise StoreAway("away")

            broken.setattr(desk.kept, "write", away)
        else:
            note = web_files.Uploads._note

            async def fails(uploads: web_files.Uploads, upload: WebUpload) -> None:
                upload.size = None  # type: ignore[assignment]
                await note(uploads, upload)

            broken.setattr(web_files.Uploads, "_note", fails)
        assert await uploads(desk, 1) == (503, desk.texts("web-file-later"))

    assert await kept(desk) == 0
    assert [meta async for metas in desk.kept._store.list() for meta in metas] == []
    assert (await uploads(desk, 1))[0] == 200


async def test_what_comes_at_once_counts_together(desk: EchoDesk, tight: None) -> None:
    await consents(desk, *range(10))

    answers = await asyncio.gather(*(uploads(desk, n) for n in range(10)))

    assert [status for status, _ in answers].count(200) <= 6
    assert await kept(desk) <= 6


async def test_whoever_sends_what_is_attached_has_room_again(desk: EchoDesk, tight: None) -> None:
    await consents(desk, 1)
    await uploads(desk, 1, 4)
    assert (await uploads(desk, 1))[0] == 429

    async with desk.database.begin() as session:
        owner = guest_of(token_of(1))
        refs = list(await session.scalars(select(WebUpload.ref)))
        await session.run_sync(web_uploads.say, owner, refs[:2])

    assert (await uploads(desk, 1, 2))[0] == 200


async def test_a_new_cookie_gives_a_network_no_new_room(desk: EchoDesk, tight: None) -> None:
    await consents(desk, 1, 2, 3)
    here, elsewhere = "198.51.100.9", "203.0.113.7"
    assert (await uploads(desk, 1, 3, here))[0] == 200
    assert (await uploads(desk, 2, 3, here))[0] == 200

    assert await uploads(desk, 3, 1, here) == (429, desk.texts("web-too-many-files-here"))
    assert (await uploads(desk, 3, 1, elsewhere))[0] == 200
    clock = desk.clock
    assert isinstance(clock, Clock)
    clock.passes(minutes=61)
    await desk.adapter.sweep()
    assert (await uploads(desk, 1, 3, here))[0] == 200


async def test_of_ipv6_a_64_is_one_network_and_a_48_has_an_end(desk: EchoDesk, tight: None) -> None:
    await consents(desk, *range(1, 8))
    for person, address in enumerate(["2001:db8:1:1::a", "2001:db8:1:1::b"], 1):
        assert (await uploads(desk, person, 3, address))[0] == 200

    assert (await uploads(desk, 3, 1, "2001:db8:1:1::c"))[0] == 429
    for person in (3, 4):
        assert (await uploads(desk, person, 3, f"2001:db8:1:{person}::1"))[0] == 200
    assert (await uploads(desk, 5, 1, "2001:db8:1:5::1"))[0] == 429
    assert (await uploads(desk, 5, 1, "2001:db8:2:5::1"))[0] == 200
    assert wider("2001:db8:1:5::/64") == "2001:db8:1::/48"
    assert wider("198.51.100.9") == "198.51.100.9"


async def test_all_together_have_an_end_and_employees_room_besides(
    desk: EchoDesk, tight: None
) -> None:
    await consents(desk, *range(6))
    for n in range(5):
        assert (await uploads(desk, n, 4, f"198.51.100.{n}"))[0] == 200

    assert await uploads(desk, 5, 1, "198.51.100.77") == (429, desk.texts("web-no-room"))
    async with WebPeople(desk.url, desk.code, twice=False) as web:
        await web.employee("Ольга").sends(Upload(JPEG, "яма.jpg"))
    assert await kept(desk) == 21


async def test_the_day_of_a_network_is_not_over_when_its_files_were_said(
    desk: EchoDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upload_room, "NETWORK_DAY", Amount(3, MB))
    await consents(desk, 1, 2)
    await uploads(desk, 1, 3)
    async with desk.database.begin() as session:
        refs = list(await session.scalars(select(WebUpload.ref)))
        await session.run_sync(web_uploads.say, guest_of(token_of(1)), refs)
    await desk.shut()
    await desk.reopen()

    assert (await uploads(desk, 2))[0] == 429
    clock = desk.clock
    assert isinstance(clock, Clock)
    clock.passes(hours=25)
    await desk.adapter.sweep()
    assert (await uploads(desk, 2))[0] == 200
    async with desk.database.begin() as session:
        networks = list(await session.scalars(select(WebUpload.network)))
    assert sorted(bool(network) for network in networks) == [False, False, False, True]
    assert not any("127" in network for network in networks)


# The floor


async def test_below_the_floor_no_file_is_taken_and_words_go_on(desk: EchoDesk) -> None:
    free = [10**9]
    desk.space = Space({"files": Path()}, look=lambda _: (free[0], 100 * 10**9), timer=Timer())
    await desk.shut()
    await desk.reopen()
    await consents(desk, 1)

    assert await uploads(desk, 1) == (507, desk.texts("web-no-room"))
    async with WebPeople(desk.url, desk.code, twice=False) as web:
        await web.person("1").says("Яма без фото")
        await web.person("1").sees("Вы написали: Яма без фото")
        await web.employee("Ольга").sends(Upload(JPEG, "яма.jpg"))
        await web.employee("Ольга").sees("Места для файлов пока нет")
    free[0] = 50 * 10**9
    assert (await uploads(desk, 1))[0] == 200


class Timer:
    """It has always been a while."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        self.now += 10
        return self.now


# Messengers


@asynccontextmanager
async def all_files(town: Town) -> AsyncIterator[list[KeptFile]]:
    async with town.database.begin() as session:
        yield list(await session.scalars(select(KeptFile).order_by(KeptFile.id)))


async def test_a_stranger_s_file_is_only_noted_until_the_consent(bor: Town) -> None:
    anna = bor.resident()
    await anna.sends(PHOTO, caption=DESCRIPTION)
    await anna.sees(bor.texts("consent-kept"))
    await bor.fetcher.fetch_due()
    async with all_files(bor) as noted:
        assert [file.state for file in noted] == ["noted"]
        assert not list((bor.settings.data_dir / "files").rglob("*.jpg"))

    await anna.presses(bor.texts("consent-yes"))

    stored = select(KeptFile.id).where(KeptFile.state == "stored")
    assert await until(lambda: look(bor, lambda session: session.scalar(stored)))


async def test_one_account_sends_so_many_files_and_words_go_on(
    bor: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("handlers.attachments.UNFILED", Amount(3, 10 * MB))
    anna, boris = await bor.consenting(), await bor.consenting("43", "Борис")
    await anna.sends(*photos(3), caption=DESCRIPTION)
    await anna.sees(bor.texts("ask-kind"))

    await anna.sends(PHOTO)

    await anna.sees(bor.texts("files-too-many-today"))
    await anna.presses(bor.texts("kind-problem"))
    await anna.sees(bor.texts("ask-topic-suggested"))
    await boris.sends(PHOTO, caption=DESCRIPTION)
    await boris.sees(bor.texts("ask-kind"))
    async with all_files(bor) as kept_files:
        assert [file.account for file in kept_files] == ["42"] * 3 + ["43"]


async def test_a_strange_group_s_files_are_never_taken(bor: Town) -> None:
    group = bor.messenger.room("-777")
    stranger = bor.resident("66", "Иван")
    event = bor.messenger.event(
        stranger,
        group,
        text="Яма",
        files=(File("photo", "ref", "a.jpg", "image/jpeg", len(JPEG)),),
        message="m1",
    )
    await bor.messenger.bring(event)

    async with all_files(bor) as found:
        assert found == []
