"""Words that no text for residents has: those of offices, of laws and of programs.

Which texts a resident reads is known by their file and key; whoever adds a text of another kind to
these files names it here.
"""

import re

import pytest

from config.categories import default_tree
from config.texts import Texts
from tests.support.catalogue import Catalogue, Message

# Files that residents read, and the texts in them that only employees or operators do.
FILES = ("dates.ftl", "forms.ftl", "resident.ftl", "vk.ftl", "web.ftl")
OF_OTHERS = re.compile(
    r"web-(staff|check|login|code|no-staff|not-this|desk|employee|admin)|sessions-|state-|history-"
)
# A beginning of a word, and what people say instead.
OFFICE = {
    "админист": "сотрудники",
    "актуальн": "сейчас",
    "валид": "не подходит",
    "введите": "наберите, напишите",
    "ведомств": "кто решает",
    "в рамках": "для",
    "в связи": "потому что",
    "в соответствии": "по",
    "в целях": "чтобы",
    "данный": "этот",
    "данная": "эта",
    "данное": "это",
    "деперсонал": "удалим имя",
    "зарегистриров": "приняли",
    "заявител": "вы",
    "заявк": "сообщение",
    "инициир": "начали",
    "инцидент": "проблема",
    "исполнител": "сотрудник",
    "карточк": "сообщение",
    "категори": "раздел",
    "компетенц": "это решает",
    "контент": "фото и текст",
    "корректн": "верно",
    "модерац": "сотрудник прочитает",
    "надлежащ": "как нужно",
    "необходимо": "нужно",
    "обработк": "помогаем; в согласии так велит закон",
    "осуществ": "делаем",
    "перенаправлен": "передали",
    "произвед": "сделали",
    "регламент": "срок",
    "рассмотрен": "прочитают",
    "сервис": "бот, чат",
    "статус": "как идут дела",
    "тикет": "сообщение",
    "уведом": "сообщение",
    "уполномоч": "кто решает",
    "функционал": "что умеет бот",
    "черновик": "то, что вы начали",
    "являет": "это",
    "59-фз": "официальное обращение",
    "152-фз": "согласие",
}
# The law wants a word in the document that is agreed to; browsers call a setting by another.
ALLOWED = {
    "уведом": re.compile(r"web-push-forbidden"),
    "обработк": re.compile(r"consent|web-device-no-chat"),
}


def for_residents() -> list[Message]:
    """Every text that a resident may read."""
    return [
        message
        for message in Catalogue.load().messages.values()
        if message.file in FILES and not OF_OTHERS.match(message.key)
    ]


@pytest.mark.parametrize("beginning", OFFICE)
def test_no_text_for_residents_has_a_word_of_offices(beginning: str) -> None:
    word, allowed = re.compile(rf"\b{beginning}", re.IGNORECASE), ALLOWED.get(beginning)

    wrong = [
        f"{message.key}: {version}"
        for message in for_residents()
        for version in message.versions
        if word.search(version) and not (allowed and allowed.match(message.key))
    ]

    assert wrong == [], f"say rather: {OFFICE[beginning]}"


def test_an_appeal_is_what_is_filed_officially_and_nothing_else() -> None:
    """What a resident sends us is a message: the law calls another thing so."""
    official = re.compile(r"официальн\w+ обращени\w+|подайте обращение", re.IGNORECASE)
    wrong = [
        f"{message.key}: {version}"
        for message in for_residents()
        for version in message.versions
        if re.search(r"\bобращени", official.sub("", version), re.IGNORECASE)
    ]

    assert wrong == []


def test_nobody_is_two_people_in_brackets() -> None:
    wrong = [
        message.key
        for message in for_residents()
        for version in message.versions
        if re.search(r"\w\(\w{1,3}\)|\(\w+(?:ая|на|ла)\)", version)
    ]

    assert wrong == []


def test_no_date_is_in_digits() -> None:
    wrong = [
        message.key
        for message in Catalogue.load().messages.values()
        for version in message.versions
        if re.search(r"\d\d\.\d\d\.\d{4}", version)
    ]

    assert wrong == []


def test_the_departments_of_the_first_tree_are_known_to_residents() -> None:
    tree = default_tree(Texts.load())
    departments = {row.department for row in tree}
    departments |= {topic.department for row in tree for topic in row.topics}

    odd = [name for name in departments if name and re.search(r"/|\b[А-ЯЁ]{3,}\b", name)]

    assert [name for name in odd if name != "Отдел ЖКХ"] == []
