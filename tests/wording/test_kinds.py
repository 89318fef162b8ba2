"""The kind of a message by its words: a problem unless they plainly say another."""

from pathlib import Path

import pytest

from handlers.wording.kinds import Kind, kind_alone, kind_in
from tests.paths import ROOT

SAID = ROOT / "tests" / "conversations" / "residents" / "said"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Спасибо дворнику Марии", "thanks"),
        ("Хочу выразить благодарность сотрудникам МФЦ за быстрый приём", "thanks"),
        ("Молодцы, наконец-то засыпали яму", "thanks"),
        ("Спасибо, но фонарь опять не горит", "problem"),
        ("На дороге яма. Заранее спасибо", "problem"),
        ("Уберите снег, спасибо", "problem"),
        ("Когда откроют каток на стадионе?", "question"),
        ("Как записать ребёнка в садик?", "question"),
        ("где взять справку о составе семьи", "question"),
        ("Хочу узнать, во сколько приём у главы", "question"),
        ("Когда уже починят фонарь?", "problem"),
        ("Почему не вывозят мусор?", "problem"),
        ("Сколько можно терпеть эту яму?", "problem"),
        ("Давайте поставим у пруда две скамейки", "suggestion"),
        ("Предлагаю велодорожку, молодёжь скажет спасибо", "suggestion"),
        ("В садик не берут, предлагают другой район", "problem"),
        ("", "problem"),
    ],
)
def test_the_kind_is_known_by_the_words(text: str, kind: Kind) -> None:
    assert kind_in(text) == kind


def _topics(name: str) -> list[tuple[set[str], str]]:
    lines = (SAID / name).read_text(encoding="utf-8").splitlines()
    parted = [line.split(" | ", 1) for line in lines if line and not line.startswith("#")]
    return [({*topics.split()}, text) for topics, text in parted]


def test_hardly_a_problem_of_many_is_taken_for_another_kind() -> None:
    """Who has a problem loses the question of the place if it passes for something else."""
    names: list[Path] = sorted(SAID.glob("topics-*.txt"))
    said = [one for name in names for one in _topics(name.name)]
    own = {"question", "idea", "thanks", "misc"}
    problems = [text for topics, text in said if not topics & own]

    taken = [text for text in problems if kind_in(text) != "problem"]

    assert len(problems) > 800
    assert len(taken) <= len(problems) * 0.015, taken


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("ну проблема у меня", "problem"),
        ("Здравствуйте, у меня вопрос", "question"),
        ("хочу поблагодарить", "thanks"),
        ("Есть предложение", "suggestion"),
        ("проблема с лифтом", None),
        ("у меня яма", None),
        ("Здравствуйте!", None),
    ],
)
def test_who_names_the_kind_alone_has_not_told_yet(text: str, kind: Kind | None) -> None:
    assert kind_alone(text) == kind
