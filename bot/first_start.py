"""What the first start puts into an empty database, and every start makes true again."""

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
    """The municipality with its name, the main staff chat of the settings, the default categories.

    Returns a number of this database's own, so that delivery keys of another one on the same bot
    are not taken for its (VK remembers them).
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
