"""A loop that stands still ends the process; one that goes round is told to systemd."""

import asyncio
import socket
import sys
from pathlib import Path

import pytest

from bot.watch.watchdog import Watchdog
from tests.paths import ROOT
from tests.support.servers.process import BotProcess

FREEZES = {
    "holding the interpreter": "re.fullmatch('(a|a)*b', 'a' * 64)",
    "waiting for something": "time.sleep(600)",
}


def frozen(how: str) -> str:
    return (
        "import asyncio, re, time\n"
        "from bot.watch.watchdog import Watchdog\n"
        "async def main():\n"
        "    with Watchdog({}, 1.0).watching():\n"
        f"        {FREEZES[how]}\n"
        "asyncio.run(main())\n"
    )


@pytest.mark.parametrize("how", FREEZES)
async def test_a_process_whose_loop_stands_still_ends_itself_and_says_where_it_stood(
    how: str,
) -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", frozen(how)),
        cwd=ROOT,
        stderr=asyncio.subprocess.PIPE,
    )
    async with asyncio.timeout(60):
        _, told = await process.communicate()

    assert process.returncode == 1
    assert b"Timeout" in told
    assert b"in main" in told


async def test_a_loop_that_goes_round_outlives_its_watch() -> None:
    with Watchdog({}, 0.2).watching():
        for _ in range(10):
            await asyncio.sleep(0.05)


@pytest.fixture
def systemd(tmp_path: Path) -> socket.socket:
    """The socket that systemd hears a service on."""
    heard = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    heard.bind(str(tmp_path / "notify"))
    heard.settimeout(60)
    return heard


def heard_until(systemd: socket.socket, word: bytes) -> list[bytes]:
    words = []
    while word not in words:
        words.append(systemd.recv(100))
    return words


async def test_systemd_is_told_of_readiness_of_each_beat_and_of_the_stop(
    tmp_path: Path, systemd: socket.socket
) -> None:
    environ = {"NOTIFY_SOCKET": str(tmp_path / "notify"), "WATCHDOG_USEC": "200000"}
    async with BotProcess(tmp_path / "bot", environ) as bot:
        with systemd:
            started = await asyncio.to_thread(heard_until, systemd, b"READY=1")
            await asyncio.to_thread(heard_until, systemd, b"WATCHDOG=1")
            bot.terminate()
            await asyncio.to_thread(heard_until, systemd, b"STOPPING=1")
        assert await bot.ends() == 0

    assert set(started) <= {b"READY=1", b"WATCHDOG=1"}
