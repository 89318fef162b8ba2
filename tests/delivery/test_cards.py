"""Cards in a staff chat that is slow, refuses, moves, or waits for files."""

import pytest

from bot.failures import CannotEdit, Moved, RetryLater
from bot.protocol import Part
from handlers.appeals.card import card, under_card
from handlers.turn import Work
from storage import appeals
from storage.messages import Address, Reply
from storage.tables import KeptFile
from tests.support.towns.conversation import Town
from tests.support.towns.deliveries import arrived, messenger
from tests.support.towns.staff_room import answerable, card_of, card_says, change, planted, said


async def test_waiting_edits_of_a_card_become_one_and_the_last_state_stands(failing: Town) -> None:
    await planted(failing, with_cards=True)
    await answerable(failing, await card_of(failing.employee()))
    messenger(failing).holds_all()
    before = len(messenger(failing).sent)
    await _edit_card(failing, "one")
    await messenger(failing).calls(before + 1)
    for text in ("two", "three", "four"):  # while "one" is on its way
        await _edit_card(failing, text)
    messenger(failing).lets_go()

    shown = await card_says(failing.employee(), "four")

    assert (shown.edits, len(messenger(failing).sent) - before) == (2, 2)
    assert len(said(failing.employee(), "МЦУ-26-000001")) == 1


async def test_a_card_that_is_edited_is_still_known_as_a_card(
    failing: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On the site its buttons are one row and «…» as long as it is one."""
    await planted(failing, with_cards=True)
    await answerable(failing, await card_of(failing.employee()))
    edit, seen = messenger(failing).edit, list[Part]()

    async def edits(to: Address, message: str, part: Part) -> None:
        seen.append(part)
        await edit(to, message, part)

    monkeypatch.setattr(messenger(failing), "edit", edits)
    await _edit_card(failing, "one")
    await card_says(failing.employee(), "one")

    assert [part.card for part in seen] == [True]


async def _edit_card(place: Town, text: str) -> None:
    def work(task: Work) -> None:
        found = appeals.get(task.session, 1)
        assert found
        found.text = text
        task.say(card(task, found))

    await change(place, work)
    place.delivery.wake()


async def test_a_card_replaced_while_it_is_first_sent_is_edited_afterwards(failing: Town) -> None:
    messenger(failing).holds_all()
    await planted(failing, with_cards=True)
    await messenger(failing).calls(1)
    await _edit_card(failing, "newer")
    messenger(failing).lets_go()

    await card_says(failing.employee(), "newer")
    assert len(said(failing.employee(), "МЦУ-26-000001")) == 1


async def test_a_card_that_cannot_be_edited_is_sent_anew_and_that_one_is_edited(
    failing: Town,
) -> None:
    await planted(failing, with_cards=True)
    maria = failing.employee()
    first = await answerable(failing, await card_of(maria))
    messenger(failing).edit_errors.append(CannotEdit("too old"))
    messenger(failing).errors.append(RetryLater("busy", 0))
    await _edit_card(failing, "second")
    second = await answerable(failing, await card_says(maria, "second"))
    await _edit_card(failing, "third")

    third = await card_says(maria, "third")

    assert (third.id, first.edits) == (second.id, 0)
    anna = failing.messenger.person("42", "Анна")
    await maria.says("По старой карточке", reply_to=first)
    await anna.sees("По старой карточке")


async def test_a_group_that_moved_is_followed_by_everything(failing: Town) -> None:
    await planted(failing, 2, with_cards=True)
    maria = failing.employee()
    await card_of(maria, 2)
    await arrived(failing, 2)
    messenger(failing).edit_errors.append(Moved("-1009"))
    await _edit_card(failing, "newer")
    supergroup = failing.messenger.room("-1009")

    there = failing.employee()
    there.room = supergroup
    await card_says(there, "newer")
    await there.presses("Взять")
    await card_says(there, "в работе")
    await planted(failing, with_cards=True)
    await card_of(there, 3)
    assert "newer" not in maria.room.shown[0].text


async def test_files_under_a_card_wait_and_the_card_goes_on(failing: Town) -> None:
    await planted(failing, with_cards=True)
    await answerable(failing, await card_of(failing.employee()))
    await change(failing, lambda work: work.say(_with_file(work)))
    failing.delivery.wake()
    await _edit_card(failing, "goes on")

    await card_says(failing.employee(), "goes on")

    failing.clock.passes(minutes=11)
    failing.delivery.wake()
    await failing.employee().sees("файл пока не пришёл")


def _with_file(work: Work) -> Reply:
    found = appeals.get(work.session, 1)
    assert found
    file = _waiting_file(work)
    return under_card(found, "Файлы", (file,))


def _waiting_file(work: Work) -> int:
    row = KeptFile(
        channel="vk",
        account="5",
        kind="photo",
        ref="away",
        next_at=work.now.replace(year=2099),
        created_at=work.now,
    )
    work.session.add(row)
    work.session.flush()
    return row.id
