"""Files in a store that speaks S3: a real server of it, with right and wrong keys, there and away."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.commands.check import check
from bot.files.store import FileStore, StoreAway
from config.settings import load_settings
from config.texts import Texts
from tests.fakes.messenger import Upload
from tests.support.pictures import PLACE, telling
from tests.support.servers.s3_server import SECRET, S3Server, s3_server
from tests.support.towns.live import live_town


@pytest.fixture
async def s3(tmp_path: Path) -> AsyncIterator[S3Server]:
    async with s3_server(tmp_path / "s3") as server:
        yield server


def store_of(server: S3Server, **environ: str) -> FileStore:
    return FileStore.of(load_settings(server.environ | environ))


async def test_bytes_are_kept_read_and_forgotten(s3: S3Server) -> None:
    store = store_of(s3)

    await store.write("2026/12/a.jpg", b"a photo")
    await store.write("2026/12/a.jpg", b"a photo again" * 100_000)

    assert s3.objects().keys() == {"bor/2026/12/a.jpg"}
    assert await store.read("2026/12/a.jpg") == b"a photo again" * 100_000
    pieces = [chunk async for chunk in store.chunks("2026/12/a.jpg")]
    assert len(pieces) > 1
    assert b"".join(pieces) == b"a photo again" * 100_000
    await store.delete("2026/12/a.jpg")
    await store.delete("2026/12/a.jpg")
    assert s3.objects() == {}
    with pytest.raises(FileNotFoundError):
        await store.read("2026/12/a.jpg")


WRONG = [
    ({"MCU_S3_KEY": "a-stranger"}, "key", "MCU_S3_KEY"),
    ({"MCU_S3_SECRET": "a-guess"}, "key", "MCU_S3_SECRET"),
    ({"MCU_FILES_URL": "s3://no-such-bucket"}, "bucket", "MCU_FILES_URL"),
    ({"MCU_S3_ENDPOINT": "http://127.0.0.1:1"}, "away", "MCU_S3_ENDPOINT"),
]


@pytest.mark.parametrize(("environ", "why", "variable"), WRONG)
async def test_what_is_wrong_with_the_store_is_told(
    s3: S3Server,
    environ: dict[str, str],
    why: str,
    variable: str,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    for act in ("read", "write", "delete"):
        with pytest.raises(StoreAway) as away:
            await getattr(store_of(s3, **environ), act)("a", *([b""] if act == "write" else []))
        assert away.value.why == why

    data = {"MCU_DATA_DIR": str(tmp_path / "data"), "MCU_WEB_PORT": "0"}
    settings = load_settings(s3.environ | data | environ)
    code = await check(settings, Texts.load())

    [line] = [x for x in capsys.readouterr().out.splitlines() if "Хранилище файлов" in x]
    assert code == 1
    assert line.startswith("❌ ")
    assert variable in line
    assert SECRET not in line
    assert s3.objects() == {}


async def test_a_web_server_that_is_no_store_is_told() -> None:
    async with TestServer(web.Application()) as wrong:  # 404 to everything
        server = S3Server(Path(), port=wrong.port or 0)
        store = store_of(server)

        for act in (store.probe(), store.write("a", b"")):
            with pytest.raises(StoreAway) as away:
                await act
            assert away.value.why == "away"


async def test_check_tries_the_store_and_leaves_nothing(
    s3: S3Server, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    data = {"MCU_DATA_DIR": str(tmp_path / "data"), "MCU_WEB_PORT": "0"}

    code = await check(load_settings(s3.environ | data), Texts.load())

    assert code == 0
    assert "✅ Хранилище файлов: s3://mcu-files/bor" in capsys.readouterr().out
    assert s3.objects() == {}


@pytest.mark.parametrize("staff", ["vk", "web"])
async def test_a_photo_reaches_the_staff_through_the_store(
    s3: S3Server, staff: str, tmp_path: Path
) -> None:
    """Sent as a document, with all that a telephone writes into it; and nothing stays on the disk."""
    told = telling("JPEG")
    async with live_town(
        tmp_path / "bot", channels={"telegram"}, staff=staff, environ=s3.environ
    ) as place:
        anna = place.resident("telegram")
        maria = place.employee()
        await anna.says("/start")
        await anna.presses("consent-yes")
        await anna.reads("consent-given", "menu")
        await anna.presses("menu-report")
        await anna.reads("ask-what")
        await anna.says("На дороге за рынком большая яма")
        await anna.reads("ask-topic-suggested")
        await anna.presses("Ямы и выбоины на дороге")
        await anna.reads("ask-place")
        await anna.says("ул. Мира, 5")
        await anna.person.sees("Проверьте, пожалуйста")
        await anna.person.sends(Upload(told, "яма.jpg", "image/jpeg", "document"))
        await anna.reads("files-added", "summary", count=1)
        await anna.person.sees("Проверьте")
        async with asyncio.timeout(20):
            while not pictures_in(s3):  # noqa: ASYNC110 - a folder tells nobody
                await asyncio.sleep(0.05)
        [kept] = pictures_in(s3)
        if staff == "vk":  # the store goes before the photo is sent, and comes back
            await s3.stop()
        await anna.presses("form-send")
        await anna.person.sees("МЦУ-26-")
        if staff == "vk":
            await s3.start()

        await maria.person.sees_file(kept)

        assert PLACE not in kept
        folder = place.process.folder / "data"
        assert not list(folder.rglob("*.jpg"))
        assert [one.name for one in (folder / "files").iterdir()] == ["tmp"]  # what is on its way


def pictures_in(s3: S3Server) -> list[bytes]:
    return [content for key, content in s3.objects().items() if key.endswith(".jpg")]
