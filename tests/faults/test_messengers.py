"""A messenger that stumbles, hangs, lies or is away: all arrives later, in order, without a storm."""

from pathlib import Path

import pytest

from tests.faults.plan import PLAN
from tests.faults.record import Fault, found
from tests.faults.world.fault_town import RETRY_AFTER, FaultTown, fault_town
from tests.faults.world.ledger import Ledger
from tests.faults.world.people import STEPS, Filer, all_file, filers, news

TOLD = {
    "429": f"ответ 429, подождать {RETRY_AFTER} с",
    "500": "ответ 500",
    "502": "страница 502 вместо ответа",
    "hangs": "соединение открыто, ответа нет",
    "reset": "соединение оборвано до отправки",
    "lost": "сообщение показано, ответ потерян",
    "garbage": "вместо JSON мусор",
}


async def stumble_through(run: FaultTown, ledger: Ledger, people: list[Filer], fault: str) -> int:
    """The residents file, then they are written to; how often a message met the fault."""
    times = 0
    for number in STEPS:
        if number in PLAN.stumbles:
            run.stumbles(fault)
            times += 1
        await all_file(people, number, number + 1)
        await run.release()
    # One request to VK carries them all, and each time that it fails they wait twice as long.
    in_a_row = min(3, len(people)) if run.channel == "vk" else len(people)
    run.stumbles(fault, in_a_row)
    await news(run.town, people, PLAN.news)
    await ledger.settles()
    await run.release()
    return times + in_a_row


@pytest.mark.parametrize("channel", PLAN.faults)
async def test_a_messenger_that_stumbles_gets_everything_in_order(
    channel: str, tmp_path: Path
) -> None:
    async with fault_town(tmp_path, channel, speed=PLAN.haste) as run:
        # VK has errors of its own in place of a 429: see test_vk_errors.
        for number, fault in enumerate(PLAN.faults[channel]):
            first = number * PLAN.residents
            ledger, people = filers(run.town, channel, PLAN.residents, first=first)
            before = len(run.sent_at)
            times = await stumble_through(run, ledger, people, fault)

            tally = await ledger.count()
            assert tally.repeated <= (times if fault == "lost" else 0)
            again = len(people) if channel == "vk" else 1  # messages in a request that failed
            most = (1 + again) * times + tally.messages + len(people) * 4
            assert len(run.sent_at) - before <= most
            if fault == "429":
                assert run.calls_too_early == 0
            found(Fault(run.title, TOLD[fault], "отправка сообщения", times), tally)
        assert run.town.violations() == []
