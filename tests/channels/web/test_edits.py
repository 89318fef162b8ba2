"""A person corrects what they said on a page, for a quarter of an hour."""

import pytest

from tests.fakes.clock import Clock
from tests.fakes.echo import EchoDesk
from tests.fakes.messenger import Shown, Upload
from tests.fakes.web import WebPeople, WebPerson
from tests.support.pictures import picture

PHOTO = Upload(picture(), "яма.jpg")


async def corrects(person: WebPerson, shown: Shown, text: str) -> None:
    page = await person.opens()
    await page.does({"type": "edit", "text": text, "message": shown.id})


async def test_other_words_come_as_an_edit_of_the_message_once(
    desk: EchoDesk, web: WebPeople
) -> None:
    anna = web.person("42", "Анна")
    said = await anna.says("Яма у дома 5")

    await corrects(anna, said, "Яма у дома 7")

    first, edit = desk.bot.events
    assert (edit.text, edit.message, edit.edited) == ("Яма у дома 7", first.message, True)
    assert [one.text for one in anna.room.shown if one.author] == ["Яма у дома 7"]
    assert first.look != edit.look


async def test_the_files_of_a_corrected_message_stay(desk: EchoDesk, web: WebPeople) -> None:
    anna = web.person("42", "Анна")
    await anna.sends(PHOTO, caption="Яма")
    said = next(one for one in anna.room.shown if one.author)

    await corrects(anna, said, "Яма на улице Мира")
    await corrects(anna, said, "")

    before, *edits = desk.bot.events
    assert [event.text for event in edits] == ["Яма на улице Мира", ""]
    assert [event.files for event in edits] == [before.files] * 2


async def test_after_a_quarter_of_an_hour_it_stands(
    desk: EchoDesk, web: WebPeople, clock: Clock
) -> None:
    anna = web.person("42", "Анна")
    said = await anna.says("Яма у дома 5")
    clock.passes(minutes=16)

    await corrects(anna, said, "Яма у дома 7")

    await anna.sees(desk.texts("web-edit-late"))
    assert len(desk.bot.events) == 1


@pytest.mark.parametrize("whose", ["another", "the bot", "nobody"])
async def test_nobody_corrects_what_is_not_theirs(
    desk: EchoDesk, web: WebPeople, whose: str
) -> None:
    anna, boris = web.person("1", "Анна"), web.person("2", "Борис")
    said = await anna.says("Яма у дома 5")
    answer = await anna.sees("Вы написали")
    chosen = {"another": said.id, "the bot": answer.id, "nobody": "99"}[whose]

    await corrects(anna if whose == "the bot" else boris, Shown(chosen, ""), "Подделка")

    page = await (anna if whose == "the bot" else boris).opens()
    assert page.room.shown[-1].text == desk.texts("web-edit-late")
    assert len(desk.bot.events) == 1
    assert "Подделка" not in [one.text for one in anna.room.shown]


async def test_an_employee_corrects_their_own_words_alone(desk: EchoDesk, web: WebPeople) -> None:
    olga, maria = web.employee("Ольга"), web.employee("Мария")
    said = await olga.says("Завтра починим")
    await maria.sees("Завтра починим")

    await corrects(maria, said, "Никогда")
    await corrects(olga, said, "Послезавтра починим")

    await maria.sees("Послезавтра починим")
    assert [event.text for event in desk.bot.events] == ["Завтра починим", "Послезавтра починим"]
