"""Attackers below the pages: connections that say nothing or too slowly, bodies and heads that are none."""

import asyncio
import json
import struct
import zlib
from contextlib import suppress

from tests.attack.attackers.attacker import PATIENCE, WebAttacker
from tests.attack.unit import LIMITS

PATHS = ("/files", "/staff", "/webhook/vk", "/webhook/telegram", "/chat", "/nowhere", "/ws/chat")
Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Raw(WebAttacker):
    """One that opens connections by itself."""

    async def opens(self, peer: str = "") -> Connection:
        port = self.dice.choice(self.target.ports)
        return await asyncio.wait_for(
            asyncio.open_connection(
                "127.0.0.1", port, local_addr=(peer or self.peer, 0), limit=16 * 1024
            ),
            PATIENCE,
        )

    async def hears(self, reader: asyncio.StreamReader, seconds: float = PATIENCE) -> str:
        """The status of the next answer, or how the line ended."""
        try:
            line = await asyncio.wait_for(reader.readline(), seconds)
        except TimeoutError:
            return "молчание"
        except (OSError, ValueError):
            return "оборвано"
        return line.decode(errors="replace")[9:12] if line.startswith(b"HTTP/") else "закрыто"

    def head(self, method: str, path: str, *lines: str) -> bytes:
        own = (f"{method} {path} HTTP/1.1", "Host: x", f"X-Forwarded-For: {self.address}")
        return "\r\n".join((*own, *lines, "", "")).encode()


class Idle(Raw):
    """Connections that say nothing: up to what descriptors systemd gives at first, and beyond."""

    name = "TCP: соединения, которые молчат"
    pause = 5
    most = 400
    at_once = LIMITS.soft + 100 if LIMITS.soft < 4096 else 4200

    async def strikes(self) -> None:
        opened: list[Connection] = []
        try:
            for count in range(self.at_once // self.target.calm):
                with suppress(OSError, TimeoutError):
                    opened.append(await self.opens(f"127.0.8.{1 + count % 20}"))
                if count % 50 == 0:
                    await asyncio.sleep(0.05)
            self.sent("соединение", len(opened))
            await asyncio.sleep(20)
        finally:
            closed = sum(reader.at_eof() for reader, _ in opened)
            self.answered("закрыто ботом", closed)
            self.answered("открыто, пока не ушли", len(opened) - closed)
            for _, writer in opened:
                writer.transport.abort()


class DropByDrop(Raw):
    """Heads and bodies that come one sign at a time, on every path, as forms with files, too."""

    name = "TCP: заголовки и тела по капле"
    hands = 30
    pause = 1
    kinds = ("заголовок", "тело JSON", "тело формы", "тело с файлом", "тело по частям")

    async def prepares(self) -> None:
        self.given = await self.token()

    async def strikes(self) -> None:
        kind, path = self.dice.choice(self.kinds), self.dice.choice(PATHS)
        self.sent(kind)
        reader, writer = await self.opens()
        answer = asyncio.create_task(self.hears(reader, 10 * PATIENCE))
        try:
            writer.write(self._begins(kind, path))
            began = asyncio.get_running_loop().time()
            while not answer.done() and asyncio.get_running_loop().time() - began < 9 * PATIENCE:
                writer.write(b"1\r\na\r\n" if kind == "тело по частям" else b"a")
                await asyncio.sleep(2)
            self.answered(answer.result() if answer.done() else "держится 180 с")
        finally:
            answer.cancel()
            writer.transport.abort()

    def _begins(self, kind: str, path: str) -> bytes:
        if kind == "заголовок":
            return self.head("POST", path).removesuffix(b"\r\n\r\n") + b"\r\nX-Long: "
        types = {"тело JSON": "application/json", "тело формы": "application/x-www-form-urlencoded"}
        form = types.get(kind, "multipart/form-data; boundary=b")
        lines = [
            f"Content-Type: {form}",
            "Origin: http://x",
            f"Cookie: {self.target.cookie}={self.given}",
        ]
        how = "Transfer-Encoding: chunked" if kind == "тело по частям" else "Content-Length: 900000"
        begin = b""
        if kind == "тело с файлом":
            begin = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n'
        return self.head("POST", path, *lines, how) + begin


class Packed(WebAttacker):
    """Bodies of a megabyte that unpack to a gigabyte."""

    name = "HTTP: тела в gzip, 1 МБ распаковывается в 1 ГБ"
    hands = 2
    pause = 1

    async def prepares(self) -> None:
        self.body = await asyncio.to_thread(packed, 900)

    async def strikes(self) -> None:
        self.sent("тело")
        headers = {"Content-Encoding": "gzip", "Content-Type": "application/json"}
        url = f"{self.url}{self.dice.choice(PATHS)}"
        async with self.http.post(url, data=self.body, headers=headers) as response:
            await response.read()
            self.answered(response.status)


def packed(megabytes: int) -> bytes:
    """So many megabytes of nothing, in gzip."""
    block = bytes(1024**2)
    packer = zlib.compressobj(wbits=-15)
    piece = packer.compress(block) + packer.flush(zlib.Z_FULL_FLUSH)
    checksum = 0
    for _ in range(megabytes):
        checksum = zlib.crc32(block, checksum)
    head, end = b"\x1f\x8b\x08" + bytes(6) + b"\xff", zlib.compressobj(wbits=-15).flush()
    return head + piece * megabytes + end + struct.pack("<II", checksum, megabytes * len(block))


class Malformed(Raw):
    """Requests that are none, and some that only look strange."""

    name = "HTTP: запросы не по правилам"
    hands = 2
    pause = 0.2
    texts = (
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET /\xff\xfe HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /static/%00%2e%2e/ HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /files/9999999999999999999/0 HTTP/1.1\r\nHost: x\r\n\r\n",
        b"POST /staff HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        b"POST /staff HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\nabcde",
        b"POST /staff HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n\r\n",
        (
            b"POST /staff HTTP/1.1\r\nHost: x\r\nOrigin: http://x\r\nContent-Length: 4\r\n"
            b"Content-Type: application/x-www-form-urlencoded; charset=nonsense\r\n\r\na=%ff"
        ),
        (
            b"POST /staff HTTP/1.1\r\nHost: x\r\nOrigin: http://x\r\nContent-Length: 9\r\n"
            b"Content-Type: multipart/form-data\r\n\r\n123456789"
        ),
        b"POST /files HTTP/1.1\r\nHost: x\r\nOrigin: http://[\r\nContent-Length: 0\r\n\r\n",
        b"GET /staff HTTP/1.1\r\nHost: x\r\nOrigin: http://[::1\r\n\r\n",
        (
            b"GET /ws/chat HTTP/1.1\r\nHost: x\r\nOrigin: http://x\r\nUpgrade: websocket\r\n"
            b"Connection: Upgrade\r\nSec-WebSocket-Key: short\r\nSec-WebSocket-Version: 99\r\n\r\n"
        ),
        b"GET /chat HTTP/1.1\r\nHost: x\r\nCookie: mcu_resident=\xd0\xb9; ;;=;\x01\r\n\r\n",
        b"GET /chat HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: ,,,::1%eth0,999.1.1.1\r\n\r\n",
        b"GET http://[::1/ HTTP/1.1\r\nHost: x\r\n\r\n",
        b"CONNECT x:443 HTTP/1.1\r\nHost: x\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 20_000 + b"\r\n",
        b"GET /chat HTTP/1.1\r\nHost: x\r\nExpect: nonsense\r\n\r\n",
    )

    async def strikes(self) -> None:
        text = self.dice.choice(self.texts)
        self.sent("запрос")
        reader, writer = await self.opens()
        try:
            writer.write(text)
            self.answered(await self.hears(reader, 5))
        finally:
            writer.transport.abort()


class Logins(WebAttacker):
    """Codes of employees, guessed."""

    name = "HTTP: подбор кода входа сотрудника"
    hands = 2
    pause = 0.3

    async def strikes(self) -> None:
        url = self.url
        self.sent("код")
        form = {"code": f"{self.dice.randrange(10**8):08}", "name": "Мария"}
        async with self.http.post(
            f"{url}/staff", data=form, headers={"Origin": url}, allow_redirects=False
        ) as response:
            await response.read()
            self.answered(response.status)


class Webhooks(WebAttacker):
    """Events of messengers that are none: without the secret, and with it."""

    name = "HTTP: вебхуки: мусор, с секретом и без него"
    hands = 2
    pause = 0.2
    bodies = (
        b"", b"{", b"[]", b"null", b"7", b'"x"', b"{}", b"\xff\xfe", b"[" * 50_000,
        b'{"update_id": 1e400}', b'{"update_id": -1, "message": {}}', b'{"update_id": "x"}',
        b'{"type": "message_new", "object": 7}', b'{"type": [], "group_id": {}}',
        b'{"type": "message_new", "object": {"message": {"from_id": "x", "peer_id": null}}}',
        b"9" * 5_000, b"x" * 3_900_000,
    )  # fmt: skip

    async def strikes(self) -> None:
        vk = self.dice.random() < 0.5
        body = self.dice.choice(self.bodies)
        headers = {"Content-Type": "application/json"}
        known = self.dice.random() < 0.5
        if known and vk and body.startswith(b'{"type"'):
            body = json.dumps({**json.loads(body), "secret": self.target.vk_secret}).encode()
        elif not vk:
            secret = self.target.telegram_secret if known else "wrong"
            headers["X-Telegram-Bot-Api-Secret-Token"] = secret
        self.sent("с секретом" if known else "без секрета")
        url = f"{self.url}/webhook/{'vk' if vk else 'telegram'}"
        async with self.http.post(url, data=body, headers=headers) as response:
            await response.read()
            self.answered(response.status)
