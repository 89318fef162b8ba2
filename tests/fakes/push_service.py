"""The push service of a browser's maker: it takes knocks, and checks who knocks."""

import asyncio
import base64
import json
from typing import Any, Self

from aiohttp import web
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature


class FakePushService:
    """Listens at ``url``; any path is the endpoint of some browser. ``status`` is its next answer."""

    def __init__(self) -> None:
        self.url = ""
        self.status = 201
        self.knocks: list[str] = []  # the paths
        self.claims: dict[str, Any] = {}  # of the last knock
        self.key = ""  # of who knocked last
        self._changed = asyncio.Condition()

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._take)
        self._runner = web.AppRunner(app)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        [(_, port)] = [address[:2] for address in self._runner.addresses]
        self.url = f"http://127.0.0.1:{port}"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()

    async def heard(self, count: int) -> None:
        """Wait until it was knocked at so many times."""
        async with asyncio.timeout(20), self._changed:
            await self._changed.wait_for(lambda: len(self.knocks) >= count)

    async def _take(self, request: web.Request) -> web.StreamResponse:
        assert request.method == "POST"
        assert await request.read() == b""
        assert request.headers["TTL"].isdecimal()
        scheme, _, rest = request.headers["Authorization"].partition(" ")
        assert scheme == "vapid"
        given = dict(part.strip().split("=", 1) for part in rest.split(","))
        self.key = given["k"]
        self.claims = _verified(given["t"], given["k"])
        async with self._changed:
            self.knocks.append(request.path)
            self._changed.notify_all()
        return web.Response(status=self.status)


def _verified(token: str, key: str) -> dict[str, Any]:
    """The claims of a token; raises InvalidSignature if that key has not signed them."""
    signed, _, signature = token.rpartition(".")
    made = _bytes(signature)
    pair = encode_dss_signature(int.from_bytes(made[:32]), int.from_bytes(made[32:]))
    public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), _bytes(key))
    public.verify(pair, signed.encode(), ec.ECDSA(hashes.SHA256()))
    claims: dict[str, Any] = json.loads(_bytes(signed.partition(".")[2]))
    return claims


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
