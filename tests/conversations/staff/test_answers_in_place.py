"""An employee's question, preview and result are one message, edited where it stands."""

from tests.fakes.messenger import Person, Shown
from tests.support.towns.conversation import Town
from tests.support.towns.filing import tied
from tests.support.towns.staff_room import answerable, card_of, planted


async def at_a_card(place: Town, count: int = 1) -> tuple[Person, Person, Shown]:
    """A resident with appeals, an employee, the card of the last one."""
    anna, maria = place.resident(), place.employee()
    await planted(place, count, with_cards=True)
    return anna, maria, await answerable(place, await card_of(maria, count))


async def previewed(maria: Person, card: Shown, text: str) -> tuple[Shown, Shown]:
    """The question of the answer form, and the preview of the text."""
    await maria.presses("Решено", on=card)
    asked = await maria.sees("Что сделано?")
    await maria.says(text)
    return asked, await maria.sees(f"Готово: {text}")


def said_by_the_bot(place: Town, card: Shown) -> list[Shown]:
    return [s for s in place.staff_room.shown if not s.author and s is not card]


async def test_an_answer_costs_one_message_of_the_bot(bor: Town) -> None:
    anna, maria, card = await at_a_card(bor)
    before = len(said_by_the_bot(bor, card))

    asked, preview = await previewed(maria, card, "Яму засыпали")
    await maria.presses(bor.texts("form-send"))
    await anna.sees("Яму засыпали")
    done = await maria.sees("Ответ отправили")

    assert asked is preview
    assert done is preview
    assert not [button for button in done.buttons if "=" in button.payload]
    assert done.reply_to == card.id
    assert len(said_by_the_bot(bor, card)) == before + 1


async def test_a_reply_to_the_result_goes_to_the_resident(bor: Town) -> None:
    anna, maria, card = await at_a_card(bor)
    await previewed(maria, card, "Яму засыпали")
    await maria.presses(bor.texts("form-send"))
    done = await maria.sees("Ответ отправили")
    await maria.says("/help")  # the outcome is kept once the next message is out
    await maria.sees("/open")

    await maria.says("И тротуар почистили", reply_to=await tied(bor, done))

    await anna.sees("И тротуар почистили")


async def test_a_preview_comes_below_what_was_said_by_the_bot_since_the_question(bor: Town) -> None:
    anna, maria, card = await at_a_card(bor)
    await maria.presses("Решено", on=card)
    asked = await maria.sees("Что сделано?")
    boris = bor.employee("901", "Борис")
    await boris.says("/help")
    await boris.sees("/open")

    await maria.says("Яму засыпали")
    preview = await maria.sees("Готово: Яму засыпали")
    await boris.says("/help")
    await boris.sees("/open")
    await maria.presses(bor.texts("form-send"), on=preview)
    done = await maria.sees("Ответ отправили")

    assert preview is not asked
    await bor.messenger.until_room(lambda: not asked.buttons, 20)
    assert done is preview
    await anna.sees("Яму засыпали")


async def test_what_was_cancelled_stands_in_place_of_its_question(bor: Town) -> None:
    _anna, maria, card = await at_a_card(bor)
    await maria.presses("Решено", on=card)
    asked = await maria.sees("Что сделано?")

    await maria.presses(bor.texts("form-cancel"))

    left = await maria.sees(bor.texts("staff-cancelled", number="МЦУ-26-000001"))
    assert left is asked
    assert not left.buttons


async def test_questions_of_two_employees_do_not_take_each_others_place(bor: Town) -> None:
    _anna, maria, card = await at_a_card(bor)
    boris = bor.employee("901", "Борис")
    await maria.presses("Решено", on=card)
    asked = await maria.sees("Мария, по")

    await boris.presses("Уточнить", on=card)

    other = await boris.sees("Борис, по")
    assert other is not asked
    assert asked.buttons


async def test_a_list_is_leafed_through_in_its_place(bor: Town) -> None:
    _anna, maria, _card = await at_a_card(bor, 30)
    await maria.says("/open")
    first = await maria.sees("Страница 1")

    await maria.presses(bor.texts("page-on"), on=first)

    assert await maria.sees("Страница 2") is first
