"""What stays in sight above the messages: whom to call, and cards that nobody has taken."""

from playwright.async_api import Browser, BrowserContext, expect

from bot.protocol import Part
from storage.messages import Address, Button, Call
from tests.channels.web.browser.pages import PHONE, complaints_of, open_page
from tests.fakes.echo import STAFF, EchoDesk

GAS = Call("Пахнет газом?", (("Позвонить 112", "112"), ("Телефон доверия", "8-800-2000-122")))
TAKE = ((Button("Взять", "take", tone="primary"),),)


async def test_whom_to_call_stays_on_top_until_it_is_put_away(
    desk: EchoDesk, chromium: Browser
) -> None:
    context = await chromium.new_context(viewport=PHONE, locale="ru-RU")
    page = await open_page(context, f"{desk.url}/chat")
    await page.get_by_label("Ваше сообщение").fill("Пахнет газом")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("Вы написали: Пахнет газом")).to_be_visible()
    account = Address("web", desk.bot.events[0].person.account)
    await desk.bot.says(account, Part("Откройте окна", call=GAS))
    for n in range(12):
        await desk.bot.says(account, Part(f"Вопрос {n}\n\nподробно"))
    await expect(page.get_by_text("Вопрос 11")).to_be_in_viewport()

    strip = page.locator("#call")
    await expect(strip.get_by_text("Пахнет газом?")).to_be_in_viewport()
    call, trust = strip.get_by_role("link").nth(0), strip.get_by_role("link").nth(1)
    await expect(call).to_have_attribute("href", "tel:112")
    await expect(trust).to_have_attribute("href", "tel:88002000122")
    await page.reload()
    await expect(strip).to_be_visible()
    await strip.get_by_role("button", name="Убрать эту строку").click()
    await expect(strip).to_be_hidden()
    await page.reload()
    await expect(page.get_by_text("Вопрос 11")).to_be_visible()
    await expect(strip).to_be_hidden()

    await desk.bot.says(account, Part("Звоните", call=GAS))
    await expect(strip).to_be_visible()
    assert complaints_of(page) == []
    await context.close()


async def test_a_card_of_danger_is_a_step_away_until_somebody_takes_it(
    desk: EchoDesk, context: BrowserContext
) -> None:
    page = await open_page(context, await desk.link())
    await page.get_by_role("button", name="Войти").click()
    await expect(page.get_by_text("Вы вошли как")).to_be_visible()
    card = await desk.bot.says(STAFF, Part("🆘 №7\nПахнет газом", TAKE, alarm=True))
    await desk.bot.says(STAFF, Part("🆘 №8\nТонет человек", TAKE, alarm=True))
    for n in range(150):
        await desk.bot.says(STAFF, Part(f"Новость {n}"))
    await page.reload()
    await expect(page.get_by_text("Новость 149", exact=True)).to_be_in_viewport()
    await expect(page.locator(".alarm")).to_have_count(0)  # it is further up than what is loaded

    strip = page.locator("#alarms")
    await expect(strip).to_contain_text("никто не взял: 2")
    await strip.get_by_role("button", name="🆘 №7").click()

    await expect(page.locator(".alarm", has_text="Пахнет газом")).to_be_in_viewport()
    ids = await page.locator(".message").evaluate_all("them => them.map((it) => it.dataset.id)")
    assert ids == [str(n) for n in range(int(card), int(ids[-1]) + 1)]  # nothing is left out
    await desk.adapter.edit(STAFF, card, Part("№7 · в работе"))
    await expect(strip).to_contain_text("никто не взял: 1")
    await expect(strip.get_by_role("button")).to_have_count(1)
    assert complaints_of(page) == []


async def test_an_edit_of_a_card_far_up_leaves_no_gap(
    desk: EchoDesk, context: BrowserContext
) -> None:
    page = await open_page(context, await desk.link())
    await page.get_by_role("button", name="Войти").click()
    await expect(page.get_by_text("Вы вошли как")).to_be_visible()
    card = await desk.bot.says(STAFF, Part("Карточка", TAKE))
    for n in range(100):
        await desk.bot.says(STAFF, Part(f"Новость {n}"))
    await page.reload()
    await expect(page.get_by_text("Новость 99", exact=True)).to_be_in_viewport()

    await desk.adapter.edit(STAFF, card, Part("Карточка в работе"))
    await desk.bot.says(STAFF, Part("Последняя"))
    await expect(page.get_by_text("Последняя")).to_be_visible()
    await page.get_by_role("button", name="Показать, что было раньше").click()

    await expect(page.get_by_text("Карточка в работе")).to_have_count(1)
    await expect(page.get_by_text("Новость 5", exact=True)).to_have_count(1)
