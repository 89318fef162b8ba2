"""Codes that open the staff room: each once, for a while, and nobody guesses one."""

import asyncio
import os
import stat
import sys
from collections.abc import AsyncIterator

import pytest
from aiohttp import ClientSession, CookieJar
from aiohttp.test_utils import make_mocked_request
from sqlalchemy import select

from bot.channels.web.doors.limits import address_of
from storage.tables import WebCode, WebSession
from storage.town import web_access
from tests.channels.web.doors.login import LOGIN, enters, page_of
from tests.fakes.clock import Clock
from tests.fakes.echo import EchoDesk, code_in


@pytest.fixture
async def other() -> AsyncIterator[ClientSession]:
    async with ClientSession(cookie_jar=CookieJar(unsafe=True)) as session:
        yield session


async def test_a_link_is_used_by_its_button_and_not_by_looking(
    desk: EchoDesk, browser: ClientSession, other: ClientSession
) -> None:
    link = await desk.link()

    for _ in range(3):  # a messenger's preview, a browser's prefetch, a reload
        assert "Осталось нажать" in await page_of(other, link)
    assert "Осталось нажать" in await page_of(browser, link)
    assert (await enters(browser, desk, code_in(link)))[0] == 200

    assert "Вы вошли как Сотрудник" in await page_of(browser, f"{desk.url}/staff")
    async with browser.get(link) as again:  # the same link once more, in the same browser
        assert again.url.query_string == ""
        assert "Вы вошли как Сотрудник" in await again.text()
    status, text = await enters(other, desk, code_in(link))
    assert (status, "код не подходит" in text) == (403, True)
    assert LOGIN in await page_of(other, f"{desk.url}/staff")


async def test_a_button_pressed_twice_is_one_login(
    desk: EchoDesk, browser: ClientSession, clock: Clock
) -> None:
    link = await desk.link()
    await page_of(browser, link)
    door = {cookie.key: cookie.value for cookie in browser.cookie_jar}

    jars = [CookieJar(unsafe=True), CookieJar(unsafe=True)]
    for jar in jars:  # the answer to the first press is lost with its cookie
        jar.update_cookies(door)
        async with ClientSession(cookie_jar=jar) as http:
            assert (await enters(http, desk, code_in(link)))[0] == 200
    async with desk.database.begin() as session:
        rows = await session.run_sync(web_access.living, clock())
    clock.passes(minutes=2)
    late = CookieJar(unsafe=True)
    late.update_cookies(door)
    async with ClientSession(cookie_jar=late) as http:
        assert (await enters(http, desk, code_in(link)))[0] == 403

    assert len(rows) == 1


async def test_a_code_works_for_fifteen_minutes(
    desk: EchoDesk, browser: ClientSession, clock: Clock
) -> None:
    late, fresh = await desk.code(), ""
    clock.passes(minutes=14)
    fresh = await desk.code()
    clock.passes(minutes=1)

    assert (await enters(browser, desk, late))[0] == 403
    assert (await enters(browser, desk, f" {fresh[:4]} {fresh[4:8]}-{fresh[8:]} "))[0] == 200


async def test_two_who_use_a_code_at_once_are_not_both_let_in(desk: EchoDesk) -> None:
    code = await desk.code()
    browsers = [ClientSession(cookie_jar=CookieJar(unsafe=True)) for _ in range(8)]

    answers = await asyncio.gather(*(enters(one, desk, code) for one in browsers))

    assert sorted(status for status, _ in answers) == [200] + [403] * 7
    for one in browsers:
        await one.close()


async def test_only_an_admins_code_gives_the_admins_account(
    desk: EchoDesk, browser: ClientSession, other: ClientSession
) -> None:
    staff, admin = await desk.code(), code_in(await desk.link(admin=True))
    _, text = await enters(browser, desk, staff, "Admin", **{"as": "admin"})
    assert 'data-account="Admin-"' in text

    _, text = await enters(browser, desk, admin, "Ирина", **{"as": "admin"})  # the same browser

    assert 'data-account="admin"' in text
    assert "Вы вошли как Ирина" in text
    assert (await enters(other, desk, await desk.code(), "admin"))[0] == 200
    assert 'data-account="admin"' not in await page_of(other, f"{desk.url}/staff")
    async with desk.database.begin() as session:
        names = (await session.scalars(select(WebSession.name).order_by(WebSession.id))).all()
    assert names == ["Ирина", "admin"]  # the browser's session before ended


async def test_the_desk_is_opened_by_its_link_and_nothing_else_by_a_form(
    desk: EchoDesk, browser: ClientSession
) -> None:
    link = await desk.link(desk=True)
    headers = {"Origin": desk.url}
    form = {"code": code_in(link), "then": "desk"}

    async with browser.post(
        f"{desk.url}/staff", data=form, headers=headers, allow_redirects=False
    ) as response:
        assert response.headers["Location"] == "/"
    form = {"code": await desk.code(), "then": "https://evil.example/", "as": "//evil.example"}
    async with browser.post(
        f"{desk.url}/staff", data=form, headers=headers, allow_redirects=False
    ) as response:
        assert response.headers["Location"] == "/staff"


async def test_codes_and_cookies_are_kept_as_hashes_only(
    desk: EchoDesk, browser: ClientSession
) -> None:
    code = await desk.code()
    await page_of(browser, f"{desk.url}/staff?code={code}")
    await enters(browser, desk, code)
    secrets = [code, *(cookie.value for cookie in browser.cookie_jar)]
    await desk.stop()

    kept = b"".join(path.read_bytes() for path in desk.settings.data_dir.glob("mcu.db*"))

    assert len(secrets) == 3
    assert [secret for secret in secrets if secret.encode() in kept] == []
    assert not [path for path in desk.settings.data_dir.iterdir() if "token" in path.name]
    assert stat.S_ISREG((desk.settings.data_dir / "mcu.db").stat().st_mode)
    await desk.start()


# Guessing


async def test_who_guesses_waits_and_nobody_else_does(
    desk: EchoDesk, browser: ClientSession, other: ClientSession, clock: Clock
) -> None:
    guesser, employee = {"X_Forwarded_For": "203.0.113.7"}, {"X_Forwarded_For": "198.51.100.9"}

    for n in range(10):  # what stands before the last hop anybody may have written
        forged = {"X_Forwarded_For": f"10.0.0.{n}, 203.0.113.7"}
        assert (await enters(browser, desk, f"{n:012}", **forged))[0] == 403
    status, text = await enters(browser, desk, "0" * 12, **guesser)
    assert (status, "Подождите пять минут" in text) == (429, True)
    assert (await enters(other, desk, await desk.code(), **employee))[0] == 200
    # A colleague in the same office, whose code is right
    assert (await enters(other, desk, await desk.code(), **guesser))[0] == 200

    for _ in range(100):  # a machine
        await enters(browser, desk, "0" * 12, **guesser)
    assert (await enters(browser, desk, await desk.code(), **guesser))[0] == 429
    clock.passes(minutes=5)
    assert (await enters(browser, desk, await desk.code(), **guesser))[0] == 200


async def test_a_link_that_is_over_says_so_when_it_is_opened(
    desk: EchoDesk, browser: ClientSession, other: ClientSession, clock: Clock
) -> None:
    used, old = await desk.link(), await desk.link(desk=True)
    await enters(other, desk, code_in(used))

    told = await page_of(browser, used)
    assert "Эта ссылка уже не действует" in told
    assert "Осталось нажать" not in told
    assert 'inputmode="numeric"' in told  # a code can be typed at once
    assert "Осталось нажать" in await page_of(browser, old)
    clock.passes(minutes=15)
    assert "Эта ссылка уже не действует" in await page_of(browser, old)
    for _ in range(100):  # looking is a guess too
        await page_of(browser, f"{desk.url}/staff?code=0")
    assert "Подождите пять минут" in await page_of(browser, await desk.link())


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        ("95.24.1.7", "198.51.100.9", "95.24.1.7"),  # no proxy of ours: not believed
        ("127.0.0.1", "198.51.100.9", "198.51.100.9"),
        ("172.18.0.5", "1.2.3.4, 198.51.100.9", "198.51.100.9"),
        ("::1", "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("::ffff:127.0.0.1", "198.51.100.9", "198.51.100.9"),
        ("127.0.0.1", "nonsense", "127.0.0.1"),
        ("127.0.0.1", "", "127.0.0.1"),
    ],
)
def test_an_address_is_believed_of_a_proxy_of_ours_only(
    peer: str, forwarded: str, address: str
) -> None:
    request = make_mocked_request("GET", "/", headers={"X-Forwarded-For": forwarded})

    assert address_of(request.clone(remote=peer)) == address


async def printed(desk: EchoDesk, stdout: int) -> tuple[int | None, str]:
    """The exit code of ``python -m bot code --admin`` beside the running bot, and its stderr."""
    environ = {"PATH": os.environ["PATH"], "MCU_DATA_DIR": str(desk.settings.data_dir)}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "code", "--admin"),
        stdout=stdout,
        stderr=asyncio.subprocess.PIPE,
        env=environ | {"MCU_WEB_CHAT": "on"},
    )
    _, told = await process.communicate()
    return process.returncode, told.decode()


async def test_a_link_that_logs_in_is_printed_in_a_terminal_alone(desk: EchoDesk) -> None:
    to_us, pipe = os.pipe()
    ours, terminal = os.openpty()
    try:
        refused, told = await printed(desk, pipe)
        given, _ = await printed(desk, terminal)
        os.close(pipe)
        piped, seen = os.read(to_us, 4096), os.read(ours, 4096).decode()
    finally:
        for descriptor in (to_us, ours, terminal):
            os.close(descriptor)
    async with desk.database.begin() as session:
        codes = list(await session.scalars(select(WebCode)))

    assert (refused, given) == (1, 0)
    assert piped == b""
    assert "docker compose exec" in told
    assert "code=" not in told
    assert "code=" in seen
    assert len(codes) == 1  # where none is shown, none is made
