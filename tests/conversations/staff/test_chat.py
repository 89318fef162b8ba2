"""The staff chat: cards, plain replies, who sees what."""

from handlers.staff.routing import STAFF
from tests.fakes.messenger import Upload
from tests.support.pictures import picture
from tests.support.towns.conversation import DESCRIPTION, STAFF_ROOM, Town
from tests.support.towns.staff_room import (
    answerable,
    appeal,
    asks_for_help,
    card_of,
    card_says,
    history,
    planted,
    said,
)

PHOTO = Upload(picture(shade=1), "яма.jpg")
SECOND = Upload(picture(shade=2), "яма2.jpg")


async def test_a_card_shows_all_that_is_needed_and_of_the_resident_only_the_name(
    bor: Town,
) -> None:
    anna = await bor.consenting(account="420042", name="Анна <b>К.</b>")
    await bor.filed(anna)

    card = await card_of(bor.employee())

    assert card.text == (
        "МЦУ-26-000001 · ⚠️ Проблема · принято\n"
        "🛣 Дороги и тротуары → Ямы и выбоины на дороге\n\n"
        f"› {DESCRIPTION}\n\n"
        "📍 ул. Мира, 5\n"
        "👤 Анна <b>К.</b>, Telegram\n"
        f"🏛 {(await appeal(bor)).department}\n"
        "⏰ Срок — 11 декабря"
    )
    assert "420042" not in card.text
    assert [b.label for b in card.buttons] == [
        *("🛠 Взять", "✅ Решено", "❓ Уточнить", "➡️ Передать", "✖ Отказать"),
        *("🏷 Тема", "📜 История"),
    ]


async def test_files_come_as_an_answer_to_the_card(bor: Town) -> None:
    anna = await bor.consenting()
    t = bor.texts
    await anna.says("/new")
    await anna.says(DESCRIPTION)
    await anna.presses("Ямы и выбоины")
    await anna.says("ул. Мира, 5")
    await anna.sends(PHOTO)
    await anna.sees("1 файл")
    await anna.presses(t("form-send"))

    maria = bor.employee()
    files = await maria.sees_file(PHOTO.content)
    card = await card_says(maria, "📎 1 файл")

    assert files.reply_to == card.id
    assert files.text == "📎 Файлы к МЦУ-26-000001"


async def test_one_card_is_edited_through_the_whole_life(bor: Town) -> None:
    anna = await bor.consenting()
    await bor.filed(anna)
    maria = bor.employee()
    card = await answerable(bor, await card_of(maria))

    await maria.presses("Взять", on=card)
    await card_says(maria, "в работе")
    await maria.presses("Решено", on=card)
    await maria.says("Яму засыпали")
    await maria.presses("Отправить")
    await card_says(maria, "есть ответ")
    await anna.presses("Нет, не решено")
    await anna.says("Опять яма")
    await anna.sees("Опять яма")
    await anna.presses("Отправить")
    await card_says(maria, "снова в работе")

    assert [s.id for s in said(maria, "МЦУ-26-000001 · ⚠️ Проблема")] == [card.id]
    assert card.edits >= 3
    assert "Взять" in str(card.buttons)


async def test_taking_tells_the_resident_who_and_by_when(bor: Town) -> None:
    anna = await bor.consenting()
    await bor.filed(anna)
    maria = bor.employee()

    await maria.presses("Взять")

    told = await anna.sees("взяли в работу")
    assert (await appeal(bor)).department in told.text
    assert "Решим до 11 декабря" in told.text
    entry = (await history(bor))[-1]
    assert (entry.action, entry.role, entry.actor, entry.actor_name) == (
        *("take", "employee", "telegram:900", "Мария"),
    )
    assert (entry.state_from, entry.state_to, entry.at) == ("new", "in_work", bor.clock())


async def test_history_shows_the_whole_text_and_every_step_with_its_author(bor: Town) -> None:
    (number,) = await planted(bor, with_cards=True, text="яма " * 600)
    maria = bor.employee()
    card = await card_says(maria, "полностью — кнопка")
    await maria.presses("Передать", on=card)
    await maria.says("Росавтодор")
    await maria.presses("Отправить")
    await maria.sees("Сообщили жителю")

    await maria.presses("История", on=card)

    page = await maria.sees("Текст и история")
    assert page.reply_to == card.id
    assert ("яма " * 600).strip() in page.text
    assert "(Мария): Росавтодор" in page.text
    assert number == 1


async def test_a_plain_reply_to_the_card_goes_to_the_resident_at_once(bor: Town) -> None:
    anna = await bor.consenting()
    await bor.filed(anna)
    maria = bor.employee()
    card = await answerable(bor, await card_of(maria))

    written = await maria.says("Выехала бригада <скоро>", reply_to=card)

    told = await answerable(bor, await anna.sees("Ответ по сообщению"))
    assert "Выехала бригада <скоро>" in told.text
    await maria.sees("Передали жителю")
    await bor.messenger.edit_said(maria, maria.room, written, "Выехала бригада № 2")
    assert await anna.sees("Выехала бригада № 2") is told
    await bor.messenger.edit_said(maria, maria.room, written, "Выехала бригада № 2")
    await asks_for_help(maria)
    assert told.edits == 1
    found = await appeal(bor)
    assert (found.state, found.first_answered_at) == ("new", bor.clock())
    assert [e.text for e in await history(bor)][1:] == [
        *("Выехала бригада <скоро>", "Выехала бригада № 2"),
    ]


async def test_a_reply_with_an_album_brings_every_photo(bor: Town) -> None:
    anna = await bor.consenting()
    await bor.filed(anna)
    maria = bor.employee()
    card = await answerable(bor, await card_of(maria))

    await maria.sends(PHOTO, SECOND, caption="Засыпаем", reply_to=card)

    assert "Засыпаем" in (await anna.sees_file(PHOTO.content)).text
    second = await anna.sees_file(SECOND.content)
    assert second.text == "💬 Файлы по сообщению МЦУ-26-000001"


async def test_what_the_resident_says_later_stands_under_the_card_and_can_be_answered(
    bor: Town,
) -> None:
    anna = await bor.consenting()
    await bor.filed(anna)
    maria = bor.employee()
    card = await answerable(bor, await card_of(maria))
    await anna.says(
        "И фонарь не горит", reply_to=await answerable(bor, await anna.sees("МЦУ-26-000001"))
    )

    relayed = await answerable(bor, await maria.sees("И фонарь не горит"))
    assert relayed.reply_to == card.id
    await maria.says("Фонарь тоже починим", reply_to=relayed)

    await anna.sees("Фонарь тоже починим")


async def test_a_reply_to_the_files_goes_to_the_resident_too(bor: Town) -> None:
    anna = await bor.consenting()
    await bor.filed(anna)
    await anna.sends(PHOTO, reply_to=await answerable(bor, await anna.sees("МЦУ-26-000001")))
    maria = bor.employee()
    files = await answerable(bor, await maria.sees_file(PHOTO.content))

    await maria.says("Спасибо за фото", reply_to=files)

    await anna.sees("Спасибо за фото")


async def test_talk_between_colleagues_is_left_alone_with_one_hint_a_day(bor: Town) -> None:
    maria, petr = bor.employee(), bor.employee("901", "Пётр")
    await maria.says("Кто сегодня дежурит?")
    await maria.sees("Жители этого не видят")
    await maria.says("Ау")
    await petr.says("Я")
    await maria.sends(PHOTO)
    await maria.sends_unreadable("sticker")
    await asks_for_help(maria)
    assert len(said(maria, "Жители этого не видят")) == 2  # one each
    assert len(said(maria)) == 3

    bor.clock.passes(days=1)
    await maria.says("Доброе утро")
    await maria.sees("Жители этого не видят")


async def test_a_reply_to_a_colleague_is_no_answer_to_a_resident(bor: Town) -> None:
    anna = await bor.consenting()
    await bor.filed(anna)
    maria, petr = bor.employee(), bor.employee("901", "Пётр")
    word = await petr.says("Кто возьмёт яму?")

    await maria.says("Я возьму", reply_to=word)
    await asks_for_help(maria)

    assert said(anna, "Я возьму") == []


async def test_the_card_says_when_the_resident_has_left_and_when_he_is_back(bor: Town) -> None:
    anna = await bor.consenting()
    await bor.filed(anna)
    maria = bor.employee()
    await card_of(maria)
    bor.messenger.deaf.add(anna.room.id)

    await maria.presses("Взять")
    await card_says(maria, "не доставлено")
    await maria.sees("Вернётся — доставим")
    await bor.messenger.unblock(anna)

    await anna.sees("взяли в работу")
    card = await card_says(maria, "в работе")
    await maria.waits_for(maria.room, lambda s: s is card and "не доставлено" not in s.text)
    assert not (await appeal(bor)).undelivered


async def test_a_resident_who_deleted_his_data_cannot_be_written_to(bor: Town) -> None:
    anna = await bor.consenting()
    await bor.filed(anna)
    maria = bor.employee()
    card = await answerable(bor, await card_of(maria))
    await anna.says("/delete_me")
    await anna.presses("Да")
    await card_says(maria, "отозвано")

    await maria.says("Алло", reply_to=card)

    await maria.sees("написать ему уже нельзя")


async def test_a_forged_press_is_an_old_button(bor: Town) -> None:
    await planted(bor)
    maria = bor.employee()
    presses = ("take:999", "take:", "take:1x", "take:١", "drop:1", "a=b#c", "=#", "x" * 64)
    for payload in presses:
        await bor.messenger.press_payload(maria, payload)
        await maria.waits_for(
            maria.room,
            lambda s: (
                ("не действует" in s.text or "задано коллеге" in s.text) and s.seq > maria.since
            ),
        )

    assert (await appeal(bor)).state == "new"


async def test_staff_buttons_do_nothing_outside_of_a_staff_chat(bor: Town) -> None:
    await planted(bor, account="77")
    stranger = await bor.consenting("66", "Чужой")
    elsewhere = bor.messenger.room("-777")
    for name in STAFF.about:
        await bor.messenger.press_payload(stranger, f"{name}:1")
        await stranger.waits_for(stranger.room, lambda s: s.seq > stranger.since)
        await bor.messenger.press_payload(stranger, f"{name}:1", elsewhere)
    await stranger.says("/open", room=elsewhere)
    await stranger.says("/find 1", room=elsewhere)

    await stranger.says("/id", room=elsewhere)
    await stranger.sees("Адрес этого чата", room=elsewhere)
    assert (await appeal(bor)).state == "new"
    assert len([s for s in elsewhere.shown if not s.author]) == 1
    assert not said(stranger, DESCRIPTION)
    assert bor.staff_room.id == STAFF_ROOM
