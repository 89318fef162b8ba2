"""Fill an empty database at the first start, and apply the settings to it at every start."""

import secrets

from sqlalchemy.orm import Session

from config.categories import default_tree
from handlers.turn import Services
from storage.database import Database
from storage.database.locks import one_at_a_time
from storage.messages import Address
from storage.tables import Municipality
from storage.town import municipalities
from storage.town.tree_imports import seed_tree


async def first_start(database: Database, services: Services) -> int:
    """Make the municipality with its name, its main staff chat and the default categories.

    Later starts only apply the settings' name and main staff chat, and retire staff chats that
    nothing names any more. Returns the salt of this database, a random number in its delivery keys:
    VK remembers keys, so those of another database on the same bot must be different.
    """

    def work(session: Session) -> int:
        one_at_a_time(session, "first start")
        settings = services.settings
        municipality = municipalities.the_one(session)
        if municipality is None:
            salt = secrets.randbelow(2**31)
            municipality = Municipality(name=settings.municipality, delivery_salt=salt)
            session.add(municipality)
            session.flush()
            seed_tree(session, municipality, default_tree(services.texts))
        municipality.name = settings.municipality
        staff_chat = Address.parse(settings.staff_chat)
        municipalities.ensure_staff_chat(session, municipality.id, staff_chat, main=True)
        municipalities.retire_unneeded(session, municipality.id)
        return municipality.delivery_salt

    async with database.begin() as session:
        return await session.run_sync(work)
