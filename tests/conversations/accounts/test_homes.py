"""Pushes go to where a person wrote last, or where they say, and past a chat that is closed."""

import pytest
from sqlalchemy import delete, select

from storage.tables import Account, Appeal, OutboxMessage, Resident
from tests.conversations.accounts.people import consents, in_channel, join
from tests.fakes.messenger import Person
from tests.support.towns.conversation import Town
from tests.support.towns.staff_room import change, look, until


@pytest.fixture
async def anna(bor: Town) -> Person:
    return await bor.consenting()


async def answers(bor: Town, appeal: Appeal, words: str) -> None:
    """An employee takes the appeal and answers it."""
    maria = bor.employee()
    await bor.messenger.press_payload(maria, f"answer:{appeal.id}", maria.room)
    await maria.sees("Что сделано?")
    await maria.says(words)
    await maria.presses(bor.texts("form-send"), on=await maria.sees(words))


def is_told(person: Person, words: str) -> bool:
    return any(words in shown.text for shown in person.room.shown if not shown.author)


async def test_an_answer_goes_to_where_the_person_wrote_last(bor: Town, anna: Person) -> None:
    in_vk, appeal = in_channel(bor, "vk"), await bor.filed(anna)
    await join(bor, anna, in_vk)

    await answers(bor, appeal, "Яму засыплем завтра")

    await in_vk.sees("Яму засыплем завтра")
    assert not is_told(anna, "Яму засыплем завтра")
    await in_vk.presses(bor.texts("resident-solved"))
    await in_vk.sees("Спасибо")


async def test_writing_in_the_other_one_brings_them_back(bor: Town, anna: Person) -> None:
    in_vk, appeal = in_channel(bor, "vk"), await bor.filed(anna)
    await join(bor, anna, in_vk)
    await anna.says("/my")
    await anna.sees("Ваши сообщения")

    await answers(bor, appeal, "Яму засыплем завтра")

    await anna.sees("Яму засыплем завтра")
    assert not is_told(in_vk, "Яму засыплем завтра")


async def test_a_choice_holds_wherever_the_person_writes(bor: Town, anna: Person) -> None:
    in_vk, appeal = in_channel(bor, "vk"), await bor.filed(anna)
    await join(bor, anna, in_vk)
    await anna.says("Другой мессенджер")
    await anna.presses(bor.texts("link-home-here"), on=await anna.sees("Вы пишете нам отсюда"))
    await anna.sees(bor.texts("link-home-set"))
    await in_vk.says("/my")
    await in_vk.sees("Ваши сообщения")

    await answers(bor, appeal, "Яму засыплем завтра")

    await anna.sees("Яму засыплем завтра")
    assert not is_told(in_vk, "Яму засыплем завтра")


async def test_a_choice_is_taken_back(bor: Town, anna: Person) -> None:
    in_vk, appeal = in_channel(bor, "vk"), await bor.filed(anna)
    await join(bor, anna, in_vk)
    await bor.messenger.press_payload(anna, "link:here")
    await anna.sees(bor.texts("link-home-set"))
    await bor.adapters["vk"].press_payload(in_vk, "link:last")
    await in_vk.sees(bor.texts("link-home-free"))

    await answers(bor, appeal, "Яму засыплем завтра")

    await in_vk.sees("Яму засыплем завтра")


async def test_a_home_that_is_closed_gives_way_to_another_account(bor: Town, anna: Person) -> None:
    in_vk, appeal = in_channel(bor, "vk"), await bor.filed(anna)
    await join(bor, anna, in_vk)
    await bor.adapters["vk"].block(in_vk)

    await answers(bor, appeal, "Яму засыплем завтра")

    await anna.sees("Яму засыплем завтра")


async def test_a_push_that_is_refused_goes_to_another_account(bor: Town, anna: Person) -> None:
    """The messenger tells nobody that the chat was closed: it shows as the push comes."""
    in_vk, appeal = in_channel(bor, "vk"), await bor.filed(anna)
    await join(bor, anna, in_vk)
    bor.adapters["vk"].deaf.add(in_vk.room.id)

    await answers(bor, appeal, "Яму засыплем завтра")

    await anna.sees("Яму засыплем завтра")
    found = await look(bor, lambda session: session.scalars(select(Appeal)).one())
    assert not found.undelivered


async def test_what_waits_for_a_closed_chat_follows_to_one_that_is_joined(
    bor: Town, anna: Person
) -> None:
    appeal = await bor.filed(anna)
    in_vk = await consents(bor, in_channel(bor, "vk"))
    await anna.says("/link")
    code = (await anna.sees("Ваш код")).text.split("\n")[0].partition(": ")[2]
    await bor.messenger.block(anna)
    await answers(bor, appeal, "Яму засыплем завтра")
    held = select(OutboxMessage.id).where(OutboxMessage.outcome == "undeliverable")
    await until(lambda: look(bor, lambda session: session.scalar(held)))
    await in_vk.says(code)

    await in_vk.presses(bor.texts("link-yes"), on=await in_vk.sees("Соединить этот чат"))

    await in_vk.sees("Яму засыплем завтра")


async def test_the_home_stands_on_the_person_as_the_program_before_has_it(
    bor: Town, anna: Person
) -> None:
    in_vk = in_channel(bor, "vk")
    await join(bor, anna, in_vk)

    person = await look(bor, lambda session: session.scalars(select(Resident)).one())
    assert (person.channel, person.account, person.chat) == ("vk", "77", in_vk.room.id)
    await anna.says("/my")
    await anna.sees(bor.texts("my-none"))
    person = await look(bor, lambda session: session.scalars(select(Resident)).one())
    assert (person.channel, person.account) == ("telegram", "42")


async def test_a_resident_whom_the_program_before_made_gets_an_account(
    bor: Town, anna: Person
) -> None:
    await change(bor, lambda work: work.session.execute(delete(Account)))

    await anna.says("/my")

    await anna.sees(bor.texts("my-none"))
    account = await look(bor, lambda session: session.scalars(select(Account)).one())
    person = await look(bor, lambda session: session.scalars(select(Resident)).one())
    assert (account.resident_id, account.account) == (person.id, "42")
