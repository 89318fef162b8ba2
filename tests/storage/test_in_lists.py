"""Keys of several columns are looked up through an index, however many are asked for at once."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy.orm import Session

from handlers.turn import Work
from storage import outbox
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


@pytest.mark.parametrize("what", ASKED)
async def test_many_keys_are_found_through_an_index(bor: Town, what: str) -> None:
    """SQLite went through whole tables from the second key on."""
    plans: list[str] = []

    def work(task: Work) -> None:
        connection = task.session.connection()
        is_sqlite = connection.dialect.name == "sqlite"
        if not is_sqlite:  # empty tables are quicker read than an index
            connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        with overhearing(bor.database) as heard:
            ASKED[what](task.session)
        explain = "EXPLAIN QUERY PLAN" if is_sqlite else "EXPLAIN"
        for statement, values in heard.statements.items():
            plans.extend(
                str(row) for row in connection.exec_driver_sql(f"{explain} {statement}", values)
            )

    await change(bor, work)

    table = what.partition(" ")[0].strip(",")
    assert not [line for line in plans if f"SCAN {table}" in line or f"Seq Scan on {table}" in line]
    assert any("channel" in line and ("USING" in line or "Cond" in line) for line in plans), plans


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
