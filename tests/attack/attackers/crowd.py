"""Attackers that come over HTTP, all at once in a process of their own: ``python -m tests.attack.attackers.crowd``.

Reads a line of JSON (the target and the plan), strikes until its input ends, writes a line of what each did.
"""

import asyncio
import json
import resource
import sys

from tests.attack.attackers import connections, floods, talkers
from tests.attack.attackers.attacker import Target, WebAttacker
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


async def attack(target: Target, plan: Plan, over: asyncio.Event) -> list[WebAttacker]:
    """Let all strike until it is ``over``; them, with what they did."""
    kinds = enumerate(WEB, 1)
    attackers = [kind(target, number) for number, kind in kinds if plan.takes(kind)]
    await asyncio.gather(*(attacker.runs(over) for attacker in attackers))
    return attackers


async def main() -> None:
    """Until the input ends: whoever started us is done, or dead."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(max(soft, 20_000), hard), hard))
    given = json.loads(sys.stdin.readline())
    target = Target(**given["target"] | {"ports": tuple(given["target"]["ports"])})
    over = asyncio.Event()

    def waits() -> None:
        sys.stdin.read()

    ending = asyncio.create_task(asyncio.to_thread(waits))
    ending.add_done_callback(lambda _: over.set())
    attackers = await attack(target, Plan(**given["plan"]), over)
    for attacker in attackers:
        sys.stdout.write(json.dumps(attacker.deeds.as_row(), ensure_ascii=False) + "\n")


if __name__ == "__main__":
    asyncio.run(main())
