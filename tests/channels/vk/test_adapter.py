"""The real VK adapter against the fake VK over a socket."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from io import BytesIO
from typing import Any

import pytest
from aiohttp import ClientSession, web
from structlog.testing import capture_logs

from bot.channels.vk.adapter import VkAdapter
from bot.protocol import (
    Attachment,
    CannotEdit,
    FileGone,
    Part,
    RetryLater,
    Unavailable,
    Undeliverable,
    Unsendable,
)
from config.texts import Texts
from storage.messages import Address, Button, Event, File, Place
from tests.fakes.files import MemoryFiles
from tests.fakes.messenger import ShownButton, Upload
from tests.fakes.vk import FakeVk, spec

JPEG = b"\xff\xd8\xff" + b"photo" * 100
PDF = b"%PDF-1.7 act"


class MemoryInbox:
    """An inbox that keeps everything in lists; ``away`` times it is not available."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.parked: list[tuple[str, Any]] = []
        self.kept_cursor: str | None = None
        self.away = 0
        self.gate: asyncio.Event | None = None
        self._changed = asyncio.Condition()

    async def accept(self, event: Event) -> None:
        if self.gate:
            await self.gate.wait()
        if self.away:
            self.away -= 1
            raise Unavailable("the database is away")
        self.events.append(event)
        await self._tell()

    async def park(self, channel: str, event_id: str, raw: Any, error: str) -> None:
        self.parked.append((event_id, raw))
        await self._tell()

    async def cursor(self, channel: str) -> str | None:
        return self.kept_cursor

    async def move_cursor(self, channel: str, cursor: str) -> None:
        self.kept_cursor = cursor
        await self._tell()

    async def _tell(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    async def until(self, holds: Callable[[], Any]) -> None:
        async with self._changed, asyncio.timeout(20):
            await self._changed.wait_for(holds)

    async def gets(self, count: int = 1) -> list[Event]:
        """The events, once there are so many."""
        await self.until(lambda: len(self.events) >= count)
        return self.events


@pytest.fixture
async def vk() -> AsyncIterator[FakeVk]:
    async with FakeVk() as fake:
        yield fake
        assert fake.violations == []


@pytest.fixture
def inbox() -> MemoryInbox:
    return MemoryInbox()


def adapter_for(vk: FakeVk, **settings: Any) -> VkAdapter:
    files = MemoryFiles(photo=JPEG, act=PDF)
    given: dict[str, Any] = {"api_url": vk.url, "pause": 0.01} | settings
    return VkAdapter(vk.token, vk.group_id, files, Texts.load(), **given)


@pytest.fixture
async def adapter(vk: FakeVk) -> AsyncIterator[VkAdapter]:
    adapter = adapter_for(vk)
    yield adapter
    await adapter.close()


@asynccontextmanager
async def closing(adapter: VkAdapter) -> AsyncIterator[VkAdapter]:
    try:
        yield adapter
    finally:
        await adapter.close()


@asynccontextmanager
async def polling(adapter: VkAdapter, inbox: MemoryInbox) -> AsyncIterator[None]:
    """The adapter receives by long poll, and has taken its first ts."""
    await adapter.start(inbox)
    task = asyncio.create_task(adapter.receive())
    try:
        await inbox.until(lambda: inbox.kept_cursor is not None or task.done())
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


@asynccontextmanager
async def served(vk: FakeVk, adapter: VkAdapter, inbox: MemoryInbox) -> AsyncIterator[str]:
    """The adapter's webhook behind a real server, where the fake pushes to; its address."""
    await adapter.start(inbox)
    await adapter.receive()
    app = web.Application()
    app.add_routes(adapter.routes())
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    vk.callback_url = f"http://127.0.0.1:{runner.addresses[0][1]}/webhook/vk"
    try:
        yield vk.callback_url
    finally:
        await runner.cleanup()


@pytest.fixture
async def webhook(vk: FakeVk) -> AsyncIterator[VkAdapter]:
    adapter = adapter_for(vk, webhook=True, secret=vk.secret, confirmation=vk.confirmation)
    yield adapter
    await adapter.close()


async def fetched(adapter: VkAdapter, file: File) -> bytes:
    return b"".join([chunk async for chunk in adapter.fetch(file.ref)])


def anna_at(vk: FakeVk) -> Address:
    vk.person("42", "Анна Петрова")
    return Address("vk", "42")


def staff_at(vk: FakeVk) -> Address:
    return Address("vk", vk.conversation().id)


YES = ((Button("Да", "yes=1", number=1), Button("Нет", "no=1", number=2)),)


# Receiving by long poll


async def test_a_message_comes_with_the_name_of_its_author(
    vk: FakeVk, adapter: VkAdapter, inbox: MemoryInbox
) -> None:
    anna = vk.person("42", "Анна Петрова")
    async with polling(adapter, inbox):
        await anna.says("Яма на дороге")
        await anna.says("Большая")
        events = await inbox.gets(2)

    assert [event.text for event in events] == ["Яма на дороге", "Большая"]
    assert [event.person.name for event in events] == ["Анна Петрова"] * 2
    assert len(vk.calls("users.get")) == 1


async def test_without_names_events_come_all_the_same(
    vk: FakeVk, adapter: VkAdapter, inbox: MemoryInbox
) -> None:
    vk.fail_next("users.get", 10)
    anna = vk.person("42", "Анна Петрова")
    async with polling(adapter, inbox):
        await anna.says("Яма")
        await inbox.gets(1)
        await anna.says("Ещё одна")
        events = await inbox.gets(2)

    assert [event.person.name for event in events] == ["", "Анна Петрова"]


async def test_start_turns_the_needed_events_on(
    vk: FakeVk, adapter: VkAdapter, inbox: MemoryInbox
) -> None:
    await adapter.start(inbox)

    assert vk.state.settings["enabled"] == "1"
    assert vk.state.settings["message_event"] == "1"


async def test_what_came_while_the_bot_was_down_is_read(vk: FakeVk, inbox: MemoryInbox) -> None:
    anna = vk.person("42")
    for text in ("до остановки", "после остановки"):
        adapter = adapter_for(vk)
        async with polling(adapter, inbox):
            if not inbox.events:
                await anna.says(text)
                await inbox.gets(1)
                await inbox.until(lambda: inbox.kept_cursor == str(vk.long_poll.ts))
            else:
                await inbox.gets(2)
        await adapter.close()
        if len(inbox.events) == 1:
            await anna.says("пока бота не было")

    assert [event.text for event in inbox.events] == ["до остановки", "пока бота не было"]


async def test_ts_moves_only_after_every_event_is_kept(
    vk: FakeVk, adapter: VkAdapter, inbox: MemoryInbox
) -> None:
    inbox.gate = asyncio.Event()
    async with polling(adapter, inbox):
        before = inbox.kept_cursor
        await vk.person("42").says("Яма")
        await vk.person("43").says("Фонарь")
        await vk.long_poll.wait_asked(int(before or 0))
        assert (inbox.kept_cursor, inbox.events) == (before, [])
        inbox.gate.set()
        await inbox.gets(2)
        await inbox.until(lambda: inbox.kept_cursor == str(vk.long_poll.ts))


async def test_while_the_database_is_away_nothing_moves_and_the_event_comes_again(
    vk: FakeVk, adapter: VkAdapter, inbox: MemoryInbox
) -> None:
    inbox.away = 2
    async with polling(adapter, inbox):
        before = int(inbox.kept_cursor or 0)
        await vk.person("42").says("Яма")
        (event,) = await inbox.gets(1)

    assert event.text == "Яма"
    assert vk.long_poll.asked.count(before) >= 3


async def test_each_chat_keeps_its_order(
    vk: FakeVk, adapter: VkAdapter, inbox: MemoryInbox
) -> None:
    people = [vk.person(str(account)) for account in (42, 43, 44)]
    async with polling(adapter, inbox):
        for number in range(10):
            for person in people:
                await person.says(str(number))
        events = await inbox.gets(30)

    for person in people:
        texts = [event.text for event in events if event.person.account == person.account]
        assert texts == [str(number) for number in range(10)]


@pytest.mark.parametrize("failed", [1, 2, 3])
async def test_the_long_poll_recovers_from_its_failures(
    vk: FakeVk, adapter: VkAdapter, inbox: MemoryInbox, failed: int
) -> None:
    anna = vk.person("42")
    async with polling(adapter, inbox):
        await anna.says("до")
        await inbox.gets(1)
        await inbox.until(lambda: inbox.kept_cursor == str(vk.long_poll.ts))
        await vk.long_poll.fail_next(failed)
        await vk.long_poll.wait_asked(vk.long_poll.ts)
        await inbox.until(lambda: inbox.kept_cursor == str(vk.long_poll.ts))
        await anna.says("после")
        events = await inbox.gets(2)

    assert [event.text for event in events] == ["до", "после"]


async def test_an_odd_update_is_parked_and_the_rest_goes_on(
    vk: FakeVk, adapter: VkAdapter, inbox: MemoryInbox
) -> None:
    anna = vk.person("42")
    async with polling(adapter, inbox):
        await vk.deliver({"type": "message_new", "event_id": "odd", "object": {"message": 7}})
        await vk.deliver("nonsense")
        await anna.says("Яма")
        (event,) = await inbox.gets(1)

    assert event.text == "Яма"
    assert [raw for _, raw in inbox.parked][1] == "nonsense"
    assert inbox.parked[0][0] == "odd"


async def test_what_is_delivered_twice_has_one_id(
    vk: FakeVk, adapter: VkAdapter, inbox: MemoryInbox
) -> None:
    vk.deliver_twice = True
    async with polling(adapter, inbox):
        await vk.person("42").says("Яма")
        first, second = await inbox.gets(2)

    assert first == second


async def test_a_refused_token_is_told_in_the_log_and_never_shown(
    vk: FakeVk, inbox: MemoryInbox
) -> None:
    adapter = adapter_for(vk)
    right, vk.token = vk.token, "another"
    with capture_logs() as logs:
        await adapter.start(inbox)
        task = asyncio.create_task(adapter.receive())
        await vk.until(lambda: len(vk.calls("groups.getLongPollServer")) > 1)
        with pytest.raises(RetryLater) as refused:
            await adapter.send(anna_at(vk), Part("Привет"), key=1)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    await adapter.close()

    assert refused.value.everywhere
    assert "vk.token_refused" in [line["event"] for line in logs]
    assert right not in str(logs) + repr(refused.value) + repr(refused.value.__context__)


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


async def test_a_place_and_a_sticker_come_as_what_they_are(
    vk: FakeVk, adapter: VkAdapter, inbox: MemoryInbox
) -> None:
    anna = vk.person("42")
    async with polling(adapter, inbox):
        await anna.shares_place(57.76, 40.92)
        await anna.sends_unreadable("sticker")
        await anna.sends_unreadable("voice")
        events = await inbox.gets(3)

    assert events[0].place == Place(57.76, 40.92, "Кострома, Россия")
    assert [event.unreadable for event in events] == ["", "sticker", "voice"]


async def test_edits_blocks_and_invitations_come(
    vk: FakeVk, adapter: VkAdapter, inbox: MemoryInbox
) -> None:
    anna = vk.person("42")
    async with polling(adapter, inbox):
        said = await anna.says("Яма")
        await vk.rewrite(anna, anna.room, said, "Яма и лужа")
        await anna.blocks_bot()
        await vk.allow(anna)
        await vk.invite(anna, vk.conversation())
        events = await inbox.gets(5)

    mine, (invited,) = [e for e in events if e.private], [e for e in events if not e.private]
    assert [(event.text, event.edited) for event in mine[:2]] == [
        ("Яма", False),
        ("Яма и лужа", True),
    ]
    assert [event.change for event in mine[2:]] == ["blocked", "unblocked"]
    assert invited.change == "joined"


# Buttons


async def test_a_press_in_a_private_chat_comes_and_reads_well_in_the_history(
    vk: FakeVk, adapter: VkAdapter, inbox: MemoryInbox
) -> None:
    to, anna = anna_at(vk), vk.person("42")
    async with polling(adapter, inbox):
        await adapter.send(to, Part("Отправить?", YES), key=1)
        await anna.presses("Да")
        (event,) = await inbox.gets(1)

    assert (event.press, event.text) == ("yes=1", "")
    assert anna.room.shown[-1].text == "Да"


async def test_a_press_in_a_conversation_is_silent_and_acknowledged(
    vk: FakeVk, adapter: VkAdapter, inbox: MemoryInbox
) -> None:
    staff, olga = vk.conversation(), vk.person("50", "Ольга")
    async with polling(adapter, inbox):
        (card,) = await adapter.send(staff_at(vk), Part("Карточка", YES), key=1)
        await olga.presses("Нет", room=staff)
        (event,) = await inbox.gets(1)
        await vk.until(lambda: vk.state.answered_presses)

    assert (event.press, event.message, event.private) == ("no=1", card, False)
    assert len(staff.shown) == 1


async def test_a_press_that_cannot_be_acknowledged_counts(
    vk: FakeVk, adapter: VkAdapter, inbox: MemoryInbox
) -> None:
    staff, olga = vk.conversation(), vk.person("50")
    vk.fail_next("messages.sendMessageEventAnswer", 10)
    async with polling(adapter, inbox):
        await adapter.send(staff_at(vk), Part("Карточка", YES), key=1)
        await olga.presses("Да", room=staff)
        await inbox.gets(1)
        await olga.says("Ответ", room=staff)
        events = await inbox.gets(2)

    assert [event.press or event.text for event in events] == ["yes=1", "Ответ"]


async def test_a_forged_press_is_no_press(
    vk: FakeVk, adapter: VkAdapter, inbox: MemoryInbox
) -> None:
    anna = vk.person("42")
    async with polling(adapter, inbox):
        said = await anna.says("Яма")
        await vk.press(anna, anna.room, said, ShownButton("Да", '{"p":["a"]}'))
        events = await inbox.gets(2)

    assert (events[1].press, events[1].text) == ("", "Да")


# Callback API


async def test_the_callback_api_is_confirmed_and_pushes(
    vk: FakeVk, webhook: VkAdapter, inbox: MemoryInbox
) -> None:
    async with served(vk, webhook, inbox):
        assert await vk.confirm() == vk.confirmation
        await vk.person("42", "Анна").says("Яма")
        (event,) = await inbox.gets(1)

    assert (event.text, event.person.name) == ("Яма", "Анна")
    assert vk.calls("groups.getLongPollServer") == []


def unsigned(vk: FakeVk) -> list[bytes]:
    """Large bodies in which the secret does not stand as such."""
    quoted = json.dumps({"text": f'"secret":"{vk.secret}"', "pad": "я" * 20_000}).encode()
    return [
        b"[" * 500_000,
        b'{"secret":"' * 100_000,
        b'"secret":"\\' * 100_000,
        b'{"secret":"\xff%s"}' % (b" " * 20_000),
        b'"secret":"wrong",' * 20_000 + f'"secret":"{vk.secret}"'.encode(),
        quoted,
    ]


async def test_a_wrong_secret_changes_nothing(
    vk: FakeVk, webhook: VkAdapter, inbox: MemoryInbox
) -> None:
    good = {"type": "message_new", "group_id": vk.group_id, "secret": vk.secret, "object": {}}
    wrong: list[Any] = [
        good | {"secret": "wrong"},
        good | {"secret": None},
        good | {"secret": 7},
        good | {"group_id": 1},
        {"type": "confirmation", "group_id": 1},
        {"type": "confirmation", "group_id": vk.group_id, "secret": "wrong"},
        ["not", "an", "update"],
    ]
    async with served(vk, webhook, inbox) as url, ClientSession() as session:
        answers = [(await session.post(url, json=body)).status for body in wrong]
        no_json = (await session.post(url, data=b"\xff{")).status
        too_deep = (await session.post(url, data=b"[" * 10_000)).status
        large = [(await session.post(url, data=BytesIO(body))).status for body in unsigned(vk)]
        charset = {"Content-Type": "application/json; charset=nonsense"}
        no_charset = (await session.post(url, data=b"{}", headers=charset)).status

    assert answers == [403] * len(wrong)
    assert (no_json, too_deep) == (400, 400)
    assert set(large) == {403}  # unread: nothing of it is parsed
    assert no_charset == 403  # JSON is UTF-8, whatever a header says
    assert (inbox.events, inbox.parked) == ([], [])


async def test_the_longest_message_of_vk_comes_in(
    vk: FakeVk, webhook: VkAdapter, inbox: MemoryInbox
) -> None:
    """A hundred forwarded messages of 4096 signs, each sign written as six."""
    forward = {"from_id": 42, "date": 1764500000, "text": "я" * 4096}
    message = {"from_id": 42, "peer_id": 42, "date": 1764500000, "conversation_message_id": 1}
    update = {
        "type": "message_new",
        "group_id": vk.group_id,
        "event_id": "e1",
        "object": {"message": {**message, "text": "Яма", "fwd_messages": [forward] * 100}},
        "secret": vk.secret,
    }
    async with served(vk, webhook, inbox) as url, ClientSession() as session:
        answer = await session.post(url, data=BytesIO(json.dumps(update).encode()))
        assert (answer.status, await answer.text()) == (200, "ok")

    assert (inbox.events[0].text[:3], inbox.events[0].cut) == ("Яма", True)


async def test_a_push_is_acknowledged_only_after_it_is_kept(
    vk: FakeVk, webhook: VkAdapter, inbox: MemoryInbox
) -> None:
    inbox.away = 2
    async with served(vk, webhook, inbox):
        await vk.person("42").says("Яма")
        await inbox.gets(1)
        await vk.until(lambda: len(vk.pushes) == 3)

    assert [status for status, _ in vk.pushes] == [503, 503, 200]
    assert vk.pushes[-1] == (200, "ok")


async def test_an_odd_push_is_parked_without_the_secret(
    vk: FakeVk, webhook: VkAdapter, inbox: MemoryInbox
) -> None:
    async with served(vk, webhook, inbox):
        await vk.happens("message_new", {"message": []})
        await inbox.until(lambda: inbox.parked)

    assert vk.secret not in str(inbox.parked)


# Sending


async def test_a_text_is_shown_and_its_id_is_the_conversations(
    vk: FakeVk, adapter: VkAdapter
) -> None:
    for to in (anna_at(vk), staff_at(vk)):
        ids = await adapter.send(to, Part("Первое"), key=1)
        ids += await adapter.send(to, Part("Второе"), key=2)

        assert [vk.room(to.chat).message(i).text for i in ids] == ["Первое", "Второе"]


async def test_the_same_key_is_shown_once(vk: FakeVk, adapter: VkAdapter) -> None:
    to = anna_at(vk)
    vk.drop_next("messages.send", after=True)
    with pytest.raises(RetryLater):
        await adapter.send(to, Part("Ваше сообщение принято"), key=7)
    ids = await adapter.send(to, Part("Ваше сообщение принято"), key=7)

    assert [shown.id for shown in vk.room("42").shown] == ids


@pytest.mark.parametrize("key", [0, 1, 2**31 - 2, 2**31 - 1, 2**40])
async def test_random_ids_are_never_zero_and_fit_32_bits(
    vk: FakeVk, adapter: VkAdapter, key: int
) -> None:
    await adapter.send(anna_at(vk), Part("Привет"), key=key)

    assert 0 < int(vk.calls("messages.send")[0]["random_id"]) < 2**31


async def test_an_id_that_vk_does_not_tell_is_looked_up(vk: FakeVk, adapter: VkAdapter) -> None:
    vk.state.tells_cmid = False

    assert await adapter.send(anna_at(vk), Part("Привет"), key=1) == [vk.room("42").shown[0].id]


async def test_what_a_resident_wrote_is_shown_as_it_stands(vk: FakeVk, adapter: VkAdapter) -> None:
    text = "[id1|Мэр] @all *durov &lt;b&gt; https://a.ru/?a=1&b=2 почта a@b.ru"
    await adapter.send(staff_at(vk), Part(text), key=1)

    assert vk.conversation().shown[0].text == text
    assert vk.calls("messages.send")[0]["disable_mentions"] == "1"


async def test_a_reply_stands_under_the_message_it_answers(vk: FakeVk, adapter: VkAdapter) -> None:
    (card,) = await adapter.send(staff_at(vk), Part("Карточка"), key=1)
    await adapter.send(staff_at(vk), Part("Дополнение"), key=2, reply_to=card)

    assert vk.conversation().shown[1].reply_to == card


async def test_a_reply_to_what_is_gone_is_sent_plainly(vk: FakeVk, adapter: VkAdapter) -> None:
    await adapter.send(staff_at(vk), Part("Дополнение"), key=2, reply_to="999")

    assert vk.conversation().shown[0].reply_to == ""


async def test_a_keyboard_below_the_field_holds_forty_and_a_location_its_own_row(
    vk: FakeVk, adapter: VkAdapter
) -> None:
    options = tuple(tuple(Button(f"{row}{column}", "a") for column in range(4)) for row in range(9))
    place = Button("Место", kind="location")
    part = Part("Где?", (*options[:8], (place, Button("Пропустить", "skip"))), "keyboard")
    await adapter.send(anna_at(vk), part, key=1)
    shown = vk.room("42").shown[0]

    assert len(shown.buttons) == 34
    assert [button.kind for button in shown.buttons][-1] == "location"


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


async def test_a_refused_keyboard_becomes_lines_that_can_be_typed(
    vk: FakeVk, adapter: VkAdapter
) -> None:
    vk.fail_next("messages.send", 911)
    await adapter.send(anna_at(vk), Part("Отправить?", YES), key=1)
    vk.state.bot_abilities = False
    await adapter.send(anna_at(vk), Part("Отправить?", YES), key=2)

    for shown in vk.room("42").shown:
        assert (shown.text, shown.buttons) == ("Отправить?\n\n1. Да\n2. Нет", [])


async def test_a_text_too_long_is_sent_in_two_and_once(vk: FakeVk, adapter: VkAdapter) -> None:
    text = "слово " * 600
    for _ in range(2):
        vk.fail_next("messages.send", 914)
        ids = await adapter.send(anna_at(vk), Part(text, YES), key=1)

    first, second = vk.room("42").shown
    assert ids == [first.id, second.id]
    assert f"{first.text} {second.text}" == text.strip()
    assert (len(first.buttons), len(second.buttons)) == (0, 2)


async def test_who_does_not_take_messages_is_told_apart(vk: FakeVk, adapter: VkAdapter) -> None:
    to = anna_at(vk)
    vk.state.blocked_by.add("42")
    with pytest.raises(Undeliverable):
        await adapter.send(to, Part("Привет"), key=1)
    with pytest.raises(Undeliverable):
        await adapter.send(Address("vk", "2000000099"), Part("Привет"), key=2)


@pytest.mark.parametrize(
    ("code", "everywhere"),
    [
        (1, False),
        (6, True),
        (9, False),
        (10, False),
        (14, True),
        (29, True),
        (5, True),
        (17, True),
        (603, False),
    ],
)
async def test_what_passes_is_tried_again_later(
    vk: FakeVk, adapter: VkAdapter, code: int, everywhere: bool
) -> None:
    vk.fail_next("messages.send", code)
    with pytest.raises(RetryLater) as later:
        await adapter.send(anna_at(vk), Part("Привет"), key=1)
    await adapter.send(anna_at(vk), Part("Привет"), key=1)

    assert later.value.everywhere is everywhere
    assert vk.token not in str(later.value)
    assert len(vk.room("42").shown) == 1


@pytest.mark.parametrize(("code", "tries"), [(10, None), (603, 5), (30000, 5)])
async def test_what_nobody_knows_is_tried_a_few_times_only(
    vk: FakeVk, adapter: VkAdapter, code: int, tries: int | None
) -> None:
    vk.fail_next("messages.send", code)
    with pytest.raises(RetryLater) as later:
        await adapter.send(anna_at(vk), Part("Привет"), key=1)

    assert later.value.tries == tries


@pytest.mark.parametrize("code", [19, 103, 910, 940])
async def test_a_message_that_vk_takes_in_no_form_is_told_from_a_closed_chat(
    vk: FakeVk, adapter: VkAdapter, code: int
) -> None:
    vk.fail_next("messages.send", code)
    with pytest.raises(Unsendable):
        await adapter.send(anna_at(vk), Part("Привет"), key=1)
    assert await adapter.send(anna_at(vk), Part("Здравствуйте"), key=2)


async def test_no_answer_at_all_is_tried_again_later(inbox: MemoryInbox) -> None:
    async with FakeVk() as vk:
        adapter = adapter_for(vk)
        to = anna_at(vk)
    await adapter.start(inbox)
    with pytest.raises(RetryLater):
        await adapter.send(to, Part("Привет"), key=1)
    await adapter.close()


async def test_a_hundred_messages_keep_to_the_rate(vk: FakeVk, adapter: VkAdapter) -> None:
    to = anna_at(vk)
    await asyncio.gather(*(adapter.send(to, Part(str(n)), key=n) for n in range(30)))

    assert len(vk.room("42").shown) == 30


# Editing


async def test_an_edit_changes_text_and_buttons_where_they_stand(
    vk: FakeVk, adapter: VkAdapter
) -> None:
    for to in (anna_at(vk), staff_at(vk)):
        (card,) = await adapter.send(to, Part("Новая", YES), key=1)
        await adapter.edit(to, card, Part("В работе [id1|x]", ((Button("Ответить", "a"),),)))
        shown = vk.room(to.chat).message(card)

        assert (shown.text, shown.edits) == ("В работе [id1|x]", 1)
        assert [button.label for button in shown.buttons] == ["Ответить"]
        await adapter.edit(to, card, Part("Закрыта"))
        assert shown.buttons == []


async def test_what_is_too_old_or_gone_cannot_be_edited(vk: FakeVk, adapter: VkAdapter) -> None:
    to = staff_at(vk)
    (card,) = await adapter.send(to, Part("Новая"), key=1)
    with pytest.raises(CannotEdit):
        await adapter.edit(to, "999", Part("В работе"))
    vk.state.edits_expired = True
    with pytest.raises(CannotEdit):
        await adapter.edit(to, card, Part("В работе"))
    vk.fail_next("messages.edit", 914)
    with pytest.raises(CannotEdit):
        await adapter.edit(to, card, Part("В работе"))


async def test_other_errors_of_an_edit_are_as_of_a_send(vk: FakeVk, adapter: VkAdapter) -> None:
    to = staff_at(vk)
    (card,) = await adapter.send(to, Part("Новая"), key=1)
    vk.fail_next("messages.edit", 10)
    with pytest.raises(RetryLater):
        await adapter.edit(to, card, Part("В работе"))
    vk.fail_next("messages.edit", 911)
    await adapter.edit(to, card, Part("В работе", YES))
    assert vk.conversation().message(card).text == "В работе\n\n1. Да\n2. Нет"
    vk.state.closed.add(to.chat)
    with pytest.raises(Undeliverable):
        await adapter.edit(to, card, Part("В работе"))


# Check


async def findings(adapter: VkAdapter, vk: FakeVk, chat: str = "2000000001") -> list[str]:
    """The texts of what is wrong."""
    found = await adapter.check(Address("vk", chat))
    assert found
    assert all(vk.token not in finding.text for finding in found)
    return [finding.text for finding in found if not finding.ok]


async def test_a_right_setup_passes_the_check(
    vk: FakeVk, adapter: VkAdapter, inbox: MemoryInbox
) -> None:
    vk.conversation()
    await adapter.start(inbox)

    assert await findings(adapter, vk) == []


async def test_the_check_names_what_is_wrong(vk: FakeVk, adapter: VkAdapter) -> None:
    vk.state.rights.remove("docs")
    vk.state.long_poll_on = False
    rights, long_poll, staff = await findings(adapter, vk)
    assert "docs" in rights
    assert "Long Poll API выключен" in long_poll
    assert "917" in staff

    vk.state.rights.append("docs")
    vk.state.long_poll_on = True
    assert "message_new" in (await findings(adapter, vk))[0]
    assert "не беседа" in (await findings(adapter, vk, "42"))[-1]


async def test_the_check_tells_a_wrong_token_and_a_dead_network(inbox: MemoryInbox) -> None:
    async with FakeVk() as vk:
        adapter = adapter_for(vk)
        vk.token = "another"
        assert "Ключ не принят" in (await findings(adapter, vk))[0]
    assert "не отвечает" in (await findings(adapter, vk))[0]
    await adapter.close()


async def test_the_check_tells_the_key_of_another_community(vk: FakeVk) -> None:
    async with closing(
        VkAdapter(vk.token, 5, MemoryFiles(), Texts.load(), api_url=vk.url)
    ) as adapter:
        wrong = await findings(adapter, vk)

    assert f"id {vk.group_id}" in wrong[0]


async def test_the_check_looks_at_the_callback_server(vk: FakeVk, webhook: VkAdapter) -> None:
    vk.conversation()
    assert "Нет сервера" in (await findings(webhook, vk))[0]

    server = {"id": 1, "url": "https://bot.example.ru/webhook/vk", "status": "failed"}
    vk.state.callback_servers.append(server)
    assert "failed" in (await findings(webhook, vk))[0]

    server["status"] = "ok"
    assert "message_edit" in (await findings(webhook, vk))[0]


# The fake itself


@pytest.mark.skipif(not spec.SPECS.is_dir(), reason="VK's schema is not there")
@pytest.mark.parametrize(
    ("method", "parameters", "wrong"),
    [
        ("messages.shout", {}, "is not a method"),
        ("messages.send", {"text": "a"}, "text is not a parameter"),
        ("messages.send", {"peer_ids": "1,a"}, "peer_ids is not integer"),
        ("messages.edit", {"message": "a"}, "peer_id is missing"),
        ("messages.send", {"keyboard": '{"buttons":{}}'}, "keyboard.buttons is not array"),
        ("messages.send", {"forward": '{"is_reply":1,"cmid":[1]}'}, "forward.cmid is not known"),
    ],
)
def test_the_fake_notices_what_vk_does_not_know(
    method: str, parameters: dict[str, str], wrong: str
) -> None:
    assert any(wrong in violation for violation in spec.violations(method, parameters))
