"""Words after a message of ours: nothing is lost, nothing silently begins a new appeal."""

import pytest
from sqlalchemy import select

from storage.tables import Appeal, Dialogue
from tests.fakes.messenger import Person
from tests.support.towns.conversation import Town
from tests.support.towns.filing import PHOTO, up_to_the_place
from tests.support.towns.staff_room import history, said


async def _answered(town: Town, anna: Person, text: str = "Яму засыпали") -> Appeal:
    """An appeal of hers that was answered: she was asked whether it is solved."""
    appeal = await town.filed(anna)
    maria = town.employee()
    await maria.presses("Решено", on=await maria.sees(appeal.number))
    await maria.sees(town.texts("staff-answer-text", kind="problem"))
    await maria.says(text)
    await maria.presses("Отправить", on=await maria.sees(f"Готово: {text}"))
    await anna.sees("Проблема решена?")
    return appeal


async def _interim(town: Town, anna: Person, text: str = "Приедем завтра") -> Appeal:
    """An appeal of hers that an employee has just written about."""
    appeal = await town.filed(anna)
    maria = town.employee()
    await maria.says(text, reply_to=await maria.sees(appeal.number))
    await anna.sees(text)
    return appeal


async def _states(town: Town) -> list[str]:
    return [appeal.state for appeal in await town.appeals()]


@pytest.mark.parametrize(
    "text", ["Да", "Да, решено", "решено", "спасибо!", "да, всё сделали, спасибо", "👍", "1"]
)
async def test_a_yes_in_words_closes_and_says_how_to_return_it(bor: Town, text: str) -> None:
    anna = await bor.consenting()
    await _answered(bor, anna)

    await anna.says(text)

    told = await anna.sees("Рады, что получилось")
    assert "30 дней" in told.text
    assert [b.label for b in told.buttons] == [bor.texts("resident-reopen")]
    assert await _states(bor) == ["closed"]


@pytest.mark.parametrize("text", ["Нет", "не решено", "Нет, не решено", "2", "неа", "ещё нет"])
async def test_a_mere_no_asks_what_is_wrong(bor: Town, text: str) -> None:
    anna = await bor.consenting()
    await _answered(bor, anna)

    await anna.says(text)

    await anna.sees(bor.texts("ask-reopen", kind="problem"))
    await anna.says("Засыпали только половину")
    await anna.presses("Отправить", on=await anna.sees("Засыпали только половину"))
    await anna.sees("Вернули сообщение")
    assert await _states(bor) == ["reopened"]


@pytest.mark.parametrize(
    "text",
    ["Нет, не сделали, яма на месте", "мусор всё ещё лежит", "никто так и не приехал", "не убрали"],
)
async def test_a_no_with_words_begins_with_these_words(bor: Town, text: str) -> None:
    anna = await bor.consenting()
    await _answered(bor, anna)

    await anna.says(text)

    shown = await anna.sees("Вернём в работу")
    assert bor.texts("reopen-sorry", kind="problem") in shown.text
    assert text in shown.text
    await anna.presses("Отправить", on=shown)
    await bor.employee().sees("житель вернул в работу")
    await bor.employee().sees(text)
    assert await _states(bor) == ["reopened"]


async def test_a_no_with_a_photo_keeps_the_photo(bor: Town) -> None:
    anna = await bor.consenting()
    await _answered(bor, anna)

    await anna.sends(PHOTO, caption="Не убрали, смотрите")

    await anna.presses("Отправить", on=await anna.sees("Вернём в работу"))
    await bor.employee().sees_file(PHOTO.content)


@pytest.mark.parametrize("text", ["да нет", "нет, спасибо", "не знаю", "А у соседей то же самое?"])
@pytest.mark.parametrize(
    ("tap", "state"),
    [("resident-solved", "closed"), ("about-add", "answered"), ("about-other", "answered")],
)
async def test_what_is_unclear_is_asked_about_with_one_tap(
    bor: Town, text: str, tap: str, state: str
) -> None:
    anna = await bor.consenting()
    appeal = await _answered(bor, anna)

    await anna.says(text)
    asked = await anna.sees("решена? Или вы пишете о другом?")
    assert appeal.number in asked.text
    await anna.presses(bor.texts(tap), on=asked)

    if tap == "about-other":
        await anna.waits_for(
            anna.room, lambda shown: bool(shown.buttons) and shown.seq > anna.since
        )
        assert text in "".join(str(d) for d in await _drafts(bor))
    else:
        await bor.employee().sees(f"› {text}")
    assert await _states(bor) == [state]


async def _drafts(town: Town) -> list[object]:
    async with town.database.begin() as session:
        return list(await session.scalars(select(Dialogue.drafts)))


async def test_unclear_words_that_turn_out_a_no_are_its_beginning(bor: Town) -> None:
    anna = await bor.consenting()
    await _answered(bor, anna)
    await anna.says("вроде засыпали, но криво")

    await anna.says("нет")

    shown = await anna.sees("Вернём в работу")
    assert "вроде засыпали, но криво" in shown.text


@pytest.mark.parametrize("text", ["да", "Нет, яма на месте"])
async def test_a_reply_to_the_question_answers_it_too(bor: Town, text: str) -> None:
    anna = await bor.consenting()
    await _answered(bor, anna)

    await anna.says(text, reply_to=await anna.sees("Проблема решена?"))

    await anna.sees("Рады, что получилось" if text == "да" else "Вернём в работу")


@pytest.mark.parametrize(
    "text",
    [
        "хорошо, ждём, но уже крысы бегают",
        "А когда приедете?",
        "хорошо",
        "и ещё у второго подъезда",
    ],
)
async def test_after_an_employees_words_the_residents_belong_to_them(bor: Town, text: str) -> None:
    anna = await bor.consenting()
    appeal = await _interim(bor, anna)

    await anna.says(text)

    told = await anna.sees("Передали сотрудникам")
    assert appeal.number in told.text
    await bor.employee().sees(f"› {text}")
    assert await _states(bor) == ["new"]


async def test_what_was_added_to_the_wrong_appeal_becomes_a_new_one(bor: Town) -> None:
    anna = await bor.consenting()
    await _interim(bor, anna)
    await anna.sends(PHOTO, caption="Во дворе дома 3 не вывозят мусор")
    told = await anna.sees("Передали сотрудникам")

    await anna.presses(bor.texts("comment-another"), on=told)

    shown = await anna.sees(bor.texts("ask-topic-suggested"))
    assert bor.texts("text-taken") in shown.text
    await bor.employee().sees("это было не о МЦУ-26-000001")
    assert [entry.action for entry in await history(bor)][-1] == "another"
    await anna.presses(bor.texts("comment-another"), on=told)
    await anna.sees(bor.texts("form-old-button"))


@pytest.mark.parametrize("answer", ["Да, добавить", "да", "1", "добавить", "ага"])
async def test_a_word_after_accepted_is_asked_about_and_added(bor: Town, answer: str) -> None:
    anna = await bor.consenting()
    appeal = await bor.filed(anna)

    await anna.says("и ещё у второго подъезда то же самое")
    asked = await anna.sees("Это к вашему сообщению")
    assert f"{appeal.number} («На дороге за рынком" in asked.text
    await anna.says(answer)

    await anna.sees("Передали сотрудникам")
    await bor.employee().sees("› и ещё у второго подъезда то же самое")
    assert await _states(bor) == ["new"]


@pytest.mark.parametrize("answer", ["Нет, новое", "нет", "2", "новое"])
async def test_what_is_new_is_kept_with_its_photo(bor: Town, answer: str) -> None:
    anna = await bor.consenting()
    await bor.filed(anna)

    await anna.sends(PHOTO, caption="И тут")
    await anna.sees("Это к вашему сообщению")
    await anna.says(answer)

    shown = await anna.sees("И тут")
    assert "подробнее" in shown.text


@pytest.mark.parametrize("held", ["Готово", "у почты", "И тут"])
@pytest.mark.parametrize("answer", ["Нет, новое", "нет", "2"])
async def test_a_short_word_of_something_new_is_noted_not_refused(
    bor: Town, held: str, answer: str
) -> None:
    anna = await bor.consenting()
    await bor.filed(anna)
    await anna.says(held)
    await anna.sees("Это к вашему сообщению")

    await anna.says(answer)

    assert held in (await anna.sees("подробнее")).text
    assert not said(anna, bor.texts("choice-invalid"))
    assert not said(anna, bor.texts("text-too-short"))


@pytest.mark.parametrize(("text", "word"), [("спасибо", "Пожалуйста!"), ("ок", "Чем помочь?")])
async def test_thanks_after_accepted_begin_nothing(bor: Town, text: str, word: str) -> None:
    anna = await bor.consenting()
    await bor.filed(anna)

    await anna.says(text)

    await anna.sees(word)
    assert await _states(bor) == ["new"]


async def test_who_asks_for_news_a_week_later_begins_no_new_appeal(bor: Town) -> None:
    anna = await bor.consenting()
    await bor.filed(anna)
    bor.clock.passes(days=7)

    await anna.says("А когда приедете?")

    await anna.sees("Это к вашему сообщению")


async def test_a_no_a_week_after_the_answer_is_still_one(bor: Town) -> None:
    anna = await bor.consenting()
    await _answered(bor, anna)
    bor.clock.passes(days=7)

    await anna.says("Нет, так и не сделали")

    await anna.sees("Вернём в работу")


async def test_a_new_trouble_a_week_later_begins_at_once(bor: Town) -> None:
    anna = await bor.consenting()
    await bor.filed(anna)
    bor.clock.passes(days=7)

    await anna.says("Во дворе дома 3 не вывозят мусор")

    await anna.sees(bor.texts("text-taken"))


@pytest.mark.parametrize("text", ["Да", "нет", "ага", "неа"])
async def test_a_yes_to_nothing_is_told_so(bor: Town, text: str) -> None:
    anna = await bor.consenting()

    await anna.says(text)

    await anna.sees("Сейчас мы ничего не спрашивали")


@pytest.mark.parametrize(
    "label", ["Да, решено", "❌ Нет, не решено", "Отправить", "вернуть в работу"]
)
async def test_a_label_of_no_button_begins_no_appeal(bor: Town, label: str) -> None:
    anna = await bor.consenting()

    await anna.says(label)

    await anna.sees(bor.texts("form-old-button"))


async def test_a_label_that_fits_no_more_is_told_the_state(bor: Town) -> None:
    anna = await bor.consenting()
    await _answered(bor, anna)
    await anna.says("да")
    await anna.sees("Рады, что получилось")

    await anna.says("Да, решено")

    told = await anna.sees("уже не действует")
    assert "закрыто" in told.text


@pytest.mark.parametrize("said", ["Мои сообщения", "2"])
async def test_the_menu_is_answered_in_words_and_numbers(bor: Town, said: str) -> None:
    anna = await bor.consenting()

    await anna.says(said)

    await anna.sees(bor.texts("my-none"))


async def test_a_line_of_a_list_is_opened_by_its_words(bor: Town) -> None:
    anna = await bor.consenting()
    appeal = await bor.filed(anna)
    await anna.says("/my")
    listed = await anna.sees("Ваши сообщения")

    await anna.says(listed.buttons[0].label)

    await anna.sees(f"{appeal.number}: у сотрудников")


async def test_a_yes_in_the_middle_of_a_new_appeal_answers_what_came_last(bor: Town) -> None:
    anna = await bor.consenting()
    appeal = await bor.filed(anna)
    await up_to_the_place(bor, anna, "Ещё одна яма на дороге у школы")
    bor.clock.passes(hours=1)
    maria = bor.employee()
    await maria.presses("Решено", on=await maria.sees(appeal.number))
    await maria.sees(bor.texts("staff-answer-text", kind="problem"))
    await maria.says("Засыпали")
    await maria.presses("Отправить", on=await maria.sees("Готово: Засыпали"))
    await anna.sees("Проблема решена?")

    await anna.says("да")

    await anna.sees("Рады, что получилось")
    back = await anna.sees("вернёмся к тому")
    assert bor.texts("ask-place") in back.text
    assert await _states(bor) == ["closed"]


async def test_news_name_what_they_are_about(bor: Town) -> None:
    anna = await bor.consenting()
    await _interim(bor, anna)

    told = await anna.sees("Приедем завтра")

    assert "МЦУ-26-000001 («Ямы и выбоины на дороге, ул. Мира, 5»)" in told.text
