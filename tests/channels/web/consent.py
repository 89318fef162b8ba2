"""Consent of a resident where no bot asks for it."""

from storage.tables import Resident
from storage.town import municipalities
from tests.fakes.echo import EchoDesk


async def consents(desk: EchoDesk, account: str) -> None:
    """The resident with that account on the web has said yes."""
    async with desk.database.begin() as session:
        town = await session.run_sync(municipalities.the_one)
        assert town
        session.add(
            Resident(
                municipality_id=town.id,
                channel="web",
                account=account,
                chat=account,
                created_at=desk.clock(),
                consent_at=desk.clock(),
            )
        )
