"""An edited message of an employee: compared with what it was, and taken to the resident."""

from tests.fakes.messenger import Person, Shown, Upload
from tests.support.pictures import picture
from tests.support.towns.conversation import Town
from tests.support.towns.staff_room import answerable, appeal, card_of, history

ONE, OTHER = Upload(picture(shade=1), "1.jpg"), Upload(picture(shade=2), "2.jpg")


async def _at_a_card(bor: Town) -> tuple[Person, Person, Shown]:
    anna = await bor.consenting()
    await bor.filed(anna)
    maria = bor.employee()
    return anna, maria, await answerable(bor, await card_of(maria))


async def test_a_reaction_under_an_old_reply_tells_the_resident_nothing(bor: Town) -> None:
    anna, maria, card = await _at_a_card(bor)
    first = await maria.says("Выехала бригада", reply_to=card)
    told = await answerable(bor, await anna.sees("Выехала бригада"))
    await maria.says("Бригада на месте", reply_to=card)
    await anna.sees("Бригада на месте")

    await bor.messenger.edit_said(maria, maria.room, first, "Выехала бригада")
    await bor.messenger.edit_said(maria, maria.room, first, "Выехала бригада № 2")

    assert await anna.sees("№ 2") is told
    assert [(entry.action, entry.text) for entry in (await history(bor))[1:]] == [
        ("interim", "Выехала бригада"),
        ("interim", "Бригада на месте"),
        ("correct", "Выехала бригада № 2"),
    ]
    assert told.edits == 1


async def test_an_answer_that_was_sent_by_a_form_can_be_corrected(bor: Town) -> None:
    anna, maria, card = await _at_a_card(bor)
    await maria.presses("Решено", on=card)
    await maria.sees("Что сделано")
    written = await maria.says("Яму зосыпали")
    await maria.sees("Житель прочитает")
    await maria.presses(bor.texts("form-send"))
    told = await answerable(bor, await anna.sees("зосыпали"))

    await bor.messenger.edit_said(maria, maria.room, written, "Яму засыпали")

    assert await anna.sees("Яму засыпали") is told
    assert (await appeal(bor)).state == "answered"


async def test_what_was_replaced_before_it_was_sent_corrects_nothing(bor: Town) -> None:
    anna, maria, card = await _at_a_card(bor)
    await maria.presses("Решено", on=card)
    await maria.sees("Что сделано")
    replaced = await maria.says("Ничего не сделали")
    await maria.sees("Житель прочитает")
    await maria.presses("Текст")
    await maria.sees("Что сделано")
    await maria.says("Яму засыпали")
    await maria.sees("Яму засыпали")
    await maria.presses(bor.texts("form-send"))
    await anna.sees("Яму засыпали")

    await bor.messenger.edit_said(maria, maria.room, replaced, "Ничего не сделаем")
    await maria.says("И ещё", reply_to=await card_of(maria))
    await anna.sees("И ещё")

    assert not [shown for shown in anna.room.shown if "не сделаем" in shown.text]


async def test_a_changed_caption_brings_no_photo_again_and_a_changed_photo_does(bor: Town) -> None:
    anna, maria, card = await _at_a_card(bor)
    await maria.sends(ONE, caption="Засыпали", reply_to=card)
    told = await answerable(bor, await anna.sees("Засыпали"))
    sent = maria.room.shown[-1] if maria.room.shown[-1].author else _last_of(maria)

    await bor.messenger.edit_files(maria, maria.room, sent.id, "Засыпали яму", ONE)
    assert await anna.sees("Засыпали яму") is told
    assert told.files == [ONE.content]
    await bor.messenger.edit_files(maria, maria.room, sent.id, "Засыпали яму", OTHER)
    shown = await anna.sees("другие файлы")

    assert shown.files == [OTHER.content]
    await bor.messenger.edit_files(maria, maria.room, sent.id, "Засыпали яму", OTHER)
    assert len([entry for entry in await history(bor) if entry.action == "interim"]) == 2


def _last_of(person: Person) -> Shown:
    return [shown for shown in person.room.shown if shown.author == person.account][-1]
