"""What MAX refuses: for a while, for good, or in this form only."""

from typing import Any

import pytest

from bot.channels.max.adapter import MaxAdapter
from bot.failures import Blocked, RetryLater, Undeliverable, Unsendable
from bot.protocol import Part
from storage.messages import Address
from tests.channels.max.making import STAFF, address_of, make_adapter, rows
from tests.fakes.max import FakeMax
from tests.fakes.max.server import HALF, TOO_MANY_WORDS
from tests.fakes.messenger import Person


def error(code: str, message: str = "") -> dict[str, str]:
    return {"code": code, "message": message}


async def test_who_has_stopped_the_bot_or_deleted_the_dialog_is_told_apart(
    fake_max: FakeMax, adapter: MaxAdapter, anna: Person
) -> None:
    await fake_max.block(anna)
    with pytest.raises(Blocked):
        await adapter.send(address_of(anna), Part("Привет"), key=1)
    await fake_max.remove_dialog(anna)
    with pytest.raises(Blocked):
        await adapter.send(address_of(anna), Part("Привет"), key=2)
    with pytest.raises(Undeliverable) as refused:
        await adapter.send(Address("max", "-5"), Part("Привет"), key=3)
    assert type(refused.value) is Undeliverable


async def test_a_group_that_put_the_bot_out_or_lets_it_not_write_refuses(
    fake_max: FakeMax, adapter: MaxAdapter
) -> None:
    fake_max.groups[STAFF.chat].rights = ("read_all_messages",)
    with pytest.raises(Undeliverable) as refused:
        await adapter.send(STAFF, Part("Привет"), key=1)
    assert type(refused.value) is Undeliverable
    fake_max.groups[STAFF.chat].is_member = False
    with pytest.raises(Undeliverable) as refused:
        await adapter.send(STAFF, Part("Привет"), key=1)
    assert type(refused.value) is Undeliverable


@pytest.mark.parametrize(
    ("status", "body", "headers", "cause", "seconds"),
    [
        (429, None, {}, "limit", 1),
        (429, TOO_MANY_WORDS, {}, "limit", 1),
        (429, TOO_MANY_WORDS, {"Retry-After": "7"}, "limit", 7),
        (429, TOO_MANY_WORDS, {"Retry-After": "nan"}, "limit", 1),
        (500, error("internal"), {}, "away", None),
        (502, None, {}, "away", None),
        (503, "", {}, "away", None),
        (0, None, {}, "away", None),
        (200, HALF, {}, "away", None),
        (200, "<html>", {}, "away", None),
        (200, {}, {}, "away", None),
    ],
)
async def test_what_passes_is_tried_again_later(
    fake_max: FakeMax,
    adapter: MaxAdapter,
    anna: Person,
    status: int,
    body: Any,
    headers: dict[str, str],
    cause: str,
    seconds: float | None,
) -> None:
    fake_max.fail_next("POST /messages", status, body, headers=headers, times=3)
    with pytest.raises(RetryLater) as later:
        await adapter.send(address_of(anna), Part("Привет"), key=1)

    assert (later.value.cause, later.value.seconds) == (cause, seconds)
    assert fake_max.token not in str(later.value)
    assert anna.room.shown == []


async def test_a_post_that_may_have_gone_through_is_not_repeated_at_once(
    fake_max: FakeMax, adapter: MaxAdapter, anna: Person
) -> None:
    fake_max.fail_next("POST /messages", 502, after=True)
    with pytest.raises(RetryLater):
        await adapter.send(address_of(anna), Part("Привет"), key=1)

    assert len(fake_max.called("POST /messages")) == 1
    assert len(anna.room.shown) == 1


@pytest.mark.parametrize(
    "body",
    [
        error("proto.payload", "errors.required"),
        error("proto.payload", "Can't deserialize body"),
        error("a.code.of.tomorrow", "?"),
    ],
)
async def test_a_message_that_max_takes_in_no_form_is_told_from_a_closed_chat(
    fake_max: FakeMax, adapter: MaxAdapter, anna: Person, body: dict[str, str]
) -> None:
    fake_max.fail_next("POST /messages", 400, body, times=4)
    with pytest.raises(Unsendable):
        await adapter.send(address_of(anna), Part("Привет", rows("Да")), key=1)


async def test_a_revoked_token_is_no_refusal(
    fake_max: FakeMax, adapter: MaxAdapter, anna: Person
) -> None:
    fake_max.fail_next("POST /messages", 401, error("verify.token", "Invalid access_token"))
    with pytest.raises(RetryLater) as told:
        await adapter.send(address_of(anna), Part("Привет"), key=1)

    assert (told.value.cause, told.value.everywhere) == ("token", True)


async def test_no_answer_at_all_is_tried_again_later(anna: Person, fake_max: FakeMax) -> None:
    await fake_max.go_down()
    adapter = make_adapter(fake_max)
    with pytest.raises(RetryLater) as told:
        await adapter.send(address_of(anna), Part("Привет"), key=1)
    await adapter.close()

    assert told.value.cause == "away"


async def test_a_redirect_is_not_followed(
    fake_max: FakeMax, adapter: MaxAdapter, anna: Person
) -> None:
    elsewhere = {"Location": f"{fake_max.files.download_url}/messages"}
    fake_max.fail_next("POST /messages", 307, "", headers=elsewhere)
    with pytest.raises((RetryLater, Undeliverable)):
        await adapter.send(address_of(anna), Part("Привет"), key=1)

    assert fake_max.files.violations == []
