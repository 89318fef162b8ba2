"""Calls of MAX's bot API: JSON both ways, the token to its own host and nowhere else."""

import asyncio
import json
import ssl
from collections.abc import Mapping
from typing import Any

import aiohttp
from yarl import URL

from bot.channels.max.pace import Pace
from bot.channels.max.reading.events import CHANNEL
from bot.growing_pause import GrowingPause
from bot.watch import metrics

OFFICIAL_URL = "https://platform-api2.max.ru"
CALL_SECONDS = 20.0
LONGEST_PAUSE = 32.0
CODE_UNKNOWN = "unknown"


class MaxError(Exception):
    """MAX refused a call; ``code`` as in its answer, ``text`` may tell of people and is not logged.

    ``wait``: seconds that it asks to wait, of a 429.
    """

    def __init__(self, status: int, code: str, text: str, wait: float | None = None) -> None:
        super().__init__(f"{status} {code}")
        self.status = status
        self.code = code
        self.text = text
        self.wait = wait


class MaxAway(Exception):
    """MAX did not answer, or not in its own format: the network, a proxy or MAX is down."""


class MaxCalls:
    """Makes calls: ``await calls("GET", "/me")`` gives the answer.

    A redirect is not followed, and nothing is asked twice: what was sent may have arrived.
    """

    def __init__(self, token: str, api_url: str | None, trust: ssl.SSLContext) -> None:
        self._base = (api_url or OFFICIAL_URL).rstrip("/")
        self._headers = {"Authorization": token}
        self._trust = trust
        self._session: aiohttp.ClientSession | None = None
        self._paced = Pace()
        self._pause = GrowingPause(1.0, LONGEST_PAUSE)
        self._closed = False

    async def __call__(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] | None = None,
        body: Mapping[str, Any] | None = None,
        later: bool = False,
    ) -> dict[str, Any]:
        """Return the answer of a call. Raises MaxError, MaxAway.

        ``later``: calls that somebody waits for go before it. An answer with ``success: false`` is
        an error, too.
        """
        async with self._paced.one(later=later):
            return await self.at_once(method, path, query=query, body=body)

    async def at_once(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] | None = None,
        body: Mapping[str, Any] | None = None,
        seconds: float = CALL_SECONDS,
    ) -> dict[str, Any]:
        """Make a call without a place among the others: the long poll has a limit of its own.

        Its answer is waited for ``seconds``.
        """
        if self._closed:
            raise MaxAway("closed")
        url = URL(self._base + path, encoded=True).with_query(query or {})
        timeout = aiohttp.ClientTimeout(total=seconds, sock_connect=10)
        try:
            async with self._http().request(
                method, url, json=body, timeout=timeout, allow_redirects=False
            ) as response:
                answer = _json(await response.read())
                if response.status == 200 and isinstance(answer, dict):
                    metrics.reached(CHANNEL)
                    self._pause.reset()
                    return _succeeded(answer)
                raise self._error(response, answer)
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            raise MaxAway(_told(error)) from None  # its text may hold the address and more

    def _error(self, response: aiohttp.ClientResponse, answer: Any) -> Exception:
        """Return what an answer other than 200 with an object means.

        A 429 comes as JSON, as plain text, with and without Retry-After (read 2026-11).
        """
        said = answer if isinstance(answer, dict) else {}
        code = said.get("code") or said.get("error") or CODE_UNKNOWN
        if response.status == 429:
            wait = _seconds(response.headers.get("Retry-After")) or self._pause.again()
            return MaxError(429, str(code), "", wait)
        if 400 <= response.status < 500 and said:
            return MaxError(response.status, str(code), str(said.get("message") or ""))
        if response.status == 401:
            return MaxError(401, str(code), "")
        return MaxAway(f"HTTP {response.status}")

    async def close(self) -> None:
        """Close the connections. Later calls raise MaxAway."""
        self._closed = True
        if self._session:
            await self._session.close()

    def _http(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(ssl=self._trust),
                headers=self._headers,
                trust_env=True,
                cookie_jar=aiohttp.DummyCookieJar(),
            )
        return self._session


def _succeeded(answer: dict[str, Any]) -> dict[str, Any]:
    """The answer; edits and others may be refused with 200 (official Go client, PR 57)."""
    if answer.get("success") is False:
        raise MaxError(200, str(answer.get("code") or "refused"), str(answer.get("message") or ""))
    return answer


def _json(content: bytes) -> Any:
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        return None


def _seconds(told: str | None) -> float | None:
    try:
        seconds = float(told or "")
    except ValueError:
        return None
    return min(seconds, 3600.0) if seconds > 0 else None  # nan is not


def _told(error: BaseException) -> str:
    if isinstance(error, aiohttp.ClientConnectorCertificateError | ssl.SSLError):
        return "certificate-not-trusted"
    if isinstance(error, aiohttp.ClientConnectorSSLError):
        return "TLS fails"
    if isinstance(error, asyncio.TimeoutError):
        return "no answer in time"
    return type(error).__name__
