"""Lives of the bot that need not load their libraries each time: forked from a process that has them.

A life is a process of its own, which is killed and ends as any other; only the seconds of its imports
are saved, so that hundreds of kills fit into minutes.
"""

import asyncio
import importlib
import json
import os
import signal
import socket
import sys
import traceback
from contextlib import suppress
from dataclasses import dataclass, field
from typing import NoReturn, cast

from bot.commands import command_line
from tests.paths import ROOT
from tests.support.servers.process import INHERITED, BotProcess

LOADED = (
    *(
        "bot.commands.command_line",
        "bot.channels.telegram.adapter",
        "bot.channels.vk.adapter",
        "bot.channels.web.adapter",
    ),
    *("asyncpg", "aiosqlite", "sqlalchemy.dialects.postgresql.asyncpg"),
    "sqlalchemy.dialects.sqlite.aiosqlite",
)


# The side of the test


@dataclass
class Life:
    """As much of a subprocess as a BotProcess asks for; the launcher tells when it ends."""

    pid: int
    returncode: int | None = None
    ended: asyncio.Event = field(default_factory=asyncio.Event)

    def send_signal(self, number: int) -> None:
        with suppress(ProcessLookupError):  # it is dead, and we are not told yet
            os.kill(self.pid, number)

    async def wait(self) -> int:
        await self.ended.wait()
        return self.returncode or 0


class Forked(BotProcess):
    """A BotProcess whose lives come from a launcher of its own."""

    _launcher: asyncio.subprocess.Process | None = None
    _line: socket.socket

    async def launch(self) -> None:
        assert not self.is_running, "it runs already"
        self.life += 1
        self.folder.mkdir(parents=True, exist_ok=True)
        if self._launcher is None:
            await self._start_launcher()
        ends = [os.pipe(), os.pipe()]
        request = json.dumps({"cwd": str(self.folder), "env": self._environ()}).encode()
        socket.send_fds(self._line, [request], [written for _, written in ends])
        for _, written in ends:
            os.close(written)
        life = Life(int(await self._told()))
        self._process = cast("asyncio.subprocess.Process", life)
        self._open_streams = len(ends)
        self._readers = [
            asyncio.create_task(self._read(await _stream(read), name, self.life))
            for (read, _), name in zip(ends, ("stdout", "stderr"), strict=True)
        ]
        self._watch = asyncio.create_task(self._wait_for(life))

    async def __aexit__(self, *_: object) -> None:
        await super().__aexit__()
        if self._launcher:
            self._line.close()
            await self._launcher.wait()

    async def _start_launcher(self) -> None:
        self._line, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._line.setblocking(False)
        self._launcher = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.faults.world.forking_launcher", str(theirs.fileno())),
            cwd=self.folder,
            env=self._environ(),
            stdin=asyncio.subprocess.DEVNULL,
            pass_fds=[theirs.fileno()],
        )
        theirs.close()

    def _environ(self) -> dict[str, str]:
        inherited = {name: os.environ[name] for name in INHERITED if name in os.environ}
        ours = {"PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "default", "MCU_WEB_PORT": "0"}
        return inherited | ours | {"MCU_DATA_DIR": str(self.folder / "data")} | dict(self.environ)

    async def _told(self) -> str:
        return (await asyncio.get_running_loop().sock_recv(self._line, 100)).decode()

    async def _wait_for(self, life: Life) -> None:
        life.returncode = int(await self._told())
        life.ended.set()


async def _stream(descriptor: int) -> asyncio.StreamReader:
    reader = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(descriptor, "rb", 0)
    )
    return reader


# The side of the launcher: ``python -m tests.faults.world.forking_launcher <descriptor>``


def main() -> None:
    """One life after another, until nobody asks for more."""
    for module in LOADED:
        importlib.import_module(module)
    with socket.socket(fileno=int(sys.argv[1])) as line:
        while _one_life(line):
            pass


def _one_life(line: socket.socket) -> bool:
    """Begin it, and tell when it has ended; False where none is wanted."""
    request, descriptors, _, _ = socket.recv_fds(line, 65_536, 2)
    if not request:
        return False
    pid = os.fork()
    if not pid:
        line.close()
        _live(json.loads(request), descriptors)
    for descriptor in descriptors:
        os.close(descriptor)
    line.send(str(pid).encode())
    _, status = os.waitpid(pid, 0)
    line.send(str(os.waitstatus_to_exitcode(status)).encode())
    return True


def _live(request: dict[str, object], descriptors: list[int]) -> NoReturn:
    """Be the bot, as ``python -m bot`` is."""
    os.chdir(str(request["cwd"]))
    os.environ.clear()
    os.environ.update(cast("dict[str, str]", request["env"]))
    for target, descriptor in enumerate(descriptors, 1):
        os.dup2(descriptor, target)
        os.close(descriptor)
    # Streams of its own: those of the launcher know where they stood in another file.
    sys.stdout, sys.stderr = os.fdopen(1, "w"), os.fdopen(2, "w", buffering=1)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    sys.argv = ["bot"]
    code: object = 1
    try:
        code = command_line.main()
    except SystemExit as end:
        code = end.code
    except BaseException:  # noqa: BLE001 - told, as the interpreter does of what nobody caught
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code if isinstance(code, int) else 0 if code is None else 1)


if __name__ == "__main__":
    main()
