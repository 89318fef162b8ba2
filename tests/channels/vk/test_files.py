"""Files by VK: fetched in full, passed on, or uploaded as what they are."""

import json
from pathlib import Path

import pytest

from bot.channels.vk.adapter import VkAdapter
from bot.failures import FileGone, RetryLater
from bot.protocol import Attachment, Part
from storage.messages import File
from tests.channels.vk.making import JPEG, PDF, anna_at, polling, staff_at
from tests.fakes.memory_inbox import MemoryInbox
from tests.fakes.messenger import Upload
from tests.fakes.vk import FakeVk
from tests.support.servers.file_host import host_of_files, own_certificate


async def fetched(adapter: VkAdapter, file: File) -> bytes:
    return b"".join([chunk async for chunk in adapter.fetch(file.ref)])


async def test_photos_are_fetched_in_full_and_documents_with_their_name(
    vk: FakeVk, adapter: VkAdapter, inbox: MemoryInbox
) -> None:
    anna = vk.person("42")
    async with polling(adapter, inbox):
        act = Upload(PDF, "акт.pdf", "application/pdf", "document")
        await anna.sends(Upload(JPEG), act, caption="Вот")
        (event,) = await inbox.gets(1)

    assert event.text == "Вот"
    assert [(file.kind, file.name) for file in event.files][1] == ("document", "акт.pdf")
    assert [await fetched(adapter, file) for file in event.files] == [JPEG, PDF]


async def test_a_video_is_fetched_as_its_address(
    vk: FakeVk, adapter: VkAdapter, inbox: MemoryInbox
) -> None:
    async with polling(adapter, inbox):
        await vk.person("42").sends(Upload(b"mp4", "яма.mp4", "video/mp4", "video"))
        (event,) = await inbox.gets(1)

    assert (await fetched(adapter, event.files[0])).startswith(b"https://vk.com/video42_")


async def test_a_file_that_is_gone_is_told(
    vk: FakeVk, adapter: VkAdapter, inbox: MemoryInbox
) -> None:
    async with polling(adapter, inbox):
        await vk.person("42").sends(Upload(JPEG))
        (event,) = await inbox.gets(1)
    vk.state.by_number.clear()

    with pytest.raises(FileGone):
        await fetched(adapter, event.files[0])
    with pytest.raises(FileGone):
        await fetched(adapter, File("photo", "not ours"))


async def test_a_file_behind_a_wrong_certificate_is_asked_for_later(
    adapter: VkAdapter, tmp_path: Path
) -> None:
    async with host_of_files(own_certificate(tmp_path)[1]) as (url, _):
        with pytest.raises(RetryLater, match="Certificate"):
            await fetched(adapter, File("document", json.dumps({"u": f"{url}/file"})))


@pytest.mark.parametrize("page", [False, True])
@pytest.mark.parametrize("forwarded", [False, True])
async def test_an_expired_link_is_asked_for_again(
    vk: FakeVk, adapter: VkAdapter, inbox: MemoryInbox, page: bool, forwarded: bool
) -> None:
    anna = vk.person("42")
    sent = [
        Upload(JPEG),
        Upload(JPEG + b"2"),
        Upload(PDF, "акт.pdf", "application/pdf", "document"),
    ]
    async with polling(adapter, inbox):
        if forwarded:
            attachments = [vk.upload(anna, one) for one in sent]
            inner = {"from_id": 5, "text": "Сосед снял", "attachments": attachments}
            await vk.post(anna, anna.room, text="Вот", fwd_messages=[inner])
        else:
            await anna.sends(*sent)
        (event,) = await inbox.gets(1)
    vk.expire_links(page=page)

    got = [await fetched(adapter, file) for file in event.files]

    assert got == [one.content for one in sent]


async def test_a_message_that_is_gone_gives_no_new_link(
    vk: FakeVk, adapter: VkAdapter, inbox: MemoryInbox
) -> None:
    async with polling(adapter, inbox):
        await vk.person("42").sends(Upload(JPEG))
        (event,) = await inbox.gets(1)
    vk.expire_links()
    vk.state.keeps_whole = False

    with pytest.raises(FileGone):
        await fetched(adapter, event.files[0])


@pytest.mark.parametrize("code", [6, 9, 10])
async def test_a_link_that_cannot_be_asked_for_now_is_asked_for_later(
    vk: FakeVk, adapter: VkAdapter, inbox: MemoryInbox, code: int
) -> None:
    async with polling(adapter, inbox):
        await vk.person("42").sends(Upload(JPEG))
        (event,) = await inbox.gets(1)
    vk.expire_links()
    vk.fail_next("messages.getByConversationMessageId", code, times=10)

    with pytest.raises(RetryLater):
        await fetched(adapter, event.files[0])


async def test_files_go_up_as_what_they_are(vk: FakeVk, adapter: VkAdapter) -> None:
    attachments = (
        Attachment("photo", "яма.jpg", "image/jpeg", key="photo"),
        Attachment("document", "акт.pdf", "application/pdf", key="act"),
        Attachment("photo", "яма.heic", "image/heic", key="photo"),
    )
    await adapter.send(anna_at(vk), Part("Ответ", attachments=attachments), key=1)

    assert vk.room("42").shown[0].files == [JPEG, PDF, JPEG]
    kinds = [name[:3] for name in vk.calls("messages.send")[0]["attachment"].split(",")]
    assert kinds == ["pho", "doc", "doc"]


async def test_a_file_of_vk_is_passed_on_without_an_upload(
    vk: FakeVk, adapter: VkAdapter, inbox: MemoryInbox
) -> None:
    async with polling(adapter, inbox):
        await vk.person("42").sends(Upload(JPEG), Upload(b"mp4", "яма.mp4", kind="video"))
        (event,) = await inbox.gets(1)
    attachments = tuple(Attachment(f.kind, f.name, f.mime, ref=f.ref) for f in event.files)
    await adapter.send(staff_at(vk), Part("Файлы", attachments=attachments), key=1)

    assert vk.conversation().shown[0].files == [JPEG, b"mp4"]
    assert vk.calls("photos.getMessagesUploadServer") == []


async def test_a_file_that_cannot_be_passed_on_is_uploaded(vk: FakeVk, adapter: VkAdapter) -> None:
    gone = Attachment("photo", "a.jpg", "image/jpeg", ref='{"a":"photo1_2_key"}', key="photo")
    await adapter.send(anna_at(vk), Part("Файл", attachments=(gone,)), key=1)

    assert vk.room("42").shown[0].files == [JPEG]


async def test_a_file_that_vk_refuses_is_named_and_the_rest_arrives(
    vk: FakeVk, adapter: VkAdapter
) -> None:
    attachments = (
        Attachment("document", "гимн.mp3", "audio/mpeg", key="act"),
        Attachment("document", "акт.pdf", "application/pdf", key="act"),
    )
    await adapter.send(anna_at(vk), Part("Ответ", attachments=attachments), key=1)
    shown = vk.room("42").shown[0]

    assert shown.files == [PDF]
    assert "гимн.mp3" in shown.text


async def test_a_file_that_is_nowhere_any_more_is_named(vk: FakeVk, adapter: VkAdapter) -> None:
    gone = Attachment("photo", "яма.jpg", "image/jpeg", ref='{"a":"photo1_2_key"}')
    await adapter.send(anna_at(vk), Part("Файл", attachments=(gone,)), key=1)

    assert "«яма.jpg»" in vk.room("42").shown[0].text


async def test_a_photo_that_vk_refuses_goes_as_a_document(vk: FakeVk, adapter: VkAdapter) -> None:
    vk.state.refused_uploads.add("photo")
    photo = Attachment("photo", "яма.jpg", "image/jpeg", key="photo")
    await adapter.send(anna_at(vk), Part(attachments=(photo,)), key=1)

    assert vk.room("42").shown[0].files == [JPEG]
