"""Who may upload to the web chat: those who consented, and employees."""

import asyncio

from aiohttp import ClientSession
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.channels.web.doors.sessions import guest_of
from storage.people import bans
from storage.tables import Appeal, Ban, Category, StaffChat, Topic
from tests.channels.web.uploads.uploader import JPEG, MB, consents, headers, kept, token_of, uploads
from tests.fakes.echo import EchoDesk
from tests.fakes.messenger import Upload
from tests.fakes.web import WebPeople


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
        assert await response.json() == {
            "error": told,
            "waits": True,
            "busy": False,
            "again": False,
        }


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
