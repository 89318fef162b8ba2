"""One child process, from the side of the bot: started, asked, killed."""

import asyncio
import json
import os
import socket
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Coroutine
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

from bot.examining.turns import Purpose

ROOT = Path(__file__).parent.parent.parent
# A fresh interpreter that takes nothing from ours: no environment, no folder, no open file but two.
START = (
    "import sys; sys.path.insert(0, sys.argv.pop()); from bot.examining.child import main; main()"
)
ANSWER = 4096  # bytes: more is nothing that a child of ours says
START_SECONDS = 30.0


class Died(Exception):
    """The child ended, or gave an answer that no sound child gives."""


class DidNotStart(Exception):
    """No child could be started; no file is at fault."""


class Child:
    """A child process that takes files; ``held``: the names of the limits that hold for it."""

    def __init__(self, process: Process, asked: socket.socket) -> None:
        self._process = process
        self._asked = asked
        self.pid = process.pid
        self.asked = 0  # files that it was given
        self.held: tuple[str, ...] = ()

    @classmethod
    async def start(cls, megabytes: int) -> "Child":
        """Start a child and wait until its libraries are loaded. Raises DidNotStart."""
        ours, theirs = socket.socketpair()
        with theirs:
            try:
                process = await asyncio.create_subprocess_exec(
                    *(
                        sys.executable,
                        "-I",
                        "-c",
                        START,
                        str(megabytes),
                        str(os.getpid()),
                        str(ROOT),
                    ),
                    stdin=theirs.fileno(),
                    stdout=PIPE,
                    stderr=DEVNULL,
                    limit=ANSWER,
                    env={},
                    cwd="/",
                    start_new_session=True,  # Ctrl-C is the bot's to hear
                )
            except OSError as error:
                ours.close()
                raise DidNotStart(type(error).__name__) from error
        child = cls(process, ours)
        try:
            async with asyncio.timeout(START_SECONDS):
                child.held = tuple(map(str, (await child._answer())["held"]))
        except (Died, TimeoutError, LookupError, TypeError) as error:
            await child.kill()
            raise DidNotStart(type(error).__name__) from error
        except BaseException:
            await child.kill()
            raise
        return child

    def ask(self, purpose: Purpose, came: Path, clean: Path) -> Coroutine[Any, Any, dict[str, Any]]:
        """Send a request at once; return a coroutine that waits for the answer.

        If the file to keep differs from ``came``, the child writes it to ``clean``.
        Raises OSError, Died.
        """
        self.asked += 1
        request = json.dumps({"purpose": purpose}).encode()
        with ExitStack() as opened:
            files = []
            for path, flags in ((came, os.O_RDONLY), (clean, os.O_WRONLY)):
                files.append(os.open(path, flags))
                opened.callback(os.close, files[-1])
            with suppress(BrokenPipeError, ConnectionError):  # it died: its answer will not come
                socket.send_fds(self._asked, [request], files)
        return self._answer()

    async def _answer(self) -> dict[str, Any]:
        assert self._process.stdout is not None  # noqa: S101 - it is a pipe
        try:
            answer = json.loads(await self._process.stdout.readline())
        except (ValueError, RecursionError, OSError) as error:  # too long, cut off, no JSON
            raise Died(type(error).__name__) from error
        if not isinstance(answer, dict):
            raise Died("no answer")
        return answer

    async def kill(self) -> None:
        """Kill the process at once."""
        self._asked.close()
        with suppress(ProcessLookupError):
            self._process.kill()
        self._process._transport.close()  # type: ignore[attr-defined]  # noqa: SLF001 - its pipe
        await self._process.wait()
