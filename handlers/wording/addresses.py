"""Find a street with its house, or a landmark, in words: to be proposed, never taken silently."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

MOST_LETTERS = 1_500  # of a text that are looked through: who names the place does so early
LONGEST = 80  # letters of a place that is proposed

# The kinds of streets: how they are written, and how we write them.
KINDS = {
    r"ул(?:иц[аыеу]\w?|\.|(?=\s))": "ул.",
    r"пр(?:оспект\w{0,2}|осп\.|-к?т\.?|\.)": "проспект",
    r"пер(?:\.|еул(?:ок|к[аеу]|ком))": "переулок",
    r"(?:б-р|бул\.|бульвар\w{0,2})": "бульвар",
    r"(?:ш\.|шоссе)": "шоссе",
    r"(?:пл\.|площад[ьи])": "площадь",
    r"(?:наб\.|набережн\w{2})": "набережная",
    r"(?:пр-д|проезд[аеу]?)": "проезд",
    r"(?:мкр\.?|мкрн\.?|микрорайон[аеу]?)": "микрорайон",
}
KIND = "|".join(KINDS)
KIND_OF = {re.compile(how, re.IGNORECASE): ours for how, ours in KINDS.items()}
# Blanks are few: a pattern that takes any number of them can be made slow.
SOME, GAP = r"\s{0,2}", r"\s{1,2}"
AFTER_KIND = r"(?:(?<=\.)\s{0,2}|\s{1,2})"
# A word of a name: «Мира», «8», «1-я», «50-летия», «И.», «Ново-Садовая».
CAPITAL = r"(?:[А-ЯЁ][а-яё]{1,24}(?:-[А-ЯЁ]?[а-яё]{1,24}){0,2}|[А-ЯЁ]\.|\d{1,2}(?:-?[а-яё]{1,6}|\s{1,2}лет)?(?=\s{1,2}[А-ЯЁ]))"
# In small letters only with an ending that streets have: «радищева», «центральная».
SMALL = r"[а-яё]{2,20}(?:ова|ева|ёва|ина|ына|ого|его|ая|яя|ой|ей|ина|кого|ия|и|ы|а|я)"
NAME = rf"{CAPITAL}(?:{GAP}{CAPITAL}){{0,3}}"
# A house, but neither an ordinal nor an amount: «5-й подъезд», «5 дней», «8:30».
HOUSE = (
    r"\d{1,4}(?:\s?[а-гА-Г](?![а-яё-]))?(?:\s?[/-]\s?\d{1,3}[а-гА-Г]?(?!\w))?"
    r"(?:\s{0,2},?\s{0,2}(?:к|корп|корпус|стр|строение)\.?\s{0,2}\d{1,2})?"
    r"(?![\d:%])(?!\.\d)(?!-?(?:й|я|е|ый|ой|ая|ое|го|ого|му|ому|м|ми|х|х)\b)"
    r"(?!\s{0,2}(?:дн[еяй]|день|дня|суток|сутки|час|мин|сек|недел|месяц|лет\b|год|раз|метр|м\b|км|см|шт|руб|тыс|чел|человек"
    r"|машин|авто|этаж|январ|феврал|март|апрел|ма[яй]\b|июн|июл|август|сентябр|октябр|ноябр|декабр|утра|вечера|ночи"
    r"|градус|процент|квартир|подъезд|собак|контейнер|бак|куч|фонар|столб|дерев|штук|детей|взрослых))"
)
DOM = r"(?:\s{0,2},?\s{0,2}(?:д(?:ом[аеу]?)?\b\.?)?\s{0,2}№?\s{0,2})"

BEFORE = re.compile(
    rf"(?<!\w)(?P<kind>(?i:{KIND})){AFTER_KIND}(?:(?P<name>{NAME})(?:{DOM}(?P<house>{HOUSE}))?"
    rf"|(?P<small>{SMALL}){DOM}(?P<small_house>{HOUSE}))"
)
HOUSE_FIRST = re.compile(
    rf"(?<!\w)(?i:д(?:ом\w{{0,2}})?\.?){SOME}№?{SOME}(?P<house>{HOUSE}){SOME},?{GAP}(?i:по|на){GAP}"
    rf"(?P<kind>(?i:{KIND})){AFTER_KIND}(?P<name>{NAME}|{SMALL})"
)
AFTER = re.compile(
    r"(?<!\w)(?P<name>[А-ЯЁ][а-яё]{1,24}(?:ский|ской|ская|ское|ском|ского|ной|ный|ная|ном|ное|ого|вой|вый|вая|вом|ую|ий|ая|ой|ом|ем))"
    rf"{GAP}(?P<kind>(?i:{KIND}))(?:{DOM}(?P<house>{HOUSE}))?(?![а-яё])"
)
# A bare name and a number: after «на», «по», or a name that is plainly one.
BARE = re.compile(
    rf"(?<!\w)(?:(?i:на|по){GAP}(?P<name>{CAPITAL})|(?i:на|по){GAP}(?P<small>[а-яё]{{3,20}}(?:ова|ева|ёва|ина|ского|цкого))"
    r"|(?P<sure>[А-ЯЁ][а-яё]{1,24}(?:ова|ева|ёва|ского|цкого|ская|цкая)|Мира|Победы|Труда|Ленина|Гагарина|Пушкина|Калинина"
    r"|Фрунзе|Свободы|Революции|Октября|Космонавтов|Строителей|Молодёжи|Молодежи|Дружбы|Маркса|Энгельса))"
    rf"{DOM}(?P<house>{HOUSE})"
)
INSTITUTION = (
    r"(?:школ[аыеу]|гимнази\w|лице[йея]|детск\w{2,3}\s{1,2}сад\w?|садик\w?|магазин\w?|аптек\w|больниц\w|поликлиник\w|остановк\w"
    r"|рын(?:ок|ка)|храм\w?|церк(?:овь|ви)|тц|трц|кафе|банк\w?|парк\w?|сквер\w?|пруд\w?|вокзал\w?|почт\w|памятник\w?|мост\w?)"
)
OF_WOMEN = ("ул.", "набережная", "площадь")
FEMININE = {
    "ской": "ская",
    "цкой": "цкая",
    "скую": "ская",
    "цкую": "цкая",
    "ной": "ная",
    "ную": "ная",
    "вой": "вая",
    "вую": "вая",
    "чей": "чая",
    "чую": "чая",
}
MASCULINE = {"ском": "ский", "ского": "ский", "ном": "ный", "ного": "ный", "хом": "хий"}
HOUSE_ALONE = re.compile(rf"(?i:{DOM})({HOUSE})\.?")
BUILDING = re.compile(r",?(к|корп|корпус|стр|строение)\.?(\d{1,3})$")
AFTER_ADDRESS = 12  # letters that may follow: a flat, an entrance
LANDMARK = re.compile(
    r"(?<!\w)(?P<whole>(?i:возле|около|напротив|рядом\s{1,2}с|у|за|перед|на|во\s{1,2}дворе)\s{1,2}"
    rf"(?:(?i:{INSTITUTION}){GAP}(?:№{SOME}\d{{1,4}}|\d{{1,4}}(?!\w|{SOME}(?:дн|час|мин|раз|год|лет|м\b|чел))|«[^»\n]{{2,40}}»|\"[^\"\n]{{2,40}}\"|[А-ЯЁ][а-яё]{{1,24}})))"
    r"|(?<!\w)(?P<bare>(?i:возле|около|напротив|рядом\s{1,2}с)\s{1,2}(?:[А-ЯЁ][а-яё]{3,20}|«[^»\n]{2,40}»))"
)
# Words that begin with a capital letter and name no street.
NO_NAMES = re.compile(
    r"(?i:январ|феврал|март|апрел|ма[йя]$|июн|июл|август|сентябр|октябр[ьея]м?$|ноябр|декабр|росси|москв|дом|подъезд|нов\w\w?$"
    r"|кварти|участ|автобус|маршрут|улиц|этом|этой|всей|всю|весь|наш|ваш|сво|кажд|одн|друг|сам|пут|остановк|дорог|машин"
    r"|половин|причин|резин|перв|втор|трет|территори|площадк|лестн|стен|крыш|пешеход|проезж|парковк)"
)


@dataclass(frozen=True)
class Said:
    """A place in a person's words; ``has_house`` False: a street alone."""

    text: str
    has_house: bool = True


@lru_cache(maxsize=8)
def place_in(text: str) -> Said | None:
    """The place that a text names: a street and a house, else a landmark, else a street; None without."""
    looked = " ".join(text[:MOST_LETTERS].split())
    found = [_street(match) for pattern in _STREETS for match in pattern.finditer(looked)]
    named = [one for one in found if one and len(one.text) <= LONGEST]
    if whole := next((one for one in named if one.has_house), None):
        return whole
    for match in LANDMARK.finditer(looked):
        return Said(" ".join((match["whole"] or match["bare"]).split()))
    return next(iter(named), None)


_STREETS = (HOUSE_FIRST, BEFORE, AFTER, BARE)


def is_place_alone(text: str) -> bool:
    """Whether a text is an address and little else: «ул. Мира, 12, кв. 5»."""
    said = " ".join(text.split())
    for pattern in (BEFORE, AFTER, BARE):
        match = pattern.match(said)
        found = _street(match) if match else None
        if match and found and found.has_house and len(said) - match.end() <= AFTER_ADDRESS:
            return True
    return False


def _street(match: re.Match[str]) -> Said | None:
    parts = {name: part or "" for name, part in match.groupdict().items()}
    name = parts["name"] or parts.get("small", "") or parts.get("sure", "")
    house = parts["house"] or parts.get("small_house", "")
    if NO_NAMES.match(name):
        return None
    written = parts.get("kind", "") or "ул."
    kind = next(ours for how, ours in KIND_OF.items() if how.match(f"{written} "))
    name = " ".join(name.split())
    name = name[:1].upper() + name[1:]
    if written.lower() not in ("улица", "проспект", "переулок"):
        name = _base_form(name, FEMININE if kind in OF_WOMEN else MASCULINE)
    street = f"{name} {kind}" if match.re is AFTER and kind != "ул." else f"{kind} {name}"
    house = BUILDING.sub(r" \1. \2", "".join(house.split()).lower())
    return Said(f"{street}, {house}" if house else street, bool(house))


def _base_form(name: str, endings: Mapping[str, str]) -> str:
    """An adjective in the form that a street's name has: «Советской» → «Советская»."""
    if " " in name:
        return name
    oblique = next((ending for ending in endings if name.endswith(ending)), "")
    return name.removesuffix(oblique) + endings[oblique] if oblique else name


def house_alone(text: str) -> str:
    """The house that a text is and nothing else: «дом 12»; empty if it is anything more."""
    match = HOUSE_ALONE.fullmatch(" ".join(text.split()))
    return BUILDING.sub(r" \1. \2", "".join(match[1].split()).lower()) if match else ""
