"""VK's calls that wait together: one request for many, each told its own outcome, nothing twice."""

import asyncio

import pytest

from bot.channels.vk.adapter import VkAdapter
from bot.channels.vk.batches import MOST_CALLS
from bot.failures import RetryLater, Undeliverable, Unsendable
from bot.protocol import Part
from storage.messages import Address, Button
from tests.channels.vk.making import make_adapter
from tests.fakes.messenger import Room
from tests.fakes.vk import FakeVk
from tests.fakes.vk.execute import program

YES = ((Button("Да", "yes"),),)


def rooms(vk: FakeVk, count: int) -> list[Room]:
    return [vk.person(str(account)).room for account in range(100, 100 + count)]


async def send_to_all(
    adapter: VkAdapter, to: list[Room], text: str = "Ваше обращение закрыто"
) -> list[list[str] | BaseException]:
    """One message to each room, all at once; what came of each."""
    return await asyncio.gather(
        *(
            adapter.send(Address("vk", room.id), Part(f"{text} {n}", YES), key=n * 128)
            for n, room in enumerate(to)
        ),
        return_exceptions=True,
    )


def shown(to: list[Room]) -> list[list[str]]:
    return [[message.text for message in room.shown] for room in to]


async def test_what_waits_together_goes_in_requests_of_25(vk: FakeVk, adapter: VkAdapter) -> None:
    to = rooms(vk, 60)
    ids = await send_to_all(adapter, to)

    assert shown(to) == [[f"Ваше обращение закрыто {n}"] for n in range(60)]
    assert ids == [[room.shown[0].id] for room in to]
    sizes = [len(program(call["code"])) for call in vk.calls("execute")]
    assert sum(sizes) + sum(1 for size in sizes if size == 1) == 60
    assert sizes[:2] == [MOST_CALLS, MOST_CALLS]
    assert vk.refused_by_rate == 0


async def test_a_message_alone_goes_by_itself(vk: FakeVk, adapter: VkAdapter) -> None:
    to = rooms(vk, 1)
    await send_to_all(adapter, to)

    assert shown(to) == [["Ваше обращение закрыто 0"]]
    assert vk.calls("execute") == []


async def test_each_error_finds_its_own_message(vk: FakeVk, adapter: VkAdapter) -> None:
    to = rooms(vk, 6)
    vk.state.blocked_by.add(to[1].id)
    vk.fail_next("messages.send", 9)
    vk.fail_next("messages.send", 10)
    first, blocked, tenth, *rest = await send_to_all(adapter, to)

    assert isinstance(first, RetryLater)
    assert (first.seconds, "error 9" in str(first)) == (30, True)
    assert isinstance(blocked, RetryLater), "the second call met the second failure"
    assert "error 10" in str(blocked)
    assert [tenth, *rest] == [[room.shown[0].id] for room in to[2:]]

    again = await send_to_all(adapter, to)
    assert isinstance(again[1], Undeliverable)
    assert shown(to) == [[] if n == 1 else [f"Ваше обращение закрыто {n}"] for n in range(len(to))]


async def test_what_is_refused_among_others_goes_again_in_a_milder_way(
    vk: FakeVk, adapter: VkAdapter
) -> None:
    vk.state.bot_abilities = False
    to = rooms(vk, 3)
    await send_to_all(adapter, to)

    assert shown(to) == [[f"Ваше обращение закрыто {n}\n\n1. Да"] for n in range(3)]


async def test_after_a_lost_answer_each_is_shown_once(vk: FakeVk, adapter: VkAdapter) -> None:
    to = rooms(vk, 25)
    vk.drop_next("execute", after=True)
    lost = await send_to_all(adapter, to)
    assert all(isinstance(outcome, RetryLater) for outcome in lost)

    ids = await send_to_all(adapter, to)

    assert shown(to) == [[f"Ваше обращение закрыто {n}"] for n in range(25)]
    assert ids == [[room.shown[0].id] for room in to]


@pytest.mark.parametrize("code", [8, 12, 13])
async def test_a_program_that_vk_refuses_goes_call_by_call(
    vk: FakeVk, adapter: VkAdapter, code: int
) -> None:
    to = rooms(vk, 4)
    vk.fail_next("execute", code)
    await send_to_all(adapter, to)

    assert shown(to) == [[f"Ваше обращение закрыто {n}"] for n in range(4)]
    assert len(vk.calls("execute")) == 1


async def test_errors_that_are_not_told_are_asked_for_one_by_one(
    vk: FakeVk, adapter: VkAdapter
) -> None:
    to = rooms(vk, 4)
    vk.tells_execute_errors = False
    vk.fail_next("messages.send", 10)
    await send_to_all(adapter, to)

    assert shown(to) == [[f"Ваше обращение закрыто {n}"] for n in range(4)]


async def test_long_texts_make_smaller_requests(vk: FakeVk, adapter: VkAdapter) -> None:
    to = rooms(vk, 25)
    long = 'Строка с "кавычками", \\ и концом\n' * 110
    await send_to_all(adapter, to, long)

    assert shown(to) == [[f"{long} {n}"] for n in range(25)]
    codes = [call["code"] for call in vk.calls("execute")]
    assert len(codes) > 1
    assert max(map(len, codes)) <= 50_100


async def test_edits_share_a_request_and_a_refused_one_is_told(
    vk: FakeVk, adapter: VkAdapter
) -> None:
    staff = vk.conversation(1)
    to = Address("vk", staff.id)
    cards = [(await adapter.send(to, Part(f"Новая {n}"), key=n))[0] for n in range(3)]
    ids = [*cards, "999"]
    edits = [adapter.edit(to, card, Part("В работе")) for card in ids]
    outcomes = await asyncio.gather(*edits, return_exceptions=True)

    assert [type(outcome).__name__ for outcome in outcomes] == ["NoneType"] * 3 + ["CannotEdit"]
    assert [card.text for card in staff.shown] == ["В работе"] * 3
    assert len(vk.calls("execute")) == 1


async def test_a_bad_message_among_good_ones_is_refused_alone(
    vk: FakeVk, adapter: VkAdapter
) -> None:
    anna, boris = rooms(vk, 2)
    good, bad = await asyncio.gather(
        adapter.send(Address("vk", anna.id), Part("Привет"), key=1),
        adapter.send(Address("vk", boris.id), Part("\n"), key=2),
        return_exceptions=True,
    )

    assert good == [anna.shown[0].id]
    assert isinstance(bad, Unsendable)


async def test_closing_leaves_nobody_waiting(vk: FakeVk) -> None:
    adapter = make_adapter(vk)
    to = rooms(vk, 30)
    vk.hold("messages.send")
    sending = asyncio.create_task(send_to_all(adapter, to))
    await vk.until(lambda: vk.calls("messages.send"))
    closing = asyncio.create_task(adapter.close())
    outcomes = await sending
    await vk.release()
    await closing

    assert any(isinstance(outcome, RetryLater) for outcome in outcomes)
