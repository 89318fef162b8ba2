"""People and their accounts in the tables: filled from before, joined at one moment, met again."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.orm import Session

from handlers.drafts import Dialogue as Drafts
from handlers.drafts import Draft
from storage import erasure, files
from storage.database import Database, present_accounts
from storage.database.errors import is_conflict
from storage.files import drafts
from storage.messages import ChatMember, File
from storage.migrations import downgrade, upgrade
from storage.people import accounts, joining, residents
from storage.tables import Account, Consent, Dialogue, Erasure, KeptFile, Municipality, Resident

NOW = datetime(2026, 12, 1, tzinfo=UTC)
ANNA, IN_VK = ("telegram", "42"), ("vk", "77")
FURTHER = 0.3  # seconds: the other comes as far as it can

TOWN = "INSERT INTO municipalities (id, name, delivery_salt, last_year, last_number, tree_version, digest_on) VALUES (1, 'Бор', 7, 0, 0, 0, '')"
PEOPLE = """
    INSERT INTO residents (id, municipality_id, channel, account, chat, name, created_at,
        consent_version, withdrawn_at, blocked_at)
    VALUES (1, 1, 'telegram', '42', '42', 'Анна', '2026-11-01', 'v', NULL, '2026-11-02'),
        (2, 1, 'telegram', 'deleted-2', '', '', '2026-11-01', 'v', '2026-11-03', NULL),
        (3, 1, 'web', 'guest.1', 'guest.1', '', '2026-11-01', '', NULL, NULL)
"""


async def test_every_resident_of_before_gets_an_account_and_who_is_erased_none(
    empty_database_url: str,
) -> None:
    engine = create_async_engine(empty_database_url)
    async with engine.begin() as connection:
        await connection.run_sync(lambda c: upgrade(c, "0022_place_codes"))
        await connection.execute(text(TOWN))
        await connection.execute(text(PEOPLE))
    for _ in range(2):
        async with engine.begin() as connection:
            await connection.run_sync(upgrade)
            found = await connection.execute(
                text(
                    "SELECT resident_id, channel, account, chat FROM accounts ORDER BY resident_id"
                )
            )
            assert [tuple(row) for row in found] == [
                (1, "telegram", "42", "42"),
                (3, "web", "guest.1", "guest.1"),
            ]
            blocked = "SELECT count(*) FROM accounts WHERE blocked_at IS NOT NULL"
            assert await connection.scalar(text(blocked)) == 1
            await connection.run_sync(lambda c: downgrade(c, "0022_place_codes"))
    async with engine.begin() as connection:
        names = await connection.scalars(text("SELECT account FROM residents ORDER BY id"))
        assert list(names) == ["42", "deleted-2", "guest.1"]
    await engine.dispose()


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """One with two people who have consented."""
    opened = Database.open(database_url)
    async with opened.begin() as session:
        await session.run_sync(
            lambda rows: present_accounts.take(rows, {"telegram": "1", "vk": "1"})
        )
        session.add(Municipality(name="Бор", delivery_salt=7))
        await session.flush()
        for name in (ANNA, IN_VK):
            await session.run_sync(meets, name)
    yield opened
    await opened.close()


def meets(session: Session, name: accounts.Name) -> Resident:
    channel, account = name
    found = residents.find_or_add(session, 1, ChatMember(channel, account, account), NOW)
    if found.consent_at is None:
        found.consent_at = NOW
        residents.note_consent(session, found, "given", "v", NOW)
    return found


def joins(*names: accounts.Name) -> Callable[[Session], None]:
    def join(session: Session) -> None:
        held = joining.hold(session, names)
        ids = sorted({one.resident_id for one in held})
        if len(ids) == 2:
            keeper, other = (session.get_one(Resident, one) for one in ids)
            joining.absorb(session, keeper, other)

    return join


async def done(database: Database, work: Callable[[Session], Any]) -> None:
    """As the inbox does it: again, if it met another one."""
    for tries_left in (2, 1, 0):
        try:
            async with database.begin() as session:
                await session.run_sync(work)
        except Exception as error:
            if not (is_conflict(error) and tries_left):
                raise
        else:
            return


async def at_one_moment(
    database: Database, first: Callable[[Session], Any], then: Callable[[Session], Any]
) -> None:
    """Let ``then`` begin before ``first`` is committed."""
    doing = None
    try:
        async with database.begin() as session:
            await session.run_sync(first)
            doing = asyncio.create_task(done(database, then))
            await asyncio.sleep(FURTHER)
    finally:
        if doing:
            await doing


async def rows(database: Database, table: type) -> list[Any]:
    async with database.begin() as session:
        return list(await session.scalars(select(table)))


async def test_two_joins_at_one_moment_make_one_person(database: Database) -> None:
    await at_one_moment(database, joins(ANNA, IN_VK), joins(IN_VK, ANNA))

    assert len(await rows(database, Resident)) == 1
    assert len({row.resident_id for row in await rows(database, Account)}) == 1


async def test_what_is_kept_of_a_person_while_they_are_joined_is_not_lost(
    database: Database,
) -> None:
    def says_something(session: Session) -> None:
        residents.note_consent(session, meets(session, IN_VK), "given", "newer", NOW)
        session.flush()

    await at_one_moment(database, says_something, joins(ANNA, IN_VK))

    (person,) = await rows(database, Resident)
    lines = await rows(database, Consent)
    assert {line.resident_id for line in lines} == {person.id}
    assert len(lines) == 3


async def test_whoever_says_something_while_they_are_joined_is_the_joined_person(
    database: Database,
) -> None:
    def says_something(session: Session) -> None:
        residents.note_consent(session, meets(session, IN_VK), "given", "newer", NOW)
        session.flush()

    await at_one_moment(database, joins(ANNA, IN_VK), says_something)

    (person,) = await rows(database, Resident)
    assert {line.resident_id for line in await rows(database, Consent)} == {person.id}


async def test_a_person_whom_the_program_before_made_of_a_joined_account_is_joined_when_met(
    database: Database,
) -> None:
    await done(database, joins(ANNA, IN_VK))
    async with database.begin() as session:  # the program before, on another replica
        session.add(
            Resident(municipality_id=1, channel="vk", account="77", chat="77", created_at=NOW)
        )

    async with database.begin() as session:
        await session.run_sync(meets, IN_VK)

    assert len(await rows(database, Resident)) == 1
    assert await rows(database, Erasure) == []


async def test_parting_and_erasing_at_one_moment_leaves_no_account_of_who_is_erased(
    database: Database,
) -> None:
    await done(database, joins(ANNA, IN_VK))

    def parts(session: Session) -> None:
        held = joining.hold(session, [IN_VK])
        person = session.get_one(Resident, held[0].resident_id)
        joining.part(session, person, held, NOW)

    def erases(session: Session) -> None:
        person = residents.find(session, *ANNA)
        if person:
            erasure.cut_off(session, person, "удалено", NOW)

    await at_one_moment(database, parts, erases)

    people = {row.id: row for row in await rows(database, Resident)}
    assert all(
        people[row.resident_id].withdrawn_at is None for row in await rows(database, Account)
    )
    assert {row.account for row in await rows(database, Erasure)} == {"42"}


async def test_files_of_a_draft_that_came_along_to_another_account_are_still_in_a_draft(
    database: Database,
) -> None:
    def plants(session: Session) -> int:
        sent = File("photo", "ref", "a.jpg")
        number = files.keep(session, sent, ChatMember(ANNA[0], ANNA[1], ANNA[1]), NOW)
        begun = Draft("appeal", "key", answers={"files": [number]})
        where = {"channel": IN_VK[0], "chat": IN_VK[1], "account": IN_VK[1]}
        session.add(Dialogue(drafts=Drafts([begun]).to_json(), updated_at=NOW, **where))
        return number

    async with database.begin() as session:
        number = await session.run_sync(plants)
        kept = await session.get(KeptFile, number)
        assert kept
        assert await session.run_sync(drafts.in_drafts, [kept]) == set()
    await done(database, joins(ANNA, IN_VK))

    async with database.begin() as session:
        kept = await session.get(KeptFile, number)
        assert kept
        assert await session.run_sync(drafts.in_drafts, [kept]) == {number}
