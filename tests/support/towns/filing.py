"""What tests about residents share: files, presses at the same moment, a look into the tables."""

import asyncio
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.messages import Event, File
from storage.tables import Base, ChatMessage, Resident
from tests.fakes.messenger import Person, Shown, Upload
from tests.support.pictures import picture
from tests.support.towns.conversation import DESCRIPTION, Town

PHOTO = Upload(picture())
POTHOLES = "Ямы и выбоины на дороге"


def photos(count: int) -> tuple[Upload, ...]:
    """Photos that differ, as JPEG keeps them; at most 12."""
    return tuple(Upload(picture(shade=20 * n), f"{n}.jpg") for n in range(count))


async def up_to_the_place(town: Town, resident: Person, text: str = DESCRIPTION) -> None:
    """A new appeal, its text and topic given."""
    await resident.says("/new")
    await resident.sees(town.texts("ask-what"))
    await resident.says(text)
    await resident.sees(town.texts("ask-topic-suggested"))
    await resident.presses(POTHOLES)
    await resident.sees("📍")


async def up_to_the_summary(town: Town, resident: Person, text: str = DESCRIPTION) -> None:
    """A new appeal with all answers but for "send"."""
    await up_to_the_place(town, resident, text)
    await resident.says("ул. Мира, 5")
    await resident.sees("Проверьте")


async def at_once(town: Town, *events: Event) -> None:
    """Events that come at the same moment."""
    assert town.messenger.inbox
    await asyncio.gather(*(town.messenger.inbox.accept(event) for event in events))


async def part_of_album(
    town: Town, resident: Person, album: str, content: bytes, caption: str = ""
) -> None:
    """One file of an album, as it comes by itself."""
    ref = f"ref-{content.decode()}"
    town.messenger.contents[ref] = content
    await town.messenger.bring(
        town.messenger.event(
            resident,
            resident.room,
            text=caption,
            files=(File("photo", ref, f"{ref}.jpg", "image/jpeg", len(content)),),
            album=album,
            message=f"m-{ref}",
        )
    )


async def tied(town: Town, shown: Shown) -> Shown:
    """The message, once it is known whose appeal it is about: right after it was shown."""
    async with asyncio.timeout(20):
        while True:
            async with town.database.begin() as session:
                if await session.scalar(
                    select(ChatMessage.id).where(ChatMessage.message == shown.id)
                ):
                    return shown


async def resident_row(town: Town, account: str = "42") -> Resident | None:
    """The resident as the table has them."""
    async with town.database.begin() as session:
        found: Resident | None = await session.scalar(
            select(Resident).where(Resident.account == account)
        )
        return found


async def all_rows(town: Town) -> str:
    """Every row of every table as one text, to look for what should not be there."""

    def read(session: Session) -> str:
        lines = []
        for table in Base.metadata.sorted_tables:
            rows: list[Any] = [tuple(row) for row in session.execute(select(table))]
            lines += [f"{table.name}: {row!r}" for row in rows]
        return "\n".join(lines)

    async with town.database.begin() as session:
        return await session.run_sync(read)
