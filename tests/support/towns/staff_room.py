"""What tests of the staff's side share: appeals put straight into the database, and looks at it."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from handlers.appeals.card import new_card
from handlers.turn import Work
from storage.appeals import search
from storage.messages import ChatMember
from storage.people import residents
from storage.tables import Appeal, ChatMessage, HistoryEntry, OutboxMessage, WebSession
from storage.town import municipalities, web_access
from storage.web.messages import STAFF_ROOM
from tests.fakes.messenger import Person, Shown
from tests.support.towns.conversation import DESCRIPTION, Town

Found = TypeVar("Found")
POTHOLES = "Ямы и выбоины на дороге"


async def look(place: Town, query: Callable[[Session], Found]) -> Found:
    """Ask the database."""
    async with place.database.begin() as session:
        return await session.run_sync(query)


async def until(check: Callable[[], Awaitable[Found]]) -> Found:
    """Ask the database again and again until it says yes."""
    async with asyncio.timeout(20):
        while True:
            if found := await check():
                return found
            await asyncio.sleep(0)  # a check that waits for nothing would stop everything


async def change(place: Town, work: Callable[[Work], object]) -> None:
    """Do something in a transaction of a job."""
    await place.transactions.run(work)


async def appeal(place: Town, number: int = 1) -> Appeal:
    """The appeal of that id as it stands."""
    return next(found for found in await place.appeals() if found.id == number)


async def history(place: Town, number: int = 1) -> list[HistoryEntry]:
    """What happened to an appeal, oldest first."""
    query = select(HistoryEntry).where(HistoryEntry.appeal_id == number).order_by(HistoryEntry.id)
    return await look(place, lambda session: list(session.scalars(query)))


async def outbox(place: Town) -> list[OutboxMessage]:
    """Everything that was ever to be sent."""
    query = select(OutboxMessage).order_by(OutboxMessage.id)
    return await look(place, lambda session: list(session.scalars(query)))


async def planted(
    place: Town,
    count: int = 1,
    *,
    with_cards: bool = False,
    account: str = "42",
    channel: str = "telegram",
    **fields: object,
) -> list[int]:
    """Appeals put into the tables without a conversation; their ids.

    Resident and topic are the same for all; ``fields`` are columns. They stand in the state since
    now, with a deadline in ten days. ``with_cards``: the staff chat is sent their cards.
    """
    ids: list[int] = []

    def job(work: Work) -> None:
        member = ChatMember(channel, account, account)
        resident = residents.find_or_add(work.session, work.municipality.id, member, work.now)
        resident.name, resident.consent_at = resident.name or "Анна", work.now
        chat = municipalities.main_staff_chat(work.session, work.municipality.id)
        assert chat
        topic = next(topic for topic in work.tree.topics() if topic.title == POTHOLES)
        for _ in range(count):
            work.municipality.last_number += 1
            serial = work.municipality.last_number
            values: dict[str, object] = {
                "municipality_id": work.municipality.id,
                "resident_id": resident.id,
                "draft_key": f"planted{serial}",
                "year": 2026,
                "serial": serial,
                "number": f"МЦУ-26-{serial:06}",
                "kind": "problem",
                "topic_id": topic.id,
                "text": DESCRIPTION,
                "search_text": search.kept_text(
                    f"МЦУ-26-{serial:06}", str(fields.get("text", DESCRIPTION))
                ),
                "words_kept": True,
                "state": "new",
                "department": topic.department,
                "created_at": work.now,
                "state_at": work.now,
                "first_answer_due": work.now,
                "deadline_at": work.now + timedelta(days=10),
                "staff_chat_id": chat.id,
                **fields,
            }
            found = Appeal(**values)
            work.municipality.last_year = 2026
            work.session.add(found)
            work.session.flush()
            search.keep(work.session, [found])
            ids.append(found.id)
            if with_cards:
                work.say(new_card(work, found))

    await place.transactions.run(job)
    return ids


async def answerable(place: Town, shown: Shown) -> Shown:
    """Wait until a message that is on screen is known to belong to its appeal."""
    [(channel, chat)] = [
        (name, room.id)
        for name, messenger in place.adapters.items()
        for room in messenger.rooms.values()
        if any(one is shown for one in room.shown)
    ]
    tied = select(ChatMessage.id).where(
        ChatMessage.channel == channel, ChatMessage.chat == chat, ChatMessage.message == shown.id
    )
    await until(lambda: look(place, lambda session: session.scalar(tied)))
    return shown


async def card_of(employee: Person, number: int = 1) -> Shown:
    """The newest card of an appeal on screen, as it stands."""
    name = f"МЦУ-26-{number:06} ·"
    await employee.waits_for(employee.room, lambda shown: shown.text.startswith(name), wanted=name)
    cards = [s for s in employee.room.shown if not s.author and s.text.startswith(name)]
    return cards[-1]


async def asked_where(bor: Town, anna: Person) -> Person:
    """An employee who has asked the resident for more about the only appeal, and was read."""
    maria = bor.employee()
    await maria.presses("Уточнить", on=await card_of(maria))
    await maria.sees("Что уточнить")
    await maria.says("Где именно?")
    await maria.sees("Житель прочитает")
    await maria.presses(bor.texts("form-send"))
    await anna.sees("Где именно?")
    return maria


async def card_says(employee: Person, fragment: str, number: int = 1) -> Shown:
    """Wait until the card has that fragment."""
    name = f"МЦУ-26-{number:06} ·"
    return await employee.waits_for(
        employee.room,
        lambda shown: shown.text.startswith(name) and fragment in shown.text,
        wanted=fragment,
    )


def said(person: Person, fragment: str = "") -> list[Shown]:
    """What the bot said in the person's room with that fragment."""
    return [shown for shown in person.room.shown if not shown.author and fragment in shown.text]


async def asks_for_help(employee: Person) -> None:
    """Everything that came before is dealt with once this is answered."""
    await employee.says("/help")
    await employee.sees("Прежде чем отправить")


async def with_staff_on_the_site(bor: Town) -> None:
    """The site's staff room belongs to the town, too."""
    await change(
        bor,
        lambda work: municipalities.ensure_staff_chat(
            work.session, work.municipality.id, STAFF_ROOM, main=False
        ),
    )


async def logged_in(bor: Town, *names: str, asked_by: str = "") -> None:
    """Sessions of the room on the web, as its own codes open them."""
    await with_staff_on_the_site(bor)

    def work(session: Session, number: int, name: str) -> WebSession:
        now, room = bor.clock(), web_access.room(session)
        assert room
        return WebSession(
            token_hash=f"{name} {number}",
            account=name,
            name=name,
            staff=True,
            staff_chat_id=room.id,
            asked_by=asked_by,
            created_at=now,
            seen_at=now,
        )

    await change(
        bor,
        lambda task: task.session.add_all([work(task.session, *one) for one in enumerate(names)]),
    )
