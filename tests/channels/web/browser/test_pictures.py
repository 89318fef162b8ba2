"""Pictures are shown small, fetched when they come into view, and opened in a viewer."""

from playwright.async_api import Browser, BrowserContext, FilePayload, Page, expect

from bot.protocol import Attachment, Part
from storage.messages import Address
from tests.channels.web.browser.pages import complaints_of, open_page
from tests.fakes.echo import STAFF, EchoDesk
from tests.support.pictures import photo_of_a_phone

NAMES = ("первое.jpg", "второе.jpg", "третье.jpg")


async def with_three_photos(desk: EchoDesk, context: BrowserContext) -> Page:
    page = await open_page(context, f"{desk.url}/chat")
    photos: list[FilePayload] = [
        {"name": name, "mimeType": "image/jpeg", "buffer": photo_of_a_phone(number)}
        for number, name in enumerate(NAMES)
    ]
    await page.locator("#files").set_input_files(photos)
    await page.get_by_label("Ваше сообщение").fill("Ямы")
    await page.keyboard.press("Enter")
    await expect(page.locator(".mine").get_by_role("img")).to_have_count(3, timeout=20_000)
    return page


async def test_a_list_shows_previews_and_fetches_no_original(
    desk: EchoDesk, context: BrowserContext
) -> None:
    page = await with_three_photos(desk, context)

    for place in range(3):
        image = page.locator(".mine").get_by_role("img").nth(place)
        await expect(image).to_have_js_property("naturalWidth", 400)
    sizes = await page.evaluate(
        "performance.getEntriesByType('resource').filter(one => one.name.includes('/files/'))"
        ".filter(one => one.initiatorType === 'img').map(one => [one.name, one.encodedBodySize])"
    )
    assert sizes
    assert all(size < 60_000 for _, size in sizes)
    assert all("/own/" in name or name.endswith("/small") for name, _ in sizes)


async def test_pictures_far_above_are_not_fetched(desk: EchoDesk, context: BrowserContext) -> None:
    await desk.kept.write("a/1.jpg", photo_of_a_phone(1))
    photo = Attachment("photo", "яма.jpg", "image/jpeg", key="a/1.jpg")
    for number in range(60):
        await desk.bot.says(STAFF, Part(f"Карточка {number}\n" * 8, attachments=(photo,)))
    page = await open_page(context, await desk.link())
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))

    await page.get_by_role("button", name="Войти").click()
    await expect(page.get_by_text("Карточка 59").first).to_be_visible()
    await expect(page.locator(".message").last.get_by_role("img")).to_have_js_property(
        "naturalWidth", 400
    )

    assert 0 < len([url for url in asked if "/files/" in url]) < 40


async def test_the_viewer_goes_on_and_back_and_closes(
    desk: EchoDesk, context: BrowserContext
) -> None:
    page = await with_three_photos(desk, context)
    thumbnail = page.locator(".mine").get_by_role("link", name="Фото второе.jpg, открыть")
    viewer = page.get_by_role("dialog", name="Просмотр фото")
    back, on = [viewer.get_by_role("button", name=name) for name in ("Предыдущее", "Следующее")]

    await thumbnail.click()
    await expect(viewer.get_by_text("второе.jpg · 2 из 3")).to_be_visible()
    await expect(viewer.get_by_role("img")).to_have_js_property("naturalWidth", 1600)
    await on.click()
    await expect(viewer.get_by_text("третье.jpg · 3 из 3")).to_be_visible()
    await expect(on).to_be_hidden()
    await page.keyboard.press("ArrowLeft")
    await page.keyboard.press("ArrowLeft")
    await expect(viewer.get_by_text("первое.jpg · 1 из 3")).to_be_visible()
    await expect(back).to_be_hidden()
    await page.go_back()  # as on a phone
    await expect(viewer).to_be_hidden()
    assert page.url == f"{desk.url}/chat"
    await thumbnail.click()
    await page.keyboard.press("Escape")
    await expect(viewer).to_be_hidden()
    await expect(thumbnail).to_be_focused()
    await thumbnail.click()
    await viewer.get_by_role("button", name="Закрыть фото").click()
    await expect(viewer).to_be_hidden()
    assert page.url == f"{desk.url}/chat"
    assert len(context.pages) == 1
    assert complaints_of(page) == []


async def test_the_viewer_of_a_phone_turns_by_a_swipe(desk: EchoDesk, chromium: Browser) -> None:
    phone = await chromium.new_context(
        viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True
    )
    page = await open_page(phone, f"{desk.url}/chat")
    await page.get_by_label("Ваше сообщение").fill("Жду фото")
    await page.get_by_role("button", name="Отправить написанное").tap()
    await expect(page.get_by_text("Вы написали: Жду фото")).to_be_visible()
    await desk.kept.write("a/1.jpg", photo_of_a_phone(1))
    account = desk.bot.events[0].person.account
    photos = tuple(Attachment("photo", name, "image/jpeg", key="a/1.jpg") for name in NAMES)
    await desk.bot.says(Address("web", account), Part("Вот", attachments=photos))
    viewer = page.get_by_role("dialog", name="Просмотр фото")

    await page.get_by_role("link", name="Фото первое.jpg, открыть").tap()
    await expect(viewer).to_be_visible()
    touch = await phone.new_cdp_session(page)
    for kind, at in (("touchStart", 300), ("touchMove", 200), ("touchEnd", None)):
        points = [] if at is None else [{"x": at, "y": 400}]
        await touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    await expect(viewer.get_by_text("второе.jpg · 2 из 3")).to_be_visible()
    await phone.close()


async def test_what_is_erased_leaves_the_viewer(desk: EchoDesk, context: BrowserContext) -> None:
    page = await with_three_photos(desk, context)
    await page.locator(".mine").get_by_role("link", name="Фото первое.jpg, открыть").click()
    viewer = page.get_by_role("dialog", name="Просмотр фото")
    await expect(viewer).to_be_visible()

    number = await page.locator(".mine").get_attribute("data-id")
    account = desk.bot.events[0].person.account
    desk.adapter._lines.take_back(account, [int(str(number))])

    await expect(viewer).to_be_hidden()
    assert await page.locator("dialog.viewer img[src]").count() == 0
