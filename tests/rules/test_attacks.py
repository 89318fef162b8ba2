"""Forged buttons, markup, floods: nothing of others changes, nothing is lost."""

from config.signs import is_visible
from handlers.appeals.lifecycle import SYSTEM, note
from handlers.turn import Work
from tests.support.towns.conversation import DESCRIPTION, Town
from tests.support.towns.filing import all_rows, at_once
from tests.support.towns.staff_room import (
    answerable,
    appeal,
    asks_for_help,
    card_of,
    change,
    planted,
    said,
)

FORGED = (
    "appeal:1",
    "comment:1",
    "withdraw:1",
    "solved:1",
    "reopen:1",
    "take:1",
    "answer:1",
    "decline:1",
    "topic:1",
    "history:1",
    "show:1",
    "open:1",
    "adm:",
    "adm.x=1#adm.key",
    "appeal:999999999999999",
    "appeal:99999999999999999999999999",
    "appeal:-1",
    "appeal:٣",
    "my:999999999",
    "my:²",
    "=",
    "#",
    ":",
    "=#:",
    "send=yes",
    "send=yes#key00001",
    "form=back.send#key00001",
    "edit=what#key00001",
    "consent:yes",
    "x" * 64,
    "kind=%s%n'--",
)


async def test_forged_buttons_change_nothing_of_others(bor: Town) -> None:
    anna = await bor.consenting()
    before = await bor.filed(anna)
    mallory = await bor.consenting("66", "Иван")

    for payload in FORGED:
        await bor.messenger.press_payload(mallory, payload)
        await mallory.sees("")

    (after,) = await bor.appeals()
    assert (after.state, after.text, after.number) == (before.state, before.text, before.number)
    assert not any(DESCRIPTION in shown.text for shown in mallory.room.shown)
    assert "parked_events" not in await all_rows(bor)


async def test_a_forged_answer_in_ones_own_form_is_refused(bor: Town) -> None:
    anna = await bor.consenting()
    await anna.says("/new")
    key = (await anna.sees(bor.texts("ask-what"))).buttons[0].payload.partition("#")[2]

    for payload in (f"kind=gold#{key}", f"kind=*#{key}#", f"=#{key}", f"edit=send#{key}"):
        await bor.messenger.press_payload(anna, payload)
        await anna.sees(bor.texts("ask-what"))

    assert "parked_events" not in await all_rows(bor)


async def test_markup_is_shown_as_it_was_written(bor: Town) -> None:
    anna = await bor.consenting(name="<b>Анна</b> @all")
    text = "<script>alert(1)</script> *яма* _тут_ [id1|имя] @everyone <a href='x'>y</a> &lt;"

    await bor.filed(anna, f"{text} большая яма на дороге")

    card = await bor.employee().sees(text)
    assert "<b>Анна</b> @all" in card.text


async def test_a_number_of_thousands_of_digits_is_no_option(bor: Town) -> None:
    anna = await bor.consenting()
    await anna.says("/new")
    await anna.says(DESCRIPTION)
    await anna.sees(bor.texts("ask-topic-suggested"))

    await anna.says("1" * 5000)

    await anna.sees(bor.texts("ask-topic-suggested"))
    assert "parked_events" not in await all_rows(bor)


async def test_a_word_without_an_end_holds_up_no_form(bor: Town) -> None:
    anna = await bor.consenting()
    word = "не" * 1900

    await bor.filed(anna, f"{DESCRIPTION} {word}")

    await bor.employee().sees(DESCRIPTION)
    assert "parked_events" not in await all_rows(bor)


async def test_fifty_messages_at_once_are_all_kept_and_answered_briefly(bor: Town) -> None:
    anna = await bor.consenting()
    event = bor.messenger.event
    many = [
        event(anna, anna.room, text=f"На улице Мира яма номер {n}", message=f"flood{n}")
        for n in range(50)
    ]

    await at_once(bor, *many)

    await anna.says("/menu")
    await anna.sees("Вы начали писать")
    assert len([s for s in anna.room.shown if bor.texts("ask-topic-suggested") in s.text]) < 20
    await anna.presses(bor.texts("draft-continue"))
    await anna.says("1")
    await anna.says("ул. Мира, 5")
    await anna.presses(bor.texts("form-send"))
    await anna.sees("Приняли")
    kept = (await bor.appeals())[0].text
    assert all(f"яма номер {n}" in kept for n in range(50))


async def test_a_tail_of_blanks_is_no_message_of_its_own(bor: Town) -> None:
    anna = await bor.consenting()
    await bor.filed(anna)
    number = await answerable(bor, await anna.sees("Приняли"))

    await anna.says("Всё ещё не убрали" + "\u200b" * 4070, reply_to=number)

    await bor.employee().sees("Всё ещё не убрали")
    assert all(is_visible(shown.text) for shown in bor.staff_room.shown)


async def test_a_long_history_is_no_flood(bor: Town) -> None:
    await planted(bor, with_cards=True)
    found = await appeal(bor)

    def comment(work: Work) -> None:
        for n in range(100):
            note(work, found, SYSTEM, "comment", text=f"Замечание {n}. " + "Очень длинное. " * 40)

    await change(bor, comment)
    maria = bor.employee()

    await maria.presses(bor.texts("staff-history"), on=await card_of(maria))

    await maria.sees("Замечание 99.")
    await asks_for_help(maria)
    assert len(said(maria, "Замечание")) <= 2
    assert said(maria, "раньше — ещё 91")


async def test_a_search_for_thousands_of_words_stops_nobody(bor: Town) -> None:
    await planted(bor)
    maria = bor.employee()

    await maria.says("/find " + "дорога " * 3000)

    await maria.sees("МЦУ-26-000001 ·")


async def test_blanks_in_a_strange_group_are_no_command(bor: Town) -> None:
    group = bor.messenger.room("-77")

    await bor.resident("66").says(" \t", room=group)

    await asks_for_help(bor.employee())
    assert "parked_events" not in await all_rows(bor)


async def test_a_hundred_people_at_once_are_all_greeted(bor: Town) -> None:
    people = [bor.resident(str(n), f"Житель {n}") for n in range(1000, 1100)]
    event = bor.messenger.event

    await at_once(bor, *(event(p, p.room, text="/start", message="1") for p in people))

    for person in people:
        await person.sees("Согласны?")
