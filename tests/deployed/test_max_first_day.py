"""The commands of ``docs/max-first-day.md`` do what the page says, and show the token to nobody."""

import asyncio
import re
import shutil
from asyncio.subprocess import PIPE, STDOUT, Process
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.fakes.max import GROUP, FakeMax
from tests.paths import ROOT
from tests.support.pictures import picture

PAGE = (ROOT / "docs" / "max-first-day.md").read_text(encoding="utf-8")
BEFORE, *TRIALS = re.split(r"^## \d+\. .*$", PAGE.partition("## Потом")[0], flags=re.MULTILINE)
NAME = "Анна Ильина"
WORDS = "У дома 5 яма"
DONE = "that is all"

pytestmark = pytest.mark.skipif(not shutil.which("curl"), reason="curl is not installed")


def commands(text: str) -> str:
    return "\n".join(re.findall(r"```sh\n(.*?)```", text, re.DOTALL))


@dataclass
class Operator:
    """Somebody at a terminal with the page before them."""

    home: Path
    shell: Process
    max: FakeMax
    printed: str = ""

    @property
    def folder(self) -> Path:
        return self.home / "max-first-day"

    @property
    def kept(self) -> str:
        return (self.folder / "answers.txt").read_text(encoding="utf-8")

    async def types(self, lines: str, then: str = "") -> str:
        """Run commands, with what they ask for; return what they print."""
        lines = lines.replace("https://platform-api2.max.ru", self.max.url)
        lines = lines.replace("/opt/mcu-bot", str(ROOT)).replace("sleep 2", ":")
        script = self.home / "lines.sh"
        script.write_text(lines, encoding="utf-8")
        assert self.shell.stdin
        assert self.shell.stdout
        self.shell.stdin.write(f". {script}\n{then}echo {DONE}\n".encode())
        async with asyncio.timeout(60):
            printed = await self.shell.stdout.readuntil(f"{DONE}\n".encode())
        self.printed += printed.decode()
        return printed.decode()


@pytest.fixture
async def max_() -> AsyncIterator[FakeMax]:
    async with FakeMax() as fake:
        yield fake
        assert fake.violations == []


@pytest.fixture
async def operator(max_: FakeMax, tmp_path: Path) -> AsyncIterator[Operator]:
    """The operator, past the first commands: the dialog has begun."""
    shell = await asyncio.create_subprocess_exec(
        "bash",
        stdin=PIPE,
        stdout=PIPE,
        stderr=STDOUT,
        env={"HOME": str(tmp_path), "PATH": "/usr/bin:/bin"},
    )
    one = Operator(tmp_path, shell, max_)
    anna = max_.person("42", NAME)
    await max_.begin(anna)
    await anna.says(WORDS)
    await one.types(commands(BEFORE), then=f"{max_.token}\n")
    yield one
    shell.kill()
    await shell.wait()
    for secret in (max_.token, NAME, WORDS):
        assert secret not in one.kept + one.printed


def test_there_are_eleven_trials_each_with_what_to_expect_and_what_to_send() -> None:
    assert re.findall(r"^## (\d+)\. ", PAGE, re.MULTILINE) == [str(n) for n in range(1, 12)]
    assert [n for n, trial in enumerate(TRIALS, 1) if "**Ждём:**" not in trial] == []
    assert [n for n, trial in enumerate(TRIALS, 1) if "**Пришлите:**" not in trial] == []


async def test_all_commands_of_the_page_can_be_read_by_bash(tmp_path: Path) -> None:
    (tmp_path / "page.sh").write_text(commands(PAGE), encoding="utf-8")
    reading = await asyncio.create_subprocess_exec(
        "bash", "-n", str(tmp_path / "page.sh"), stderr=PIPE
    )

    _, refused = await reading.communicate()

    assert refused == b""


def test_the_token_stands_in_no_command_but_that_which_hides_it() -> None:
    lines = [line.strip() for line in commands(PAGE).splitlines() if "$MAX_TOKEN" in line]

    assert [line.partition(" ")[0] for line in lines] == ["printf", "grep"]


async def test_the_trial_of_refusals_shows_how_long_to_wait(operator: Operator) -> None:
    operator.max.rate_limited = True
    operator.max.retry_after = 1

    printed = await operator.types(commands(TRIALS[1]))

    assert "429" in printed
    assert "retry-after: 1" in printed.lower()


async def test_the_trial_of_groups_shows_what_comes_before_and_after(operator: Operator) -> None:
    fake = operator.max
    anna, room = fake.person("42", NAME), fake.room(GROUP)
    await fake.invite(anna, room)
    await operator.types(commands(TRIALS[4]))
    (asked,) = room.shown
    await fake.press(anna, room, asked, asked.buttons[0])
    await anna.says(WORDS, room=room)
    before = await operator.types("news")
    await fake.allow(anna, room)
    await anna.says(WORDS, room=room)

    after = await operator.types("news")

    assert "message_callback" in before
    assert "message_created" not in before
    assert '"permissions": ["read_all_messages", "write"]' in after
    assert "message_created" in after


async def test_the_trials_of_files_send_what_they_say(operator: Operator) -> None:
    (operator.folder / "photo.jpg").write_bytes(picture("JPEG"))
    (operator.folder / "video.mp4").write_bytes(b"\0\0\0\x18ftypmp42" + b"0" * 100)
    (operator.folder / "paper.pdf").write_bytes(b"%PDF-1.7\n")
    tried = await operator.types(commands(TRIALS[6]))
    await operator.types("cp data.token video.token")

    printed = await operator.types(commands(TRIALS[7]))

    assert "<retval>1</retval>" in tried
    assert "415" in tried
    codes = re.findall(r"^(11|12|video|file|both)\n#.*\n(\d+) ", printed, re.MULTILINE)
    assert codes == [
        ("11", "200"),
        ("12", "400"),
        ("video", "200"),
        ("file", "200"),
        ("both", "400"),
    ]


async def test_the_trial_of_presses_answers_one(operator: Operator) -> None:
    fake = operator.max
    anna = fake.person("42", NAME)
    button = re.search(r"^CHAT=\$GROUP (say .*)$", TRIALS[4], re.MULTILINE)
    assert button
    await operator.types(button[1])
    asked = anna.room.shown[-1]
    for _ in range(2):
        await fake.press(anna, anna.room, asked, asked.buttons[0])
    await operator.types("news")

    printed = await operator.types(commands(TRIALS[9]))

    assert printed.count('{"success": true}') == 6
    assert asked.text == "ответ 6"
