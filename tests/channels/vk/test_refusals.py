"""What VK refuses: for a while, for good, or in this form only."""

import pytest

from bot.channels.vk.adapter import VkAdapter
from bot.failures import Blocked, RetryLater, Undeliverable, Unsendable
from bot.protocol import Attachment, Part
from storage.messages import Address
from tests.channels.vk.making import YES, anna_at, make_adapter, staff_at
from tests.fakes.memory_inbox import MemoryInbox
from tests.fakes.vk import FakeVk


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


@pytest.mark.parametrize("code", [19, 103, 910, 940, 943])
async def test_a_message_that_vk_takes_in_no_form_is_told_from_a_closed_chat(
    vk: FakeVk, adapter: VkAdapter, code: int
) -> None:
    vk.fail_next("messages.send", code)
    with pytest.raises(Unsendable):
        await adapter.send(anna_at(vk), Part("Привет"), key=1)
    assert await adapter.send(anna_at(vk), Part("Здравствуйте"), key=2)


async def test_no_answer_at_all_is_tried_again_later(inbox: MemoryInbox) -> None:
    async with FakeVk() as vk:
        adapter = make_adapter(vk)
        to = anna_at(vk)
    await adapter.start(inbox)
    with pytest.raises(RetryLater):
        await adapter.send(to, Part("Привет"), key=1)
    await adapter.close()


@pytest.mark.parametrize(
    ("code", "in_private"),
    [
        *((code, Blocked) for code in (18, 901, 902, 3610)),
        *((code, Undeliverable) for code in (7, 15, 900, 917, 922, 925, 927, 932, 936)),
        *((code, Undeliverable) for code in (939, 945, 946, 950, 983, 987, 1012, 3611)),
    ],
)
async def test_only_what_a_person_did_is_said_of_a_person(
    vk: FakeVk, adapter: VkAdapter, code: int, in_private: type[Undeliverable]
) -> None:
    for to, kind in ((anna_at(vk), in_private), (staff_at(vk), Undeliverable)):
        vk.fail_next("messages.send", code)
        with pytest.raises(Undeliverable) as refused:
            await adapter.send(to, Part("Привет"), key=1)

        assert type(refused.value) is kind


@pytest.mark.parametrize("code", [100, 910, 913, 940, 943, 969])
async def test_what_is_refused_goes_once_more_as_words_alone(
    vk: FakeVk, adapter: VkAdapter, code: int
) -> None:
    vk.fail_next("messages.send", code)
    to = anna_at(vk)
    file = Attachment("document", "акт.pdf", "application/pdf", key="act")
    await adapter.send(to, Part("Проблема решена?", YES, attachments=(file,)), key=1)

    shown = vk.room("42").shown[-1]
    assert "Проблема решена?" in shown.text
    assert "Да" in shown.text
    assert "акт.pdf" in shown.text
    assert not shown.buttons


@pytest.mark.parametrize(
    ("code", "cause"), [(5, "token"), (27, "token"), (17, "token"), (10, "away"), (29, "limit")]
)
async def test_what_is_ours_or_the_messengers_is_no_refusal(
    vk: FakeVk, adapter: VkAdapter, code: int, cause: str
) -> None:
    vk.fail_next("messages.send", code)
    with pytest.raises(RetryLater) as told:
        await adapter.send(anna_at(vk), Part("Привет"), key=1)

    assert told.value.cause == cause
