"""What the first start puts into an empty database, and every start makes true again."""

from sqlalchemy.orm import Session

from config.categories import default_tree
from handlers.turn import World
from storage import municipalities
from storage.category_edits import seed_tree
from storage.database import Database
from storage.models import Municipality


async def first_start(database: Database, world: World) -> None:
    """The municipality with its name, the main staff chat of the settings, the default categories."""

    def work(session: Session) -> None:
        settings = world.settings
        municipality = municipalities.the_one(session)
        if municipality is None:
            municipality = Municipality(name=settings.municipality)
            session.add(municipality)
            session.flush()
            seed_tree(session, municipality, default_tree())
        municipality.name = settings.municipality
        municipalities.ensure_staff_chat(
            session, municipality.id, settings.staff_chat, main=True
        )

    async with database.begin() as session:
        await session.run_sync(work)
