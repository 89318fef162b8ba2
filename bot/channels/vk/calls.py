"""Calls of VK's API: several vk-api instances in a small thread pool behind one rate limiter."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import Any

import requests
from jconfig.memory import MemoryConfig  # type: ignore[import-untyped]  # comes with vk-api
from requests.adapters import HTTPAdapter
from requests.utils import get_environ_proxies
from vk_api import VkApi
from vk_api.exceptions import ApiError, ApiHttpError

from bot.token_bucket import TokenBucket
from bot.watch import metrics

API_VERSION = "5.199"
OFFICIAL_URL = "https://api.vk.ru/method/"  # fixed in vk_api.VkApi.method (11.10.1)
INSTANCES = 4
# A community's key may make 20 calls a second (dev.vk.com/api/api-requests); calls get closer to
# each other on their way, so one fewer.
CALLS_PER_SECOND = 19
TOKEN_REFUSED = {4, 5, 27, 28, 1117}
TOO_MANY_A_SECOND = 6
PAUSES = (0.3, 0.6, 1.0)  # seconds before a call that came too soon is made again
# Seconds to connect, and to read: a thread cannot be interrupted, and a stop waits for it. What VK
# did meanwhile is not done twice: a message has its random_id.
TIMEOUT = (3.0, 6.0)


Call = Callable[[str, Mapping[str, Any]], Awaitable[dict[str, Any]]]


def given(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Return the parameters that are not None."""
    return {name: value for name, value in parameters.items() if value is not None}


class VkError(Exception):
    """VK refused a call with an error of its own; ``code`` as in dev.vk.com/reference/errors."""

    def __init__(self, method: str, code: int, text: str) -> None:
        super().__init__(f"{method}: error {code}: {text}")
        self.method = method
        self.code = code

    @property
    def is_token_refused(self) -> bool:
        """Whether VK does not accept the key at all: deleted, expired, of something else."""
        return self.code in TOKEN_REFUSED


class VkAway(Exception):
    """VK did not answer, or not in its own format: the network, a proxy or VK is down."""


class VkCalls:
    """Makes calls: ``await calls("users.get", user_ids="1,2")`` gives the response.

    A vk-api instance makes one call at a time, under a lock. Several instances in threads reach the
    rate that VK allows.
    """

    def __init__(self, token: str, api_url: str | None = None) -> None:
        self._instances: asyncio.Queue[VkApi] = asyncio.Queue()
        for _ in range(INSTANCES):
            self._instances.put_nowait(_instance(token, api_url))
        self._threads = ThreadPoolExecutor(INSTANCES, thread_name_prefix="vk")
        self._pace = TokenBucket.full(1, CALLS_PER_SECOND, 0.0)
        self._closed = False

    async def __call__(self, method: str, **parameters: Any) -> Any:
        """Return the response of a call. Raises VkError, VkAway.

        Parameters that are None are left out. A call that came too soon was not made, so it is
        made again: a program that has just started does not know of the calls of the one before.
        """
        for pause in PAUSES:
            try:
                return await self._answer(method, parameters)
            except VkError as error:
                if error.code != TOO_MANY_A_SECOND:
                    raise
            await asyncio.sleep(pause)
        return await self._answer(method, parameters)

    async def _answer(self, method: str, parameters: Mapping[str, Any]) -> Any:
        async with self.turn() as call:
            return (await call(method, given(parameters)))["response"]

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[Call]:
        """Wait until VK's rate allows one call, and give the function that makes it.

        That function returns VK's whole answer. Raises VkAway after ``close``.
        """
        if self._closed:
            raise VkAway("closed")
        instance = await self._instances.get()

        async def call(method: str, values: Mapping[str, Any]) -> dict[str, Any]:
            if self._closed:
                raise VkAway("closed")
            loop = asyncio.get_running_loop()
            answer = await loop.run_in_executor(self._threads, _call, instance, method, values)
            metrics.reached("vk")
            return answer

        try:
            await self._wait()
            yield call
        finally:
            # After a cancellation the thread may still hold the instance's own lock; the next
            # call waits there.
            self._instances.put_nowait(instance)

    async def _wait(self) -> None:
        """Take the next place in VK's rate, and sleep until it comes."""
        now = asyncio.get_running_loop().time()
        self._pace.take(1, now)
        if (starts := self._pace.holds_at(0)) > now:
            await asyncio.sleep(starts - now)

    async def close(self) -> None:
        """Wait for running calls, then close the connections. Later calls raise VkAway."""
        self._closed = True
        await asyncio.to_thread(self._threads.shutdown)
        while not self._instances.empty():
            self._instances.get_nowait().http.close()


class _Connection(HTTPAdapter):
    """Sets a timeout (vk-api sets none) and redirects the fixed host of vk-api."""

    def __init__(self, api_url: str | None) -> None:
        super().__init__()
        self._base = f"{api_url.rstrip('/')}/method/" if api_url else OFFICIAL_URL

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,
        timeout: Any = None,
        verify: bool | str = True,
        cert: Any = None,
        proxies: Mapping[str, str] | None = None,
    ) -> requests.Response:
        if self._base != OFFICIAL_URL:
            request.url = (request.url or "").replace(OFFICIAL_URL, self._base, 1)
            proxies = get_environ_proxies(request.url)
        return super().send(request, stream, timeout or TIMEOUT, verify, cert, proxies)


def _instance(token: str, api_url: str | None) -> VkApi:
    session = requests.Session()
    session.mount("https://", _Connection(api_url))
    api = VkApi(token=token, api_version=API_VERSION, session=session, config=MemoryConfig)
    api.RPS_DELAY = 0  # the limiter of VkCalls paces all instances together
    api.error_handlers = {}  # its own sleep and try again for ever, and ask for a captcha
    return api


def _call(instance: VkApi, method: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """Runs in a thread. vk-api's errors hold the token, so none of them leaves, not as a cause."""
    failure: Exception
    try:
        answer: dict[str, Any] = instance.method(method, dict(values), raw=True)
    except ApiError as error:
        failure = VkError(method, error.code, str(error.error.get("error_msg", "")))
    except ApiHttpError as error:
        failure = VkAway(f"{method}: HTTP {error.response.status_code}")
    except (requests.RequestException, ValueError, KeyError, TypeError) as error:
        failure = VkAway(f"{method}: {type(error).__name__}")
    else:
        if "response" in answer:
            return answer
        failure = VkAway(f"{method}: no response")
    raise failure
