"""People without rights, all that they may try, and all that may change by it."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from handlers.drafts import Draft
from handlers.turn import Work
from storage.messages import Address, ChatMember, Event, File, Person
from storage.people import accounts, joining, link_codes, residents
from storage.tables import (
    Appeal,
    Base,
    Category,
    ChatMessage,
    Dialogue,
    LinkCode,
    OutboxMessage,
    Resident,
    SeenEvent,
    StaffChat,
    Topic,
    WebCode,
)
from storage.town import municipalities, tree_edits, web_access
from tests.fakes.clock import Clock
from tests.fakes.memory import MemoryMessenger
from tests.support import actions
from tests.support.towns.conversation import STAFF_ROOM, Town, town
from tests.support.towns.filing import at_once
from tests.support.towns.staff_room import change, look, planted, until

OTHER_ROOM, STRANGE_GROUP = "-100777", "-55"
FORMER_ROOM, PUBLIC_GROUP = "-100888", "-100999"
SECRET = "Тайна улицы Мира"
STATES = ("new", "in_work", "need_info", "answered", "closed", "forwarded")


@dataclass(frozen=True)
class Outsider:
    """Somebody somewhere, and which of the actions they have no right to."""

    account: str
    chat: str
    channel: str = "telegram"
    private: bool = True
    about_appeals: bool = True
    may_bind: bool = False
    left: bool = False  # and only presses: whoever says something in a group is in it
    sample: int = 1  # of those who are much like another: every so-manieth attempt


OUTSIDERS = {
    "stranger": Outsider("66", "66"),
    "resident": Outsider("43", "43"),
    "employee in private": Outsider("900", "900", sample=4),
    "employee of another staff chat": Outsider("950", OTHER_ROOM, private=False),
    "colleague": Outsider("901", STAFF_ROOM, private=False, about_appeals=False),
    "member of a strange group": Outsider("66", STRANGE_GROUP, private=False, sample=4),
    "member of a former staff chat": Outsider("960", FORMER_ROOM, private=False),
    "admin in a former staff chat": Outsider("7", FORMER_ROOM, private=False, may_bind=True),
    "someone in a public group": Outsider("970", PUBLIC_GROUP, private=False, sample=4),
    "admin in a public group": Outsider("7", PUBLIC_GROUP, private=False),
    "employee who left": Outsider("903", STAFF_ROOM, private=False, left=True),
    "admin in a strange group": Outsider("7", STRANGE_GROUP, private=False, may_bind=True),
    "namesake of the admin": Outsider("7", "7", "vk", sample=4),
    "namesake of the resident": Outsider("42", "42", "vk", sample=4),
    "namesake of the employee": Outsider("900", "2000000009", "vk", private=False, sample=4),
    "namesake of the staff chat": Outsider("66", STAFF_ROOM, "vk", private=False, sample=4),
    "visitor of the site": Outsider("admin2", "w1", "web", sample=4),
    "visitor named like the staff room": Outsider("staff", "staff2", "web", sample=4),
}


@asynccontextmanager
async def guarded(folder: Path) -> AsyncIterator[Town]:
    """Anna's appeals in every state, and everybody with rights in the middle of every form."""
    messengers = tuple(MemoryMessenger(channel) for channel in ("telegram", "vk", "web"))
    environ = {"MCU_FLOOD_LIMIT": "0"}
    async with town(folder, messengers=messengers, environ=environ) as bor:
        await bor.consenting("43", "Борис")
        await bor.consenting("42", "Анна")
        for state in STATES:
            await planted(
                bor, account="42", state=state, text=SECRET, closed_at=bor.clock(), with_cards=True
            )
        await change(bor, lambda work: _bind(work, f"telegram:{OTHER_ROOM}", 1))
        await change(bor, lambda work: _bind(work, "web:staff", 2))
        await _had_a_chat_that_is_former_now(bor)
        bor.messenger.doors[PUBLIC_GROUP] = ["войдёт кто угодно"]
        bor.messenger.outside.add((STAFF_ROOM, "903"))
        for outsider in OUTSIDERS.values():
            await at_once(bor, event(outsider, "met", text="/start"))
        await settled(bor)
        yield bor


def _bind(work: Work, address: str, from_last: int) -> None:
    """Make it the staff chat of a category."""
    named = Address.parse(address)
    chat = municipalities.ensure_staff_chat(work.session, work.municipality.id, named, main=False)
    categories = work.session.scalars(select(Category).order_by(Category.id.desc())).all()
    categories[from_last].staff_chat = chat


async def _had_a_chat_that_is_former_now(bor: Town) -> None:
    """It had an appeal, its card, a form that somebody began there, and a code for the site."""
    await change(bor, lambda work: _bind(work, f"telegram:{FORMER_ROOM}", 3))
    number = await look(bor, lambda session: _chat_at(session, FORMER_ROOM).id)
    await planted(
        bor, account="42", state="in_work", text=SECRET, staff_chat_id=number, with_cards=True
    )
    [last] = (await numbers(bor))[-1:]
    former = OUTSIDERS["member of a former staff chat"]
    await at_once(bor, event(former, "begins", press=f"ask:{last}"))
    assert await look(bor, lambda session: session.get(Dialogue, ("telegram", FORMER_ROOM, "960")))

    def unbind(work: Work) -> None:
        for row in work.session.scalars(select(Category)):
            row.staff_chat = None if row.staff_chat_id == number else row.staff_chat
        tree_edits.touch(work.session, work.municipality)

    await change(bor, unbind)


def _chat_at(session: Session, chat: str) -> StaffChat:
    found = municipalities.staff_chat_at(session, Address("telegram", chat))
    assert found
    return found


async def settled(bor: Town) -> None:
    """Wait until everything is sent."""
    unsent = select(OutboxMessage.id).where(OutboxMessage.done_at.is_(None))
    await until(lambda: look(bor, lambda session: session.scalar(unsent) is None))


def stop_delivery() -> None:
    for task in asyncio.all_tasks():
        if "Delivery.run" in repr(task.get_coro()):
            task.cancel()


def event(outsider: Outsider, number: str, **what: object) -> Event:
    return Event(
        id=f"{outsider.channel}:{outsider.account}:{outsider.chat}:{number}",
        address=Address(outsider.channel, outsider.chat),
        person=Person(outsider.channel, outsider.account, "Чужой"),
        at=Clock().now,
        private=outsider.private,
        **what,  # type: ignore[arg-type]
    )


async def drafts_of_others(bor: Town, outsider: Outsider) -> list[Draft]:
    def read(session: Session) -> list[Draft]:
        rows = session.scalars(select(Dialogue)).all()
        mine = (outsider.channel, outsider.chat, outsider.account)
        return [
            Draft(**draft)
            for row in rows
            if (row.channel, row.chat, row.account) != mine
            for draft in row.drafts
        ]

    return await look(bor, read)


async def everyone_is_asked(bor: Town) -> list[Draft]:
    """Begin every form, each by whom it is meant for; the questions as they stand now."""
    rightful = {
        "resident": Outsider("42", "42"),
        "employee": Outsider("900", STAFF_ROOM, private=False),
        "admin": Outsider("7", "7"),
    }
    begun: dict[str, Draft] = {}
    anna, maria, admin = rightful.values()
    ids, nodes = await numbers(bor), await names(bor)
    code, joined = await bor.transactions.run(_has_two_accounts)
    steps = [
        *((anna, {"press": press}) for press in actions.presses_about(ids)),
        (anna, {"press": "link:enter"}),
        (anna, {"press": f"link:part:{joined}"}),
        (anna, {"text": code}),
        (anna, {"text": "/delete_me"}),
        (anna, {"text": "/new"}),
        *((maria, {"press": press}) for press in actions.presses_about(ids)),
        (maria, {"text": "/block 1"}),
        (admin, {"text": "/import"}),
        *((admin, {"press": press}) for press in actions.presses_of_admins(nodes)),
    ]
    for number, (who, what) in enumerate(steps):
        press = str(what.get("press", ""))
        if press.partition(":")[0] in {"solved", "take"} or press.startswith(
            ("adm:hide", "adm:place", "adm:fast", "adm:up", "adm:down", "adm:unbind", "adm:bind")
        ):
            continue  # these change something at once
        await at_once(bor, event(who, f"asked{number}", **what))
        for draft in await drafts_of_others(bor, Outsider("", "")):
            begun[draft.form] = draft  # one of each form is enough
    return list(begun.values())


def _has_two_accounts(work: Work) -> tuple[str, int]:
    """Anna has a second account; a code that Boris gave, and her first account."""
    session, town = work.session, work.municipality
    anna, boris = (accounts.find(session, "telegram", name) for name in ("42", "43"))
    assert anna
    assert boris
    further = ChatMember("telegram", "47", "47")
    other = residents.find_or_add(session, town.id, further, work.now)
    joining.absorb(session, session.get_one(Resident, anna.resident_id), other)
    return link_codes.give(session, boris, town.delivery_salt, work.now), anna.id


async def numbers(bor: Town) -> list[int]:
    return await look(bor, lambda session: list(session.scalars(select(Appeal.id))))


async def names(bor: Town) -> list[str]:
    """A few categories and topics as presses name them."""

    def read(session: Session) -> list[str]:
        categories = session.scalars(select(Category.id).order_by(Category.id)).all()
        topics = session.scalars(select(Topic.id).order_by(Topic.id)).all()
        return [f"c{categories[0]}", f"t{topics[-1]}"]

    return await look(bor, read)


async def attempts(bor: Town, outsider: Outsider, drafts: Iterable[Draft]) -> list[Event]:
    """Everything that the outsider has no right to, in every shape."""
    ids, nodes = await numbers(bor), await names(bor)
    presses: list[str] = []
    if outsider.about_appeals:
        presses += actions.presses_about(ids)
    presses += actions.presses_of_admins(nodes)
    if not outsider.may_bind:
        presses += actions.presses_that_bind(nodes)
    for draft in drafts:
        presses += actions.answers_to(draft)
    presses += actions.misshapen(presses[:12])
    cards = await look(bor, _messages)
    words = [word for word in actions.commands() if word != "/bind"]
    bind = [] if outsider.may_bind else ["/bind", "/bind 123456"]
    told: list[dict[str, Any]] = [
        *({"press": press, "message": cards[n % len(cards)]} for n, press in enumerate(presses)),
        *({"text": word} for word in (*words, *bind)),
        *({"text": f"{word} 1"} for word in words),
        *({"text": f"{word} МЦУ-26-000001 так надо"} for word in words),
        {"text": "МЦУ-26-000001"},
        {"text": "/find"},
        *({"text": "Отвечаю на карточку", "reply_to": card} for card in cards),
        *({"text": "Исправляю чужое", "message": card, "edited": True} for card in cards),
        {"files": (File("document", "ref", "tree.yaml", "text/yaml", 10),)},
        {"change": "joined"} if not outsider.private else {"text": "/start"},
    ]
    if outsider.left:
        told = [what for what in told if what.get("press")]
    if not outsider.about_appeals:  # in the staff chat itself a reply to a card is meant to work
        told = [what for what in told if what.get("press") or str(what.get("text"))[:2] == "/a"]
    tried = [event(outsider, f"try{n}", **what) for n, what in enumerate(told)]
    return tried[:: outsider.sample]


def _messages(session: Session) -> list[str]:
    """Ids of messages that belong to appeals, in whatever chat."""
    return list(session.scalars(select(ChatMessage.message).order_by(ChatMessage.id)).all())[:5]


async def everything(bor: Town, outsider: Outsider) -> list[str]:
    """All rows but for what is the outsider's own, and what only says that an event came."""

    def read(session: Session) -> list[str]:
        lines = []
        account = accounts.find(session, outsider.channel, outsider.account)
        for table in Base.metadata.sorted_tables:
            if table.name == SeenEvent.__tablename__:
                continue
            rows: list[Any] = [row._mapping for row in session.execute(select(table))]
            if table.name == LinkCode.__tablename__:  # a code of one's own joins nobody yet
                rows = [row for row in rows if not account or row["account_id"] != account.id]
            lines += [f"{table.name}: {dict(row)!r}" for row in rows if not _is_own(row, outsider)]
        return sorted(lines)

    return await look(bor, read)


def _is_own(row: Mapping[str, Any], outsider: Outsider) -> bool:
    """A row of what the outsider is in the middle of, or was told, or is said to be in."""
    if "inside" in row:
        return bool(row["account"] == outsider.account)
    if "purpose" in row and row["appeal_id"] is None:  # a file of a form, fetched meanwhile
        return any(row["account"] == one.account for one in OUTSIDERS.values())
    if (row.get("channel"), row.get("chat")) != (outsider.channel, outsider.chat):
        return False
    is_dialogue = "drafts" in row and row["account"] == outsider.account
    return is_dialogue or "reply" in row or "album" in row


async def told_to(bor: Town, outsider: Outsider) -> str:
    query = select(OutboxMessage).where(
        OutboxMessage.channel == outsider.channel, OutboxMessage.chat == outsider.chat
    )
    query = query.order_by(OutboxMessage.id)
    rows = await look(bor, lambda session: list(session.scalars(query)))
    return "\n".join(str(row.reply) for row in rows)


async def opened_by(bor: Town, outsider: Outsider) -> list[WebCode]:
    """The codes for the site that this person was given and that open it."""
    asker = f"{outsider.channel}:{outsider.account}"

    def read(session: Session) -> list[WebCode]:
        rows = session.scalars(select(WebCode).where(WebCode.asked_by == asker))
        return [row for row in rows if web_access.opens_room(session, row.staff_chat_id)]

    return await look(bor, read)
