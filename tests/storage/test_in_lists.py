"""Keys of several columns are looked up through an index, however many are asked for at once."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest
from sqlalchemy.orm import Session

from handlers.turn import Work
from storage import appeals, outbox
from storage.files import drafts
from storage.messages import Address, ChatMember
from storage.people import dialogues, residents
from storage.tables import KeptFile
from tests.house import modules
from tests.support.plans import overhearing
from tests.support.towns.conversation import Town
from tests.support.towns.staff_room import change

CHATS = [Address("telegram", number) for number in ("41", "42", "43")]
MEMBERS = [ChatMember(chat.channel, chat.chat, chat.chat) for chat in CHATS]
OWNED = [KeptFile(channel=chat.channel, account=chat.chat) for chat in CHATS]
NAMES = [(chat, "form:1") for chat in CHATS]

ASKED: dict[str, Callable[[Session], Any]] = {
    "residents": lambda session: residents.read(session, MEMBERS),
    "dialogues": lambda session: dialogues.read(session, MEMBERS),
    "dialogues of chats": lambda session: dialogues.drop_about(session, CHATS, [1]),
    "dialogues of accounts": lambda session: drafts.in_drafts(session, OWNED),
    "outbox": lambda session: outbox.lock_named(session, NAMES),
    "outbox, unsent": lambda session: outbox.lock_named(session, NAMES, unsent=True),
}

NUMBERED: dict[str, Callable[[Session, Sequence[int]], Any]] = {
    "outbox": outbox.lock,
    "appeals": appeals.read_awaiting,
}


@pytest.mark.parametrize("what", ASKED)
async def test_many_keys_are_found_through_an_index(bor: Town, what: str) -> None:
    """SQLite went through whole tables from the second key on."""
    plans = [line for found in (await _plans(bor, ASKED[what])).values() for line in found]

    table = what.partition(" ")[0].strip(",")
    assert not [line for line in plans if f"SCAN {table}" in line or f"Seq Scan on {table}" in line]
    assert any("channel" in line and ("USING" in line or "Cond" in line) for line in plans), plans


@pytest.mark.parametrize("table", NUMBERED)
async def test_any_count_of_ids_is_one_statement_that_goes_by_an_index(
    bor: Town, table: str
) -> None:
    """Each length of a list is prepared and planned anew."""

    def ask(session: Session) -> None:
        for count in (1, 3, 150):
            NUMBERED[table](session, range(1, count + 1))

    plans = await _plans(bor, ask)

    of_ours = [one for one in plans if one.startswith(f"SELECT {table}.") and "ORDER BY" in one]
    assert len(of_ours) == 1
    plan = plans[of_ours[0]]
    assert not [line for line in plan if f"SCAN {table}" in line or f"Seq Scan on {table}" in line]


async def _plans(bor: Town, ask: Callable[[Session], Any]) -> dict[str, list[str]]:
    """The plan of each statement that is asked."""
    plans: dict[str, list[str]] = {}

    def work(task: Work) -> None:
        connection = task.session.connection()
        is_sqlite = connection.dialect.name == "sqlite"
        if not is_sqlite:  # empty tables are quicker read than an index
            connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        with overhearing(bor.database) as heard:
            ask(task.session)
        explain = "EXPLAIN QUERY PLAN" if is_sqlite else "EXPLAIN"
        for statement, values in heard.statements.items():
            rows = connection.exec_driver_sql(f"{explain} {statement}", values)
            plans[statement] = [str(row) for row in rows]

    await change(bor, work)
    return plans


async def test_many_keys_find_their_rows(bor: Town) -> None:
    """Strange signs, and pieces that would be the same if they were put together."""
    members = [
        ChatMember("telegram", account, account) for account in ("1,2", '"', "я\\", "%", "[]")
    ]

    def found(task: Work) -> set[str]:
        for member in members:
            residents.find_or_add(task.session, task.municipality.id, member, task.now)
        task.session.flush()
        residents.read(task.session, members)
        return {
            found.account
            for member in members
            if (found := residents.find(task.session, member.channel, member.account))
        }

    assert await bor.transactions.run(found) == {member.account for member in members}


def test_keys_of_several_columns_are_asked_for_in_one_place() -> None:
    """A list of rows written out is a walk through the table on SQLite."""
    asking = [
        module.path
        for module in modules()
        if any(name == "sqlalchemy.tuple_" for name, _ in module.imports)
    ]

    assert asking == ["storage/database/in_lists.py"]
