"""Whatever is said fits the channel: nothing over its limits, nothing lost."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from bot.channels.telegram.sending import TELEGRAM_LIMITS
from bot.channels.vk.adapter import VK_LIMITS
from bot.channels.web.events import WEB_LIMITS
from bot.delivery.hidden_signs import without_hidden_signs
from bot.delivery.layout import arrange, fit, split
from bot.protocol import Attachment, Grid, Limits
from config.lengths import cut, units
from config.signs import is_visible
from storage.messages import Address, Button, Reply, Rows
from storage.tables import OutboxMessage
from tests.fakes.memory import MemoryMessenger
from tests.fakes.messenger import Person
from tests.support.towns.conversation import Town, town

CHANNELS = pytest.mark.parametrize(
    "limits", [TELEGRAM_LIMITS, VK_LIMITS, WEB_LIMITS], ids=["telegram", "vk", "web"]
)
TO = Address("vk", "1")
texts = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=400)
long_texts = st.builds(lambda text, times: text * times, texts, st.integers(1, 60))
attachments = st.lists(
    st.builds(
        Attachment,
        st.sampled_from(["photo", "video", "document"]),
        st.just("name"),
        st.just("image/jpeg"),
        st.just("ref"),
    ),
    max_size=14,
)
labels = st.text(min_size=1, max_size=120)


@st.composite
def keyboards(draw: st.DrawFn) -> Rows:
    """Numbered options, then a row of controls; perhaps a location."""
    count = draw(st.integers(0, 60))
    options = [
        Button(draw(labels) if n < 4 else f"Тема {n}", f"t={n}", number=n)
        for n in range(1, count + 1)
    ]
    width = draw(st.integers(1, 3))
    rows = [tuple(options[i : i + width]) for i in range(0, count, width)]
    if draw(st.booleans()):
        rows.append((Button("Где я", kind="location"),))
    controls = draw(st.integers(0, 3))
    if controls:
        rows.append(tuple(Button(f"Шаг {n}", f"form={n}") for n in range(controls)))
    return tuple(rows)


def _presses(rows: Rows) -> list[str]:
    return [b.press for row in rows for b in row if b.press]


def _seen(text: str) -> str:
    return "".join(sign for sign in text if is_visible(sign))


brief = settings(max_examples=30, deadline=None)


@CHANNELS
@brief
@given(keyboards())
def test_every_button_is_there_or_can_be_answered_by_its_number(limits: Limits, rows: Rows) -> None:
    shown, where, listed = arrange(rows, limits)

    grid = limits.inline if where == "inline" else limits.keyboard
    assert grid
    assert len(shown) <= grid.rows
    assert all(len(row) <= grid.columns for row in shown)
    assert sum(len(row) for row in shown) <= grid.buttons
    assert all(units(b.label) <= limits.label for row in shown for b in row)
    if listed:
        for button in (b for row in rows for b in row if b.number):
            assert f"{button.number}. {without_hidden_signs(button.label)}" in listed
        assert _presses(shown) == [b.press for row in rows for b in row if b.press and not b.number]
    else:
        assert _presses(shown) == _presses(rows)


@CHANNELS
@brief
@given(text=long_texts, files=attachments, rows=keyboards())
def test_no_part_is_over_the_limits_and_nothing_is_lost(
    limits: Limits, text: str, files: list[Attachment], rows: Rows
) -> None:
    parts = fit(Reply(to=TO, text=text, rows=rows), limits, files)

    for part in parts:
        assert units(part.text) <= (limits.caption if part.attachments else limits.text)
        assert len(part.attachments) <= limits.album
        assert len({a.kind == "document" for a in part.attachments}) <= 1
        if part.rows and len(part.attachments) > 1:
            assert limits.album_buttons
    assert sorted(a.kind for part in parts for a in part.attachments) == sorted(
        a.kind for a in files
    )
    assert _seen("".join(part.text for part in parts)).startswith(_seen(text))
    assert all(not part.rows for part in parts[:-1])


@CHANNELS
@brief
@given(text=long_texts)
def test_a_text_is_split_without_empty_pieces(limits: Limits, text: str) -> None:
    chunks = split(text, limits.text)

    assert all(is_visible(chunk) for chunk in chunks)
    assert all(units(chunk) <= limits.text for chunk in chunks)
    assert _seen("".join(chunks)) == _seen(text)


def test_a_text_is_split_between_seen() -> None:
    assert split("один два три", 9) == ["один два", "три"]
    assert split("раз два\n\nтри четыре", 14) == ["раз два", "три четыре"]


@given(texts, st.integers(2, 50))
def test_a_cut_text_keeps_its_beginning(text: str, most: int) -> None:
    short = cut(text, most)

    assert units(short) <= most
    assert short == text or (short.endswith("…") and text.startswith(short[:-1]))


def test_a_card_is_always_one_message() -> None:
    parts = fit(Reply(to=TO, text="я" * 9000, card=True, appeal=1), VK_LIMITS)

    assert len(parts) == 1


def test_a_channel_without_location_buttons_asks_in_seen() -> None:
    limits = Limits(100, 100, 20, 64, Grid(3, 2, 6), None, "", 1)

    shown, _, _ = arrange(((Button("Где я", kind="location"),), (Button("Дальше", "x"),)), limits)

    assert shown == ((Button("Дальше", "x"),),)


async def test_every_screen_of_resident_and_staff_fits_vk(tmp_path: Path) -> None:
    messenger = MemoryMessenger("vk", VK_LIMITS)
    environ = {"MCU_FLOOD_LIMIT": "0"}  # nine appeals in one second
    async with town(tmp_path, messengers=(messenger,), environ=environ) as bor:
        maria = Person(bor.messenger, "900", "Мария", bor.messenger.room("100500"))
        anna = await bor.consenting()
        for _ in range(9):
            await bor.filed(anna)
        await _looks_around(bor, anna)
        await _works(bor, maria)

        async with bor.database.begin() as session:
            said = [
                Reply.from_json(row.reply) for row in await session.scalars(select(OutboxMessage))
            ]

    assert len(said) > 50
    for reply in said:
        shown, _, listed = arrange(reply.rows, VK_LIMITS)
        lost = set(_presses(reply.rows)) - set(_presses(shown))
        assert not lost or listed, (reply.text, lost)
        labels_cut = [b.label for row in shown for b in row if b.label.endswith("…")]
        assert all(units(label) <= VK_LIMITS.label for label in labels_cut)


async def _looks_around(bor: Town, anna: Person) -> None:
    """The menu, the help, the pages of appeals, an appeal's page; all topics of all categories."""
    for said, seen in (("/help", "Как это работает"), ("/my", "всего 9"), ("/start", "помочь")):
        await anna.says(said)
        await anna.sees(seen)
    await anna.presses("ул. Мира, 5")
    await anna.sees(bor.texts("page-history"))
    await anna.says("/new")
    await anna.sees(bor.texts("ask-what"))
    await anna.says("Что-то непонятное происходит")
    for number in range(1, 17):
        asked = await anna.sees(bor.texts("ask-category"))
        assert asked.buttons
        await anna.says(str(number))
        await anna.sees(bor.texts("ask-topic"))
        await anna.says("Назад")
    await anna.says("1")
    await anna.sees(bor.texts("ask-topic"))
    await anna.says("1")
    await anna.sees(bor.texts("ask-place"))
    await anna.says("у школы")
    await anna.sees("Проверьте")
    await anna.presses(bor.texts("form-edit", what=bor.texts("title-kind")))
    await anna.sees(bor.texts("ask-kind"))
    await anna.says("отмена")
    await anna.sees("Проверьте")
    await anna.says("отмена")
    await anna.sees("Остановились")


async def _works(bor: Town, maria: Person) -> None:
    """The card's lists and the list of what is open."""
    await maria.says("/open")
    await maria.sees("9")
    for label, seen in (("Тем", "staff-topic-suggested"), ("Отказ", "staff-reason")):
        await maria.presses(label)
        await maria.sees(bor.texts(seen))
    await maria.says("/help")
    await maria.sees(bor.texts("staff-help")[:20])
