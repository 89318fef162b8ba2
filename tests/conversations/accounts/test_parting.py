"""Accounts are parted: each keeps what was filed from it, and hears of nothing else any more."""

from sqlalchemy import func, select

from storage.tables import Consent, Resident
from tests.conversations.accounts.people import consents, in_channel, join
from tests.conversations.accounts.test_homes import answers, is_told
from tests.fakes.messenger import Person
from tests.support.towns.conversation import Town
from tests.support.towns.staff_room import look


async def parts_this(bor: Town, person: Person) -> None:
    await person.says("/unlink")
    await person.presses(bor.texts("link-part-this"), on=await person.sees("Что отсоединить"))
    asked = await person.sees(bor.texts("link-part-sure-this"))
    await person.presses(bor.texts("link-part-yes"), on=asked)
    await person.sees("Отсоединили")


async def listed(person: Person) -> set[str]:
    await person.says("/my")
    return {button.payload for button in (await person.sees("Ваши сообщения")).buttons}


async def test_each_keeps_what_was_filed_from_it(bor: Town) -> None:
    anna, in_vk = await bor.consenting(), await consents(bor, in_channel(bor, "vk"))
    first = await bor.filed(anna)
    await join(bor, anna, in_vk)
    second = await bor.filed(in_vk)

    await parts_this(bor, in_vk)

    assert f"appeal:{second.id}" in await listed(in_vk)
    assert f"appeal:{first.id}" not in await listed(in_vk)
    assert f"appeal:{first.id}" in await listed(anna)
    await answers(bor, first, "Яму засыплем завтра")
    await anna.sees("Яму засыплем завтра")
    assert not is_told(in_vk, "Яму засыплем завтра")
    people = await look(bor, lambda session: list(session.scalars(select(Resident))))
    assert [bool(one.consent_at) for one in people] == [True, True]
    lines = await look(bor, lambda session: list(session.scalars(select(Consent))))
    assert len({line.resident_id for line in lines}) == 2


async def test_the_other_one_is_parted_and_told(bor: Town) -> None:
    anna, in_vk = await bor.consenting(), in_channel(bor, "vk")
    await join(bor, anna, in_vk)
    await anna.says("/unlink")
    label = bor.texts("link-part-other", channel="ВКонтакте")
    await anna.presses(label, on=await anna.sees("Что отсоединить"))
    asked = await anna.sees(bor.texts("link-part-sure", channel="ВКонтакте"))
    await anna.presses(bor.texts("link-part-yes"), on=asked)

    await anna.sees(bor.texts("link-parted", channel="ВКонтакте"))
    await in_vk.sees(bor.texts("link-parted-told"))
    count = select(func.count(Resident.id))
    assert await look(bor, lambda session: session.scalar(count)) == 2


async def test_whoever_has_one_account_has_nothing_to_part(bor: Town) -> None:
    anna = await bor.consenting()

    await anna.says("/unlink")

    await anna.sees(bor.texts("link-none"))


async def test_an_old_button_parts_nobody_elses_account(bor: Town) -> None:
    anna, in_vk, vera = await bor.consenting(), in_channel(bor, "vk"), await bor.consenting("43")
    await join(bor, anna, in_vk)

    for number in range(1, 5):
        for verb in ("part", "not-me"):
            await bor.messenger.press_payload(vera, f"link:{verb}:{number}")

    await vera.sees(bor.texts("link-parted-already"))
    count = select(func.count(Resident.id))
    assert await look(bor, lambda session: session.scalar(count)) == 2


async def test_what_was_begun_goes_back_to_whoever_began_it(bor: Town) -> None:
    """Else somebody who joined by deceit would keep it."""
    anna, in_vk = await bor.consenting(), await consents(bor, in_channel(bor, "vk"))
    await anna.says("На площади сломаны обе скамейки, сидеть не на чем")
    await anna.sees(bor.texts("ask-topic-suggested"))
    await join(bor, anna, in_vk)
    await in_vk.sees(bor.texts("link-draft-came", channel="Telegram"))

    await anna.presses(bor.texts("link-not-me"))
    await anna.sees("Отсоединили")

    await in_vk.says("/new")
    await in_vk.sees(bor.texts("ask-what"))
    await anna.says("/menu")
    await anna.sees("скамейки")


async def test_a_draft_about_an_appeal_of_the_other_goes(bor: Town) -> None:
    anna, in_vk = await bor.consenting(), in_channel(bor, "vk")
    appeal = await bor.filed(anna)
    await join(bor, anna, in_vk)
    await bor.adapters["vk"].press_payload(in_vk, f"comment:{appeal.id}")
    await in_vk.says("Яма стала ещё больше, проехать нельзя")
    await in_vk.sees("Яма стала ещё больше")

    await anna.presses(bor.texts("link-not-me"))
    await anna.sees("Отсоединили")

    await in_vk.says("/menu")
    await in_vk.sees(bor.texts("menu"))


async def test_parted_accounts_can_be_joined_again(bor: Town) -> None:
    anna, in_vk = await bor.consenting(), in_channel(bor, "vk")
    await join(bor, anna, in_vk)
    await parts_this(bor, in_vk)

    await in_vk.says("/my")
    await in_vk.sees(bor.texts("my-none"))
    await join(bor, in_vk, anna)

    count = select(func.count(Resident.id))
    assert await look(bor, lambda session: session.scalar(count)) == 1
