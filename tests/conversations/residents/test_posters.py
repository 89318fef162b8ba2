"""A poster or a link begins an appeal with its place and topic filled."""

import pytest

from storage.messages import Place
from tests.fakes.messenger import Person
from tests.support.towns.conversation import DESCRIPTION, Town
from tests.support.towns.filing import PHOTO, POTHOLES, photos, up_to_the_summary
from tests.support.towns.posters import SQUARE, STOP, code_of, switch_off
from tests.support.towns.town_hall import admin_of, opens, presses_more

ROOF = "Под крышей остановки разбито стекло"


async def is_filed(town: Town, anna: Person, *, place: str = SQUARE, topic: str = "") -> None:
    """What has been said so far goes off, with the place and the topic of the poster."""
    summary = await anna.sees("Проверьте")
    assert f"Место: {place}" in summary.text
    assert topic in summary.text
    await anna.presses(town.texts("form-send"))
    await anna.sees("МЦУ-26-")


async def test_a_poster_with_a_topic_asks_for_nothing_but_what_happened(bor: Town) -> None:
    anna = await bor.consenting()
    code = await code_of(bor, topic_code="pothole")

    await bor.messenger.scan(anna, code)
    asked = await anna.sees("Место уже записали")
    await anna.says(ROOF)

    assert SQUARE in asked.text
    assert POTHOLES in asked.text
    await is_filed(bor, anna, topic=POTHOLES)
    [appeal] = await bor.appeals()
    assert (appeal.place_text, appeal.lat, appeal.lon) == (SQUARE, STOP.lat, STOP.lon)
    assert (appeal.topic.title, appeal.text) == (POTHOLES, ROOF)


async def test_a_poster_without_a_topic_lets_it_be_chosen(bor: Town) -> None:
    anna = await bor.consenting()

    await bor.messenger.scan(anna, await code_of(bor))
    await anna.says(DESCRIPTION)
    await anna.presses(POTHOLES)

    await is_filed(bor, anna, topic=POTHOLES)


async def test_what_a_poster_filled_can_be_corrected(bor: Town) -> None:
    anna = await bor.consenting()
    await bor.messenger.scan(anna, await code_of(bor, topic_code="signs"))
    await anna.says(DESCRIPTION)

    await anna.presses("Место", on=await anna.sees("Проверьте"))
    await anna.says("ул. Мира, 5")
    await anna.presses("Тема", on=await anna.sees("ул. Мира, 5"))
    await anna.presses("Дороги и тротуары")
    await anna.presses(POTHOLES)

    await is_filed(bor, anna, place="ул. Мира, 5", topic=POTHOLES)


@pytest.mark.parametrize(
    ("code", "known"),
    [
        ("t-roads-pothole", POTHOLES),
        ("T-Roads-Pothole", POTHOLES),
        ("t-roads", "Дороги и тротуары"),
    ],
)
async def test_a_link_of_a_topic_or_a_category_fills_it(bor: Town, code: str, known: str) -> None:
    anna = await bor.consenting()

    await bor.messenger.scan(anna, code)
    asked = await anna.sees("Тему уже записали")
    await anna.says(DESCRIPTION)

    assert known in asked.text
    if known != POTHOLES:
        await anna.presses(POTHOLES)
    await anna.sees("Где это?")


async def test_a_newcomer_consents_first_and_finds_the_place_filled(bor: Town) -> None:
    anna = bor.resident()

    await bor.messenger.scan(anna, await code_of(bor, topic_code="pothole"))
    greeting = await anna.sees("Здравствуйте")
    await anna.sees("Согласие на обработку")
    await anna.presses(bor.texts("consent-yes"))
    await anna.sees("Напишите, что здесь случилось")
    await anna.says(ROOF)

    assert f"Записали: 📍 {SQUARE}" in greeting.text
    assert bor.texts("consent-kept") not in greeting.text
    await is_filed(bor, anna, topic=POTHOLES)


async def test_a_newcomer_who_wrote_before_consent_keeps_the_words(bor: Town) -> None:
    anna = bor.resident()
    await anna.sends(PHOTO, caption=DESCRIPTION)
    await anna.sees("Согласие на обработку")

    await bor.messenger.scan(anna, await code_of(bor, topic_code="pothole"))
    await anna.presses(bor.texts("consent-yes"))
    await anna.sees("Напишите, что здесь случилось")
    await anna.says(ROOF)
    await is_filed(bor, anna)

    await anna.says("/start")
    await anna.sees(DESCRIPTION[:30])
    await anna.presses("Продолжить")
    await anna.sees(bor.texts("ask-topic-suggested"))


async def test_words_that_come_with_the_code_are_the_description(bor: Town) -> None:
    """VK tells the code with whatever is written first."""
    anna, boris = await bor.consenting(), bor.resident("43", "Борис")
    code = await code_of(bor, topic_code="pothole")

    await bor.messenger.scan(anna, code, ROOF)
    await is_filed(bor, anna, topic=POTHOLES)
    await bor.messenger.scan(boris, code, ROOF)
    await boris.presses(bor.texts("consent-yes"))
    await is_filed(bor, boris, topic=POTHOLES)

    assert [appeal.text for appeal in await bor.appeals()] == [ROOF, ROOF]


async def test_a_greeting_that_comes_with_the_code_is_none(bor: Town) -> None:
    anna = await bor.consenting()
    code = await code_of(bor)

    for said in ("Здравствуйте!", "Начать"):
        await bor.messenger.scan(anna, code, said)
        await anna.sees("Напишите, что здесь случилось")


async def test_whoever_is_amid_another_draft_is_asked_and_loses_nothing(bor: Town) -> None:
    anna = await bor.consenting()
    await anna.says(DESCRIPTION)
    await anna.sees(bor.texts("ask-topic-suggested"))
    code = await code_of(bor, topic_code="signs")

    await bor.messenger.scan(anna, code)
    asked = await anna.sees(f"Вы пришли по коду: 📍 {SQUARE}")
    assert DESCRIPTION[:30] in asked.text
    await anna.presses("Продолжить")
    await anna.sees(bor.texts("ask-topic-suggested"))
    await bor.messenger.scan(anna, code)
    await anna.presses("Начать новое", on=await anna.sees("Вы пришли по коду"))
    await anna.sees("Напишите, что здесь случилось")
    await anna.says(ROOF)
    await is_filed(bor, anna)

    await anna.says("/start")
    await anna.presses("Продолжить", on=await anna.sees(DESCRIPTION[:30]))
    await anna.presses(POTHOLES, on=await anna.sees(bor.texts("ask-topic-suggested")))
    await anna.says("ул. Мира, 5")
    await is_filed(bor, anna, place="ул. Мира, 5")
    assert [appeal.text for appeal in await bor.appeals()] == [ROOF, DESCRIPTION]


async def test_words_with_a_code_leave_the_draft_before_aside(bor: Town) -> None:
    anna = await bor.consenting()
    await anna.sends(*photos(2))
    await anna.says(DESCRIPTION)
    await anna.sees(bor.texts("ask-topic-suggested"))

    await bor.messenger.scan(anna, await code_of(bor, topic_code="signs"), ROOF)
    await anna.sees(bor.texts("start-aside"))
    await is_filed(bor, anna)
    await anna.says("/start")

    await anna.sees(DESCRIPTION[:30])


async def test_a_poster_scanned_twice_goes_on_and_another_one_takes_its_place(bor: Town) -> None:
    anna = await bor.consenting()
    first, second = await code_of(bor), await code_of(bor, Place(text="Лифт, Мира 7"))

    await bor.messenger.scan(anna, first)
    await bor.messenger.scan(anna, second)
    await anna.sees("Лифт, Мира 7")
    await bor.messenger.scan(anna, second, "Света нет во всём подъезде")
    await bor.messenger.scan(anna, second, "и лифт стоит, бабушка не выйдет")
    await anna.sees("Добавили к тому")
    await anna.says("/start")
    await anna.sees("Света нет")


async def test_whoever_has_an_appeal_begins_another(bor: Town) -> None:
    anna = await bor.consenting()
    appeal = await bor.filed(anna)

    await bor.messenger.scan(anna, await code_of(bor, topic_code="pothole"))
    await anna.says(ROOF)
    await is_filed(bor, anna)

    first, second = await bor.appeals()
    assert (first.id, second.text) == (appeal.id, ROOF)


@pytest.mark.parametrize(
    "code",
    [
        *("p-zzzzzz", "p-", "t-", "t-roads-none", "t-none", "t-roads-pothole-x", "x", "-"),
        *("a" * 5000, "p-\0", "<script>alert(1)</script>", "p-' OR 1=1 --", "P-" + "я" * 40),
    ],
)
async def test_a_code_that_is_none_does_no_harm(bor: Town, code: str) -> None:
    anna, boris = await bor.consenting(), bor.resident("43", "Борис")

    await bor.messenger.scan(anna, code)
    shown = await anna.sees(bor.texts("start-unknown"))
    await bor.messenger.scan(boris, code)
    greeting = await boris.sees(bor.texts("start-unknown"))
    await boris.sees("Согласие на обработку")

    assert shown.text == f"{bor.texts('start-unknown')}\n\n{bor.texts('menu')}"
    assert greeting.text.startswith("Здравствуйте")
    assert not bor.messenger.down


async def test_words_with_an_unknown_code_are_taken_as_usual(bor: Town) -> None:
    """A link of an advertisement has a code, too."""
    anna = await bor.consenting()

    await bor.messenger.scan(anna, "spring-sale", DESCRIPTION)

    shown = await anna.sees(bor.texts("ask-topic-suggested"))
    assert bor.texts("start-unknown") not in shown.text


async def test_a_code_that_was_switched_off_begins_nothing(bor: Town) -> None:
    anna = await bor.consenting()
    await anna.says(DESCRIPTION)
    code = await code_of(bor)
    await bor.messenger.scan(anna, code)
    asked = await anna.sees("Вы пришли по коду")
    await switch_off(bor, code)

    await anna.presses("Начать новое", on=asked)
    shown = await anna.sees(bor.texts("start-unknown"))
    await bor.messenger.scan(anna, code)

    assert bor.texts("ask-topic-suggested") in shown.text
    await anna.sees(bor.texts("start-unknown"))


async def test_a_topic_that_is_hidden_by_now_is_asked_for(bor: Town) -> None:
    anna, olga = await bor.consenting(), admin_of(bor)
    code = await code_of(bor, topic_code="pothole")
    await opens(olga, "Дороги и тротуары", POTHOLES)
    await presses_more(olga, "Скрыть")

    await bor.messenger.scan(anna, code)
    asked = await anna.sees("Место уже записали")
    await anna.says(ROOF)

    assert POTHOLES not in asked.text
    await anna.sees("Выберите")


async def test_a_code_with_another_wish_does_not_stand_in_its_way(bor: Town) -> None:
    anna = await bor.consenting()
    code = await code_of(bor)

    await bor.messenger.scan(anna, code, "Мои сообщения")
    await anna.sees("Вы ещё ничего не отправляли")
    await bor.messenger.scan(anna, code, "/help")
    await anna.sees("Как это работает")


async def test_whoever_comes_back_by_a_poster_is_asked_at_once(bor: Town) -> None:
    """A messenger may tell in one event that the bot was started anew, and by which link."""
    anna = await bor.consenting()
    await bor.messenger.block(anna)
    bor.messenger.deaf.discard(anna.room.id)
    code = await code_of(bor)
    room = anna.room

    event = bor.messenger.event(anna, room, change="unblocked", text="/start", start=code)
    await bor.messenger.bring(event)

    await anna.sees("Напишите, что здесь случилось")


async def test_the_summary_after_an_aside_draft_is_of_the_poster(bor: Town) -> None:
    anna = await bor.consenting()
    await up_to_the_summary(bor, anna)
    await bor.messenger.scan(anna, await code_of(bor, topic_code="pothole"))
    await anna.presses("Начать новое", on=await anna.sees("Вы пришли по коду"))
    await anna.says(ROOF)

    await is_filed(bor, anna)
    assert [appeal.place_text for appeal in await bor.appeals()] == [SQUARE]
