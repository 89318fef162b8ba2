"""How a resident has everything deleted, and when that is done."""

from sqlalchemy import func, select

from storage.tables import Erasure, KeptFile
from tests.fakes.messenger import Person, Shown
from tests.support.towns.conversation import Town
from tests.support.towns.staff_room import look, until

NAME, ACCOUNT = "Аполлинария", "424242"


async def asks_deletion(town: Town, resident: Person) -> None:
    await resident.says("/delete_me")
    await resident.presses(
        town.texts("delete-yes"), on=await resident.sees(town.texts("delete-sure"))
    )


async def all_is_erased(town: Town) -> None:
    """Wait until nobody's erasure is on its way."""

    async def none_left() -> bool:
        town.eraser.wake()
        count = select(func.count()).select_from(Erasure)
        return await look(town, lambda session: session.scalar(count)) == 0

    await until(none_left)


async def deletes(town: Town, resident: Person) -> Shown:
    """The whole way; the last word."""
    await asks_deletion(town, resident)
    word = await resident.sees(town.texts("deleted"))
    await all_is_erased(town)
    return word


async def is_stored(town: Town) -> None:
    """Wait until a photo has been fetched."""
    stored = select(KeptFile.id).where(KeptFile.key > "")
    await until(lambda: look(town, lambda session: session.scalar(stored)))
