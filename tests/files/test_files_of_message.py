"""The files that one message brought to an appeal: of that message, chat, appeal and account alone."""

import pytest

from handlers.appeals.lifecycle import SYSTEM, note
from handlers.turn import Work
from storage import files as kept_files
from storage.messages import ChatMember, File
from storage.our_accounts import OurAccounts, use
from storage.tables import Appeal
from tests.support.towns.conversation import Town
from tests.support.towns.staff_room import change, look, planted

ANNA = ChatMember("telegram", "42", "42")
MARIA = ChatMember("telegram", "-100500", "900")


async def kept(
    place: Town, sender: ChatMember, message: str, *names: str, to: int, state: str = "refused"
) -> None:
    """Files that came in a message and belong to an appeal; nobody fetches them."""

    def job(work: Work) -> None:
        ids = [
            kept_files.keep(
                work.session,
                File("photo", name, name),
                sender,
                work.now,
                state=state,
                message=message,
            )
            for name in names
        ]
        appeal = work.session.get_one(Appeal, to)
        kept_files.attach(work.session, ids, to, note(work, appeal, SYSTEM, "comment").id)

    await change(place, job)


async def found(place: Town, sender: ChatMember, message: str, appeal: int) -> list[str]:
    return await look(
        place,
        lambda session: [
            row.name for row in kept_files.of_message(session, appeal, sender, message)
        ],
    )


async def test_only_its_own_are_found_in_their_order(bor: Town) -> None:
    first, second = await planted(bor, 2)
    await kept(bor, ANNA, "5", "b.jpg", "a.jpg", to=first)
    await kept(bor, ANNA, "6", "next.jpg", to=first)
    await kept(bor, ANNA, "5", "other.jpg", to=second)
    await kept(bor, MARIA, "5", "staff.jpg", to=first)

    assert await found(bor, ANNA, "5", first) == ["b.jpg", "a.jpg"]
    assert await found(bor, MARIA, "5", first) == ["staff.jpg"]
    assert await found(bor, ANNA, "5", second) == ["other.jpg"]
    assert await found(bor, ANNA, "7", first) == []


@pytest.mark.parametrize("state", ["refused", "gone"])
async def test_those_that_nobody_will_see_are_among_them(bor: Town, state: str) -> None:
    (number,) = await planted(bor)
    await kept(bor, ANNA, "5", "odd.heic", to=number, state=state)

    assert await found(bor, ANNA, "5", number) == ["odd.heic"]
    files = await look(bor, lambda session: kept_files.of_appeal(session, number))
    assert files == []


async def test_a_message_of_that_number_to_another_account_of_ours_is_another(bor: Town) -> None:
    (number,) = await planted(bor)
    await kept(bor, ANNA, "5", "to the first.jpg", to=number)
    dialect = bor.database.engine.dialect
    use(dialect, OurAccounts(present={"telegram": 2}, most={"telegram": 2}))
    with_the_second = await found(bor, ANNA, "5", number)
    use(dialect, OurAccounts(present={"telegram": 1}, most={"telegram": 2}))

    assert with_the_second == []
    assert await found(bor, ANNA, "5", number) == ["to the first.jpg"]
