"""Silence after a change of our account: what the bot before asked counts, what nobody got does not."""

from pathlib import Path

import pytest

from tests.conversations.appeals.test_silence import QUESTION, asks, days_pass
from tests.conversations.staff.test_our_accounts import card_of
from tests.support.towns.deliveries import reached
from tests.support.towns.our_accounts import PAIRS, town_of
from tests.support.towns.staff_room import appeal


@pytest.mark.parametrize("pair", ["bots in a group", "bots in a supergroup"])
async def test_a_question_of_the_bot_before_counts_and_closes_after_its_reminder_is_read(
    pair: str, tmp_path: Path, database_url: str
) -> None:
    before, now = PAIRS[pair]()
    async with town_of(tmp_path, database_url, before) as bor:
        number = (await bor.filed(await bor.consenting())).number
        await card_of(bor, before, number)
        await asks(bor, before.employee())
        await bor.resident().sees(QUESTION)
        await reached(bor, QUESTION)
    async with town_of(tmp_path, database_url, now) as bor:
        await days_pass(bor, 4)
        assert (await appeal(bor)).reminded
        await days_pass(bor, 6)
        assert (await appeal(bor)).state == "need_info"  # nobody has read the reminder

        await bor.resident().says("/help")
        await bor.resident().sees("Ждём вашего ответа")
        await reached(bor, "Ждём вашего ответа")
        await days_pass(bor, 2)
        assert (await appeal(bor)).state == "closed"
