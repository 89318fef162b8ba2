"""The files of the pages: one script, compressed, kept by the browser for good."""

import gzip

import aiohttp
import pytest

from bot.channels.web.look.assets import NotTogether, together
from tests.fakes.echo import EchoDesk

MOST = 60_000  # bytes of all that a chat page needs


async def test_a_page_and_all_it_needs_fit_a_slow_line(
    desk: EchoDesk, browser: aiohttp.ClientSession
) -> None:
    async with browser.get(f"{desk.url}/chat") as response:
        html = await response.text()
        sizes = [int(response.headers["Content-Length"])]
    needed = [part.split('"')[0] for part in html.split('"/static/')[1:]]

    for name in needed:
        async with browser.get(f"{desk.url}/static/{name}") as response:
            assert response.status == 200
            assert "immutable" in response.headers["Cache-Control"]
            sizes.append(int(response.headers["Content-Length"]))
            text = await response.text()
        if name.startswith("chat.js"):
            assert "import " not in text.replace("imports", "")
            assert "new WebSocket" in text

    assert len(needed) == 3  # a script, a style sheet, an icon
    assert sum(sizes) < MOST


async def test_a_newcomer_reads_the_greeting_without_the_script(
    desk: EchoDesk, browser: aiohttp.ClientSession
) -> None:
    async with browser.get(f"{desk.url}/chat") as response:
        first = await response.text()
    async with browser.get(f"{desk.url}/chat") as response:
        again = await response.text()

    assert '<div class="greeting" id="greeting">' in first
    assert '<div class="greeting" id="greeting" hidden>' in again


async def test_who_takes_nothing_compressed_gets_it_plain(desk: EchoDesk) -> None:
    for path in ("/chat", "/static/chat.js", "/static/chat.css"):
        async with aiohttp.ClientSession(auto_decompress=False) as session:
            async with session.get(desk.url + path, headers={"Accept-Encoding": ""}) as response:
                plain = await response.read()
                assert "Content-Encoding" not in response.headers
            async with session.get(
                desk.url + path, headers={"Accept-Encoding": "gzip"}
            ) as response:
                assert response.headers["Content-Encoding"] == "gzip"
                assert len(gzip.decompress(await response.read())) == len(plain)


async def test_another_version_is_not_kept(desk: EchoDesk, browser: aiohttp.ClientSession) -> None:
    for asked in ("", "?v=0123"):
        async with browser.get(f"{desk.url}/static/chat.css{asked}") as response:
            assert response.headers["Cache-Control"] == "no-cache"
            tag = response.headers["ETag"]
        async with browser.get(
            f"{desk.url}/static/chat.css", headers={"If-None-Match": tag}
        ) as response:
            assert response.status == 304


def test_scripts_are_put_together_each_in_its_own_scope() -> None:
    text = together(
        {
            "a": 'import { b } from "./b.js";\nimport { c } from "./c.js";\nconst n = b + c;\nlog(n);',
            "b": 'import { c } from "./c.js";\nconst n = 1;\nexport const b = c + n;',
            "c": "const n = 40;\nexport function unused() {}\nexport const c = n;",
        },
        "a",
    )

    assert text.index("$c = ") < text.index("$b = ") < text.index("$a = ")
    assert text.count("const $c") == 1


@pytest.mark.parametrize(
    ("scripts", "why"),
    [
        ({"a": 'import { x } from "./b.js";\n', "b": "const x = 1;"}, "does not export"),
        ({"a": 'import { x } from "./b.js";\n'}, "not there"),
        ({"a": 'import { a } from "./a.js";\nexport const a = 1;'}, "imports itself"),
        ({"a": 'import all from "./b.js";\n', "b": ""}, "not known here"),
        ({"a": "export default 1;"}, "not known here"),
    ],
)
def test_scripts_that_do_not_fit_are_told_at_start(scripts: dict[str, str], why: str) -> None:
    with pytest.raises(NotTogether, match=why):
        together(scripts, "a")
