"""Nothing is asked twice: what the words say is known, and an appeal takes few taps and texts."""

from dataclasses import dataclass

import pytest

from tests.fakes.messenger import Person
from tests.support.towns.conversation import DESCRIPTION, Town
from tests.support.towns.filing import PHOTO, POTHOLES, up_to_the_place, up_to_the_summary

WHAT_AND_WHERE = "Огромная яма на дороге у подъезда 3, ул. Мира 12"


@dataclass
class Counting:
    """A resident whose taps and texts are counted."""

    person: Person
    taps: int = 0
    texts: int = 0

    async def taps_on(self, label: str) -> None:
        await self.person.presses(label)
        self.taps += 1

    async def writes(self, text: str) -> None:
        await self.person.says(text)
        self.texts += 1


async def test_a_newcomer_files_with_five_taps_and_two_texts(bor: Town) -> None:
    anna = Counting(bor.resident())
    await anna.person.says("/start")
    anna.taps += 1  # the button «Начать» of every channel sends it

    await anna.taps_on(bor.texts("consent-yes"))
    await anna.writes(DESCRIPTION)
    await anna.taps_on(POTHOLES)
    await anna.writes("ул. Мира, 5")
    await anna.taps_on(bor.texts("form-send"))

    await anna.person.sees("Приняли")
    assert anna.taps <= 5
    assert anna.texts <= 2
    assert (await bor.appeals())[0].place_text == "ул. Мира, 5"


async def test_later_three_taps_and_one_text_do_if_it_says_what_and_where(bor: Town) -> None:
    anna = Counting(await bor.consenting())

    await anna.writes(WHAT_AND_WHERE)
    await anna.taps_on(POTHOLES)
    await anna.taps_on(bor.texts("place-proposed", place="ул. Мира, 12"))
    await anna.taps_on(bor.texts("form-send"))

    await anna.person.sees("Приняли")
    assert (anna.taps, anna.texts) == (3, 1)
    [appeal] = await bor.appeals()
    assert (appeal.text, appeal.place_text) == (WHAT_AND_WHERE, "ул. Мира, 12")


async def test_a_photo_with_its_caption_is_most_of_an_appeal(bor: Town) -> None:
    anna = await bor.consenting()

    await anna.sends(PHOTO, caption=WHAT_AND_WHERE)
    await anna.presses(POTHOLES)
    await anna.presses(bor.texts("place-proposed", place="ул. Мира, 12"))

    summary = await anna.sees("Проверьте")
    assert f"«{WHAT_AND_WHERE}»" in summary.text
    assert bor.texts("files-count", count=1) in summary.text
    assert bor.texts("summary-no-photo") not in summary.text


@pytest.mark.parametrize(
    ("said", "place"),
    [
        ("да", "ул. Мира, 12"),
        ("✅ Да, ул. Мира, 12", "ул. Мира, 12"),
        ("ул. Гагарина, 3", "ул. Гагарина, 3"),
    ],
)
async def test_the_place_of_the_words_is_proposed_and_can_be_another(
    bor: Town, said: str, place: str
) -> None:
    anna = await bor.consenting()
    await anna.says(WHAT_AND_WHERE)
    await anna.presses(POTHOLES)
    asked = await anna.sees(bor.texts("ask-place-proposed", place="ул. Мира, 12"))
    assert [button.tone for button in asked.buttons[:2]] == ["good", "plain"]

    await anna.says(said)

    assert f"Место: {place}\n" in (await anna.sees("Проверьте")).text


async def test_a_no_to_the_proposed_place_asks_for_the_right_one(bor: Town) -> None:
    anna = await bor.consenting()
    await anna.says(WHAT_AND_WHERE)
    await anna.presses(POTHOLES)
    await anna.sees(bor.texts("ask-place-proposed", place="ул. Мира, 12"))

    await anna.says("нет")

    asked = await anna.sees(bor.texts("ask-place"))
    assert not any("Мира" in button.label for button in asked.buttons)


@pytest.mark.parametrize(("said", "place"), [("12", "ул. Мира, 12"), ("да", "ул. Мира")])
async def test_of_a_street_alone_only_the_house_is_asked(bor: Town, said: str, place: str) -> None:
    anna = await bor.consenting()
    await anna.says("По всей улице Мира ямы на дороге")
    await anna.presses(POTHOLES)
    await anna.sees(bor.texts("ask-place-street", place="ул. Мира"))

    await anna.says(said)

    assert f"Место: {place}\n" in (await anna.sees("Проверьте")).text


async def test_an_old_button_of_a_proposed_place_takes_no_other(bor: Town) -> None:
    anna = await bor.consenting()
    await anna.says(WHAT_AND_WHERE)
    await anna.presses(POTHOLES)
    proposed = await anna.sees(bor.texts("ask-place-proposed", place="ул. Мира, 12"))
    payload = proposed.button("Мира").payload
    await anna.says("ул. Гагарина, 3")
    await anna.sees("Проверьте")

    await bor.messenger.press_payload(anna, payload)

    told = await anna.sees(bor.texts("form-old-button"))
    assert "Место: ул. Гагарина, 3" in told.text


async def test_a_pin_and_the_address_typed_after_it_are_one_place(bor: Town) -> None:
    anna = await bor.consenting()
    await up_to_the_place(bor, anna)
    await anna.shares_place(56.36, 44.06)
    await anna.sees("Проверьте")

    await anna.says("ул. Мира, 12")

    summary = await anna.sees(bor.texts("place-taken"))
    assert "Место: " + bor.texts("place-and-point", place="ул. Мира, 12") in summary.text
    assert f"«{DESCRIPTION}»" in summary.text
    await anna.presses(bor.texts("form-send"))
    await anna.sees("Приняли")
    [appeal] = await bor.appeals()
    assert (appeal.lat, appeal.place_text, appeal.text) == (56.36, "ул. Мира, 12", DESCRIPTION)


async def test_an_address_typed_before_it_is_asked_for_is_the_place(bor: Town) -> None:
    anna = await bor.consenting()
    await anna.says(DESCRIPTION)
    await anna.sees(bor.texts("ask-topic-suggested"))

    await anna.says("ул. Мира, 12")
    await anna.sees(bor.texts("place-taken"))
    await anna.presses(POTHOLES)

    summary = await anna.sees("Проверьте")
    assert "Место: ул. Мира, 12" in summary.text
    assert f"«{DESCRIPTION}»" in summary.text


async def test_the_photo_is_asked_for_in_the_summary_and_taken_there(bor: Town) -> None:
    anna = await bor.consenting()
    await up_to_the_summary(bor, anna)
    await anna.sees(bor.texts("summary-no-photo"))

    await anna.sends(PHOTO)

    after = await anna.sees(bor.texts("files-added", count=1))
    assert bor.texts("summary-no-photo") not in after.text
    assert after.button(bor.texts("form-send"))


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        ("ну проблема у меня", "ask-what"),
        ("у меня вопрос", "ask-what"),
        ("хочу спросить", "ask-what-question"),
        ("хочу поблагодарить", "ask-what-thanks"),
    ],
)
async def test_who_only_names_the_kind_is_asked_what_it_is(
    bor: Town, said: str, asked: str
) -> None:
    anna = await bor.consenting()

    await anna.says(said)

    await anna.sees(bor.texts(asked))
    await anna.says("Во дворе за школой поставили новые качели")
    await anna.waits_for(anna.room, lambda shown: bool(shown.buttons) and shown.seq > anna.since)


async def test_thanks_are_written_and_sent(bor: Town) -> None:
    anna = await bor.consenting()

    await anna.says("Спасибо дворнику Марии за чистый двор")
    summary = await anna.sees("Проверьте")
    await anna.presses(bor.texts("form-send"), on=summary)

    await anna.sees("МЦУ-26-000001")
    [appeal] = await bor.appeals()
    assert (appeal.kind, appeal.topic.title, appeal.place_text) == ("thanks", "Благодарность", "")


async def test_who_is_in_danger_is_asked_for_no_kind_and_reads_whom_to_call_each_time(
    bor: Town,
) -> None:
    anna = await bor.consenting()
    await anna.says("Яма на дороге, из неё сильно пахнет газом")
    last = bor.texts("danger-again-gas")

    asked = [(await anna.sees(bor.texts("ask-topic-suggested"))).text]
    await anna.presses(POTHOLES)
    asked.append((await anna.sees(bor.texts("ask-place"))).text)
    await anna.says("ул. Мира, 5")
    asked.append((await anna.sees("Проверьте")).text)

    for text in asked:
        assert text.endswith(last)
        assert text.count(last) == 1
    assert bor.texts("kind-problem") in asked[-1]
