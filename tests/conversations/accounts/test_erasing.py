"""/delete_me takes all of a person, in whichever account it was said."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from storage.tables import Account, Base, Resident
from tests.conversations.accounts.people import consents, in_channel, join
from tests.conversations.erasing.deletion import all_is_erased, asks_deletion
from tests.support.towns.conversation import DESCRIPTION, Town
from tests.support.towns.staff_room import look

SECRETS = ("Аполлинария", "Евстигнеевна", "424242", "guest.5151", "737373", "фиалками", "Мира")


def found_in(session: Session) -> list[str]:
    """Where the secrets stand in the tables, of whatever kind."""
    places = []
    for table in Base.metadata.sorted_tables:
        if table.name in {"categories", "topics", "seen_events"}:
            continue
        for row in session.execute(select(table)).all():
            text = " ".join(str(value) for value in row)
            places += [f"{table.name}: {secret}" for secret in SECRETS if secret in text]
    return places


async def test_everything_goes_from_all_accounts_at_once(bor: Town) -> None:
    anna = await bor.consenting("424242", "Аполлинария")
    in_vk = await consents(bor, in_channel(bor, "vk", "737373", "Евстигнеевна"))
    on_site = in_channel(bor, "web", "guest.5151", "")
    await bor.filed(anna, f"{DESCRIPTION} рядом с клумбой с фиалками")
    await bor.filed(in_vk, f"{DESCRIPTION}, и клумба с фиалками")
    await join(bor, anna, in_vk)
    await join(bor, in_vk, on_site)
    await on_site.says("Прошу засадить двор фиалками, будет красиво")
    await on_site.sees("Записали")
    assert await look(bor, found_in)

    await in_vk.says("/delete_me")
    asked = await in_vk.sees(bor.texts("delete-sure"))
    assert bor.texts("delete-sure-all", names="Telegram, ВКонтакте (этот чат), сайт") in asked.text
    await in_vk.presses(bor.texts("delete-yes"), on=asked)

    for person in (anna, in_vk, on_site):
        await person.sees(bor.texts("deleted"))
    await all_is_erased(bor)
    assert await look(bor, found_in) == []
    assert await look(bor, lambda session: session.scalar(select(func.count(Account.id)))) == 0


async def test_whoever_comes_back_comes_back_alone(bor: Town) -> None:
    anna, in_vk = await bor.consenting(), in_channel(bor, "vk")
    await join(bor, anna, in_vk)
    await asks_deletion(bor, anna)
    await in_vk.sees(bor.texts("deleted"))
    await all_is_erased(bor)

    await in_vk.says("/start")

    await in_vk.sees("Согласие на обработку персональных данных")
    living = select(Resident).where(Resident.withdrawn_at.is_(None))
    found = await look(bor, lambda session: session.scalars(living).one())
    assert (found.channel, found.consent_at) == ("vk", None)
