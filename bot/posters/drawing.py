"""A poster drawn as a picture of A4 at 300 dots an inch. Runs in a child process alone."""

import io
import sys
from pathlib import Path

import segno
from PIL import Image, ImageDraw

from bot.posters.poster import Invitation, Poster
from bot.posters.words import BOLD, REGULAR, Lines, fitted, font, plain
from config.settings.colours import mixed

DPI = 300
WIDTH, HEIGHT = 2480, 3508  # 210 and 297 mm
EDGE = 150  # 12.7 mm: printers leave less white
NAME, ADDRESS = 120, 130  # the heights of what stands above and below a code
BAND = 470  # the town's colour at the top
QUIET = 4  # modules of white around a code: ISO 18004
GAP = 60  # between the things on the sheet
LOGO = 330
LOGO_PICTURES = (".png", ".webp", ".jpg", ".jpeg")
WHITE, BLACK, GREY = "#ffffff", "#111111", "#444444"
COLOURS = 128  # of the picture's palette: letters have soft edges
TINT = 0.1
# The rows of codes on the sheet, and of each code.
ROWS = {1: (1,), 2: (2,), 3: (3,), 4: (2, 2)}


def draw(poster: Poster) -> bytes:
    """The poster as a PNG."""
    sheet = Image.new("RGB", (WIDTH, HEIGHT), WHITE)
    pen = ImageDraw.Draw(sheet)
    _draw_band(sheet, pen, poster)
    top = BAND + GAP
    top = _draw_lines(pen, poster.headline, BOLD, top, 430, most=210, colour=poster.colour) + 20
    top = _draw_place(pen, poster, top)
    top = _draw_lines(pen, poster.how, REGULAR, top, 210, most=92, colour=BLACK) + GAP // 2
    bottom = HEIGHT - EDGE - 90
    emergency = _lines(poster.emergency, BOLD, 90, most=64)
    _write(pen, emergency, BOLD, WIDTH // 2, bottom + 30, GREY)
    _draw_codes(sheet, pen, poster, top, bottom - GAP // 2)
    found = io.BytesIO()
    palette = sheet.quantize(COLOURS, dither=Image.Dither.NONE)
    palette.save(found, "PNG", optimize=True, dpi=(DPI, DPI))
    return found.getvalue()


def _lines(text: str, name: str, height: int, *, most: int) -> Lines:
    return fitted(plain(text), name, WIDTH - 2 * EDGE, height, most=most, least=40)


def _draw_lines(
    pen: ImageDraw.ImageDraw, text: str, name: str, top: int, height: int, *, most: int, colour: str
) -> int:
    """Write words in the middle; return where the next thing may begin."""
    lines = _lines(text, name, height, most=most)
    _write(pen, lines, name, WIDTH // 2, top, colour)
    return top + lines.height + GAP // 2


def _write(
    pen: ImageDraw.ImageDraw, lines: Lines, name: str, middle: int, top: int, colour: str
) -> None:
    step = lines.height // len(lines.lines)
    for number, line in enumerate(lines.lines):
        at = (middle, top + number * step + step // 2)
        pen.text(at, line, colour, font(name, lines.size), anchor="mm")


def _draw_band(sheet: Image.Image, pen: ImageDraw.ImageDraw, poster: Poster) -> None:
    """The town's name on its colour, behind its coat of arms."""
    pen.rectangle((0, 0, WIDTH, BAND), poster.colour)
    left = EDGE
    if logo := _logo(poster.logo):
        box = (EDGE + (LOGO - logo.width) // 2, (BAND - logo.height) // 2)
        sheet.paste(logo, box, logo)
        left += LOGO + GAP
    width = WIDTH - EDGE - left
    name = fitted(plain(poster.town), BOLD, width, BAND - 80, most=150, least=50)
    _write(pen, name, BOLD, left + width // 2, (BAND - name.height) // 2, WHITE)


def _logo(path: str) -> Image.Image | None:
    """The coat of arms; None if there is none, or Pillow cannot read it."""
    if not path or Path(path).suffix.lower() not in LOGO_PICTURES:
        return None
    try:
        logo = Image.open(path).convert("RGBA")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None
    scale = min(LOGO / logo.width, LOGO / logo.height)
    return logo.resize((max(round(logo.width * scale), 1), max(round(logo.height * scale), 1)))


def _draw_place(pen: ImageDraw.ImageDraw, poster: Poster, top: int) -> int:
    """The place in a frame, behind the sign of a place; return where the next thing may begin."""
    sign = 130
    width = WIDTH - 2 * EDGE - sign - 3 * GAP
    lines = fitted(plain(poster.place), BOLD, width, 420, most=150, least=60)
    bottom = top + lines.height + GAP
    shade = mixed(poster.colour, WHITE, TINT)
    pen.rounded_rectangle((EDGE, top, WIDTH - EDGE, bottom), 40, shade)
    _draw_pin(pen, EDGE + GAP + sign // 2, (top + bottom) // 2, sign, poster.colour)
    middle = EDGE + GAP + sign + GAP // 2 + width // 2
    _write(pen, lines, BOLD, middle, top + GAP // 2, BLACK)
    return bottom + GAP // 2


def _draw_pin(pen: ImageDraw.ImageDraw, x: int, y: int, size: int, colour: str) -> None:
    """The sign of a place, as maps have it."""
    r = size * 3 // 8
    centre = y - size // 8
    pen.ellipse((x - r, centre - r, x + r, centre + r), colour)
    wide, upper = r * 9 // 10, centre + r // 2
    pen.polygon([(x - wide, upper), (x + wide, upper), (x, y + size // 2)], colour)
    pen.ellipse((x - r // 3, centre - r // 3, x + r // 3, centre + r // 3), WHITE)


def _draw_codes(
    sheet: Image.Image, pen: ImageDraw.ImageDraw, poster: Poster, top: int, bottom: int
) -> None:
    """The codes in rows between ``top`` and ``bottom``, each as large as there is room."""
    shown = list(poster.invitations[:4])
    rows = ROWS.get(len(shown), ())
    for number, count in enumerate(rows):
        height, width = (bottom - top) // len(rows), (WIDTH - 2 * EDGE) // count
        for place in range(count):
            left, upper = EDGE + place * width, top + number * height
            box = (left + GAP // 3, upper, left + width - GAP // 3, upper + height - GAP // 3)
            _draw_code(sheet, pen, shown.pop(0), box, poster.colour)


def _draw_code(
    sheet: Image.Image,
    pen: ImageDraw.ImageDraw,
    invitation: Invitation,
    box: tuple[int, int, int, int],
    colour: str,
) -> None:
    """A code with the messenger's name above it and its address below."""
    left, top, right, bottom = box
    width, middle = right - left, (left + right) // 2
    name = fitted(plain(invitation.name), BOLD, width, NAME, most=96, least=40)
    link = invitation.link.partition("://")[2]
    address = fitted(link, REGULAR, width, ADDRESS, most=56, least=30, at="?")
    room = min(width, bottom - top - NAME - ADDRESS)
    code = _code(invitation.link, room)
    at = top + (bottom - top - NAME - room - ADDRESS) // 2
    _write(pen, name, BOLD, middle, at, colour)
    at += NAME
    sheet.paste(code, (middle - code.width // 2, at + (room - code.height) // 2))
    _write(pen, address, REGULAR, middle, at + room, BLACK)


def _code(link: str, room: int) -> Image.Image:
    """The code of a link with the white around it, in whole dots for each module."""
    matrix = list(segno.make_qr(link, error="m").matrix_iter(border=QUIET))
    side = len(matrix)
    code = Image.new("1", (side, side), 1)
    for y, row in enumerate(matrix):
        for x, dark in enumerate(row):
            code.putpixel((x, y), 0 if dark else 1)
    whole = side * max(room // side, 1)
    return code.resize((whole, whole), Image.Resampling.NEAREST).convert("RGB")


def main() -> None:
    """Draw the poster that comes as text, and give the picture back."""
    sys.stdout.buffer.write(draw(Poster.from_json(sys.stdin.read())))
