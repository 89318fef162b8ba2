"""Consent withdrawn, or never given: what stays of an appeal, and a new beginning."""

from pathlib import Path

from sqlalchemy import func, select

from storage.tables import Appeal, KeptFile, OutboxMessage
from tests.conversations.erasing.deletion import (
    ACCOUNT,
    NAME,
    all_is_erased,
    asks_deletion,
    deletes,
)
from tests.support.pictures import picture
from tests.support.towns.conversation import Town
from tests.support.towns.filing import PHOTO, all_rows, resident_row
from tests.support.towns.staff_room import look, planted
from tests.support.towns.traces import bytes_of


async def test_the_second_question_may_be_answered_no(bor: Town) -> None:
    anna = await bor.consenting()
    await bor.filed(anna)
    await anna.says("/delete_me")
    await anna.sees("Отозвать согласие")

    await anna.presses(bor.texts("form-cancel"))

    await anna.sees(bor.texts("form-cancelled"))
    assert (await bor.appeals())[0].state == "new"


async def test_what_was_answered_already_keeps_its_state_without_the_person(bor: Town) -> None:
    anna = await bor.consenting()
    appeal = await bor.filed(anna)
    maria = bor.employee()
    await maria.presses("Решено", on=await maria.sees(appeal.number))
    await maria.sees("Напишите ответ")
    await maria.says("Засыпали")
    await maria.presses("Отправить")
    await anna.presses(bor.texts("resident-solved"))
    await anna.sees("Рады")

    await deletes(bor, anna)

    kept = (await bor.appeals())[0]
    assert (kept.state, kept.text) == ("closed", bor.texts("erased"))


async def test_who_comes_back_is_a_new_resident(bor: Town) -> None:
    anna = await bor.consenting()
    await bor.filed(anna)
    old = await anna.sees("Приняли")
    await deletes(bor, anna)

    await anna.says("/start")
    await anna.sees("Согласны?")
    await anna.says("да")
    await anna.sees(bor.texts("menu"))
    await anna.says("/my")

    await anna.sees(bor.texts("my-none"))
    row = await resident_row(bor)
    assert row is not None
    assert row.withdrawn_at is None
    await anna.presses(bor.texts("resident-add"), on=old)
    await anna.sees(bor.texts("appeal-not-yours"))


async def test_who_comes_back_while_all_is_being_erased_keeps_what_is_new(bor: Town) -> None:
    anna = await bor.consenting()
    await planted(bor, 3, text="тайная яма")
    bor.erasing.cancel()
    await asks_deletion(bor, anna)
    await anna.sees(bor.texts("deleting"))
    await anna.says("/start")
    await anna.presses(bor.texts("consent-yes"), on=await anna.sees("Согласны?"))
    await anna.sees(bor.texts("menu"))
    new = await bor.filed(anna, "Новая яма на дороге у школы")
    await anna.sends(PHOTO, caption="На дороге у дома 5 большая яма")
    await anna.sees("Это к вашему сообщению")

    await bor.eraser.erase_due()
    await anna.sees(bor.texts("deleted"))
    await bor.eraser.erase_due()

    kept = await look(bor, lambda s: s.get(Appeal, new.id))
    assert kept
    assert (kept.text, kept.state) == ("Новая яма на дороге у школы", "new")
    rows = await all_rows(bor)
    assert "тайная" not in rows
    assert "На дороге у дома 5 большая яма" in rows
    await anna.presses(bor.texts("about-new"))
    await anna.sees(bor.texts("ask-topic-suggested"))
    assert await look(bor, lambda s: s.scalar(select(func.count(KeptFile.id)))) == 1


async def test_what_was_said_before_consent_was_refused_is_not_kept(
    bor: Town, tmp_path: Path
) -> None:
    anna = bor.resident(ACCOUNT, NAME)
    await anna.sends(PHOTO, caption="На дороге тайная яма")
    asked = await anna.sees("Согласны?")
    states = select(KeptFile.state)
    assert await look(bor, lambda session: list(session.scalars(states))) == ["noted"]

    await anna.presses(bor.texts("consent-no"), on=asked)
    await anna.sees(bor.texts("consent-refused", ways="|").partition("|")[0].strip()[:40])
    await all_is_erased(bor)

    rows = await all_rows(bor)
    assert "тайная" not in rows
    assert "files:" not in rows
    assert picture() not in bytes_of(tmp_path)
    sent = select(OutboxMessage.reply).where(OutboxMessage.chat == ACCOUNT)
    told = await look(bor, lambda s: list(s.scalars(sent)))
    assert [one["text"][:5] for one in told] == [bor.texts("consent-refused", ways="")[:5]]
