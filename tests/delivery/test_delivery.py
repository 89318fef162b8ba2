"""The outbox on its way out: order, retries, edits that meet, a messenger in every mood."""

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
from tests.fakes.failing_messenger import MoodyMessenger
from tests.fakes.memory import ROOMY
from tests.support.towns.conversation import STAFF_ROOM, Town, town
from tests.support.towns.deliveries import arrived, messenger, says, settled, to
from tests.support.towns.staff_room import card_of, card_says, change, look, outbox, planted

GROUP = replace(ROOMY, group_messages_per_minute=20)


async def test_a_lane_keeps_its_order_through_failures(moody: Town) -> None:
    messenger(moody).moods.extend([RetryLater("down", 0), None, RetryLater("again", 0)])
    await says(moody, *(to("42", f"message {n}") for n in range(5)))

    await arrived(moody, 5)

    shown = [s.text for s in moody.messenger.room("42").shown]
    assert shown == [f"message {n}" for n in range(5)]


async def test_what_is_refused_for_now_is_tried_again_later_and_later(moody: Town) -> None:
    messenger(moody).moods.extend([RetryLater("down")] * 3)
    await says(moody, to("42", "hello"))
    for attempt, wait in ((1, 2), (2, 4), (3, 8)):
        await messenger(moody).calls(attempt)
        row = await settled(moody, attempts=attempt)
        assert (row.next_at - moody.clock()).total_seconds() == wait
        moody.clock.passes(seconds=wait)
        moody.delivery.wake()

    await arrived(moody, 1)
    assert len(set(messenger(moody).keys)) == 1


async def test_an_adapters_bug_is_a_failure_like_another(moody: Town) -> None:
    messenger(moody).moods.append(KeyError("a bug"))
    await says(moody, to("42", "hello"), to("43", "neighbour"))

    await settled(moody, attempts=1)
    moody.clock.passes(minutes=1)
    moody.delivery.wake()

    await arrived(moody, 2)


async def test_what_replaces_a_message_that_is_being_sent_has_a_key_of_its_own(moody: Town) -> None:
    messenger(moody).holds_all()
    await says(moody, replace(to("42", "prompt 0"), coalesce="form:x"))
    await messenger(moody).calls(1)
    for number in range(1, REVISIONS + 1):
        await says(moody, replace(to("42", f"prompt {number}"), coalesce="form:x"))
    messenger(moody).lets_go()

    await arrived(moody, 1)

    assert [text for _, text in messenger(moody).sent] == ["prompt 0", f"prompt {REVISIONS}"]
    assert len(set(messenger(moody).keys)) == 2


async def test_a_message_that_is_refused_holds_up_no_other(moody: Town) -> None:
    messenger(moody).moods.extend([Unsendable("empty"), None, Unsendable("empty")])
    await says(moody, to(STAFF_ROOM, "blank"), to(STAFF_ROOM, "card"))

    await arrived(moody, 1)
    assert [s.text for s in moody.staff_room.shown] == ["card"]
    assert (await outbox(moody))[0].outcome == ""

    await says(moody, to("42", "blank"), to("42", "answer"))
    rows = await arrived(moody, 3)
    assert [(row.chat, row.outcome) for row in rows] == [
        (STAFF_ROOM, "sent"),
        ("42", "undeliverable"),
        ("42", "sent"),
    ]

    moody.clock.passes(minutes=5)
    moody.delivery.wake()
    await arrived(moody, 4)


@pytest.mark.parametrize("mood", [Undeliverable("kicked"), Unsendable("no such chat")])
async def test_what_a_groups_old_id_answers_says_nothing_of_its_new_one(
    moody: Town, mood: Exception
) -> None:
    maria = moody.employee()
    messenger(moody).moods.append(mood)
    messenger(moody).holds_all()
    await says(moody, to(STAFF_ROOM, "on its way while the group moves"))
    await messenger(moody).calls(1)
    await moody.messenger.bring(
        moody.messenger.event(maria, maria.room, change="moved", moved_to="-1001")
    )
    await says(moody, to("42", "to another chat meanwhile"))
    await messenger(moody).calls(2)
    assert [chat for chat, _ in messenger(moody).sent] == [STAFF_ROOM, "42"]
    messenger(moody).lets_go()

    await maria.sees("on its way", room=moody.messenger.room("-1001"))


async def test_one_resident_who_cannot_be_reached_holds_up_nobody(moody: Town) -> None:
    await planted(moody)
    moody.messenger.deaf.add("42")
    await says(moody, to("42", "answer", push=True, appeal=1), to("43", "neighbour"))

    rows = await arrived(moody, 2)

    assert {(row.chat, row.outcome) for row in rows} >= {("42", "undeliverable"), ("43", "sent")}
    await moody.employee().sees("не доставлено")


async def test_a_pause_for_everybody_is_kept_by_everybody(moody: Town) -> None:
    messenger(moody).moods.append(RetryLater("429", 0.3, everywhere=True))
    await says(moody, to("1", "first"))
    await settled(moody, attempts=1)
    moody.clock.passes(seconds=1)

    await says(moody, to("1", "more"), *(to(str(n), "other") for n in range(2, 9)))
    await arrived(moody, 9)

    first, second, *_ = messenger(moody).times
    assert second - first >= 0.3
    assert len(messenger(moody).sent) == 10


async def test_a_staff_chat_is_tried_for_ever(moody: Town) -> None:
    moody.messenger.deaf.add(STAFF_ROOM)
    await planted(moody, with_cards=True)
    await settled(moody, attempts=1)
    moody.clock.passes(days=40)
    moody.delivery.wake()
    row = await settled(moody, attempts=2)
    assert row.done_at is None

    moody.messenger.deaf.clear()
    moody.clock.passes(days=1)
    moody.delivery.wake()

    await card_of(moody.employee())


async def test_a_messenger_that_is_down_for_days_is_given_up_and_the_card_says_so(
    moody: Town,
) -> None:
    await planted(moody)
    messenger(moody).moods.extend([RetryLater("down"), RetryLater("down")])
    await says(moody, to("42", "answer", push=True, appeal=1))
    await settled(moody, attempts=1)
    moody.clock.passes(days=3, seconds=5)
    moody.delivery.wake()

    await card_says(moody.employee(), "не доставлено")


async def test_a_crash_between_send_and_mark_repeats_with_the_same_key(moody: Town) -> None:
    messenger(moody).after.append(asyncio.CancelledError())  # type: ignore[arg-type]
    await says(moody, to("42", "once"))
    await messenger(moody).calls(2)

    await arrived(moody, 1)

    assert len(set(messenger(moody).keys)) == 1


async def test_stopping_waits_for_what_is_on_its_way_and_marks_it(moody: Town) -> None:
    second = Delivery(moody.app, moody.adapters)
    messenger(moody).holds_all()
    await says(moody, to("42", "on its way"))
    await messenger(moody).calls(1)
    running = asyncio.create_task(second.run())
    await messenger(moody).calls(2)
    running.cancel()
    messenger(moody).lets_go()
    with pytest.raises(asyncio.CancelledError):
        await running

    (row,) = await arrived(moody, 1)
    assert row.outcome == "sent"


async def test_a_row_that_cannot_be_read_harms_no_other(moody: Town) -> None:
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

    await change(moody, work)
    await says(moody, to("43", "neighbour"))

    await arrived(moody, 1)
    broken = (await outbox(moody))[0]
    assert (broken.done_at, broken.error) == (None, "TypeError")
    assert broken.next_at > moody.clock()


async def test_a_database_that_is_away_loses_no_result(moody: Town) -> None:
    messenger(moody).holds_all()
    await says(moody, to("42", "sent while the database was away"))
    await messenger(moody).calls(1)
    engine = moody.database.engine
    moody.database.engine = _Gone()  # type: ignore[assignment]
    messenger(moody).lets_go()
    await moody.messenger.person("42").sees("sent while")
    moody.database.engine = engine
    moody.delivery.wake()

    await arrived(moody, 1)
    assert len(moody.messenger.room("42").shown) == 1


class _Gone:
    """An engine that cannot connect."""

    def __getattr__(self, name: str) -> object:
        raise OSError("no route to the database")


async def test_answers_in_a_dialogue_overtake_pushes(moody: Town) -> None:
    messenger(moody).holds_all()
    await says(moody, *(to(str(n), "push", push=True) for n in range(100, 140)))
    await messenger(moody).calls(24)
    await says(moody, to("42", "answer"))
    await messenger(moody).calls(25)
    messenger(moody).lets_go()

    assert messenger(moody).sent[24] == ("42", "answer")
    await arrived(moody, 41)


async def test_parts_go_on_where_they_broke_off(moody: Town) -> None:
    messenger(moody).moods.extend([None, RetryLater("down", 0)])
    await says(moody, to("42", "а" * 4096 + "б" * 4096 + "в" * 10))

    await arrived(moody, 1)

    assert [s.text[0] for s in moody.messenger.room("42").shown] == ["а", "б", "в"]
    keys = messenger(moody).keys
    assert keys[1] == keys[2]
    assert len(set(keys)) == 3


async def test_a_full_group_takes_no_more_and_starves_nobody(
    database_url: str, tmp_path: Path
) -> None:
    channel = MoodyMessenger(limits=GROUP)
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


async def test_what_was_sent_twice_by_two_owners_is_marked_once(moody: Town) -> None:
    await says(moody, to("42", "hello"))
    await arrived(moody, 1)
    undo = update(OutboxMessage).values(done_at=None)
    await look(moody, lambda session: session.execute(undo))
    moody.delivery.wake()

    await arrived(moody, 1)
    assert len(set(messenger(moody).keys)) == 1


async def test_an_error_that_comes_again_and_again_is_the_messages_own(moody: Town) -> None:
    strange = [RetryLater("error 603", 0, tries=3) for _ in range(3)]
    messenger(moody).moods.extend([RetryLater("down", 0), *strange])
    await says(moody, to("42", "strange"), to("42", "next"))

    rows = await arrived(moody, 2)

    assert [(row.outcome, row.attempts) for row in rows] == [("undeliverable", 3), ("sent", 1)]


async def test_an_answer_goes_before_what_waits_for_others_and_after_what_waits_for_its_chat(
    moody: Town,
) -> None:
    messenger(moody).holds_all()
    await says(moody, *(to(str(n), "push", push=True) for n in range(100, 200)))
    await says(moody, to("42", "her push", push=True), to("42", "her answer"))
    await messenger(moody).calls(25)
    messenger(moody).lets_go()
    await arrived(moody, 102)

    order = messenger(moody).sent
    assert ("42", "her push") in order[:32]
    assert order.index(("42", "her answer")) < 100
    assert [shown.text for shown in moody.messenger.room("42").shown] == ["her push", "her answer"]


async def test_a_chat_that_is_told_to_wait_holds_up_no_other(
    database_url: str, tmp_path: Path
) -> None:
    channel = MoodyMessenger(limits=replace(ROOMY, chat_messages_per_second=1))
    channel.moods.append(RetryLater("429", 3600))
    async with town(tmp_path, url=database_url, messengers=(channel,)) as place:
        await says(place, to("42", "too much"))
        await settled(place, attempts=1)
        await says(place, *(to(str(n), "other") for n in range(50, 60)))

        await arrived(place, 10)
        assert len(channel.sent) == 11
