"""An admin takes the keywords that a new version brings; a town's own words stay."""

import pytest

from bot.first_start import first_start
from config.categories import default_tree
from config.categories.new_words import NewWords, new_words
from config.texts import Texts
from storage.town.municipalities import the_one
from storage.town.new_words import lacking, take
from tests.support.towns.conversation import Town
from tests.support.towns.town_hall import admin_of, category, of_the_version_before, topic


def test_each_new_word_stands_in_the_default_tree() -> None:
    known = {entry.id: set(entry.keywords) for entry in default_tree(Texts.load())}
    known |= {
        f"{entry.id}/{one.id}": set(one.keywords)
        for entry in default_tree(Texts.load())
        for one in entry.topics
    }

    assert all(set(words) <= known[code] for code, words in new_words().after(0).items())


async def test_a_new_town_is_offered_nothing(bor: Town) -> None:
    admin = admin_of(bor)

    await admin.says("/admin")

    home = await admin.sees("Настройка разделов")
    assert "Новые слова" not in str([button.label for button in home.buttons])


async def test_an_older_town_is_told_once_and_keeps_its_words_until_it_takes_the_new(
    bor: Town,
) -> None:
    await of_the_version_before(bor)
    before = (await topic(bor, "pothole")).keywords
    for _ in range(2):
        await first_start(bor.database, bor.transactions.services)
    employee = bor.employee()

    await employee.says("/help")

    await employee.sees("знает больше слов")
    await employee.sees("/open")
    told = [m for m in employee.room.shown if "знает больше слов" in m.text]
    assert len(told) == 1
    assert (await topic(bor, "pothole")).keywords == before


async def test_all_new_words_are_taken_with_one_press(bor: Town) -> None:
    await of_the_version_before(bor)
    admin = admin_of(bor)
    await admin.says("/admin")
    await admin.presses("Новые слова")
    await admin.sees("ваши останутся")

    await admin.presses("Взять все")

    home = await admin.sees("Готово, добавили")
    words = (await topic(bor, "pothole")).keywords
    assert words[0] == "наша яма"
    assert "колдобина" in words
    assert "ухаб" in words
    assert "шоссе" in (await category(bor, "roads")).keywords
    assert "Новые слова" not in str([button.label for button in home.buttons])


async def test_the_words_of_one_category_are_taken_alone(bor: Town) -> None:
    await of_the_version_before(bor)
    admin = admin_of(bor)
    await admin.says("/admin")
    await admin.presses("Новые слова")

    await admin.presses("🛣 Дороги и тротуары")

    await admin.sees("Готово, добавили")
    rest = await admin.sees("ваши останутся")
    assert "ухаб" in (await topic(bor, "pothole")).keywords
    assert "качели" in (await topic(bor, "playground")).keywords
    assert "песочница" in (await topic(bor, "playground")).keywords
    assert "турник" not in (await topic(bor, "playground")).keywords
    assert "Дороги" not in str([button.label for button in rest.buttons])


async def test_who_does_not_want_them_is_asked_no_more(bor: Town) -> None:
    await of_the_version_before(bor)
    admin = admin_of(bor)
    await admin.says("/admin")
    await admin.presses("Новые слова")

    await admin.presses("Не нужно")

    home = await admin.sees("больше не предлагаем")
    assert "Новые слова" not in str([button.label for button in home.buttons])
    assert "ухаб" not in (await topic(bor, "pothole")).keywords


async def test_an_old_button_of_taken_words_says_so(bor: Town) -> None:
    await of_the_version_before(bor)
    admin = admin_of(bor)
    await admin.says("/admin")
    await admin.presses("Новые слова")
    offer = await admin.sees("ваши останутся")
    await admin.presses("Взять все", on=offer)
    await admin.sees("Готово, добавили")

    await admin.presses("Взять все", on=offer)

    await admin.sees("Новых слов нет")


SETS = NewWords(
    {
        1: {"roads/pothole": ("первое", "общее")},
        2: {"roads/pothole": ("второе", "общее"), "roads": ("дорожное",)},
    }
)


@pytest.mark.parametrize(
    ("settled", "offered"),
    [
        (0, {"первое", "общее", "второе", "дорожное"}),  # not yet answered: both sets at once
        (1, {"общее", "второе", "дорожное"}),  # declined, or taken and then deleted again
        (2, set()),
        (3, set()),  # a newer version was here before
    ],
)
async def test_a_town_is_offered_only_the_sets_that_it_has_not_settled(
    bor: Town, settled: int, offered: set[str]
) -> None:
    async with bor.database.begin() as session:
        municipality = await session.run_sync(the_one)
        assert municipality
        municipality.words_settled = settled
        found = await session.run_sync(lambda s: lacking(s, municipality, SETS))

        words = [word for one in found for _, new in one.words for word in new]
        assert sorted(words) == sorted(offered)  # each once


async def test_who_took_the_first_set_is_offered_the_rest_of_the_second(bor: Town) -> None:
    async with bor.database.begin() as session:
        municipality = await session.run_sync(the_one)
        assert municipality
        municipality.words_settled = 0
        first = NewWords({1: SETS.sets[1]})
        await session.run_sync(lambda s: take(lacking(s, municipality, first)))
        municipality.words_settled = first.version
        found = await session.run_sync(lambda s: lacking(s, municipality, SETS))

        assert [new for one in found for _, new in one.words] == [("дорожное",), ("второе",)]
        assert [one.count for one in found] == [2]


async def test_words_taken_category_by_category_are_settled_with_the_last(bor: Town) -> None:
    await of_the_version_before(bor)
    async with bor.database.begin() as session:
        municipality = await session.run_sync(the_one)
        assert municipality
        found = await session.run_sync(lambda s: lacking(s, municipality, new_words()))
    admin = admin_of(bor)
    await admin.says("/admin")
    await admin.presses("Новые слова")
    for _ in found:
        offer = await admin.sees("ваши останутся")
        await admin.presses(offer.buttons[1].label, on=offer)
        await admin.sees("Готово, добавили")

    async with bor.database.begin() as session:
        after = await session.run_sync(the_one)
        assert after
        assert after.words_settled == new_words().version
