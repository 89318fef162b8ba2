"""News wakes the browser of a resident who asked for it; nobody else's, and no word goes with it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.channels.web.news.push_services import PushServices, is_endpoint
from bot.protocol import Part
from storage.messages import Address
from storage.tables import WebSubscription
from storage.web import subscriptions
from tests.channels.web.consent import consents
from tests.fakes.clock import Clock
from tests.fakes.echo import EchoDesk
from tests.fakes.push_service import FakePushService
from tests.fakes.web import Page, WebPeople

ENDED = "Взяли в работу: Отдел дорог. Решим до пятницы, 4 декабря."


@pytest.fixture
async def maker() -> AsyncIterator[FakePushService]:
    async with FakePushService() as service:
        yield service


@pytest.fixture
async def desk(tmp_path: Path, clock: Clock, maker: FakePushService) -> AsyncIterator[EchoDesk]:
    """A bot that knows the fake service alone, and tells of news."""
    desk = EchoDesk(tmp_path, clock)
    desk.push_services = PushServices(
        clock,
        may_ask=lambda address: address.startswith(maker.url),
        session=lambda timeout: aiohttp.ClientSession(timeout=timeout),
    )
    await desk.start()
    yield desk
    await desk.stop()


@pytest.fixture
async def telling(desk: EchoDesk) -> AsyncIterator[None]:
    """It tells of news as a running program does."""
    task = asyncio.create_task(desk.adapter.receive())
    yield
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def a_resident(desk: EchoDesk, web: WebPeople, name: str = "42") -> tuple[Page, Address]:
    resident = web.person(name)
    await resident.says("Яма на Мира")
    address = desk.bot.events[-1].address
    await consents(desk, address.chat)
    return await resident.opens(), address


async def asks(desk: EchoDesk, page: Page, endpoint: str, **headers: str) -> int:
    url, data = f"{desk.url}/chat/push", {"endpoint": endpoint}
    async with page.http.post(url, data=data, headers=page.headers | headers) as response:
        return response.status


async def news_of(desk: EchoDesk, http: aiohttp.ClientSession) -> dict[str, Any]:
    async with http.get(f"{desk.url}/chat/news") as response:
        found: dict[str, Any] = await response.json()
        return found


async def count(desk: EchoDesk) -> int:
    async with desk.database.begin() as session:
        return await session.scalar(select(func.count()).select_from(WebSubscription)) or 0


@pytest.mark.usefixtures("telling")
async def test_news_wakes_a_browser_that_then_asks_what_it_is(
    desk: EchoDesk, web: WebPeople, maker: FakePushService
) -> None:
    page, anna = await a_resident(desk, web)
    assert await asks(desk, page, f"{maker.url}/anna") == 204
    async with page.http.get(f"{desk.url}/chat/push") as response:
        key = (await response.json())["key"]

    await desk.bot.says(anna, Part("Что случилось?"))  # an answer in the dialogue wakes nobody
    await desk.bot.says(anna, Part(ENDED, news=True))
    await maker.heard(1)

    assert maker.knocks == ["/anna"]
    assert maker.key == key
    assert maker.claims["aud"] == maker.url
    told = await news_of(desk, page.http)
    assert (told["title"], told["text"]) == ("Город Верхний", ENDED)


async def test_nobody_is_told_what_is_anothers(
    desk: EchoDesk, web: WebPeople, maker: FakePushService, browser: aiohttp.ClientSession
) -> None:
    page, anna = await a_resident(desk, web)
    other, boris = await a_resident(desk, web, "77")
    await asks(desk, page, f"{maker.url}/anna")
    await asks(desk, other, f"{maker.url}/boris")

    await desk.bot.says(anna, Part(ENDED, news=True))
    await desk.adapter.pushes.tell()
    await desk.bot.says(boris, Part("Ответили", news=True))
    await desk.adapter.pushes.tell()

    assert maker.knocks == ["/anna", "/boris"]
    assert "text" not in await news_of(desk, browser)  # a stranger
    assert (await news_of(desk, other.http))["text"] == "Ответили"


async def test_only_who_consented_and_only_from_our_page_and_only_a_push_service(
    desk: EchoDesk, web: WebPeople, maker: FakePushService
) -> None:
    page, _ = await a_resident(desk, web)
    stranger = web.person("77")
    await stranger.says("Здравствуйте")

    assert await asks(desk, await stranger.opens(), f"{maker.url}/stranger") == 409
    assert await asks(desk, page, f"{maker.url}/anna", Origin="https://evil.example") == 403
    assert await asks(desk, page, "https://evil.example/anna") == 400
    assert await count(desk) == 0


@pytest.mark.parametrize(
    ("address", "may_be"),
    [
        ("https://fcm.googleapis.com/fcm/send/abc:DEF", True),
        ("https://updates.push.services.mozilla.com/wpush/v2/gAAAA", True),
        ("https://web.push.apple.com/QGuQyavXutnMRqT", True),
        ("http://fcm.googleapis.com/fcm/send/abc", False),
        ("https://fcm.googleapis.com:8443/fcm/send/abc", False),
        ("https://user:word@fcm.googleapis.com/abc", False),
        ("https://127.0.0.1/abc", False),
        ("https://[::1]/abc", False),
        ("https://10.0.0.7/abc", False),
        ("https://fcm.googleapis.com/" + "a" * 1000, False),
        ("https://fcm.googleapis.com/fcm/send/a\0c", False),  # no database keeps it
        ("https://fcm.googleapis.com/fcm/send/абв", False),
        ("", False),
        ("javascript:alert(1)", False),
    ],
)
def test_only_public_addresses_by_https_are_asked(address: str, may_be: bool) -> None:
    assert is_endpoint(address) is may_be


async def test_a_service_that_is_away_is_asked_again_and_a_browser_that_is_gone_is_not(
    desk: EchoDesk, web: WebPeople, maker: FakePushService, clock: Clock
) -> None:
    page, anna = await a_resident(desk, web)
    await asks(desk, page, f"{maker.url}/anna")

    tell = desk.adapter.pushes.tell
    maker.status = 503
    await desk.bot.says(anna, Part(ENDED, news=True))
    await tell()
    await tell()  # not at once
    assert maker.knocks == ["/anna"]
    maker.status = 410
    clock.passes(minutes=3)
    await tell()
    await desk.bot.says(anna, Part("И ещё", news=True))
    await tell()

    assert maker.knocks == ["/anna", "/anna"]
    assert await count(desk) == 0


async def test_addresses_that_never_answer_hold_up_nobody(desk: EchoDesk, clock: Clock) -> None:
    def keep(session: Session, account: str, count: int) -> None:
        for n in range(count):
            endpoint = f"https://push.example/{account}/{n}"
            subscriptions.keep(session, account, "a browser", endpoint, clock())
        subscriptions.note_news(session, account, clock())

    def take(session: Session) -> list[WebSubscription]:
        return list(subscriptions.take_due(session, clock(), timedelta(minutes=2), 5))

    async with desk.database.begin() as session:
        await session.run_sync(keep, "guest.silent", 10)
        for one in [*await session.run_sync(take), *await session.run_sync(take)]:
            later = clock() + timedelta(minutes=2)
            settle = partial(subscriptions.settle, taken=one, again=later, heard=False)
            await session.run_sync(settle)
    async with desk.database.begin() as session:
        await session.run_sync(subscriptions.note_news, "guest.silent", clock())
    clock.passes(seconds=1)

    async with desk.database.begin() as session:
        await session.run_sync(keep, "guest.anna", 1)
        taken = await session.run_sync(take)

    assert taken[0].account == "guest.anna"


async def test_who_turns_it_off_leaves_or_deletes_their_data_hears_no_more(
    desk: EchoDesk, web: WebPeople, maker: FakePushService
) -> None:
    anna, _ = await a_resident(desk, web, "1")
    boris, _ = await a_resident(desk, web, "2")
    vera, whose = await a_resident(desk, web, "3")
    for page, name in ((anna, "anna"), (boris, "boris"), (vera, "vera")):
        await asks(desk, page, f"{maker.url}/{name}")
    assert await count(desk) == 3

    async with anna.http.post(f"{desk.url}/chat/push/end", headers=anna.headers) as response:
        assert response.status == 204
    assert await count(desk) == 2
    async with boris.http.post(f"{desk.url}/chat/leave", headers=boris.headers) as response:
        assert response.url.path == "/chat/left"
    assert await count(desk) == 1
    async with desk.database.begin() as session:
        await session.run_sync(subscriptions.forget_account, whose.chat)
    assert await count(desk) == 0


async def test_the_key_stays_when_the_bot_starts_again(
    desk: EchoDesk, browser: aiohttp.ClientSession
) -> None:
    async with browser.get(f"{desk.url}/chat/push") as response:
        key = (await response.json())["key"]
    await desk.shut()
    await desk.reopen()

    async with browser.get(f"{desk.url}/chat/push") as response:
        assert (await response.json())["key"] == key


async def test_of_very_many_browsers_the_oldest_are_forgotten(
    desk: EchoDesk, web: WebPeople, maker: FakePushService
) -> None:
    page, _ = await a_resident(desk, web)

    for n in range(subscriptions.MOST + 2):
        assert await asks(desk, page, f"{maker.url}/{n}") == 204
    await asks(desk, page, f"{maker.url}/5")  # the same once more

    assert await count(desk) == subscriptions.MOST
