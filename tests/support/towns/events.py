"""Events made by hand, and what they leave in the tables."""

from dataclasses import replace
from datetime import UTC, datetime

from sqlalchemy import func, select

from storage.messages import Address, Event, Person
from storage.tables import Dialogue
from tests.support.towns.conversation import Town
from tests.support.towns.staff_room import change, look

SECRET = "Мой телефон 8-900-000-00-00"


def event(number: int, text: str = "", *, account: str = "42", **what: object) -> Event:
    made = Event(
        id=f"event{number}",
        address=Address("telegram", account),
        person=Person("telegram", account, "Анна"),
        at=datetime.now(UTC),
        text=text,
        message=f"m{number}",
    )
    return replace(made, **what)  # type: ignore[arg-type]


async def count(place: Town, table: type) -> int:
    found = await look(place, lambda s: s.scalar(select(func.count()).select_from(table)))
    return found or 0


async def spoil(place: Town, account: str) -> None:
    """A draft that no program of ours wrote."""

    def work(task: object) -> None:
        session = task.session  # type: ignore[attr-defined]
        row = session.scalar(select(Dialogue).where(Dialogue.account == account))
        row.drafts = [{"form": "appeal", "nonsense": SECRET}]

    await change(place, work)
