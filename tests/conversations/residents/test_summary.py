"""The summary before an appeal is sent: what stands with it in a channel, and what above it."""

from pathlib import Path

import pytest

from tests.fakes.memory import MemoryMessenger
from tests.support.towns.conversation import DESCRIPTION, town
from tests.support.towns.filing import PHOTO, POTHOLES


@pytest.mark.parametrize(
    ("channel", "together"), [("telegram", False), ("vk", True), ("web", True)]
)
async def test_its_photos_and_the_word_of_the_place_are_in_it_where_one_message_can_be_all(
    tmp_path: Path, channel: str, together: bool
) -> None:
    environ = {"MCU_STAFF_CHAT": "web:staff"}
    async with town(tmp_path, messengers=(MemoryMessenger(channel),), environ=environ) as bor:
        anna = await bor.consenting()
        await anna.sends(PHOTO, caption=DESCRIPTION)
        await anna.presses(POTHOLES)

        await anna.shares_place(56.36, 44.06)

        summary = await anna.sees("Проверьте")
        assert (bor.texts("place-taken") in summary.text) is together
        assert (PHOTO.content in summary.files) is together
        assert summary.button(bor.texts("form-send"))
        if not together:
            await anna.sees(bor.texts("place-taken"))


async def test_a_photo_that_was_taken_away_is_not_in_it(tmp_path: Path) -> None:
    environ = {"MCU_STAFF_CHAT": "web:staff"}
    async with town(tmp_path, messengers=(MemoryMessenger("web"),), environ=environ) as bor:
        anna = await bor.consenting()
        await anna.sends(PHOTO, caption=DESCRIPTION)
        await anna.presses(POTHOLES)
        await anna.says("ул. Мира, 5")
        await anna.sees("Проверьте")

        await anna.presses(bor.texts("form-edit", what=bor.texts("title-files")))
        await anna.presses(bor.texts("files-clear"))
        await anna.presses(bor.texts("files-none"))

        summary = await anna.sees("Проверьте")
        assert not summary.files
