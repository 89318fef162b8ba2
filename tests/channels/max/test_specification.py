"""The specification of MAX: the official samples keep to it, the fake does, and mistakes are named."""

from pathlib import Path
from typing import Any

import pytest

from tests.channels.max.samples import SAMPLES
from tests.fakes.max import GROUP, FakeMax, odd
from tests.fakes.max.spec import MaxSpec
from tests.fakes.messenger import Upload

JPEG = b"\xff\xd8\xff" + b"photo" * 100


@pytest.fixture
def spec() -> MaxSpec:
    spec = MaxSpec.load()
    if spec is None:
        pytest.skip("the specification is not here")
    return spec


def button(**fields: Any) -> dict[str, Any]:
    """A message with that button."""
    keyboard = {"type": "inline_keyboard", "payload": {"buttons": [[fields]]}}
    return {"text": "Яма", "attachments": [keyboard]}


@pytest.mark.parametrize("name", SAMPLES)
def test_what_has_been_seen_is_as_the_specification_says(spec: MaxSpec, name: str) -> None:
    assert spec.wrong("Update", SAMPLES[name]) == []


@pytest.mark.parametrize(
    ("call", "query", "body", "wrong"),
    [
        ("POST /messages", {"chat_id": "-7"}, {"text": "Яма"}, ""),
        ("POST /messages", {"chat_id": "-7"}, button(type="callback", text="Да", payload="1"), ""),
        (
            "POST /messages",
            {"chat_id": "-7"},
            button(type="callback", text="Да"),
            "payload is miss",
        ),
        (
            "POST /messages",
            {"chat_id": "-7"},
            button(type="chat", text="Да"),
            "no known kind: 'chat'",
        ),
        (
            "POST /messages",
            {"chat_id": "-7"},
            button(type="callback", text="Да", payload="1", intent="positive"),
            "intent is not known",
        ),
        ("POST /messages", {"chat_id": "Яма"}, {"text": "Яма"}, "chat_id is not integer"),
        ("POST /messages", {"chat_id": "-7", "v": "0.0.6"}, {"text": ""}, "v is not a parameter"),
        ("POST /messages", {"chat_id": "-7"}, {"text": "Яма" * 2000}, "has 6000 letters"),
        ("POST /messages", {"chat_id": "-7"}, {"text": None, "notify": 1}, "notify is not boolean"),
        ("POST /messages", {"chat_id": "-7"}, {"link": {"type": "quote", "mid": "m"}}, "none of"),
        ("PUT /messages", {}, {"text": "Яма"}, "message_id is missing"),
        ("POST /uploads", {"type": "photo"}, None, "is none of"),
        ("POST /subscriptions", {}, {"url": "http://bor.example.ru"}, "url is not ^https://"),
        ("GET /updates", {"marker": "9223372036854775808"}, None, "marker is not int64"),
        ("GET /updates", {"types": "bot_added,bot_added"}, None, "has an item twice"),
        ("GET /chats", {}, None, "is not a call"),
    ],
)
def test_a_wrong_request_is_named(
    spec: MaxSpec, call: str, query: dict[str, str], body: Any, wrong: str
) -> None:
    method, path = call.split()
    told = spec.request(method, path, query, body)

    assert bool(told) == bool(wrong)
    assert wrong in "".join(told)


def test_the_suite_does_without_it(tmp_path: Path) -> None:
    assert MaxSpec.load(tmp_path / "max-bot-api.json") is None


async def test_all_that_the_fake_tells_is_as_the_specification_says(spec: MaxSpec) -> None:
    async with FakeMax() as fake:
        anna, maria = fake.person("42", "Анна Ильина"), fake.person("900", "Мария")
        group = fake.room(GROUP)
        await anna.says("/start t-roads")
        said = await anna.says("Яма")
        await anna.says("У рынка", reply_to=said)
        await anna.sends(
            Upload(JPEG), Upload(b"film", "a.mp4", "video/mp4", "video"), caption="Вот"
        )
        await anna.sends(Upload(b"%PDF", "акт.pdf", "application/pdf", "document"))
        await anna.sends(Upload(b"ID3", "звук.mp3", "audio/mpeg", "audio"))
        await anna.shares_place(56.3, 44.0)
        for what in ("sticker", "contact", "voice"):
            await anna.sends_unreadable(what)
        await fake.forward(anna, anna.room, "Новость", [Upload(JPEG)])
        await fake.edit(anna, anna.room, said, "Большая яма")
        await fake.queue(fake.pressed(anna, said.id, "take"))
        await fake.queue(odd.without_message(fake.pressed(anna, said.id, "take")))
        await fake.queue(odd.without_body(fake.created(fake.messages[said.id])))
        await fake.queue(odd.without_sender(fake.created(fake.messages[said.id])))
        await fake.remove(anna, anna.room, said)
        await fake.mute(anna)
        await fake.clear(anna)
        await fake.block(anna)
        await fake.begin(anna)
        await fake.remove_dialog(anna)
        await fake.put_out(maria, group)
        await fake.invite(maria, group, tells_who=False)
        await maria.says("Никто не слышит", room=group)
        await fake.allow(maria, group)
        await fake.leave(anna, group)
        await fake.join(anna, group)
        await fake.rename(maria, group, "Смена")
        await maria.says("Слышно?", room=group)
        await fake.disallow(maria, group)

        told = fake.waiting
        assert fake.own_mistakes == []
    assert {raw["update_type"] for raw in told} == {
        raw["update_type"] for raw in SAMPLES.values() if "comment" not in raw["update_type"]
    }
    assert "Никто не слышит" not in str(told)
    assert spec.wrong("Update", odd.of_unknown_type(1))
    assert spec.wrong("Update", odd.with_unknown_fields(told[1]))
