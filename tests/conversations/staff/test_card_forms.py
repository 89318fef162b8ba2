"""What a card's button asks of an employee: every form, alone and with colleagues at work."""

import pytest

from tests.fakes.messenger import Person, Shown, Upload
from tests.support.pictures import picture
from tests.support.towns.conversation import Town
from tests.support.towns.staff_room import (
    answerable,
    appeal,
    asks_for_help,
    card_of,
    card_says,
    planted,
    said,
)

PHOTO = Upload(picture(), "готово.jpg")

NUDGE = "Если всё верно, нажмите кнопку"


async def at_work(place: Town, count: int = 1) -> tuple[Person, Person, Shown]:
    """A resident with appeals, an employee, the card of the last one."""
    anna = place.resident()
    await planted(place, count, with_cards=True)
    maria = place.employee()
    card = await answerable(place, await card_of(maria, count))
    return anna, maria, card


async def sends(employee: Person, preview: str) -> None:
    """Press "send" under the preview with that fragment, once it is shown."""
    await employee.presses("Отправить", on=await employee.sees(preview))


async def test_an_answer_is_written_looked_at_and_sent_with_a_photo(bor: Town) -> None:
    anna, maria, card = await at_work(bor)

    await maria.presses("Решено", on=card)
    asked = await maria.sees("Что сделано?")
    assert (asked.reply_to, asked.text.splitlines()[0]) == (
        card.id,
        "Мария, по МЦУ-26-000001 («На дороге за рынком большая…»).",
    )
    await maria.says("Яму засыпали")
    preview = await maria.sees("Готово: Яму засыпали")
    assert not said(anna, "Яму засыпали")
    await maria.sends(PHOTO)
    await sends(maria, "1 файл")

    told = await anna.sees("Готово:\nЯму засыпали")
    assert told.files == [PHOTO.content]
    assert [b.label for b in told.buttons] == [
        "✅ Да, решено",
        "❌ Нет, не решено",
        "📄 Моё сообщение",
    ]
    await maria.sees("Ответ отправили")
    await card_says(maria, "есть ответ")
    assert preview.reply_to == card.id


async def test_a_question_stops_the_clock_until_the_resident_answers(bor: Town) -> None:
    anna, maria, card = await at_work(bor)
    await maria.presses("Уточнить", on=card)
    await maria.sees("Что уточнить?")
    await maria.says("Какой подъезд?")
    await sends(maria, "Какой подъезд?")
    await anna.sees("Какой подъезд?")
    await card_says(maria, "Срок стоит")

    bor.clock.passes(days=2)
    await anna.says("Второй подъезд")

    await maria.sees("Второй подъезд")
    await card_says(maria, "в работе")
    found = await appeal(bor)
    due = found.deadline_at.astimezone(bor.settings.zone)
    assert f"{due:%d.%m %H:%M}" == "14.12 18:00"  # two days on: Sunday


async def test_forwarding_names_the_organisation(bor: Town) -> None:
    anna, maria, card = await at_work(bor)
    await maria.presses("Передать", on=card)
    await maria.says("...")
    await maria.sees(bor.texts("text-no-words"))
    await maria.says("Росавтодор")
    await sends(maria, "Росавтодор")

    assert "Передали 1 декабря" in (await anna.sees("Росавтодор")).text


async def test_declining_takes_a_reason_and_a_ready_advice(bor: Town) -> None:
    anna, maria, card = await at_work(bor)
    await maria.presses("Отказать", on=card)
    await maria.sees("Почему отказываем?")
    await maria.says("потому")
    await maria.sees("Выберите, пожалуйста")
    await maria.says("2")
    await maria.presses("отправьте новое сообщение с точным адресом")
    await maria.presses("Назад", on=await maria.sees("Не можем выполнить: не указано"))
    await maria.presses("Назад", on=await maria.sees("Что житель может сделать?"))
    await maria.presses("частный спор", on=await maria.sees("Почему отказываем?"))
    await maria.says("обратитесь к участковому")
    await sends(maria, "обратитесь к участковому")

    told = await anna.sees("Не можем выполнить")
    assert "это частный спор" in told.text
    assert "Что можно сделать: обратитесь к участковому" in told.text
    assert (await appeal(bor)).state == "declined"


async def test_an_answer_is_edited_before_it_is_sent(bor: Town) -> None:
    anna, maria, card = await at_work(bor)
    await maria.presses("Решено", on=card)
    await maria.says("Яму засыпли")
    await maria.presses("✏️", on=await maria.sees("Яму засыпли"))
    await maria.sees("Что сделано?")
    await maria.says("Яму засыпали")
    await sends(maria, "Яму засыпали")

    await anna.sees("Яму засыпали")


async def test_cancelling_changes_nothing(bor: Town) -> None:
    anna, maria, card = await at_work(bor)
    await maria.presses("Решено", on=card)
    await maria.says("Яму засыпали")
    await maria.presses("Отмена", on=await maria.sees("Яму засыпали"))
    await maria.sees("без изменений")
    await maria.says("/cancel")
    await maria.sees(bor.texts("nothing-to-cancel"))

    assert (await appeal(bor)).state == "new"
    assert not said(anna)


async def test_an_old_send_button_and_a_second_tap_do_nothing(bor: Town) -> None:
    anna, maria, card = await at_work(bor)
    await maria.presses("Решено", on=card)
    await maria.says("Готово всё")
    preview = await maria.sees("Готово всё")
    await maria.presses("Отправить", on=preview)
    await maria.sees("Ответ отправили")

    await maria.presses("Отправить", on=preview)
    await maria.sees("уже отправлено")

    assert len(said(anna, "Готово всё")) == 1


async def test_a_colleagues_buttons_and_question_are_not_mine(bor: Town) -> None:
    anna, maria, card = await at_work(bor)
    petr = bor.employee("901", "Пётр")
    await maria.presses("Решено", on=card)
    asked = await answerable(bor, await maria.sees("Что сделано?"))
    await petr.says("Я отвечу за неё", reply_to=asked)
    await petr.sees("задано коллеге")
    await maria.says("Яму засыпали")
    preview = await maria.sees("Яму засыпали")

    await petr.presses("Отправить", on=preview)
    await petr.sees("задано коллеге")

    assert not said(anna)
    await maria.presses("Отправить", on=preview)
    await anna.sees("Яму засыпали")


async def test_two_employees_at_two_appeals_do_not_mix(bor: Town) -> None:
    anna, maria, second = await at_work(bor, 2)
    first = await card_of(maria, 1)
    petr = bor.employee("901", "Пётр")

    await maria.presses("Решено", on=first)
    await petr.presses("Уточнить", on=second)
    await maria.says("Сделали первое")
    await petr.says("Где второе?")
    await sends(petr, "Где второе?")
    await sends(maria, "Сделали первое")

    assert "МЦУ-26-000001" in (await anna.sees("Сделали первое")).text
    assert "МЦУ-26-000002" in (await anna.sees("Где второе?")).text


async def test_of_two_answers_to_one_appeal_the_later_gets_its_text_back(bor: Town) -> None:
    anna, maria, card = await at_work(bor)
    petr = bor.employee("901", "Пётр")
    await maria.presses("Решено", on=card)
    await petr.presses("Решено", on=card)
    await maria.says("Сделала Мария")
    await petr.says("Сделал Пётр")
    await sends(maria, "Сделала Мария")
    await anna.sees("Сделала Мария")

    await sends(petr, "Сделал Пётр")

    assert "Сделал Пётр" in (await petr.sees("Ваш текст жителю не ушёл")).text
    assert not said(anna, "Сделал Пётр")


async def test_one_employee_at_two_appeals_answers_each_by_reply(bor: Town) -> None:
    anna, maria, second = await at_work(bor, 2)
    first = await card_of(maria, 1)
    await maria.presses("Решено", on=first)
    asked = await answerable(bor, await maria.sees("по МЦУ-26-000001"))
    await maria.presses("Решено", on=second)
    await maria.sees("по МЦУ-26-000002")

    await maria.says("Про первое", reply_to=asked)
    preview = await maria.sees("Про первое")
    assert "по МЦУ-26-000001" in preview.text
    await maria.says("Про второе", reply_to=second)
    await sends(maria, "Про второе")
    await maria.presses("Отправить", on=preview)

    assert "МЦУ-26-000002" in (await anna.sees("Про второе")).text
    assert "МЦУ-26-000001" in (await anna.sees("Про первое")).text


async def test_a_text_begun_is_not_lost_to_another_button(bor: Town) -> None:
    _, maria, second = await at_work(bor, 2)
    first = await card_of(maria, 1)
    await maria.presses("Решено", on=first)
    await maria.says("Длинный и хороший ответ")
    await maria.sees("Длинный и хороший ответ")
    await maria.presses("Уточнить", on=second)
    await maria.sees("Что уточнить?")

    await maria.presses("Решено", on=first)

    await maria.sees("Готово: Длинный и хороший ответ")


async def test_talk_while_a_preview_is_open_never_reaches_the_resident(bor: Town) -> None:
    anna, maria, card = await at_work(bor)
    await maria.presses("Решено", on=card)
    await maria.says("Яму засыпали")
    preview = await maria.sees("Яму засыпали")

    await maria.says("Кто идёт обедать?")
    await maria.sees(NUDGE)
    await maria.says("Я тоже")
    await maria.sends_unreadable("sticker")
    await asks_for_help(maria)
    assert len(said(maria, NUDGE)) == 1
    await maria.presses("Отправить", on=preview)

    told = await anna.sees("Яму засыпали")
    assert "обедать" not in told.text


async def test_changing_the_topic_offers_what_the_text_suggests(bor: Town) -> None:
    _, maria, card = await at_work(bor)
    await maria.presses("Тема", on=card)
    await maria.presses("Все темы", on=await maria.sees("Похоже на эти темы"))
    await maria.presses("Уличное освещение", on=await maria.sees("В какой раздел"))
    chosen = await maria.waits_for(maria.room, lambda s: s.seq > maria.since and len(s.buttons) > 3)
    label = chosen.buttons[0].label
    await maria.presses(label, on=chosen)

    await maria.sees("новая тема")
    await card_says(maria, label)
    assert (await appeal(bor)).topic.title == label


@pytest.mark.parametrize(
    ("action", "button"),
    [("take", "Взять"), ("ask", "Уточнить"), ("forward", "Передать"), ("decline", "Отказать")],
)
async def test_a_stale_button_is_refused_politely(bor: Town, action: str, button: str) -> None:
    _, maria, card = await at_work(bor)
    stale = card.button(button).payload
    assert stale == f"{action}:1"
    await maria.presses("Решено", on=card)
    await maria.says("Сделано")
    await sends(maria, "Готово: Сделано")
    await card_says(maria, "есть ответ")

    await bor.messenger.press_payload(maria, stale, maria.room)

    await maria.sees("уже есть ответ, отвечает Мария")
    assert (await appeal(bor)).state == "answered"


async def test_the_last_organisations_are_buttons(bor: Town) -> None:
    await planted(bor, 4, with_cards=True)
    maria = bor.employee()
    for number, org in enumerate(("Росавтодор", "Водоканал", "Росавтодор"), 1):
        await maria.presses("Передать", on=await card_of(maria, number))
        await maria.sees(bor.texts("staff-org"))
        await maria.says(org.lower() if number == 3 else org)  # a label that is typed
        await maria.presses(bor.texts("form-send"), on=await maria.sees(f"Это решает {org}"))
        await maria.sees(f"Сообщили жителю: решает {org}.")

    await maria.presses("Передать", on=await card_of(maria, 4))
    asked = await maria.sees(bor.texts("staff-org"))

    assert [b.label for b in asked.buttons[:2]] == ["Росавтодор", "Водоканал"]
    await maria.presses("Водоканал", on=asked)
    await maria.presses(bor.texts("form-send"), on=await maria.sees("Это решает Водоканал"))
    await maria.sees("Сообщили жителю: решает Водоканал.")
