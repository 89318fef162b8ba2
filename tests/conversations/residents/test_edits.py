"""An edited message of a resident: compared with what it was; what has not changed is no news."""

from sqlalchemy import select

from storage.tables import KeptFile
from tests.fakes.messenger import Person, Shown, Upload
from tests.support.pictures import picture
from tests.support.towns.conversation import DESCRIPTION, Town
from tests.support.towns.filing import POTHOLES, up_to_the_place
from tests.support.towns.staff_room import appeal, asked_where, card_of, history, look

ONE, OTHER = Upload(picture(shade=1), "1.jpg"), Upload(picture(shade=2), "2.jpg")


def _said(person: Person, words: str) -> Shown:
    return next(s for s in person.room.shown if s.author == person.account and s.text == words)


def _last_of(person: Person) -> Shown:
    return [shown for shown in person.room.shown if shown.author == person.account][-1]


async def _files(bor: Town) -> list[int]:
    query = select(KeptFile.id).where(KeptFile.appeal_id == 1).order_by(KeptFile.id)
    return await look(bor, lambda session: list(session.scalars(query)))


async def test_a_reaction_is_no_answer_and_no_news(bor: Town) -> None:
    anna = await bor.consenting()
    await bor.filed(anna)
    maria = await asked_where(bor, anna)
    before = len(maria.room.shown)

    await bor.messenger.edit_said(anna, anna.room, _said(anna, DESCRIPTION), DESCRIPTION)
    await bor.messenger.edit_said(anna, anna.room, _said(anna, DESCRIPTION), f" {DESCRIPTION}\n")

    assert (await appeal(bor)).state == "need_info"
    await anna.says("У второго подъезда")
    await anna.sees(bor.texts("informed", number="МЦУ-26-000001"))
    assert not [s for s in maria.room.shown[before:] if "исправлено" in s.text]


async def test_a_correction_of_what_was_said_before_the_question_does_not_answer_it(
    bor: Town,
) -> None:
    anna = await bor.consenting()
    await bor.filed(anna)
    maria = await asked_where(bor, anna)

    await bor.messenger.edit_said(anna, anna.room, _said(anna, DESCRIPTION), "Яма у дома 7")

    await anna.sees("ещё ждём ответа")
    await maria.sees("(исправлено) Яма у дома 7")
    assert (await appeal(bor)).state == "need_info"


async def test_what_was_added_by_a_form_can_be_corrected(bor: Town) -> None:
    anna = await bor.consenting()
    await bor.filed(anna)
    await anna.presses("Дополнить")
    await anna.sees(bor.texts("ask-comment"))
    added = await anna.says("Машина застрела")
    await anna.sees("Добавим")
    await anna.presses(bor.texts("form-send"))
    maria = bor.employee()
    await maria.sees("застрела")

    await bor.messenger.edit_said(anna, anna.room, added, "Машина застряла")
    await maria.sees("(исправлено) Машина застряла")
    await bor.messenger.edit_said(anna, anna.room, added, "Машина застряла")
    await bor.messenger.edit_said(anna, anna.room, added, "Машина застрела")
    await maria.sees("(исправлено) Машина застрела")

    assert len([entry for entry in await history(bor) if entry.action == "comment"]) == 3


async def test_a_withdrawn_appeal_is_told_once(bor: Town) -> None:
    anna = await bor.consenting()
    await bor.filed(anna)
    await anna.says("/my")
    await anna.presses("ул. Мира, 5")
    await anna.presses("Отозвать")
    await anna.presses(bor.texts("withdraw-yes"))
    await anna.sees("отозвано")
    said = _said(anna, DESCRIPTION)

    for words in ("Яма у дома 7", "Яма у дома 8", "Яма у дома 9"):
        await bor.messenger.edit_said(anna, anna.room, said, words)
    await anna.says("/help")
    await anna.sees("/new")

    assert len([s for s in anna.room.shown if "вы отозвали" in s.text]) == 1


async def test_a_changed_caption_keeps_the_photos_and_a_changed_photo_replaces_its_own(
    bor: Town,
) -> None:
    anna = await bor.consenting()
    await up_to_the_place(bor, anna)
    await anna.says("ул. Мира, 5")
    await anna.sees("Проверьте")
    await anna.sends(ONE)
    sent = _last_of(anna)
    await anna.sees(bor.texts("files-added", count=1))
    await anna.presses(bor.texts("form-send"))
    maria = bor.employee()
    await card_of(maria)
    [first] = await _files(bor)

    await bor.messenger.edit_files(anna, anna.room, sent.id, "Вот она", ONE)
    await maria.sees("(исправлено) Вот она")
    assert await _files(bor) == [first]
    await bor.messenger.edit_files(anna, anna.room, sent.id, "Вот она", OTHER)
    await maria.sees("другие файлы")

    [second] = await _files(bor)
    assert second != first


async def test_a_photo_exchanged_in_a_draft_takes_the_place_of_the_old_one(bor: Town) -> None:
    anna = await bor.consenting()
    await up_to_the_place(bor, anna)
    await anna.says("ул. Мира, 5")
    await anna.sees("Проверьте")
    await anna.sends(ONE)
    await anna.sees(bor.texts("files-added", count=1))
    sent = _last_of(anna)

    await bor.messenger.edit_files(anna, anna.room, sent.id, "", ONE)
    await bor.messenger.edit_files(anna, anna.room, sent.id, "", OTHER)
    await anna.sees(bor.texts("form-corrected"))
    await anna.presses(bor.texts("form-send"))
    await card_of(bor.employee())

    [kept] = await _files(bor)
    row = await look(bor, lambda session: session.get(KeptFile, kept))
    assert row
    assert row.name == "2.jpg"
    assert POTHOLES in (await appeal(bor)).topic.title


async def test_an_edit_that_is_refused_is_told_once_and_costs_neither_words_nor_the_next_one(
    bor: Town,
) -> None:
    anna = await bor.consenting()
    await up_to_the_place(bor, anna)
    said = _said(anna, DESCRIPTION)
    refusal, taken = bor.texts("text-too-short-edit"), bor.texts("form-corrected")

    await bor.messenger.edit_said(anna, anna.room, said, "Я")
    await anna.sees(refusal)
    await bor.messenger.edit_said(anna, anna.room, said, " Я\n")  # a reaction, a link's preview
    await bor.messenger.edit_said(anna, anna.room, said, DESCRIPTION)
    await bor.messenger.edit_said(anna, anna.room, said, "Провал у дома 7")
    await anna.sees(taken)
    await anna.says("ул. Мира, 5")

    assert "Провал у дома 7" in (await anna.sees("Проверьте")).text
    told = "\n".join(shown.text for shown in anna.room.shown)
    assert (told.count(refusal), told.count(taken)) == (1, 1)
