"""Places with codes, as posters have them."""

from sqlalchemy.orm import Session

from storage.messages import Place
from storage.tables import PlaceCode
from storage.town import place_codes
from storage.town.municipalities import the_one
from tests.support.towns.conversation import Town
from tests.support.towns.town_hall import topic

SQUARE = "Остановка «Площадь»"
STOP = Place(56.32, 44.0, SQUARE)


async def code_of(town: Town, place: Place = STOP, topic_code: str = "", code: str = "") -> str:
    """A new code, as a link has it; ``code``: which."""
    topic_id = (await topic(town, topic_code)).id if topic_code else None

    def make(session: Session) -> str:
        municipality = the_one(session)
        assert municipality
        made = place_codes.make(
            session, municipality, place, topic_id, "telegram:7", town.clock.now
        )
        made.code = code or made.code
        return f"p-{made.code}"

    async with town.database.begin() as session:
        return await session.run_sync(make)


async def switch_off(town: Town, code: str) -> None:
    async with town.database.begin() as session:
        row = await session.get(PlaceCode, code.removeprefix("p-"))
        assert row
        row.active = False
