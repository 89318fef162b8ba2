"""A child has nothing of the bot, reaches nothing, and does not outlive it."""

import asyncio
import os
import signal
import sys
from pathlib import Path

import pytest

from tests.examining.door import LINUX, Door
from tests.paths import ROOT


@LINUX
async def test_a_child_has_no_secret_no_folder_and_no_file_of_ours(
    bytes_door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MCU_TELEGRAM_TOKEN", "123456:secret")

    pid = await bytes_door.child()

    about = Path(f"/proc/{pid}")
    assert (about / "environ").read_bytes() == b""
    assert (about / "cwd").readlink() == Path("/")
    assert {int(one.name) for one in (about / "fd").iterdir()} <= {0, 1, 2}
    limits = (about / "limits").read_text()
    assert f"{300 * 1024 * 1024}" in next(line for line in limits.splitlines() if "address" in line)


@LINUX
@pytest.mark.parametrize(
    "attempt",
    [
        "open('/etc/passwd').read()",
        "import socket; socket.socket()",
        "import os; os.fork()",
        "import os; os.execv('/bin/true', ['true'])",
        "import os; os.kill(os.getppid(), 0)",
    ],
)
async def test_a_child_that_is_taken_over_reaches_nothing(attempt: str) -> None:
    code = (
        "import sys, os; sys.path.insert(0, sys.argv[1]);"
        "from bot.examining import confinement;"
        "held = confinement.enter(300, os.getppid());"
        "sys.exit(77) if 'files' not in held or 'calls' not in held else None;"
        f"exec({attempt!r})"
    )
    tried = await asyncio.create_subprocess_exec(
        sys.executable, "-I", "-c", code, str(ROOT), stderr=asyncio.subprocess.PIPE
    )
    _, said = await tried.communicate()

    if tried.returncode == 77:
        pytest.skip("this system has no Landlock or no seccomp")
    assert b"PermissionError" in said


@LINUX
async def test_children_end_with_a_bot_that_is_killed() -> None:
    code = (
        "import sys, asyncio; sys.path.insert(0, sys.argv[1]);"
        "from bot.examining.process import Child\n"
        "async def main():\n"
        "    child = await Child.start(300)\n"
        "    print(child.pid, flush=True)\n"
        "    await asyncio.Event().wait()\n"
        "asyncio.run(main())"
    )
    bot = await asyncio.create_subprocess_exec(
        sys.executable, "-c", code, str(ROOT), stdout=asyncio.subprocess.PIPE
    )
    assert bot.stdout
    child = int(await bot.stdout.readline())
    os.kill(child, signal.SIGSTOP)

    bot.kill()
    await bot.wait()

    async with asyncio.timeout(60):
        while _lives(child):  # noqa: ASYNC110 - the kernel sets no event of ours
            await asyncio.sleep(0.01)


def _lives(pid: int) -> bool:
    try:
        return ") Z " not in Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return False
