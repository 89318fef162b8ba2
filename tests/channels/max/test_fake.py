"""The fake MAX does what MAX was seen to do: to be trusted, it must be able to refuse."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import ClientSession, FormData, web

from tests.fakes.clock import Clock
from tests.fakes.max import GROUP, FakeMax
from tests.fakes.max.updates import FIRST_MARKER, Retrying
from tests.fakes.messenger import Upload

JPEG = b"\xff\xd8\xff" + b"photo" * 100
HOOK = "https://bor.example.ru/webhook/max"
TYPES = ["message_created", "bot_started"]


class Bot:
    """Whoever asks, with the token or another."""

    def __init__(self, fake: FakeMax, session: ClientSession) -> None:
        self.fake = fake
        self.session = session

    async def asks(
        self, call: str, body: Any = None, token: str | None = None, **query: str
    ) -> tuple[int, Any]:
        method, path = call.split()
        headers = {"Authorization": self.fake.token if token is None else token}
        async with self.session.request(
            method, self.fake.url + path, json=body, params=query, headers=headers
        ) as response:
            is_json = response.content_type == "application/json"
            return response.status, await (response.json() if is_json else response.text())

    async def uploads(
        self, kind: str, name: str, content: bytes, field: str = "data", **headers: str
    ) -> tuple[int, str]:
        _, ticket = await self.asks("POST /uploads", type=kind)
        form = FormData()
        form.add_field(field, content, filename=name)
        async with self.session.post(ticket["url"], data=form, headers=headers) as response:
            return response.status, await response.text()


@pytest.fixture
async def fake(clock: Clock) -> AsyncIterator[FakeMax]:
    async with FakeMax(clock=clock) as fake:
        fake.polls_are_limited = False
        yield fake
        assert fake.own_mistakes == []


@pytest.fixture
async def bot(fake: FakeMax) -> AsyncIterator[Bot]:
    async with ClientSession() as session:
        yield Bot(fake, session)


@pytest.fixture
async def hook(fake: FakeMax) -> AsyncIterator[list[int]]:
    """The statuses that the bot's webhook will answer with, the last one for ever."""
    statuses = [200]

    async def answer(request: web.Request) -> web.Response:
        assert request.headers["X-Max-Bot-Api-Secret"] == "abcde"
        return web.Response(status=statuses.pop(0) if len(statuses) > 1 else statuses[0])

    app = web.Application()
    app.router.add_post("/webhook/max", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    fake.webhook_base = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield statuses
    await runner.cleanup()


async def subscribed(bot: Bot, **more: Any) -> tuple[int, Any]:
    body = {"url": HOOK, "secret": "abcde", "update_types": TYPES} | more
    return await bot.asks("POST /subscriptions", body)


async def answered(fake: FakeMax, pushes: int) -> None:
    """Wait until that many pushes were answered."""
    await fake.until(lambda: len(fake.pushed) == pushes)


@pytest.mark.parametrize("token", ["", "another", "Bearer f9LHodD0cOJ-token-that-nobody-may-see"])
async def test_only_the_bare_token_is_taken(bot: Bot, token: str) -> None:
    assert (await bot.asks("GET /me", token=token))[0] == 401
    assert (await bot.asks("GET /me", access_token=bot.fake.token))[0] == 401
    assert (await bot.asks("GET /me"))[1]["user_id"] == 229229229


async def test_a_marker_confirms_what_was_before_it(bot: Bot, clock: Clock) -> None:
    anna = bot.fake.person("42")
    assert (await bot.asks("GET /updates", timeout="0"))[1]["marker"] == FIRST_MARKER
    await anna.says("/start")
    await anna.says("Яма")
    _, page = await bot.asks("GET /updates", timeout="0", limit="1")
    _, same = await bot.asks("GET /updates", timeout="0")
    _, rest = await bot.asks("GET /updates", timeout="0", marker=str(page["marker"]))
    clock.passes(hours=25)
    _, old = await bot.asks("GET /updates", timeout="0")

    assert [raw["update_type"] for raw in same["updates"]] == ["bot_started", "message_created"]
    assert [raw["update_type"] for raw in rest["updates"]] == ["message_created"]
    assert (old["updates"], old["marker"]) == ([], FIRST_MARKER + 2)


async def test_more_than_two_polls_a_second_are_refused(bot: Bot) -> None:
    bot.fake.polls_are_limited = True
    answers = [(await bot.asks("GET /updates", timeout="0"))[0] for _ in range(3)]

    assert answers == [200, 200, 429]


async def test_a_webhook_gets_each_update_again_until_it_says_200(
    bot: Bot, hook: list[int], clock: Clock
) -> None:
    hook[:] = [204, 503, 200]
    assert (await subscribed(bot))[0] == 200
    await bot.fake.person("42").says("/start")
    for pushes, pause in ((1, 60), (2, 150), (3, 0)):
        await answered(bot.fake, pushes)
        clock.passes(seconds=pause)
    _, page = await bot.asks("GET /updates", timeout="0")

    assert bot.fake.pushed == [204, 503, 200]
    assert (page["updates"], bot.fake.waiting) == ([], [])


async def test_after_eight_hours_without_success_nobody_is_subscribed(
    bot: Bot, hook: list[int], clock: Clock
) -> None:
    hook[:] = [500]
    bot.fake.retrying = Retrying(3600, 1, 10)
    await subscribed(bot)
    await bot.fake.person("42").says("/start")
    for pushes in range(1, 9):
        await answered(bot.fake, pushes)
        clock.passes(hours=1)
    await bot.fake.until(lambda: bot.fake.unsubscribed)
    _, page = await bot.asks("GET /updates", timeout="0")

    assert (await bot.asks("GET /subscriptions"))[1] == {"subscriptions": []}
    assert [raw["update_type"] for raw in page["updates"]] == ["bot_started"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"url": "http://bor.example.ru/webhook/max"},
        {"url": "https://bor.example.ru:8443/webhook/max"},
        {"secret": "abc"},
        {"secret": "с пробелом"},
    ],
)
async def test_a_subscription_that_max_does_not_take_is_refused(
    bot: Bot, wrong: dict[str, str]
) -> None:
    assert (await subscribed(bot, **wrong))[0] == 400


async def test_who_names_no_types_gets_no_messages(bot: Bot, hook: list[int]) -> None:
    await bot.asks("POST /subscriptions", {"url": HOOK, "secret": "abcde"})
    await bot.fake.person("42").says("Яма")
    await bot.fake.until(lambda: bot.fake.pushed)

    assert (bot.fake.pushed, bot.fake.waiting) == ([200], [])


async def test_an_upload_is_answered_in_three_ways(bot: Bot) -> None:
    photo = await bot.uploads("image", "яма.jpg", JPEG)
    paper = await bot.uploads("file", "акт.pdf", b"%PDF")
    film = await bot.uploads("video", "яма.mp4", b"film")

    assert (photo[0], paper[0], film[0]) == (200, 200, 200)
    assert '"photos"' in photo[1]
    assert '"fileId"' in paper[1]
    assert "<retval>1</retval>" in film[1]


@pytest.mark.parametrize(
    ("kind", "name", "content", "field", "status", "told"),
    [
        ("image", "яма.webp", b"RIFF\0\0\0\0WEBP", "data", 200, "IMAGE_INVALID_FORMAT"),
        ("file", "вирус.exe", b"MZ", "data", 200, "File extension is forbidden"),
        ("image", "яма.jpg", JPEG, "file", 415, "Unsupported"),
    ],
)
async def test_an_upload_is_refused(
    bot: Bot, kind: str, name: str, content: bytes, field: str, status: int, told: str
) -> None:
    answered = await bot.uploads(kind, name, content, field)

    assert answered[0] == status
    assert told in answered[1]


async def test_the_token_at_a_host_of_files_is_a_violation(bot: Bot) -> None:
    assert bot.fake.violations == []
    await bot.uploads("image", "яма.jpg", JPEG, Authorization=bot.fake.token)
    url = f"{bot.fake.files.download_url}/f/1/x?token={bot.fake.token}"
    async with bot.session.get(url) as response:
        assert response.status == 404

    assert bot.fake.violations == [
        "the token reached the upload host",
        "the token reached the download host",
    ]


async def test_who_has_not_begun_or_has_stopped_is_not_written_to(bot: Bot) -> None:
    anna = bot.fake.person("42")
    answers = []
    for act in (None, bot.fake.begin, bot.fake.block, bot.fake.begin, bot.fake.remove_dialog):
        if act:
            await act(anna)
        told = await bot.asks("POST /messages", {"text": "Яма"}, chat_id=anna.room.id)
        answers.append((told[0], told[1].get("message") if told[0] != 200 else ""))

    not_found = (404, f"Chat {anna.room.id} not found")
    stopped = (403, "error.dialog.suspended")
    assert answers == [not_found, (200, ""), stopped, (200, ""), not_found]


async def test_an_old_message_is_edited_if_it_has_buttons(bot: Bot, clock: Clock) -> None:
    anna = bot.fake.person("42")
    await bot.fake.begin(anna)
    keyboard = [{"type": "inline_keyboard", "payload": {"buttons": [[YES]]}}]
    outcomes = []
    for attachments in ([], keyboard):
        body = {"text": "Яма", "attachments": attachments}
        _, sent = await bot.asks("POST /messages", body, chat_id=anna.room.id)
        clock.now += timedelta(days=8)
        mid = sent["message"]["body"]["mid"]
        _, told = await bot.asks("PUT /messages", {"text": "Яму засыпали"}, message_id=mid)
        outcomes.append(told["success"])

    assert outcomes == [False, True]
    assert anna.room.shown[-1].buttons


YES = {"type": "callback", "text": "Да", "payload": "yes"}
SITE = {"type": "link", "text": "Сайт", "url": "https://example.ru"}


@pytest.mark.parametrize(
    "rows",
    [
        [],
        [[]],
        [[YES] * 8],
        [[YES]] * 31,
        [[YES, YES, YES, SITE]],
        [[YES | {"payload": "x" * 1025}]],
    ],
)
async def test_a_keyboard_that_max_does_not_take_is_refused(bot: Bot, rows: Any) -> None:
    anna = bot.fake.person("42")
    await bot.fake.begin(anna)
    keyboard = {"type": "inline_keyboard", "payload": {"buttons": rows}}
    body = {"text": "Яма", "attachments": [keyboard]}

    assert (await bot.asks("POST /messages", body, chat_id=anna.room.id))[0] == 400
    assert (await bot.asks("POST /messages", {"text": ""}, chat_id=anna.room.id))[0] == 400


async def test_documents_go_alone_and_are_not_ready_at_once(bot: Bot) -> None:
    bot.fake.files.not_ready = 1
    room = bot.fake.room(GROUP)
    _, uploaded = await bot.uploads("file", "акт.pdf", b"%PDF")
    token = uploaded.split('"token": "')[1].split('"')[0]
    paper = {"type": "file", "payload": {"token": token}}
    answers = [
        await bot.asks("POST /messages", {"attachments": attachments}, chat_id=room.id)
        for attachments in ([paper, paper], [paper], [paper])
    ]

    assert [answer[0] for answer in answers] == [400, 400, 200]
    assert answers[1][1]["code"] == "attachment.not.ready"
    assert room.shown[-1].files == [b"%PDF"]


async def test_a_link_grows_old_and_its_message_has_a_new_one(bot: Bot) -> None:
    anna = bot.fake.person("42")
    await anna.sends(Upload(JPEG))
    body = bot.fake.waiting[-1]["message"]["body"]
    bot.fake.files.expire_links()
    _, again = await bot.asks(f"GET /messages/{body['mid']}")
    statuses = []
    for one in (body, again["body"]):
        async with bot.session.get(one["attachments"][0]["payload"]["url"]) as response:
            statuses.append(response.status)

    assert statuses == [403, 200]


async def test_a_chat_takes_two_messages_a_second_if_that_is_asked_for(bot: Bot) -> None:
    bot.fake.rate_limited = True
    bot.fake.rate_form, bot.fake.retry_after = "text", 3
    room = bot.fake.room(GROUP)
    answers = [await bot.asks("POST /messages", {"text": "Яма"}, chat_id=room.id) for _ in range(3)]

    assert [status for status, _ in answers] == [200, 200, 429]
    assert len(room.shown) == 2


async def test_each_update_comes_twice_and_late_on_demand(fake: FakeMax) -> None:
    fake.twice = fake.late = True
    anna = fake.person("42")
    for text in ("/start", "Яма"):
        await anna.says(text)

    kinds = [raw["update_type"] for raw in fake.waiting]
    assert kinds == ["bot_started"] * 2 + ["message_created"] * 2 + ["bot_started"]
