"""The outbox on its way out: order, retries, edits that meet, a messenger that fails in every way."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import update

from bot.delivery.delivery import Delivery
from bot.delivery.parcel import REVISIONS
from bot.protocol import RetryLater, Undeliverable, Unsendable
from handlers.turn import Work
from storage.tables import OutboxMessage
from tests.fakes.failing_messenger import FailingMessenger
from tests.fakes.memory import ROOMY
from tests.support.towns.conversation import STAFF_ROOM, Town, town
from tests.support.towns.deliveries import arrived, messenger, says, settled, to
from tests.support.towns.staff_room import card_of, card_says, change, look, outbox, planted

GROUP = replace(ROOMY, messages_per_minute=20)


async def test_a_lane_keeps_its_order_through_failures(failing: Town) -> None:
    messenger(failing).errors.extend([RetryLater("down", 0), None, RetryLater("again", 0)])
    await says(failing, *(to("42", f"message {n}") for n in range(5)))

    await arrived(failing, 5)

    shown = [s.text for s in failing.messenger.room("42").shown]
    assert shown == [f"message {n}" for n in range(5)]


async def test_what_is_refused_for_now_is_tried_again_later_and_later(failing: Town) -> None:
    messenger(failing).errors.extend([RetryLater("down")] * 3)
    await says(failing, to("42", "hello"))
    for attempt, wait in ((1, 2), (2, 4), (3, 8)):
        await messenger(failing).calls(attempt)
        row = await settled(failing, attempts=attempt)
        assert (row.next_at - failing.clock()).total_seconds() == wait
        failing.clock.passes(seconds=wait)
        failing.delivery.wake()

    await arrived(failing, 1)
    assert len(set(messenger(failing).keys)) == 1


async def test_an_adapters_bug_is_a_failure_like_another(failing: Town) -> None:
    messenger(failing).errors.append(KeyError("a bug"))
    await says(failing, to("42", "hello"), to("43", "neighbour"))

    await settled(failing, attempts=1)
    failing.clock.passes(minutes=1)
    failing.delivery.wake()

    await arrived(failing, 2)


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


async def test_a_message_that_is_refused_holds_up_no_other(failing: Town) -> None:
    messenger(failing).errors.extend([Unsendable("empty"), None, Unsendable("empty")])
    await says(failing, to(STAFF_ROOM, "blank"), to(STAFF_ROOM, "card"))

    await arrived(failing, 1)
    assert [s.text for s in failing.staff_room.shown] == ["card"]
    assert (await outbox(failing))[0].outcome == ""

    await says(failing, to("42", "blank"), to("42", "answer"))
    rows = await arrived(failing, 3)
    assert [(row.chat, row.outcome) for row in rows] == [
        (STAFF_ROOM, "sent"),
        ("42", "undeliverable"),
        ("42", "sent"),
    ]

    failing.clock.passes(minutes=5)
    failing.delivery.wake()
    await arrived(failing, 4)


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


async def test_one_resident_who_cannot_be_reached_holds_up_nobody(failing: Town) -> None:
    await planted(failing)
    failing.messenger.deaf.add("42")
    await says(failing, to("42", "answer", push=True, appeal=1), to("43", "neighbour"))

    rows = await arrived(failing, 2)

    assert {(row.chat, row.outcome) for row in rows} >= {("42", "undeliverable"), ("43", "sent")}
    await failing.employee().sees("не доставлено")


async def test_a_pause_for_everybody_is_kept_by_everybody(failing: Town) -> None:
    messenger(failing).errors.append(RetryLater("429", 0.3, everywhere=True))
    await says(failing, to("1", "first"))
    await settled(failing, attempts=1)
    failing.clock.passes(seconds=1)

    await says(failing, to("1", "more"), *(to(str(n), "other") for n in range(2, 9)))
    await arrived(failing, 9)

    first, second, *_ = messenger(failing).times
    assert second - first >= 0.3
    assert len(messenger(failing).sent) == 10


async def test_a_staff_chat_is_tried_for_ever(failing: Town) -> None:
    failing.messenger.deaf.add(STAFF_ROOM)
    await planted(failing, with_cards=True)
    await settled(failing, attempts=1)
    failing.clock.passes(days=40)
    failing.delivery.wake()
    row = await settled(failing, attempts=2)
    assert row.done_at is None

    failing.messenger.deaf.clear()
    failing.clock.passes(days=1)
    failing.delivery.wake()

    await card_of(failing.employee())


async def test_a_messenger_that_is_down_for_days_is_given_up_and_the_card_says_so(
    failing: Town,
) -> None:
    await planted(failing)
    messenger(failing).errors.extend([RetryLater("down"), RetryLater("down")])
    await says(failing, to("42", "answer", push=True, appeal=1))
    await settled(failing, attempts=1)
    failing.clock.passes(days=3, seconds=5)
    failing.delivery.wake()

    await card_says(failing.employee(), "не доставлено")


async def test_a_crash_between_send_and_mark_repeats_with_the_same_key(failing: Town) -> None:
    messenger(failing).after.append(asyncio.CancelledError())  # type: ignore[arg-type]
    await says(failing, to("42", "once"))
    await messenger(failing).calls(2)

    await arrived(failing, 1)

    assert len(set(messenger(failing).keys)) == 1


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


async def test_a_database_that_is_away_loses_no_result(failing: Town) -> None:
    messenger(failing).holds_all()
    await says(failing, to("42", "sent while the database was away"))
    await messenger(failing).calls(1)
    engine = failing.database.engine
    failing.database.engine = _Gone()  # type: ignore[assignment]
    messenger(failing).lets_go()
    await failing.messenger.person("42").sees("sent while")
    failing.database.engine = engine
    failing.delivery.wake()

    await arrived(failing, 1)
    assert len(failing.messenger.room("42").shown) == 1


class _Gone:
    """An engine that cannot connect."""

    def __getattr__(self, name: str) -> object:
        raise OSError("no route to the database")


async def test_answers_in_a_dialogue_overtake_pushes(failing: Town) -> None:
    messenger(failing).holds_all()
    await says(failing, *(to(str(n), "push", push=True) for n in range(100, 140)))
    await messenger(failing).calls(24)
    await says(failing, to("42", "answer"))
    await messenger(failing).calls(25)
    messenger(failing).lets_go()

    assert messenger(failing).sent[24] == ("42", "answer")
    await arrived(failing, 41)


async def test_parts_go_on_where_they_broke_off(failing: Town) -> None:
    messenger(failing).errors.extend([None, RetryLater("down", 0)])
    await says(failing, to("42", "а" * 4096 + "б" * 4096 + "в" * 10))

    await arrived(failing, 1)

    assert [s.text[0] for s in failing.messenger.room("42").shown] == ["а", "б", "в"]
    keys = messenger(failing).keys
    assert keys[1] == keys[2]
    assert len(set(keys)) == 3


async def test_a_full_group_takes_no_more_and_starves_nobody(
    database_url: str, tmp_path: Path
) -> None:
    channel = FailingMessenger(of_groups=GROUP)
    async with town(tmp_path, url=database_url, messengers=(channel,)) as place:
        await planted(place, 60, with_cards=True)
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


async def test_an_error_that_comes_again_and_again_is_the_messages_own(failing: Town) -> None:
    strange = [RetryLater("error 603", 0, tries=3) for _ in range(3)]
    messenger(failing).errors.extend([RetryLater("down", 0), *strange])
    await says(failing, to("42", "strange"), to("42", "next"))

    rows = await arrived(failing, 2)

    assert [(row.outcome, row.attempts) for row in rows] == [("undeliverable", 3), ("sent", 1)]


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


async def test_a_chat_that_is_told_to_wait_holds_up_no_other(
    database_url: str, tmp_path: Path
) -> None:
    channel = FailingMessenger(limits=replace(ROOMY, pushes_per_second=1))
    channel.errors.append(RetryLater("429", 3600))
    async with town(tmp_path, url=database_url, messengers=(channel,)) as place:
        await says(place, to("42", "too much"))
        await settled(place, attempts=1)
        await says(place, *(to(str(n), "other") for n in range(50, 60)))

        await arrived(place, 10)
        assert len(channel.sent) == 11
