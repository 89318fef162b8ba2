"""How much one account, one network and all together may leave unsaid."""

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.channels.web.doors import upload_room
from bot.channels.web.doors.limits import wider
from bot.channels.web.doors.sessions import guest_of
from bot.channels.web.files import uploads as web_files
from bot.watch.space import Space
from storage.files import Amount
from storage.tables import WebUpload
from storage.web import uploads as web_uploads
from tests.channels.web.uploads.uploader import JPEG, MB, consents, kept, token_of, uploads
from tests.fakes.clock import Clock
from tests.fakes.echo import EchoDesk
from tests.fakes.messenger import Upload
from tests.fakes.web import WebPeople


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
            broken.setattr(desk.kept, "away", True)
        else:
            note = web_files.Uploads._note

            async def fails(uploads: web_files.Uploads, upload: WebUpload) -> None:
                upload.size = None  # type: ignore[assignment]
                await note(uploads, upload)

            broken.setattr(web_files.Uploads, "_note", fails)
        assert await uploads(desk, 1) == (503, desk.texts("web-file-later"))

    assert await kept(desk) == 0
    assert desk.kept.keys() == []
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


async def test_a_new_cookie_gives_a_network_no_new_room(
    desk: EchoDesk, clock: Clock, tight: None
) -> None:
    await consents(desk, 1, 2, 3)
    here, elsewhere = "198.51.100.9", "203.0.113.7"
    assert (await uploads(desk, 1, 3, here))[0] == 200
    assert (await uploads(desk, 2, 3, here))[0] == 200

    assert await uploads(desk, 3, 1, here) == (429, desk.texts("web-too-many-files-here"))
    assert (await uploads(desk, 3, 1, elsewhere))[0] == 200
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
    desk: EchoDesk, clock: Clock, monkeypatch: pytest.MonkeyPatch
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
    clock.passes(hours=25)
    await desk.adapter.sweep()
    assert (await uploads(desk, 2))[0] == 200
    async with desk.database.begin() as session:
        networks = list(await session.scalars(select(WebUpload.network)))
    assert sorted(bool(network) for network in networks) == [False, False, False, True]
    assert not any("127" in network for network in networks)


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
