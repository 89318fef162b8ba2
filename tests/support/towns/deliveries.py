"""What tests of delivery share: a town whose messenger fails, messages, waiting."""

from storage.messages import Address, Reply
from storage.tables import OutboxMessage
from tests.fakes.failing_messenger import FailingMessenger
from tests.support.towns.conversation import Town
from tests.support.towns.staff_room import change, outbox, until


def messenger(place: Town) -> FailingMessenger:
    """The failing messenger of the town."""
    assert isinstance(place.messenger, FailingMessenger)
    return place.messenger


async def says(place: Town, *replies: Reply) -> None:
    """Put replies into the outbox."""
    await change(place, lambda work: work.say(*replies))
    place.delivery.wake()


def to(chat: str, text: str, *, push: bool = False, appeal: int | None = None) -> Reply:
    """A text to a chat."""
    return Reply(to=Address("telegram", chat), text=text, push=push, appeal=appeal)


async def arrived(place: Town, count: int) -> list[OutboxMessage]:
    """Wait until that many rows are dealt with."""

    async def check() -> list[OutboxMessage]:
        rows = [row for row in await outbox(place) if row.done_at]
        return rows if len(rows) >= count else []

    return await until(check)


async def settled(place: Town, *, attempts: int) -> OutboxMessage:
    """Wait until the oldest row was tried that often."""

    async def check() -> OutboxMessage | None:
        row = (await outbox(place))[0]
        return row if row.attempts >= attempts else None

    found = await until(check)
    assert found
    return found


async def tried(place: Town, fragment: str, *, attempts: int = 1) -> None:
    """Wait until a message with that fragment was tried so often, in vain."""

    async def check() -> bool:
        rows = [row for row in await outbox(place) if fragment in row.reply["text"]]
        return any(row.attempts >= attempts and row.done_at is None for row in rows)

    await until(check)


async def reached(place: Town, fragment: str, chat: str = "42") -> None:
    """Wait until it is known that a message with that fragment arrived."""

    async def check() -> bool:
        rows = [row for row in await outbox(place) if fragment in row.reply["text"]]
        return any(row.chat == chat and row.outcome == "sent" for row in rows)

    await until(check)
