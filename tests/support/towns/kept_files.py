"""Files that came to a town whose messenger may fail, and what becomes of them."""

from sqlalchemy import select

from handlers.turn import Work
from storage import files
from storage.messages import ChatMember, File
from storage.tables import KeptFile
from tests.support.towns.conversation import Town
from tests.support.towns.deliveries import messenger
from tests.support.towns.staff_room import change, look, until

NOBODY = ChatMember("telegram", "", "42")  # is told nothing


async def keep(
    place: Town,
    content: bytes | None,
    kind: str = "photo",
    name: str = "a.jpg",
    mime: str = "",
    *,
    sender: ChatMember = NOBODY,
) -> int:
    """A file that came; without ``content`` the messenger does not have it any more."""
    kept: list[int] = []

    def work(task: Work) -> None:
        ref = f"kept{len(messenger(place).contents)}"
        if content is not None:
            messenger(place).contents[ref] = content
        file = File(kind, ref, name, mime)  # type: ignore[arg-type]
        kept.append(files.keep(task.session, file, sender, task.now))

    await change(place, work)
    place.fetcher.wake()
    return kept[0]


async def in_state(place: Town, number: int, state: str) -> KeptFile:
    """Wait until the file is in that state."""
    query = select(KeptFile).where(KeptFile.id == number, KeptFile.state == state)
    found = await until(lambda: look(place, lambda session: session.scalar(query)))
    assert found
    return found
