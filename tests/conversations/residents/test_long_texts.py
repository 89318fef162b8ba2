"""One statement that an app cut in several messages is one, whichever form it came to."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from storage.messages import Event
from storage.people import residents
from storage.tables import Dialogue
from tests.fakes.messenger import Person
from tests.support.towns.conversation import DESCRIPTION, Town
from tests.support.towns.filing import up_to_the_place
from tests.support.towns.staff_room import appeal, asked_where, history, look

MOST = 4096  # units of a message of an app
SENTENCE = "На улице Ленина третий месяц не горит фонарь, темно. "
LONG = (SENTENCE * 300)[: 2 * MOST + 500].strip()


def pieces(text: str) -> list[str]:
    """The text as an app cuts it: as much as goes in, and no sign is torn apart."""
    found, units = [""], 0
    for sign in text:
        width = 2 if sign > "\uffff" else 1
        if units + width > MOST:
            found.append("")
            units = 0
        found[-1] += sign
        units += width
    return found


TEXTS = {
    "within a word": LONG[: MOST + 300],
    "three pieces": LONG,
    "emoji": f"{DESCRIPTION} {'🕳' * 3000}",
    "a digit": "Я" * MOST + "1",
    "yes": "я" * MOST + "да",
    "no": "я" * MOST + "нет",
    "a label of an option": "я" * MOST + "проблема",
    "a word of the menu": "я" * MOST + "помощь",
    "a slash": "я" * MOST + "/или во дворе дома 5",
    "a command and more": "я" * MOST + "/new так и ответил бот",
}


async def says_in_pieces(person: Person, text: str) -> None:
    for piece in pieces(text):
        await person.says(piece)


def squeezed(text: str) -> str:
    return "".join(text.split())


@pytest.mark.parametrize("name", TEXTS)
async def test_a_description_cut_by_the_app_is_filed_whole(bor: Town, name: str) -> None:
    anna = await bor.consenting()
    await anna.says("/new")
    await anna.sees(bor.texts("ask-what"))
    await says_in_pieces(anna, TEXTS[name])
    await _files_the_rest(bor, anna)

    assert squeezed((await appeal(bor)).text) == squeezed(TEXTS[name])


@pytest.mark.parametrize("long", [MOST, MOST - 200])
async def test_a_command_by_itself_is_one_whatever_came_before(bor: Town, long: int) -> None:
    anna = await bor.consenting()
    await anna.says("/new")
    await anna.sees(bor.texts("ask-what"))
    await anna.says(LONG[:long])
    await anna.says("/cancel")

    await anna.sees("Остановились")


async def test_a_command_with_words_is_one_where_nothing_was_cut_for_sure(bor: Town) -> None:
    anna = await bor.consenting()
    await bor.filed(anna)
    maria = bor.employee()
    await maria.says(LONG[: MOST - 200])
    await maria.says("/find яма")

    await maria.sees("большая яма")  # the card of the one found


async def test_a_first_message_cut_before_consent_is_one(bor: Town) -> None:
    anna = bor.resident()
    text = LONG[:MOST] + "да"
    await says_in_pieces(anna, text)

    row = await look(bor, lambda session: residents.find(session, "telegram", "42"))
    assert row
    assert row.consent_at is None
    assert squeezed(await _described(bor)) == squeezed(text)


async def test_what_is_too_long_for_a_place_stands_in_the_description(bor: Town) -> None:
    anna = await bor.consenting()
    await up_to_the_place(bor, anna)
    await says_in_pieces(anna, LONG[: MOST + 300])
    await anna.sees("📍")
    await anna.says("ул. Мира, 5")
    await anna.presses(bor.texts("form-send"))
    await anna.sees("МЦУ-26-")

    kept = await appeal(bor)
    assert kept.place_text == "ул. Мира, 5"
    assert squeezed(kept.text) == squeezed(DESCRIPTION + LONG[: MOST + 300])


async def test_an_answer_to_the_staff_cut_by_the_app_stays_with_its_appeal(bor: Town) -> None:
    anna = await bor.consenting()
    await bor.filed(anna)
    maria = await asked_where(bor, anna)

    await says_in_pieces(anna, LONG[: MOST + 300])

    await maria.sees(LONG[MOST + 100 : MOST + 300])
    assert (await appeal(bor)).state == "in_work"
    said = [entry.text for entry in await history(bor) if entry.action in {"inform", "comment"}]
    assert squeezed("".join(said)) == squeezed(LONG[: MOST + 300])
    assert len(await bor.appeals()) == 1
    assert not [draft for draft in await _drafts(bor) if draft["form"] != "long"]


async def test_a_reply_and_an_addition_cut_by_the_app_are_whole(bor: Town) -> None:
    anna = await bor.consenting()
    await bor.filed(anna)
    await anna.presses("Дополнить")
    await anna.sees(bor.texts("ask-comment"))
    await says_in_pieces(anna, LONG[: MOST + 300])
    end = LONG[MOST + 280 : MOST + 300]
    summary = await anna.waits_for(anna.room, lambda shown: shown.text.endswith(end))
    await anna.presses(bor.texts("form-send"), on=summary)
    await bor.employee().sees(LONG[MOST + 100 : MOST + 300])

    said = [entry.text for entry in await history(bor) if entry.action == "comment"]
    assert [squeezed(text) for text in said] == [squeezed(LONG[: MOST + 300])]


async def test_what_comes_later_is_a_message_of_its_own(bor: Town) -> None:
    anna = await bor.consenting()
    await anna.says("/new")
    await anna.sees(bor.texts("ask-what"))
    await anna.says(LONG[:MOST])
    await anna.sees(bor.texts("ask-topic-suggested"))

    await bor.messenger.bring(_later(bor, anna, bor.texts("form-all-options")))

    await anna.sees(bor.texts("ask-category"))
    assert squeezed(await _described(bor)) == squeezed(LONG[:MOST])


async def test_more_than_goes_in_keeps_what_was_said_before(bor: Town) -> None:
    anna = await bor.consenting()
    await anna.says("/new")
    await anna.sees(bor.texts("ask-what"))
    text = (SENTENCE * 300)[: 3 * MOST + 100]
    await says_in_pieces(anna, text)
    await anna.waits_for(anna.room, lambda shown: "Больше 12000 знаков" in shown.text)
    await _files_the_rest(bor, anna)

    assert squeezed((await appeal(bor)).text) == squeezed(text[: 2 * MOST])


async def _files_the_rest(bor: Town, anna: Person) -> None:
    t = bor.texts
    await anna.says("/new")
    await anna.sees("Вы начали писать")
    await anna.presses(t("draft-continue"))
    shown = await anna.waits_for(anna.room, lambda shown: shown.seq > anna.since)
    if any(t("form-all-options") in button.label for button in shown.buttons):
        await anna.presses(t("form-all-options"))
        await anna.sees(t("ask-category"))
    await anna.presses("Дороги")
    await anna.sees(t("ask-topic"))
    await anna.presses("Ямы и выбоины")
    await anna.sees("📍")
    await anna.says("ул. Мира, 5")
    await anna.sees("Проверьте")
    await anna.presses(t("form-send"))
    await anna.sees("МЦУ-26-")


async def _drafts(bor: Town) -> list[dict[str, Any]]:
    row = await look(bor, lambda session: session.get(Dialogue, ("telegram", "42", "42")))
    return list(row.drafts) if row else []


async def _described(bor: Town) -> str:
    [draft] = [draft for draft in await _drafts(bor) if draft["form"] == "appeal"]
    return str(draft["answers"]["what"])


def _later(bor: Town, person: Person, text: str) -> Event:
    event = bor.messenger.event(person, person.room, text=text, message="later")
    return replace(event, at=event.at + timedelta(minutes=1))
