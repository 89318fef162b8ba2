"""Numbers of any length and of any script in every command, button and answer: nothing is parked."""

import pytest

from storage.appeals import search
from storage.messages import Address, Event, Person
from storage.tables import ParkedEvent
from tests.support import actions
from tests.support.towns.conversation import DESCRIPTION, STAFF_ROOM, Town
from tests.support.towns.filing import at_once
from tests.support.towns.staff_room import look, planted

NUMBERS = {
    "thousands of digits": "9" * 5_000,
    "zeros": "0" * 5_000 + "1",
    "Arabic digits": "١٢٣" * 30,
    "Devanagari digits": "१२३४५" * 20,
    "full width": "１２３",
    "superscripts": "²³",
    "a minus": "-1",
    "a plus": "+1",
    "beyond 64 bits": str(2**63),
    "beyond 32 bits": str(2**31),
    "a fraction": "1.5e999",
    "underscores": "1_000",
    "a circle": "①",
}
WHOLE = {"thousands of digits", "a minus"}  # by everybody; the others by turns
PEOPLE = (("42", True), ("7", True), ("900", False), ("7", False))


def events(bor: Town, name: str, what: str, all_of_it: list[str]) -> list[Event]:
    """The same from a resident, an admin, an employee, and an admin in the staff chat."""
    return [
        Event(
            id=f"{name}.{what}.{number}.{account}.{private}",
            address=Address("telegram", account if private else STAFF_ROOM),
            person=Person("telegram", account, "Анна"),
            at=bor.clock(),
            private=private,
            **{what: one},  # type: ignore[arg-type]
        )
        for number, one in enumerate(all_of_it)
        for account, private in (PEOPLE if name in WHOLE else PEOPLE[number % len(PEOPLE) :][:1])
    ]


async def assert_nothing_parked(bor: Town) -> None:
    assert await look(bor, lambda session: session.query(ParkedEvent).all()) == []


async def test_no_number_in_a_command_or_a_button_is_too_much(bor: Town) -> None:
    await bor.consenting()
    await planted(bor)
    verbs = sorted(actions.RESIDENT_VERBS | actions.STAFF_VERBS | actions.OWN)
    of_admins = [*actions.presses_of_admins(["c1", "t1"]), *actions.presses_that_bind(["c1"])]
    for name, number in NUMBERS.items():
        said = [f"{command} {number}" for command in actions.commands()]
        said += [f"/find МЦУ-26-{number}", f"/find МЦУ-{number}-{number}", f"/find {number}а"]
        said += [f"/block МЦУ-26-{number} за что", number, f"МЦУ-26-{number}", f"/id{number}"]
        presses = [f"{verb}:{number}" for verb in verbs]
        presses += [press.replace("1", number) for press in of_admins]
        for what, all_of_it in (("text", said), ("press", presses)):
            await at_once(bor, *events(bor, name, what, all_of_it))
            bor.clock.passes(minutes=30)

    await assert_nothing_parked(bor)


@pytest.mark.parametrize("name", ["thousands of digits", "Arabic digits", "a minus"])
async def test_no_number_as_an_answer_is_too_much(bor: Town, name: str) -> None:
    """Each question of the appeal, its text, and a reason with a ready answer."""
    anna = await bor.consenting()
    number = NUMBERS[name]
    await anna.says("/new")
    questions = [question.name for question in actions.FORMS["appeal"].questions]
    presses = [f"{question}={number}#key00001" for question in questions]
    await at_once(bor, *events(bor, name, "press", presses))
    boris = await bor.consenting("43", "Борис")
    await bor.filed(boris, f"{DESCRIPTION} МЦУ-26-{number[:3000]}")
    maria = bor.employee()
    await maria.presses("Отказать", on=await maria.sees("МЦУ-26-000001 ·"))
    await maria.sees(bor.texts("staff-reason"))
    await maria.presses(bor.texts("reason-no_facts"))
    await maria.sees(bor.texts("staff-alternative"))

    await maria.says(number[:3000])

    await maria.sees("Житель прочитает")
    await assert_nothing_parked(bor)


def test_words_of_search_know_numbers_in_other_digits_and_none_without_end() -> None:
    assert "26-000012" in search.kept_text("МЦУ-٢٦-٠٠٠٠١٢").split()
    assert "26-000012" in search.kept_text("МЦУ-26-12").split()
    words = search.kept_text(f"МЦУ-26-{'9' * 5_000} яма").split()
    assert max(len(word) for word in words) <= search.LONGEST_WORD
    assert "ям" in words
