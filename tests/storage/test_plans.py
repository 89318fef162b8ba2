"""No screen, job or search goes through a large table: every statement keeps to its index."""

from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from benchmarks.sides import seed
from bot.jobs import cleaning
from handlers.appeals import reminders
from storage import gauges
from storage.appeals import search
from storage.messages import Address
from storage.tables import Appeal
from storage.town import municipalities
from storage.web import messages
from tests.fakes.messenger import Person
from tests.support.plans import Overheard, overhearing
from tests.support.towns.conversation import Town
from tests.support.towns.filing import PHOTO, photos, tied, up_to_the_summary
from tests.support.towns.staff_room import asks_for_help, look
from tests.support.towns.town_hall import POTHOLES, ROADS, admin_of, opens

APPEALS = 60_000  # so many that an index is the better way, and it is filled in seconds

# What may read more, and why.
ALLOWED = {
    "SELECT chat_messages.id \nFROM chat_messages \nWHERE chat_messages.message = ": "a test asks",
    "FROM appeals ORDER BY appeals.id DESC": "a test asks: backwards by the key",
    "SELECT max(appeals.id)": "the last key: SQLite goes straight to it",
    "SELECT max(outbox.id)": "the same",
    "DELETE FROM seen_events": "a thousand are much of this table, and little of a region's",
    # Forgotten after a month, so there are few.
    "FROM parked_events \nWHERE parked_events.channel = ": "/delete_me looks into what was parked",
    "FROM parked_events \nWHERE parked_events.at < ": "cleaning, four times a day",
}


async def filed(town: Town, anna: Person) -> Appeal:
    """An appeal filed the ordinary way."""
    await up_to_the_summary(town, anna)
    await anna.presses(town.texts("form-send"))
    shown = await anna.sees("Приняли! Номер")
    newest = select(Appeal).order_by(Appeal.id.desc()).limit(1)
    found = await look(town, lambda session: session.scalars(newest).one())
    assert found.number in shown.text
    return found


async def a_resident(town: Town) -> tuple[Person, Appeal]:
    """Consent, an appeal with photos, lists, pages, comments, a withdrawal."""
    anna = await town.consenting()
    first = await filed(town, anna)
    await anna.says("/my")
    await anna.sees("Ваши сообщения")
    for press in (f"appeal:{first.id}", "my:1", "my:2", f"comment:{first.id}"):
        await town.messenger.press_payload(anna, press)
    await anna.says("Яма стала ещё больше")
    await anna.presses(town.texts("form-send"), on=await anna.sees("Добавим"))
    page = await tied(town, await anna.sees("Передали сотрудникам"))
    await anna.says("И глубже", reply_to=page)
    await anna.sends(*photos(2), reply_to=page)
    await anna.sends(PHOTO)
    await town.messenger.edit_said(anna, anna.room, page, "И ещё глубже")
    await anna.says("/cancel")
    await town.messenger.press_payload(anna, "draft:drop")
    second = await filed(town, anna)
    await town.messenger.press_payload(anna, f"withdraw:{second.id}")
    await anna.says("да")
    return anna, first


async def the_staff(town: Town, appeal: Appeal) -> None:
    """Cards and answers, every kind of search, the lists with their pages."""
    maria = town.employee()
    for action in ("take", "history", "ask"):
        await town.messenger.press_payload(maria, f"{action}:{appeal.id}", maria.room)
    await maria.says("Уточните, пожалуйста, место")
    for query in (
        *(appeal.number, "000012", "12", "яма", "ямы на дороге у дома 5", "остан", "кижуш"),
        *("фонарь остановка лифт", "00000", "нетничего"),
    ):
        await maria.says(f"/find {query}")
    await maria.says("/open")
    for press in ("open:2", "open:30", f"answer:{appeal.id}"):
        await town.messenger.press_payload(maria, press, maria.room)
    await maria.says("Яму засыпали сегодня утром")
    await asks_for_help(maria)


async def the_chat_of_another_centre(town: Town) -> None:
    olga = town.employee("902", "Ольга")
    olga.room = town.messenger.room("-700001")
    for said in ("/open", "/find яма на дороге", "/find 12"):
        await olga.says(said)
    await asks_for_help(olga)


async def an_admin(town: Town) -> None:
    admin = admin_of(town)
    await opens(admin, ROADS, POTHOLES)
    await admin.says("/admin")


async def the_jobs(town: Town) -> None:
    for job in (
        reminders.warn_of_deadlines,
        reminders.remind_or_close_silent,
        reminders.morning_digest,
        reminders.expire_drafts,
    ):
        await town.tick(job)
    town.clock.passes(days=1)
    await cleaning.clean(town.transactions, town.store)
    await cleaning.until_none(town.transactions, search.keep_missing, 10)
    await town.fetcher.fetch_due()


async def whoever_goes(town: Town, anna: Person) -> None:
    """Blocks and comes back, has all deleted; a group that moves."""
    await town.messenger.block(anna)
    await town.messenger.unblock(anna)
    await anna.says("/delete_me")
    await anna.presses(town.texts("delete-yes"), on=await anna.sees(town.texts("delete-sure")))
    await anna.sees(town.texts("deleted"))


def the_page(session: Session) -> None:
    """What the web chat asks for, and what an operator watches."""
    messages.find_session(session, "seed7")
    messages.latest(session, "a9", 50)
    messages.latest(session, "a9", 50, before=95)
    messages.after(session, "a9", 91, 50)
    messages.find_origin(session, "a9", "in:1")
    messages.count(session, "a9", 91, 95)
    municipalities.move_chat(session, Address("telegram", "-100500"), "-100500500")
    gauges.take(session, datetime.now(UTC))


async def overhear(town: Town) -> Overheard:
    """A day of the town among years of appeals."""
    await seed.fill(town.database, APPEALS, town.clock())
    with overhearing(town.database) as heard:
        anna, appeal = await a_resident(town)
        await the_staff(town, appeal)
        await the_chat_of_another_centre(town)
        await an_admin(town)
        await the_jobs(town)
        await whoever_goes(town, anna)
        await look(town, the_page)
    return heard


async def test_no_statement_goes_through_a_large_table(bor: Town) -> None:
    heard = await overhear(bor)
    async with bor.database.begin() as session:
        found = await session.run_sync(lambda s: heard.reads(s.connection()))

    wrong = {
        statement: reasons
        for statement, reasons in found.items()
        if not any(part in statement for part in ALLOWED)
    }
    assert len(heard.statements) > 60
    assert not wrong, "\n\n".join(f"{reasons}\n{statement}" for statement, reasons in wrong.items())
