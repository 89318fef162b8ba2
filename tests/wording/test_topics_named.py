"""A typed word names the categories and topics that people mean by it."""

import pytest

from handlers.wording.topic_suggestions import TopicSuggester
from handlers.wording.topics_named import Named, named
from tests.support import default_tree
from tests.support.towns.conversation import LEMMA

TREE = default_tree.tree()
SUGGEST = TopicSuggester(LEMMA)


def _named(text: str) -> Named:
    return named(TREE, SUGGEST, text)


@pytest.mark.parametrize(
    ("word", "topic"),
    [
        ("яма", "Ямы и выбоины на дороге"),
        ("ямы", "Ямы и выбоины на дороге"),
        ("Фонарь", "Не горит фонарь"),
        ("фанарь", "Не горит фонарь"),
        ("свет", "Электричество, газ (запах газа — 104/112)"),
        ("газ", "Электричество, газ (запах газа — 104/112)"),
        ("детская площадка", "Детская и спортивная площадка"),
        ("снег во дворе", "Снег во дворе"),
        ("собаки", "Безнадзорные собаки (нападение — 112)"),
        ("крысы", "Подвал, чердак, насекомые и грызуны"),
        ("светофоры", "Светофоры"),
        ("нет света", "Не горит фонарь"),
    ],
)
def test_a_word_names_its_topic(word: str, topic: str) -> None:
    assert topic in [found.title for found in _named(word).topics]


@pytest.mark.parametrize(
    ("word", "category"), [("дорога", "Дороги"), ("дворы", "Дворы"), ("транспорт", "ранспорт")]
)
def test_a_word_names_its_category(word: str, category: str) -> None:
    assert category in _named(word).categories[0].title


@pytest.mark.parametrize(
    "text",
    [
        "ужас",
        "хочу",
        "да",
        "1",
        "👍",
        "не вывозят мусор",
        "Фонарь опять сломали",
        "Соседи звонили в аварийную, никто не едет",
        "розовый слоник",
        "",
    ],
)
def test_what_names_nothing_or_tells_something_names_no_topic(text: str) -> None:
    assert not _named(text)


def test_a_neighbour_is_not_an_icicle() -> None:
    assert "Сосульки, снег на крыше" not in [topic.title for topic in _named("сосед").topics]
