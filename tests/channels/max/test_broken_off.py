"""Parts that break off, and answers without an id: nothing goes twice."""

from typing import Any

import pytest

from bot.channels.max.adapter import MaxAdapter
from bot.failures import RetryLater
from bot.protocol import Part
from tests.channels.max.making import address_of, paper, photo
from tests.fakes.max import FakeMax
from tests.fakes.messenger import Person


def told(person: Person) -> list[tuple[str, int]]:
    """The texts and the numbers of files that the person has got."""
    return [(one.text, len(one.files)) for one in person.room.shown if not one.author]


async def test_the_text_of_a_refused_album_goes_once_though_its_files_are_retried(
    fake_max: FakeMax, adapter: MaxAdapter, anna: Person
) -> None:
    part = Part("Проверьте", attachments=(photo(), photo()))
    refusal = {"code": "attachment.error", "message": "Refused"}
    fake_max.fail_next("POST /messages", 400, refusal)
    fake_max.fail_next("POST /messages", 200, body={"message": {}}, after=True)
    fake_max.fail_next("POST /messages", 503)
    with pytest.raises(RetryLater):
        await adapter.send(address_of(anna), part, key=1)
    await adapter.send(address_of(anna), part, key=1)

    assert told(anna) == [("Проверьте", 0), ("", 1), ("", 1)]


async def test_the_text_is_named_first_though_a_file_before_it_is_refused(
    fake_max: FakeMax, adapter: MaxAdapter, anna: Person
) -> None:
    part = Part("Проверьте", attachments=(paper(), photo()))
    fake_max.files.refusals["file"].append({"error_code": "1", "error_data": "FORBIDDEN"})
    first, _ = await adapter.send(address_of(anna), part, key=1)

    assert anna.room.message(first).text == "Проверьте"


@pytest.mark.parametrize("answer", [{"message": {}}, {"message": {"body": {"mid": None}}}])
async def test_a_message_without_an_id_is_not_sent_again(
    fake_max: FakeMax, adapter: MaxAdapter, anna: Person, answer: dict[str, Any]
) -> None:
    fake_max.fail_next("POST /messages", 200, body=answer, after=True)

    assert await adapter.send(address_of(anna), Part("Принято"), key=1) == []
    assert told(anna) == [("Принято", 0)]
