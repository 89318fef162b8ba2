"""What is kept of residents' browsers, and an erasure at the same moment: nothing stays behind it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from storage import erasure
from storage.database import Database, present_accounts
from storage.people import residents
from storage.tables import Municipality, Resident, WebDeviceCode, WebSession, WebSubscription
from storage.web import devices, subscriptions

ANNA, NOW = "guest.1", datetime(2026, 12, 1, tzinfo=UTC)
FURTHER = 0.3  # seconds: the other comes as far as it can


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """One with a resident who has consented."""
    opened = Database.open(database_url)
    async with opened.begin() as session:
        await session.run_sync(lambda rows: present_accounts.take(rows, {"web": ""}))
        town = Municipality(name="Город Верхний", delivery_salt=7)
        session.add(town)
        await session.flush()
        named = {"municipality_id": town.id, "channel": "web", "account": ANNA, "chat": ANNA}
        session.add(Resident(**named, created_at=NOW, consent_at=NOW))
    yield opened
    await opened.close()


async def in_turn(
    database: Database, first: Callable[[Session], Any], then: Callable[[Session], Any]
) -> None:
    """Let ``then`` begin before ``first`` is committed."""

    async def do() -> None:
        async with database.begin() as session:
            await session.run_sync(then)

    async with database.begin() as session:
        await session.run_sync(first)
        doing = asyncio.create_task(do())
        await asyncio.sleep(FURTHER)
    await doing


async def left(database: Database) -> list[object]:
    async with database.begin() as session:
        tables = (WebSession, WebDeviceCode, WebSubscription)
        return [row for table in tables for row in await session.scalars(select(table))]


def erases(session: Session) -> None:
    resident = residents.find(session, "web", ANNA)
    assert resident
    erasure.cut_off(session, resident, "удалено", NOW)


def asks(session: Session) -> None:
    """For a code and for news, as the pages do."""
    if residents.keeps_consent(session, "web", ANNA):
        devices.give_code(session, ANNA, NOW)
        subscriptions.keep(session, ANNA, "a browser", "https://push.example/1", NOW)


async def test_no_device_joins_while_all_is_erased(database: Database) -> None:
    async with database.begin() as session:
        code, _ = await session.run_sync(devices.give_code, ANNA, NOW)

    def joins(session: Session) -> None:
        assert devices.use_code(session, code, "a browser", NOW) == ANNA
        devices.add(session, "0" * 64, ANNA, NOW)

    await in_turn(database, joins, erases)

    assert await left(database) == []


@pytest.mark.parametrize("order", [(asks, erases), (erases, asks)])
async def test_no_code_and_no_endpoint_is_kept_behind_an_erasure(
    database: Database, order: tuple[Callable[[Session], Any], Callable[[Session], Any]]
) -> None:
    await in_turn(database, *order)

    assert await left(database) == []
