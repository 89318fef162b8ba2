"""What fails is tried again: later and later, with the same key, and nobody else waits for it."""

import asyncio
from dataclasses import replace
from functools import partial
from pathlib import Path

from bot.failures import RetryLater, Unsendable
from tests.fakes.failing_messenger import FailingMessenger
from tests.fakes.memory import ROOMY
from tests.support.towns.conversation import STAFF_ROOM, Town, town
from tests.support.towns.deliveries import arrived, messenger, says, settled, to
from tests.support.towns.staff_room import card_of, outbox, planted, until


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


async def test_a_message_that_is_refused_holds_up_no_other(failing: Town) -> None:
    messenger(failing).errors.extend([Unsendable("empty"), None, Unsendable("empty")])
    await says(failing, to(STAFF_ROOM, "blank"), to(STAFF_ROOM, "card"))

    await arrived(failing, 1)
    assert [s.text for s in failing.staff_room.shown] == ["card"]
    assert (await outbox(failing))[0].outcome == ""

    await says(failing, to("42", "blank"), to("42", "answer"))
    rows = await arrived(failing, 4)
    assert [(row.chat, row.outcome) for row in rows] == [
        (STAFF_ROOM, "sent"),
        ("42", "refused"),
        ("42", "sent"),
        ("42", "sent"),
    ]
    await failing.messenger.person("42").sees("мессенджер не принял наш ответ")

    failing.clock.passes(minutes=5)
    failing.delivery.wake()
    await arrived(failing, 5)


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


async def test_a_crash_between_send_and_mark_repeats_with_the_same_key(failing: Town) -> None:
    messenger(failing).after.append(asyncio.CancelledError())  # type: ignore[arg-type]
    await says(failing, to("42", "once"))
    await messenger(failing).calls(2)

    await arrived(failing, 1)

    assert len(set(messenger(failing).keys)) == 1


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


async def test_parts_go_on_where_they_broke_off(failing: Town) -> None:
    messenger(failing).errors.extend([None, RetryLater("down", 0)])
    await says(failing, to("42", "а" * 4096 + "б" * 4096 + "в" * 10))

    await arrived(failing, 1)

    assert [s.text[0] for s in failing.messenger.room("42").shown] == ["а", "б", "в"]
    keys = messenger(failing).keys
    assert keys[1] == keys[2]
    assert len(set(keys)) == 3


async def failed(place: Town, error: str, times: int) -> bool:
    """Whether the oldest row failed so, and that often."""
    row = (await outbox(place))[0]
    return row.error == error and row.attempts >= times


async def test_an_error_that_comes_again_and_again_holds_up_no_other(failing: Town) -> None:
    strange = [RetryLater("error 603", tries=3) for _ in range(3)]
    messenger(failing).errors.extend([RetryLater("down", 0), *strange])
    messenger(failing).errors.extend([None])
    await says(failing, to("42", "strange"), to("42", "next"))
    for attempt in (1, 2):
        await until(partial(failed, failing, "error 603", attempt))
        failing.clock.passes(hours=1)
        failing.delivery.wake()

    rows = await arrived(failing, 1)
    assert [row.reply["text"] for row in rows] == ["next"]
    failing.clock.passes(hours=1)
    failing.delivery.wake()

    await failing.messenger.person("42").sees("strange")


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
