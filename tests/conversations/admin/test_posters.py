"""An admin makes places with codes in the chat, gets their posters, switches one off."""

import io
from pathlib import Path

import zxingcpp
from PIL import Image
from sqlalchemy import select

from storage.messages import Place
from storage.tables import PlaceCode
from tests.fakes.messenger import Person, Shown
from tests.support.towns.conversation import STAFF_ROOM, Town, town
from tests.support.towns.posters import SQUARE, code_of
from tests.support.towns.town_hall import POTHOLES, admin_of


async def places(place: Town) -> list[PlaceCode]:
    async with place.database.begin() as session:
        return list(await session.scalars(select(PlaceCode).order_by(PlaceCode.made_at)))


async def makes(admin: Person, words: str = SQUARE, *topic: str) -> None:
    await admin.says("/poster")
    await admin.presses("Новый плакат")
    await admin.sees("Где будет висеть плакат?")
    await admin.says(words)
    await admin.sees("О чём будут писать")
    for label in topic or ("Житель выберет сам",):
        await admin.presses(label)
    await admin.sees("Место сохранили")


async def drawn(place: Town, admin: Person) -> tuple[Shown, list[bytes]]:
    """The message with the files, and what is in them."""
    await place.fetcher.fetch_due()
    place.clock.passes(minutes=1)
    shown = await admin.sees("PDF — для печати")
    return shown, [await place.store.read(key.decode()) for key in shown.files]


def read(png: bytes) -> set[str]:
    return {found.text for found in zxingcpp.read_barcodes(Image.open(io.BytesIO(png)))}


async def test_a_poster_comes_as_pdf_and_png_and_its_code_begins_an_appeal(bor: Town) -> None:
    admin, anna = admin_of(bor), await bor.consenting()

    await makes(admin, SQUARE, "Дороги и тротуары", POTHOLES)
    page = await admin.sees("Место сохранили")
    shown, (pdf, png) = await drawn(bor, admin)
    [row] = await places(bor)
    await bor.messenger.scan(anna, f"p-{row.code}")

    assert f"Место: {SQUARE}\nТема: {POTHOLES}\nКод: p-{row.code}" in page.text
    assert shown.text.startswith(f"Готов плакат: {SQUARE}. PDF")
    assert pdf.startswith(b"%PDF")
    assert read(png) == {f"https://telegram.example/town?start=p-{row.code}"}
    assert (row.words, row.made_by, row.active) == (SQUARE, "telegram:7", True)
    asked = await anna.sees("Место уже записали")
    assert POTHOLES in asked.text


async def test_a_pin_is_named_before_it_becomes_a_poster(bor: Town) -> None:
    admin = admin_of(bor)
    await admin.says("/poster")
    await admin.presses("Новый плакат")

    await admin.shares_place(56.32, 44.0)
    await admin.sees("Как назвать это место")
    await admin.says("!!")
    await admin.sees(bor.texts("place-empty"))
    await admin.says("Двор дома 5")
    await admin.presses("Житель выберет сам")
    page = await admin.sees("Место сохранили")

    assert "Точка на карте указана" in page.text
    [row] = await places(bor)
    assert (row.words, row.lat, row.lon) == ("Двор дома 5", 56.32, 44.0)


async def test_places_are_listed_sent_again_and_switched_off_and_on(bor: Town) -> None:
    admin = admin_of(bor)
    code = await code_of(bor)
    bor.clock.passes(minutes=1)
    for number in range(9):
        await code_of(bor, Place(text=f"Лифт, подъезд {number}"))

    await admin.says("/poster")
    await admin.presses("Дальше", on=await admin.sees("Места с плакатами"))
    await admin.presses(SQUARE[:20], on=await admin.sees("10. "))
    await admin.presses("Выключить", on=await admin.sees(code))
    off = await admin.sees("Выключили")
    await bor.messenger.scan(await bor.consenting(), code)
    await bor.resident().sees(bor.texts("start-unknown"))
    await admin.presses("Включить", on=off)
    await admin.presses("Прислать плакат", on=await admin.sees("снова действует"))
    shown, (_, png) = await drawn(bor, admin)

    assert SQUARE in shown.text
    assert read(png) == {f"https://telegram.example/town?start={code}"}


async def test_only_admins_make_posters(bor: Town) -> None:
    anna, maria = await bor.consenting(), bor.employee()
    code = (await code_of(bor)).removeprefix("p-")

    await anna.says("/poster")
    await anna.sees(bor.texts("unknown-command"))
    for press in ("adm:newposter", f"adm:switchposter:{code}", f"adm:drawposter:{code}"):
        await bor.messenger.press_payload(anna, press)
        await bor.messenger.press_payload(maria, press, bor.messenger.room(STAFF_ROOM))
    await maria.says("/poster")

    [row] = await places(bor)
    assert row.active
    assert not [
        shown for room in bor.messenger.rooms.values() for shown in room.shown if shown.files
    ]


async def test_what_the_poster_lacks_is_told(tmp_path: Path) -> None:
    (tmp_path / "arms.svg").write_text("<svg/>")
    environ = {"MCU_WEB_CHAT": "on", "MCU_LOGO": str(tmp_path / "arms.svg")}
    async with town(tmp_path, environ=environ) as bor:
        admin = admin_of(bor)

        await makes(admin)
        shown, _ = await drawn(bor, admin)

        assert bor.texts("poster-no-site") in shown.text
        assert bor.texts("poster-no-logo") in shown.text


async def test_an_old_button_of_a_place_that_is_none_leads_to_the_menu(bor: Town) -> None:
    admin = admin_of(bor)
    for press in ("adm:poster:zzzzzz", "adm:drawposter:", "adm:switchposter:%"):
        await bor.messenger.press_payload(admin, press)

        await admin.sees(bor.texts("admin-gone"))
