"""What a message is about: replies, open questions of the staff, drafts and comments at once."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.tables import KeptFile
from tests.fakes.messenger import Person, Shown
from tests.support.towns.conversation import DESCRIPTION, Town
from tests.support.towns.events import count
from tests.support.towns.filing import PHOTO, POTHOLES, all_rows, photos, up_to_the_place
from tests.support.towns.staff_room import look, until

ONE, OTHER = photos(2)


async def _staff_asks(town: Town, number: str, question: str) -> None:
    maria = town.employee()
    card = await maria.sees(number)
    await maria.presses("Уточнить", on=card)
    await maria.sees(town.texts("staff-ask-text"))
    await maria.says(question)
    await maria.sees(question)
    await maria.presses("Отправить")


async def _asked_twice(town: Town, anna: Person) -> tuple[str, str]:
    numbers = []
    for question in ("Какой подъезд?", "Какой этаж?"):
        appeal = await town.filed(anna)
        await _staff_asks(town, appeal.number, question)
        await anna.sees(question)
        numbers.append(appeal.number)
    return numbers[0], numbers[1]


async def test_a_plain_text_answers_the_one_open_question(bor: Town) -> None:
    anna = await bor.consenting()
    appeal = await bor.filed(anna)
    await _staff_asks(bor, appeal.number, "Какой подъезд?")
    await anna.sees("Какой подъезд?")

    await anna.says("2")

    await anna.sees("Спасибо, ответ передали")
    assert (await bor.appeals())[0].state == "in_work"


async def test_with_two_open_questions_the_text_is_kept_and_asked_about(bor: Town) -> None:
    anna = await bor.consenting()
    first, second = await _asked_twice(bor, anna)

    await anna.says("Второй, там ещё лавка стоит")
    asked = await anna.sees(bor.texts("ask-about"))
    await anna.presses(first, on=asked)

    await anna.sees(f"Сообщение {first} снова у сотрудников")
    await bor.employee().sees("Второй, там ещё лавка стоит")
    states = {a.number: a.state for a in await bor.appeals()}
    assert states == {first: "in_work", second: "need_info"}


@pytest.mark.parametrize("said", ["2", "Второй", "1"])
async def test_a_mere_number_is_kept_and_chooses_none_of_them(bor: Town, said: str) -> None:
    anna = await bor.consenting()
    first, second = await _asked_twice(bor, anna)
    bor.clock.passes(minutes=1)  # no number of buttons that were shown just now

    await anna.says(said)
    asked = await anna.sees(bor.texts("ask-about"))
    await anna.presses(first, on=asked)

    await anna.sees(f"Сообщение {first} снова у сотрудников")
    await bor.employee().sees(f"› {said}")
    states = {a.number: a.state for a in await bor.appeals()}
    assert states == {first: "in_work", second: "need_info"}


async def test_photos_and_more_words_wait_with_the_text_that_is_asked_about(bor: Town) -> None:
    anna = await bor.consenting()
    _, second = await _asked_twice(bor, anna)
    await anna.says("Вот здесь, смотрите")
    await anna.sees(bor.texts("ask-about"))

    await anna.sends(*photos(2))
    await anna.says("Это третий этаж")
    asked = await anna.sees(bor.texts("about-kept"))
    await anna.presses(second, on=asked)

    await anna.sees(f"Сообщение {second} снова у сотрудников")
    maria = bor.employee()
    for seen in ("Вот здесь, смотрите", "Это третий этаж"):
        await maria.sees(seen)
    for upload in photos(2):
        await maria.sees_file(upload.content)


async def test_what_is_about_something_else_becomes_a_new_appeal(bor: Town) -> None:
    anna = await bor.consenting()
    await _asked_twice(bor, anna)
    await anna.sends(PHOTO, caption="Во дворе дома 3 не вывозят мусор")
    asked = await anna.sees(bor.texts("ask-about"))

    await anna.presses(bor.texts("about-other"), on=asked)

    shown = await anna.sees(bor.texts("ask-topic-suggested"))
    assert bor.texts("text-taken") in shown.text
    assert "не вывозят мусор" in await all_rows(bor)


async def test_a_question_asked_while_a_draft_waits_is_not_answered_into_the_draft(
    bor: Town,
) -> None:
    anna = await bor.consenting()
    appeal = await bor.filed(anna)
    await up_to_the_place(bor, anna, "Ещё одна яма на дороге у школы")
    bor.clock.passes(hours=1)
    await _staff_asks(bor, appeal.number, "Какой подъезд?")
    await anna.sees("Какой подъезд?")

    await anna.says("Второй подъезд")
    asked = await anna.sees(bor.texts("ask-about"))
    await anna.presses(appeal.number, on=asked)

    told = await anna.sees(bor.texts("ask-place"))
    assert "вернёмся к тому" in told.text
    await bor.employee().sees("Второй подъезд")
    await anna.says("ул. Мира, 5")
    await anna.sees("Проверьте")


async def test_a_reply_goes_to_its_appeal_even_in_the_middle_of_a_draft(bor: Town) -> None:
    anna = await bor.consenting()
    first = await bor.filed(anna)
    told = await anna.sees(first.number)
    second = await bor.filed(anna)
    await up_to_the_place(bor, anna)

    await anna.says("И ещё там открытая канава", reply_to=told)

    said = await anna.sees("Передали сотрудникам")
    assert first.number in said.text
    assert second.number not in said.text
    await anna.says("ул. Мира, 7")
    await anna.sees("Проверьте")
    await anna.says("Уже засыпали", reply_to=said)
    await bor.employee().sees("Уже засыпали")


async def test_a_comment_interrupts_a_draft_and_it_comes_back(bor: Town) -> None:
    anna = await bor.consenting()
    await bor.filed(anna)
    filed = await anna.sees("Приняли")
    await up_to_the_place(bor, anna)
    await anna.presses(bor.texts("resident-add"), on=filed)
    await anna.sees(bor.texts("ask-comment"))
    await anna.says("Соседи тоже жалуются")
    await anna.sees("Добавим к вашему сообщению")

    await anna.presses(bor.texts("form-send"))

    await anna.sees("Передали сотрудникам")
    back = await anna.sees("вернёмся к тому")
    assert bor.texts("ask-place") in back.text


async def test_a_yes_long_after_deletes_nothing(bor: Town) -> None:
    anna = await bor.consenting()
    appeal = await bor.filed(anna)
    await anna.says("/delete_me")
    await anna.sees("Отозвать согласие")
    bor.clock.passes(days=2)
    await _staff_asks(bor, appeal.number, "Яма ещё есть?")
    await anna.sees("Яма ещё есть?")

    await anna.says("да")

    await anna.sees("Спасибо, ответ передали")
    assert DESCRIPTION in await all_rows(bor)


async def _asked_with_a_photo(bor: Town, anna: Person) -> tuple[Shown, Shown]:
    """Somebody sent words and a photo, and is asked what they are about: these, and the question."""
    filed = await bor.filed(anna)
    await bor.employee().sees(filed.number)
    await anna.sends(ONE, caption="И ещё яма на дороге у второго подъезда")
    asked = await anna.sees("То, что вы написали, сохранили")
    return [shown for shown in anna.room.shown if shown.author][-1], asked


async def test_a_photo_that_waits_for_the_answer_is_fetched_as_it_comes(bor: Town) -> None:
    """A messenger's link to it lives for hours, the question for days."""
    anna = await bor.consenting()
    _, asked = await _asked_with_a_photo(bor, anna)
    await until(lambda: look(bor, _all_are_there))
    bor.clock.passes(days=2)

    await anna.presses(bor.texts("about-yes"), on=asked)

    await bor.employee().sees_file(ONE.content)
    assert await count(bor, KeptFile) == 1


@pytest.mark.parametrize("answer", ["about-yes", "about-new"])
async def test_what_is_put_in_place_of_it_meanwhile_is_what_goes(bor: Town, answer: str) -> None:
    anna = await bor.consenting()
    sent, asked = await _asked_with_a_photo(bor, anna)

    await bor.messenger.edit_files(
        anna, anna.room, sent.id, "И ещё яма на дороге у второго подъезда", OTHER
    )
    await bor.messenger.edit_files(
        anna, anna.room, sent.id, "И ещё яма на дороге у третьего подъезда", OTHER
    )
    await anna.presses(bor.texts(answer), on=asked)
    if answer == "about-new":
        await anna.sees(bor.texts("ask-topic-suggested"))
        await anna.presses(POTHOLES)
        await anna.sees(bor.texts("ask-place"))
        await anna.says("ул. Мира, 5")
        await anna.sees("Проверьте")
        await anna.presses(bor.texts("form-send"))

    maria = bor.employee()
    await maria.sees_file(OTHER.content)
    await maria.sees("И ещё яма на дороге у третьего подъезда")
    seen = [shown for shown in maria.room.shown if ONE.content in shown.files]
    assert not seen
    assert "второго подъезда" not in " ".join(shown.text for shown in maria.room.shown)


async def test_words_put_under_the_photo_afterwards_go_with_it(bor: Town) -> None:
    anna = await bor.consenting()
    filed = await bor.filed(anna)
    await bor.employee().sees(filed.number)
    await anna.sends(ONE)
    asked = await anna.sees("То, что вы написали, сохранили")
    sent = [shown for shown in anna.room.shown if shown.author][-1]

    await bor.messenger.edit_files(anna, anna.room, sent.id, "Это у второго подъезда", ONE)
    await anna.presses(bor.texts("about-yes"), on=asked)

    shown = await bor.employee().sees_file(ONE.content)
    assert "Это у второго подъезда" in shown.text
    assert await count(bor, KeptFile) == 1


def _all_are_there(session: Session) -> bool:
    rows = session.scalars(select(KeptFile)).all()
    return bool(rows) and all(row.state == "stored" for row in rows)
