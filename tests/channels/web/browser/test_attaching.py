"""Files and places that a page sends."""

from pathlib import Path

from playwright.async_api import Browser, BrowserContext, FilePayload, expect

from tests.channels.web.browser.pages import JPEG, complaints_of, open_page
from tests.fakes.echo import EchoDesk


async def test_photo_is_uploaded_and_shown_on_both_sides(
    desk: EchoDesk, context: BrowserContext
) -> None:
    page = await open_page(context, f"{desk.url}/chat")
    staff = await open_page(context, await desk.link())
    await staff.get_by_role("button", name="Войти").click()

    async with page.expect_file_chooser() as choosing:
        await page.get_by_role("button", name="Прикрепить файлы").click()
    chooser = await choosing.value
    photo: FilePayload = {"name": "яма $& 1.jpg", "mimeType": "image/jpeg", "buffer": JPEG}
    notes: FilePayload = {
        "name": "заметки $& 2.txt",
        "mimeType": "text/plain",
        "buffer": "Текст".encode(),
    }
    await chooser.set_files([photo, notes])
    await expect(
        page.get_by_label("Прикреплённые файлы").get_by_text("заметки $& 2.txt")
    ).to_be_visible()
    await page.get_by_label("Ваше сообщение").fill("Вот яма")
    await page.keyboard.press("Enter")

    for side in (page.locator(".mine"), page.locator(".bot"), staff.locator(".bot")):
        image = side.get_by_role("img", name="Фото яма $& 1.jpg")
        await expect(image).to_be_visible()
        await expect(image).to_have_js_property("naturalWidth", 1)
        await expect(side.get_by_role("link", name="Скачать файл заметки $& 2.txt")).to_be_visible()
    async with page.expect_download() as loading:
        await (
            page.locator(".mine").get_by_role("link", name="Скачать файл заметки $& 2.txt").click()
        )
    assert (await (await loading.value).path()).read_text() == "Текст"
    assert complaints_of(page) == []


async def test_file_too_large_is_told_before_it_travels(
    desk: EchoDesk, context: BrowserContext, tmp_path: Path
) -> None:
    page = await open_page(context, f"{desk.url}/chat")
    large = tmp_path / "видео.mp4"
    large.write_bytes(bytes(20 * 1024 * 1024 + 1))

    await page.set_input_files("#files", large)

    attached = page.get_by_label("Прикреплённые файлы")
    await expect(attached.get_by_text("видео.mp4")).to_be_visible()
    await expect(attached.get_by_role("alert")).to_have_text(desk.texts("web-file-too-large"))
    await page.get_by_label("Ваше сообщение").fill("Без видео")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("Вы написали: Без видео")).to_be_visible()
    await expect(attached).not_to_be_visible()


async def test_a_file_that_may_be_taken_later_stays_beside_a_button(
    desk: EchoDesk, context: BrowserContext
) -> None:
    page = await open_page(context, f"{desk.url}/chat")
    desk.kept.away = True
    photo: FilePayload = {"name": "яма.jpg", "mimeType": "image/jpeg", "buffer": JPEG}

    await page.set_input_files("#files", photo)

    await expect(page.get_by_text("Сейчас файл принять не получилось")).to_be_visible()
    attached = page.get_by_label("Прикреплённые файлы")
    await expect(attached.get_by_text("яма.jpg")).to_be_visible()
    desk.kept.away = False
    await attached.get_by_role("button", name="Повторить").click()
    await page.get_by_role("button", name="Отправить").click()
    image = page.locator(".mine").get_by_role("img", name="Фото яма.jpg")
    await expect(image).to_be_visible()


async def test_place_by_the_browser_or_a_kind_word_where_it_is_refused(
    desk: EchoDesk, chromium: Browser
) -> None:
    allowed = await chromium.new_context(
        geolocation={"latitude": 55.75, "longitude": 37.61}, permissions=["geolocation"]
    )
    refused = await chromium.new_context()
    near, far = [await open_page(context, f"{desk.url}/chat") for context in (allowed, refused)]

    for page in (near, far):
        await page.get_by_role("button", name="Начать").click()
        await page.get_by_role("button", name="Моё место").click()

    await expect(near.get_by_text("Место: 55.75, 37.61")).to_be_visible()
    await expect(far.get_by_text("напишите адрес словами")).to_be_visible()
    await expect(far.get_by_role("button", name="Моё место")).to_be_enabled()
    await allowed.close()
    await refused.close()
