"""Who gets into the staff room on the web, how much one may bring, and what nobody may."""

import asyncio
import hashlib
import stat
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
from aiohttp import ClientSession, CookieJar
from aiohttp.test_utils import make_mocked_request
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.channels.web.doors.limits import REMEMBERED, Allowances, address_of
from bot.commands.web_access import WebAccess
from bot.http.turnstile import Asker, Turnstile
from storage.people import residents
from storage.tables import WebMessage, WebSession
from storage.town import web_access
from tests.fakes.echo import Clock, EchoDesk, code_in, utc_now
from tests.fakes.messenger import Upload
from tests.fakes.web import WebPeople, WebPerson, given_cookie
from tests.support.pictures import picture

LOGIN = "Вход для сотрудников"


@pytest.fixture
async def desk(tmp_path: Path, clock: Clock) -> AsyncIterator[EchoDesk]:
    desk = EchoDesk(tmp_path, clock)
    await desk.start()
    yield desk
    await desk.stop()


@pytest.fixture
async def browser() -> AsyncIterator[ClientSession]:
    async with ClientSession(cookie_jar=CookieJar(unsafe=True)) as session:
        yield session


@pytest.fixture
async def other() -> AsyncIterator[ClientSession]:
    async with ClientSession(cookie_jar=CookieJar(unsafe=True)) as session:
        yield session


async def enters(
    browser: ClientSession, desk: EchoDesk, code: str, name: str = "", **more: str
) -> tuple[int, str]:
    """Press the button of the login form; status and text of the page it leads to."""
    headers = {"Origin": desk.url} | {k.replace("_", "-"): v for k, v in more.items() if "_" in k}
    form = {"code": code, "name": name} | {k: v for k, v in more.items() if "_" not in k}
    async with browser.post(f"{desk.url}/staff", data=form, headers=headers) as response:
        return response.status, await response.text()


async def page_of(browser: ClientSession, url: str) -> str:
    async with browser.get(url) as response:
        return await response.text()


# Codes


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
    clock.moves(minutes=2)
    late = CookieJar(unsafe=True)
    late.update_cookies(door)
    async with ClientSession(cookie_jar=late) as http:
        assert (await enters(http, desk, code_in(link)))[0] == 403

    assert len(rows) == 1


async def test_a_code_works_for_fifteen_minutes(
    desk: EchoDesk, browser: ClientSession, clock: Clock
) -> None:
    late, fresh = await desk.code(), ""
    clock.moves(minutes=14)
    fresh = await desk.code()
    clock.moves(minutes=1)

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
    right = await desk.code()
    status, text = await enters(browser, desk, right, **guesser)
    assert (status, "Подождите пять минут" in text) == (429, True)
    assert (await enters(other, desk, right, **employee))[0] == 200

    clock.moves(minutes=5)
    assert (await enters(browser, desk, await desk.code(), **guesser))[0] == 200


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


# Sessions


async def test_a_session_that_was_ended_does_nothing_more(desk: EchoDesk, clock: Clock) -> None:
    async with WebPeople(desk.url, desk.code, twice=False) as web:
        olga, ivan = web.employee("Ольга"), web.employee("Иван")
        page = await olga.opens()
        await ivan.opens()
        access = WebAccess(desk.database, desk.settings, desk.texts, clock)
        told, _ = await access.listed()
        [line] = [line for line in told.splitlines() if "Ольга" in line]
        said = len(desk.bot.events)

        assert await access.end(line.partition(".")[0]) == (
            desk.texts("sessions-ended", count=1),
            0,
        )
        # Her page does not know it yet
        await page._send({"type": "say", "id": "0" * 32, "text": "Ещё слово"})
        async with page.http.ws_connect(f"{desk.url}/ws/staff", headers=page.headers) as socket:
            assert (await socket.receive(timeout=10)).data == 4401
        await ivan.says("Я остаюсь")

        assert [event.text for event in desk.bot.events[said:]] == ["Я остаюсь"]
        assert LOGIN in await page_of(page.http, f"{desk.url}/staff")
        upload = page.http.post(f"{desk.url}/files?room=staff", headers=page.headers, data={})
        async with upload as response:
            assert response.status == 403


async def test_the_open_page_of_an_ended_session_is_closed(desk: EchoDesk, clock: Clock) -> None:
    async with WebPeople(desk.url, desk.code, twice=False) as web:
        page = await web.employee("Ольга").opens()
        resident = await web.person("42").opens()
        async with (
            page.http.ws_connect(f"{desk.url}/ws/staff", headers=page.headers) as tab,
            resident.http.ws_connect(f"{desk.url}/ws/chat", headers=resident.headers) as chat,
        ):
            await desk.adapter.look()
            await tab.send_json({"type": "ping"})
            assert (await tab.receive_json(timeout=10))["type"] == "pong"
            await WebAccess(desk.database, desk.settings, desk.texts, clock).end("all")
            closing = asyncio.create_task(desk.adapter.look())

            assert (await tab.receive(timeout=10)).data == 4401
            await closing
            await chat.send_json({"type": "ping"})
            assert (await chat.receive_json(timeout=10))["type"] == "pong"


async def test_a_session_ends_after_a_month_unused(
    desk: EchoDesk, browser: ClientSession, clock: Clock
) -> None:
    await enters(browser, desk, await desk.code(), "Ольга")
    for _ in range(3):
        clock.moves(days=29)
        assert "Вы вошли как Ольга" in await page_of(browser, f"{desk.url}/staff")
    clock.moves(days=31)

    assert LOGIN in await page_of(browser, f"{desk.url}/staff")
    await desk.adapter.sweep()
    async with desk.database.begin() as session:
        assert (await session.scalars(select(WebSession))).all() == []


async def test_a_session_that_an_older_version_opened_goes_on(desk: EchoDesk, clock: Clock) -> None:
    token = "t" * 43
    opened = WebSession(
        token_hash=hashlib.sha256(f":{token}".encode()).hexdigest(),
        account="Ольга",
        name="Ольга",
        staff=True,
        staff_chat_id=1,
        created_at=clock(),
        seen_at=clock(),
    )
    async with desk.database.begin() as session:
        session.add(opened)

    async with ClientSession(headers={"Cookie": f"mcu_staff={token}"}) as browser:
        assert "Вы вошли как Ольга" in await page_of(browser, f"{desk.url}/staff")


async def test_logging_out_takes_the_files_from_the_browser(
    desk: EchoDesk, browser: ClientSession
) -> None:
    await enters(browser, desk, await desk.code())

    async with browser.post(
        f"{desk.url}/staff/logout", headers={"Origin": desk.url}, allow_redirects=False
    ) as response:
        assert response.headers["Clear-Site-Data"] == '"cache"'
        assert response.headers["Cache-Control"] == "no-store"
    assert LOGIN in await page_of(browser, f"{desk.url}/staff")


# Cookies and other sites


async def test_cookies_behind_https_cannot_be_planted_by_another_host(
    tmp_path: Path, browser: ClientSession
) -> None:
    desk = EchoDesk(tmp_path, utc_now, MCU_PUBLIC_URL="https://bot.example.ru")
    await desk.start()
    planted = {"Cookie": f"mcu_staff={'a' * 43}; mcu_resident={'b' * 43}"}

    async with browser.get(f"{desk.url}/chat", headers=planted) as response:
        cookie = response.cookies["__Host-mcu_resident"]
    assert (cookie["secure"], cookie["httponly"], cookie["samesite"]) == (True, True, "Lax")
    assert (cookie["path"], cookie["domain"]) == ("/", "")
    assert cookie.value != "b" * 43
    async with browser.get(f"{desk.url}/staff", headers=planted) as response:
        assert LOGIN in await response.text()

    await desk.stop()


async def test_no_other_site_logs_anybody_in_or_out(desk: EchoDesk, browser: ClientSession) -> None:
    code = await desk.code()
    form = {"code": code}

    for origin in ("https://evil.example", "null", "", f"{desk.url}.evil.example", "javascript:"):
        for path in ("/staff", "/staff/logout", "/files"):
            async with browser.post(
                f"{desk.url}{path}",
                data=form,
                headers={"Origin": origin, "X-Forwarded-Host": "evil.example"},
            ) as response:
                assert response.status == 403
    assert (await enters(browser, desk, code))[0] == 200


async def test_private_pages_are_framed_by_us_alone_and_kept_nowhere(
    desk: EchoDesk, browser: ClientSession
) -> None:
    await enters(browser, desk, await desk.code())

    for path in ("/", "/chat", "/staff", "/staff?code=1&as=admin"):
        async with browser.get(f"{desk.url}{path}") as response:
            assert "frame-ancestors 'self'" in response.headers["Content-Security-Policy"]
            assert response.headers["X-Frame-Options"] == "SAMEORIGIN"
            assert response.headers["Cache-Control"] == "no-store"


# Frames


async def test_a_frame_that_is_nested_without_end_is_refused(desk: EchoDesk) -> None:
    headers = {"Origin": desk.url, "Cookie": await given_cookie(desk.url)}
    async with (
        ClientSession() as http,
        http.ws_connect(f"{desk.url}/ws/chat", headers=headers) as socket,
    ):
        for deep in ("[" * 100_000, '{"type":' * 20_000, "[" * 10_000 + "]" * 10_000):
            await socket.send_str(deep)
            assert (await socket.receive_json(timeout=10))["type"] == "refused"
        await socket.send_str("x" * (257 * 1024))
        assert (await socket.receive(timeout=10)).data == aiohttp.WSCloseCode.MESSAGE_TOO_BIG


# How much


async def test_looking_at_the_chat_keeps_nothing(desk: EchoDesk) -> None:
    for _ in range(20):
        headers = {"Origin": desk.url, "Cookie": await given_cookie(desk.url)}
        async with (
            ClientSession() as http,
            http.ws_connect(f"{desk.url}/ws/chat", headers=headers) as socket,
        ):
            await socket.send_json({"type": "hello"})
            assert (await socket.receive_json(timeout=10))["messages"] == []

    async with desk.database.begin() as session:
        assert (await session.scalars(select(WebSession))).all() == []
        assert (await session.scalars(select(WebMessage))).all() == []


async def test_a_flood_from_a_page_is_told_kindly_and_ends(guarded: EchoDesk, clock: Clock) -> None:
    async with WebPeople(guarded.url, twice=False) as web:
        anna, boris = web.person("1", "Анна"), web.person("2", "Борис")
        for n in range(60):
            await anna.says(f"Сообщение {n}")
        await anna.says("Шестьдесят первое")
        await anna.sees("слишком часто")
        await boris.says("А я пишу впервые")
        await boris.sees("Вы написали: А я пишу впервые")
        clock.moves(seconds=10)
        await anna.says("Подождала")
        await anna.sees("Вы написали: Подождала")

    async with guarded.database.begin() as session:
        texts = [row.content["text"] for row in await session.scalars(select(WebMessage))]
    assert "Шестьдесят первое" not in texts


async def test_a_page_that_asks_without_end_is_hung_up_on(guarded: EchoDesk) -> None:
    headers = {"Origin": guarded.url, "Cookie": await given_cookie(guarded.url)}
    async with (
        ClientSession() as http,
        http.ws_connect(f"{guarded.url}/ws/chat", headers=headers) as socket,
    ):
        for _ in range(1300):
            await socket.send_str('{"type":"ping"}')
        pongs = 0
        while (await socket.receive(timeout=10)).type is aiohttp.WSMsgType.TEXT:
            pongs += 1

    assert socket.closed  # with our code, unless what we did not read resets the line first
    assert pongs <= 1200


async def test_who_has_business_here_does_not_wait_behind_strangers(
    guarded: EchoDesk, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    entered: list[Asker] = []

    async def enters(_turnstile: Turnstile, _address: str, asker: Asker) -> bool:
        entered.append(asker)
        return True

    monkeypatch.setattr(Turnstile, "enter", enters)

    async def lane(person: WebPerson) -> Asker:
        page = await person.opens()
        entered.clear()
        await page.file("1", 0)
        [asker] = entered
        return asker

    async with WebPeople(guarded.url, guarded.code, twice=False) as web:
        maria, anna = web.employee("Мария"), web.person("1", "Анна")
        assert await lane(maria) is Asker.KNOWN
        assert await lane(anna) is Asker.MODEST
        await anna.says("Здравствуйте")
        assert await lane(anna) is Asker.MODEST
        event = guarded.bot.events[-1]

        def consents(session: Session) -> None:
            now = utc_now()
            residents.find_or_add(session, 1, event.member, now).consent_at = now

        async with guarded.database.begin() as session:
            await session.run_sync(consents)
        await anna.says("Я согласна")
        assert await lane(anna) is Asker.KNOWN

        boris = web.person("2", "Борис")
        lanes = [await lane(boris) for _ in range(12)]
        assert (lanes[0], lanes[-1]) == (Asker.MODEST, Asker.PRESSING)
        clock.moves(minutes=1)
        assert await lane(boris) is Asker.MODEST


async def test_one_person_has_so_many_pages_and_a_whole_office_has_its_own(
    guarded: EchoDesk,
) -> None:
    cookies = [await given_cookie(guarded.url) for _ in range(62)]
    async with ClientSession() as http:

        async def opened(person: int) -> aiohttp.ClientWebSocketResponse:
            headers = {"Origin": guarded.url, "Cookie": cookies[person]}
            return await http.ws_connect(f"{guarded.url}/ws/chat", headers=headers)

        pages = [await opened(1) for _ in range(30)]
        one_more = await opened(1)
        assert (await one_more.receive(timeout=10)).data == aiohttp.WSCloseCode.TRY_AGAIN_LATER
        for person in range(2, 62):  # behind one address
            page = await opened(person)
            await page.send_json({"type": "hello"})
            assert (await page.receive_json(timeout=10))["type"] == "history"
            pages.append(page)
        for page in pages:
            await page.close()
        again = await opened(1)
        await again.send_json({"type": "hello"})
        assert (await again.receive_json(timeout=10))["type"] == "history"
        await again.close()


async def test_files_of_a_day_have_an_end(guarded: EchoDesk) -> None:
    async with WebPeople(guarded.url, twice=False) as web:
        anna, boris = web.person("1"), web.person("2")
        await anna.sends(Upload(picture(), "яма.jpg"))
        account = guarded.bot.events[0].person.account
        left = guarded.adapter._limits._bytes[0]
        for amount in (10**8, 10**6, 10**4, 100, 1):
            while left.take(account, amount):
                pass
        await anna.sends(Upload(picture(), "ещё.jpg"))
        await anna.sees("Файлов от вас пришло слишком много")
        await boris.sends(Upload(picture(), "яма.jpg"))
        await boris.sees("Вы написали")

    assert len(guarded.bot.events) == 2


async def test_an_upload_of_what_is_no_file_is_refused_at_once(
    desk: EchoDesk, browser: ClientSession
) -> None:
    await page_of(browser, f"{desk.url}/chat")
    kind = "multipart/form-data; boundary=b"
    part = b'--b\r\nContent-Disposition: form-data; name="x"\r\n\r\nwords\r\n--b--\r\n'
    bodies = [(kind, part), (kind, b"--b\r\nno header\r\n\r\n"), ("multipart/form-data", part)]

    for content_type, body in bodies:
        headers = {"Origin": desk.url, "Content-Type": content_type}
        async with browser.post(f"{desk.url}/files", data=body, headers=headers) as response:
            assert response.status == 400


def test_the_memory_of_allowances_is_bounded(clock: Clock) -> None:
    allowances = Allowances(2, 1, clock)

    for n in range(REMEMBERED + 50):
        assert allowances.take(str(n))
    assert len(allowances._buckets) == REMEMBERED
    last = str(REMEMBERED + 49)
    assert allowances.take(last)
    assert not allowances.take(last)
    clock.moves(seconds=1)
    assert allowances.take(last)
    clock.moves(seconds=-3600)
    assert not allowances.take(last)
