"""Who has all erased is in no list any more, whether it has gone or not."""

import asyncio
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.failures import CannotEdit, RetryLater
from handlers.appeals.card_lists import card_list
from handlers.turn import Work
from storage.messages import ChatMember
from storage.people import residents
from storage.tables import Appeal, OutboxMessage
from tests.delivery.burst import CHAT, SECRET, lists, poured
from tests.support.towns.conversation import Town
from tests.support.towns.deliveries import messenger
from tests.support.towns.staff_room import change, look, planted, said, until
from tests.support.towns.staff_room import outbox as everything


async def deletes_all(place: Town, ids: list[int]) -> None:
    """Anna, whose appeals these are, has everything erased."""

    def hers(task: Work) -> None:
        member = ChatMember("telegram", "77", "77")
        anna = residents.find_or_add(task.session, task.municipality.id, member, task.now)
        anna.consent_at, anna.consent_version = task.now, task.texts("consent-version")
        task.session.flush()
        for one in task.session.scalars(select(Appeal).where(Appeal.id.in_(ids))):
            one.resident_id, one.text = anna.id, SECRET

    await change(place, hers)
    anna = place.resident("77")
    await anna.says("/delete_me")
    await anna.presses(place.texts("delete-yes"))
    await anna.sees(place.texts("deleted"))


async def test_who_has_all_erased_is_in_no_list_any_more(group: Town) -> None:
    ids = await poured(group, 25, SECRET)
    shown = await lists(group, 25)
    before = [s.text for s in shown]

    await deletes_all(group, ids[5:7] + ids[22:])

    async def told() -> str:
        """Once all have gone: a list is edited anew for each of its people."""
        texts = "\n".join(s.text for s in shown)
        return texts if texts.count(group.texts("erased")) >= 5 else ""

    texts = await until(told)
    assert texts.count(group.texts("erased")) == 5
    assert texts.count(SECRET) == 20, "others' lines stay"
    assert [s.text.count("МЦУ-") for s in shown] == [text.count("МЦУ-") for text in before]
    assert len(said(group.employee(), "Чтобы открыть карточку")) == 2, "nothing is sent anew"
    kept = [row for row in await everything(group) if row.reply.get("lists")]
    assert str([row.reply for row in kept]).count(SECRET) == 20


async def test_a_list_that_has_gone_while_it_is_erased_keeps_nothing(group: Town) -> None:
    ids = await poured(group, 25, SECRET)
    await lists(group, 25)
    await until(lambda: look(group, are_all_sent))

    async def stands_as(done_at: datetime | None) -> None:
        async with group.database.begin() as session:
            is_first = OutboxMessage.coalesce == "list:1"
            await session.execute(update(OutboxMessage).where(is_first).values(done_at=done_at))
            if done_at:  # what the messenger answered is kept at this very moment
                deleting.append(asyncio.create_task(deletes_all(group, ids[:5])))
                await asyncio.sleep(0.5)

    deleting: list[asyncio.Task[None]] = []
    now = group.transactions.services.clock()
    await stands_as(None)
    await stands_as(now)
    await asyncio.gather(*deleting)

    kept = [row for row in await everything(group) if row.reply.get("lists")]
    assert str([row.reply for row in kept]).count(SECRET) == 20


def are_all_sent(session: Session) -> bool:
    """Whether nothing is on its way."""
    return not session.query(OutboxMessage).filter(OutboxMessage.done_at.is_(None)).count()


async def test_a_list_that_has_not_gone_yet_goes_without_what_was_erased(group: Town) -> None:
    messenger(group).errors.append(RetryLater("away"))
    ids = await poured(group, 25, SECRET)
    await messenger(group).calls(1)

    await deletes_all(group, ids[:5])
    group.clock.passes(minutes=1)

    shown = await lists(group, 25)
    texts = "\n".join(s.text for s in shown)
    assert (texts.count(SECRET), texts.count(group.texts("erased"))) == (20, 5)
    assert not [s for s in shown if s.edits]


async def test_a_list_that_cannot_be_edited_is_not_sent_again(group: Town) -> None:
    ids = await poured(group, 25, SECRET)
    await lists(group, 25)
    messenger(group).edit_errors += [CannotEdit("gone")] * 2

    await deletes_all(group, [ids[0], ids[24]])

    await until(lambda: _none_left(group))
    assert len(said(group.employee(), "Чтобы открыть карточку")) == 2


async def test_a_list_made_while_one_of_its_appeals_changes_has_the_new_words(group: Town) -> None:
    ids = await planted(group, 3, text=SECRET)

    def texts(work: Work) -> str:
        return card_list(work, CHAT, ids).text

    async with group.database.begin() as session:
        await session.execute(update(Appeal).where(Appeal.id == ids[1]).values(text="Ничего"))
        listing = asyncio.create_task(group.transactions.run(texts))
        await asyncio.sleep(0.3)

    assert (await listing).count(SECRET) == 2


async def _none_left(place: Town) -> bool:
    return all(row.done_at for row in await everything(place))
