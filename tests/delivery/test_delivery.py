"""The outbox on its way out: what goes before what, and what each chat takes."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import update

from bot.delivery.delivery import Delivery
from bot.delivery.parcel import REVISIONS
from bot.failures import RetryLater, Undeliverable, Unsendable
from config.categories import default_tree
from handlers.turn import Work
from storage.tables import OutboxMessage
from tests.delivery.burst import GROUP
from tests.fakes.failing_messenger import FailingMessenger
from tests.fakes.memory import ROOMY
from tests.support.towns.conversation import STAFF_ROOM, Town, town
from tests.support.towns.deliveries import arrived, messenger, says, to
from tests.support.towns.staff_room import change, look, outbox, planted


async def test_a_lane_keeps_its_order_through_failures(failing: Town) -> None:
    messenger(failing).errors.extend([RetryLater("down", 0), None, RetryLater("again", 0)])
    await says(failing, *(to("42", f"message {n}") for n in range(5)))

    await arrived(failing, 5)

    shown = [s.text for s in failing.messenger.room("42").shown]
    assert shown == [f"message {n}" for n in range(5)]


async def test_what_replaces_a_message_that_is_being_sent_has_a_key_of_its_own(
    failing: Town,
) -> None:
    messenger(failing).holds_all()
    await says(failing, replace(to("42", "prompt 0"), coalesce="form:x"))
    await messenger(failing).calls(1)
    for number in range(1, REVISIONS + 1):
        await says(failing, replace(to("42", f"prompt {number}"), coalesce="form:x"))
    messenger(failing).lets_go()

    await arrived(failing, 1)

    assert [text for _, text in messenger(failing).sent] == ["prompt 0", f"prompt {REVISIONS}"]
    assert len(set(messenger(failing).keys)) == 2


@pytest.mark.parametrize("mood", [Undeliverable("kicked"), Unsendable("no such chat")])
async def test_what_a_groups_old_id_answers_says_nothing_of_its_new_one(
    failing: Town, mood: Exception
) -> None:
    maria = failing.employee()
    messenger(failing).errors.append(mood)
    messenger(failing).holds_all()
    await says(failing, to(STAFF_ROOM, "on its way while the group moves"))
    await messenger(failing).calls(1)
    await failing.messenger.bring(
        failing.messenger.event(maria, maria.room, change="moved", moved_to="-1001")
    )
    await says(failing, to("42", "to another chat meanwhile"))
    await messenger(failing).calls(2)
    assert [chat for chat, _ in messenger(failing).sent] == [STAFF_ROOM, "42"]
    messenger(failing).lets_go()

    await maria.sees("on its way", room=failing.messenger.room("-1001"))


async def test_stopping_waits_for_what_is_on_its_way_and_marks_it(failing: Town) -> None:
    second = Delivery(failing.transactions, failing.adapters)
    messenger(failing).holds_all()
    await says(failing, to("42", "on its way"))
    await messenger(failing).calls(1)
    running = asyncio.create_task(second.run())
    await messenger(failing).calls(2)
    running.cancel()
    messenger(failing).lets_go()
    with pytest.raises(asyncio.CancelledError):
        await running

    (row,) = await arrived(failing, 1)
    assert row.outcome == "sent"


async def test_a_row_that_cannot_be_read_harms_no_other(failing: Town) -> None:
    def work(task: Work) -> None:
        broken = {"to": {"channel": "telegram", "chat": "42"}, "rows": "?"}
        row = OutboxMessage(
            channel="telegram",
            chat="42",
            lane="42",
            reply=broken,
            created_at=task.now,
            next_at=task.now,
        )
        task.session.add(row)

    await change(failing, work)
    await says(failing, to("43", "neighbour"))

    await arrived(failing, 1)
    broken = (await outbox(failing))[0]
    assert (broken.done_at, broken.error) == (None, "TypeError")
    assert broken.next_at > failing.clock()


async def test_answers_in_a_dialogue_overtake_pushes(failing: Town) -> None:
    messenger(failing).holds_all()
    await says(failing, *(to(str(n), "push", push=True) for n in range(100, 140)))
    await messenger(failing).calls(24)
    await says(failing, to("42", "answer"))
    await messenger(failing).calls(25)
    messenger(failing).lets_go()

    assert messenger(failing).sent[24] == ("42", "answer")
    await arrived(failing, 41)


async def test_a_full_group_takes_no_more_and_starves_nobody(
    database_url: str, tmp_path: Path
) -> None:
    channel = FailingMessenger(of_groups=GROUP)
    async with town(tmp_path, url=database_url, messengers=(channel,)) as place:
        topics = [topic for category in default_tree(place.texts) for topic in category.topics]
        urgent = next(n for n, topic in enumerate(topics, 1) if topic.fast_track)
        await planted(place, 60, with_cards=True, topic_id=urgent)
        await says(place, *(to(str(n), "push", push=True) for n in range(100, 110)))
        await arrived(place, 73)  # sixty cards, three lists of fifty of them, ten pushes
        await says(place, to(STAFF_ROOM, "answer in the group"), to("42", "answer"))
        await arrived(place, 75)
        await says(place, to("43", "answer"))
        await arrived(place, 76)

        in_group = [chat for chat, _ in channel.sent if chat == STAFF_ROOM]
        assert len(in_group) == 10 + 3 + 1


async def test_a_message_is_fitted_to_the_chat_that_it_goes_to(tmp_path: Path) -> None:
    """Chats of one channel differ: under a post on a wall there are no buttons, say."""
    channel = FailingMessenger(of_groups=replace(ROOMY, text=20))
    async with town(tmp_path, messengers=(channel,)) as place:
        await says(place, to("42", "one piece of news, and more"))
        await says(place, to("-7", "one piece of news, and more"))
        await arrived(place, 2)

        assert [len(place.messenger.room(chat).shown) for chat in ("42", "-7")] == [1, 2]


async def test_what_was_sent_twice_by_two_owners_is_marked_once(failing: Town) -> None:
    await says(failing, to("42", "hello"))
    await arrived(failing, 1)
    undo = update(OutboxMessage).values(done_at=None)
    await look(failing, lambda session: session.execute(undo))
    failing.delivery.wake()

    await arrived(failing, 1)
    assert len(set(messenger(failing).keys)) == 1


async def test_an_answer_goes_before_what_waits_for_others_and_after_what_waits_for_its_chat(
    failing: Town,
) -> None:
    messenger(failing).holds_all()
    await says(failing, *(to(str(n), "push", push=True) for n in range(100, 200)))
    await says(failing, to("42", "her push", push=True), to("42", "her answer"))
    await messenger(failing).calls(25)
    messenger(failing).lets_go()
    await arrived(failing, 102)

    order = messenger(failing).sent
    assert ("42", "her push") in order[:32]
    assert order.index(("42", "her answer")) < 100
    assert [shown.text for shown in failing.messenger.room("42").shown] == [
        "her push",
        "her answer",
    ]
