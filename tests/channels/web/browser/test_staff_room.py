"""The staff room on a busy morning: nothing moves under a pointer, cards are short, news is heard."""

from collections.abc import Sequence

from playwright.async_api import BrowserContext, Page, expect

from bot.protocol import Part
from storage.messages import Button
from tests.channels.web.browser.pages import open_page
from tests.fakes.clock import Clock
from tests.fakes.echo import STAFF, EchoDesk

ACTIONS = (
    "🛠 Взять",
    "✅ Решено",
    "❓ Уточнить",
    "➡️ Передать",
    "✖ Отказать",
    "🏷 Тема",
    "📜 История",
)
ROWS = tuple(
    tuple(Button(label, label) for label in pair)
    for pair in (ACTIONS[0:2], ACTIONS[2:4], ACTIONS[4:6], ACTIONS[6:])
)
UNDER_POINTER = """([x, y]) => {
    const node = document.elementFromPoint(x, y).closest("button");
    return node && `${node.closest("article").querySelector(".text").textContent}: ${node.textContent}`;
}"""
# A browser whose owner looks elsewhere: what it would show and sound.
AWAY = """
    window.told = [];
    window.sounded = 0;
    document.hasFocus = () => window.looks ?? false;
    window.Notification = class {
        static permission = "default";
        static async requestPermission() { return (this.permission = "granted"); }
        constructor(title, { body }) { window.told.push(`${title} | ${body}`); }
    };
    const start = OscillatorNode.prototype.start;
    OscillatorNode.prototype.start = function (...at) { window.sounded += 1; start.apply(this, at); };
"""


async def staff_page(desk: EchoDesk, context: BrowserContext) -> Page:
    page = await open_page(context, await desk.link())
    await page.get_by_role("button", name="Войти").click()
    await expect(page.get_by_text("Вы вошли как")).to_be_visible()
    return page


async def cards(desk: EchoDesk, numbers: Sequence[int]) -> list[str]:
    return [
        await desk.bot.says(STAFF, Part(f"Карточка {n}", ROWS, news=True, card=True))
        for n in numbers
    ]


async def rests_on(page: Page, card: str, label: str) -> tuple[float, float]:
    """Rest the pointer on a button of a card; where it is."""
    button = page.locator(".message", has_text=card).last.get_by_role("button", name=label)
    await button.hover(trial=True)  # once it stands still
    box = await button.bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    await page.mouse.move(x - 5, y)
    await page.mouse.move(x, y)
    return x, y


async def test_cards_that_come_in_move_nothing_under_a_pointer_at_rest(
    desk: EchoDesk, context: BrowserContext
) -> None:
    page = await staff_page(desk, context)
    await cards(desk, range(10, 30))
    await expect(page.get_by_text("Карточка 29")).to_be_in_viewport()
    at = await rests_on(page, "Карточка 28", "✅ Решено")
    newest = page.locator("#newest")

    for n in range(30, 60):
        await cards(desk, [n])
        assert await page.evaluate(UNDER_POINTER, at) == "Карточка 28: ✅ Решено"
    await expect(newest).to_have_text("↓ 30 новых")
    assert await page.evaluate(UNDER_POINTER, at) == "Карточка 28: ✅ Решено"
    await page.mouse.click(*at)
    await expect(page.get_by_text("В работе у: Сотрудник")).to_be_visible()

    assert [event.press for event in desk.bot.events] == ["✅ Решено"]
    await newest.click()
    await expect(page.get_by_text("Карточка 59")).to_be_in_viewport()
    await expect(newest).to_be_hidden()


async def test_who_writes_follows_what_comes(desk: EchoDesk, context: BrowserContext) -> None:
    page = await staff_page(desk, context)
    await cards(desk, range(10, 20))
    await rests_on(page, "Карточка 19", "🛠 Взять")
    await cards(desk, [20])
    await expect(page.locator("#newest")).to_have_text("↓ 1 новое")

    await page.locator("#newest").click()
    await page.get_by_label("Ваше сообщение").click()
    await cards(desk, range(21, 25))

    await expect(page.get_by_text("Карточка 24")).to_be_in_viewport()
    await expect(page.locator("#newest")).to_be_hidden()


async def test_the_focus_in_a_card_holds_it_too(desk: EchoDesk, context: BrowserContext) -> None:
    page = await staff_page(desk, context)
    await cards(desk, range(10, 20))
    await page.locator(".message", has_text="Карточка 19").get_by_role("button").first.focus()
    before = await page.evaluate("document.getElementById('scroll').scrollTop")

    await cards(desk, range(20, 25))
    await expect(page.locator("#newest")).to_have_text("↓ 5 новых")

    assert await page.evaluate("document.getElementById('scroll').scrollTop") == before


async def test_a_press_is_of_what_stood_there_and_not_of_what_just_came(
    desk: EchoDesk, context: BrowserContext, clock: Clock
) -> None:
    page = await staff_page(desk, context)
    [card] = await cards(desk, [10])
    at = await rests_on(page, "Карточка 10", "🛠 Взять")
    asks = ((Button("❓ Уточнить", "ask"), Button("📜 История", "history")),)
    await desk.adapter.edit(STAFF, card, Part("Карточка 10", asks))
    await expect(page.get_by_role("button", name="🛠 Взять")).to_have_count(0)

    await page.mouse.click(*at)  # the second click of a double one
    assert await page.evaluate(UNDER_POINTER, at) == "Карточка 10: ❓ Уточнить"
    await page.evaluate("() => new Promise((done) => setTimeout(done, 700))")
    clock.passes(seconds=1)
    await page.mouse.click(*at)
    await expect(page.get_by_text("В работе у: Сотрудник")).to_be_visible()

    assert [event.press for event in desk.bot.events] == ["ask"]


async def test_a_card_has_one_row_of_buttons_and_the_rest_behind_three_dots(
    desk: EchoDesk, context: BrowserContext
) -> None:
    page = await staff_page(desk, context)
    await cards(desk, [10])
    card = page.locator(".message", has_text="Карточка 10")
    more = card.get_by_role("button", name="Ещё действия")

    shown = await card.locator(".buttons button:visible").all_inner_texts()
    box = await card.locator(".buttons").bounding_box()
    await more.click()
    await expect(more).to_have_attribute("aria-expanded", "true")
    await card.get_by_role("button", name="📜 История").click()
    await expect(page.get_by_text("В работе у: Сотрудник")).to_be_visible()

    assert shown == [*ACTIONS[:4], "…"]
    assert box
    assert box["height"] < 60
    assert [event.press for event in desk.bot.events] == ["📜 История"]


async def test_choices_that_are_asked_for_all_stay_in_sight(
    desk: EchoDesk, context: BrowserContext
) -> None:
    page = await staff_page(desk, context)
    await desk.bot.says(STAFF, Part("Выберите причину", ROWS))

    await expect(page.get_by_role("button", name="📜 История")).to_be_visible()
    await expect(page.get_by_role("button", name="Ещё действия")).to_have_count(0)


async def test_who_looks_elsewhere_is_called_by_sound_and_notification_if_they_want(
    desk: EchoDesk, context: BrowserContext
) -> None:
    await context.add_init_script(AWAY)
    page = await staff_page(desk, context)
    offer = page.locator("#offer")
    await cards(desk, [10])
    await expect(page.get_by_text("Карточка 10")).to_be_visible()
    assert await page.evaluate("window.told.length + window.sounded") == 0  # not asked yet

    await offer.get_by_role("button", name="Да, сообщите").click()
    await expect(offer).to_be_hidden()
    assert await page.evaluate("window.sounded") == 2  # so that one hears what it is like
    await cards(desk, [11])
    await expect(page.get_by_text("Карточка 11")).to_be_visible()
    assert await page.evaluate("window.told") == ["Чат сотрудников · Город Верхний | Карточка 11"]
    assert await page.evaluate("window.sounded") == 4

    await page.evaluate("window.looks = true")
    await cards(desk, [12])
    await expect(page.get_by_text("Карточка 12")).to_be_visible()
    assert await page.evaluate("window.sounded") == 4
    await desk.bot.says(STAFF, Part("🆘 Карточка 13", ROWS, news=True, card=True, alarm=True))
    await expect(page.locator(".text", has_text="Карточка 13")).to_be_visible()
    assert await page.evaluate("window.sounded") == 6  # danger is heard by whoever looks, too

    await page.get_by_role("button", name="Звук и извещения").click()
    await page.evaluate("window.looks = false")
    await cards(desk, [14])
    await expect(page.get_by_text("Карточка 14")).to_be_visible()
    assert await page.evaluate("window.sounded") == 6


async def test_who_wants_no_calls_is_not_asked_again(
    desk: EchoDesk, context: BrowserContext
) -> None:
    page = await staff_page(desk, context)
    await page.locator("#offer").get_by_role("button", name="Не сейчас").click()
    await page.reload()
    await expect(page.get_by_text("Вы вошли как")).to_be_visible()

    await expect(page.locator("#offer")).to_be_hidden()
