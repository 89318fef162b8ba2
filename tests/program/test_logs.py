"""The output of a whole run with all its troubles holds no token, no text, no name, no place."""

import asyncio
import json
import logging
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import structlog
from aiohttp import ClientSession

from bot.watch.logs import Repeats, _was_broken_off, redacted
from tests.fakes.vk import FakeVk
from tests.paths import ROOT
from tests.support.servers.command_line import TOKEN
from tests.support.servers.process import BotProcess
from tests.support.towns.crossing import DESCRIPTION, PRIVATE, Crossing, found_in
from tests.support.towns.live import TELEGRAM_SECRET, live_town

PHONE = "+7 831 123-45-67"
STRANGE = "Слова, которых никто не разберёт"
GUESS = "a-guess-of-a-stranger"


def assert_no_word_of(process: BotProcess, *words: str) -> None:
    """None of these stands anywhere in the output, on whatever stream."""
    assert found_in(process.output, *words) == []


async def test_troubles_are_told_without_anybodys_words(tmp_path: Path) -> None:
    async with live_town(tmp_path, channels={"telegram", "vk", "web"}, staff="vk") as town:
        telegram, vk, process = town.telegram, town.vk, town.process
        # What the network does on a bad day
        telegram.fail_next("getUpdates", 502, body="<html>Bad Gateway</html>")
        telegram.fail_next("getUpdates", 0)
        telegram.fail_next("sendMessage", 0)
        telegram.fail_next("file", 500)
        vk.drop_next("messages.send")
        vk.fail_next("messages.edit", 909)
        vk.fail_next("users.get", 10)  # errors of VK repeat the request, its key too
        # What nobody can decode
        strange: dict[str, Any] = {"text": f"{STRANGE} {PHONE}", "date": STRANGE}
        await telegram.queue(message=strange)
        await vk.happens("message_new", {"message": strange | {"from_id": STRANGE}})
        # What is refused at the door
        form = {"code": GUESS, "name": "Ильина"}
        async with (
            ClientSession(headers={"Origin": process.url}) as http,
            http.post(f"{process.url}/staff", data=form) as answer,
        ):
            assert answer.status == 403

        await process.logs("telegram_update_parked")
        await process.logs("vk.update_parked")
        crossing = Crossing(town, "telegram")
        await crossing.agrees()
        await crossing.files()
        await crossing.is_on_a_card()
        assert await process.stop() == 0

    assert_no_word_of(process, *PRIVATE, STRANGE, PHONE, DESCRIPTION, GUESS, "Bad Gateway")
    assert_no_word_of(process, telegram.token, telegram.token.partition(":")[2], vk.token)
    for told in (
        "telegram_away",
        "telegram_update_parked",
        "vk.update_parked",
        "web_login_refused",
    ):
        assert told in process.output  # a silent log would keep all secrets


async def test_a_refused_token_is_not_shown(tmp_path: Path) -> None:
    wrong = {"telegram": "4200000001:a-token-of-another-bot-entirely", "vk": "vk1.a.another-key"}
    environ = {"MCU_TELEGRAM_TOKEN": wrong["telegram"], "MCU_VK_TOKEN": wrong["vk"]}
    async with live_town(
        tmp_path, channels={"telegram", "vk"}, staff="web", environ=environ
    ) as town:
        await town.process.logs("telegram_token_refused")
        await town.process.logs("vk.token_refused")
        assert await town.process.stop() == 0

    assert_no_word_of(town.process, wrong["telegram"].partition(":")[2], wrong["vk"])


async def test_a_database_that_is_away_is_told_without_its_password(tmp_path: Path) -> None:
    password = "an-open-secret"
    url = f"postgresql+asyncpg://mcu:{password}@127.0.0.1:1/mcu"
    process = BotProcess(tmp_path, {"MCU_DATABASE_URL": url})
    await process.launch()

    assert await process.ends() == 1
    assert "MCU_DATABASE_URL" in process.output
    assert_no_word_of(process, password, "Traceback")


async def test_an_error_of_vk_would_give_the_key_away() -> None:
    """So the tests above look for what is there."""
    async with FakeVk() as vk, ClientSession() as http:
        vk.fail_next("users.get", 10)  # errors of VK repeat the request, its key too
        async with http.post(
            f"{vk.url}/method/users.get", data={"access_token": vk.token}
        ) as answer:
            assert vk.token in await answer.text()


def test_an_error_of_a_library_is_told_without_its_text() -> None:
    """Aiohttp logs what a handler raised, asyncio what a task did: with all that is in it."""
    program = """
import asyncio, logging
from bot.watch.logs import set_up_logs

def parse(text):
    try:
        raise ValueError(text)
    except ValueError as error:
        raise RuntimeError(f"in {text}") from error

async def main():
    async def forgotten():
        parse("STRANGE words")
    task = asyncio.create_task(forgotten())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    del task

set_up_logs()
try:
    parse("STRANGE words")
except RuntimeError:
    logging.getLogger("aiohttp.server").exception("Error handling request from %s", "1.2.3.4")
asyncio.run(main())
"""
    done = subprocess.run(  # noqa: S603 - of our own
        [sys.executable, "-c", program],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )

    assert "STRANGE" not in done.stdout + done.stderr
    assert done.stderr.count("RuntimeError") == 2
    assert done.stderr.count("ValueError") == 2
    assert "Task exception was never retrieved" in done.stderr
    assert " parse" in done.stderr


async def test_what_we_broke_off_ourselves_is_no_trouble() -> None:
    for error, is_told in ((asyncio.CancelledError(), False), (ValueError(), True)):
        record = logging.makeLogRecord({"exc_info": (type(error), error, None)})
        assert _was_broken_off(record) is not is_told


async def test_a_whole_run_behind_webhooks_with_staff_on_the_site_tells_nothing(
    tmp_path: Path,
) -> None:
    async with live_town(
        tmp_path, channels={"telegram", "vk", "web"}, staff="web", webhooks=True
    ) as town:
        process, vk = town.process, town.vk
        crossing = Crossing(town, "vk")
        await crossing.until_the_first_answer()
        # A code from the staff room, used and guessed
        boss = town.employee("900", "Мария")
        await boss.says("/web")
        shown = await boss.person.sees("Сработает один раз")
        [code] = re.findall(r"code=(\d{12})", shown.text)
        origin = {"Origin": process.url}
        cookies: list[str] = []
        async with ClientSession(headers=origin) as http:
            for given in (GUESS, code, code):
                form = {"code": given, "name": "Ильина Зоя"}
                async with http.post(
                    f"{process.url}/staff", data=form, allow_redirects=False
                ) as answer:
                    cookies += [cookie.value for cookie in answer.cookies.values() if cookie.value]
            # What nobody can read, in every door
            body = f'{{"update_id": 1, "message": "{STRANGE} {PHONE}"}}'.encode()
            secret = {"X-Telegram-Bot-Api-Secret-Token": TELEGRAM_SECRET}
            wrong = {"X-Telegram-Bot-Api-Secret-Token": GUESS}
            for headers in (secret, wrong):
                async with http.post(f"{process.url}/webhook/telegram", data=body, headers=headers):
                    pass
            await http.post(f"{process.url}/webhook/vk", data=body)
            parts = f"--b\r\n{STRANGE}\r\n\r\n".encode()
            kind = {"Content-Type": "multipart/form-data; boundary=b"}
            await http.post(f"{process.url}/files", data=parts, headers=kind)
            await http.get(f"{process.url}/staff?code={code}&as={GUESS}")
        assert await process.stop() == 0

    logged = "\n".join(line.text for line in process.lines if line.stream == "stderr")
    secrets = [TELEGRAM_SECRET, vk.secret, vk.token, code, GUESS, *cookies]
    assert len(cookies) >= 2
    assert_no_word_of(process, *PRIVATE, STRANGE, PHONE, DESCRIPTION, "Ильина", *secrets)
    assert "code=" not in process.output  # nobody sits at a terminal
    for told in ("web_login_refused", "telegram_webhook_secret_wrong", "telegram_update_parked"):
        assert told in logged


def test_what_is_said_again_and_again_is_held_back() -> None:
    now = 0.0
    repeats = Repeats(lambda: now)
    line = {"event": "accept_pauses", "why": "EMFILE"}

    def passes(level: str = "warning", **fields: object) -> dict[str, object] | None:
        try:
            return dict(repeats.of_ours(None, level, dict(line | fields)))
        except structlog.DropEvent:
            return None

    assert passes() == line
    assert [passes() for _ in range(1000)] == [None] * 1000
    assert len([n for n in range(100) if passes(update=n)]) == 29  # one event, many fields
    assert passes("error")
    assert passes("error")
    assert passes("info")
    assert passes("info")
    now = 61.0
    assert (passes() or {})["held"] == 1000

    record = logging.LogRecord("asyncio", logging.ERROR, "", 0, "accept %s", ("a",), None)
    assert repeats.of_library(record)
    assert not repeats.of_library(record)
    now = 130.0
    assert repeats.of_library(record)
    assert record.getMessage() == "accept a (held=1)"


@pytest.mark.parametrize(
    "text",
    [
        f"Cannot connect to https://api.telegram.org/bot{TOKEN}/getMe",
        "vk1.a.A-key_of.the-community",
        "POST https://api.vk.ru/method/users.get?access_token=abcdef0123&v=5.199",
        "https://bot.example.ru/?code=abc",
        "postgresql+asyncpg://mcu:word@db/mcu",
    ],
)
def test_no_token_gets_into_the_logs(text: str) -> None:
    assert not re.search(r"A{35}|A-key_of|abcdef0123|code=abc|:word", redacted(text))


def test_ordinary_lines_are_logged_as_they_are() -> None:
    line = "timestamp=2026-11-21T23:14:56.413686Z level=info event=ready port=40787 appeal=12345"

    assert redacted(line) == line
    assert redacted(json.dumps({"a": 1})) == '{"a": 1}'
