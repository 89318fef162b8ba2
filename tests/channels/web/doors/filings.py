"""Appeals that were just filed from one address."""

from bot.channels.web.doors.seal import Seal
from storage.web import filings as kept_filings
from tests.fakes.echo import EchoDesk

HERE = "127.0.0.1"


async def becomes_busy(desk: EchoDesk, address: str = HERE, filings: int = 10) -> None:
    """``filings`` appeals were just filed from ``address``."""
    sources = await Seal(desk.database).sources(address)
    async with desk.database.begin() as session:
        for _ in range(filings):
            await session.run_sync(kept_filings.note, sources, desk.clock())
