"""A keyboard that was pressed becomes the next question; one that was overtaken is gone."""

from storage.messages import Reply
from tests.fakes.messenger import Person, Shown
from tests.support.towns.conversation import Town
from tests.support.towns.filing import photos, up_to_the_summary
from tests.support.towns.staff_room import change


async def loses_its_buttons(town: Town, shown: Shown) -> None:
    await town.messenger.until_room(lambda: not shown.buttons, 20)


async def at_the_summary(town: Town) -> tuple[Person, Shown]:
    anna = await town.consenting()
    await up_to_the_summary(town, anna)
    return anna, await anna.sees("Проверьте")


async def test_a_press_turns_the_menu_into_what_it_opens(bor: Town) -> None:
    anna = await bor.consenting()
    menu = await anna.sees(bor.texts("menu"))

    await anna.presses(bor.texts("menu-my"))

    opened = await anna.sees(bor.texts("my-none"))
    assert opened is menu


async def test_a_press_turns_a_question_into_the_next_one_and_back(bor: Town) -> None:
    anna, summary = await at_the_summary(bor)

    await anna.presses("✏️ Описание")
    asked = await anna.sees(bor.texts("ask-what"))
    await anna.presses(bor.texts("form-restore"))

    again = await anna.sees("Проверьте")
    assert asked is summary
    assert again is summary


async def test_a_written_answer_takes_the_keyboard_away_and_the_next_question_comes_below(
    bor: Town,
) -> None:
    anna, summary = await at_the_summary(bor)
    await anna.presses("✏️ Описание")
    await anna.sees(bor.texts("ask-what"))

    await anna.says("Две большие ямы у дома 5 по улице Мира")

    below = await anna.sees("Две большие ямы")
    assert below is not summary
    await loses_its_buttons(bor, summary)
    assert bor.texts("ask-what") in summary.text


async def test_what_was_said_since_a_question_keeps_the_next_one_below_it(bor: Town) -> None:
    anna, _summary = await at_the_summary(bor)
    await anna.presses(bor.texts("form-edit", what=bor.texts("title-files")))
    asked = await anna.sees(bor.texts("ask-files"))
    push = Reply(to=bor.messenger.event(anna, anna.room).address, text="Новость", push=True)
    await change(bor, lambda work: work.say(push))
    bor.delivery.wake()
    await anna.sees("Новость")

    await anna.presses(bor.texts("files-none"), on=asked)

    summary = await anna.sees("Проверьте")
    assert summary is not asked
    await loses_its_buttons(bor, asked)


async def test_photos_below_a_question_keep_the_next_one_below_them(bor: Town) -> None:
    anna, _summary = await at_the_summary(bor)
    await anna.presses(bor.texts("form-edit", what=bor.texts("title-files")))
    await anna.sees(bor.texts("ask-files"))
    await anna.sends(*photos(3))

    await anna.presses(bor.texts("files-done"))

    summary = await anna.sees("Файлы: 3 файла")
    at = [shown.id for shown in anna.room.shown].index
    last_photo = max(at(shown.id) for shown in anna.room.shown if shown.author)
    assert at(summary.id) > last_photo


async def test_no_keyboard_of_a_form_is_left_when_it_is_filed(bor: Town) -> None:
    anna = await bor.consenting()

    await bor.filed(anna)

    # The keyboard below the field, which has the place, goes by itself.
    under_messages = [
        shown
        for shown in anna.room.shown
        if not any(button.kind == "location" for button in shown.buttons)
    ]
    await bor.messenger.until_room(
        lambda: not any("=" in b.payload for shown in under_messages for b in shown.buttons), 20
    )


async def test_a_form_that_is_left_has_no_keyboard_any_more(bor: Town) -> None:
    anna, summary = await at_the_summary(bor)

    await anna.says("/cancel")

    await anna.sees("Остановились")
    await loses_its_buttons(bor, summary)


async def test_the_words_that_were_agreed_to_stay_without_their_buttons(bor: Town) -> None:
    anna = bor.resident()
    await anna.says("/start")
    agreed = await anna.waits_for(
        anna.room, lambda shown: any(bor.texts("consent-yes") in b.label for b in shown.buttons)
    )
    words = agreed.text

    await anna.presses(bor.texts("consent-yes"))

    assert await anna.sees(bor.texts("menu")) is not agreed
    await loses_its_buttons(bor, agreed)
    assert agreed.text == words


async def test_the_page_of_an_appeal_keeps_its_buttons(bor: Town) -> None:
    anna = await bor.consenting()
    await bor.filed(anna)
    await anna.says("/my")
    listed = await anna.sees("Ваши сообщения")
    await anna.presses(listed.buttons[0].label, on=listed)
    page = await anna.sees(bor.texts("page-history"))

    await up_to_the_summary(bor, anna)
    await anna.presses(bor.texts("form-send"))
    await anna.sees("МЦУ-26-000002")

    assert [b.label for b in page.buttons if bor.texts("resident-withdraw") in b.label]


async def test_the_yes_that_cannot_be_undone_is_red(bor: Town) -> None:
    anna = await bor.consenting()
    await bor.filed(anna)
    await anna.says("/delete_me")
    asked = await anna.sees(bor.texts("delete-sure").splitlines()[0])
    await anna.says("/my")
    listed = await anna.sees("Ваши сообщения")
    await anna.presses(listed.buttons[0].label, on=listed)

    await anna.presses(bor.texts("resident-withdraw"))

    sure = await anna.sees(bor.texts("withdraw-sure", number="МЦУ-26-000001"))
    assert asked.button(bor.texts("delete-yes")).tone == "bad"
    assert sure.button(bor.texts("withdraw-yes")).tone == "bad"


async def test_an_old_button_says_what_to_do(bor: Town) -> None:
    anna, summary = await at_the_summary(bor)
    await anna.presses("✏️ Описание")
    await anna.sees(bor.texts("ask-what"))

    await anna.presses(bor.texts("form-send"), on=summary)

    told = await anna.sees(bor.texts("form-old-button"))
    assert bor.texts("form-restore") in [b.label for b in told.buttons]
