"""Places in words: found where they are named, and no verb or amount taken for one."""

import pytest

from handlers.wording.addresses import house_alone, is_place_alone, place_in


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("Огромная яма у подъезда 3, ул. Мира 12", "ул. Мира, 12"),
        ("На дороге у дома 5 по улице Мира большая яма", "ул. Мира, 5"),
        ("на ленина 40 яма посреди дороги размером с ванну", "ул. Ленина, 40"),
        ("Темно на улице Советской, д. 12", "ул. Советская, 12"),
        ("На Ленинском проспекте 5к2 нет света", "Ленинский проспект, 5 к. 2"),
        ("ул центральная,7", "ул. Центральная, 7"),
        ("По ул. Павлика Морозова 14 корп. 2 яма", "ул. Павлика Морозова, 14 корп. 2"),
        ("улица 8 Марта 15, не чистят", "ул. 8 Марта, 15"),
        ("ул. 50 лет Октября, д. 3", "ул. 50 лет Октября, 3"),
        ("Не убирают снег. Гагарина 15", "ул. Гагарина, 15"),
        ("в переулке Северном 4а лужа", "переулок Северный, 4а"),
        ("мусор возле Пятёрочки", "возле Пятёрочки"),
        ("Зебра стёрлась у школы № 3", "у школы № 3"),
        ("лёд напротив магазина «Весна»", "напротив магазина «Весна»"),
        ("ул. Мира 12, возле Пятёрочки", "ул. Мира, 12"),
    ],
)
def test_a_street_with_its_house_or_a_landmark_is_found(text: str, place: str) -> None:
    found = place_in(text)

    assert found
    assert found.text == place
    assert found.has_house


@pytest.mark.parametrize(
    ("text", "street"),
    [
        ("Разбитый асфальт по ул. Чкалова, ехать невозможно", "ул. Чкалова"),
        ("Снег не чистят на улице Зелёной", "ул. Зелёная"),
        ("Отремонтируйте площадь Ленина", "площадь Ленина"),
    ],
)
def test_a_street_alone_is_known_to_want_a_house(text: str, street: str) -> None:
    found = place_in(text)

    assert found
    assert (found.text, found.has_house) == (street, False)


@pytest.mark.parametrize(
    "text",
    [
        "на улице уже 5 дней нет света",
        "Нашу улицу освещает один фонарь",
        "фонтан на площади красиво бьёт",
        "цену за проезд опять подняли",
        "на Заводской 5 дней нет воды",
        "На Новый 2027 год поставьте ёлку",
        "ждали на остановке 40 минут",
        "снег с проспекта не вывозят",
        "провалилась на 3 метра",
        "люк слетел после проезда фуры",
        "Яма",
        "",
    ],
)
def test_other_words_and_amounts_are_no_place(text: str) -> None:
    assert place_in(text) is None


@pytest.mark.parametrize("text", ["ул. Мира, 12", "Мира 12, кв. 5", "пр-т Ленина 5/2"])
def test_an_address_alone_is_known(text: str) -> None:
    assert is_place_alone(text)


@pytest.mark.parametrize("text", ["ул. Мира, 12, там огромная яма и лужа", "ул. Мира", "Яма 12"])
def test_more_or_less_than_an_address_is_not_one_alone(text: str) -> None:
    assert not is_place_alone(text)


@pytest.mark.parametrize(
    ("text", "house"),
    [("12", "12"), ("дом 5а", "5а"), ("д. 7/2", "7/2"), ("12 метров", ""), ("не знаю", "")],
)
def test_a_house_alone_is_known(text: str, house: str) -> None:
    assert house_alone(text) == house
