"""Words by which appeals are found: endings, numbers, beginnings; and their erasing."""

import unicodedata

from sqlalchemy import delete, func, select, update

from bot.jobs.cleaning import until_none
from handlers.turn import Work
from storage.appeals import search
from storage.tables import Appeal, AppealWord
from tests.support.towns.conversation import Town
from tests.support.towns.staff_room import change, look, planted


async def found(town: Town, query: str) -> list[int]:
    """Ids of the appeals that a search finds, newest first."""
    rows = await look(town, lambda s: search.search(s, 1, query, 9))
    return [row.id for row in rows]


async def test_words_are_found_whatever_their_ending_and_order(bor: Town) -> None:
    await planted(bor, text="Яма на остановке у дома 5а по улице Мира")
    await planted(bor, text="Ямы у остановки; ещё ЁЛКА, дом 15")

    for query in ("яма остановка", "остановкой ямы", "Яму!", "на остановке"):
        assert await found(bor, query) == [2, 1], query
    for query in ("дом 5", "дом 5а", "Миром", "мира, 5"):
        assert await found(bor, query) == [1], query
    assert await found(bor, "елки") == [2]
    assert await found(bor, "яма фонарь") == []


async def test_a_letter_of_two_signs_is_the_same_letter(bor: Town) -> None:
    """Telephones of Apple write «й» and «ё» as a letter with a mark."""
    anna = await bor.consenting()
    await bor.filed(anna, unicodedata.normalize("NFD", "Во дворе двойной бордюр и ёлка, яма"))
    maria = bor.employee()

    for query in ("двойной", "ёлка", "ЁЛКА", "двойного"):
        for form in ("NFC", "NFD"):
            asked = unicodedata.normalize(form, query)
            assert await found(bor, asked) == [1], (form, query)
            await maria.says(f"/find {asked}")
            await maria.sees("МЦУ-26-000001 ·")


async def test_a_number_is_found_in_each_form(bor: Town) -> None:
    await planted(bor, 12, text="Фонарь")

    for query in ("МЦУ-26-000012", "мцу-26-12", "26-000012", "000012", "12"):
        assert await found(bor, query) == [12], query
    assert await found(bor, "МЦУ-25-000012") == []
    assert await found(bor, "00001") == [12, 11, 10]  # the beginning of a number


async def test_the_beginning_of_a_word_does_where_no_appeal_has_it(bor: Town) -> None:
    await planted(bor, text="Не горит светофор")

    assert await found(bor, "свето") == [1]
    assert await found(bor, "горит свето") == [1]
    assert await found(bor, "св") == []
    for nothing in ("", "%", "на", "!?"):
        assert await found(bor, nothing) == []


async def test_a_beginning_of_many_words_stands_for_the_shortest_of_them(bor: Town) -> None:
    endings = [one + other for one in "бвгджзклмн" for other in "бвгджзклмн"]
    await planted(bor, text=" ".join(f"квр{ending}" for ending in endings))
    await planted(bor, text="кврю фонарь")  # the last in the alphabet

    few = await look(bor, lambda s: search._completed(s, "квр"))
    assert len(few) == search.MOST_COMPLETED
    assert few[0] == "кврю"
    assert await found(bor, "квр") == [2, 1]
    assert await found(bor, "квр фонарь") == [2]


async def test_erasing_an_appeal_takes_its_words_away(bor: Town) -> None:
    await planted(bor, text="Яма у дома 77")

    def erase(work: Work) -> None:
        appeal = work.session.get(Appeal, 1)
        assert appeal
        search.forget(work.session, [appeal])

    await change(bor, erase)
    kept = await look(bor, lambda s: set(s.scalars(select(AppealWord.word))))

    assert kept == {"26-000001", "000001", "1"}
    assert await found(bor, "МЦУ-26-000001") == [1]


async def test_words_of_appeals_of_an_older_program_are_kept_in_lots(bor: Town) -> None:
    await planted(bor, 5, text="Яма")

    def as_before(work: Work) -> None:
        session = work.session
        session.execute(delete(AppealWord))
        session.execute(update(Appeal).values(words_kept=False, search_text="мцу-26 яма"))
        session.execute(update(Appeal).where(Appeal.id == 2).values(draft_key="deleted:2"))

    await change(bor, as_before)
    await until_none(bor.transactions, search.keep_missing, 2)

    assert await found(bor, "ямы") == [5, 4, 3, 1]
    assert await found(bor, "000002") == [2]
    missing = select(func.count()).where(Appeal.words_kept.is_(False))
    assert await look(bor, lambda s: s.scalar(missing)) == 0
