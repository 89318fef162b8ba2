"""Files by Telegram: fetched as they were sent, and sent one by one or in albums."""

from typing import Any

import pytest

from bot.channels.telegram.adapter import TelegramAdapter
from bot.failures import FileGone, FileTooLarge, RetryLater
from bot.protocol import Attachment, Part
from tests.channels.telegram.making import ANNA, GROUP, JPEG, PDF, paper, photo, polling, rows
from tests.fakes.files import MemoryFiles
from tests.fakes.memory_inbox import MemoryInbox
from tests.fakes.messenger import Person, Room, Upload
from tests.fakes.telegram import FakeTelegram


async def test_files_are_fetched_byte_for_byte(
    telegram: FakeTelegram,
    inbox: MemoryInbox,
    adapter: TelegramAdapter,
    anna: Person,
) -> None:
    content = bytes(range(256)) * 1000
    async with polling(telegram, inbox):
        await anna.sends(Upload(content))
        await anna.sends(Upload(PDF, "акт.pdf", "application/pdf", "document"))
        picture, paper_event = await inbox.gets(2)

    assert await fetched(adapter, picture.files[0].ref) == content
    assert await fetched(adapter, paper_event.files[0].ref) == PDF
    assert paper_event.files[0].name == "акт.pdf"


@pytest.mark.parametrize(
    ("method", "fault", "expected"),
    [
        ("getFile", {"status": 400, "description": "Bad Request: file is too big"}, FileTooLarge),
        ("getFile", {"status": 500}, RetryLater),
        ("getFile", {"status": 429, "retry_after": 3}, RetryLater),
        ("file", {"status": 404}, FileGone),
        ("file", {"status": 502}, RetryLater),
        ("file", {"status": 0, "times": 2}, RetryLater),  # aiohttp tries a GET twice itself
    ],
)
async def test_a_file_that_does_not_come_is_gone_or_comes_later(
    telegram: FakeTelegram,
    inbox: MemoryInbox,
    adapter: TelegramAdapter,
    anna: Person,
    method: str,
    fault: dict[str, Any],
    expected: type[Exception],
) -> None:
    async with polling(telegram, inbox):
        await anna.sends(Upload(JPEG))
        (event,) = await inbox.gets(1)
    telegram.fail_next(method, **fault)

    with pytest.raises(expected) as told:
        await fetched(adapter, event.files[0].ref)
    assert telegram.token not in str(told.value)


async def fetched(adapter: TelegramAdapter, ref: str) -> bytes:
    return b"".join([chunk async for chunk in adapter.fetch(ref)])


async def test_one_file_carries_the_text_and_the_buttons(
    adapter: TelegramAdapter, anna: Person
) -> None:
    part = Part("Проверьте", rows("Отправить"), attachments=(photo(),))
    (sent,) = await adapter.send(ANNA, part, key=1)

    shown = anna.room.message(sent)
    assert (shown.text, shown.files) == ("Проверьте", [JPEG])
    assert shown.button("Отправить")


async def test_photos_and_papers_are_albums_apart(
    telegram: FakeTelegram, adapter: TelegramAdapter, group: Room
) -> None:
    part = Part("Файлы", attachments=(paper(), photo(), paper(), photo()))
    ids = await adapter.send(GROUP, part, key=1)

    assert [group.message(sent).files for sent in ids] == [[JPEG], [JPEG], [PDF], [PDF]]
    assert group.message(ids[0]).text == "Файлы"
    assert len(telegram.called("sendMediaGroup")) == 2


async def test_an_album_is_followed_by_the_text_with_its_buttons(
    adapter: TelegramAdapter, anna: Person
) -> None:
    part = Part("Проверьте", rows("Отправить"), attachments=(photo(), photo()))
    ids = await adapter.send(ANNA, part, key=1)

    assert anna.room.message(ids[0]).button("Отправить")
    assert anna.room.shown[-1].id == ids[0]
    assert len(ids) == 3


async def test_a_text_too_long_for_a_caption_goes_by_itself(
    adapter: TelegramAdapter, anna: Person
) -> None:
    part = Part("🕳" * 600, attachments=(photo(),))  # 1200 units
    ids = await adapter.send(ANNA, part, key=1)

    assert [anna.room.message(sent).text for sent in ids] == ["🕳" * 600, ""]


async def test_an_own_file_is_passed_on_by_its_id(
    telegram: FakeTelegram,
    inbox: MemoryInbox,
    adapter: TelegramAdapter,
    anna: Person,
    group: Room,
) -> None:
    async with polling(telegram, inbox):
        await anna.sends(Upload(JPEG))
        (event,) = await inbox.gets(1)
    ref = event.files[0].ref
    (sent,) = await adapter.send(GROUP, Part("", attachments=(photo("", ref=ref),)), key=1)

    assert group.message(sent).files == [JPEG]
    assert telegram.called("sendPhoto")[0]["photo"] == ref


async def test_names_cannot_break_out_of_their_header(
    telegram: FakeTelegram, adapter: TelegramAdapter, files: MemoryFiles
) -> None:
    name = 'a"; x="b\r\nX-Evil: 1/акт.pdf'
    evil = Attachment("document", name, "application/pdf", key="paper")
    await adapter.send(GROUP, Part("", attachments=(evil,)), key=1)

    (kept,) = telegram.files.values()
    assert kept.name.endswith("акт.pdf")
    assert kept.content == PDF
