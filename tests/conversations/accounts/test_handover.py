"""A messenger in which the town converses no more hands its residents over, with all that is theirs."""

import itertools
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from sqlalchemy import select

from handlers.residents.arriving import handover
from storage.tables import Account, Appeal, Resident
from tests.conversations.accounts.people import (
    consents,
    in_channel,
    join,
    several_messengers,
)
from tests.fakes.messenger import Person, Shown
from tests.support.towns.conversation import DESCRIPTION, Town
from tests.support.towns.staff_room import card_of, look

OFF = {"MCU_TELEGRAM_DIALOGUE": "off", "MCU_WEB_CHAT": "on"}
OTHERS = ("telegram", "vk", "web")


@pytest.fixture
async def bor(database_url: str, tmp_path: Path) -> AsyncIterator[Town]:
    async with several_messengers(tmp_path, database_url, OFF, OTHERS) as running:
        yield running


@asynccontextmanager
async def moving(folder: Path, url: str, joined: str = "") -> AsyncIterator[tuple[Town, Appeal]]:
    """The town once it converses there no more, and what Anna had filed there before.

    ``joined``: a channel in which she has an account of hers, too.
    """
    async with several_messengers(folder, url, names=OTHERS) as before:
        anna = await consents(before, in_channel(before, "telegram"))
        filed = await before.filed(anna)
        if joined:
            await join(before, anna, in_channel(before, joined))
    async with several_messengers(folder, url, OFF, OTHERS) as bor:
        for messenger in bor.adapters.values():
            messenger.ids = itertools.count(10_000)
        yield bor, filed


async def led_on(bor: Town, person: Person) -> Shown:
    """What is read where nobody converses any more."""
    return await person.sees(bor.texts("handover", channel="Telegram", others="ВКонтакте, сайт"))


def code_in(shown: Shown, channel: str = "vk") -> str:
    links = [b.payload for b in shown.buttons if b.kind == "url" and f"//{channel}." in b.payload]
    assert len(links) == 1, shown
    return links[0].partition("start=")[2]


async def follow(bor: Town, code: str, account: str = "77") -> Person:
    """The person presses the link and is in the other messenger."""
    there = in_channel(bor, "vk", account)
    await bor.adapters["vk"].scan(there, code)
    return there


async def test_a_newcomers_words_wait_in_the_messenger_to_which_the_link_leads(bor: Town) -> None:
    anna = in_channel(bor, "telegram")
    await anna.says(DESCRIPTION)
    shown = await led_on(bor, anna)
    assert "Здравствуйте" in shown.text
    assert bor.texts("handover-kept") in shown.text

    there = await follow(bor, code_in(shown))
    await there.presses(bor.texts("link-yes"), on=await there.sees("Соединить этот чат"))
    await there.sees(bor.texts("consent-kept"))
    await there.presses(bor.texts("consent-yes"))
    await there.sees(bor.texts("ask-topic-suggested"))
    await there.presses("Ямы и выбоины на дороге")
    await there.sees(bor.texts("ask-place"))
    await there.says("ул. Мира, 5")
    await there.presses(bor.texts("form-send"), on=await there.sees("Проверьте"))
    await there.sees("МЦУ-26-")

    assert [one.text for one in await bor.appeals()] == [DESCRIPTION]


async def test_who_filed_before_takes_the_appeals_and_what_was_begun_along(
    database_url: str, tmp_path: Path
) -> None:
    async with moving(tmp_path, database_url) as (bor, filed):
        anna = in_channel(bor, "telegram")
        await anna.says("Возле школы на улице Мира нет тротуара, дети идут по дороге")
        shown = await led_on(bor, anna)
        assert bor.texts("handover-appeals") in shown.text
        there = await follow(bor, code_in(shown))
        await there.presses(bor.texts("link-yes"), on=await there.sees("Соединить этот чат"))
        await there.sees("Готово, соединили")
        await there.sees(bor.texts("ask-topic-suggested"))  # of what was begun

        await there.says("/my")
        listed = await there.sees("Ваши сообщения")
        assert f"appeal:{filed.id}" in [b.payload for b in listed.buttons]
        person = await look(bor, lambda session: session.scalars(select(Resident)).one())
        assert person.channel == "vk"

        await anna.says("Ещё одно")  # what is written there does not bring the answers back
        await led_on(bor, anna)
        person = await look(bor, lambda session: session.scalars(select(Resident)).one())
        assert person.channel == "vk"


async def test_news_are_not_told_there_but_that_there_are_some(
    database_url: str, tmp_path: Path
) -> None:
    async with moving(tmp_path, database_url) as (bor, filed):
        anna, maria, number = in_channel(bor, "telegram"), bor.employee(), filed.number
        await maria.says(number)
        await maria.presses("Взять", on=await card_of(maria))
        told = await anna.sees(
            bor.texts("handover-news", number=number, channel="Telegram").partition("\n")[0]
        )
        assert "Занимается" not in told.text
        await anna.presses(bor.texts("handover-read"), on=told)
        there = await follow(bor, code_in(await led_on(bor, anna)))
        await there.presses(bor.texts("link-yes"), on=await there.sees("Соединить этот чат"))
        await there.sees("Готово, соединили")
        await maria.presses("Решено", on=await card_of(maria))
        assert bor.texts("handover-read") not in [
            b.label for shown in there.room.shown for b in shown.buttons
        ]


async def test_nothing_for_another_messenger_goes_there_if_that_one_is_closed(
    database_url: str, tmp_path: Path
) -> None:
    async with moving(tmp_path, database_url, joined="vk") as (bor, filed):
        anna, there, maria = in_channel(bor, "telegram"), in_channel(bor, "vk"), bor.employee()
        await bor.messenger.press_payload(anna, "link:here")
        await anna.sees("Вы пишете нам отсюда")
        bor.adapters["vk"].deaf.add(there.room.id)
        await maria.says(filed.number)
        await maria.presses("Взять", on=await card_of(maria))
        await maria.sees("не доставлено")

        said = [shown.text for shown in anna.room.shown if not shown.author]
        assert not any("Занимается" in text for text in said), said


@pytest.mark.parametrize("said", ["/start", "/new", "/my", "/help", "Привет", "да"])
async def test_whatever_is_said_there_leads_on_and_files_nothing(bor: Town, said: str) -> None:
    anna = in_channel(bor, "telegram")
    await anna.says(said)
    shown = await led_on(bor, anna)

    assert [b.label for b in shown.buttons][-1] == bor.texts("handover-again")
    assert await look(bor, lambda session: list(session.scalars(select(Appeal)))) == []


async def test_a_posters_code_is_handed_on(bor: Town) -> None:
    anna = in_channel(bor, "telegram")
    await bor.adapters["telegram"].scan(anna, "t-roads")

    assert code_in(await led_on(bor, anna)) == "t-roads"


async def test_a_link_works_once_and_a_new_one_is_given(bor: Town) -> None:
    anna = in_channel(bor, "telegram")
    await anna.says(DESCRIPTION)
    first = code_in(await led_on(bor, anna))
    await anna.presses(bor.texts("handover-again"))
    second = code_in(await led_on(bor, anna))
    assert first != second

    there = await follow(bor, first)
    await there.sees(bor.texts("link-wrong"))
    await bor.adapters["vk"].scan(there, second)
    await there.sees("Соединить этот чат")


async def test_data_is_looked_at_and_erased_there_as_everywhere(
    database_url: str, tmp_path: Path
) -> None:
    async with moving(tmp_path, database_url) as (bor, _):
        anna = in_channel(bor, "telegram")
        await anna.says("/delete_me")
        await anna.presses(bor.texts("delete-yes"))
        await anna.sees(bor.texts("deleting"))
        gone = await look(
            bor, lambda session: [one.account for one in session.scalars(select(Account))]
        )
        assert "77" not in gone


def test_the_ways_to_ones_data_are_those_of_the_menu() -> None:
    assert all(re.fullmatch(r"/\w+", one) for one in handover.STAYS_COMMANDS)
