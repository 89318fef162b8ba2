"""What short answers mean: a yes, a no, or neither for sure."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.forms.ask.labels import label_said, number_said
from handlers.wording.quoting import few_words
from handlers.wording.yes_and_no import FILLERS, SOLVED, YES, asks_for_news, verdict

AGREED = (
    *("да", "Да.", "ДА!!!", "дааа", "ага", "угу", "ну да", "да конечно", "+", "👍", "👍🏻", "🙏"),
    *(
        "да, решено",
        "✅ Да, решено",
        "решено",
        "Решили, спасибо",
        "спасибо",
        "спасибо вам огромное",
    ),
    *("всё сделали", "всё хорошо", "убрали", "вывезли, спасибо", "починили наконец", "готово"),
    *("Ура, засыпали!", "Проблема решена", "молодцы, быстро", "да, всё в порядке", "свет включили"),
)
DENIED = (
    *(
        "нет",
        "Нет.",
        "НЕТ!",
        "неет",
        "не",
        "неа",
        "нету",
        "-",
        "👎",
        "❌",
        "нет конечно",
        "ещё нет",
    ),
    *("нет, не решено", "❌ Нет, не решено", "не решено", "Не решили", "нет не решили", "пока нет"),
    *("не убрали", "нет, не сделали, яма на месте", "мусор всё ещё лежит", "все еще лежит"),
    *("яма на месте", "до сих пор не горит", "так и не убрали", "ничего не сделали", "не помогло"),
    *("никто не приехал", "не до конца", "не всё убрали", "опять течёт", "осталась грязь"),
    *("стало хуже", "Нет! Приезжайте и смотрите сами", "не вывезен", "к сожалению нет"),
)
UNSURE = (
    *("да нет", "да нет, не знаю", "нет, спасибо", "спасибо, нет", "не знаю", "вроде да", "да?"),
    *("решено?", "нет?", "да, но крысы бегают", "нет да", "нет вопросов", "нет проблем", "не надо"),
    *("не за что", "больше не течёт", "уже не пахнет", "когда приедете", "не смотрел ещё", "мусор"),
    *("нет, решено", "спасибо, но не решено", "", "...", "123", "мусора больше нет", "👍👎"),
    *("хорошо, ждём, но уже крысы бегают", "спасибо за ответ, а по второму дому?", "может быть"),
)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        *((text, "yes") for text in AGREED),
        *((text, "no") for text in DENIED),
        *((text, "") for text in UNSURE),
    ],
)
def test_an_answer_is_a_yes_a_no_or_neither(text: str, meant: str) -> None:
    assert verdict(text) == meant


@given(st.lists(st.sampled_from(sorted(SOLVED | YES | FILLERS)), max_size=6), st.integers(0, 6))
def test_words_with_ne_are_never_a_yes(words: list[str], place: int) -> None:
    assert verdict(" ".join([*words[:place], "не", *words[place:]])) != "yes"


@given(st.text(max_size=60))
def test_a_question_is_no_answer(text: str) -> None:
    assert verdict(f"{text}?") == ""


@pytest.mark.parametrize(
    "text",
    [
        *("А когда приедете?", "ну что там?", "есть новости?", "Сколько ещё ждать", "жду ответа"),
        *("что с моим сообщением", "почему не отвечаете", "где бригада", "по моей заявке тишина"),
    ],
)
def test_who_asks_for_news_is_understood(text: str) -> None:
    assert asks_for_news(text)


@pytest.mark.parametrize("text", ["Яма на дороге", "Не горит фонарь", "спасибо"])
def test_who_tells_something_asks_for_no_news(text: str) -> None:
    assert not asks_for_news(text)


LABELS = ("✅ Да, решено", "❌ Нет, не решено", "💬 Добавить к этому", "📝 О другом")


@pytest.mark.parametrize(
    ("text", "place"),
    [
        *(("да, решено", 0), ("ДА РЕШЕНО!", 0), ("решено", 0), ("да", 0), ("Ага", 0)),
        *(("нет", 1), ("не решено", 1), ("❌ нет, не решено.", 1), ("неа", 1)),
        *(("добавить к этому", 2), ("добавить", 2), ("о другом", 3), ("О  ДРУГОМ", 3)),
        *(("да нет", None), ("другом", None), ("", None), ("решено ли", None)),
    ],
)
def test_an_option_is_said_by_its_label(text: str, place: int | None) -> None:
    assert label_said(LABELS, text) == place


def test_a_label_that_vk_has_cut_is_known() -> None:
    label = "🗑 Мусор и уборка контейнерных площадок во дворах"

    assert label_said([label, "Дороги"], label[:40]) == 0


def test_a_yes_says_nothing_where_two_labels_begin_with_it() -> None:
    assert label_said(["Да, удалить", "Да, отозвать"], "да") is None


@pytest.mark.parametrize(("text", "number"), [("1", 1), ("2.", 2), ("№ 3", 3), ("9" * 9, 0)])
def test_an_option_is_said_by_its_number(text: str, number: int) -> None:
    assert number_said(text) == number


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Здравствуйте! Мусор у Пятёрочки не вывозят", "Мусор у Пятёрочки не вывозят"),
        ("На дороге у дома 5 по улице Мира большая яма", "На дороге у дома 5 по улице…"),
        ("Ы" * 60, f"{'Ы' * 27}…"),
        ("Яма\nна Мира", "Яма на Мира"),
    ],
)
def test_an_appeal_is_known_by_its_first_words(text: str, words: str) -> None:
    assert few_words(text) == words
