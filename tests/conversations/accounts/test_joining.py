"""A code joins two accounts to one person: what is common from then on, and what is not lost."""

import pytest
from sqlalchemy import func, select

from storage.tables import Account, Appeal, Consent, LinkCode, Resident
from tests.conversations.accounts.people import (
    code_of,
    consents,
    in_channel,
    join,
)
from tests.support.towns.conversation import Town
from tests.support.towns.staff_room import look


async def count(bor: Town, table: type) -> int:
    query = select(func.count()).select_from(table)
    return await look(bor, lambda session: session.scalar(query) or 0)


async def test_each_messenger_shows_the_appeals_of_both(bor: Town) -> None:
    anna, in_vk = await bor.consenting(), in_channel(bor, "vk")
    here = await bor.filed(anna)
    await consents(bor, in_vk)
    there = await bor.filed(in_vk, "На дороге у школы глубокая яма, машины её объезжают")

    await join(bor, anna, in_vk)

    for person in (anna, in_vk):
        await person.says("/my")
        presses = [b.payload for b in (await person.sees("Ваши сообщения")).buttons]
        assert {f"appeal:{one.id}" for one in (here, there)} <= set(presses)
    assert await count(bor, Resident) == 1
    assert await count(bor, Account) == 2
    assert await count(bor, LinkCode) == 0


@pytest.mark.parametrize("channel", ["vk", "web", "max"])
async def test_any_two_channels_are_joined_either_way(bor: Town, channel: str) -> None:
    anna, there = await bor.consenting(), in_channel(bor, channel)
    await join(bor, anna, there)
    vera, elsewhere = in_channel(bor, "telegram", "43"), in_channel(bor, channel, "78")
    await consents(bor, elsewhere)

    await join(bor, elsewhere, vera)

    assert await count(bor, Resident) == 2
    assert await count(bor, Account) == 4


async def test_whoever_is_new_there_consents_by_joining(bor: Town) -> None:
    anna, in_vk = await bor.consenting(), in_channel(bor, "vk")
    code = await code_of(anna)

    await in_vk.says(code)
    asked = await in_vk.sees("Соединить этот чат")
    assert "вы даёте и здесь согласие" in asked.text
    await in_vk.presses(bor.texts("link-yes"), on=asked)
    await in_vk.sees("Готово, соединили")

    await in_vk.says("/my")
    await in_vk.sees(bor.texts("my-none"))
    lines = await look(bor, lambda session: list(session.scalars(select(Consent))))
    assert [line.action for line in lines] == ["given", "given"]
    assert len({line.account_id for line in lines}) == 2
    assert len({line.resident_id for line in lines}) == 1


async def test_the_earlier_of_two_consents_stays_in_force(bor: Town) -> None:
    in_vk = await consents(bor, in_channel(bor, "vk"))
    bor.clock.passes(days=3)
    anna = await bor.consenting()

    await join(bor, anna, in_vk)

    person = await look(bor, lambda session: session.scalars(select(Resident)).one())
    lines = await look(bor, lambda session: list(session.scalars(select(Consent))))
    assert person.consent_at == min(line.at for line in lines)
    assert len(lines) == 2


async def test_what_was_begun_comes_along_and_nothing_in_hand_is_disturbed(bor: Town) -> None:
    anna, in_vk = await bor.consenting(), await consents(bor, in_channel(bor, "vk"))
    await anna.says("Возле школы на улице Мира нет тротуара, дети идут по дороге")
    await anna.sees(bor.texts("ask-topic-suggested"))
    await in_vk.says("На площади сломаны обе скамейки, сидеть не на чем")
    await in_vk.sees(bor.texts("ask-topic-suggested"))

    await join(bor, anna, in_vk)
    await in_vk.sees(bor.texts("link-draft-came", channel="Telegram"))
    await in_vk.says("/menu")
    assert "скамейки" in (await in_vk.sees("скамейки")).text
    await in_vk.says("/new")
    await in_vk.presses(bor.texts("draft-continue"))
    await in_vk.sees(bor.texts("ask-topic-suggested"))

    dialogues = await look(bor, lambda session: session.scalar(select(func.count(Appeal.id))))
    assert dialogues == 0


async def test_three_accounts_of_which_two_are_joined_each_become_one_person(bor: Town) -> None:
    anna, in_vk = await bor.consenting(), await consents(bor, in_channel(bor, "vk"))
    on_site, again = in_channel(bor, "web", "guest.1"), in_channel(bor, "vk", "78")
    await consents(bor, on_site)
    await consents(bor, again)
    await join(bor, anna, in_vk)
    await join(bor, on_site, again)

    await join(bor, again, in_vk)

    assert await count(bor, Resident) == 1
    assert await count(bor, Account) == 4
    await anna.sees("Ваш код ввели")  # all of them are told


async def test_who_gave_the_code_may_not_enter_it_and_is_told_so(bor: Town) -> None:
    anna = await bor.consenting()

    await anna.says(await code_of(anna))

    await anna.sees(bor.texts("link-own-code"))
    assert await count(bor, LinkCode) == 1


async def test_accounts_that_are_joined_are_not_joined_again(bor: Town) -> None:
    anna, in_vk = await bor.consenting(), in_channel(bor, "vk")
    await join(bor, anna, in_vk)

    await anna.says(await code_of(in_vk))

    await anna.sees(bor.texts("link-already"))
    assert await count(bor, Resident) == 1


async def test_a_link_with_a_code_asks_the_same(bor: Town) -> None:
    anna, in_vk = await bor.consenting(), in_channel(bor, "vk")
    code = (await code_of(anna)).replace(" ", "")
    vk = bor.adapters["vk"]

    await vk.bring(vk.event(in_vk, in_vk.room, text="/start", start=f"l-{code}"))

    await in_vk.presses(bor.texts("link-yes"), on=await in_vk.sees("Соединить этот чат"))
    await in_vk.sees("Готово, соединили")


async def test_a_button_opens_the_other_messenger_with_the_code(bor: Town) -> None:
    anna = await bor.consenting()

    code = (await code_of(anna)).replace(" ", "")

    buttons = (await anna.sees("Ваш код")).buttons
    links = [button for button in buttons if button.kind == "url"]
    assert [button.label for button in links] == [
        bor.texts("link-open", channel=bor.texts(f"channel-{name}")) for name in ("vk", "web")
    ]
    assert all(f"l-{code}" in button.payload for button in links)


async def test_the_menu_leads_there_without_a_command(bor: Town) -> None:
    anna, in_vk = await bor.consenting(), await consents(bor, in_channel(bor, "vk"))
    await anna.says("/help")
    await anna.presses(bor.texts("menu-link"))
    await anna.presses(bor.texts("link-give"), on=await anna.sees("Их можно соединить"))
    code = (await anna.sees("Ваш код")).text.split("\n")[0].partition(": ")[2]
    await in_vk.says("Другой мессенджер")
    await in_vk.presses(bor.texts("link-enter"), on=await in_vk.sees("Их можно соединить"))
    await in_vk.sees(bor.texts("link-ask-code"))
    await in_vk.says("12 34")
    await in_vk.sees(bor.texts("link-no-code", cancel=bor.texts("form-cancel")))

    await in_vk.says(code)

    await in_vk.presses(bor.texts("link-yes"), on=await in_vk.sees("Соединить этот чат"))
    await in_vk.sees("Готово, соединили")
