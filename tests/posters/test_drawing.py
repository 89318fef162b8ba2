"""What stands on a poster: every code is read by a reader, every word fits, the paper is A4."""

import io
import re
import zlib
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image

from bot.posters.drawing import BAND, HEIGHT, WIDTH, draw
from bot.posters.paper import page_of
from bot.posters.poster import Invitation, Poster
from bot.posters.words import BOLD, FONTS, REGULAR, fitted, font, plain

LINKS = (
    Invitation("MAX", "https://max.ru/id1234567890_bot?start=p-x7k2ab"),
    Invitation("ВКонтакте", "https://vk.me/club220011223?ref=p-x7k2ab"),
    Invitation("Сайт", "https://bot.gorod.example/?place=x7k2ab"),
    Invitation("Telegram", "https://t.me/town_bot?start=p-x7k2ab"),
)
WORST = "Щ" * 300 + " 👨‍👩‍👧 " + "Место под названием «Ёлки-палки» " * 20


def poster(count: int = 4, *, place: str = "Остановка «Площадь»", logo: str = "") -> Poster:
    return Poster(
        town="Городской округ Бор",
        headline="Что-то не так? Напишите нам прямо отсюда",
        how="Наведите камеру телефона на код. Место уже указано.",
        place=place,
        emergency="Опасно для жизни? Звоните 112",
        invitations=LINKS[:count],
        colour="#8b0000",
        logo=logo,
    )


def seen(png: bytes) -> Image.Image:
    return Image.open(io.BytesIO(png)).convert("RGB")


def read(picture: Image.Image) -> set[str]:
    """The texts of all codes in a picture."""
    return {found.text for found in zxingcpp.read_barcodes(picture.convert("L"))}


@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_every_code_is_read_from_the_paper_and_from_a_small_picture_of_it(count: int) -> None:
    png = draw(poster(count))

    wanted = {one.link for one in LINKS[:count]}
    assert read(seen(png)) == wanted
    far = seen(png).resize((WIDTH // 3, HEIGHT // 3)).rotate(4, expand=True, fillcolor="#999999")
    assert read(far) == wanted


def test_a_poster_is_a_sheet_of_a4_at_300_dots_an_inch_and_small() -> None:
    png = draw(poster())

    picture = Image.open(io.BytesIO(png))
    assert picture.size == (WIDTH, HEIGHT) == (2480, 3508)
    assert [round(dpi) for dpi in picture.info["dpi"]] == [300, 300]
    assert len(png) < 1_000_000
    assert seen(png).getpixel((5, BAND - 5)) == (139, 0, 0)


@pytest.mark.parametrize("place", [WORST, "Щ" * 600, "👍", ""])
def test_whatever_the_place_is_called_the_codes_are_read(place: str) -> None:
    assert read(seen(draw(poster(place=place)))) == {one.link for one in LINKS}


def test_the_coat_of_arms_stands_in_the_band_and_one_that_is_none_is_left_out(
    tmp_path: Path,
) -> None:
    arms, broken, drawn = tmp_path / "arms.png", tmp_path / "broken.png", tmp_path / "arms.svg"
    Image.new("RGBA", (60, 80), "#00ff00").save(arms)
    broken.write_bytes(b"\x89PNG")
    drawn.write_text("<svg/>")

    with_arms = seen(draw(poster(logo=str(arms))))
    colours = {with_arms.getpixel((x, BAND // 2)) for x in range(150, 480, 10)}
    without = {draw(poster(logo=str(logo))) for logo in (broken, drawn, tmp_path / "none.png")}

    assert (0, 255, 0) in colours
    assert without == {draw(poster())}


def test_the_page_of_pdf_has_the_picture_dot_for_dot() -> None:
    png = draw(poster(2))

    pdf = page_of(png)
    about = re.search(rb"/Width (\d+) /Height (\d+).*?/Length (\d+) >>\nstream\n", pdf, re.DOTALL)
    assert about
    width, height, length = map(int, about.groups())
    rows = zlib.decompress(pdf[about.end() : about.end() + length])
    assert (width, height) == (WIDTH, HEIGHT)
    assert len(rows) == HEIGHT * (WIDTH + 1)  # a byte of each row says how it is packed
    assert b"/MediaBox [0 0 595.276 841.89]" in pdf
    assert b"/Count 1" in pdf
    table = int(pdf.rsplit(b"startxref\n", 1)[1].split()[0])
    assert pdf[table:].startswith(b"xref\n0 6\n")
    for number, line in enumerate(pdf[table:].split(b"\n")[3:8], 1):
        assert pdf[int(line[:10]) :].startswith(f"{number} 0 obj".encode())
    with pytest.raises(ValueError, match="palette"):
        page_of(_png("RGB"))


def _png(mode: str) -> bytes:
    found = io.BytesIO()
    Image.new(mode, (2, 2)).save(found, "PNG")
    return found.getvalue()


def test_words_are_laid_out_in_their_box_and_cut_where_nothing_helps() -> None:
    short = fitted("Мира, 5", BOLD, 2000, 300, most=200, least=60)
    long = fitted("Улица Мира, " * 9, BOLD, 1000, 300, most=200, least=60)
    endless = fitted("Улица Мира, " * 99, BOLD, 1000, 300, most=200, least=60)

    assert (short.lines, short.size) == (("Мира, 5",), 200)
    assert 60 <= long.size < 200
    assert endless.lines[-1].endswith("…")
    for lines in (short, long, endless):
        assert lines.height <= 300
        assert all(font(BOLD, lines.size).getlength(one) <= 2000 for one in lines.lines)


def test_the_fonts_come_with_their_licence_and_have_the_letters_of_a_poster() -> None:
    assert "SIL OPEN FONT LICENSE" in (FONTS / "OFL.txt").read_text(encoding="utf-8-sig")
    for name in (BOLD, REGULAR):
        none = font(name, 40).getmask("\uffff").getbbox()
        for sign in "АЯаяЁё«»—№?0123456789…":
            assert font(name, 40).getmask(sign).getbbox() not in (None, none), sign
    assert plain("Парк 🌳 у дома №5, 20\u00a0°C") == "Парк у\u00a0дома №5, 20 °C"


def test_a_poster_goes_to_its_child_and_back_as_text() -> None:
    assert Poster.from_json(poster().to_json()) == poster()
