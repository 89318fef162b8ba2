"""Administrators who write in the group's name: their presses are theirs, their words the group's."""

import pytest

from tests.fakes.messenger import Person, Shown
from tests.support.towns.conversation import STAFF_ROOM, Town
from tests.support.towns.staff_room import answerable, appeal, card_of, history, planted, said
from tests.support.towns.town_hall import GROUP, group_of

CHANNEL = "-1007007"


def hide(bor: Town, *accounts: str) -> None:
    """They write in the staff chat in its name from now on."""
    bor.messenger.anonymous |= {(STAFF_ROOM, account) for account in accounts}


async def says(
    bor: Town, text: str, reply_to: Shown | None = None, *, name: str = "Дежурные"
) -> Shown:
    """One of the anonymous says it."""
    answered = reply_to.id if reply_to else ""
    return await bor.messenger.say_as(STAFF_ROOM, bor.staff_room, text, answered, name=name)


async def asked(bor: Town, maria: Person, label: str = "Решено") -> Shown:
    """Press it on the card; the question."""
    await maria.presses(label, on=await card_of(maria))
    return await answerable(bor, await maria.sees("по МЦУ-26-000001"))


async def test_an_anonymous_answer_to_the_question_is_the_persons_who_pressed(bor: Town) -> None:
    anna = await bor.consenting()
    await planted(bor, with_cards=True)
    maria = bor.employee()
    hide(bor, "900")
    question = await asked(bor, maria)
    assert "Нажмите «Ответить» на вопросе бота".lower() in question.text.lower()
    assert "«Анонимность»" in question.text
    await says(bor, "Яму засыпали", question)
    await maria.sees("Яму засыпали")
    await maria.presses(bor.texts("form-send"))
    await anna.sees("Яму засыпали")

    assert (await appeal(bor)).state == "answered"
    assert [one.actor for one in await history(bor) if one.action == "answer"] == ["telegram:900"]


async def test_without_a_reply_the_only_anonymous_who_was_asked_is_meant(bor: Town) -> None:
    anna = await bor.consenting()
    await planted(bor, with_cards=True)
    maria, zoya = bor.employee(), bor.employee("901", "Зоя")
    hide(bor, "900")
    await asked(bor, zoya, "Уточнить")
    await asked(bor, maria)
    await says(bor, "Яму засыпали")
    await maria.sees("Яму засыпали")
    await maria.presses(bor.texts("form-send"))

    await anna.sees("Яму засыпали")


async def test_an_answer_that_may_be_of_two_is_nobodys_and_told(bor: Town) -> None:
    await planted(bor, with_cards=True)
    maria, zoya = bor.employee(), bor.employee("901", "Зоя")
    hide(bor, "900", "901")
    question = await asked(bor, maria)
    await asked(bor, zoya)
    await says(bor, "Яму засыпали", question)
    await maria.sees("Бот не видит, чей это ответ")
    await says(bor, "Яму засыпали")
    await maria.sees("Вы пишете от имени группы")

    assert (await appeal(bor)).state == "new"
    assert not said(maria, "› Яму засыпали")


async def test_an_answer_to_a_question_that_is_done_is_told_so(bor: Town) -> None:
    await planted(bor, with_cards=True)
    maria = bor.employee()
    question = await asked(bor, maria)
    await maria.presses(bor.texts("form-cancel"))
    await says(bor, "Яму засыпали", question)

    await maria.sees("уже отправлено")


async def test_an_anonymous_answer_is_corrected_by_its_edit(bor: Town) -> None:
    anna = await bor.consenting()
    await planted(bor, with_cards=True)
    maria = bor.employee()
    hide(bor, "900")
    question = await asked(bor, maria)
    told = await says(bor, "Яму засипали", question)
    await maria.sees("Яму засипали")
    await bor.messenger.edit_as(STAFF_ROOM, bor.staff_room, told, "Яму засыпали")
    await maria.sees("Яму засыпали")
    await maria.presses(bor.texts("form-send"))

    await anna.sees("Яму засыпали")


async def test_anonymous_cancels_what_was_asked(bor: Town) -> None:
    await planted(bor, with_cards=True)
    maria = bor.employee()
    hide(bor, "900")
    await asked(bor, maria)
    await says(bor, "/cancel")
    await maria.sees(bor.texts("staff-cancelled", number="МЦУ-26-000001"))


async def test_what_the_group_began_by_a_command_is_ended_by_a_button(bor: Town) -> None:
    await bor.consenting()
    await planted(bor, with_cards=True)
    maria, zoya = bor.employee(), bor.employee("901", "Зоя")
    hide(bor, "900")
    await says(bor, "/block 1 оскорбления")
    sure = await maria.sees("оскорбления")
    await zoya.presses(bor.texts("block-yes"), on=sure)
    await zoya.sees("задано коллеге")
    await maria.presses(bor.texts("block-yes"), on=sure)

    await maria.sees(bor.texts("block-done", number="МЦУ-26-000001"))


async def test_a_reply_to_a_card_goes_to_the_resident_as_anybodys(bor: Town) -> None:
    anna = await bor.consenting()
    await planted(bor, with_cards=True)
    await says(bor, "Завтра приедем", await card_of(bor.employee()))

    await anna.sees("Завтра приедем")


async def test_who_shows_the_name_again_is_told_nothing_of_it_a_minute_later(bor: Town) -> None:
    await planted(bor, with_cards=True)
    maria = bor.employee()
    hide(bor, "900")
    await asked(bor, maria)
    bor.messenger.anonymous.clear()
    bor.clock.passes(minutes=2)
    question = await asked(bor, maria, "Уточнить")

    assert "анонимно" not in question.text


async def test_anonymous_admins_are_hinted_each_by_the_title(bor: Town) -> None:
    maria = bor.employee()
    for title in ("Смена 1", "Смена 2", "Смена 1"):
        await says(bor, "Доброе утро!", name=title)
    await says(bor, "/help")
    await maria.sees("/find")

    assert len(said(maria, "Вы пишете от имени группы")) == 2


@pytest.mark.parametrize("word", ["/admin", "/import", "/sessions"])
async def test_an_anonymous_admin_is_told_why_the_command_does_not_work(
    bor: Town, word: str
) -> None:
    await says(bor, word)

    await bor.employee().sees("бот не видит, что вы администратор")


async def test_an_admin_who_is_asked_in_the_chat_is_told_to_show_the_name(bor: Town) -> None:
    olga = bor.employee("7", "Ольга")
    hide(bor, "7")
    await bor.messenger.press_payload(olga, "adm:title:c1", olga.room)

    await olga.sees("бот не видит, что вы администратор")


async def test_a_code_for_the_site_is_given_to_nobody_in_the_groups_name(bor: Town) -> None:
    await says(bor, "/web")

    told = await bor.employee().sees("вы пишете от имени группы")
    assert "code=" not in told.text


async def test_binding_anonymously_takes_a_code(bor: Town) -> None:
    there = Person(bor.messenger, GROUP, "Дороги", group_of(bor))
    await bor.messenger.say_as(GROUP, group_of(bor), "/bind")

    await there.sees("бот не видит, что вы администратор")


@pytest.mark.parametrize("text", ["Завтра приедем", "/open"])
async def test_a_channel_says_nothing_to_residents_and_is_told_so(bor: Town, text: str) -> None:
    await bor.consenting()
    await planted(bor, with_cards=True)
    card = await card_of(bor.employee())
    answered = "" if text.startswith("/") else card.id
    await bor.messenger.say_as(CHANNEL, bor.staff_room, text, answered)
    await bor.employee().sees("Напишите от своего имени")
    await bor.messenger.say_as(CHANNEL, bor.staff_room, "Новый пост")

    told = [one for one in await history(bor) if one.action == "interim"]
    assert told == []
    assert len(said(bor.employee(), "от имени канала")) == 1
