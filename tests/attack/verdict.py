"""What a run came to: its figures as a row, and what in them is not as it must be."""

import asyncio
from collections import Counter
from dataclasses import asdict, dataclass
from typing import Any

from tests.attack.attackers.attacker import MISTAKE
from tests.attack.measures import share, size_of
from tests.attack.residents import HONEST
from tests.attack.siege import CHANNELS, Siege
from tests.attack.unit import LIMITS
from tests.faults.world.ledger import Tally, query

SLOWEST = 2.0  # seconds at the 99th percentile
MAY_GROW = 0.1  # of the memory, from the first tenth of the run to the last
MAY_GROW_BYTES = 16 * 1024**2
MEGA = 1024**2
STEPS = ("слова", "фото", "ответ сотрудника")


@dataclass
class Verdict:
    """``figures`` for the page, ``broken``: what fails the run, in words."""

    figures: dict[str, Any]
    broken: list[str]


async def verdict(siege: Siege) -> Verdict:
    """Count and compare; the bot still runs."""
    tally = await _tally(siege)
    appeals = await query(siege.place.towns[0], "SELECT text FROM appeals")
    of_strangers = sum(HONEST not in str(text) for (text,) in appeals)
    watch, bots = siege.watch, siege.bots
    waits = {
        channel: {step: watch.waits.row(channel, step) for step in STEPS} for channel in CHANNELS
    }
    errors = [line for bot in bots for line in bot.errors]
    events: Counter[str] = sum((bot.events for bot in bots), Counter())
    minutes = siege.plan.seconds / 60
    figures = {
        "setting": siege.setting,
        "seconds": siege.plan.seconds,
        "attackers": siege.deeds,
        "waits": waits,
        "staff_wait": watch.waits.row("сотрудник", "слова"),
        "filed": siege.place.filed,
        "of_strangers": of_strangers,
        **asdict(tally),
        "stuck": siege.place.stuck[:20],
        "own": [round(bot.most.own / MEGA) for bot in bots],
        "children": [round(bot.most.children / MEGA) for bot in bots],
        "most_in_all": [round(bot.most_in_all / MEGA) for bot in bots],
        "slope": [[round(one / MEGA, 1) for one in pair] for pair in watch.slope()],
        "memory_limit": LIMITS.memory // MEGA,
        "descriptors": watch.most_descriptors,
        "descriptors_limit": LIMITS.hard,
        "deaths": [death for bot in bots for death in bot.deaths],
        "errors": errors[:20],
        "log_kilobytes_a_minute": round(sum(bot.log_bytes for bot in bots) / 1024 / minutes),
        "log_events": dict(events.most_common(20)),
        "files": round(size_of(siege.folder / "data") / MEGA),
        "database": round(await _database_size(siege) / MEGA),
        "health": round(max(watch.health, default=0), 2),
        "loop": watch.loop_shares(),
        "own_lag": round(share(watch.own_lag, 0.99), 3),
    }
    return Verdict(figures, _broken(siege, figures, errors))


def _broken(siege: Siege, figures: dict[str, Any], errors: list[str]) -> list[str]:
    broken = [f"потеряно {figures['lost']}"] if figures["lost"] else []
    broken += [f"удвоено {figures['doubled']}"] if figures["doubled"] else []
    broken += [f"не дождались: {one}" for one in siege.place.stuck[:5]]
    broken += [f"процесс: {death}" for death in figures["deaths"][:5]]
    broken += [f"строка об ошибке: {line[:300]}" for line in errors[:5]]
    broken += [
        f"{deeds['name']}: {answer}"
        for deeds in siege.deeds
        for answer in deeds["answered"]
        if answer.startswith(MISTAKE)
    ]
    for channel in CHANNELS:
        if not siege.watch.waits.of[channel, "слова"]:
            broken.append(f"{channel}: никто не получил ответа")
    if siege.plan.judged:
        broken += _slow(figures) + _grown(siege)
    return broken


def _slow(figures: dict[str, Any]) -> list[str]:
    return [
        f"{channel}, {step}: 99 % ждали {row['p99']} с"
        for channel, steps in figures["waits"].items()
        for step, row in steps.items()
        if row["p99"] > SLOWEST
    ]


def _grown(siege: Siege) -> list[str]:
    return [
        f"память выросла с {first // MEGA} до {last // MEGA} МБ"
        for first, last in siege.watch.slope()
        if last - first > max(MAY_GROW_BYTES, first * MAY_GROW)
    ]


async def _tally(siege: Siege) -> Tally:
    """Of all ledgers, once everything that is awaited had its time; and of cards in the staff room."""
    lost = doubled = out_of_order = repeated = appeals = messages = 0
    for ledger in siege.place.ledgers:
        try:
            await ledger.settles(10)
        except AssertionError as late:
            siege.place.stuck.append(str(late)[:300])
        found = await ledger.count()
        lost, doubled = lost + found.lost, doubled + found.doubled
        out_of_order += found.out_of_order
        repeated += found.repeated
        appeals, messages = appeals + found.appeals, messages + found.messages
    doubled += sum(len(ids) - 1 for ids in siege.place.desk.cards.values())
    return Tally(appeals, messages, lost, doubled, out_of_order, repeated)


async def _database_size(siege: Siege) -> int:
    town = siege.place.towns[0]
    if siege.setting == "two":
        [(size,)] = await query(town, "SELECT pg_database_size(current_database())")
        return int(str(size))
    files = await asyncio.to_thread(lambda: list((siege.folder / "data").glob("mcu.db*")))
    return sum(file.stat().st_size for file in files)
