"""After the storm: what stands in the database and in the chats, against what was done."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from tests.faults.world.ledger import WITHOUT_KEY, Tally, at_first, query
from tests.faults.world.storm import COURSES, Conversation, Storm
from tests.support.towns.live import UNSENT

HISTORY = """
SELECT appeals.number, history.action FROM history JOIN appeals ON appeals.id = history.appeal_id
ORDER BY history.id
"""
FILES = """
SELECT appeals.number, files.state, files.key FROM files
LEFT JOIN appeals ON appeals.id = files.appeal_id
"""


async def tally(storm: Storm) -> Tally:
    """The ledger's count, and that of cards, files and what employees are told of their work."""
    counted = await storm.ledger.count()
    lost = doubled = repeated = 0
    for seen, sent in _times_in_staff_chat(storm):
        lost += seen == 0
        if storm.town.staff_channel in WITHOUT_KEY:
            repeated += max(0, sent - 1)
        else:
            doubled += max(0, sent - 1)
    return replace(
        counted,
        lost=counted.lost + lost,
        doubled=counted.doubled + doubled,
        repeated=counted.repeated + repeated,
    )


def _times_in_staff_chat(storm: Storm) -> Iterator[tuple[int, int]]:
    """How often each thing is there that is to be there once, and how often it was sent.

    What a message was edited into was not sent, see ``ledger.at_first``.
    """
    of_bot = [shown for shown in storm.town.staff_room.shown if not shown.author]
    files = Counter(content for shown in of_bot for content in shown.files)
    for conversation in storm.conversations:
        cards = len(storm.cards(conversation.number))
        yield cards, cards
        if conversation.photo:
            times = files[conversation.photo.content]
            yield times, times
    first = at_first(storm.town.staff_room)
    for done, number in storm.done:
        ids = {card.id for card in storm.cards(number)}
        seen = [shown.text == done and shown.reply_to in ids for shown in of_bot]
        sent = [is_seen and words == done for is_seen, words in zip(seen, first, strict=True)]
        yield sum(seen), sum(sent)


async def mistakes(storm: Storm) -> list[str]:
    """What else is not as it should be; the bot is stopped."""
    return [
        *await _of_histories(storm),
        *await _of_files(storm),
        *await _of_tables(storm),
        *storm.town.process.troubles(),
        *storm.town.violations(),
    ]


async def _of_histories(storm: Storm) -> list[str]:
    """Each action once, in its order; and no appeal of nobody."""
    found: dict[str, list[str]] = {}
    for number, action in await query(storm.town, HISTORY):
        found.setdefault(str(number), []).append(str(action))
    wrong = [
        f"{one.number} {one.course}: {found.get(one.number)}"
        for one in storm.conversations
        if found.pop(one.number, None) != list(COURSES[one.course])
    ]
    return wrong + [f"nobody sent {number}" for number in found]


async def _of_files(storm: Storm) -> list[str]:
    rows = await query(storm.town, FILES)
    store = Path(storm.town.process.folder / "data" / "files")
    kept = {str(number): (state, store / str(key)) for number, state, key in rows}
    sent = {one.number: one for one in storm.conversations if one.photo}
    wrong = [f"{len(rows)} files of {len(sent)}"] if len(rows) != len(sent) else []
    return wrong + [
        f"the file of {number}: {kept.get(number)}"
        for number, one in sent.items()
        if not _is_kept(one, kept.get(number))
    ]


def _is_kept(conversation: Conversation, kept: tuple[object, Path] | None) -> bool:
    photo = conversation.photo
    if kept is None or photo is None or kept[0] != "stored":
        return False
    return kept[1].is_file() and kept[1].read_bytes() == photo.content


async def _of_tables(storm: Storm) -> list[str]:
    """Nothing is left over: unsent, given up, parked, or filed that nobody filed."""
    counts = {
        "SELECT count(*) FROM appeals": len(storm.conversations),
        UNSENT: 0,
        "SELECT count(*) FROM outbox WHERE outcome = 'undeliverable'": 0,
        "SELECT count(*) FROM parked_events": 0,
    }
    found = {statement: (await query(storm.town, statement))[0][0] for statement in counts}
    return [f"{key}: {found[key]}" for key, wanted in counts.items() if found[key] != wanted]
