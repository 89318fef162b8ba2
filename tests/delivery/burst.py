"""Appeals that pour into a staff group, and the lists that it gets."""

from collections.abc import Callable
from dataclasses import replace

from storage.appeals import card_lists
from storage.messages import Address
from storage.tables import Topic
from tests.fakes.memory import ROOMY
from tests.fakes.messenger import Shown
from tests.support.towns.conversation import DESCRIPTION, STAFF_ROOM, Town
from tests.support.towns.staff_room import look, planted, said, until

GROUP = replace(ROOMY, messages_per_minute=20)
CHAT = Address("telegram", STAFF_ROOM)
SECRET = "Тайная яма"
QUIET_TOPIC = "Тротуары и бордюры"  # neither fast nor short


async def quiet_topic(place: Town) -> int:
    """A topic without hurry."""
    return await look(
        place,
        lambda session: session.query(Topic.id).filter(Topic.title == QUIET_TOPIC).scalar(),
    )


async def poured(place: Town, count: int, text: str = DESCRIPTION) -> list[int]:
    """``count`` appeals at once, of a topic without hurry."""
    topic = await quiet_topic(place)
    return await planted(place, count, with_cards=True, topic_id=topic, text=text)


async def lists(place: Town, lines: int) -> list[Shown]:
    """Wait until the lists have ``lines`` lines in all."""
    maria = place.employee()

    def found() -> list[Shown]:
        return said(maria, "Чтобы открыть карточку")

    await maria.waits_for(
        maria.room,
        lambda _: sum(len(s.buttons) for s in found()) >= lines,
        wanted=f"{lines} lines",
    )
    assert sum(len(s.buttons) for s in found()) == lines
    for shown in found():
        await until(lambda shown=shown: look(place, is_known(shown)))  # type: ignore[misc]
    return found()


def is_known(shown: Shown) -> Callable[..., bool]:
    """Whether the bot knows that this message is a list."""
    return lambda session: card_lists.is_list(session, CHAT, shown.id)


def number(appeal_id: int) -> str:
    return f"МЦУ-26-{appeal_id:06}"
