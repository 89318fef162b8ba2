"""A town that has MAX and nothing else: residents, staff, admin, and what the clock brings."""

from datetime import datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from handlers.appeals import clocks
from tests.faults.world.fast_clock_bot import ClockFile
from tests.support.towns.crossing import Crossing
from tests.support.towns.live import live_town
from tests.support.towns.town_hall import ROADS, adds_a_section, code_for

DIGEST_HOUR = 9  # as it is if nobody sets it
HURRY = 30.0  # the job looks once a minute


async def test_it_files_answers_and_configures(tmp_path: Path) -> None:
    environ = {"MCU_ADMINS": "max:7"}
    async with live_town(tmp_path, channels={"max"}, staff="max", environ=environ) as town:
        assert not [name for name in town.process.environ if "TELEGRAM" in name or "VK" in name]
        fake, crossing = town.max, Crossing(town, "max")
        await crossing.until_the_first_answer()
        admin = fake.person("7", "Ольга")
        roads = fake.room("-70800000000002")
        await adds_a_section(admin, "Парки и скверы")
        code = await code_for(admin, ROADS)
        await fake.invite(admin, roads)
        await fake.allow(admin, roads)

        await admin.says(f"/bind {code}", room=roads)
        await admin.sees("Готово", room=roads)

        boris = town.resident("max", "43", "Борис")
        await boris.says("/start")
        await boris.presses("consent-yes")
        await boris.says("На улице Мира, 5 яма на дороге")
        await boris.presses("Ямы и выбоины на дороге")
        await boris.presses("Да, ул. Мира, 5")
        await boris.presses("form-send")
        await admin.sees("Ямы и выбоины на дороге", room=roads)
        assert town.violations() == []
        assert town.process.troubles() == []


def until_the_digest() -> timedelta:
    """From now to the hour of the next working day's digest."""
    now = datetime.now(ZoneInfo("Europe/Moscow"))
    day = now.date() + timedelta(days=1)
    while not clocks.is_working_day(day):
        day += timedelta(days=1)
    return datetime.combine(day, time(DIGEST_HOUR, 5), now.tzinfo) - now


async def test_the_digest_comes_in_its_group(tmp_path: Path) -> None:
    clock = ClockFile(tmp_path)
    module = "tests.faults.world.fast_clock_bot"
    async with live_town(tmp_path, channels={"max"}, staff="max", module=module) as town:
        crossing = Crossing(town, "max")
        await crossing.agrees()
        await crossing.files()
        await crossing.is_on_a_card()
        clock.jumps(seconds=until_the_digest().total_seconds())
        clock.runs(HURRY)

        digest = await town.employee().person.sees("Сводка на ", timeout=60)

        assert "Открыто: 1" in digest.text
        assert town.violations() == []
