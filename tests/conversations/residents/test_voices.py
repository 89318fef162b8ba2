"""Voice messages that a messenger keeps to itself: people are told before they speak."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from config.settings.channels import ChannelSettings
from tests.support.towns.conversation import DESCRIPTION, Town
from tests.support.towns.deaf import WITHOUT_VOICES, town_on


@pytest.fixture(params=WITHOUT_VOICES, ids=lambda row: row.name)
async def deaf(
    request: pytest.FixtureRequest, database_url: str, tmp_path: Path
) -> AsyncIterator[Town]:
    row: ChannelSettings = request.param
    async with town_on(row, tmp_path, database_url) as running:
        yield running


async def test_the_greeting_and_the_help_say_that_voices_do_not_arrive(deaf: Town) -> None:
    anna = deaf.resident()

    await anna.says("/start")
    greeting = await anna.sees("Это бот для жителей")
    await anna.presses(deaf.texts("consent-yes"))
    await anna.says("/help")
    help_ = await anna.sees("Как это работает")

    assert deaf.texts("voice-lost") in greeting.text
    assert deaf.texts("voice-lost") in help_.text


async def test_who_is_asked_for_words_is_told_once_that_a_voice_would_not_arrive(
    deaf: Town,
) -> None:
    anna = await deaf.consenting()
    word = deaf.texts("voice-lost-here")
    await anna.says("/new")
    assert word in (await anna.sees(deaf.texts("ask-what"))).text
    await anna.says(DESCRIPTION)
    assert word not in (await anna.sees(deaf.texts("ask-topic-suggested"))).text
    await anna.presses("Ямы и выбоины на дороге")
    assert word not in (await anna.sees(deaf.texts("ask-place"))).text
    await anna.says("ул. Мира, 5")
    await anna.sees("Проверьте")

    await anna.presses("Описание")

    assert word in (await anna.sees("Сейчас записано")).text


async def test_who_adds_something_is_told_that_a_voice_would_not_arrive(deaf: Town) -> None:
    anna = await deaf.consenting()
    await deaf.filed(anna)

    await anna.presses(deaf.texts("resident-add"))

    asked = await anna.sees(deaf.texts("ask-comment"))
    assert deaf.texts("voice-lost-here") in asked.text


async def test_a_question_of_the_staff_says_that_a_voice_would_not_arrive(deaf: Town) -> None:
    anna, maria = await deaf.consenting(), deaf.employee()
    await deaf.filed(anna)

    await maria.presses("Уточнить")
    await maria.says("С какой стороны дома яма?")
    await maria.presses(deaf.texts("form-send"))

    asked = await anna.sees("С какой стороны дома яма?")
    assert deaf.texts("voice-lost-here") in asked.text


async def test_where_voices_come_nothing_is_said_of_them(bor: Town) -> None:
    anna = await bor.consenting()
    await anna.says("/help")
    await anna.sees("Как это работает")
    await bor.filed(anna)
    await anna.presses(bor.texts("resident-add"))
    await anna.sees(bor.texts("ask-comment"))

    texts = " ".join(shown.text for shown in anna.room.shown)
    assert "олосовые" not in texts
