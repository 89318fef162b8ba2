"""The power goes in the middle of a dialogue, at every step: no answer is lost, none is asked again."""

import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import closing
from itertools import cycle, groupby
from pathlib import Path

import pytest

from tests.faults.world.people import beginning
from tests.support.servers.process import BotProcess
from tests.support.towns.crossing import DESCRIPTION, FIRST, TOPIC
from tests.support.towns.live import LiveTown, Reader, live_town

GRACE = 10  # seconds that a process manager gives after SIGTERM

SEND = {"telegram": "sendMessage", "vk": "messages.send"}
ADDRESS = "улица Мира, 5"
Act = Callable[[Reader], Awaitable[object]]

# What a resident does, and the beginning of each message that the bot answers with.
FILING: list[tuple[Act, tuple[str, ...]]] = [
    (lambda anna: anna.says("/start"), ("greeting", "consent-short")),
    (lambda anna: anna.presses("consent-yes"), ("consent-given",)),
    (lambda anna: anna.presses("menu-report"), ("ask-what",)),
    (lambda anna: anna.says(DESCRIPTION), ("ask-topic-suggested",)),
    (lambda anna: anna.presses(TOPIC), ("ask-place",)),
    (lambda anna: anna.says(ADDRESS), ("place-taken", "summary")),
    (lambda anna: anna.person.sends(FIRST), ("files-added",)),
    (lambda anna: anna.presses("form-send"), ("filed",)),
]


ANSWERS = [beginning(key) for _, keys in FILING for key in keys]


# The moments at which it dies


async def at_once(town: LiveTown, channel: str, anna: Reader, act: Act, answer: str) -> None:
    """Before it can have answered; perhaps before it has read."""
    await act(anna)
    await town.process.kill()


async def kept_but_not_sent(
    town: LiveTown, channel: str, anna: Reader, act: Act, answer: str
) -> None:
    """The answer is in its outbox, and the line to the messenger breaks."""
    before = len(sendings(town, channel))
    if channel == "telegram":
        town.telegram.fail_next(SEND[channel], 0)
    else:
        town.vk.drop_next(SEND[channel])
    await act(anna)
    fake = town.telegram if channel == "telegram" else town.vk
    await fake.until(lambda: len(sendings(town, channel)) > before)
    await town.process.kill()


async def sent_but_not_marked(
    town: LiveTown, channel: str, anna: Reader, act: Act, answer: str
) -> None:
    """The resident sees the answer, and the bot does not know that it went."""
    fake = town.messengers[channel]
    fake.hold(SEND[channel])
    await act(anna)
    await anna.person.sees(answer)
    await town.process.kill()
    await fake.release()


MOMENTS = (at_once, kept_but_not_sent, sent_but_not_marked)


def sendings(town: LiveTown, channel: str) -> list[object]:
    if channel == "telegram":
        return [*town.telegram.called(SEND[channel])]
    return [*town.vk.calls(SEND[channel])]


def answers_to(anna: Reader) -> list[str]:
    """The bot's messages to a resident, each as the beginning that it has."""
    shown = [message.text for message in anna.person.room.shown if not message.author]
    return [
        max((b for b in ANSWERS if text.startswith(b)), key=len, default=text) for text in shown
    ]


def rows(process: BotProcess, query: str) -> list[tuple[object, ...]]:
    """What the database holds, of a bot that does not run."""
    with closing(sqlite3.connect(process.folder / "data" / "mcu.db")) as database:
        return database.execute(query).fetchall()


@pytest.mark.parametrize(("channel", "first_moment"), [("telegram", 0), ("vk", 1), ("vk", 2)])
async def test_a_kill_at_every_step_loses_no_answer(
    channel: str, first_moment: int, tmp_path: Path
) -> None:
    moments = cycle(MOMENTS[first_moment:] + MOMENTS[:first_moment])
    async with live_town(tmp_path, channels={channel}, staff="web", twice=False) as town:
        anna = town.resident(channel)
        for (act, keys), dies in zip(FILING, moments, strict=False):
            await dies(town, channel, anna, act, beginning(keys[0]))
            await town.start()
            await anna.person.sees(beginning(keys[-1]))
        maria = town.employee()
        await maria.finds(DESCRIPTION)
        await maria.person.sees_file(FIRST.content)
        assert await town.process.stop() == 0

        seen = answers_to(anna)
        assert [answer for answer, _ in groupby(seen)] == ANSWERS  # no question came again
        if channel == "vk":
            assert seen == ANSWERS  # and by random_id no message at all
        assert rows(town.process, "SELECT text, place_text, kind FROM appeals") == [
            (DESCRIPTION, ADDRESS, "problem")
        ]
        assert rows(town.process, "SELECT state FROM files") == [("stored",)]
        assert rows(town.process, "SELECT count(*) FROM outbox WHERE done_at IS NULL") == [(0,)]
        assert rows(town.process, "SELECT count(*) FROM parked_events") == [(0,)]
        assert town.violations() == []


@pytest.mark.parametrize("channel", ["telegram", "vk"])
async def test_what_is_on_its_way_is_finished_before_it_stops(channel: str, tmp_path: Path) -> None:
    async with live_town(tmp_path, channels={channel}, staff="web", twice=False) as town:
        anna = town.resident(channel)
        fake = town.messengers[channel]
        fake.hold(SEND[channel])
        await anna.says("/start")
        await anna.person.sees(beginning("greeting"))
        town.process.terminate()
        await town.process.logs("event=stopping")
        await fake.release()

        assert await town.process.ends(GRACE) == 0
        await town.start()
        await anna.presses("consent-yes")
        await anna.reads("consent-given", "menu")
        assert answers_to(anna) == ANSWERS[:3]  # nothing was sent again
        assert town.process.troubles() == []


async def test_a_messenger_that_does_not_answer_holds_the_stop_up_for_seconds_only(
    tmp_path: Path,
) -> None:
    async with live_town(tmp_path, channels={"vk"}, staff="web", twice=False) as town:
        anna = town.resident("vk")
        town.vk.hold(SEND["vk"])
        await anna.says("/start")
        await anna.person.sees(beginning("greeting"))
        town.process.terminate()

        assert await town.process.ends(GRACE) == 0


@pytest.mark.parametrize("channel", ["telegram", "vk"])
async def test_what_was_said_while_it_was_down_is_answered_in_its_order(
    channel: str, tmp_path: Path
) -> None:
    async with live_town(tmp_path, channels={channel}, staff="web", twice=False) as town:
        anna, boris = town.resident(channel), town.resident(channel, "43", "Борис")
        await anna.says("/start")
        await anna.presses("consent-yes")
        await anna.reads("consent-given", "menu")
        assert await town.process.stop() == 0
        await anna.presses("menu-report")
        await anna.says(DESCRIPTION)
        await boris.says("/start")
        await town.start()

        await anna.reads("ask-topic-suggested")
        await boris.person.sees(beginning("consent-short"))
        seen = answers_to(anna)
        assert seen == [answer for answer in ANSWERS[:5] if answer in seen]
        assert seen[-1] == beginning("ask-topic-suggested")  # questions answered meanwhile may miss
        assert answers_to(boris) == ANSWERS[:2]
