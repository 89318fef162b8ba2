"""An administrator answers the resident by hand, past the bot: the appeal and the staff know it."""

from datetime import timedelta

import pytest

from handlers.appeals import reminders
from tests.conversations.appeals.test_silence import asked
from tests.fakes.messenger import Person, Shown
from tests.support.towns.conversation import Town
from tests.support.towns.staff_room import appeal, card_of, history, outbox, planted

WORDS = "Завтра до обеда приедет бригада"


async def answers_by_hand(
    place: Town, resident: Person, text: str = WORDS, **what: object
) -> Shown:
    """An administrator writes to the resident in the messenger, which tells of it (twice)."""
    messenger = place.messenger
    igor = messenger.person("700", "Игорь Седов")
    shown = Shown(str(next(messenger.ids)), "", text)
    await messenger.show(resident.room, shown)
    what = {"text": text, "message": shown.id, "change": "by_hand"} | what
    await messenger.bring(messenger.event(igor, resident.room, **what))
    return shown


async def said_to(place: Town, resident: Person) -> int:
    """The number of messages of the bot to a resident."""
    return len([row for row in await outbox(place) if row.chat == resident.room.id])


async def by_hand(place: Town, number: int = 1) -> list[tuple[str, str, str]]:
    """The entries of a history that say so."""
    entries = [entry for entry in await history(place, number) if entry.action == "by_hand"]
    return [(entry.role, entry.actor, entry.text) for entry in entries]


async def test_the_staff_reads_it_below_the_card_and_in_the_history(bor: Town) -> None:
    anna, maria = await bor.consenting(), bor.employee()
    filed = await bor.filed(anna)
    card = await card_of(maria)
    await answers_by_hand(bor, anna)

    told = await maria.sees("ответили вручную")
    assert filed.number in told.text
    assert "Игорь Седов" in told.text
    assert f"› {WORDS}" in told.text
    assert told.reply_to == card.id
    assert "открыто и другое" not in told.text
    await maria.presses("История", on=card)
    await maria.sees("ответили вручную в сообществе (Игорь Седов)")
    assert await by_hand(bor) == [("employee", "telegram:700", WORDS)]
    assert (await appeal(bor)).state == "new"
    assert (await appeal(bor)).first_answered_at == bor.clock()


@pytest.mark.parametrize(
    "words",
    ["/delete_me", "/block 1", "/start", "Решено", "Да", "1", "› Житель\n✅ Решено", "a" * 12_000],
)
async def test_whatever_it_says_is_words(bor: Town, words: str) -> None:
    anna, maria = await bor.consenting(), bor.employee()
    await bor.filed(anna)
    await card_of(maria)
    before = await said_to(bor, anna)
    await answers_by_hand(bor, anna, words)

    told = await maria.sees("ответили вручную")
    lines = told.text.split("\n")
    assert all(line.startswith(("✍️", "› ", "Ответ записан")) for line in lines), lines
    assert (await appeal(bor)).state == "new"
    assert [row.chat for row in (await outbox(bor))[-1:]] == [bor.staff_room.id]
    assert await said_to(bor, anna) == before


@pytest.mark.parametrize(
    ("text", "kind", "shown"),
    [("", "photo", "приложены файлы"), (WORDS, "file", "приложены файлы"), (WORDS, "", WORDS)],
)
async def test_files_are_told_of(bor: Town, text: str, kind: str, shown: str) -> None:
    anna, maria = await bor.consenting(), bor.employee()
    await bor.filed(anna)
    await answers_by_hand(bor, anna, text, unreadable=kind)

    told = await maria.sees("ответили вручную")
    assert shown in told.text
    assert ("приложены" in told.text) == bool(kind)


@pytest.mark.parametrize("state", ["closed", "declined", "withdrawn", None])
async def test_without_an_open_appeal_it_is_nothing(bor: Town, state: str | None) -> None:
    if state:
        await planted(bor, state=state)
    await answers_by_hand(bor, bor.resident())

    assert await outbox(bor) == []
    assert not state or await by_hand(bor) == []


async def test_an_answer_belongs_to_what_it_answers_else_to_what_was_spoken_of_last(
    bor: Town,
) -> None:
    anna, maria = await bor.consenting(), bor.employee()
    first = await bor.filed(anna, "У рынка большая яма")
    told = await anna.sees(first.number)
    second = await bor.filed(anna, "За рынком большая яма")
    await anna.sees(second.number)
    await answers_by_hand(bor, anna, "О второй")
    read = await maria.sees("О второй")
    assert f"открыто и другое: {first.number}" in read.text

    named = await answers_by_hand(bor, anna, "О первой", reply_to=told.id)
    await answers_by_hand(bor, anna, "Ещё о первой")
    await maria.sees("Ещё о первой")

    assert [text for *_, text in await by_hand(bor, first.id)] == ["О первой", "Ещё о первой"]
    assert [text for *_, text in await by_hand(bor, second.id)] == ["О второй"]
    await anna.says("Спасибо, ждём", reply_to=named)
    await maria.sees("Спасибо, ждём")
    assert "comment" in [entry.action for entry in await history(bor, first.id)]


async def test_silence_counts_from_what_was_answered_by_hand(bor: Town) -> None:
    anna, _ = await asked(bor)
    bor.clock.passes(days=3, minutes=1)
    await bor.tick(reminders.remind_or_close_silent)
    assert (await appeal(bor)).reminded
    bor.clock.passes(days=3)
    await answers_by_hand(bor, anna)
    states = []
    for _ in range(8):
        bor.clock.passes(days=1, minutes=1)
        await bor.tick(reminders.remind_or_close_silent)
        found = await appeal(bor)
        states.append((found.state, found.reminded))

    waits, reminded, closed = ("need_info", False), ("need_info", True), ("closed", False)
    assert states == [waits] * 2 + [reminded] * 4 + [closed] * 2


async def test_many_answers_in_a_row_are_no_flood(bor: Town) -> None:
    anna, _ = await bor.consenting(), bor.employee()
    await bor.filed(anna)
    before = await said_to(bor, anna)
    most = bor.settings.flood_limit + 5
    for number in range(most):
        await answers_by_hand(bor, anna, f"Слово {number}")

    assert len(await by_hand(bor)) == most
    assert await said_to(bor, anna) == before


async def test_a_banned_resident_can_be_answered_by_hand(bor: Town) -> None:
    anna, maria = await bor.consenting(), bor.employee()
    filed = await bor.filed(anna)
    await card_of(maria)
    await maria.says(f"/block {filed.number} мешает")
    await answers_by_hand(bor, anna)

    assert await by_hand(bor) == [("employee", "telegram:700", WORDS)]
    assert bor.clock() - filed.created_at < timedelta(days=1)
