"""Whatever a resident sends gets a kind answer, and nothing is lost or changed by mistake."""

import pytest

from storage.messages import Place
from tests.fakes.messenger import Upload
from tests.support.towns.conversation import DESCRIPTION, Town
from tests.support.towns.filing import (
    PHOTO,
    all_rows,
    part_of_album,
    photos,
    up_to_the_place,
    up_to_the_summary,
)


async def test_a_text_too_short_is_kept_and_joined(bor: Town) -> None:
    anna = await bor.consenting()
    await anna.says("/new")
    await anna.sees(bor.texts("ask-what"))

    await anna.says("яма")
    await anna.sees("«яма»")
    await anna.says("на улице Мира")
    await anna.sees(bor.texts("ask-topic-suggested"))

    assert "яма\\nна улице Мира" in await all_rows(bor)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("👍😀🙏😀🙏😀🙏😀🙏😀🙏😀", "Одних значков мало"),
        ("Здравствуйте!", "подробнее"),
    ],
)
async def test_a_text_that_does_not_do_is_told_so(bor: Town, said: str, told: str) -> None:
    anna = await bor.consenting()
    await anna.says("/new")
    await anna.sees(bor.texts("ask-what"))

    await anna.says(said)

    await anna.sees(told)
    await anna.says(DESCRIPTION)
    await anna.sees(bor.texts("ask-topic-suggested"))


@pytest.mark.parametrize("what", ["sticker", "voice"])
async def test_stickers_and_voices_are_answered_and_the_question_stands(
    bor: Town, what: str
) -> None:
    anna = await bor.consenting()
    await anna.says("/new")
    await anna.sees(bor.texts("ask-what"))

    await anna.sends_unreadable(what)

    told = await anna.sees(bor.texts(f"unreadable-{what}"))
    assert bor.texts("ask-what") in told.text


async def test_a_file_too_large_or_of_a_forbidden_kind_is_refused_by_name(bor: Town) -> None:
    anna = await bor.consenting()
    await up_to_the_place(bor, anna)
    await anna.says("ул. Мира, 5")
    await anna.sees("Проверьте")

    await anna.sends(Upload(b"x" * (20 * 1024 * 1024 + 1), "film.mp4", "video/mp4", "video"))
    await anna.sees("слишком большой: 20 МБ")
    program = b"MZ\x90\0" + b"\0" * 99
    await anna.sends(Upload(program, "virus.exe", "application/octet-stream", "document"))
    await anna.sees("Файл «virus.exe» не взяли")

    await anna.sends(PHOTO)
    await anna.sees(bor.texts("files-added", count=1))


async def test_an_album_is_answered_once(bor: Town) -> None:
    anna = await bor.consenting()
    await up_to_the_place(bor, anna)
    await anna.says("ул. Мира, 5")
    await anna.sees("Проверьте")

    await anna.sends(*photos(5))
    await anna.says("/help")
    await anna.sees("Файлы: 5 файлов")

    answers = [s for s in anna.room.shown if "Получили ваши файлы" in s.text]
    assert len(answers) == 1


async def test_two_albums_that_mix_are_answered_once_each(bor: Town) -> None:
    anna = await bor.consenting()
    await up_to_the_place(bor, anna)
    await anna.says("ул. Мира, 5")
    await anna.sees("Проверьте")

    for part in (b"1", b"2", b"3"):
        await part_of_album(bor, anna, "one", b"one-" + part)
        await part_of_album(bor, anna, "two", b"two-" + part)
    await anna.sees("Получили ваши файлы")
    await anna.says("/help")

    await anna.sees("Файлы: 6 файлов")
    answers = [s for s in anna.room.shown if "Получили ваши файлы" in s.text]
    assert len(answers) <= 2


async def test_more_than_ten_files_are_told_once_and_ten_are_kept(bor: Town) -> None:
    anna = await bor.consenting()
    await up_to_the_place(bor, anna)
    await anna.says("ул. Мира, 5")
    await anna.sees("Проверьте")

    await anna.sends(*photos(7))
    await anna.sends(*photos(7))
    await anna.sees("не больше 10")
    await anna.sends_unreadable("sticker")
    await anna.sees(bor.texts("unreadable-sticker"))

    await anna.sees("Файлы: 10 файлов")
    told = [s for s in anna.room.shown if "не больше 10" in s.text]
    assert len(told) == 1


async def test_words_at_the_summary_are_not_lost(bor: Town) -> None:
    anna = await bor.consenting()
    await up_to_the_summary(bor, anna)

    await anna.says("Яма глубиной полметра, пробили колесо")
    await anna.sees(bor.texts("text-added"))
    await anna.says("ну")
    await anna.sees(bor.texts("confirm-or-edit", button=bor.texts("form-send")))

    assert "пробили колесо" in (await anna.sees("Проверьте")).text


@pytest.mark.parametrize(
    ("lat", "lon"),
    [(0.0, 0.0), (48.85, 2.35), (float("nan"), 44.0), (1e9, -1e9), (56.3, float("inf"))],
)
async def test_a_pin_out_of_any_sense_is_refused(bor: Town, lat: float, lon: float) -> None:
    anna = await bor.consenting()
    await up_to_the_place(bor, anna)

    await anna.shares_place(lat, lon)

    await anna.sees("Напишите, пожалуйста, адрес словами")
    await anna.shares_place(64.73, 177.51)  # Anadyr
    await anna.sees("Проверьте")


@pytest.mark.parametrize("said", ["📍📍📍", "не знаю", "здесь", "я" * 501])
async def test_words_that_name_no_place_are_refused(bor: Town, said: str) -> None:
    anna = await bor.consenting()
    await up_to_the_place(bor, anna)

    await anna.says(said)

    told = await anna.sees(bor.texts("ask-place"))
    assert told.text != bor.texts("ask-place")
    await anna.says("возле Пятёрочки")
    await anna.sees("Проверьте")


async def test_a_place_may_be_skipped_only_where_the_topic_needs_none(bor: Town) -> None:
    anna = await bor.consenting()
    await up_to_the_place(bor, anna)
    needed = await anna.sees(bor.texts("ask-place"))
    await anna.says("/new")
    await anna.presses(bor.texts("draft-new"))
    await anna.sees(bor.texts("ask-what"))
    await anna.says("Пришла квитанция с неверным тарифом за ТКО")
    await anna.sees(bor.texts("ask-topic-suggested"))
    await anna.presses("Плата за вывоз ТКО")

    skippable = await anna.sees(bor.texts("ask-place"))
    await anna.says("не знаю")

    await anna.sees("Проверьте")
    assert skippable.button(bor.texts("form-skip"))
    assert not any(bor.texts("form-skip") in b.label for b in needed.buttons)


async def test_a_pin_after_an_address_keeps_both(bor: Town) -> None:
    anna = await bor.consenting()
    await up_to_the_summary(bor, anna)

    await anna.shares_place(56.36, 44.06)

    assert "Место: ул. Мира, 5" in (await anna.sees("Проверьте")).text
    await anna.presses(bor.texts("form-send"))
    await anna.sees("Приняли")
    appeal = (await bor.appeals())[0]
    assert (appeal.lat, appeal.place_text) == (56.36, "ул. Мира, 5")


async def test_a_named_venue_is_a_place(bor: Town) -> None:
    anna = await bor.consenting()
    await up_to_the_place(bor, anna)

    place = Place(56.36, 44.06, "Парк культуры")
    await bor.messenger.bring(bor.messenger.event(anna, anna.room, place=place))

    assert "Место: Парк культуры" in (await anna.sees("Проверьте")).text
