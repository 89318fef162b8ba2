"""The power goes in the middle of a dialogue, at every step: no answer is lost, none is asked again."""

import sqlite3
from collections.abc import Awaitable, Callable, Sequence
from contextlib import closing
from itertools import cycle, groupby
from pathlib import Path

import pytest

from config.settings.channels import CHANNELS
from tests.fakes.max import FakeMax
from tests.fakes.telegram import FakeTelegram
from tests.fakes.vk import FakeVk
from tests.faults.world.ledger import told, until_nothing_waits
from tests.support.servers.process import BotProcess
from tests.support.towns.crossing import DESCRIPTION, FIRST, TOPIC
from tests.support.towns.live import UNSENT, LiveTown, Reader, beginning, live_town

GRACE = 10  # seconds that a process manager gives after SIGTERM

# A press is answered in the place of what was asked, by an edit.
SEND = {
    "telegram": ("sendMessage", "editMessageText"),
    "vk": ("messages.send", "messages.edit"),
    "max": ("POST /messages", "PUT /messages", "POST /answers"),
}
ADDRESS = "улица Мира, 5"
Act = Callable[[Reader], Awaitable[object]]


def filing(channel: str) -> list[tuple[Act, tuple[str, ...]]]:
    """What a resident does, and the beginning of each message that the bot answers with."""
    word = ("place-taken", "summary") if CHANNELS[channel].leaves_keyboard else ("place-taken",)
    return [
        (lambda anna: anna.says("/start"), ("greeting", "consent-short")),
        (lambda anna: anna.presses("consent-yes"), ("consent-given",)),
        (lambda anna: anna.presses("menu-report"), ("ask-what",)),
        (lambda anna: anna.says(DESCRIPTION), ("ask-topic-suggested",)),
        (lambda anna: anna.presses(TOPIC), ("ask-place-proposed",)),
        (lambda anna: anna.says(ADDRESS), word),
        (lambda anna: anna.person.sends(FIRST), ("files-added",)),
        (lambda anna: anna.presses("form-send"), ("filed",)),
    ]


def answers(channel: str) -> list[str]:
    return [beginning(key) for _, keys in filing(channel) for key in keys]


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
    fake = fake_of(town, channel)
    for method in SEND[channel]:
        if isinstance(fake, FakeVk):
            fake.drop_next(method)
        else:
            fake.fail_next(method, 0)
    await act(anna)
    await fake.until(lambda: len(sendings(town, channel)) > before)
    await town.process.kill()


async def sent_but_not_marked(
    town: LiveTown, channel: str, anna: Reader, act: Act, answer: str
) -> None:
    """The resident sees the answer, and the bot does not know that it went."""
    fake = town.messengers[channel]
    for method in SEND[channel]:
        fake.hold(method)
    await act(anna)
    await anna.person.sees(answer)
    await town.process.kill()
    await fake.release()


MOMENTS = (at_once, kept_but_not_sent, sent_but_not_marked)


def fake_of(town: LiveTown, channel: str) -> FakeTelegram | FakeVk | FakeMax:
    fake = town.messengers[channel]
    assert isinstance(fake, FakeTelegram | FakeVk | FakeMax)
    return fake


def sendings(town: LiveTown, channel: str) -> list[object]:
    fake = fake_of(town, channel)
    called = fake.calls if isinstance(fake, FakeVk) else fake.called
    return [call for method in SEND[channel] for call in called(method)]


def as_beginnings(texts: Sequence[str], channel: str) -> list[str]:
    known = answers(channel)
    return [max((b for b in known if text.startswith(b)), key=len, default=text) for text in texts]


def answers_to(anna: Reader, channel: str) -> list[str]:
    """All that the bot has told a resident, each as the beginning that it has."""
    return as_beginnings(told(anna.person.room), channel)


def begun_with(anna: Reader, channel: str) -> list[str]:
    """What each message of the bot said at first."""
    shown = [one for one in anna.person.room.shown if not one.author]
    first = [next(text for _, text in one.told if text) for one in shown]
    return as_beginnings(first, channel)


def rows(process: BotProcess, query: str) -> list[tuple[object, ...]]:
    """What the database holds, of a bot that does not run."""
    with closing(sqlite3.connect(process.folder / "data" / "mcu.db")) as database:
        return database.execute(query).fetchall()


@pytest.mark.parametrize(
    ("channel", "first_moment"), [("telegram", 0), ("vk", 1), ("vk", 2), ("max", 0), ("max", 1)]
)
async def test_a_kill_at_every_step_loses_no_answer(
    channel: str, first_moment: int, tmp_path: Path
) -> None:
    moments = cycle(MOMENTS[first_moment:] + MOMENTS[:first_moment])
    async with live_town(tmp_path, channels={channel}, staff="web", twice=False) as town:
        anna = town.resident(channel)
        for (act, keys), dies in zip(filing(channel), moments, strict=False):
            await dies(town, channel, anna, act, beginning(keys[0]))
            await town.start()
            await anna.person.sees(beginning(keys[-1]))
        maria = town.employee()
        await maria.finds(DESCRIPTION)
        await maria.person.sees_file(FIRST.content)
        await until_nothing_waits(town)
        assert await town.process.stop() == 0

        seen = answers_to(anna, channel)
        assert [answer for answer, _ in groupby(seen)] == answers(channel)  # none came again
        if channel == "vk":  # and by random_id no message was sent twice
            sent = begun_with(anna, channel)
            assert len(sent) == len(set(sent))
        assert rows(town.process, "SELECT text, place_text, kind FROM appeals") == [
            (DESCRIPTION, ADDRESS, "problem")
        ]
        assert rows(town.process, "SELECT state FROM files") == [("stored",)]
        assert rows(town.process, UNSENT) == [(0,)]
        assert rows(town.process, "SELECT count(*) FROM parked_events") == [(0,)]
        assert town.violations() == []


@pytest.mark.parametrize("channel", ["telegram", "vk", "max"])
async def test_what_is_on_its_way_is_finished_before_it_stops(channel: str, tmp_path: Path) -> None:
    async with live_town(tmp_path, channels={channel}, staff="web", twice=False) as town:
        anna = town.resident(channel)
        fake = town.messengers[channel]
        fake.hold(SEND[channel][0])
        await anna.says("/start")
        await anna.person.sees(beginning("greeting"))
        town.process.terminate()
        await town.process.logs("event=stopping")
        await fake.release()

        assert await town.process.ends(GRACE) == 0
        await town.start()
        await anna.presses("consent-yes")
        await anna.reads("consent-given", "menu")
        assert answers_to(anna, channel) == answers(channel)[:3]  # nothing was sent again
        assert town.process.troubles() == []


@pytest.mark.parametrize("channel", ["vk", "max"])
async def test_a_messenger_that_does_not_answer_holds_the_stop_up_for_seconds_only(
    channel: str, tmp_path: Path
) -> None:
    async with live_town(tmp_path, channels={channel}, staff="web", twice=False) as town:
        anna = town.resident(channel)
        town.messengers[channel].hold(SEND[channel][0])
        await anna.says("/start")
        await anna.person.sees(beginning("greeting"))
        town.process.terminate()

        assert await town.process.ends(GRACE) == 0


@pytest.mark.parametrize("channel", ["telegram", "vk", "max"])
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
        seen = answers_to(anna, channel)
        assert seen == [answer for answer in answers(channel)[:5] if answer in seen]
        assert seen[-1] == beginning("ask-topic-suggested")  # questions answered meanwhile may miss
        assert answers_to(boris, channel) == answers(channel)[:2]
