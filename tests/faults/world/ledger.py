"""What people were promised and what became of it: the one count of all fault tests."""

import asyncio
import json
import re
import sqlite3
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import asyncpg

from storage.outbox import OUTDATED
from tests.fakes.messenger import FakeMessenger, Room, Shown
from tests.support.towns.live import UNSENT, LiveTown

# Seconds for the bot to come to itself, killed several times on a busy machine. A call of Telegram
# that hangs takes 30 of them, and one chat may meet several.
PATIENCE = 240
# Messengers that know no message by a key of ours: if an answer is lost, the message goes again.
WITHOUT_KEY = frozenset(("telegram", "max"))
NUMBER = re.compile(r"МЦУ-\d\d-\d{6,}")


@dataclass(frozen=True, slots=True)
class Tally:
    """The end of a fault. ``repeated``: messages that a messenger without keys showed again."""

    appeals: int = 0
    messages: int = 0
    lost: int = 0
    doubled: int = 0
    out_of_order: int = 0
    repeated: int = 0


@dataclass
class Ledger:
    """What is to be there in the end: the bot's messages of each chat in order, and the appeals.

    A message is known by a fragment of its text that no other message of that chat has. ``appeals``
    are the texts of those that residents sent, each of them once.
    """

    town: LiveTown
    appeals: list[str] = field(default_factory=list)
    _awaited: dict[tuple[str, str, str], list[str]] = field(default_factory=dict)

    def expects(self, channel: str, room: Room, *fragments: str, about: str = "") -> None:
        """The bot's next messages in that chat; what is ``about`` other things has no order."""
        self._awaited.setdefault((channel, room.id, about), []).extend(fragments)

    async def settles(self, seconds: float = PATIENCE) -> None:
        """Wait until everything awaited is there. What is lost is found by ``count``."""
        for (channel, room_id, _), fragments in self._awaited.items():
            messenger = self.town.messengers[channel]
            room = messenger.room(room_id)
            await _until_all(messenger, room, fragments, seconds)

    async def forgets_outdated(self) -> None:
        """Await no more what was not true any more when it could be sent at last.

        «Взяли в работу» that a failure held up until the answer stands behind it is left out.
        """
        rows = await query(self.town, "SELECT outcome, channel, chat, reply FROM outbox")
        left_out = [
            (str(channel).partition(":")[0], chat, json.loads(str(reply))["text"])
            for outcome, channel, chat, reply in rows
            if outcome == OUTDATED
        ]
        for (channel, room, _), fragments in self._awaited.items():
            texts = [text for where, chat, text in left_out if (where, chat) == (channel, room)]
            fragments[:] = [one for one in fragments if not any(one in text for text in texts)]

    async def count(self) -> Tally:
        """Compare what people saw and what the database holds with what was awaited."""
        lost = doubled = out_of_order = repeated = messages = 0
        for (channel, room_id, _), fragments in self._awaited.items():
            room = self.town.messengers[channel].room(room_id)
            seen = recognised(room, fragments, told)
            times = Counter(seen)
            messages += len(fragments)
            lost += sum(fragment not in times for fragment in fragments)
            sent = Counter(recognised(room, fragments, at_first))
            again = sum(sent.values()) - len(sent)
            if channel in WITHOUT_KEY:
                repeated += again
            else:
                doubled += again
            out_of_order += _inversions([fragments.index(one) for one in dict.fromkeys(seen)])
        kept = await numbers(self.town)
        for text in self.appeals:
            found = sorted(number for number, said in kept.items() if said == text)
            lost += not found
            doubled += max(0, len(found) - 1)
        lost += len(self._told() - set(kept))
        return Tally(len(self.appeals), messages, lost, doubled, out_of_order, repeated)

    def _told(self) -> set[str]:
        """Every number that a resident was told."""
        return {
            number
            for channel, room_id, _ in self._awaited
            for shown in of_bot(self.town.messengers[channel].room(room_id))
            for number in NUMBER.findall(shown.text)
        }


def of_bot(room: Room) -> list[Shown]:
    return [shown for shown in room.shown if not shown.author]


def told(room: Room) -> list[str]:
    """All that the bot has said there, in order: also what was edited into something else since."""
    said = sorted(one for shown in of_bot(room) for one in shown.told)
    return [text for _, text in said if text]


def at_first(room: Room) -> list[str]:
    """What each message of the bot said when it was sent.

    One that was edited into the next question stands there with the words of the new message, too,
    if the program died before it knew: the next question is asked again, nothing was sent twice.
    """
    return [next((text for _, text in shown.told if text), "") for shown in of_bot(room)]


def recognised(room: Room, fragments: list[str], texts: Callable[[Room], list[str]]) -> list[str]:
    """The awaited fragments in the order in which the chat has shown them."""
    found = (max((f for f in fragments if f in text), key=len, default="") for text in texts(room))
    return [fragment for fragment in found if fragment]


async def _until_all(
    messenger: FakeMessenger, room: Room, fragments: list[str], seconds: float
) -> None:
    def all_there() -> bool:
        texts = told(room)
        return all(any(fragment in text for text in texts) for fragment in fragments)

    try:
        await messenger.until_room(all_there, seconds)
    except TimeoutError:
        texts = told(room)
        missing = [f for f in fragments if not any(f in text for text in texts)]
        raise AssertionError(f"{room.id} waits for {missing}, has {texts}") from None


def _inversions(places: list[int]) -> int:
    """How many came after one that was to come later."""
    late, furthest = 0, -1
    for place in places:
        late += place < furthest
        furthest = max(furthest, place)
    return late


# The database, as it stands


async def query(town: LiveTown, statement: str) -> list[tuple[object, ...]]:
    """Ask the town's database directly, whether the bot runs or not."""
    url = town.process.environ.get("MCU_DATABASE_URL", "")
    if url.startswith("postgresql"):
        connection = await asyncpg.connect(direct(url))
        try:
            return [tuple(row) for row in await connection.fetch(statement)]
        finally:
            await connection.close()
    with closing(sqlite3.connect(sqlite_file(town), timeout=30)) as database:
        return database.execute(statement).fetchall()


async def until_nothing_waits(town: LiveTown, seconds: float = PATIENCE) -> None:
    """Wait until nothing is left to send: what was killed on the way goes in the next life.

    What people were shown may still stand as unsent if the bot died before it noted the answer.
    """
    async with asyncio.timeout(seconds):
        while await query(town, UNSENT) != [(0,)]:  # noqa: ASYNC110 - another process
            await asyncio.sleep(0.2)


def sqlite_file(town: LiveTown) -> Path:
    """Where the SQLite database is."""
    return Path(town.process.database_url.removeprefix("sqlite+aiosqlite:///"))


def direct(url: str) -> str:
    """The address for asyncpg itself."""
    return url.replace("postgresql+asyncpg://", "postgresql://")


async def numbers(town: LiveTown) -> dict[str, str]:
    """Every appeal's number and text."""
    rows = await query(town, "SELECT number, text FROM appeals")
    return {str(number): str(text) for number, text in rows}
