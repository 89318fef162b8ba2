"""Posters made by a running program: which links stand on them, and that Pillow stays outside."""

import sys
from pathlib import Path
from subprocess import run

import pytest

from bot.failures import RetryLater
from bot.posters.making import links_by, logo_of, made, picture_of, poster_of
from bot.posters.poster import Poster
from config.settings import load_settings
from config.texts import Texts
from handlers.admin.posters import Wanted
from tests.fakes.memory import MemoryMessenger

TEXTS = Texts.load()
TOKENS = {
    "MCU_TELEGRAM_TOKEN": "123456:" + "A" * 35,
    "MCU_VK_TOKEN": "vk1.a.token",
    "MCU_VK_GROUP_ID": "77001",
}
BOTH = {**TOKENS, "MCU_WEB_CHAT": "on"}


class Addressed(MemoryMessenger):
    """A channel whose links are those of an address."""

    def __init__(self, channel: str, address: str) -> None:
        super().__init__(channel)
        self.address = address

    async def invitation(self, code: str) -> str:
        return self.address and f"{self.address}{code}"


def channels(web: str = "https://town.example/") -> dict[str, Addressed]:
    return {
        "telegram": Addressed("telegram", "https://t.example/"),
        "web": Addressed("web", web),
        "vk": Addressed("vk", "https://vk.example/"),
    }


async def names(web: str, **environ: str) -> list[str]:
    settings = load_settings(environ)
    found = await links_by(channels(web), settings, TEXTS, "p-x7k2ab")
    assert all(one.link.endswith("p-x7k2ab") for one in found)
    return [one.name for one in found]


async def test_the_channels_of_the_country_come_first_and_those_that_are_off_do_not() -> None:
    web = "https://town.example/"

    assert await names(web, **BOTH) == ["ВКонтакте", "Сайт", "Telegram"]
    assert await names(web, **TOKENS) == ["ВКонтакте", "Telegram"]
    assert await names(web) == ["Сайт"]
    off = BOTH | {"MCU_TELEGRAM_DIALOGUE": "off"}  # it would only lead on
    assert await names(web, **off) == ["ВКонтакте", "Сайт"]


async def test_an_address_of_this_computer_stands_where_there_is_no_other() -> None:
    here = "http://127.0.0.1:8080/"

    assert await names(here, **BOTH) == ["ВКонтакте", "Telegram"]
    assert await names(here) == ["Сайт"]


async def test_a_messenger_that_is_away_is_asked_again_later() -> None:
    class Away(Addressed):
        async def invitation(self, code: str) -> str:
            raise RetryLater("away")

    there = channels() | {"vk": Away("vk", "")}

    with pytest.raises(RetryLater):
        await links_by(there, load_settings(BOTH), TEXTS, "p-x7k2ab")


@pytest.mark.parametrize(
    ("place", "topic", "said"),
    [
        ("Лифт", "", "Место уже указано"),
        ("Лифт", "Грязь", "Грязь. Наведите"),
        ("", "Грязь", "Тема уже указана"),
    ],
)
async def test_the_poster_says_what_is_filled(place: str, topic: str, said: str) -> None:
    settings = load_settings({"MCU_MUNICIPALITY": "Бор", "MCU_COLOUR": "#8b0000"})

    found = await poster_of(channels(), settings, TEXTS, Wanted("p-x7k2ab", place, topic))

    assert said in found.how
    assert found.place == (place or topic)
    assert (found.town, found.colour, found.logo) == ("Бор", "#8b0000", "")


def test_an_svg_is_replaced_by_the_png_beside_it(tmp_path: Path) -> None:
    (tmp_path / "arms.svg").write_text("<svg/>")
    settings = load_settings({"MCU_LOGO": str(tmp_path / "arms.svg")})

    assert logo_of(settings) == ""
    (tmp_path / "arms.png").write_bytes(b"x")
    assert logo_of(settings) == str(tmp_path / "arms.png")


async def test_a_child_that_fails_is_tried_again_later() -> None:
    broken = Poster("", "", "", "", "", (), "no colour")

    with pytest.raises(RetryLater, match="not drawn"):
        await picture_of(broken)


def test_the_program_does_not_load_what_draws() -> None:
    asked = "import sys, bot.posters.making; print({'PIL', 'segno'} & set(sys.modules))"

    loaded = run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)  # noqa: S603

    assert loaded.stdout.strip() == "set()"
    assert made.__module__ == "bot.posters.making"
