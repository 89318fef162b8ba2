"""Appeals filed from one web address: a town's worth is taken, of a flood the draft waits."""

import asyncio
from collections.abc import Sequence

from sqlalchemy import func, select

from storage.tables import WebFiling
from storage.web import filings
from tests.support.towns.conversation import Town
from tests.support.towns.filing import up_to_the_summary
from tests.support.towns.staff_room import change, look

OFFICE = ("office", "providers-network")


async def filed_there(bor: Town, sources: Sequence[str], count: int) -> None:
    """So many were filed from there just now."""

    def note(work: object) -> None:
        for _ in range(count):
            filings.note(work.session, sources, work.now)  # type: ignore[attr-defined]

    await change(bor, note)


async def test_what_one_address_files_too_much_waits_as_a_draft(bor: Town) -> None:
    bor.messenger.sources = OFFICE
    anna = await bor.consenting()
    await filed_there(bor, OFFICE, 29)
    await up_to_the_summary(bor, anna)
    await anna.presses(bor.texts("form-send"))
    await anna.sees("Приняли")
    await up_to_the_summary(bor, anna, "На дороге у дома 7 яма ещё больше")

    await anna.presses(bor.texts("form-send"))
    told = await anna.sees("Из вашей сети пришло очень много сообщений")
    await anna.says("Отправить")  # said is no way around what is pressed
    again = await anna.sees("Из вашей сети пришло очень много сообщений")

    assert "яма ещё больше" in told.text
    assert "112" in again.text
    assert len(await bor.appeals()) == 1
    bor.clock.passes(hours=1, seconds=1)
    await anna.presses(bor.texts("form-send"), on=again)
    await anna.sees("Приняли")
    assert len(await bor.appeals()) == 2


async def test_neighbours_and_messengers_go_on_while_an_address_is_full(bor: Town) -> None:
    await filed_there(bor, OFFICE, 30)
    for number, sources in (("42", ()), ("43", ("home", "providers-network")), ("44", ("cafe",))):
        bor.messenger.sources = sources
        resident = await bor.consenting(number, f"Житель {number}")
        await up_to_the_summary(bor, resident)
        await resident.presses(bor.texts("form-send"))
        await resident.sees("Приняли")


async def test_a_whole_network_of_addresses_has_an_end_and_a_day_one_too(bor: Town) -> None:
    for house in range(3):
        await filed_there(bor, (f"house-{house}", "providers-network"), 30)
    assert await is_full(bor, ("house-4", "providers-network"))
    assert not await is_full(bor, ("house-4", "another-network"))
    for _ in range(4):
        bor.clock.passes(hours=1, seconds=1)
        await filed_there(bor, ("school",), 30)

    bor.clock.passes(hours=1, seconds=1)
    assert await is_full(bor, ("school",))
    bor.clock.passes(days=1)
    assert not await is_full(bor, ("school",))


async def is_full(bor: Town, sources: Sequence[str]) -> bool:
    return await look(bor, lambda session: filings.is_full(session, sources, bor.clock()))


async def test_what_was_filed_from_where_is_forgotten_after_a_day(bor: Town) -> None:
    await filed_there(bor, OFFICE, 1)
    bor.clock.passes(days=1)

    async with bor.database.begin() as session:
        await session.run_sync(filings.forget, bor.clock())

    count = select(func.count()).select_from(WebFiling)
    assert await look(bor, lambda session: session.scalar(count)) == 0


async def test_many_who_send_at_the_same_moment_are_counted_one_by_one(bor: Town) -> None:
    bor.messenger.sources = ("hall",)
    people = [await bor.consenting(str(100 + n), f"Житель {n}") for n in range(4)]
    await filed_there(bor, ("hall",), 28)
    for person in people:
        await up_to_the_summary(bor, person)

    await asyncio.gather(*(person.presses(bor.texts("form-send")) for person in people))

    assert len(await bor.appeals()) == 2
