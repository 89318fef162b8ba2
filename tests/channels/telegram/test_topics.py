"""Topics of a group in Telegram: where a message stands, and where one is sent."""

from typing import Any

import pytest

from bot.channels.telegram.adapter import TelegramAdapter
from bot.failures import Undeliverable, Unsendable
from bot.protocol import Attachment, Part
from storage.messages import Address
from tests.channels.telegram.making import GROUP, paper, photo, polling, rows
from tests.channels.telegram.test_events import GROUP as CHAT
from tests.channels.telegram.test_events import PRIVATE, event, message, read
from tests.fakes.memory_inbox import MemoryInbox
from tests.fakes.messenger import Person, Room
from tests.fakes.telegram import FakeTelegram

FORUM = CHAT | {"is_forum": True}
FIRST = {"message_id": 17, "date": 1, "chat": FORUM}


def in_topic(**content: Any) -> dict[str, Any]:
    return message(FORUM, message_thread_id=17, is_topic_message=True, **content)


@pytest.mark.parametrize(
    ("said", "address"),
    [
        (in_topic(text="/open"), "telegram:-100500/17"),
        (in_topic(text="Да") | {"chat": CHAT}, "telegram:-100500/17"),
        (message(FORUM, text="/open"), "telegram:-100500"),
        (in_topic(text="/open") | {"message_thread_id": 1}, "telegram:-100500"),
        (message(CHAT, text="Да", message_thread_id=5), "telegram:-100500"),
        (message(FORUM, text="Да", message_thread_id=5), "telegram:-100500"),
        (
            message(PRIVATE, text="Яма", message_thread_id=5, is_topic_message=True),
            "telegram:42",
        ),
    ],
    ids=[
        "topic",
        "no is_forum",
        "general",
        "general by number",
        "thread",
        "thread in general",
        "private",
    ],
)
def test_a_message_stands_in_its_topic(said: dict[str, Any], address: str) -> None:
    assert str(event(message=said).address) == address
    assert str(event(edited_message=said | {"edit_date": 2}).address) == address
    press = {"id": "1", "from": said["from"], "data": "take:1", "message": said}
    assert str(event(callback_query=press).address) == address


def test_a_press_under_a_message_that_telegram_tells_nothing_of_is_in_the_group() -> None:
    gone = {"message_id": 5, "date": 0, "chat": FORUM}
    press = {"id": "1", "from": message()["from"], "data": "take:1", "message": gone}

    assert str(event(callback_query=press).address) == "telegram:-100500"


@pytest.mark.parametrize(
    ("answered", "reply_to"),
    [
        (FIRST | {"forum_topic_created": {"name": "Дороги", "icon_color": 1}}, ""),
        (FIRST, ""),
        ({"message_id": 21, "date": 1, "chat": FORUM, "text": "Карточка"}, "21"),
    ],
)
def test_what_is_said_in_a_topic_answers_no_first_message(
    answered: dict[str, Any], reply_to: str
) -> None:
    assert event(message=in_topic(text="Да", reply_to_message=answered)).reply_to == reply_to


@pytest.mark.parametrize(
    "told",
    [
        *("forum_topic_created", "forum_topic_edited", "forum_topic_closed"),
        *("forum_topic_reopened", "general_forum_topic_hidden", "general_forum_topic_unhidden"),
    ],
)
def test_what_happens_to_topics_is_no_message(told: str) -> None:
    assert read(message=in_topic(**{told: {}})) is None


@pytest.fixture
async def topic(telegram: FakeTelegram, group: Room) -> Room:
    return await telegram.open_topic(group)


def address(room: Room) -> Address:
    return Address("telegram", room.id)


@pytest.mark.parametrize(
    "attached",
    [(), (photo(),), (photo(), photo()), (paper(),), (photo(), paper())],
    ids=["text", "photo", "album", "paper", "both"],
)
async def test_everything_that_is_sent_comes_into_the_topic(
    telegram: FakeTelegram,
    adapter: TelegramAdapter,
    group: Room,
    topic: Room,
    attached: tuple[Attachment, ...],
) -> None:
    before = len(group.shown)
    part = Part("Карточка", rows("Взять"), attachments=attached)
    ids = await adapter.send(address(topic), part, key=1)
    await adapter.edit(address(topic), ids[0], Part("Карточка 2", rows("Взять")))

    assert {shown.id for shown in topic.shown if not shown.author} == {*ids}
    assert topic.message(ids[0]).text == "Карточка 2"
    assert len(group.shown) == before
    assert telegram.violations == []


async def test_the_first_topic_is_the_group_itself(
    telegram: FakeTelegram, adapter: TelegramAdapter, group: Room, topic: Room
) -> None:
    await adapter.send(Address("telegram", f"{group.id}/1"), Part("Карточка"), key=1)
    await adapter.send(GROUP, Part("Карточка 2"), key=2)

    assert [shown.text for shown in group.shown][-2:] == ["Карточка", "Карточка 2"]


async def test_a_group_without_topics_gets_what_was_for_one(
    telegram: FakeTelegram, adapter: TelegramAdapter, group: Room, topic: Room
) -> None:
    telegram.without_topics(group)
    (sent,) = await adapter.send(address(topic), Part("Карточка", rows("Взять")), key=1)

    assert group.message(sent).text == "Карточка"
    assert group.message(sent).buttons


@pytest.mark.parametrize("trouble", ["closed", "deleted", "general closed"])
async def test_a_topic_that_is_closed_or_gone_is_told_as_the_chats_refusal(
    telegram: FakeTelegram, adapter: TelegramAdapter, group: Room, topic: Room, trouble: str
) -> None:
    to = GROUP if trouble == "general closed" else address(topic)
    if trouble == "deleted":
        telegram.topics[group.id].clear()
    else:
        telegram.closed_topics.add(to.chat)

    with pytest.raises(Undeliverable) as refusal:
        await adapter.send(to, Part("Карточка"), key=1)
    assert not isinstance(refusal.value, Unsendable)


async def test_doors_and_members_are_the_groups(
    telegram: FakeTelegram, adapter: TelegramAdapter, topic: Room
) -> None:
    assert await adapter.ways_in(address(topic).group.chat) == []
    assert (await adapter.standing(address(topic).group.chat, "900")).inside


async def test_a_group_that_gets_topics_is_the_same_group(
    telegram: FakeTelegram, maria: Person
) -> None:
    inbox, group = MemoryInbox(), telegram.room(GROUP.chat)
    async with polling(telegram, inbox):
        said = await maria.says("До тем", room=group)
        await maria.says("Ответ", room=group, reply_to=said)
        topic = await telegram.open_topic(group)
        await maria.says("/id", room=group)
        await maria.says("/id", room=topic)
        await maria.says("Ответ", room=topic, reply_to=(await maria.says("Вопрос", room=topic)))
        events = await inbox.gets(6)

    assert [one.address.chat for one in events] == [
        *[group.id] * 3,
        *[topic.id] * 3,
    ]
    assert [bool(one.reply_to) for one in events] == [False, True, False, False, False, True]


@pytest.fixture
def maria(telegram: FakeTelegram) -> Person:
    return telegram.person("900", "Мария")


# The check


async def test_the_check_of_a_topic(
    telegram: FakeTelegram, adapter: TelegramAdapter, topic: Room
) -> None:
    shown = list(topic.shown)
    findings = await adapter.check(address(topic))

    assert all(finding.ok for finding in findings)
    assert any("принимает сообщения" in finding.text for finding in findings)
    assert topic.shown == shown  # what was sent to try it is gone


@pytest.mark.parametrize(
    ("trouble", "words"),
    [
        ("closed", "её закрыли или удалили"),
        ("deleted", "её закрыли или удалили"),
        ("off", "нет тем"),
    ],
)
async def test_the_check_of_a_topic_that_takes_nothing(
    telegram: FakeTelegram,
    adapter: TelegramAdapter,
    group: Room,
    topic: Room,
    trouble: str,
    words: str,
) -> None:
    if trouble == "closed":
        telegram.closed_topics.add(topic.id)
    elif trouble == "deleted":
        telegram.topics[group.id].clear()
    else:
        telegram.without_topics(group)
    wrong = [finding for finding in await adapter.check(address(topic)) if not finding.ok]

    assert [finding.subject for finding in wrong] == ["MCU_STAFF_CHAT"]
    assert words in wrong[0].text


async def test_the_check_names_who_writes_anonymously(
    telegram: FakeTelegram, adapter: TelegramAdapter, group: Room
) -> None:
    telegram.anonymous.add((group.id, "900"))
    texts = [finding.text for finding in await adapter.check(GROUP)]

    assert any("Мария" in text and "«Анонимность»" in text for text in texts)
