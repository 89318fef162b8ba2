"""A piece of a message that did not come is told to its sender, and seen by the staff."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.messages import LOST, File
from storage.tables import ParkedEvent
from tests.fakes.messenger import Person, Room, Shown
from tests.support.towns.conversation import DESCRIPTION, Town
from tests.support.towns.filing import up_to_the_place
from tests.support.towns.staff_room import answerable

PHOTO = File("photo", "ref1", "photo.jpg", "image/jpeg", 5)
TOLD = "бот прочитать не смог"
SEEN = "показать не удалось"


async def comes(bor: Town, person: Person, room: Room | None = None, **what: object) -> Shown:
    """A message of a person, with any fields of an event."""
    room = room or person.room
    person._acts()
    shown = Shown(f"m{next(bor.messenger.ids)}", person.account, str(what.get("text", "")))
    await bor.messenger.show(room, shown)
    await bor.messenger.bring(bor.messenger.event(person, room, message=shown.id, **what))
    return shown


async def test_words_with_an_odd_piece_become_an_appeal_and_both_sides_know(bor: Town) -> None:
    anna, maria = await bor.consenting(), bor.employee()
    await comes(bor, anna, text=DESCRIPTION, files=(LOST,))
    told = await anna.sees(TOLD)
    assert told.text.startswith("Ещё 1 вложение")
    await anna.presses("Ямы и выбоины на дороге")
    await anna.sees(bor.texts("ask-place"))
    await anna.says("ул. Мира, 5")
    summary = await anna.sees("Проверьте")
    await anna.presses(bor.texts("form-send"))

    await maria.sees("1 файл " + SEEN)
    assert "1 файл" not in summary.text
    [appeal] = await bor.appeals()
    assert appeal.text == DESCRIPTION


async def test_at_the_question_for_files_only_what_is_there_is_counted(bor: Town) -> None:
    anna = await bor.consenting()
    await up_to_the_place(bor, anna)
    await anna.says("ул. Мира, 5")
    await anna.sees("Проверьте")

    await comes(bor, anna, files=(PHOTO, LOST, LOST))
    await anna.sees("Ещё 2 вложения")
    await anna.sees(bor.texts("files-added", count=1))
    await anna.sees("Файлы: 1 файл\n")
    await anna.presses(bor.texts("form-send"))
    await anna.sees("МЦУ-26-")

    await bor.employee().sees("Ещё 2 файла " + SEEN)


async def test_a_comment_with_an_odd_piece_is_passed_on_with_a_word(bor: Town) -> None:
    anna, maria = await bor.consenting(), bor.employee()
    await bor.filed(anna)
    filed = await answerable(bor, await anna.sees("МЦУ-26-"))
    await comes(bor, anna, text="Яма стала глубже", files=(LOST,), reply_to=filed.id)

    await anna.sees(TOLD)
    relayed = await maria.sees("Яма стала глубже")
    assert SEEN in relayed.text


async def test_an_employee_whose_file_did_not_come_is_told(bor: Town) -> None:
    anna, maria = await bor.consenting(), bor.employee()
    await bor.filed(anna)
    card = await answerable(bor, await maria.sees("МЦУ-26-000001"))
    await comes(bor, maria, text="Засыпали", files=(PHOTO, LOST), cropped=True, reply_to=card.id)

    told = await maria.sees("передал нам ваше сообщение не целиком")
    assert TOLD not in told.text
    passed_on = await anna.sees("Засыпали")
    assert "Ещё 1 файл " + SEEN in passed_on.text


async def test_a_cropped_message_is_told_with_what_to_do(bor: Town) -> None:
    anna = await bor.consenting()
    await comes(bor, anna, text=DESCRIPTION, files=(PHOTO, LOST), cropped=True)

    told = await anna.sees("не целиком")
    assert "по одному-два файла" in told.text
    assert TOLD not in told.text


async def test_colleagues_talk_is_not_answered_for_an_odd_piece(bor: Town) -> None:
    maria = bor.employee()
    await comes(bor, maria, text="Кто сегодня дежурит?", files=(LOST,))
    await comes(bor, maria, text="Я", files=(LOST,))
    await maria.says("/open")
    await maria.sees("Открыт")

    assert len([s for s in maria.room.shown if TOLD in s.text]) <= 1


async def test_our_own_words_alone_are_answered_kindly(bor: Town) -> None:
    anna = await bor.consenting()
    await comes(bor, anna, unreadable="ours")

    await anna.sees(bor.texts("unreadable-ours"))
    assert await bor.appeals() == []


# Several messages of ours answered at once


async def test_an_answer_to_cards_of_several_appeals_goes_to_nobody(bor: Town) -> None:
    anna, boris, maria = await bor.consenting(), await bor.consenting("43", "Борис"), bor.employee()
    await bor.filed(anna)
    one = await answerable(bor, await maria.sees("МЦУ-26-000001"))
    await bor.filed(boris)
    other = await answerable(bor, await maria.sees("МЦУ-26-000002"))
    await comes(bor, maria, text="Засыпали", reply_to=one.id, also_to=(other.id,))
    await maria.sees(bor.texts("staff-answer-one"))
    await comes(bor, maria, text="Засыпали", reply_to=one.id, also_to=(one.id,))

    await anna.sees("Засыпали")
    assert not [s for s in boris.room.shown if "Засыпали" in s.text]


# Nothing is left


async def test_who_cannot_be_read_gets_the_apology_and_the_staff_a_line(bor: Town) -> None:
    anna, maria = await bor.consenting(), bor.employee()
    anna._acts()
    for number in range(3):
        sender = bor.messenger.event(anna, anna.room)
        await bor.inbox.park("telegram", f"u{number}", {}, "NothingReadable", sender)
        await bor.inbox.park("telegram", f"u{number}", {}, "NothingReadable", sender)

    await anna.sees(bor.texts("apology"))
    line = await maria.sees("бот не смог обработать")
    assert "Telegram" in line.text
    assert "parked" in line.text
    async with bor.database.begin() as session:
        assert len(await session.run_sync(_parked)) == 3
    await maria.says("/open")
    await maria.sees("Открыт")
    assert len([s for s in maria.room.shown if "бот не смог обработать" in s.text]) == 1


async def test_where_nobody_can_be_answered_the_staff_reads_so(bor: Town) -> None:
    await bor.inbox.park("telegram", "u1", "nonsense", "TypeError")

    line = await bor.employee().sees("бот не смог прочитать")
    assert "извинились" not in line.text


@pytest.mark.parametrize("room", ["-100777"])
async def test_a_strangers_group_is_not_talked_to(bor: Town, room: str) -> None:
    anna = await bor.consenting()
    group = bor.messenger.room(room)
    await bor.inbox.park("telegram", "u1", {}, "x", bor.messenger.event(anna, group))
    await bor.employee().sees("бот не смог прочитать")

    assert group.shown == []


def _parked(session: Session) -> list[ParkedEvent]:
    return list(session.scalars(select(ParkedEvent)))
