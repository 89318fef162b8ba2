"""``/block`` and ``/unblock``: the account is known from memory, answers still go out."""

from sqlalchemy import select

from bot.inbox.admission import LEARN_EVERY
from handlers.turn import Work
from storage import appeals
from storage.people import bans
from storage.tables import Ban, SeenEvent
from tests.fakes.messenger import Person
from tests.support.towns.conversation import DESCRIPTION, Town
from tests.support.towns.filing import all_rows
from tests.support.towns.staff_room import card_of, change, history, look, planted


async def blocked(bor: Town, number: str = "1", reason: str = "оскорбления") -> Person:
    """The resident of an appeal is banned by an employee; the employee."""
    maria = bor.employee()
    await maria.says(f"/block {number} {reason}")
    await maria.presses(bor.texts("block-yes"), on=await maria.sees("Больше не принимать"))
    await maria.sees("больше не принимаем")
    return maria


async def seen(bor: Town) -> int:
    return await look(bor, lambda session: len(list(session.scalars(select(SeenEvent)))))


async def test_a_banned_resident_is_told_once_and_costs_no_transaction(bor: Town) -> None:
    anna = await bor.consenting()
    await bor.filed(anna)
    await blocked(bor)
    told = await anna.sees("больше не принимают от вас")
    assert "Причина: оскорбления" in told.text
    await anna.says("Впустите")  # read once more, since an employee did something
    before, rows = await seen(bor), len(anna.room.shown)

    for _ in range(20):
        await anna.says("Яма на дороге")
        await bor.messenger.press_payload(anna, "new:appeal")

    assert await seen(bor) == before
    assert [s for s in anna.room.shown[rows:] if not s.author] == []


async def test_a_banned_resident_who_asks_is_told_of_the_ban_once_a_day(bor: Town) -> None:
    anna = await bor.consenting()
    await bor.filed(anna)
    await blocked(bor)
    await anna.sees("больше не принимают от вас")

    for days in (1, 2):
        await anna.says("Яма на дороге")
        shown = len(anna.room.shown)
        await anna.says("/help")
        await anna.sees("Причина: оскорбления")
        for command in ("/START", "/help"):
            await anna.says(command)
        before = await seen(bor)
        for _ in range(10):
            await anna.says("/help")
        bor.clock.passes(seconds=LEARN_EVERY.total_seconds())  # not known for sure any more
        await anna.says("/help")
        after = await seen(bor)
        await anna.says("/delete_me")  # what came before has been delivered once this is answered
        await anna.sees("Отозвать согласие")

        told = [s.text for s in anna.room.shown[shown:] if "больше не принимают" in s.text]
        assert len(told) == 1, days
        assert after == before + 1  # the one that looked the bans up again
        bor.clock.passes(days=1)


async def test_what_a_banned_resident_filed_is_still_answered(bor: Town) -> None:
    anna = await bor.consenting()
    await bor.filed(anna)
    maria = await blocked(bor)
    await maria.presses(bor.texts("staff-answer"), on=await card_of(maria))
    await maria.says("Яму засыпали")
    await maria.presses(bor.texts("form-send"))

    await anna.sees("Яму засыпали")
    assert [e.action for e in await history(bor)] == ["file", "block", "take", "answer"]


async def test_the_reason_is_asked_and_nothing_happens_without_the_button(bor: Town) -> None:
    await planted(bor)
    maria = bor.employee()
    await maria.says("/block МЦУ-26-000001")
    await maria.sees(bor.texts("block-reason"))
    await maria.says("ругань")
    await maria.sees("Житель прочитает причину: ругань")
    await maria.says("да")
    await maria.sees(bor.texts("confirm-in-full", button=bor.texts("block-yes")))

    assert await look(bor, lambda session: session.scalar(select(Ban))) is None
    await maria.says("/cancel")
    await maria.sees("без изменений")
    assert [entry.action for entry in await history(bor)] == []


async def test_a_wrong_number_and_an_appeal_of_another_chat_are_refused(bor: Town) -> None:
    await planted(bor)
    maria = bor.employee()

    for command in ("/block", "/block ругается", "/block ٣ нет", "/unblock", "/block ' OR 1=1"):
        await maria.says(command)
        await maria.sees("Напишите номер сообщения")
    for command, number in (
        ("/block 99 ругается", "99"),
        ("/unblock 77", "77"),
        ("/block МЦУ-26-000098 нет", "МЦУ-26-000098"),
    ):
        await maria.says(command)
        await maria.sees(f"Сообщения с номером {number} в этом чате нет")

    await maria.says("/unblock 1")
    await maria.sees("и так принимаем")


async def test_an_admin_cannot_be_banned(bor: Town) -> None:
    await planted(bor, account="7")
    maria = bor.employee()

    await maria.says("/block 1 за всё")

    await maria.sees("прислал администратор")


async def test_whoever_is_unbanned_writes_on_where_they_stopped(bor: Town) -> None:
    anna = await bor.consenting()
    await bor.filed(anna)
    await anna.says("/new")
    await anna.sees(bor.texts("ask-what"))
    maria = await blocked(bor)
    await anna.says(DESCRIPTION)
    await maria.says("/block 1 ещё раз")
    await maria.sees("уже не принимаем")
    await maria.says("/unblock 1")
    await maria.presses(bor.texts("unblock-yes"))
    await anna.sees(bor.texts("unbanned"))

    await anna.says(DESCRIPTION)

    await anna.sees(bor.texts("ask-topic-suggested"))


async def test_a_ban_outlives_the_deletion_of_data_without_keeping_the_account(bor: Town) -> None:
    anna = await bor.consenting("424242")
    await bor.filed(anna)
    maria = await blocked(bor)
    await anna.says("/delete_me")
    await anna.presses(bor.texts("delete-yes"))
    await anna.sees(bor.texts("deleted"))
    await maria.sees(bor.texts("erased"))
    rows = [line for line in (await all_rows(bor)).splitlines() if line.startswith("bans")]
    assert len(rows) == 1
    assert "424242" not in rows[0]

    shown = len(anna.room.shown)
    await anna.says("/start")
    await anna.sees("больше не принимают от вас")
    await anna.says("Яма на дороге у дома пять")
    assert len([s for s in anna.room.shown[shown:] if not s.author]) == 1

    await maria.says("/unblock 1")
    await maria.presses(bor.texts("unblock-yes"))
    await maria.sees("снова принимаем")
    await anna.says("/start")
    await anna.sees("Согласны?")


async def test_a_ban_by_another_replica_is_known_within_seconds(bor: Town) -> None:
    anna = await bor.consenting()
    boris = await bor.consenting("43", "Борис")
    await bor.filed(anna)

    def elsewhere(work: Work) -> None:
        found = bans.mark_of(work.municipality.delivery_salt, "telegram", "42")
        filed = appeals.get(work.session, 1)
        assert filed
        bans.ban(work.session, filed, [found], "telegram:901", "ругань", work.now)

    await change(bor, elsewhere)
    bor.clock.passes(seconds=LEARN_EVERY.total_seconds())
    await boris.says("/menu")
    await boris.sees(bor.texts("menu"))
    before = await seen(bor)
    await anna.says("/menu")

    assert await seen(bor) == before


async def test_a_ban_is_of_the_private_chat_only(bor: Town) -> None:
    """An employee who is banned as a resident goes on working."""
    await planted(bor, account="900")
    maria = await blocked(bor)

    await maria.says("/open")

    await maria.sees("Открыто: 1")
