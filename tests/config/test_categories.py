"""The category tree as YAML: what is read, what is refused and where, and how it is written."""

import re
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.categories import (
    InvalidTree,
    default_tree,
    read_tree,
    write_tree,
)
from config.categories.entries import CategoryEntry, TopicEntry, is_emoji
from config.categories.nodes import MOST_BYTES
from config.texts import Texts
from tests.paths import ROOT

TEXTS = Texts.load()
GOOD = """\
- id: roads
  emoji: 🛣
  title: Дороги
  keywords: [дорога, проезжий часть]
  topics:
    - id: pothole
      title: Ямы
      days: 10
"""


def problems(content: str | bytes) -> list[tuple[int, str]]:
    """The lines and words of a file's problems."""
    raw = content.encode() if isinstance(content, str) else content
    with pytest.raises(InvalidTree) as caught:
        read_tree(raw, TEXTS)
    return [(problem.line, problem.text) for problem in caught.value.problems]


def with_line(number: int, line: str) -> str:
    """The good file with another line in that place."""
    lines = GOOD.splitlines()
    lines[number - 1] = line
    return "\n".join(lines)


def test_the_default_tree_has_16_categories_and_77_topics() -> None:
    tree = default_tree(TEXTS)

    assert len(tree) == 16
    assert sum(len(category.topics) for category in tree) == 77


def test_the_default_tree_asks_for_no_place_where_there_is_none() -> None:
    places = {
        topic.id: topic.place for category in default_tree(TEXTS) for topic in category.topics
    }

    assert places["pothole"]
    assert not any(places[topic] for topic in ("tko_bill", "fare", "question", "thanks", "health"))


def test_what_is_written_is_read_back_the_same() -> None:
    tree = default_tree(TEXTS)

    assert read_tree(write_tree(tree).encode(), TEXTS) == tree


def test_what_is_left_out_has_its_ordinary_value() -> None:
    topic = read_tree(GOOD.encode(), TEXTS)[0].topics[0]

    assert topic == TopicEntry(id="pothole", title="Ямы", days=10)


def test_words_that_yaml_takes_for_something_else_stay_words() -> None:
    tree = read_tree(with_line(3, "  title: 2026").encode(), TEXTS)

    assert tree[0].title == "2026"


@pytest.mark.parametrize("formula", ["=1+1", '=HYPERLINK("http://a.ru")', "+7", "@SUM(A1)", "=1"])
def test_a_formula_of_a_spreadsheet_stays_a_text(formula: str) -> None:
    """The tree is the only thing that is exported, as YAML; nothing here writes a spreadsheet."""
    topic = TopicEntry(id="pothole", title=formula, days=10)
    tree = (CategoryEntry(id="roads", emoji="🛣", title="Дороги", keywords=(), topics=(topic,)),)

    assert read_tree(write_tree(tree).encode(), TEXTS)[0].topics[0].title == formula
    rooms = (ROOT / name for name in ("bot", "handlers", "storage", "config"))
    code = "".join(
        path.read_text(encoding="utf-8") for room in rooms for path in room.rglob("*.py")
    )
    assert not re.search(
        r"^\s*(import|from) (csv|openpyxl|xlsxwriter|pandas)\b", code, re.MULTILINE
    )


def test_a_byte_order_mark_of_notepad_does_no_harm() -> None:
    assert read_tree(b"\xef\xbb\xbf" + GOOD.encode(), TEXTS)[0].id == "roads"


def test_windows_line_ends_do_no_harm() -> None:
    assert read_tree(GOOD.replace("\n", "\r\n").encode(), TEXTS)[0].id == "roads"


@pytest.mark.parametrize(
    ("number", "line", "words"),
    [
        (1, "- id: Roads!", "не подходит как id"),
        (1, "- id: ''", "не подходит как id"),
        (1, f"- id: {'a' * 33}", "не подходит как id"),
        (1, "- id: [roads]", "нужно одно слово"),
        (2, "  emoji: дорога", "не похоже на эмодзи"),
        (2, "  emojy: 🛣", "Непонятное слово «emojy»"),
        (2, "  id: again", "«id» написано дважды"),
        (2, "  hidden: maybe", "нужно true"),
        (2, "  department: {a: b}", "нужно одно слово"),
        (2, f"  department: {'о' * 201}", "до 200 знаков"),
        (3, "  title:", "хотя бы две буквы"),
        (3, "  title: ''", "хотя бы две буквы"),
        (4, "  keywords: дорога", "списком в скобках"),
        (4, "  keywords: [дорога, '']", "Ключевое слово пустое"),
        (4, "  keywords: [дорога, '!']", "Ключевое слово пустое"),
        (4, "  keywords: [[дорога]]", "нужно одно слово"),
        (4, f"  keywords: [{'а, ' * 101}]", "Слишком много ключевых слов"),
        (8, "      days: десять", "Срок «десять» не подходит"),
        (8, "      days: 0", "Срок «0» не подходит"),
        (8, "      days: [1]", "нужно одно слово"),
    ],
)
def test_a_wrong_value_is_told_with_its_line(number: int, line: str, words: str) -> None:
    found = problems(with_line(number, line))

    assert [place for place, text in found if words in text] == [number], found


@pytest.mark.parametrize("missing", ["id", "title", "topics"])
def test_what_a_category_lacks_is_told_at_its_first_line(missing: str) -> None:
    whole = {"id": "roads", "title": "Дороги", "topics": "[{id: a, title: Ямы, days: 1}]"}
    rest = [f"{key}: {value}" for key, value in whole.items() if key != missing]

    assert problems("# tree\n- " + "\n  ".join(rest)) == [(2, f"Не хватает «{missing}».")]


def test_all_mistakes_are_told_at_once_in_the_order_of_lines() -> None:
    found = problems(
        GOOD
        + "      day: 3\n"
        + "- just words\n"
        + "- id: roads\n"
        + "  title: ДОРОГИ\n"
        + "  topics: {}\n"
        + "- id: snow\n"
        + "  title: Снег\n"
        + "  topics:\n"
        + "    - {id: pothole, title: Лёд, days: 1}\n"
        + "    - {id: ice, title: лёд, days: 2}\n"
        + "    - {id: wind, title: Ветер}\n"
    )

    assert [line for line, _ in found] == [9, 10, 11, 12, 13, 17, 18, 19]
    told = "\n".join(text for _, text in found)
    for words in (
        "«day»",
        "ждём раздел или тему",
        "id «roads» уже есть в строке 1",
        "«ДОРОГИ» уже есть в строке 3",
        "нужен список тем",
        "id «pothole» уже есть в строке 6",
        "«лёд» уже есть в строке 17",
        "Не хватает «days»",
    ):
        assert words in told


@pytest.mark.parametrize(
    ("content", "line", "words"),
    [
        ("", 1, "нет ни одного раздела"),
        ("# nothing\n", 1, "нет ни одного раздела"),
        ("[]", 1, "нет ни одного раздела"),
        ("roads: 1", 1, "должен быть списком"),
        ("- id: a\n  title: 'Дороги\n", 3, "не по правилам YAML"),
        ("- id: a\n  title: Дороги: и тротуары\n", 2, "не по правилам YAML"),
        ("- id: a\n\ttitle: Дороги\n", 2, "табуляцией"),
        ("- id: a\n---\n- id: b\n", 2, "не по правилам YAML"),
        ("- id: a\n  title: Дорo\x07ги\n", 2, "непечатаемый знак"),
        ("- id: a\n  title: Доро\x00ги\n", 2, "непечатаемый знак"),
        ("- id: &a roads\n  title: *a\n", 1, "Ссылки"),
        (f"- id: a\n  title: {'[' * 50}{']' * 50}\n", 2, "вложенных скобок"),
        ("[" * 100_000, 1, "вложенных скобок"),
        ("- id: a\n  topics: no\n  title: Да нет", 2, "нужен список тем"),
        ("- id: a\n  title: !!python/object:os.system x\n  topics: {}", 3, "нужен список тем"),
        ("- !!set {a, b}\n", 1, "Непонятное слово"),
    ],
)
def test_a_file_that_is_no_tree_is_told_with_its_line(content: str, line: int, words: str) -> None:
    found = problems(content)

    assert any(place == line and words in text for place, text in found), found


def test_a_bomb_of_links_is_refused_before_it_goes_off() -> None:
    bomb = "- &a [x, x]\n" + "".join(
        f"- &{chr(98 + i)} [*{chr(97 + i)}, *{chr(97 + i)}]\n" for i in range(20)
    )

    assert "Ссылки" in problems(bomb)[0][1]


def test_another_encoding_is_told_with_the_line_where_it_begins() -> None:
    assert problems(b"- id: a\n  title: " + "Дороги".encode("cp1251")) == [
        (2, TEXTS("tree-not-utf8"))
    ]


def test_a_file_too_large_is_refused_unread() -> None:
    assert problems(b"#" * (MOST_BYTES + 1)) == [(1, TEXTS("tree-too-large", most="256"))]


def test_too_many_categories_and_topics_are_told_at_the_first_that_is_too_many() -> None:
    topics = "".join(f"    - {{id: t{n}, title: Тема {n}, days: 1}}\n" for n in range(61))
    categories = "".join(
        f"- {{id: c{n}, title: Вид {n}, topics: [{{id: x{n}, title: Тема, days: 1}}]}}\n"
        for n in range(60)
    )
    found = problems("- id: a\n  title: Дороги\n  topics:\n" + topics + categories)

    assert [line for line, _ in found] == [64, 124]


def test_a_tree_in_which_everything_is_hidden_is_refused() -> None:
    assert problems(GOOD + "      hidden: true\n")[0][1] == TEXTS("tree-all-hidden")


def test_many_problems_are_told_briefly() -> None:
    with pytest.raises(InvalidTree) as caught:
        read_tree(b"- words\n" * 30, TEXTS)
    told = caught.value.told(TEXTS, 20)

    assert len(told.splitlines()) == 21
    assert "ещё 10 ошибок" in told


@pytest.mark.parametrize("emoji", ["🛣", "❄️", "✍️", "🏗", "👨‍👩‍👧‍👦", "🇷🇺", "👍🏽", "1️⃣", "⚠️", "🏴󠁧󠁢󠁥󠁮󠁧󠁿"])
def test_an_emoji_is_one(emoji: str) -> None:
    assert is_emoji(emoji)


@pytest.mark.parametrize("text", ["", "a", "Я", "1", "🛣🛣", "🛣 ", ":)", "🛣a", "🇷", "\ufe0f"])
def test_anything_else_is_no_emoji(text: str) -> None:
    assert not is_emoji(text)


@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_whatever_comes_is_read_or_refused(content: bytes) -> None:
    with suppress(InvalidTree):
        assert read_tree(content, TEXTS)


TITLES = st.text(
    st.characters(codec="utf-8", exclude_categories=("C", "Z"))
    | st.sampled_from(" :#-'\"[]{}&*!|>%@`,")
).map(lambda text: f"А{' '.join(text.split())[:90]}я")
SHORT = TITLES.map(lambda text: text[:40].strip())


@st.composite
def trees(draw: st.DrawFn) -> tuple[CategoryEntry, ...]:
    """Trees with unique ids and titles, and all that YAML may stumble over in the words."""
    titles = draw(st.lists(TITLES, min_size=1, max_size=4, unique_by=str.casefold))
    topics = [
        TopicEntry(
            id=f"t{number}",
            title=title,
            days=draw(st.integers(1, 365)),
            emoji=draw(st.sampled_from(["", "🛣", "✍️"])),
            fast_track=draw(st.booleans()),
            place=draw(st.booleans()),
            department=draw(st.just("") | SHORT),
            keywords=tuple(draw(st.lists(SHORT, max_size=3))),
        )
        for number, title in enumerate(titles)
    ]
    hidden = draw(st.booleans())
    first = CategoryEntry(id="on", title="no", keywords=("yes", "1e3"), topics=tuple(topics))
    second = CategoryEntry(
        id="1",
        title=draw(TITLES),
        emoji="🌳",
        department="null",
        hidden=hidden,
        topics=(TopicEntry(id="null", title="~1", days=1, hidden=hidden),),
    )
    empty = CategoryEntry(id="parks", title="Парки", topics=())
    return (first, second, empty) if draw(st.booleans()) else (first, second)


@given(trees())
def test_any_tree_is_read_back_as_it_was_written(tree: tuple[CategoryEntry, ...]) -> None:
    assert read_tree(write_tree(tree).encode(), TEXTS) == tree


@pytest.mark.parametrize(
    "title",
    [r"\0", r"Яма\0", r"\u200b\u200b", r"\u3164\u3164", r"\u2800", r"\u202eамЯ", r"\u2066Ямы"],
)
def test_a_title_with_signs_that_do_not_show_is_told_with_its_line(title: str) -> None:
    told = problems(with_line(3, f'  title: "{title}"'))

    assert told == [(3, TEXTS("entry-hidden-signs"))]
