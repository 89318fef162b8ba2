"""A town that has MAX and nothing else: residents, staff, admin, and what the clock brings."""

from datetime import UTC, datetime
from pathlib import Path

from config.settings.channels import CHANNELS
from handlers.appeals import reminders
from tests.support.towns.crossing import Crossing
from tests.support.towns.deaf import town_on
from tests.support.towns.live import live_town
from tests.support.towns.town_hall import ROADS, adds_a_section, code_for


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


async def test_the_digest_comes_in_its_group(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path / 'mcu.db'}"
    async with town_on(CHANNELS["max"], tmp_path, url) as town:
        await town.filed(await town.consenting())
        at = datetime(2026, 12, 2, town.settings.digest_hour, 5, tzinfo=town.settings.zone)
        town.clock.now = at.astimezone(UTC)

        await town.tick(reminders.morning_digest)

        digest = await town.employee().sees("Сводка на 2 декабря")
        assert "Открыто: 1" in digest.text
