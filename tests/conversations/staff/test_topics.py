"""Staff chats in topics of a group: whatever is asked in a topic is answered there."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.jobs import staff_chat_rounds
from storage.messages import Address
from storage.tables import StaffChat
from storage.town import municipalities
from tests.fakes.messenger import Person, Room
from tests.support.towns.conversation import Town, town
from tests.support.towns.staff_room import card_of, look, outbox, planted, said, until
from tests.support.towns.town_hall import ROADS, admin_of, category, code_for

GROUP, HOME, OTHER = "-100500", "-100500/17", "-100500/18"


@dataclass
class Topics:
    """A town whose staff chat is a topic of a group, and an employee who goes to any of them."""

    bor: Town

    def room(self, chat: str) -> Room:
        return self.bor.messenger.room(chat)

    def employee(self, chat: str = HOME, account: str = "900", name: str = "Мария") -> Person:
        return Person(self.bor.messenger, account, name, self.room(chat))

    def texts(self, chat: str) -> list[str]:
        return [shown.text for shown in self.room(chat).shown if not shown.author]


@pytest.fixture
async def topics(tmp_path: Path, database_url: str) -> AsyncIterator[Topics]:
    async with town(
        tmp_path, url=database_url, environ={"MCU_STAFF_CHAT": f"telegram:{HOME}"}
    ) as bor:
        yield Topics(bor)


@pytest.fixture
async def whole(tmp_path: Path, database_url: str) -> AsyncIterator[Topics]:
    async with town(
        tmp_path, url=database_url, environ={"MCU_STAFF_CHAT": f"telegram:{GROUP}"}
    ) as bor:
        yield Topics(bor)


async def test_a_card_and_all_that_is_said_about_it_stay_in_the_topic(topics: Topics) -> None:
    anna, maria = await topics.bor.consenting(), topics.employee()
    appeal = await topics.bor.filed(anna)
    card = await maria.sees(appeal.number)
    await maria.presses("Взять", on=card)
    await anna.sees("взяли в работу")
    await maria.presses("Решено", on=card)
    await maria.sees("Что сделано")
    await maria.says("Яму засыпали")
    await maria.sees("Яму засыпали")
    await maria.presses(topics.bor.texts("form-send"))
    await anna.sees("Яму засыпали")
    await maria.says("Спасибо за терпение", reply_to=card)
    await anna.sees("Спасибо за терпение")

    assert topics.texts(GROUP) == []


@pytest.mark.parametrize("chat", [GROUP, OTHER])
async def test_a_command_is_answered_in_the_topic_where_it_was_given(
    topics: Topics, chat: str
) -> None:
    [number] = await planted(topics.bor)
    there = topics.employee(chat)
    await there.says(f"/find {number}")
    await there.sees("МЦУ-26-00000")
    before = len(topics.texts(HOME))
    await there.says("/open")
    await there.presses("№")
    card = await card_of(there)
    await there.presses("Уточнить", on=card)
    asked = await there.sees("Что уточнить?")
    await there.says("Какой дом?")
    await there.sees("Какой дом?")

    cards = [shown.id for shown in said(there, "МЦУ-26-00000") if "Срок" in shown.text]
    assert asked.reply_to in cards
    assert len(topics.texts(HOME)) == before


@pytest.mark.parametrize("chat", [GROUP, OTHER])
async def test_a_card_shown_in_another_topic_is_the_one_that_changes(
    topics: Topics, chat: str
) -> None:
    await planted(topics.bor, with_cards=True)
    maria, there = topics.employee(), topics.employee(chat, "901", "Борис")
    first = await card_of(maria)
    await there.says("/open")
    await there.presses("№")
    shown = await card_of(there)
    await maria.presses("Взять", on=first)
    await there.sees("в работе")
    await there.says("Уже едем", reply_to=shown)

    await there.sees("Передали жителю")
    assert "в работе" in shown.text


async def test_talk_and_other_bots_commands_in_other_topics_are_left_alone(topics: Topics) -> None:
    there = topics.employee(OTHER)
    await there.says("Коллеги, кто идёт обедать?")
    await there.says("/poll обед")
    await there.says("/id")
    await there.sees(f"telegram:{OTHER}")

    assert len(said(there)) == 1


@pytest.mark.parametrize(
    ("chat", "words"),
    [
        (HOME, f"Это служебный чат, его адрес: telegram:{HOME}"),
        (OTHER, f"MCU_STAFF_CHAT=telegram:{OTHER}"),
        (GROUP, f"Карточки приходят в другое место этой группы: telegram:{HOME}"),
        ("-100777/5", "MCU_STAFF_CHAT=telegram:-100777/5"),
    ],
)
async def test_id_tells_the_address_of_the_topic(topics: Topics, chat: str, words: str) -> None:
    there = topics.employee(chat)
    await there.says("/id")
    await there.sees(words)


async def test_a_topic_becomes_the_chat_of_a_category_beside_the_main_one(topics: Topics) -> None:
    bor, admin = topics.bor, admin_of(topics.bor)
    code = await code_for(admin, ROADS)
    boris = topics.employee(OTHER, "901", "Борис")
    await boris.says(f"/bind {code}")
    await boris.sees("Готово")
    anna, maria = await bor.consenting(), topics.employee()
    appeal = await bor.filed(anna)
    card = await boris.sees(appeal.number)
    await maria.says("/id")
    await maria.sees("служебный чат")
    assert not any(appeal.number in text for text in topics.texts(HOME))

    await boris.presses("Тема", on=card)
    await boris.presses("во дворе")
    moved = await maria.sees("во дворе")
    assert appeal.number in moved.text
    assert (await category(bor, "roads")).staff_chat_id == appeal.staff_chat_id


async def test_an_appeal_goes_from_topic_to_topic_with_a_card_of_its_own(topics: Topics) -> None:
    bor = topics.bor
    code = await code_for(admin_of(bor), ROADS)
    boris = topics.employee(OTHER, "901", "Борис")
    await boris.says(f"/bind {code}")
    await boris.sees("Готово")
    await planted(bor, with_cards=True)
    maria = topics.employee()
    card = await card_of(maria)
    await maria.presses("Тема", on=card)
    await maria.presses("Ямы и выбоины")
    await maria.sees("передано в другой служебный чат")
    there = await card_of(boris)
    await boris.presses("Взять", on=there)
    await boris.sees("в работе")

    assert there.id != card.id
    assert card.buttons == []


async def test_a_topic_of_the_main_chats_group_becomes_one_of_its_own(whole: Topics) -> None:
    code = await code_for(admin_of(whole.bor), ROADS)
    boris = whole.employee(OTHER, "901", "Борис")
    await boris.says(f"/bind {code}")
    await boris.sees("Готово")

    def chats(session: Session) -> dict[str, bool]:
        return {chat.chat: chat.main for chat in municipalities.staff_chats(session)}

    assert await look(whole.bor, chats) == {GROUP: True, OTHER: False}


async def test_a_group_that_moves_takes_its_topics_along(topics: Topics) -> None:
    bor = topics.bor
    code = await code_for(admin_of(bor), ROADS)
    boris = topics.employee(OTHER, "901", "Борис")
    await boris.says(f"/bind {code}")
    await boris.sees("Готово")
    group = topics.room(GROUP)
    await bor.messenger.bring(bor.messenger.event(boris, group, change="moved", moved_to="-100999"))

    def chats(session: Session) -> set[str]:
        return {chat.chat for chat in municipalities.staff_chats(session)}

    assert await look(bor, chats) == {"-100999/17", "-100999/18"}


@pytest.mark.parametrize("command", ["/open", "/find яма", "/help"])
async def test_an_answer_in_a_topic_that_is_gone_comes_to_the_staff_chat(
    topics: Topics, command: str
) -> None:
    await planted(topics.bor)
    there, maria = topics.employee(OTHER), topics.employee()
    topics.bor.messenger.deaf.add(OTHER)
    before = len(topics.texts(HOME))
    await there.says(command)

    async def comes() -> bool:
        return len(topics.texts(HOME)) > before

    await until(comes)
    rows = await outbox(topics.bor)
    assert not [row.chat for row in rows if row.chat == OTHER]
    assert not said(maria, "не принимает")


async def test_a_card_that_was_asked_for_in_a_topic_that_is_gone_comes_to_the_staff_chat(
    topics: Topics,
) -> None:
    anna = topics.bor.resident()
    await planted(topics.bor)
    there, maria = topics.employee(OTHER), topics.employee()
    await there.says("/open")
    await there.sees("Открыто: 1")
    topics.bor.messenger.deaf.add(OTHER)
    await there.presses("№")
    card = await card_of(maria)
    await maria.says("Уже едем", reply_to=card)

    await anna.sees("Уже едем")


async def test_who_left_the_group_may_press_in_none_of_its_topics(topics: Topics) -> None:
    bor = topics.bor
    await planted(bor, with_cards=True)
    maria = topics.employee()
    card = await card_of(maria)
    await bor.messenger.leave(maria, topics.room(GROUP))
    await maria.presses("Взять", on=card)
    there = topics.employee(OTHER)
    await bor.messenger.press_payload(there, "take:1", there.room)
    assert (await bor.appeals())[0].state == "new"

    boris = topics.employee(OTHER, "901", "Борис")
    await bor.messenger.press_payload(boris, "take:1", boris.room)
    await topics.employee(HOME, "901", "Борис").sees("в работе")
    assert {chat for chat, _ in bor.messenger.asked} <= {GROUP}


async def test_an_open_group_is_told_in_the_topic(topics: Topics) -> None:
    bor, maria = topics.bor, topics.employee()
    bor.messenger.doors[GROUP] = ["войдёт кто угодно"]
    await staff_chat_rounds.look(bor.transactions, bor.rooms, bor.inbox.members)
    await maria.sees("войдёт кто угодно")


async def test_a_topic_of_the_site_or_of_vk_is_none() -> None:
    for text in ("vk:2000000001", "web:staff", "telegram:-100500"):
        address = Address.parse(text)
        assert (address.group, address.topic) == (address, "")
    topic = Address.parse("telegram:-100500/17")
    assert (str(topic.group), topic.topic) == ("telegram:-100500", "17")
    assert str(topic.in_group("-100999")) == "telegram:-100999/17"
    assert str(topic.group.in_group("-100999")) == "telegram:-100999"


async def test_a_main_chat_that_becomes_a_topic_of_its_group_keeps_the_old_cards_alive(
    tmp_path: Path,
) -> None:
    async with town(tmp_path, environ={"MCU_STAFF_CHAT": f"telegram:{GROUP}"}) as bor:
        await planted(bor, with_cards=True)
        old = await card_of(bor.employee())

    environ = {"MCU_STAFF_CHAT": f"telegram:{HOME}"}
    async with town(tmp_path, environ=environ) as bor:
        assert await look(bor, lambda s: s.scalar(select(func.count(StaffChat.id)))) == 1
        room = bor.messenger.room(GROUP)
        maria = Person(bor.messenger, "900", "Мария", room)
        room.shown.append(old)
        await maria.presses("Взять", on=old)
        assert (await bor.appeals())[0].state == "in_work"


@pytest.mark.parametrize("chat", [HOME, GROUP, OTHER])
async def test_a_label_typed_in_a_topic_presses_the_card_that_stands_there(
    topics: Topics, chat: str
) -> None:
    anna = topics.bor.resident()
    await planted(topics.bor, with_cards=True)
    there = topics.employee(chat)
    if chat != HOME:
        await there.says("/open")
        await there.presses("№")
    await card_of(there)
    await there.says("Взять")

    await anna.sees("взяли в работу")


@pytest.mark.parametrize("chat", [GROUP, OTHER])
async def test_a_label_in_answer_to_a_card_presses_it_in_any_topic(
    topics: Topics, chat: str
) -> None:
    anna = topics.bor.resident()
    await planted(topics.bor, with_cards=True)
    there = topics.employee(chat)
    await there.says("/open")
    await there.presses("№")
    card = await card_of(there)
    await there.says("Уточнить", reply_to=card)

    await there.sees("Что уточнить?")
    assert not said(anna, "Уточнить")
