"""«Мои сообщения»: the list, a page, adding, withdrawing, confirming, taking up again."""

from pathlib import Path

import pytest

from bot.channels.web.events import WEB_LIMITS
from tests.fakes.memory import MemoryMessenger
from tests.fakes.messenger import Person
from tests.support.towns.conversation import DESCRIPTION, Town, town
from tests.support.towns.filing import PHOTO, photos, tied, up_to_the_place
from tests.support.towns.staff_room import planted


async def _answered(town: Town, anna: Person) -> str:
    """An appeal of Anna's that the staff answered: its number."""
    appeal = await town.filed(anna)
    maria = town.employee()
    await maria.presses("Решено", on=await maria.sees(appeal.number))
    await maria.sees("Напишите ответ")
    await maria.says("Яму засыпали")
    await maria.sees("Яму засыпали")
    await maria.presses("Отправить")
    await anna.sees("Яму засыпали")
    return appeal.number


async def test_the_list_is_paged_newest_first(bor: Town) -> None:
    anna = await bor.consenting()
    await bor.filed(anna)
    for house in range(2, 10):
        await planted(bor, account=anna.account, place_text=f"Мира, {house}")

    await anna.says("/my")

    first = await anna.sees("всего 9")
    houses = [b.label.partition("Мира, ")[2][0] for b in first.buttons[:8]]
    assert houses == [str(house) for house in range(9, 1, -1)]
    await anna.presses(bor.texts("page-older"), on=first)
    second = await anna.sees("всего 9")
    assert "ул. Мира, 5" in second.buttons[0].label
    await anna.presses(bor.texts("page-newer"), on=second)
    assert len((await anna.sees("всего 9")).buttons) == 9


async def test_a_line_tells_state_topic_place_and_day(bor: Town) -> None:
    anna = await bor.consenting()
    await bor.filed(anna)
    for state in ("need_info", "answered"):
        await planted(bor, account=anna.account, state=state, place_text="возле Пятёрочки")
    await planted(bor, account=anna.account, place_text="", text="Не вывозят мусор третью неделю")

    await anna.says("/my")

    listed = await anna.sees("всего 4")
    assert [b.label for b in listed.buttons] == [
        "🟡 Не вывозят мусор третью… · 01.12",
        "🟢 Ямы и выбои…, возле Пятёрочки · 01.12",
        "🟠 Ямы и выбои…, возле Пятёрочки · 01.12",
        "🟡 Ямы и выбоины н…, ул. Мира, 5 · 01.12",
    ]
    assert listed.text.endswith("🟡 у сотрудников, 🟢 ответили, 🟠 ждём вас")


async def test_on_the_site_a_line_and_a_page_have_more_room(tmp_path: Path) -> None:
    on_site = MemoryMessenger("web", WEB_LIMITS)
    staff = {"MCU_STAFF_CHAT": "web:staff"}
    async with town(tmp_path, messengers=(on_site,), environ=staff) as desk:
        anna = await desk.consenting()
        await planted(desk, 30, account=anna.account, channel="web", place_text="ул. Мира, 5")

        await anna.says("/my")

        listed = await anna.sees("всего 30")
        assert len(listed.buttons) == 21
        assert listed.buttons[0].label == (
            "🟡 у сотрудников · Ямы и выбоины на дороге, ул. Мира, 5 · 1 декабря"
        )


async def test_a_page_shows_text_history_and_files(bor: Town) -> None:
    anna = await bor.consenting()
    await up_to_the_place(bor, anna)
    await anna.says("ул. Мира, 5")
    await anna.sees("Проверьте")
    await anna.sends(PHOTO)
    await anna.sees("1 файл")
    await anna.presses(bor.texts("form-send"))
    await anna.sees("Приняли")
    await anna.says("/my")

    await anna.presses("ул. Мира, 5")

    page = await anna.sees(bor.texts("page-history"))
    assert DESCRIPTION in page.text
    assert "ул. Мира, 5" in page.text
    assert "1 декабря, 10:00 — отправлено" in page.text
    await anna.sees_file(PHOTO.content)


async def test_a_comment_with_an_album_reaches_the_staff_and_is_answered_once(bor: Town) -> None:
    anna = await bor.consenting()
    appeal = await bor.filed(anna)
    told = await tied(bor, await anna.sees(appeal.number))

    await anna.sends(*photos(3), caption="Вот что там сейчас", reply_to=told)

    await anna.sees("Передали сотрудникам")
    maria = bor.employee()
    await maria.sees("Вот что там сейчас")
    for upload in photos(3):
        await maria.sees_file(upload.content)
    assert len([s for s in anna.room.shown if "Передали сотрудникам" in s.text]) == 1


async def test_a_comment_by_the_button_is_looked_at_before_it_is_sent(bor: Town) -> None:
    anna = await bor.consenting()
    await bor.filed(anna)
    await anna.presses(bor.texts("resident-add"))
    await anna.sees(bor.texts("ask-comment"))
    await anna.says("Яма стала болше")
    await anna.sees("Яма стала болше")
    await anna.presses("✏️")
    await anna.sees(bor.texts("ask-comment"))
    await anna.says("Яма стала больше")
    await anna.sees("Яма стала больше")

    await anna.presses(bor.texts("form-send"))

    await anna.sees("Передали сотрудникам")
    await bor.employee().sees("Яма стала больше")


async def test_two_comments_begun_for_two_appeals_are_both_kept(bor: Town) -> None:
    anna = await bor.consenting()
    await bor.filed(anna)
    first = await anna.sees("Приняли")
    await bor.filed(anna)
    second = await anna.sees("Приняли")
    await anna.presses(bor.texts("resident-add"), on=first)
    await anna.sees(bor.texts("ask-comment"))
    await anna.says("К первому сообщению")
    await anna.sees("Добавим")
    await anna.presses(bor.texts("resident-add"), on=second)
    await anna.sees(bor.texts("ask-comment"))
    await anna.says("Ко второму сообщению")
    await anna.sees("Ко второму сообщению")

    await anna.presses(bor.texts("form-send"))
    back = await anna.sees("вернёмся к тому")
    await anna.presses(bor.texts("form-send"), on=back)

    await anna.sees("МЦУ-26-000001")
    await bor.employee().sees("К первому сообщению")
    await bor.employee().sees("Ко второму сообщению")


async def test_what_is_new_may_be_withdrawn_after_a_second_question(bor: Town) -> None:
    anna = await bor.consenting()
    await bor.filed(anna)
    await anna.says("/my")
    await anna.presses("ул. Мира, 5")
    await anna.sees(bor.texts("page-history"))
    await anna.presses(bor.texts("resident-withdraw"))
    await anna.sees("Сотрудники перестанут")
    assert (await bor.appeals())[0].state == "new"

    await anna.presses(bor.texts("withdraw-yes"))

    gone = await tied(bor, await anna.sees("отозвано"))
    assert (await bor.appeals())[0].state == "withdrawn"
    await anna.says("Я передумала, верните", reply_to=gone)
    await anna.sees("добавить к нему уже нельзя")


async def test_what_is_in_work_is_not_withdrawn(bor: Town) -> None:
    anna = await bor.consenting()
    await bor.filed(anna)
    await anna.says("/my")
    await anna.presses("ул. Мира, 5")
    page = await anna.sees(bor.texts("page-history"))
    await bor.employee().presses("Взять")
    await anna.sees("взяли в работу")

    await anna.presses(bor.texts("resident-withdraw"), on=page)

    late = await anna.sees("отозвать его нельзя")
    assert late.button(bor.texts("resident-add"))
    assert (await bor.appeals())[0].state == "in_work"


async def test_not_solved_with_a_photo_alone_goes_back_to_work(bor: Town) -> None:
    anna = await bor.consenting()
    number = await _answered(bor, anna)
    await anna.presses(bor.texts("resident-unsolved"))
    await anna.sees(bor.texts("ask-reopen", kind="problem"))
    await anna.sends(PHOTO)
    await anna.sees("Вернём в работу")

    await anna.presses(bor.texts("form-send"))

    await anna.sees(f"Вернули сообщение {number} в работу")
    await bor.employee().sees_file(PHOTO.content)
    assert (await bor.appeals())[0].state == "reopened"


async def test_solved_pressed_twice_is_told_how_it_stands(bor: Town) -> None:
    anna = await bor.consenting()
    await _answered(bor, anna)
    await anna.presses(bor.texts("resident-solved"))
    await anna.sees("Рады, что получилось")

    await anna.presses(bor.texts("resident-solved"))

    await anna.sees("сейчас: закрыто")


async def test_what_is_closed_is_taken_up_again_within_thirty_days_only(bor: Town) -> None:
    anna = await bor.consenting()
    for days, told in ((29, "ask-reopen"), (31, "")):
        await _answered(bor, anna)
        await anna.presses(bor.texts("resident-solved"), on=await anna.sees("Яму засыпали"))
        await anna.sees("Рады, что получилось")
        await anna.says("/my")
        listing = await anna.sees("всего")
        await anna.presses("ул. Мира, 5", on=listing)
        page = await anna.sees(bor.texts("page-history"))
        bor.clock.passes(days=days)

        await anna.presses(bor.texts("resident-reopen"), on=page)

        await anna.sees(bor.texts(told, kind="problem") if told else "Эта кнопка уже не действует")
        await anna.says("/cancel")


async def test_who_filed_nothing_is_offered_to_report(bor: Town) -> None:
    anna = await bor.consenting()

    await anna.says("/my")

    empty = await anna.sees(bor.texts("my-none"))
    assert empty.button(bor.texts("menu-report"))


@pytest.mark.parametrize("typed", ["1", "да", "Да!", "ага"])
@pytest.mark.parametrize("command", ["withdraw", "/delete_me"])
async def test_what_cannot_be_undone_is_not_done_by_a_mere_yes_and_stays_asked(
    bor: Town, command: str, typed: str
) -> None:
    anna = await bor.consenting()
    found = await bor.filed(anna)
    if command == "withdraw":
        await bor.messenger.press_payload(anna, f"withdraw:{found.id}")
    else:
        await anna.says(command)
    label = bor.texts("withdraw-yes" if command == "withdraw" else "delete-yes")
    bor.clock.passes(minutes=1)

    await anna.says(typed)

    asked = await anna.sees("напишите эти слова целиком")
    assert label in asked.text
    assert label in [button.label for button in asked.buttons]
    assert len(await bor.appeals()) == 1
    await anna.says(label)
    await anna.sees("отозвано" if command == "withdraw" else "Согласие отозвали")


@pytest.mark.parametrize("typed", ["нет", "Нет!"])
async def test_a_no_leaves_everything_as_it_is(bor: Town, typed: str) -> None:
    anna = await bor.consenting()
    found = await bor.filed(anna)
    await bor.messenger.press_payload(anna, f"withdraw:{found.id}")
    bor.clock.passes(minutes=1)

    await anna.says(typed)

    await anna.sees(bor.texts("form-cancelled"))
    assert (await bor.appeals())[0].state == "new"


async def test_the_history_speaks_to_whom_it_tells(bor: Town) -> None:
    anna = await bor.consenting()
    await bor.filed(anna)
    await anna.presses(bor.texts("resident-add"))
    await anna.sees(bor.texts("ask-comment"))
    await anna.says("Яма стала больше")
    await anna.presses(bor.texts("form-send"), on=await anna.sees("Добавим"))
    await anna.sees("Передали сотрудникам")
    await anna.says("/my")

    await anna.presses("ул. Мира, 5")

    page = await anna.sees(bor.texts("page-history"))
    assert "вы дополнили: Яма стала больше" in page.text
    maria = bor.employee()
    await maria.presses("История", on=await maria.sees("МЦУ-26-000001 ·"))
    await maria.sees("житель дополнил")
