"""Walks that film employees and the admin at work."""

from docs.images.film.camera import (
    GAS,
    PHONE,
    POTHOLE,
    POTHOLES,
    SEND,
    TEXTS,
    WHEN,
    Film,
    answers,
    declines,
    files,
    hear,
    press,
    say,
    settles,
    snap,
)


async def slip(film: Film) -> None:
    """An employee has sent an answer with a mistake."""
    resident, staff = await film.filed(), await film.employee()
    await answers(staff, TEXTS("staff-answer"), "Яму засыпали, фото прилогаем.")
    await hear(resident, "прилогаем")
    if WHEN == "before":
        await staff.locator("#scroll").evaluate("it => it.scrollTo(0, 0)")
        await snap(staff, "5-corrected")
    else:
        await press(staff, "Исправить ответ", staff.locator("#log .message.bot").first)
        await snap(staff, "5-correcting")
        await say(staff, "Яму засыпали, фото прилагаем.")
        await press(staff, SEND)
        await snap(staff, "5-corrected")
    await snap(resident, "5-resident")


async def who(film: Film) -> None:
    """Two employees, one card."""
    maria, olga = await film.employee(), await film.employee("Ольга")
    resident = await film.filed()
    await press(maria, TEXTS("staff-take"))
    await settles(olga, 2)
    await snap(olga, "6-taken")
    await answers(maria, TEXTS("staff-ask"), "С какой стороны дома яма?")
    await hear(resident, "С какой стороны")
    await say(resident, "Со стороны аптеки")
    await settles(olga, 2)
    await snap(olga, "6-who-has-it")


async def room(film: Film) -> None:
    """A busy morning: cards come while a pointer rests on a button."""
    staff = await film.employee()
    for text in (POTHOLE, "Яма на дороге у дома 7, темно и не видно"):
        await film.filed(text)
    await settles(staff, 2)
    await staff.get_by_role("button", name=TEXTS("staff-take")).last.hover()
    for house in (9, 11):
        await film.filed(f"Яма на дороге у дома {house}, пробил колесо")
    await settles(staff, 2)
    await snap(staff, "6-room")


async def own_room(film: Film) -> None:
    """The admin's menus: among the cards, or in a room of their own."""
    admin = await film.admin()
    await say(admin, "/admin")
    await press(admin, "Разделы")
    await film.filed()
    await settles(admin, 2)
    await snap(admin, "6-admin")


async def link(film: Film) -> None:
    """A link that was used up is opened once more."""
    address = film.link("run-staff")
    page = await film.blank()
    await page.goto(address)
    await page.get_by_role("button", name=TEXTS("web-login-enter")).click()
    await page.locator("iframe.side-staff").wait_for()
    other = await film.blank(PHONE)
    await other.goto(address)
    await snap(other, "22-link")


async def lists(film: Film) -> None:
    """The lists of a resident and of the staff."""
    page = await film.consenting()
    for text, topic in (
        (POTHOLE, POTHOLES),
        ("Фонарь не горит у дома 7, темно", ""),
        ("Во дворе дома 3 не вывозят мусор третью неделю", ""),
        ("Снег и лёд на тротуаре у школы, люди падают", ""),
    ):
        await files(page, text, topic, place="возле школы № 3")
    await declines(page)
    staff = await film.employee()
    await press(staff, TEXTS("staff-take"), staff.locator(".message.bot", has_text="глубокая яма"))
    await settles(page, 2)
    await say(page, "/my")
    await snap(page, "17-my")
    await say(staff, "/open")
    await snap(staff, "17-open")


async def importing(film: Film) -> None:
    """A tree with an empty section goes out and comes back."""
    admin = await film.admin()
    await say(admin, "/admin")
    await press(admin, "Новый раздел")
    await say(admin, "Парки и скверы")
    await press(admin, "Без значка")
    await press(admin, "Не указывать")
    await say(admin, "/export")
    await settles(admin, 3)
    async with admin.expect_download() as loading:
        await admin.locator(".bot .files a").last.click()
    tree = film.bot.folder / "categories.yaml"
    await (await loading.value).save_as(tree)
    await say(admin, "/import")
    await admin.locator("#files").set_input_files(tree)
    await settles(admin, 2)
    await admin.locator("#send").click()
    await settles(admin, 6)
    await snap(admin, "18-import")


async def urgent(film: Film) -> None:
    """The sign of haste on a topic of twenty days."""
    page = await film.consenting()
    await files(page, "Ямы во дворе, не проехать к подъезду", "Ямы и проезды во дворе")
    staff = await film.employee()
    await snap(staff, "22-card")


async def alarm(film: Film) -> None:
    """The card of a danger, when others have come after it."""
    staff = await film.employee()
    await film.filed(GAS, until="МЦУ-")
    for house in (7, 9):
        await film.filed(f"Яма на дороге у дома {house}, пробил колесо")
    await settles(staff, 2)
    await snap(staff, "2-danger")


async def answer(film: Film) -> None:
    """What a colleague reads of an answer, and who gives it."""
    maria, olga = await film.employee(), await film.employee("Ольга")
    await film.filed()
    await answers(maria, TEXTS("staff-answer"), "Яму засыпали сегодня утром.")
    await settles(olga, 2)
    await snap(olga, "6-answer")
