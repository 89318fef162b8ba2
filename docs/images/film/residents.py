"""Walks that film the chat of residents."""

from docs.images.film.camera import (
    AGREED,
    GAS,
    PHONE,
    POTHOLE,
    POTHOLES,
    SEND,
    TEXTS,
    WHEN,
    WIDE,
    Film,
    answers,
    asked,
    declines,
    files,
    hear,
    photo,
    press,
    say,
    settles,
    slows,
    snap,
)


async def danger(film: Film) -> None:
    """Gas is smelt, and the phone shows whom to call."""
    page = await film.resident()
    await say(page, GAS)
    await settles(page)
    await snap(page, "2-consent")
    await press(page, AGREED)
    await files(page, "Пахнет сильно, третий этаж", until=SEND)
    await snap(page, "2-summary")


async def reaching(film: Film) -> None:
    """An answer is to be seen on another device, too."""
    page = await film.consenting()
    await files(page, POTHOLE, POTHOLES)
    if WHEN == "after":
        await snap(page, "7-offer")
        await declines(page)
        await page.locator("#reach").click()
        await page.locator("#give-code").click()
        await page.locator("#code svg, #code img").first.wait_for()
    await snap(page, "7-device")


async def keyboard(film: Film) -> None:
    """One step back from the field, without a mouse."""
    page = await film.consenting(WIDE)
    await files(page, POTHOLE, until=POTHOLES)
    await page.locator("#text").focus()
    await page.keyboard.press("Shift+Tab")
    await snap(page, "21-keyboard")


async def thanks(film: Film) -> None:
    """Thanks, and a question that is answered."""
    page = await film.consenting()
    for text, name in (
        ("Спасибо дворнику Марии, двор всегда чистый!", "thanks"),
        ("Когда откроется каток на стадионе?", "question"),
    ):
        wish = TEXTS(f"kind-{name}")
        await files(page, text, wish if WHEN == "before" else "")
        await declines(page)
        await snap(page, f"9-{name}")
    staff = await film.employee()
    label = TEXTS("staff-answer") if WHEN == "before" else "✅ Ответить"
    await answers(staff, label, "Каток откроем 10 декабря.", "каток")
    await hear(page, "10 декабря")
    await snap(page, "9-question")


async def once(film: Film) -> None:
    """What was said is not asked again."""
    page = await film.consenting()
    text = "Огромная яма на дороге у подъезда 3, ул. Мира 12"
    if WHEN == "before":
        await say(page, text)
        await snap(page, "14-kind")
        await press(page, TEXTS("kind-problem"))
        await press(page, POTHOLES)
    else:
        await files(page, text, POTHOLES, until="✅ Да, ")
    await snap(page, "14-place")
    await files(page, "ул. Мира, 12", until=SEND)
    await snap(page, "14-summary")


async def first(film: Film) -> None:
    """The first contact."""
    page = await film.resident()
    await page.locator("#start").click()
    await settles(page)
    await snap(page, "15")


async def slow(film: Film) -> None:
    """A slow line, a second and a half after the address was opened."""
    page = await film.blank(PHONE)
    await slows(page, latency=400, rate=50_000)
    await page.goto(f"{film.bot.url}/chat", wait_until="commit")
    await settles(page, 0.7)
    await snap(page, "22-slow")


async def data(film: Film) -> None:
    """One's data: how to have it deleted."""
    page = await film.consenting()
    await say(page, "/help")
    if WHEN == "after":
        await press(page, TEXTS("menu-data"))
    await snap(page, "13-data")


async def ten(film: Film) -> None:
    """Ten photos at once from a gallery, over the line of a phone."""
    await film.starts_anew(MCU_FLOOD_LIMIT="30")  # the limits of a town
    page = await film.consenting()
    await slows(page, latency=100, rate=400_000)
    await page.locator("#text").fill("Ямы на улице Мира, вот фото")
    await page.locator("#files").set_input_files([photo(number) for number in range(1, 11)])
    await settles(page, 20)
    await snap(page, "1-photos")


async def correcting(film: Film) -> None:
    """One's own message on the site."""
    page = await film.consenting()
    await files(page, "На дороге у дома 5 глубокая яма, машины объежают её", until=POTHOLES)
    own = page.locator(".mine").filter(has_text="объежают")
    if WHEN == "after":
        await own.get_by_role("button", name="Исправить").click()
    await own.evaluate("it => it.scrollIntoView({ block: 'center' })")
    await snap(page, "5-web")


async def reload(film: Film) -> None:
    """A reload in the middle of writing."""
    page = await film.consenting()
    await page.locator("#files").set_input_files([photo(1)])
    await settles(page, 2)
    await page.locator("#text").fill("Длинный текст, который набирали десять минут: у дома 5 яма")
    await settles(page)
    await page.reload()
    await settles(page, 2)
    await snap(page, "12-reload")


async def pictures(film: Film) -> None:
    """Photos in the messages, and one of them opened."""
    page = await film.consenting()
    await page.locator("#files").set_input_files([photo(number) for number in range(1, 4)])
    await settles(page, 3)
    await snap(page, "19-attached")
    await say(page, "Ямы на улице Мира у дома 5")
    await settles(page, 3)
    if WHEN == "before":
        async with page.context.expect_page() as opening:
            await page.locator(".mine .files a").nth(1).click()
        page = await opening.value
    else:
        await page.locator(".mine .files a").nth(1).click()
    await settles(page, 2)
    await snap(page, "19-viewer")


async def reasons(film: Film) -> None:
    """Files that cannot be taken."""
    page = await film.consenting()
    sound = (
        b"RIFF$\x10\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0D\xac\0\0\x88X\x01\0\x02\0\x10\0data\0\x10\0\0"
    )
    await page.locator("#files").set_input_files(
        [
            photo(1),
            {"name": "voice.wav", "mimeType": "audio/wav", "buffer": sound + bytes(4096)},
            {"name": "программа.exe", "mimeType": "", "buffer": b"MZ" + bytes(4096)},
        ]
    )
    await settles(page, 4)
    await snap(page, "22-reasons")


async def news(film: Film) -> None:
    """News of an appeal."""
    staff, page = await film.employee(), await film.filed()
    await press(staff, TEXTS("staff-take"))
    await settles(page, 2)
    await snap(page, "13-news")


async def words(film: Film) -> None:
    """Dates and states as residents read them."""
    page = await film.filed()
    await snap(page, "23-filed")
    await say(page, "/my")
    await snap(page, "23-my")


async def topics(film: Film) -> None:
    """All sections, and a word in place of a press."""
    page = await film.consenting()
    await files(page, "Посмотрите, пожалуйста, что у нас происходит", until="Экология")
    await snap(page, "10-topics")
    await say(page, "яма")
    if WHEN == "before":
        await page.locator("#scroll").evaluate(
            "it => it.scrollBy(0, [...it.querySelectorAll('.mine')].at(-1).getBoundingClientRect().top - 64)"
        )
    await snap(page, "10-word")


async def menu(film: Film) -> None:
    """Commands in the bot's words, and the menu."""
    page = await film.consenting()
    await say(page, "/help")
    if WHEN == "after":
        await page.locator("#menu-button").click()
    await snap(page, "13-menu")


async def zoom(film: Film) -> None:
    """A phone at 200 %."""
    page = await film.consenting({"width": 195, "height": 422})
    await snap(page, "20-zoom")


async def keyboards(film: Film) -> None:
    """What can be pressed once an appeal was filed; how everything is deleted."""
    page = await film.filed()
    await snap(page, "8-filed")
    await say(page, "/delete_me")
    await snap(page, "8-delete")


async def editing(film: Film) -> None:
    """A correction of the text and of the photos, and a draft that was left."""
    page = await film.consenting()
    await files(page, POTHOLE, POTHOLES, until=SEND)
    await page.locator("#files").set_input_files([photo(number) for number in range(1, 4)])
    await settles(page, 3)
    await page.locator("#send").click()
    await settles(page, 4)
    await press(page, "Файлы", asked(page))
    if WHEN == "after":
        await press(page, "Убрать лишнее", asked(page))
    await snap(page, "11-photos")
    await press(page, "Оставить как было" if WHEN == "before" else "Готово", asked(page))
    await press(page, "Описание", asked(page))
    await snap(page, "11-edit")
    await press(page, "Оставить как было", asked(page))
    await say(page, "/start")
    await snap(page, "11-draft")


async def official(film: Film) -> None:
    """Who wants a formal answer."""
    page = await film.consenting()
    await say(page, "Хочу подать официальное обращение")
    await snap(page, "16-official")
    if WHEN == "after":
        await files(page, POTHOLE, POTHOLES)
        await declines(page)
        await say(page, "/my")
        await press(page, "Ямы", asked(page))
        await press(page, "Подать официально", asked(page))
        await snap(page, "16-formal")
