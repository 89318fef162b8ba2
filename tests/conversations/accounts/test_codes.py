"""Codes that join: guessed, reused, expired, seen by somebody else. None of it pays."""

from datetime import timedelta

from sqlalchemy import func, select

from storage.people import link_codes
from storage.tables import Account, Appeal, LinkCode, Resident
from tests.conversations.accounts.people import (
    code_of,
    consents,
    in_channel,
    join,
)
from tests.support.towns.conversation import DESCRIPTION, Town
from tests.support.towns.staff_room import look


def other_than(code: str) -> str:
    """A code of the same sheet that is not that one."""
    return code[:8] + ("1" if code[8] == "0" else "0")


async def people(bor: Town) -> int:
    return await look(bor, lambda session: session.scalar(select(func.count(Resident.id))) or 0)


async def test_a_code_is_for_one_use(bor: Town) -> None:
    anna, in_vk, vera = await bor.consenting(), in_channel(bor, "vk"), in_channel(bor, "vk", "99")
    code = await code_of(anna)
    await in_vk.says(code)
    await in_vk.sees("Соединить этот чат")

    await vera.says(code)

    await vera.sees(bor.texts("link-wrong"))
    await in_vk.presses(bor.texts("link-yes"))
    await in_vk.sees("Готово, соединили")
    await vera.says(code)
    await vera.waits_for(vera.room, lambda shown: "Такого кода нет" in shown.text)
    assert await people(bor) == 2


async def test_a_code_works_for_ten_minutes(bor: Town) -> None:
    anna, in_vk = await bor.consenting(), in_channel(bor, "vk")
    code = await code_of(anna)
    bor.clock.passes(minutes=10)

    await in_vk.says(code)

    await in_vk.sees(bor.texts("link-wrong"))


async def test_a_yes_that_comes_too_late_joins_nothing(bor: Town) -> None:
    anna, in_vk = await bor.consenting(), in_channel(bor, "vk")
    await in_vk.says(await code_of(anna))
    asked = await in_vk.sees("Соединить этот чат")
    bor.clock.passes(minutes=10)

    await in_vk.presses(bor.texts("link-yes"), on=asked)

    await in_vk.sees(bor.texts("link-late"))
    assert await people(bor) == 2


async def test_a_no_ends_the_code(bor: Town) -> None:
    anna, in_vk = await bor.consenting(), in_channel(bor, "vk")
    code = await code_of(anna)
    await in_vk.says(code)
    await in_vk.sees("Соединить этот чат")

    await in_vk.says("нет")

    await in_vk.sees(bor.texts("link-declined"))
    await in_vk.says(code)
    await in_vk.sees(bor.texts("link-wrong"))


async def test_a_mere_yes_does_not_join(bor: Town) -> None:
    """Nor is it taken for a consent, for which nobody has been asked."""
    anna, in_vk = await bor.consenting(), in_channel(bor, "vk")
    await in_vk.says(await code_of(anna))
    await in_vk.sees("Соединить этот чат")

    await in_vk.says("да")

    await in_vk.sees(bor.texts("confirm-in-full", button=bor.texts("link-yes")))
    assert await people(bor) == 2


async def test_ten_wrong_tries_from_anywhere_end_a_code(bor: Town) -> None:
    anna = await bor.consenting()
    code = await code_of(anna)
    for number in range(link_codes.MOST_WRONG):
        guesser = in_channel(bor, "vk", str(1000 + number))
        await guesser.says(other_than(code))
        await guesser.sees(bor.texts("link-wrong"))
    in_vk = in_channel(bor, "vk")

    await in_vk.says(code)

    await in_vk.sees(bor.texts("link-wrong"))


async def test_an_account_that_tried_ten_times_waits_for_an_hour(bor: Town) -> None:
    anna, guesser = await bor.consenting(), in_channel(bor, "vk")
    code = await code_of(anna)
    elsewhere = f"{(int(code[:2]) + 1) % 100:02}00 00"  # another sheet: the code itself lives
    for number in range(link_codes.MOST_WRONG):
        await guesser.says(f"{elsewhere}{number:02}")
        await guesser.sees(bor.texts("link-wrong"))

    await guesser.says(code)

    await guesser.sees(bor.texts("link-must-wait"))
    bor.clock.passes(hours=1)
    await guesser.says(await code_of(anna))
    await guesser.sees("Соединить этот чат")


async def test_of_a_code_only_a_hash_is_kept(bor: Town) -> None:
    code = (await code_of(await bor.consenting())).replace(" ", "")

    row = await look(bor, lambda session: session.scalars(select(LinkCode)).one())

    assert code not in row.code_hash
    assert row.sheet == code[:2]
    assert row.expires_at == bor.clock() + timedelta(minutes=10)


async def test_before_a_yes_nothing_is_shown_of_whoever_gave_the_code(bor: Town) -> None:
    anna, thief = await bor.consenting(name="Аполлинария"), in_channel(bor, "vk", name="Вор")
    appeal = await bor.filed(anna)

    await thief.says(await code_of(anna))
    await thief.sees("Соединить этот чат")

    said = "\n".join(shown.text for shown in thief.room.shown if not shown.author)
    for secret in ("Аполлинария", appeal.number, DESCRIPTION, "Мира", "Telegram"):
        assert secret not in said


async def test_whoever_gave_the_code_is_told_and_parts_a_stranger_with_one_press(
    bor: Town,
) -> None:
    anna, thief = await bor.consenting(), await consents(bor, in_channel(bor, "vk", name="Вор"))
    his = await bor.filed(thief)
    hers = await bor.filed(anna)
    await join(bor, anna, thief)

    await anna.presses(bor.texts("link-not-me"))

    await anna.sees("Отсоединили")
    await thief.sees(bor.texts("link-parted-told"))
    await thief.says("/my")
    listed = [button.payload for button in (await thief.sees("Ваши сообщения")).buttons]
    assert f"appeal:{his.id}" in listed
    assert f"appeal:{hers.id}" not in listed
    await bor.adapters["vk"].press_payload(thief, f"appeal:{hers.id}")
    await thief.sees(bor.texts("appeal-not-yours"))
    owners = await look(
        bor, lambda session: {row.id: row.resident_id for row in session.scalars(select(Appeal))}
    )
    assert len(set(owners.values())) == 2


async def test_a_stranger_who_brought_more_accounts_is_parted_with_all_of_them(bor: Town) -> None:
    anna = await bor.consenting()
    thief, second = await consents(bor, in_channel(bor, "vk")), in_channel(bor, "web", "guest.9")
    await join(bor, thief, second)
    await join(bor, anna, thief)

    await anna.presses(bor.texts("link-not-me"))

    await anna.sees("Отсоединили")
    rows = await look(bor, lambda session: list(session.scalars(select(Account))))
    whose = {row.channel: row.resident_id for row in rows}
    assert whose["vk"] == whose["web"] != whose["telegram"]


async def test_a_banned_account_is_joined_to_none(bor: Town) -> None:
    """Neither is the ban washed off, nor does it fall on another who does not know."""
    anna, in_vk = await bor.consenting(), await consents(bor, in_channel(bor, "vk"))
    appeal = await bor.filed(anna)
    await in_vk.says(await code_of(anna))
    asked = await in_vk.sees("Соединить этот чат")
    maria = bor.employee()
    await maria.says(f"/block {appeal.number} ругань")
    await maria.presses(bor.texts("block-yes"))
    await maria.sees(bor.texts("block-done", number=appeal.number))

    await in_vk.presses(bor.texts("link-yes"), on=asked)

    await in_vk.sees(bor.texts("link-not-now"))
    assert await people(bor) == 2


async def test_a_ban_holds_for_all_accounts_of_a_person_and_is_lifted_from_all(bor: Town) -> None:
    anna, in_vk = await bor.consenting(), in_channel(bor, "vk")
    appeal = await bor.filed(anna)
    await join(bor, anna, in_vk)
    maria = bor.employee()
    await maria.says(f"/block {appeal.number} ругань")
    await maria.presses(bor.texts("block-yes"))
    await maria.sees(bor.texts("block-done", number=appeal.number))

    await anna.says("/start")
    await in_vk.says("/start")
    await in_vk.sees("ругань")
    await anna.sees("ругань")

    await maria.says(f"/unblock {appeal.number}")
    await maria.presses(bor.texts("unblock-yes"))
    await maria.sees(bor.texts("unblock-done", number=appeal.number))
    bor.clock.passes(seconds=11)
    await in_vk.says("/my")
    await in_vk.sees("Ваши сообщения")


async def test_nobody_is_joined_to_whom_is_being_erased(bor: Town) -> None:
    anna, in_vk = await bor.consenting(), in_channel(bor, "vk")
    bor.erasing.cancel()
    await in_vk.says(await code_of(anna))
    asked = await in_vk.sees("Соединить этот чат")
    await anna.says("/delete_me")
    await anna.presses(bor.texts("delete-yes"))
    await anna.sees(bor.texts("deleting"))

    await in_vk.presses(bor.texts("link-yes"), on=asked)

    await in_vk.sees(bor.texts("link-late"))


async def test_a_person_has_at_most_ten_accounts(bor: Town) -> None:
    anna, in_vk = await bor.consenting(), in_channel(bor, "vk")
    await join(bor, anna, in_vk)
    for number in range(8):
        await join(bor, anna, in_channel(bor, "vk", str(500 + number)))
    one_more = in_channel(bor, "vk", "600")
    await one_more.says(await code_of(anna))

    await one_more.presses(bor.texts("link-yes"), on=await one_more.sees("Соединить этот чат"))

    await one_more.sees(bor.texts("link-too-many", most="10"))


async def test_a_code_ends_with_its_account(bor: Town) -> None:
    """Ids of accounts may be given again: nothing may know a new one by an old one's."""
    anna, in_vk = await bor.consenting(), in_channel(bor, "vk")
    await in_vk.says(await code_of(anna))
    await in_vk.sees("Соединить этот чат")
    await anna.says("/delete_me")
    await anna.presses(bor.texts("delete-yes"))
    await anna.sees(bor.texts("deleted"))

    assert (
        await look(bor, lambda session: session.scalar(select(func.count(LinkCode.code_hash)))) == 0
    )
