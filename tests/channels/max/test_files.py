"""Files by MAX: fetched from other hosts without the token, passed on, or uploaded as what they are."""

import pytest

from bot.channels.max.adapter import MaxAdapter
from bot.failures import FileGone, RetryLater
from bot.protocol import Attachment, Part
from storage.messages import File
from tests.channels.max.making import (
    FILM,
    JPEG,
    PDF,
    STAFF,
    address_of,
    film,
    make_adapter,
    paper,
    photo,
    polling,
    rows,
)
from tests.fakes.files import MemoryFiles
from tests.fakes.max import FakeMax
from tests.fakes.memory_inbox import MemoryInbox
from tests.fakes.messenger import Person, Upload

SENT = (
    Upload(JPEG),
    Upload(FILM, "яма.mp4", "video/mp4", "video"),
    Upload(PDF, "акт.pdf", "application/pdf", "document"),
)
WEBP = b"RIFF\x10\0\0\0WEBPVP8 "


async def fetched(adapter: MaxAdapter, file: File) -> bytes:
    return b"".join([chunk async for chunk in adapter.fetch(file.ref)])


async def files_of(fake: FakeMax, inbox: MemoryInbox, anna: Person, *sent: Upload) -> list[File]:
    """The files of what the person has sent."""
    async with polling(fake, inbox):
        await anna.sends(*sent)
        await inbox.until(lambda: sum(len(event.files) for event in inbox.events) == len(sent))
    return [file for event in inbox.events for file in event.files]


async def test_all_kinds_are_fetched_byte_by_byte_without_the_token(
    fake_max: FakeMax, adapter: MaxAdapter, inbox: MemoryInbox, anna: Person
) -> None:
    files = await files_of(fake_max, inbox, anna, *SENT)

    assert [await fetched(adapter, file) for file in files] == [JPEG, FILM, PDF]
    assert fake_max.files.violations == []
    assert len(fake_max.files.downloads) == 3


async def test_an_expired_link_is_asked_for_again(
    fake_max: FakeMax, adapter: MaxAdapter, inbox: MemoryInbox, anna: Person
) -> None:
    files = await files_of(fake_max, inbox, anna, Upload(JPEG), Upload(JPEG + b"2"), SENT[2])
    fake_max.files.expire_links()

    assert [await fetched(adapter, file) for file in files] == [JPEG, JPEG + b"2", PDF]


async def test_a_forwarded_file_is_asked_for_again_too(
    fake_max: FakeMax, adapter: MaxAdapter, inbox: MemoryInbox, anna: Person
) -> None:
    async with polling(fake_max, inbox):
        await fake_max.forward(anna, anna.room, "Новость", [Upload(JPEG)])
        (event,) = await inbox.gets(1)

    assert await fetched(adapter, event.files[0]) == JPEG


async def test_a_file_that_is_gone_is_told(
    fake_max: FakeMax, adapter: MaxAdapter, inbox: MemoryInbox, anna: Person
) -> None:
    (file,) = await files_of(fake_max, inbox, anna, Upload(JPEG))
    fake_max.files.expire_links()
    fake_max.messages.clear()

    with pytest.raises(FileGone):
        await fetched(adapter, file)
    with pytest.raises(FileGone):
        await fetched(adapter, File("photo", "not ours"))


@pytest.mark.parametrize("status", [500, 502, 503])
async def test_a_host_that_is_away_is_asked_later(
    fake_max: FakeMax, adapter: MaxAdapter, inbox: MemoryInbox, anna: Person, status: int
) -> None:
    (file,) = await files_of(fake_max, inbox, anna, Upload(JPEG))
    fake_max.files.statuses["download"].extend([status] * 3)

    with pytest.raises(RetryLater):
        await fetched(adapter, file)


async def test_photos_and_videos_go_as_an_album_and_each_document_alone(
    fake_max: FakeMax, adapter: MaxAdapter, anna: Person
) -> None:
    attachments = (photo(), paper(), film(), paper(name="второй.pdf"))
    ids = await adapter.send(
        address_of(anna), Part("Ответ", rows("Да"), attachments=attachments), key=1
    )
    shown = anna.room.shown

    assert sorted(sorted(one.files) for one in shown) == sorted(
        [sorted([JPEG, FILM]), [PDF], [PDF]]
    )
    assert [one.text for one in shown if one.text] == ["Ответ"]
    assert sum(bool(one.buttons) for one in shown) == 1
    assert sorted(ids) == sorted(one.id for one in shown)
    assert shown[[one.id for one in shown].index(ids[0])].text == "Ответ"
    assert fake_max.files.violations == []


async def test_a_file_that_max_has_is_passed_on_without_an_upload(
    fake_max: FakeMax, adapter: MaxAdapter, inbox: MemoryInbox, anna: Person
) -> None:
    files = await files_of(fake_max, inbox, anna, *SENT)
    attachments = tuple(Attachment(f.kind, f.name, f.mime, ref=f.ref) for f in files)
    await adapter.send(STAFF, Part("Файлы", attachments=attachments), key=1)

    shown = fake_max.room(STAFF.chat).shown
    assert sorted(content for one in shown for content in one.files) == sorted([JPEG, FILM, PDF])
    assert fake_max.files.uploads == []


async def test_a_file_that_cannot_be_passed_on_is_uploaded(
    fake_max: FakeMax, adapter: MaxAdapter, inbox: MemoryInbox, anna: Person
) -> None:
    (file,) = await files_of(fake_max, inbox, anna, Upload(JPEG))
    for stored in fake_max.files.stored.values():
        stored.is_ours = False
    both = Attachment("photo", "яма.jpg", "image/jpeg", ref=file.ref, key="photo")
    await adapter.send(STAFF, Part("Файл", attachments=(both,)), key=1)

    assert fake_max.room(STAFF.chat).shown[0].files == [JPEG]


async def test_what_is_not_ready_yet_is_waited_for(
    fake_max: FakeMax, adapter: MaxAdapter, anna: Person
) -> None:
    fake_max.files.not_ready = 2
    for tries in range(4):
        try:
            await adapter.send(address_of(anna), Part("Файл", attachments=(paper(),)), key=1)
        except RetryLater:
            assert tries < 3
        else:
            break

    assert [one.files for one in anna.room.shown] == [[PDF]]


async def test_the_hosts_of_audio_and_video_may_want_another_field(
    fake_max: FakeMax, adapter: MaxAdapter, anna: Person
) -> None:
    fake_max.files.fields["video"] = "file"
    await adapter.send(address_of(anna), Part("Вот", attachments=(film(),)), key=1)

    assert anna.room.shown[0].files == [FILM]


async def test_a_photo_that_max_refuses_goes_as_a_document(fake_max: FakeMax, anna: Person) -> None:
    """WebP is not taken, though MAX gives out its own pictures as such."""
    adapter = make_adapter(fake_max, MemoryFiles(photo=WEBP))
    await adapter.send(address_of(anna), Part("Вот", attachments=(photo(name="яма.webp"),)), key=1)
    await adapter.close()

    assert [one.files for one in anna.room.shown if one.files] == [[WEBP]]


async def test_a_file_that_max_refuses_is_named_and_the_rest_arrives(
    fake_max: FakeMax, adapter: MaxAdapter, anna: Person
) -> None:
    refusal = {"code": "upload.error", "message": "File extension is forbidden"}
    fake_max.files.refusals["file"].append(refusal)
    attachments = (paper(name="гимн.apk.pdf"), paper())
    await adapter.send(address_of(anna), Part("Ответ", attachments=attachments), key=1)
    texts = " ".join(one.text for one in anna.room.shown)

    assert [one.files for one in anna.room.shown if one.files] == [[PDF]]
    assert "гимн.apk.pdf" in texts
    assert "Ответ" in texts


async def test_a_file_that_is_nowhere_any_more_is_named(fake_max: FakeMax, anna: Person) -> None:
    adapter = make_adapter(fake_max, MemoryFiles())
    await adapter.send(address_of(anna), Part("Файл", attachments=(photo(),)), key=1)
    await adapter.close()

    assert anna.room.shown[0].text == "Файл"
    assert "«яма.jpg»" in anna.room.shown[1].text


@pytest.mark.parametrize("status", [500, 502])
async def test_a_host_of_uploads_that_is_away_is_tried_later(
    fake_max: FakeMax, adapter: MaxAdapter, anna: Person, status: int
) -> None:
    fake_max.files.statuses["image"].extend([status] * 3)
    with pytest.raises(RetryLater):
        await adapter.send(address_of(anna), Part("Вот", attachments=(photo(),)), key=1)

    assert anna.room.shown == []


@pytest.mark.parametrize("status", [408, 429])
async def test_a_file_waits_while_its_host_is_busy(
    fake_max: FakeMax, adapter: MaxAdapter, anna: Person, status: int
) -> None:
    part = Part("Сделано", attachments=(photo(),))
    fake_max.files.statuses["image"].append(status)
    with pytest.raises(RetryLater):
        await adapter.send(address_of(anna), part, key=1)
    await adapter.send(address_of(anna), part, key=1)

    assert [(one.text, one.files) for one in anna.room.shown] == [("Сделано", [JPEG])]


async def test_a_video_whose_upload_is_refused_by_a_code_goes_as_a_file(
    fake_max: FakeMax, adapter: MaxAdapter, anna: Person
) -> None:
    fake_max.files.refusals["video"].append({"code": "upload.error", "message": "Refused"})
    await adapter.send(address_of(anna), Part("Сделано", attachments=(film(),)), key=1)

    assert [kind for kind, *_ in fake_max.files.uploads] == ["video", "file"]


async def test_a_document_that_is_a_page_is_no_expired_link(
    fake_max: FakeMax, adapter: MaxAdapter, inbox: MemoryInbox, anna: Person
) -> None:
    page = Upload(b"<html>act</html>", "act.html", "text/html", "document")
    (file,) = await files_of(fake_max, inbox, anna, page)

    assert await fetched(adapter, file) == page.content


async def test_an_edit_of_a_message_that_documents_went_before_keeps_to_that_message(
    fake_max: FakeMax, adapter: MaxAdapter, anna: Person
) -> None:
    part = Part("Новое", rows("Взять"), attachments=(photo(), paper()))
    first, *_ = await adapter.send(address_of(anna), part, key=1)
    changed = Part("В работе", rows("Готово"), attachments=(photo(), paper()))
    await adapter.edit(address_of(anna), first, changed)

    assert [(one.text, one.files) for one in anna.room.shown] == [("", [PDF]), ("В работе", [JPEG])]
