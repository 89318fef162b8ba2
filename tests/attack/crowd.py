"""Attackers that come over HTTP, all at once in a process of their own: ``python -m tests.attack.crowd``.

Reads a line of JSON (the target and the plan), strikes until its input ends, writes a line of what each did.
"""

import asyncio
import json
import resource
import sys
from collections.abc import Sequence
from contextlib import suppress

from tests.attack import connections, floods, talkers
from tests.attack.attacker import FAILED, Target, WebAttacker
from tests.attack.plan import Plan

WEB: tuple[type[WebAttacker], ...] = (
    floods.Strangers,
    floods.AskedForFiles,
    floods.HangsUp,
    floods.FillsDisk,
    floods.OneByteFiles,
    floods.SlowReader,
    floods.Guests,
    talkers.Words,
    talkers.Frames,
    talkers.Presses,
    talkers.Deletes,
    talkers.Reconnects,
    connections.Idle,
    connections.DropByDrop,
    connections.Packed,
    connections.Malformed,
    connections.Logins,
    connections.Webhooks,
)
LEAVES = 5.0  # seconds for one attacker to close what it holds


async def attack(target: Target, plan: Plan, end: asyncio.Event) -> list[WebAttacker]:
    """Let all strike until ``end``; them, with what they did. ``end`` is the only way out."""
    kinds = enumerate(WEB, 1)
    attackers = [kind(target, number) for number, kind in kinds if plan.takes(kind)]
    tasks = [asyncio.create_task(_runs(attacker)) for attacker in attackers]
    await end.wait()
    await ended(tasks)
    for attacker in attackers:
        with suppress(*FAILED):
            async with asyncio.timeout(LEAVES):
                await attacker.leaves()
    return attackers


async def ended(tasks: Sequence[asyncio.Task[None]]) -> None:
    """Cancel them until they are done: what is cancelled as its answer comes may go on."""
    left = set(tasks)
    while left:
        for task in left:
            task.cancel()
        _, left = await asyncio.wait(left, timeout=1)


async def _runs(attacker: WebAttacker) -> None:
    """A mistake of one attacker is told in its row, and stops no other."""
    try:
        await attacker.runs()
    except* Exception as group:  # noqa: BLE001 - as above
        for error in group.exceptions:
            attacker.answered(f"сбой нападающего: {error!r}"[:200])


async def main() -> None:
    """Until the input ends: whoever started us is done, or dead."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(max(soft, 20_000), hard), hard))
    given = json.loads(sys.stdin.readline())
    target = Target(**given["target"] | {"ports": tuple(given["target"]["ports"])})
    end = asyncio.Event()

    def waits() -> None:
        sys.stdin.read()

    ending = asyncio.create_task(asyncio.to_thread(waits))
    ending.add_done_callback(lambda _: end.set())
    attackers = await attack(target, Plan(**given["plan"]), end)
    for attacker in attackers:
        sys.stdout.write(json.dumps(attacker.deeds.as_row(), ensure_ascii=False) + "\n")


if __name__ == "__main__":
    asyncio.run(main())
