"""Uploads at once: memory has a bound, nobody takes all places, and words go on."""

import asyncio
import json
from collections.abc import Sequence

import pytest
from aiohttp import ClientSession

from bot.channels.web.doors import receiving
from tests.channels.web.uploads.uploader import consents, headers, uploads
from tests.fakes.echo import EchoDesk
from tests.fakes.messenger import Upload
from tests.fakes.web import WebPeople
from tests.support.pictures import picture
from tests.support.servers.doorway import Peerless
from tests.support.towns.staff_room import until

PART = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.mp4"\r\n\r\n'


@pytest.fixture
async def narrow(desk: EchoDesk, monkeypatch: pytest.MonkeyPatch) -> EchoDesk:
    """The desk with four places."""
    monkeypatch.setattr(receiving, "MOST", 4)
    await desk.shut()
    await desk.reopen()
    await consents(desk, *range(20))
    return desk


async def begins(desk: EchoDesk, person: int, address: str) -> Peerless:
    """An upload that has begun and goes no further."""
    peer = Peerless(*await asyncio.open_connection("127.0.0.1", desk.port))
    lines = headers(desk, person, address) | {
        "Host": f"127.0.0.1:{desk.port}",
        "Content-Type": "multipart/form-data; boundary=b",
        "Content-Length": "19000000",
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    sent = f"POST /files?room=chat HTTP/1.1\r\n{head}\r\n".encode() + PART + b"x" * 300_000
    await peer.says(sent)
    return peer


async def holds(desk: EchoDesk, *addresses: str) -> list[Peerless]:
    """Uploads from these addresses that are held open, begun one after the other."""
    held: list[Peerless] = []

    async def is_here() -> bool:
        return desk.examiner.temporary.size > len(held) * 200_000

    for person, address in enumerate(addresses):
        held.append(await begins(desk, person, address))
        await until(is_here)
    return held


async def first_answer(held: Sequence[Peerless]) -> bytes:
    """Wait for the answer that one of them gets; the others get none."""
    answers = [asyncio.create_task(peer.hears()) for peer in held]
    done, others = await asyncio.wait(answers, return_when=asyncio.FIRST_COMPLETED)
    for one in others:
        one.cancel()
    await asyncio.gather(*others, return_exceptions=True)
    [answer] = done
    return answer.result()


async def test_one_network_takes_no_place_of_others_and_words_go_on(narrow: EchoDesk) -> None:
    held = await holds(narrow, *(f"2001:db8:1:{n}::1" for n in range(4)))
    later = narrow.texts("web-file-busy")

    assert await uploads(narrow, 5, 1, "2001:db8:1:77::1") == (503, later)
    assert (await uploads(narrow, 6, 1, "198.51.100.9"))[0] == 200

    given_up = await held[-1].hears()
    assert b" 503 " in given_up
    assert json.loads(given_up.split(b"\r\n\r\n")[1])["error"] == later
    async with WebPeople(narrow.url, narrow.code, twice=False) as web:
        await web.person("1").says("Яма без фото")
        await web.person("1").sees("Вы написали: Яма без фото")
        await web.employee("Ольга").sends(Upload(picture(), "яма.jpg"), caption="Вот")
        await web.employee("Ольга").sees("Вот")  # employees have places of their own
    for peer in held:
        peer.writer.transport.abort()


async def test_who_sends_too_slowly_loses_the_place(
    narrow: EchoDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receiving, "GRACE", 0.0)
    held = await holds(narrow, *(f"198.51.100.{n}" for n in range(4)))

    assert (await uploads(narrow, 5, 1, "203.0.113.7"))[0] == 200

    assert b" 503 " in await first_answer(held)
    for peer in held:
        peer.writer.transport.abort()


async def test_a_page_is_told_before_it_sends(narrow: EchoDesk) -> None:
    held = await holds(narrow, *(f"198.51.100.{n}" for n in range(4)))
    asked, refused = headers(narrow, 5, "203.0.113.7"), (await uploads(narrow, 5, 1, "203.0.113.7"))
    async with (
        ClientSession() as http,
        http.get(f"{narrow.url}/files?room=chat", headers=asked) as answer,
    ):
        told = await answer.json()
    for peer in held:
        peer.writer.transport.abort()

    assert refused[0] == 503  # each network has one place, and sends
    assert told["error"] == narrow.texts("web-file-busy")
    assert told["again"]
