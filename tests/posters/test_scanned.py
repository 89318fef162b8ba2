"""A poster is printed, hung up and scanned: whole towns, from its code to the card of the appeal."""

import asyncio
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image

from config.settings.channels import CHANNELS
from tests.support.servers.command_line import command
from tests.support.towns.live import LiveTown, live_town

STOP = "Остановка «Площадь»"
TOPIC = "Ямы и выбоины на дороге"
WORDS = "Под ногами провал глубиной с ведро"


async def link_on_a_poster(town: LiveTown, folder: Path) -> str:
    """The one that a phone reads from the printed sheet."""
    environ = {**town.process.environ, "MCU_DATA_DIR": str(folder / "data")}
    wanted = ("--place", STOP, "--topic", "roads/pothole", "--out", "posters")
    made = await asyncio.to_thread(command, folder, "poster", *wanted, environ=environ)
    assert made.returncode == 0, made.stdout + made.stderr
    [sheet] = (folder / "posters").glob("*.png")
    [code] = zxingcpp.read_barcodes(Image.open(sheet).convert("L"))
    return str(code.text)


@pytest.mark.parametrize("channel", CHANNELS)
async def test_what_was_scanned_from_a_poster_comes_as_a_card_with_place_and_topic(
    channel: str, tmp_path: Path
) -> None:
    async with live_town(tmp_path, channels={channel}, staff=channel, webhooks=True) as town:
        link = await link_on_a_poster(town, tmp_path)
        anna, maria = town.resident(channel), town.employee()

        await anna.person.follows(link)
        greeting = await anna.finds("Здравствуйте")
        assert f"Записали: 📍 {STOP}" in greeting.text
        await anna.reads("consent-short")
        await anna.presses("consent-yes")
        await anna.finds("Напишите, что здесь случилось")
        await anna.says(WORDS)
        summary = await anna.finds("Проверьте")
        for filled in (STOP, TOPIC, WORDS):
            assert filled in summary.text
        await anna.presses("form-send")
        await anna.reads("filed")

        card = await maria.finds("МЦУ-")
        for filled in (STOP, TOPIC, WORDS):
            assert filled in card.text
        await town.stop()
        assert town.violations() == []
        assert town.process.troubles() == []
