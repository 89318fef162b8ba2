"""The whole process over sockets: a town moves from its test bot to the real one, with the same data."""

import re
from pathlib import Path

import pytest

from tests.fakes.max import FakeMax
from tests.fakes.messenger import FakeMessenger, Shown
from tests.fakes.telegram import FakeTelegram
from tests.fakes.vk import FakeVk
from tests.support.towns.live import TEXTS, LiveTown, Reader, live_town
from tests.support.towns.live_filing import begins, files, problem

ANSWER = "Борис, яму засыплем завтра"
HELD = "Анна, к вам приедут в среду"


def accounts(channel: str) -> tuple[FakeMessenger, FakeMessenger]:
    """The test account and the real one; each counts its messages and updates anew."""
    if channel == "vk":
        return FakeVk(77001), FakeVk(88002)
    if channel == "max":
        word = "LHodD0cOJ-token-that-nobody-may-see"
        return FakeMax(f"f9{word}", "229229229"), FakeMax(f"g7{word}", "330330330")
    word = "FAKE-token-of-the-fake-telegram"
    return FakeTelegram(f"111:{word}", "test_bot"), FakeTelegram(f"222:{word}", "real_bot")


def token_of(messenger: FakeMessenger) -> dict[str, str]:
    """The settings of that account."""
    if isinstance(messenger, FakeVk):
        group = {"MCU_VK_GROUP_ID": str(messenger.group_id)}
        return {"MCU_VK_TOKEN": messenger.token, "MCU_VK_API_URL": messenger.url, **group}
    if isinstance(messenger, FakeMax):
        return {"MCU_MAX_TOKEN": messenger.token, "MCU_MAX_API_URL": messenger.url}
    assert isinstance(messenger, FakeTelegram)
    return {"MCU_TELEGRAM_TOKEN": messenger.token, "MCU_TELEGRAM_API_URL": messenger.url}


async def moves_to(town: LiveTown, messenger: FakeMessenger) -> None:
    """Stop the bot, give it the other token and start it."""
    assert await town.process.stop() == 0, town.process.output
    town.process.environ = {**town.process.environ, **token_of(messenger)}
    town.messengers[town.staff_channel] = messenger
    _ = town.staff_room
    await town.start()


async def filed(resident: Reader, number: int) -> str:
    """The number of an appeal filed the ordinary way."""
    await begins(resident, problem(number))
    await files(resident)
    shown = await resident.finds("МЦУ-")
    return str(re.findall(r"МЦУ-\d\d-\d{6}", shown.text)[0])


async def card_of(maria: Reader, number: str) -> Shown:
    return await maria.finds(f"{number} · ")


@pytest.mark.parametrize("channel", ["vk", "telegram"])
async def test_a_town_moves_from_its_test_account_to_the_real_one_and_back(
    channel: str, database_url: str, tmp_path: Path
) -> None:
    before, now = accounts(channel)
    given = {channel: before}
    async with (
        now,
        live_town(
            tmp_path,
            channels={channel},
            staff=channel,
            database_url=database_url,
            **given,  # type: ignore[arg-type]
        ) as town,
    ):
        anna, vera, maria = town.resident(channel), town.resident(channel, "44"), town.employee()
        of_anna, of_vera = await filed(anna, 1), await filed(vera, 2)
        old_card = await card_of(maria, of_anna)
        old_ids = {old_card.id, (await card_of(maria, of_vera)).id}

        await moves_to(town, now)
        boris, maria = town.resident(channel, "43", "Борис"), town.employee()
        assert "event=our_account_changed" in town.process.output
        await maria.reads("account-changed", "account-changed-cards")
        card = await card_of(maria, await filed(boris, 3))
        assert card.id in old_ids, "the same id as a card of the account before"
        await maria.says(ANSWER, reply_to=card)
        await boris.reads("push-interim", text=ANSWER)

        await maria.says(f"/find {of_anna}")
        found = await card_of(maria, of_anna)
        assert TEXTS("card-waits-first-word") in found.text
        await maria.says(HELD, reply_to=found)
        await maria.reads("staff-kept", "staff-waits-first-word", number=of_anna)
        rooms = [town.resident(channel, account).person.room for account in ("42", "44")]
        assert [shown.text for room in rooms for shown in room.shown] == []
        anna = town.resident(channel)
        await anna.says("/start")
        await anna.reads("push-interim", text=HELD)

        await moves_to(town, before)
        maria, vera = town.employee(), town.resident(channel, "44")
        old_card = await card_of(maria, of_vera)
        await maria.says("Вера, и к вам", reply_to=old_card)
        await vera.reads("push-interim", text="Вера, и к вам")
        assert town.violations() == []


async def test_in_max_people_and_chats_keep_their_numbers_and_answers_wait_for_a_first_word(
    database_url: str, tmp_path: Path
) -> None:
    """A token of MAX does not say whose it is, and no number there means another chat or person."""
    before, now = accounts("max")
    assert isinstance(before, FakeMax)
    async with (
        now,
        live_town(
            tmp_path, channels={"max"}, staff="max", database_url=database_url, max_=before
        ) as town,
    ):
        anna, maria = town.resident("max"), town.employee()
        of_anna = await filed(anna, 1)
        old_card = await card_of(maria, of_anna)

        await moves_to(town, now)
        boris, maria = town.resident("max", "43", "Борис"), town.employee()
        card = await card_of(maria, await filed(boris, 3))
        assert card.id != old_card.id
        await maria.says(ANSWER, reply_to=card)
        await boris.reads("push-interim", text=ANSWER)

        await maria.says(f"/find {of_anna}")
        await maria.says(HELD, reply_to=await card_of(maria, of_anna))
        await maria.person.sees("пока не доставлено")
        anna = town.resident("max")
        assert anna.person.room.shown == []
        await anna.says("/start")
        await anna.reads("push-interim", text=HELD)

        await moves_to(town, before)
        maria, anna = town.employee(), town.resident("max")
        await maria.says("Анна, и к вам", reply_to=old_card)
        await anna.reads("push-interim", text="Анна, и к вам")
        assert town.violations() == []
