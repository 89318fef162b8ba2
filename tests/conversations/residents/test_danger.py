"""The 112 notice: first, where life may be in danger, and not where a lamp is off."""

from datetime import UTC, datetime

import pytest

from handlers.wording.danger import is_emergency
from handlers.wording.small_talk import is_small_talk, without_greeting
from tests.support.towns.conversation import Town


@pytest.mark.parametrize(
    "text",
    [
        "Сильный запах газа в подъезде",
        "У нас пахнет газом на кухне",
        "утечка газа, помогите",
        "Пожар в соседнем доме!",
        "ГОРИТ мусорный бак у школы",
        "Горят баки во дворе",
        "Загорелся сарай",
        "Был взрыв, стёкла вылетели",
        "Провод лежит на детской площадке",
        "На столбе искрит провод",
        "Оборван провод",
        "Обвалился балкон",
        "обрушилась стена",
        "Асфальт провалился, там яма два метра",
        "Открытый люк на дороге",
        "Люк открыт, дети ходят",
        "люк без крышки",
        "Ребёнок один на балконе",
        "нападение стаи собак",
        "Собака напала на женщину",
        "сосед говорит про суицид",
        "прорвало трубу с кипятком",
        "Прорвало горячую воду в подвале",
        "Не горит фонарь, и под ним лежит провод",
    ],
)
def test_danger_is_recognised(text: str) -> None:
    assert is_emergency(text)


@pytest.mark.parametrize(
    "text",
    [
        "не горит фонарь",
        "Фонарь уже неделю НЕ ГОРИТ",
        "Фонари не горят по всей улице",
        "Лампочка в подъезде не  горит",
        "Фонарь горит днём, а ночью нет",
        "Свет горит круглые сутки",
        "Рядом пожарная часть, не подъехать",
        "перекрыли пожарный проезд",
        "Проверьте пожарные гидранты",
        "Газ подорожал, почему?",
        "Провели провода интернета",
        "Люк гремит, когда едут машины",
        "Ребёнок упал с качелей, один шов",
        "Горячей воды нет третий день",
        "На дороге яма",
        "",
    ],
)
def test_what_is_no_danger_is_left_alone(text: str) -> None:
    assert not is_emergency(text)


async def test_the_notice_comes_before_consent_and_everything(bor: Town) -> None:
    anna = bor.resident()

    await anna.says("Запах газа в подъезде")

    await anna.sees("Согласны?")
    said = [shown.text for shown in anna.room.shown if not shown.author]
    assert "112" in said[0]


async def test_the_notice_comes_in_the_middle_of_a_form_and_the_form_goes_on(bor: Town) -> None:
    anna = await bor.consenting()
    await anna.says("/new")
    await anna.presses(bor.texts("kind-problem"))
    await anna.sees(bor.texts("ask-what"))

    await anna.says("Провод лежит на дороге и искрит")

    notice = await anna.sees("112")
    asked = await anna.sees(bor.texts("ask-topic-suggested"))
    assert notice.seq < asked.seq


@pytest.mark.parametrize(
    "text", ["Сильный запах газа во дворе дома 5", "Открытый люк на дороге, яма огромная"]
)
async def test_who_is_in_danger_is_not_told_to_wait_for_monday(bor: Town, text: str) -> None:
    anna = await bor.consenting()
    bor.clock.now = datetime(2026, 12, 5, 12, tzinfo=UTC)  # a Saturday

    appeal = await bor.filed(anna, f"{text}. На дороге яма")

    told = await anna.sees("Приняли")
    assert appeal.number in told.text
    assert "звоните 112" in told.text
    assert "Первый ответ" not in told.text
    assert "2026" not in told.text


@pytest.mark.parametrize("text", ["Здравствуйте!", "Спасибо большое", "ок", "Добрый день 👋", "ау"])
def test_small_talk_is_known(text: str) -> None:
    assert is_small_talk(text)


@pytest.mark.parametrize("text", ["Спасибо дворнику", "Привет, у нас яма", "хорошо бы скамейку"])
def test_what_says_something_is_no_small_talk(text: str) -> None:
    assert not is_small_talk(text)


def test_a_greeting_is_taken_off_a_text() -> None:
    assert without_greeting("Добрый день! Яма на дороге") == "! Яма на дороге"
    assert without_greeting("Здравствуйте...") == ""
