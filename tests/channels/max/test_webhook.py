"""MAX by webhook: nobody else is believed, what is not kept comes again, and it stays subscribed."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from aiohttp import ClientSession

from tests.channels.max.making import HOOK, PUBLIC_URL, SECRET, make_adapter, served
from tests.channels.max.samples import SAMPLES
from tests.fakes.max import FakeMax
from tests.fakes.max.updates import HASTY, Subscription
from tests.fakes.memory_inbox import MemoryInbox
from tests.fakes.messenger import Person

HEADER = "X-Max-Bot-Api-Secret"


@pytest.fixture(autouse=True)
def hasty(fake_max: FakeMax) -> None:
    """Retries come at once."""
    fake_max.retrying = HASTY


async def test_updates_come_by_webhook(fake_max: FakeMax, inbox: MemoryInbox, anna: Person) -> None:
    async with served(fake_max, inbox):
        await anna.says("Яма")
        (event,) = await inbox.gets(1)
        await fake_max.until(lambda: not fake_max.waiting)

    assert event.text == "Яма"
    assert fake_max.pushed == [200]
    assert list(fake_max.subscriptions) == [HOOK]
    assert fake_max.subscriptions[HOOK].secret == SECRET
    assert "message_created" in (fake_max.subscriptions[HOOK].types or ())
    assert len(fake_max.polls) == 1, "for what came before"


async def test_an_unavailable_inbox_says_503_and_gets_it_again(
    fake_max: FakeMax, inbox: MemoryInbox, anna: Person
) -> None:
    inbox.away_for = 2
    async with served(fake_max, inbox):
        await anna.says("Яма")
        await inbox.gets(1)
        await fake_max.until(lambda: not fake_max.waiting)

    assert fake_max.pushed == [503, 503, 200]


async def test_a_strange_update_is_parked(fake_max: FakeMax, inbox: MemoryInbox) -> None:
    async with served(fake_max, inbox):
        await fake_max.queue_odd(
            {"update_type": "message_created", "timestamp": 1, "message": {"body": 7}}
        )
        await fake_max.until(lambda: not fake_max.waiting)

    assert fake_max.pushed == [200]
    assert len(inbox.parked) == 1


@pytest.mark.parametrize("secret", [None, "", "a-wrong-word", SECRET[:-1], f"{SECRET} "[1:]])
async def test_who_does_not_know_the_secret_changes_nothing(
    fake_max: FakeMax, inbox: MemoryInbox, secret: str | None
) -> None:
    headers = {} if secret is None else {HEADER: secret}
    update = SAMPLES["message in a dialog"]
    async with (
        served(fake_max, inbox) as base,
        ClientSession() as client,
        client.post(f"{base}/webhook/max", json=update, headers=headers) as response,
    ):
        assert response.status == 403
    assert (inbox.events, inbox.parked) == ([], [])


@pytest.mark.parametrize("body", ["не JSON", "[" * 10_000, ""])
async def test_what_is_no_json_is_refused(fake_max: FakeMax, inbox: MemoryInbox, body: str) -> None:
    async with (
        served(fake_max, inbox) as base,
        ClientSession() as client,
        client.post(f"{base}/webhook/max", data=body, headers={HEADER: SECRET}) as response,
    ):
        assert response.status == 400
    assert (inbox.events, inbox.parked) == ([], [])


async def test_each_start_subscribes_again_and_leaves_those_of_others(
    fake_max: FakeMax, inbox: MemoryInbox
) -> None:
    others = "https://another.example.ru/hook"
    fake_max.subscriptions[others] = Subscription(others, "", (), fake_max.now)
    for _ in range(2):
        async with served(fake_max, inbox):
            await fake_max.until(lambda: HOOK in fake_max.subscriptions)
        fake_max.unsubscribe(HOOK)

    assert len(fake_max.called("POST /subscriptions")) == 2
    assert list(fake_max.subscriptions) == [others]


async def test_who_was_unsubscribed_subscribes_at_the_next_look_and_tells_it(
    fake_max: FakeMax, inbox: MemoryInbox, anna: Person
) -> None:
    adapter = make_adapter(fake_max, webhook=PUBLIC_URL, secret=SECRET)
    await adapter.start(inbox)
    fake_max.unsubscribe(HOOK)
    await anna.says("Пока никто не подписан")
    looking = asyncio.create_task(adapter.receive())
    await fake_max.until(lambda: HOOK in fake_max.subscriptions)
    await inbox.until(lambda: inbox.gaps)
    assert [event.text for event in inbox.events] == ["Пока никто не подписан"]
    assert fake_max.waiting == []
    looking.cancel()
    await asyncio.gather(looking, return_exceptions=True)
    await adapter.close()

    assert [mark.partition(":")[0] for mark in inbox.gaps] == ["unsubscribed"]


@pytest.mark.parametrize(("hours", "marks"), [(7, []), (9, ["unsubscribed"]), (25, ["gap"])])
async def test_a_start_after_so_long_that_max_has_unsubscribed_us_tells_it(
    fake_max: FakeMax, inbox: MemoryInbox, hours: int, marks: list[str]
) -> None:
    inbox.cursors["max-contact"] = (datetime.now(UTC) - timedelta(hours=hours)).isoformat()
    for _ in range(2):  # who starts again meanwhile says no more
        async with served(fake_max, inbox):
            await fake_max.until(lambda: HOOK in fake_max.subscriptions)

    assert [mark.partition(":")[0] for mark in inbox.gaps] == marks


@pytest.mark.parametrize("status", [0, 405, 502])
async def test_who_cannot_catch_up_subscribes_all_the_same(
    fake_max: FakeMax, inbox: MemoryInbox, anna: Person, status: int
) -> None:
    fake_max.fail_next("GET /updates", status, times=100)
    async with served(fake_max, inbox):
        await fake_max.until(lambda: HOOK in fake_max.subscriptions)
        await anna.says("Яма")
        await inbox.gets(1)


async def test_a_domain_of_cyrillic_letters_is_given_as_its_certificate_has_it(
    fake_max: FakeMax, inbox: MemoryInbox
) -> None:
    adapter = make_adapter(fake_max, webhook="https://мцу.бор.рф/", secret=SECRET)
    await adapter.start(inbox)
    await adapter.close()

    assert list(fake_max.subscriptions) == ["https://xn--l1aoi.xn--90a0ag.xn--p1ai/webhook/max"]


@pytest.mark.parametrize("away", [0, 2])
async def test_a_start_takes_what_came_while_nobody_was_subscribed(
    fake_max: FakeMax, inbox: MemoryInbox, anna: Person, away: int
) -> None:
    """After eight hours without the bot MAX has ended the subscription, and may be slow to answer."""
    for number in range(150):
        await anna.says(f"{number}")
    fake_max.fail_next("GET /updates", 0, times=away)
    async with served(fake_max, inbox):
        await fake_max.until(lambda: HOOK in fake_max.subscriptions)
        await anna.says("150")
        events = await inbox.gets(151)

    assert [event.text for event in events] == [str(number) for number in range(151)]
    assert fake_max.waiting == []


async def test_a_start_beside_another_subscription_subscribes_all_the_same(
    fake_max: FakeMax, inbox: MemoryInbox, anna: Person
) -> None:
    others = "https://another.example.ru/hook"
    fake_max.refuses_polls_while_subscribed = True
    fake_max.subscriptions[others] = Subscription(others, "", (), fake_max.now)
    async with served(fake_max, inbox):
        await anna.says("Яма")
        await inbox.gets(1)


async def test_a_start_while_max_is_away_subscribes_when_it_is_back(
    fake_max: FakeMax, inbox: MemoryInbox
) -> None:
    await fake_max.go_down()
    async with served(fake_max, inbox):
        await fake_max.come_back()
        await fake_max.until(lambda: HOOK in fake_max.subscriptions)


def test_a_webhook_without_a_secret_is_refused(fake_max: FakeMax) -> None:
    with pytest.raises(ValueError, match="secret"):
        make_adapter(fake_max, webhook="https://bot.example.ru")
