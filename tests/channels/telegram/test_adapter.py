"""The Telegram adapter against the fake's socket."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession, web

from bot.channels.telegram.adapter import TelegramAdapter
from bot.protocol import (
    Attachment,
    CannotEdit,
    FileGone,
    Moved,
    Part,
    RetryLater,
    Unavailable,
    Undeliverable,
    Unsendable,
)
from config.texts import Texts
from storage.messages import Address, Button, Event, Place
from tests.fakes.files import MemoryFiles
from tests.fakes.messenger import Person, Room, Upload
from tests.fakes.telegram import FakeTelegram
from tests.fakes.telegram.spec import TelegramSpec

JPEG = b"\xff\xd8 a photo of a hole"
PDF = b"%PDF a paper"
SECRET = "a-word-between-us"
GROUP = Address("telegram", "-1001")
ANNA = Address("telegram", "42")


class MemoryInbox:
    """Keeps events in a list; each event once, as the real one does."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.deliveries: list[str] = []
        self.parked: list[tuple[str, Any, str]] = []
        self.away_for = 0
        self.gate = asyncio.Event()
        self.gate.set()
        self._changed = asyncio.Condition()

    async def accept(self, event: Event) -> None:
        await self._tell(event.id)
        await self.gate.wait()
        if self.away_for:
            self.away_for -= 1
            raise Unavailable
        if event.id not in {kept.id for kept in self.events}:
            self.events.append(event)
        await self._tell()

    async def park(self, channel: str, event_id: str, raw: Any, error: str) -> None:
        self.parked.append((event_id, raw, error))
        await self._tell()

    async def cursor(self, channel: str) -> str | None:
        raise AssertionError("Telegram keeps the cursor itself")

    async def move_cursor(self, channel: str, cursor: str) -> None:
        raise AssertionError("Telegram keeps the cursor itself")

    async def got(self, count: int) -> list[Event]:
        async with self._changed, asyncio.timeout(10):
            await self._changed.wait_for(lambda: len(self.events) >= count)
        return self.events

    async def tried(self, event_id: int) -> None:
        async with self._changed, asyncio.timeout(10):
            await self._changed.wait_for(lambda: str(event_id) in self.deliveries)

    async def _tell(self, *deliveries: str) -> None:
        async with self._changed:
            self.deliveries += deliveries
            self._changed.notify_all()


@pytest.fixture
async def telegram() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram() as fake:
        assert isinstance(fake, FakeTelegram)
        fake.room(GROUP.chat)
        yield fake
        assert fake.violations == []


@pytest.fixture
def inbox() -> MemoryInbox:
    return MemoryInbox()


@pytest.fixture
def files() -> MemoryFiles:
    return MemoryFiles(photo=JPEG, paper=PDF)


def make_adapter(
    telegram: FakeTelegram, files: MemoryFiles | None = None, **options: Any
) -> TelegramAdapter:
    return TelegramAdapter(
        telegram.token,
        files if files is not None else MemoryFiles(),
        Texts.load(),
        api_url=telegram.url,
        pause=0.01,
        **options,
    )


@pytest.fixture
async def adapter(telegram: FakeTelegram, files: MemoryFiles) -> AsyncIterator[TelegramAdapter]:
    adapter = make_adapter(telegram, files)
    yield adapter
    await adapter.close()


@asynccontextmanager
async def polling(
    telegram: FakeTelegram, inbox: MemoryInbox, **options: Any
) -> AsyncIterator[None]:
    adapter = make_adapter(telegram, **options)
    await adapter.start(inbox)
    task = asyncio.create_task(adapter.receive())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await adapter.close()


@pytest.fixture
def anna(telegram: FakeTelegram) -> Person:
    telegram.met.add("42")
    return telegram.person("42", "Анна Ли")


@pytest.fixture
def group(telegram: FakeTelegram) -> Room:
    return telegram.room(GROUP.chat)


def rows(*labels: str, **more: Any) -> tuple[tuple[Button, ...], ...]:
    return tuple((Button(label, press=f"press={label}", **more),) for label in labels)


def photo(key: str = "photo", **more: Any) -> Attachment:
    return Attachment("photo", "hole.jpg", "image/jpeg", **({"key": key} | more))


def paper(**more: Any) -> Attachment:
    return Attachment("document", "акт.pdf", "application/pdf", **({"key": "paper"} | more))


class TestPolling:
    async def test_a_message_comes_in_and_is_confirmed(
        self, telegram: FakeTelegram, inbox: MemoryInbox, anna: Person
    ) -> None:
        async with polling(telegram, inbox):
            await anna.says("Яма")
            (event,) = await inbox.got(1)
            await telegram.until(lambda: not telegram.waiting)

        assert (event.text, event.address, event.person.name) == ("Яма", ANNA, "Анна Ли")

    async def test_nothing_is_confirmed_before_it_is_kept(
        self, telegram: FakeTelegram, inbox: MemoryInbox, anna: Person
    ) -> None:
        inbox.gate.clear()
        async with polling(telegram, inbox):
            await anna.says("Яма")
            (waiting,) = telegram.waiting
            await inbox.tried(waiting["update_id"])
            assert telegram.waiting == [waiting]
            inbox.gate.set()
            await telegram.until(lambda: not telegram.waiting)

        assert len(inbox.events) == 1

    async def test_what_was_not_confirmed_comes_again_after_a_restart(
        self, telegram: FakeTelegram, inbox: MemoryInbox, anna: Person
    ) -> None:
        inbox.gate.clear()
        async with polling(telegram, inbox):
            await anna.says("Яма")
            await inbox.tried(telegram.waiting[0]["update_id"])
        inbox.gate.set()
        assert inbox.events == []

        async with polling(telegram, inbox):
            (event,) = await inbox.got(1)

        assert event.text == "Яма"

    async def test_an_unavailable_inbox_is_tried_again(
        self, telegram: FakeTelegram, inbox: MemoryInbox, anna: Person
    ) -> None:
        inbox.away_for = 3
        async with polling(telegram, inbox):
            await anna.says("Яма")
            await inbox.got(1)

        assert len(inbox.deliveries) == 4

    async def test_a_strange_update_is_parked_and_the_rest_goes_on(
        self, telegram: FakeTelegram, inbox: MemoryInbox, anna: Person
    ) -> None:
        await anna.says("раз")
        strange = await telegram.queue(message={"message_id": "не число", "text": "тайна"})
        await anna.says("два")
        async with polling(telegram, inbox):
            events = await inbox.got(2)
            await telegram.until(lambda: not telegram.waiting)

        assert [event.text for event in events] == ["раз", "два"]
        ((event_id, raw, error),) = inbox.parked
        assert event_id == str(strange)
        assert raw["message"]["text"] == "тайна"
        assert "тайна" not in error

    async def test_an_update_of_no_interest_is_confirmed_all_the_same(
        self, telegram: FakeTelegram, inbox: MemoryInbox
    ) -> None:
        await telegram.queue(shipping_query={"id": "1"})
        await telegram.queue(message_reaction={})
        async with polling(telegram, inbox):
            await telegram.until(lambda: not telegram.waiting)

        assert inbox.events == []

    async def test_each_chat_keeps_its_order_and_chats_do_not_wait_for_each_other(
        self, telegram: FakeTelegram, inbox: MemoryInbox, anna: Person
    ) -> None:
        oleg = telegram.person("43", "Олег")
        for n in range(5):
            await anna.says(f"А{n}")
            await oleg.says(f"О{n}")
        inbox.gate.clear()
        first_of_oleg = telegram.waiting[1]["update_id"]
        async with polling(telegram, inbox):
            await inbox.tried(first_of_oleg)
            inbox.gate.set()
            events = await inbox.got(10)

        assert [e.text for e in events if e.address.chat == "42"] == [f"А{n}" for n in range(5)]
        assert [e.text for e in events if e.address.chat == "43"] == [f"О{n}" for n in range(5)]

    async def test_updates_that_come_twice_are_known_by_their_id(
        self, telegram: FakeTelegram, inbox: MemoryInbox, anna: Person
    ) -> None:
        telegram.twice = True
        async with polling(telegram, inbox):
            await anna.says("Яма")
            await telegram.until(lambda: not telegram.waiting)

        assert len(inbox.deliveries) == 2
        assert len(inbox.events) == 1

    @pytest.mark.parametrize(
        "fault",
        [
            {"status": 500},
            {"status": 502, "body": "<html>Bad Gateway</html>"},
            {"status": 0},
            {"status": 409},
            {"status": 429, "retry_after": 0},
            {"status": 200, "body": "[]"},
        ],
    )
    async def test_a_failing_poll_is_tried_again(
        self, telegram: FakeTelegram, inbox: MemoryInbox, anna: Person, fault: dict[str, Any]
    ) -> None:
        telegram.fail_next("getUpdates", times=2, **fault)
        await anna.says("Яма")
        async with polling(telegram, inbox):
            await inbox.got(1)

    async def test_a_start_while_telegram_is_away_goes_on_when_it_is_back(
        self, telegram: FakeTelegram, inbox: MemoryInbox, anna: Person
    ) -> None:
        await telegram.stop()
        async with polling(telegram, inbox):
            await telegram.start()
            await anna.says("Яма")
            await inbox.got(1)

    async def test_polling_takes_a_webhook_away_and_sets_the_menu(
        self, telegram: FakeTelegram, inbox: MemoryInbox
    ) -> None:
        telegram.webhook = {"url": "https://old.example.ru", "secret": ""}
        async with polling(telegram, inbox, commands=[("start", "Начать"), ("help", "Помощь")]):
            await telegram.until(lambda: telegram.called("getUpdates"))

        assert telegram.webhook == {}
        assert telegram.commands[0] == {"command": "start", "description": "Начать"}

    async def test_a_webhook_set_by_someone_else_meanwhile_is_taken_away(
        self, telegram: FakeTelegram, inbox: MemoryInbox, anna: Person
    ) -> None:
        async with polling(telegram, inbox):
            await telegram.until(lambda: telegram.called("getUpdates"))
            telegram.webhook = {"url": "https://old.example.ru", "secret": ""}
            telegram.webhook_base = "http://127.0.0.1:1"
            await anna.says("Яма")
            await telegram.until(lambda: not telegram.webhook)
            await inbox.got(1)

    async def test_a_refused_menu_does_not_keep_the_bot_away(
        self, telegram: FakeTelegram, inbox: MemoryInbox, anna: Person
    ) -> None:
        async with polling(telegram, inbox, commands=[("БОЛЬШАЯ", "Так нельзя")]):
            await anna.says("Яма")
            await inbox.got(1)

    async def test_the_token_is_never_logged(
        self, telegram: FakeTelegram, inbox: MemoryInbox, capfd: pytest.CaptureFixture[str]
    ) -> None:
        await telegram.stop()
        adapter = make_adapter(telegram)
        await adapter.start(inbox)
        with pytest.raises(RetryLater) as refused:
            await adapter.send(ANNA, Part("Здравствуйте"), key=1)
        await adapter.close()

        told = str(refused.value) + "".join(capfd.readouterr())
        assert "telegram_away" in told
        assert telegram.token not in told
        assert refused.value.__cause__ is None


class TestWhatComes:
    async def test_a_pressed_button_brings_its_data_and_its_spinner_stops(
        self,
        telegram: FakeTelegram,
        inbox: MemoryInbox,
        adapter: TelegramAdapter,
        anna: Person,
    ) -> None:
        (sent,) = await adapter.send(ANNA, Part("Что случилось?", rows("Яма", "Свет")), key=1)
        async with polling(telegram, inbox):
            await anna.presses("Свет")
            (event,) = await inbox.got(1)
            await telegram.until(lambda: telegram.answered)

        assert (event.press, event.message) == ("press=Свет", sent)

    async def test_a_press_that_cannot_be_answered_any_more_still_counts(
        self,
        telegram: FakeTelegram,
        inbox: MemoryInbox,
        adapter: TelegramAdapter,
        anna: Person,
    ) -> None:
        await adapter.send(ANNA, Part("Что случилось?", rows("Яма")), key=1)
        telegram.fail_next("answerCallbackQuery", 400, "Bad Request: query is too old")
        async with polling(telegram, inbox):
            await anna.presses("Яма")
            await inbox.got(1)
            await telegram.until(lambda: telegram.called("answerCallbackQuery"))
            await telegram.until(lambda: not telegram.waiting)

    async def test_an_album_comes_as_parts_of_one(
        self, telegram: FakeTelegram, inbox: MemoryInbox, anna: Person
    ) -> None:
        async with polling(telegram, inbox):
            await anna.sends(Upload(JPEG), Upload(b"two"), caption="Яма")
            one, two = await inbox.got(2)

        assert one.album
        assert one.album == two.album
        assert (one.text, two.text) == ("Яма", "")

    async def test_a_place_an_edit_a_sticker_and_a_forwarded_post(
        self, telegram: FakeTelegram, inbox: MemoryInbox, anna: Person
    ) -> None:
        async with polling(telegram, inbox):
            await anna.shares_place(55.75, 37.62)
            shown = await anna.says("Яма")
            await telegram.edit(anna, anna.room, shown, "Яма у дома 5")
            await anna.sends_unreadable("sticker")
            await telegram.forward(anna, "Прорвало трубу", (Upload(JPEG),))
            place, _, edited, sticker, post = await inbox.got(5)

        assert place.place == Place(55.75, 37.62)
        assert (edited.edited, edited.text, edited.message) == (True, "Яма у дома 5", shown.id)
        assert sticker.unreadable == "sticker"
        assert post.text == "Прорвало трубу"
        assert post.files[0].kind == "photo"

    async def test_blocking_and_coming_back_are_told(
        self, telegram: FakeTelegram, inbox: MemoryInbox, anna: Person
    ) -> None:
        async with polling(telegram, inbox):
            await anna.blocks_bot()
            await telegram.unblock(anna)
            events = await inbox.got(2)

        assert [event.change for event in events] == ["blocked", "unblocked"]

    async def test_a_group_joined_and_moved_is_told(
        self, telegram: FakeTelegram, inbox: MemoryInbox, anna: Person
    ) -> None:
        small = telegram.room("-77")
        async with polling(telegram, inbox):
            await telegram.invite(anna, small)
            new = await telegram.migrate(small)
            joined, moved = await inbox.got(2)

        assert (joined.change, joined.address.chat) == ("joined", "-77")
        assert (moved.change, moved.address.chat, moved.moved_to) == ("moved", "-77", new.id)

    async def test_files_are_fetched_byte_for_byte(
        self,
        telegram: FakeTelegram,
        inbox: MemoryInbox,
        adapter: TelegramAdapter,
        anna: Person,
    ) -> None:
        content = bytes(range(256)) * 1000
        async with polling(telegram, inbox):
            await anna.sends(Upload(content))
            await anna.sends(Upload(PDF, "акт.pdf", "application/pdf", "document"))
            picture, paper_event = await inbox.got(2)

        assert await fetched(adapter, picture.files[0].ref) == content
        assert await fetched(adapter, paper_event.files[0].ref) == PDF
        assert paper_event.files[0].name == "акт.pdf"

    @pytest.mark.parametrize(
        ("method", "fault", "expected"),
        [
            ("getFile", {"status": 400, "description": "Bad Request: file is too big"}, FileGone),
            ("getFile", {"status": 500}, RetryLater),
            ("getFile", {"status": 429, "retry_after": 3}, RetryLater),
            ("file", {"status": 404}, FileGone),
            ("file", {"status": 502}, RetryLater),
            ("file", {"status": 0, "times": 2}, RetryLater),  # aiohttp tries a GET twice itself
        ],
    )
    async def test_a_file_that_does_not_come_is_gone_or_comes_later(
        self,
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
            (event,) = await inbox.got(1)
        telegram.fail_next(method, **fault)

        with pytest.raises(expected) as told:
            await fetched(adapter, event.files[0].ref)
        assert telegram.token not in str(told.value)


async def fetched(adapter: TelegramAdapter, ref: str) -> bytes:
    return b"".join([chunk async for chunk in adapter.fetch(ref)])


class TestWebhook:
    @pytest.fixture
    async def served(self, telegram: FakeTelegram, inbox: MemoryInbox) -> AsyncIterator[str]:
        """The bot behind its webhook; the address where it really listens."""
        adapter = make_adapter(telegram, webhook="https://bot.example.ru", secret=SECRET)
        app = web.Application()
        app.router.add_routes(adapter.routes())
        runner = web.AppRunner(app)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        base = f"http://127.0.0.1:{runner.addresses[0][1]}"
        telegram.webhook_base = base
        await adapter.start(inbox)
        await adapter.receive()
        yield base
        await runner.cleanup()
        await adapter.close()

    async def test_updates_come_by_webhook(
        self, telegram: FakeTelegram, inbox: MemoryInbox, served: str, anna: Person
    ) -> None:
        await anna.says("Яма")
        await inbox.got(1)
        await telegram.until(lambda: not telegram.waiting)

        assert telegram.webhook["url"] == "https://bot.example.ru/webhook/telegram"
        assert telegram.webhook_answers == [200]

    async def test_an_unavailable_inbox_says_503_and_gets_it_again(
        self, telegram: FakeTelegram, inbox: MemoryInbox, served: str, anna: Person
    ) -> None:
        inbox.away_for = 2
        await anna.says("Яма")
        await inbox.got(1)
        await telegram.until(lambda: not telegram.waiting)

        assert telegram.webhook_answers == [503, 503, 200]

    async def test_a_strange_update_is_parked(
        self, telegram: FakeTelegram, inbox: MemoryInbox, served: str
    ) -> None:
        strange = await telegram.queue(message={"message_id": "не число"})
        await telegram.until(lambda: not telegram.waiting)

        assert [event_id for event_id, _, _ in inbox.parked] == [str(strange)]

    @pytest.mark.parametrize(
        ("secret", "body", "status"),
        [
            ("a-wrong-word", '{"update_id": 1}', 403),
            ("", '{"update_id": 1}', 403),
            (None, '{"update_id": 1}', 403),
            (SECRET, "не JSON", 400),
            (SECRET, "[]", 400),
            (SECRET, "{}", 400),
        ],
    )
    async def test_who_does_not_know_the_secret_changes_nothing(
        self, inbox: MemoryInbox, served: str, secret: str | None, body: str, status: int
    ) -> None:
        headers = {} if secret is None else {"X-Telegram-Bot-Api-Secret-Token": secret}
        async with (
            ClientSession() as client,
            client.post(f"{served}/webhook/telegram", data=body, headers=headers) as response,
        ):
            assert response.status == status
        assert not inbox.events
        assert not inbox.parked

    async def test_a_press_by_webhook_has_its_spinner_stopped(
        self,
        telegram: FakeTelegram,
        inbox: MemoryInbox,
        served: str,
        adapter: TelegramAdapter,
        anna: Person,
    ) -> None:
        await adapter.send(ANNA, Part("Что случилось?", rows("Яма")), key=1)
        await anna.presses("Яма")
        await inbox.got(1)

        await telegram.until(lambda: telegram.answered)

    def test_a_webhook_without_a_secret_is_refused(self, telegram: FakeTelegram) -> None:
        with pytest.raises(ValueError, match="secret"):
            make_adapter(telegram, webhook="https://bot.example.ru")


class TestLimits:
    async def test_a_group_has_a_budget_of_its_own_and_a_private_chat_a_pace(
        self, adapter: TelegramAdapter
    ) -> None:
        group, private = adapter.limits_of(GROUP.chat), adapter.limits_of(ANNA.chat)

        assert (group.messages_per_minute, group.pushes_per_second) == (20, None)
        assert (private.messages_per_minute, private.pushes_per_second) == (None, 1)
        assert group.text == private.text


class TestSending:
    async def test_a_text_is_shown_literally(
        self, telegram: FakeTelegram, adapter: TelegramAdapter, anna: Person
    ) -> None:
        text = "<b>Яма</b> *на* _дороге_ & [тут](https://example.ru)"
        (sent,) = await adapter.send(ANNA, Part(text), key=1)

        assert anna.room.message(sent).text == text
        (params,) = telegram.called("sendMessage")
        assert "parse_mode" not in params
        assert params["link_preview_options"] == {"is_disabled": True}
        assert params["reply_markup"] == {"remove_keyboard": True}

    async def test_buttons_have_their_tones_and_links(
        self, telegram: FakeTelegram, adapter: TelegramAdapter, group: Room
    ) -> None:
        buttons = (
            (Button("Взять", press="take=1", tone="good"), Button("Отказ", press="no", tone="bad")),
            (
                Button("Карта", kind="url", url="https://example.ru"),
                Button("Место", kind="location"),
            ),
        )
        await adapter.send(GROUP, Part("Карточка", buttons, "keyboard"), key=1)

        (params,) = telegram.called("sendMessage")
        assert params["reply_markup"]["inline_keyboard"] == [
            [
                {"text": "Взять", "callback_data": "take=1", "style": "success"},
                {"text": "Отказ", "callback_data": "no", "style": "danger"},
            ],
            [{"text": "Карта", "url": "https://example.ru"}],
        ]

    async def test_a_location_key_brings_the_place(
        self,
        telegram: FakeTelegram,
        inbox: MemoryInbox,
        adapter: TelegramAdapter,
        anna: Person,
    ) -> None:
        keys = ((Button("Моё место", kind="location"),), (Button("Пропустить", press="skip"),))
        await adapter.send(ANNA, Part("Где?", keys, "keyboard"), key=1)
        async with polling(telegram, inbox):
            await anna.presses("Моё место")
            await anna.presses("Пропустить")
            place, skip = await inbox.got(2)

        assert place.place is not None
        assert (skip.text, skip.press) == ("Пропустить", "")

    async def test_a_message_answers_another_and_does_without_where_it_is_gone(
        self, adapter: TelegramAdapter, group: Room
    ) -> None:
        (card,) = await adapter.send(GROUP, Part("Карточка"), key=1)
        (under,) = await adapter.send(GROUP, Part("Дополнение"), key=2, reply_to=card)
        (alone,) = await adapter.send(GROUP, Part("Ещё"), key=3, reply_to="999")

        assert group.message(under).reply_to == card
        assert group.message(alone).reply_to == ""

    async def test_one_file_carries_the_text_and_the_buttons(
        self, adapter: TelegramAdapter, anna: Person
    ) -> None:
        part = Part("Проверьте", rows("Отправить"), attachments=(photo(),))
        (sent,) = await adapter.send(ANNA, part, key=1)

        shown = anna.room.message(sent)
        assert (shown.text, shown.files) == ("Проверьте", [JPEG])
        assert shown.button("Отправить")

    async def test_photos_and_papers_are_albums_apart(
        self, telegram: FakeTelegram, adapter: TelegramAdapter, group: Room
    ) -> None:
        part = Part("Файлы", attachments=(paper(), photo(), paper(), photo()))
        ids = await adapter.send(GROUP, part, key=1)

        assert [group.message(sent).files for sent in ids] == [[JPEG], [JPEG], [PDF], [PDF]]
        assert group.message(ids[0]).text == "Файлы"
        assert len(telegram.called("sendMediaGroup")) == 2

    async def test_an_album_is_followed_by_the_text_with_its_buttons(
        self, adapter: TelegramAdapter, anna: Person
    ) -> None:
        part = Part("Проверьте", rows("Отправить"), attachments=(photo(), photo()))
        ids = await adapter.send(ANNA, part, key=1)

        assert anna.room.message(ids[0]).button("Отправить")
        assert anna.room.shown[-1].id == ids[0]
        assert len(ids) == 3

    async def test_a_text_too_long_for_a_caption_goes_by_itself(
        self, adapter: TelegramAdapter, anna: Person
    ) -> None:
        part = Part("🕳" * 600, attachments=(photo(),))  # 1200 units
        ids = await adapter.send(ANNA, part, key=1)

        assert [anna.room.message(sent).text for sent in ids] == ["🕳" * 600, ""]

    async def test_an_own_file_is_passed_on_by_its_id(
        self,
        telegram: FakeTelegram,
        inbox: MemoryInbox,
        adapter: TelegramAdapter,
        anna: Person,
        group: Room,
    ) -> None:
        async with polling(telegram, inbox):
            await anna.sends(Upload(JPEG))
            (event,) = await inbox.got(1)
        ref = event.files[0].ref
        (sent,) = await adapter.send(GROUP, Part("", attachments=(photo("", ref=ref),)), key=1)

        assert group.message(sent).files == [JPEG]
        assert telegram.called("sendPhoto")[0]["photo"] == ref

    async def test_names_cannot_break_out_of_their_header(
        self, telegram: FakeTelegram, adapter: TelegramAdapter, files: MemoryFiles
    ) -> None:
        name = 'a"; x="b\r\nX-Evil: 1/акт.pdf'
        evil = Attachment("document", name, "application/pdf", key="paper")
        await adapter.send(GROUP, Part("", attachments=(evil,)), key=1)

        (kept,) = telegram.files.values()
        assert kept.name.endswith("акт.pdf")
        assert kept.content == PDF


class TestRefusals:
    """What Telegram does not take as it is goes in a lesser form: no text is lost."""

    async def test_a_refused_id_gives_way_to_an_upload(
        self, adapter: TelegramAdapter, group: Room
    ) -> None:
        stale = photo("photo", ref="photo-of-another-bot")
        (sent,) = await adapter.send(GROUP, Part("Яма", attachments=(stale,)), key=1)

        assert (group.message(sent).text, group.message(sent).files) == ("Яма", [JPEG])

    async def test_a_photo_that_is_no_photo_goes_as_a_document(
        self, telegram: FakeTelegram, adapter: TelegramAdapter, group: Room
    ) -> None:
        telegram.fail_next("sendPhoto", 400, "Bad Request: PHOTO_INVALID_DIMENSIONS")
        (sent,) = await adapter.send(GROUP, Part("Яма", attachments=(photo(),)), key=1)

        assert group.message(sent).files == [JPEG]
        assert len(telegram.called("sendDocument")) == 1

    @pytest.mark.parametrize("key", ["missing", "empty"])
    async def test_a_bad_file_costs_neither_the_text_nor_the_other_files(
        self, adapter: TelegramAdapter, files: MemoryFiles, group: Room, key: str
    ) -> None:
        files.kept["empty"] = b""
        part = Part("Яма", attachments=(photo(), photo(key), photo()))
        ids = await adapter.send(GROUP, part, key=1)

        shown = [group.message(sent) for sent in ids]
        assert [(s.text, s.files) for s in shown] == [("Яма", []), ("", [JPEG]), ("", [JPEG])]

    async def test_a_refused_keyboard_costs_no_text(
        self, telegram: FakeTelegram, adapter: TelegramAdapter, group: Room
    ) -> None:
        too_long = ((Button("Яма", press="я" * 33),),)
        (sent,) = await adapter.send(GROUP, Part("Карточка", too_long), key=1)

        assert (group.message(sent).text, group.message(sent).buttons) == ("Карточка", [])

    async def test_what_goes_in_no_form_is_unsendable(
        self, telegram: FakeTelegram, adapter: TelegramAdapter, anna: Person
    ) -> None:
        with pytest.raises(Unsendable):
            await adapter.send(ANNA, Part("   "), key=1)

    async def test_a_retry_does_not_repeat_what_went_out(
        self, telegram: FakeTelegram, adapter: TelegramAdapter, anna: Person
    ) -> None:
        part = Part("Проверьте", rows("Отправить"), attachments=(photo(), photo()))
        telegram.fail_next("sendMessage", 500)
        with pytest.raises(RetryLater):
            await adapter.send(ANNA, part, key=1)
        ids = await adapter.send(ANNA, part, key=1)

        assert len(ids) == 3
        assert len(telegram.called("sendMediaGroup")) == 1

    async def test_an_answer_in_unknown_words_still_means_sent(
        self, telegram: FakeTelegram, adapter: TelegramAdapter, group: Room
    ) -> None:
        body = '{"ok": true, "result": {"message_id": 7, "chat": "новый вид"}}'
        telegram.fail_next("sendMessage", 200, body=body, after=True)

        assert await adapter.send(GROUP, Part("Карточка"), key=1) == ["7"]

    @pytest.mark.parametrize(
        ("fault", "seconds"),
        [
            ({"status": 429, "retry_after": 17}, 17),
            ({"status": 500}, None),
            ({"status": 502, "body": "<html>"}, None),
            ({"status": 0}, None),
            ({"status": 0, "after": True}, None),
        ],
    )
    async def test_trouble_that_passes_is_retried_later(
        self,
        telegram: FakeTelegram,
        adapter: TelegramAdapter,
        anna: Person,
        fault: dict[str, Any],
        seconds: float | None,
    ) -> None:
        telegram.fail_next("sendMessage", **fault)
        with pytest.raises(RetryLater) as told:
            await adapter.send(ANNA, Part("Здравствуйте"), key=1)

        assert told.value.seconds == seconds

    async def test_a_groups_limit_does_not_stop_residents(
        self, telegram: FakeTelegram, adapter: TelegramAdapter, anna: Person
    ) -> None:
        telegram.rate_limited = True
        for key in range(20):
            await adapter.send(GROUP, Part("Карточка"), key=key)
        with pytest.raises(RetryLater) as told:
            await adapter.send(GROUP, Part("Карточка"), key=21)

        assert told.value.seconds
        assert not told.value.everywhere
        assert await adapter.send(ANNA, Part("Здравствуйте"), key=22)

    async def test_a_refused_token_gives_up_nothing(
        self, telegram: FakeTelegram, adapter: TelegramAdapter, anna: Person
    ) -> None:
        telegram.fail_next("sendMessage", 401)
        with pytest.raises(RetryLater) as told:
            await adapter.send(ANNA, Part("Здравствуйте"), key=1)

        assert told.value.everywhere

    async def test_who_blocked_the_bot_cannot_be_reached(
        self, telegram: FakeTelegram, adapter: TelegramAdapter, anna: Person
    ) -> None:
        await anna.blocks_bot()
        with pytest.raises(Undeliverable):
            await adapter.send(ANNA, Part("Здравствуйте"), key=1)

    @pytest.mark.parametrize("chat", ["-404", "43"])
    async def test_an_unknown_chat_cannot_be_reached(
        self, telegram: FakeTelegram, adapter: TelegramAdapter, chat: str
    ) -> None:
        telegram.person("43")  # has never written
        with pytest.raises(Undeliverable):
            await adapter.send(Address("telegram", chat), Part("Здравствуйте"), key=1)

    async def test_a_supergroup_tells_its_new_id(
        self, telegram: FakeTelegram, adapter: TelegramAdapter
    ) -> None:
        small = telegram.room("-77")
        new = await telegram.migrate(small)
        with pytest.raises(Moved) as told:
            await adapter.send(Address("telegram", "-77"), Part("Карточка"), key=1)

        assert told.value.chat == new.id
        assert await adapter.send(Address("telegram", new.id), Part("Карточка"), key=1)


class TestEditing:
    async def test_text_and_buttons_change_where_they_stand(
        self, adapter: TelegramAdapter, group: Room
    ) -> None:
        (card,) = await adapter.send(GROUP, Part("Новое", rows("Взять")), key=1)
        await adapter.edit(GROUP, card, Part("В работе", rows("Ответить")))
        shown = group.message(card)
        assert (shown.text, shown.edits) == ("В работе", 1)
        assert [button.label for button in shown.buttons] == ["Ответить"]

        await adapter.edit(GROUP, card, Part("Решено"))
        assert group.message(card).buttons == []

    async def test_an_edit_that_changes_nothing_is_done(
        self, adapter: TelegramAdapter, group: Room
    ) -> None:
        (card,) = await adapter.send(GROUP, Part("Новое", rows("Взять")), key=1)
        await adapter.edit(GROUP, card, Part("Новое", rows("Взять")))

        assert group.message(card).edits == 0

    async def test_a_caption_is_edited_too(self, adapter: TelegramAdapter, group: Room) -> None:
        part = Part("Новое", rows("Взять"), attachments=(photo(),))
        (card,) = await adapter.send(GROUP, part, key=1)
        await adapter.edit(GROUP, card, Part("В работе", rows("Ответить")))

        assert group.message(card).text == "В работе"

    async def test_a_caption_cannot_become_a_long_text(
        self, adapter: TelegramAdapter, group: Room
    ) -> None:
        (card,) = await adapter.send(GROUP, Part("Новое", attachments=(photo(),)), key=1)
        with pytest.raises(CannotEdit):
            await adapter.edit(GROUP, card, Part("а" * 1025))

    async def test_a_message_that_is_gone_cannot_be_edited(self, adapter: TelegramAdapter) -> None:
        with pytest.raises(CannotEdit):
            await adapter.edit(GROUP, "999", Part("В работе"))

    async def test_a_persons_message_cannot_be_edited(
        self, adapter: TelegramAdapter, anna: Person
    ) -> None:
        shown = await anna.says("Яма")
        with pytest.raises(CannotEdit):
            await adapter.edit(ANNA, shown.id, Part("В работе"))

    async def test_a_card_left_in_the_old_group_cannot_be_edited(
        self, telegram: FakeTelegram, adapter: TelegramAdapter
    ) -> None:
        small = Address("telegram", "-77")
        room = telegram.room("-77")
        (card,) = await adapter.send(small, Part("Новое"), key=1)
        await telegram.migrate(room)
        with pytest.raises(CannotEdit):
            await adapter.edit(small, card, Part("В работе"))

    async def test_a_full_group_asks_to_wait_with_edits_too(
        self, telegram: FakeTelegram, adapter: TelegramAdapter
    ) -> None:
        (card,) = await adapter.send(GROUP, Part("Новое"), key=1)
        telegram.fail_next("editMessageText", 429, retry_after=9)
        with pytest.raises(RetryLater) as told:
            await adapter.edit(GROUP, card, Part("В работе"))

        assert (told.value.seconds, told.value.everywhere) == (9, False)


class TestCheck:
    async def test_all_is_well(self, telegram: FakeTelegram, adapter: TelegramAdapter) -> None:
        findings = await adapter.check(GROUP)

        assert all(finding.ok for finding in findings)
        assert "@mcu_test_bot" in findings[0].text
        assert len(findings) == 4

    async def test_a_staff_chat_in_another_channel_is_not_ours_to_check(
        self, adapter: TelegramAdapter
    ) -> None:
        findings = await adapter.check(Address("vk", "2000000001"))

        assert {finding.subject for finding in findings} == {"MCU_TELEGRAM_TOKEN"}

    @pytest.mark.parametrize(
        ("fault", "words"),
        [
            ({"status": 401}, "не принимает токен"),
            ({"status": 404}, "не принимает токен"),
            ({"status": 500}, "не отвечает"),
            ({"status": 0}, "не отвечает"),
        ],
    )
    async def test_a_token_that_does_not_work(
        self, telegram: FakeTelegram, adapter: TelegramAdapter, fault: dict[str, Any], words: str
    ) -> None:
        telegram.fail_next("getMe", **fault)
        (finding,) = await adapter.check(GROUP)

        assert not finding.ok
        assert words in finding.text
        assert telegram.token not in finding.text

    @pytest.mark.parametrize(
        ("trouble", "words"),
        [
            ("privacy", "/setprivacy"),
            ("kicked", "Бота нет в чате"),
            ("muted", "нельзя писать"),
            ("unknown", "не найден"),
            ("private", "не группа"),
            ("moved", "-10077"),
        ],
    )
    async def test_a_staff_chat_that_does_not_work(
        self,
        telegram: FakeTelegram,
        adapter: TelegramAdapter,
        anna: Person,
        trouble: str,
        words: str,
    ) -> None:
        chat = GROUP.chat
        if trouble == "privacy":
            telegram.privacy = True
        elif trouble == "kicked":
            telegram.kicked_from.add(chat)
        elif trouble == "muted":
            telegram.muted_in.add(chat)
        elif trouble == "unknown":
            chat = "-404"
        elif trouble == "private":
            chat = "42"
        else:
            chat = "-77"
            await telegram.migrate(telegram.room(chat))
        findings = await adapter.check(Address("telegram", chat))

        wrong = [finding for finding in findings if not finding.ok]
        assert [finding.subject for finding in wrong] == ["MCU_STAFF_CHAT"]
        assert words in wrong[0].text

    async def test_an_administrator_reads_everything_in_privacy_mode_too(
        self, telegram: FakeTelegram, adapter: TelegramAdapter
    ) -> None:
        telegram.privacy = True
        telegram.admin_in.add(GROUP.chat)

        assert all(finding.ok for finding in await adapter.check(GROUP))

    async def test_a_webhook_that_fails_is_told(
        self, telegram: FakeTelegram, inbox: MemoryInbox, anna: Person
    ) -> None:
        hooked = make_adapter(telegram, webhook="https://bot.example.ru", secret=SECRET)
        telegram.webhook_base = "http://127.0.0.1:1"
        before = await hooked.check(None)
        await hooked.start(inbox)
        after = await hooked.check(None)
        await anna.says("Яма")
        await telegram.until(lambda: telegram.webhook_error)
        failing = await hooked.check(None)
        await hooked.close()

        assert [findings[1].ok for findings in (before, after, failing)] == [True, True, False]
        assert "1 сообщение" in failing[1].text

    async def test_a_webhook_of_another_server_is_told_when_polling(
        self, telegram: FakeTelegram, adapter: TelegramAdapter
    ) -> None:
        telegram.webhook = {"url": "https://old.example.ru/x", "secret": ""}
        findings = await adapter.check(None)

        assert "old.example.ru" in findings[1].text


class TestSpec:
    """The fake tells what the specification does not allow."""

    @pytest.fixture
    def spec(self) -> TelegramSpec:
        spec = TelegramSpec.load()
        if spec is None:
            pytest.skip("the specification is not here")
        return spec

    @pytest.mark.parametrize(
        ("method", "form", "wrong"),
        [
            ("sendMessage", {"chat_id": "1", "text": "Яма"}, ""),
            ("sendMessage", {"chat_id": "1"}, "sendMessage.text: missing"),
            ("sendMessage", {"chat_id": "1", "text": "", "colour": "1"}, "no such parameter"),
            ("sendFax", {}, "no such method"),
            ("getUpdates", {"offset": "раз"}, "is no Integer"),
            ("getUpdates", {"allowed_updates": "[1]"}, "is no String"),
            (
                "sendMessage",
                {"chat_id": "1", "text": "Яма", "reply_markup": '{"inline_keyboard": [[{}]]}'},
                "text: missing",
            ),
            (
                "sendMediaGroup",
                {"chat_id": "1", "media": '[{"type": "photo", "media": "attach://x"}]'},
                "no such upload",
            ),
        ],
    )
    def test_a_wrong_request_is_named(
        self, spec: TelegramSpec, method: str, form: dict[str, str], wrong: str
    ) -> None:
        told = spec.check(method, form)

        assert bool(told) == bool(wrong)
        assert wrong in "".join(told)

    def test_the_suite_does_without_it(self, tmp_path: Path) -> None:
        assert TelegramSpec.load(tmp_path / "telegram-bot-api.json") is None
