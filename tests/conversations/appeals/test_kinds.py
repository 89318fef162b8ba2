"""Each kind behaves as what it is: thanks are passed on, a question is answered, an idea considered."""

import pytest

from tests.fakes.messenger import Person
from tests.support.towns.conversation import Town
from tests.support.towns.staff_room import appeal, card_of, card_says

WORDS = {
    "question": "Когда откроют каток на стадионе?",
    "suggestion": "Давайте поставим у пруда две скамейки",
    "thanks": "Спасибо дворнику Марии за чистый двор",
}
TOPICS = {"question": "Вопрос администрации", "suggestion": "Предложение"}
OF_PROBLEMS = ("Решение", "Решим", "решена", "Готово", "Проблема", "решено", "Решено")


async def _filed(town: Town, resident: Person, kind: str) -> str:
    """What is told of an appeal of that kind that was filed just now."""
    await resident.says(WORDS[kind])
    if kind in TOPICS:
        asked = await resident.sees(town.texts("ask-topic-suggested"))
        await resident.presses(TOPICS[kind], on=asked)
    await resident.presses(town.texts("form-send"), on=await resident.sees("Проверьте"))
    return (await resident.sees("МЦУ-26-000001")).text


async def _answered(town: Town, employee: Person, preview: str) -> None:
    await employee.presses(town.texts("staff-reply"), on=await card_of(employee))
    await employee.sees("Мария, по МЦУ-26-000001")
    await employee.says("С первого декабря, вход свободный")
    await employee.presses(town.texts("form-send"), on=await employee.sees(preview))


def _none_of_problems(person: Person, since: int = 0) -> bool:
    texts = [shown.text for shown in person.room.shown if not shown.author and shown.seq > since]
    return not any(word in text for word in OF_PROBLEMS for text in texts)


async def test_a_question_is_answered_and_asked_whether_the_answer_is_clear(bor: Town) -> None:
    anna, maria = await bor.consenting(), bor.employee()
    begins = anna.since
    told = await _filed(bor, anna, "question")
    assert "Ответим до" in told
    await maria.presses(bor.texts("staff-take"), on=await card_of(maria))
    await anna.sees("занимаемся вашим вопросом")

    await _answered(bor, maria, "Ответ понятен?")

    answer = await anna.sees("Ответ:\nС первого декабря, вход свободный\n\nОтвет понятен?")
    assert [b.label for b in answer.buttons[:2]] == [
        bor.texts("resident-clear"),
        bor.texts("resident-unclear"),
    ]
    await anna.presses(bor.texts("resident-clear"), on=answer)
    await anna.sees("Рады, что ответ помог")
    assert (await appeal(bor)).state == "closed"
    assert _none_of_problems(anna, begins)


@pytest.mark.parametrize("word", ["нет", "Нет, не понятно", "не понятно"])
async def test_an_answer_that_is_not_clear_goes_back_with_a_word(bor: Town, word: str) -> None:
    anna, maria = await bor.consenting(), bor.employee()
    await _filed(bor, anna, "question")
    await _answered(bor, maria, "Ответ понятен?")
    await anna.sees("Ответ понятен?")

    await anna.says(word)
    await anna.sees(bor.texts("ask-reopen", kind="question"))
    await anna.says("А сколько стоит прокат?")
    await anna.presses(bor.texts("form-send"), on=await anna.sees("Передадим сотрудникам"))

    await anna.sees("снова у них. Ответим до")
    await maria.sees("А сколько стоит прокат?")
    assert (await appeal(bor)).state == "reopened"


async def test_a_suggestion_is_considered(bor: Town) -> None:
    anna, maria = await bor.consenting(), bor.employee()
    begins = anna.since
    told = await _filed(bor, anna, "suggestion")
    assert "Рассмотрим и ответим до" in told

    await _answered(bor, maria, "Рассмотрели ваше предложение")

    await anna.sees("Рассмотрели ваше предложение:")
    assert _none_of_problems(anna, begins)


async def test_thanks_have_no_date_no_yes_and_no_and_wait_for_nobody(bor: Town) -> None:
    anna, maria = await bor.consenting(), bor.employee()
    begins = anna.since

    told = await _filed(bor, anna, "thanks")

    assert told == bor.texts("filed-thanks", number="МЦУ-26-000001")
    card = await card_of(maria)
    assert bor.texts("kind-thanks") in card.text
    assert [b.label for b in card.buttons] == [
        bor.texts("staff-reply"),
        bor.texts("staff-topic"),
        bor.texts("staff-history"),
    ]
    assert "⏰" not in card.text
    await maria.says("/open")
    await maria.sees(bor.texts("open-none"))
    assert _none_of_problems(anna, begins)


async def test_thanks_may_be_answered_and_stay_closed(bor: Town) -> None:
    anna, maria = await bor.consenting(), bor.employee()
    await _filed(bor, anna, "thanks")

    await _answered(bor, maria, "Ответ на ваши добрые слова")

    answer = await anna.sees("С первого декабря, вход свободный")
    assert [button.label for button in answer.buttons] == [bor.texts("resident-look")]
    assert not answer.text.endswith("?")
    assert (await appeal(bor)).state == "closed"


async def test_what_was_taken_for_thanks_begins_its_clock_under_another_topic(bor: Town) -> None:
    anna, maria = await bor.consenting(), bor.employee()
    await _filed(bor, anna, "thanks")

    await maria.presses(bor.texts("staff-topic"), on=await card_of(maria))
    await maria.presses(bor.texts("form-all-options"))
    await maria.presses("Дворы", on=await maria.sees(bor.texts("staff-category")))
    await maria.presses("Деревья", on=await maria.sees(bor.texts("ask-topic")))

    card = await card_says(maria, "⏰")
    kept = await appeal(bor)
    assert (kept.kind, kept.state, kept.closed_at) == ("problem", "new", None)
    assert bor.texts("staff-take") in [button.label for button in card.buttons]


async def test_the_clock_of_a_question_is_that_of_questions_whatever_its_topic(bor: Town) -> None:
    anna = await bor.consenting()
    await anna.says("Когда откроют ямочный ремонт дорог?")
    asked = await anna.sees(bor.texts("ask-topic-suggested"))
    await anna.presses("Ямы и выбоины на дороге", on=asked)
    await anna.presses(bor.texts("form-send"), on=await anna.sees("Проверьте"))
    await anna.sees("Ответим до")

    kept = await appeal(bor)
    assert (kept.kind, (kept.deadline_at - kept.created_at).days) == ("question", 6)  # 5, a Sunday
