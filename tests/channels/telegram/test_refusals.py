"""If Telegram does not take a message as it is, it goes in a lesser form: no text is lost."""

from typing import Any

import pytest

from bot.channels.telegram.adapter import TelegramAdapter
from bot.failures import Blocked, Moved, RetryLater, Undeliverable, Unsendable
from bot.protocol import Part
from storage.messages import Address, Button
from tests.channels.telegram.making import ANNA, GROUP, JPEG, photo, rows
from tests.fakes.files import MemoryFiles
from tests.fakes.messenger import Person, Room
from tests.fakes.telegram import FakeTelegram


async def test_a_refused_id_gives_way_to_an_upload(adapter: TelegramAdapter, group: Room) -> None:
    stale = photo("photo", ref="photo-of-another-bot")
    (sent,) = await adapter.send(GROUP, Part("Яма", attachments=(stale,)), key=1)

    assert (group.message(sent).text, group.message(sent).files) == ("Яма", [JPEG])


async def test_a_photo_that_is_no_photo_goes_as_a_document(
    telegram: FakeTelegram, adapter: TelegramAdapter, group: Room
) -> None:
    telegram.fail_next("sendPhoto", 400, "Bad Request: PHOTO_INVALID_DIMENSIONS")
    (sent,) = await adapter.send(GROUP, Part("Яма", attachments=(photo(),)), key=1)

    assert group.message(sent).files == [JPEG]
    assert len(telegram.called("sendDocument")) == 1


@pytest.mark.parametrize("key", ["missing", "empty"])
async def test_a_bad_file_costs_neither_the_text_nor_the_other_files(
    adapter: TelegramAdapter, files: MemoryFiles, group: Room, key: str
) -> None:
    files.kept["empty"] = b""
    part = Part("Яма", attachments=(photo(), photo(key), photo()))
    ids = await adapter.send(GROUP, part, key=1)

    shown = [group.message(sent) for sent in ids]
    assert [(s.text, s.files) for s in shown] == [("Яма", []), ("", [JPEG]), ("", [JPEG])]


async def test_a_refused_keyboard_costs_no_text(
    telegram: FakeTelegram, adapter: TelegramAdapter, group: Room
) -> None:
    too_long = ((Button("Яма", press="я" * 33),),)
    (sent,) = await adapter.send(GROUP, Part("Карточка", too_long), key=1)

    assert (group.message(sent).text, group.message(sent).buttons) == ("Карточка", [])


async def test_what_goes_in_no_form_is_unsendable(
    telegram: FakeTelegram, adapter: TelegramAdapter, anna: Person
) -> None:
    with pytest.raises(Unsendable):
        await adapter.send(ANNA, Part("   "), key=1)


async def test_a_retry_does_not_repeat_what_went_out(
    telegram: FakeTelegram, adapter: TelegramAdapter, anna: Person
) -> None:
    part = Part("Проверьте", rows("Отправить"), attachments=(photo(), photo()))
    telegram.fail_next("sendMessage", 500)
    with pytest.raises(RetryLater):
        await adapter.send(ANNA, part, key=1)
    ids = await adapter.send(ANNA, part, key=1)

    assert len(ids) == 3
    assert len(telegram.called("sendMediaGroup")) == 1


async def test_the_text_of_a_refused_album_goes_once_though_its_files_are_retried(
    telegram: FakeTelegram, adapter: TelegramAdapter, anna: Person
) -> None:
    part = Part("Проверьте", attachments=(photo(), photo()))
    telegram.fail_next("sendMediaGroup", 400)
    telegram.fail_next("sendPhoto", 500)
    with pytest.raises(RetryLater):
        await adapter.send(ANNA, part, key=1)
    ids = await adapter.send(ANNA, part, key=1)

    assert len(ids) == 3
    assert len(telegram.called("sendMessage")) == 1


async def test_an_answer_in_unknown_words_still_means_sent(
    telegram: FakeTelegram, adapter: TelegramAdapter, group: Room
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
    telegram: FakeTelegram, adapter: TelegramAdapter, anna: Person
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
    telegram: FakeTelegram, adapter: TelegramAdapter, anna: Person
) -> None:
    telegram.fail_next("sendMessage", 401)
    with pytest.raises(RetryLater) as told:
        await adapter.send(ANNA, Part("Здравствуйте"), key=1)

    assert told.value.everywhere


async def test_who_blocked_the_bot_cannot_be_reached(
    telegram: FakeTelegram, adapter: TelegramAdapter, anna: Person
) -> None:
    await anna.blocks_bot()
    with pytest.raises(Undeliverable):
        await adapter.send(ANNA, Part("Здравствуйте"), key=1)


@pytest.mark.parametrize("chat", ["-404", "43"])
async def test_an_unknown_chat_cannot_be_reached(
    telegram: FakeTelegram, adapter: TelegramAdapter, chat: str
) -> None:
    telegram.person("43")  # has never written
    with pytest.raises(Undeliverable):
        await adapter.send(Address("telegram", chat), Part("Здравствуйте"), key=1)


async def test_a_supergroup_tells_its_new_id(
    telegram: FakeTelegram, adapter: TelegramAdapter
) -> None:
    small = telegram.room("-77")
    new = await telegram.migrate(small)
    with pytest.raises(Moved) as told:
        await adapter.send(Address("telegram", "-77"), Part("Карточка"), key=1)

    assert told.value.chat == new.id
    assert await adapter.send(Address("telegram", new.id), Part("Карточка"), key=1)


PERSON, CHAT, MESSAGE = "person", "chat", "message"


@pytest.mark.parametrize(
    ("status", "told", "of"),
    [
        (403, "Forbidden: bot was blocked by the user", PERSON),
        (403, "Forbidden: user is deactivated", PERSON),
        (400, "Bad Request: user is deactivated", PERSON),
        (400, "Bad Request: USER_IS_BLOCKED", PERSON),
        (400, "Bad Request: INPUT_USER_DEACTIVATED", PERSON),
        (403, "Forbidden: bot can't initiate conversation with a user", CHAT),
        (403, "Forbidden: a rule of tomorrow", CHAT),
        (403, "Forbidden: bot was kicked from the supergroup chat", CHAT),
        (403, "Forbidden: bot is not a member of the supergroup chat", CHAT),
        (403, "Forbidden: the group chat was deleted", CHAT),
        (403, "Forbidden: CHAT_WRITE_FORBIDDEN", CHAT),
        (403, "Forbidden: CHAT_SEND_PLAIN_FORBIDDEN", CHAT),
        (403, "Forbidden: not enough rights to send text messages to the chat", CHAT),
        (400, "Bad Request: TOPIC_CLOSED", CHAT),
        (400, "Bad Request: TOPIC_DELETED", CHAT),
        (400, "Bad Request: message thread not found", CHAT),
        (400, "Bad Request: not enough rights to send text messages to the chat", CHAT),
        (400, "Bad Request: have no rights to send a message", CHAT),
        (400, "Bad Request: need administrator rights in the channel chat", CHAT),
        (400, "Bad Request: CHAT_WRITE_FORBIDDEN", CHAT),
        (400, "Bad Request: CHAT_SEND_PLAIN_FORBIDDEN", CHAT),
        (400, "Bad Request: CHAT_RESTRICTED", CHAT),
        (400, "Bad Request: CHAT_GUEST_SEND_FORBIDDEN", CHAT),
        (400, "Bad Request: USER_BANNED_IN_CHANNEL", CHAT),
        (400, "Bad Request: CHANNEL_PRIVATE", CHAT),
        (400, "Bad Request: PEER_ID_INVALID", CHAT),
        (400, "Bad Request: chat not found", CHAT),
        (400, "Bad Request: group chat was deactivated", CHAT),
        (400, "Bad Request: a rule of tomorrow", MESSAGE),
        (400, "Bad Request: message text is empty", MESSAGE),
        (400, "Bad Request: can't parse entities", MESSAGE),
        (413, "Request Entity Too Large", MESSAGE),
    ],
)
async def test_it_is_told_apart_who_refuses(
    telegram: FakeTelegram,
    adapter: TelegramAdapter,
    anna: Person,
    status: int,
    told: str,
    of: str,
) -> None:
    telegram.fail_next("sendMessage", status, told, times=2)
    with pytest.raises(Undeliverable) as refused:
        await adapter.send(ANNA, Part("Здравствуйте", rows("Да")), key=1)

    kinds = {Blocked: PERSON, Undeliverable: CHAT, Unsendable: MESSAGE}
    assert kinds[type(refused.value)] == of
    assert str(refused.value) == told


@pytest.mark.parametrize(
    ("status", "told"),
    [
        (403, "Forbidden: CHAT_SEND_PHOTOS_FORBIDDEN"),
        (403, "Forbidden: CHAT_SEND_MEDIA_FORBIDDEN"),
        (400, "Bad Request: not enough rights to send photos to the chat"),
        (400, "Bad Request: CHAT_SEND_MEDIA_FORBIDDEN"),
    ],
)
async def test_a_group_without_photos_gets_the_words(
    telegram: FakeTelegram, adapter: TelegramAdapter, group: Room, status: int, told: str
) -> None:
    telegram.fail_next("sendPhoto", status, told)
    telegram.fail_next("sendDocument", status, told)
    (sent,) = await adapter.send(GROUP, Part("Яма", attachments=(photo(),)), key=1)

    assert group.message(sent).text == "Яма"


@pytest.mark.parametrize(
    ("status", "cause"), [(401, "token"), (404, "token"), (502, "away"), (0, "away")]
)
async def test_what_is_ours_or_the_messengers_is_no_refusal(
    telegram: FakeTelegram, adapter: TelegramAdapter, anna: Person, status: int, cause: str
) -> None:
    telegram.fail_next("sendMessage", status)
    with pytest.raises(RetryLater) as told:
        await adapter.send(ANNA, Part("Здравствуйте"), key=1)

    assert told.value.cause == cause
