"""Keyboards when a messenger does not edit, and when the program has just started."""

from bot.failures import CannotEdit, RetryLater
from tests.fakes.messenger import Person, Shown
from tests.support.towns.conversation import Town
from tests.support.towns.deliveries import messenger, tried


async def at_the_menu(place: Town) -> tuple[Person, Shown]:
    """A resident before the menu, no other keyboard in the chat."""
    anna = await place.consenting()
    menu = await anna.sees(place.texts("menu"))
    others = [shown for shown in anna.room.shown if shown is not menu]
    await place.messenger.until_room(lambda: not any(one.buttons for one in others), 20)
    return anna, menu


async def test_what_cannot_be_edited_comes_as_a_message_of_its_own(failing: Town) -> None:
    anna, menu = await at_the_menu(failing)
    messenger(failing).edit_errors.append(CannotEdit("too old"))

    await anna.presses(failing.texts("menu-my"))

    assert await anna.sees(failing.texts("my-none")) is not menu
    await failing.messenger.until_room(lambda: not menu.buttons, 20)


async def test_a_keyboard_that_stays_holds_nothing_up(failing: Town) -> None:
    anna, menu = await at_the_menu(failing)
    messenger(failing).edit_errors.append(RetryLater("busy", 0.01))

    await anna.says("/my")
    await anna.sees(failing.texts("my-none"))
    await anna.says("/help")

    await anna.sees("Как это работает")
    assert menu.buttons


async def test_the_reply_waits_if_the_messenger_is_away_and_still_takes_its_place(
    failing: Town,
) -> None:
    anna, menu = await at_the_menu(failing)
    messenger(failing).edit_errors.append(RetryLater("away", 0.01))

    await anna.presses(failing.texts("menu-my"))
    await tried(failing, failing.texts("my-none"))
    failing.clock.passes(seconds=1)
    failing.delivery.wake()

    assert await anna.sees(failing.texts("my-none")) is menu
