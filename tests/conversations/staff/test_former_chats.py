"""A staff chat that is one no longer: what was open there ends, and what it was owed goes elsewhere."""

import itertools
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from handlers.turn import Work
from storage.messages import Address, Reply
from storage.tables import (
    Appeal,
    Category,
    Dialogue,
    OutboxMessage,
    WebCode,
    WebMessage,
    WebSession,
)
from storage.town import municipalities, web_access
from tests.fakes.clock import Clock
from tests.fakes.memory import MemoryMessenger
from tests.fakes.messenger import Person
from tests.support.towns.conversation import STAFF_ROOM, Town, town
from tests.support.towns.staff_room import (
    asks_for_help,
    card_of,
    change,
    look,
    planted,
    said,
    until,
)
from tests.support.towns.town_hall import ROADS, admin_of, opens, presses_more

NEW_ROOM = "-100900"
WORDS = "Тайна улицы Мира"


@asynccontextmanager
async def again(folder: Path, staff_chat: str) -> AsyncIterator[Town]:
    """The same installation, started with that main chat."""
    messengers = tuple(MemoryMessenger(channel) for channel in ("telegram", "vk", "web"))
    for messenger in messengers:  # ids of events do not begin anew with the program
        messenger.ids = itertools.count(secrets.randbelow(10**9))
    environ = {"MCU_STAFF_CHAT": staff_chat}
    async with town(folder, messengers=messengers, environ=environ) as bor:
        yield bor


def member(bor: Town, room: str, channel: str = "telegram") -> Person:
    messenger = bor.adapters[channel]
    return Person(messenger, "900", "Мария", messenger.room(room))


async def opened(bor: Town, chat: str, *, asked_by: str = "telegram:900", name: str = "b") -> int:
    """Log in by a code of that staff chat; the session's number."""

    def work(session: Session) -> int:
        now = bor.clock()
        row = municipalities.staff_chat_at(session, Address.parse(chat))
        assert row
        given = web_access.give_code(session, now, row, asked_by=asked_by)
        code = web_access.use_code(session, given, name, now)
        assert code
        opened = WebSession(
            token_hash=name,
            account=name,
            name=name,
            staff=True,
            staff_chat_id=code.staff_chat_id,
            asked_by=code.asked_by,
            created_at=now,
            seen_at=now,
        )
        session.add(opened)
        session.flush()
        web_access.give_code(session, now, row, asked_by=asked_by)  # one that nobody used yet
        return opened.id

    return await look(bor, work)


async def rows_of(bor: Town, table: type) -> list[object]:
    return await look(bor, lambda session: list(session.scalars(select(table))))


async def test_members_of_the_former_main_chat_are_strangers(tmp_path: Path) -> None:
    async with again(tmp_path, f"telegram:{STAFF_ROOM}") as bor:
        await planted(bor, with_cards=True, text=WORDS)
        maria = member(bor, STAFF_ROOM)
        card = await card_of(maria)
        await maria.presses("Уточнить", on=card)
        await maria.sees("Мария")
    async with again(tmp_path, f"telegram:{NEW_ROOM}") as bor:
        maria = member(bor, STAFF_ROOM)
        assert await rows_of(bor, Dialogue) == []
        await maria.says("Ответ жителю, которого никто не должен получить")
        for text in ("/open", "/find 1", "/web", "/block 1", "/help", "/id"):
            await maria.says(text)
        for press in ("take:1", "history:1", "show:1", "answer:1", "open:1"):
            await bor.messenger.press_payload(maria, press)
        await maria.says("/id")
        await maria.sees(f"telegram:{STAFF_ROOM}")
        here = member(bor, NEW_ROOM)
        await here.says("/find 1")
        await here.sees(WORDS)

        assert not any(WORDS in shown.text or "code=" in shown.text for shown in said(maria))
        assert (await bor.appeals())[0].state == "new"
        assert {*await look(bor, municipalities.staff_addresses)} == {Address("telegram", NEW_ROOM)}


async def test_what_waits_to_be_sent_goes_to_the_new_main_chat_and_no_more_to_the_old(
    tmp_path: Path,
) -> None:
    async with again(tmp_path, f"telegram:{STAFF_ROOM}") as bor:
        bor.messenger.down = True
        await planted(bor, with_cards=True, text=WORDS)
        await bor.transactions.run(
            lambda work: work.say(
                Reply(to=Address("telegram", STAFF_ROOM), text=f"Напоминаем: {WORDS}")
            )
        )
    async with again(tmp_path, f"vk:{NEW_ROOM.strip('-')}") as bor:
        heir = member(bor, NEW_ROOM.strip("-"), "vk")
        card = await card_of(heir)
        unsent = select(OutboxMessage.id).where(OutboxMessage.done_at.is_(None))
        await until(lambda: look(bor, lambda session: session.scalar(unsent) is None))
        await heir.presses("Взять", on=card)
        await heir.sees("в работе")

        assert WORDS in card.text
        assert bor.messenger.room(STAFF_ROOM).shown == []
        rows = await outbox_of(bor, "telegram")
        assert not any(WORDS in str(row.reply) for row in rows if row.chat == STAFF_ROOM)


async def outbox_of(bor: Town, channel: str) -> list[OutboxMessage]:
    query = select(OutboxMessage).where(OutboxMessage.channel == channel)
    return await look(bor, lambda session: list(session.scalars(query)))


async def test_sessions_and_codes_of_the_web_end_with_the_chat_they_were_asked_in(
    tmp_path: Path,
) -> None:
    async with again(tmp_path, f"telegram:{STAFF_ROOM}") as bor:
        await bind_the_site(bor)
        of_main = await opened(bor, f"telegram:{STAFF_ROOM}", name="main")
        of_room = await opened(bor, "web:staff", asked_by="", name="room")

        alive = {row.id for row in await look(bor, lambda s: web_access.living(s, bor.clock()))}
        assert alive == {of_main, of_room}
    async with again(tmp_path, f"vk:{NEW_ROOM.strip('-')}") as bor:
        left = {row.id for row in await look(bor, lambda s: web_access.living(s, bor.clock()))}
        ended = await look(bor, lambda s: web_access.ended(s, {of_main, of_room}, bor.clock()))

        assert left == {of_room}
        assert ended == {of_main}
        assert len(await rows_of(bor, WebCode)) == 2  # used and unused, of the room alone
        admin = admin_of(bor)
        await opens(admin, ROADS)
        await presses_more(admin, "Отвязать служебный чат")
        await admin.sees("Чат отвязан")
        assert await rows_of(bor, WebSession) == []
        assert await rows_of(bor, WebCode) == []


async def bind_the_site(bor: Town) -> None:
    """The room on the web belongs to one category."""

    def work(task: Work) -> None:
        session, municipality = task.session, task.municipality
        site = Address("web", "staff")
        chat = municipalities.ensure_staff_chat(session, municipality.id, site, main=False)
        node = next(c for c in municipality_categories(session) if c.title == ROADS)
        node.staff_chat_id = chat.id

    await change(bor, work)


def municipality_categories(session: Session) -> list[Category]:
    return list(session.scalars(select(Category)))


async def test_a_room_that_saw_everything_shows_none_of_it_when_it_is_one_categorys(
    tmp_path: Path,
) -> None:
    async with again(tmp_path, "web:staff") as bor:
        await planted(bor, with_cards=True, text=WORDS)
        await kept_in_room(bor)
    async with again(tmp_path, f"telegram:{NEW_ROOM}") as bor:
        await bind_the_site(bor)
        assert await look(bor, room_messages) == []
    async with again(tmp_path, "web:staff") as bor:
        assert await look(bor, room_messages) == [WORDS]


async def kept_in_room(bor: Town) -> None:
    """What the pages of the room show stands in a table."""
    message = WebMessage(
        chat="staff", origin="out:1", content={"text": WORDS, "rows": []}, at=Clock().now
    )
    await look(bor, lambda session: session.add(message))


def room_messages(session: Session) -> list[str]:
    query = select(WebMessage).where(WebMessage.chat == "staff")
    return [row.content["text"] for row in session.scalars(query)]


async def test_a_form_ends_when_its_appeal_goes_to_another_chat(bor: Town) -> None:
    await planted(bor, with_cards=True, text=WORDS)
    boris = Person(bor.messenger, "901", "Борис", bor.messenger.room(NEW_ROOM))

    def to_boris(task: Work) -> None:
        session, municipality = task.session, task.municipality
        address = Address("telegram", NEW_ROOM)
        chat = municipalities.ensure_staff_chat(session, municipality.id, address, main=False)
        municipality_categories(session)[0].staff_chat_id = chat.id
        session.flush()
        session.get_one(Appeal, 1).staff_chat_id = chat.id

    def back(task: Work) -> None:
        session = task.session
        main = municipalities.main_staff_chat(session, 1)
        assert main
        session.get_one(Appeal, 1).staff_chat_id = main.id

    await change(bor, to_boris)
    await boris.says("/find 1")
    await boris.presses("Уточнить", on=await boris.sees("МЦУ-26-000001 ·"))
    await boris.sees("Борис")
    await change(bor, back)
    await boris.says("Где это было?")
    await boris.sees("передали в другой служебный чат")
    await asks_for_help(boris)

    assert (await bor.appeals())[0].state == "new"
