"""Odd bytes in every header, path and body, also from residents who may upload: no error of ours."""

import asyncio
import itertools
import logging
import random
from collections.abc import AsyncIterator, Iterable, Iterator
from pathlib import Path

import pytest
from aiohttp.http_exceptions import BadHttpMessage
from structlog.testing import capture_logs

from bot.channels.web.doors import seal
from bot.channels.web.doors.seal import Seal
from tests.fakes.clock import Clock
from tests.fakes.echo import EchoDesk
from tests.support.servers.doorway import Peerless

SECRET = bytes(32)
TOKEN = seal.token(SECRET, bytes(seal.CHANCE)).encode()
TIMES = 400  # of each kind, from a seed: the same every time
GETS = (
    *(b"/", b"/chat", b"/chat/left", b"/staff", b"/files", b"/files?room=chat", b"/files/1/0"),
    *(b"/ws/chat", b"/ws/staff", b"/static/chat.js", b"/erased", b"/healthz", b"/nowhere"),
)
POSTS = (b"/chat/leave", b"/staff", b"/staff/logout", b"/files", b"/nowhere")
COOKIES = (b"mcu_resident", b"mcu_staff", b"mcu_door", b"__Host-mcu_resident", b"another")
HEADERS = (
    *(b"Cookie", b"Referer", b"User-Agent", b"Accept", b"Accept-Language", b"Authorization"),
    *(b"Origin", b"Host", b"Content-Type", b"Content-Encoding", b"Content-Disposition", b"Expect"),
    *(b"X-Forwarded-For", b"X-Forwarded-Proto", b"Connection", b"Upgrade", b"Date", b"X-Any"),
    *(b"Range", b"If-Range", b"If-None-Match", b"If-Modified-Since", b"Sec-WebSocket-Key"),
    *(b"Sec-WebSocket-Version", b"Sec-WebSocket-Extensions", b"Sec-WebSocket-Protocol"),
)
UNSOUND = (b"\xff", b"\xed\xa0\x80", b'"\xff"')
ODD = (
    *(b"\xff", b"\xff\xfe", b"\x80", b"\xed\xa0\x80", b"\xc0\x80", b"\xf4\x90\x80\x80", b"\x7f"),
    *("я".encode(), "я".encode("cp1251"), "\u202e\ufeff".encode(), "١".encode(), b"a" * 4000),
    *(b"", b" ", b"\t", b'"', b"\\", b"\\000", b"\\377", b"'", b"''", b"%", b"%00", b"%ff", b"*"),
    *(b"%ED%A0%80", b";", b"=", b",", b":", b"/", b"[", b"]", b"{", b"}", b"-1", b"9" * 400),
    *(b"utf-8''", b"no-such''%ff", b"idna", b"undefined", b"text/", b"multipart/mixed", b"x" * 43),
)
PART_HEADERS = (
    *(b"Content-Disposition", b"Content-Type", b"Content-Length", b"Content-Encoding"),
    *(b"Content-Transfer-Encoding", b"X-Any"),
)
PARAMETERS = (b"name", b"filename", b"filename*", b"filename*0", b"filename*1*", b"name*", b"x")
KNOWN_VALUES = (
    *(b"_charset_", b"file", b"a.jpg", b"base64", b"quoted-printable", b"gzip", b"5", b"form-data"),
    *(b"multipart/mixed; boundary=c", b"text/plain; charset=utf-16"),
)


class Odd:
    """Requests made of odd and of known pieces."""

    def __init__(self, seed: str) -> None:
        self.random = random.Random(seed)  # noqa: S311 - nothing to guess

    def value(self) -> bytes:
        pick = self.random.choice
        return b"".join(pick((pick(ODD), pick(KNOWN_VALUES))) for _ in range(pick((1, 1, 2, 3))))

    def headers(self) -> bytes:
        lines = b""
        for _ in range(self.random.choice((1, 1, 2, 4))):
            name, value = self.random.choice(HEADERS), self.value()
            if name == b"Cookie":
                value = self.random.choice(COOKIES) + b"=" + value
            lines += b"%s: %s\r\n" % (name, value)
        return lines

    def request(self, port: int) -> bytes:
        method = self.random.choice((b"GET", b"GET", b"POST", b"HEAD", b"PUT"))
        path = self.random.choice(POSTS if method == b"POST" else GETS)
        if self.random.random() < 0.3:
            path += self.random.choice((b"?code=", b"?room=", b"/", b"?a=")) + self.value()
        body = self.value() if method == b"POST" else b""
        head = b"%s %s HTTP/1.1\r\nOrigin: http://127.0.0.1:%d\r\n" % (method, path, port)
        if self.random.random() < 0.9:
            head += b"Host: 127.0.0.1:%d\r\n" % port
        return head + self.headers() + b"Content-Length: %d\r\n\r\n%s" % (len(body), body)

    def part(self) -> bytes:
        pick = self.random.choice
        parameters = b"".join(
            b'; %s="%s"' % (pick(PARAMETERS), pick((self.value(), pick(KNOWN_VALUES))))
            for _ in range(pick((0, 1, 1, 2)))
        )
        if self.random.random() < 0.7:
            parameters = b'; name="file"; filename="a.txt"'
        lines = b"Content-Disposition: form-data" + parameters + b"\r\n"
        if self.random.random() < 0.4:
            value = pick((self.value(), pick(KNOWN_VALUES)))
            lines += b"%s: %s\r\n" % (pick(PART_HEADERS), value)
        content = pick((b"", b"x", b"utf-8", b"x" * 40, b"x" * 5000, self.value()))
        return lines + b"\r\n" + content

    def upload(self, port: int) -> bytes:
        pick = self.random.choice
        boundary = pick((b"b", b"b", b"b", b"b", b"b" * 40, b"b" * 70, b"b" * 71, self.value()))
        kind = pick((b"form-data", b"form-data", b"form-data", b"mixed", self.value()))
        between = b"--" + boundary.strip(b'"')
        parts = [b"\r\n%s\r\n%s" % (between, self.part()) for _ in range(pick((1, 1, 2)))]
        body = b"".join(parts)[2:] + pick(
            (b"\r\n" + between + b"--\r\n",) * 4 + (b"", b"\r\n" + between)
        )
        return (
            b"POST /files?room=chat HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n"
            b"Origin: http://127.0.0.1:%d\r\nCookie: mcu_resident=%s\r\n"
            b"Content-Type: multipart/%s; boundary=%s\r\nContent-Length: %d\r\n\r\n%s"
        ) % (port, port, TOKEN, kind, boundary, len(body), body)


@pytest.fixture
async def desk(
    tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[EchoDesk]:
    """A desk that takes anybody's files, and knows the cookie above."""

    async def secret(_seal: Seal) -> bytes:
        return SECRET

    monkeypatch.setattr(Seal, "secret", secret)
    desk = EchoDesk(tmp_path, clock, MCU_FLOOD_LIMIT="30")
    await desk.start()
    yield desk
    await desk.stop()


async def status_of(desk: EchoDesk, sent: bytes) -> int:
    """The status of the answer; 0 if there was none."""
    peer = Peerless(*await asyncio.open_connection("127.0.0.1", desk.port))
    await peer.says(sent)
    try:
        head = await asyncio.wait_for(peer.reader.readline(), 20)
    except ConnectionError:
        head = b""
    peer.writer.transport.abort()
    return int(head.split()[1]) if head else 0


def faults(caplog: pytest.LogCaptureFixture) -> list[object]:
    """Errors in the log, besides those that the program tells as ``info``: no head could be read."""
    return [
        record
        for record in caplog.records
        if record.levelno >= logging.ERROR
        and not (record.exc_info and isinstance(record.exc_info[1], BadHttpMessage))
    ]


def sweep() -> Iterator[bytes]:
    """Each header and cookie with each unsound value at each path."""
    cookies = (b"Cookie: a=1; " + name + b"=" for name in COOKIES)
    headers = (*(name + b": " for name in HEADERS), *cookies)
    for path, header, value in itertools.product((*GETS, *POSTS), headers, UNSOUND):
        method = b"POST" if path in POSTS else b"GET"
        length = b"Host: x\r\nOrigin: http://x\r\nContent-Length: 0\r\n"
        yield b"%s %s HTTP/1.1\r\n%s%s%s\r\n\r\n" % (method, path, length, header, value)


async def troubles(
    desk: EchoDesk, caplog: pytest.LogCaptureFixture, sent: Iterable[bytes]
) -> tuple[set[int], list[object]]:
    """The statuses of the answers, and what is a fault of ours: also what the log calls an error."""
    statuses, wrong = set(), list[object]()
    with capture_logs() as told, caplog.at_level(logging.ERROR):
        for one in sent:
            status = await status_of(desk, one)
            statuses.add(status)
            if status >= 500:
                wrong.append((status, one))
    wrong += [line for line in told if line["log_level"] in ("error", "critical")]
    return statuses, wrong + faults(caplog)


async def test_no_unsound_sign_in_any_header_is_an_error_of_ours(
    desk: EchoDesk, caplog: pytest.LogCaptureFixture
) -> None:
    statuses, wrong = await troubles(desk, caplog, sweep())

    assert wrong == []
    assert {200, 400, 403} <= statuses


@pytest.mark.parametrize("kind", ["request", "upload"])
async def test_no_odd_byte_anywhere_is_an_error_of_ours(
    desk: EchoDesk, caplog: pytest.LogCaptureFixture, kind: str
) -> None:
    odd = Odd(kind)
    made = (getattr(odd, kind)(desk.port) for _ in range(TIMES))

    statuses, wrong = await troubles(desk, caplog, made)

    assert wrong == []
    assert {200, 400, 415} <= statuses  # some come far


@pytest.mark.parametrize(
    "part",
    [
        b'name="_charset_"\r\n\r\n' + b"x" * 5000,
        b'name="_charset_"\r\n\r\n\xff',
        b'name="_charset_"\r\n\r\n',
    ],
)
@pytest.mark.parametrize("boundary", [b"b", b"b" * 60])  # also one that is longer than a piece
@pytest.mark.parametrize("kind", [b"form-data", b"mixed"])
async def test_a_form_that_cannot_be_read_is_a_bad_request(
    desk: EchoDesk, caplog: pytest.LogCaptureFixture, part: bytes, boundary: bytes, kind: bytes
) -> None:
    body = b"--%s\r\nContent-Disposition: form-data; %s\r\n--%s--\r\n" % (boundary, part, boundary)
    head = b"POST /files?room=chat HTTP/1.1\r\nHost: x\r\nOrigin: http://x\r\n"
    head += b"Cookie: mcu_resident=%s\r\nContent-Type: multipart/%s; boundary=%s\r\n"
    head %= TOKEN, kind, boundary

    status = await status_of(desk, head + b"Content-Length: %d\r\n\r\n%s" % (len(body), body))

    assert status == 400
    assert faults(caplog) == []


@pytest.mark.parametrize("path", GETS)
async def test_what_others_put_into_cookies_and_referers_keeps_nobody_out(
    desk: EchoDesk, path: bytes
) -> None:
    """Another site of the domain may have set a cookie in its own spelling."""
    plain = b"GET %s HTTP/1.1\r\nHost: x\r\nCookie: a=1; mcu_resident=%s\r\n" % (path, TOKEN)
    odd = b"GET %s HTTP/1.1\r\nHost: x\r\nCookie: a=\xff; mcu_resident=%s\r\n" % (path, TOKEN)
    odd += b"Referer: http://y/\xed\xa0\x80\r\nUser-Agent: \xcf\xe0\r\n"

    assert await status_of(desk, odd + b"\r\n") == await status_of(desk, plain + b"\r\n")
