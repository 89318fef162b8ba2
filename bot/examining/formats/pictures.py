"""Clean pictures of what they do not show: the place, the time, the camera, hidden bytes.

If the format allows it, hidden data is taken out and the picture itself stays as it is, bit for
bit. A picture that lies on its side is turned: not every messenger reads the mark that says so.
"""

import io
import struct
import warnings
from typing import TYPE_CHECKING, BinaryIO

from bot.examining.formats.containers import (
    JPEG_MARK,
    STRIPPED,
    UPRIGHT,
    Broken,
    TooMuch,
    check_tiff,
    jpeg_mark,
    orientation,
)
from bot.file_kinds import Refused

if TYPE_CHECKING:
    from PIL.Image import Image

MOST_PIXELS = 120_000_000  # more is no photo of a street but a bomb
MOST_DRAWN = 25_000_000  # what is drawn again: four bytes a pixel, twice, and the bytes that came
MOST_TURNED = 25_000_000  # a larger JPEG keeps the mark
MOST_TURNED_SLOWLY = 8_000_000  # WebP is unpacked three times over, PNG packed for seconds
MOST_PAGES = 50  # of a scan
MOST_SCANNED = 100_000_000  # bytes of pixels of all its pages
QUALITY = 95
# What Pillow and the libraries below it raise on them.
ODD_BYTES = (OSError, ValueError, SyntaxError, LookupError, EOFError, TypeError, RuntimeError)
DRAWN_BY_LINES = ("BMP", "GIF", "PNG")  # of programs, not of cameras
DRAWN = {"image/heic": "HEIF", "image/avif": "AVIF", "image/bmp": "BMP", "image/tiff": "TIFF"}


def load() -> None:
    """Load the libraries, so that the first picture does not wait for them."""
    import pillow_heif  # noqa: PLC0415 - the bot's own process must not have it
    from PIL import (  # noqa: F401, PLC0415 - each tells Pillow its format
        AvifImagePlugin,
        BmpImagePlugin,
        GifImagePlugin,
        JpegImagePlugin,
        PngImagePlugin,
        TiffImagePlugin,
        WebPImagePlugin,
    )

    pillow_heif.options.DECODE_THREADS = 1  # a thread's memory counts though nobody uses it
    AvifImagePlugin.DEFAULT_MAX_THREADS = 1
    pillow_heif.register_heif_opener()
    warnings.filterwarnings("ignore", module=r"PIL\b")  # odd bytes are what we are here for


def cleaned(content: bytes, mime: str) -> tuple[bytes, str]:
    """Return the picture without hidden data, and its type.

    A format that few programs show becomes JPEG or PNG. Raises Broken; Refused if it is too large.
    """
    from PIL import Image, UnidentifiedImageError  # noqa: PLC0415 - as above

    load()
    try:
        if mime in STRIPPED:
            return _stripped_or_drawn(content, mime)
        if mime == "image/tiff":
            check_tiff(content)
        with Image.open(io.BytesIO(content), formats=(DRAWN[mime],)) as image:
            _look_at_size(image.width * image.height, MOST_PIXELS)
            return _drawn(image)
    except (UnidentifiedImageError, Image.DecompressionBombError):
        raise Broken("not a picture") from None
    except (*ODD_BYTES, struct.error) as error:
        raise Broken(type(error).__name__) from None


def _look_at_size(pixels: int, most: int) -> None:
    if pixels > most:
        raise TooMuch("too many pixels")


def _look_whether_it_can_be_drawn(image: "Image") -> None:
    if image.width * image.height > MOST_DRAWN:
        raise Refused("large-picture")  # as a JPEG it would be taken


def _stripped_or_drawn(content: bytes, mime: str) -> tuple[bytes, str]:
    """Drawn anew if we cannot take it apart, or what we took is not what programs can open.

    Viewers are patient: they show what there is of a picture that was cut off on its way.
    """
    from PIL import Image, ImageFile  # noqa: PLC0415 - as above

    try:
        return _stripped(content, mime), mime
    except TooMuch:
        raise
    except (Broken, *ODD_BYTES, struct.error):
        ImageFile.LOAD_TRUNCATED_IMAGES = True
        try:
            with Image.open(io.BytesIO(content), formats=(STRIPPED[mime][0],)) as image:
                _look_at_size(image.width * image.height, MOST_PIXELS)
                if image.width * image.height > MOST_DRAWN:
                    image.draft("RGB", (image.width // 2, image.height // 2))  # of a JPEG
                return _drawn(image)
        finally:
            ImageFile.LOAD_TRUNCATED_IMAGES = False


def _stripped(content: bytes, mime: str) -> bytes:
    """The same picture, without what does not belong to it; turned where it lies on its side.

    Pillow sees only what is left, so what it would collect from hundreds of notes is not there.
    """
    from PIL import Image  # noqa: PLC0415 - as above

    name, strip = STRIPPED[mime]
    seen = strip(content)
    _look_at_size(seen.pixels, MOST_PIXELS)
    most = MOST_TURNED if name == "JPEG" else MOST_TURNED_SLOWLY
    turned = seen.turn != UPRIGHT and seen.pixels <= most
    if name == "WEBP" and not turned:  # Pillow unpacks it to say how large it is
        return seen.content
    with Image.open(io.BytesIO(seen.content), formats=(name,)) as image:
        pixels = image.width * image.height
        _look_at_size(pixels, MOST_PIXELS)
        if turned and pixels <= most:
            return strip(_turned(image, name, seen.turn)).content
    if seen.turn != UPRIGHT and name == "JPEG":
        return JPEG_MARK + jpeg_mark(seen.turn) + seen.content[2:]
    return seen.content


def turned_upright(image: "Image", turn: int) -> "Image":
    """The same picture if it is upright, else a turned one."""
    from PIL.Image import Transpose  # noqa: PLC0415 - as above

    method = {
        2: Transpose.FLIP_LEFT_RIGHT,
        3: Transpose.ROTATE_180,
        4: Transpose.FLIP_TOP_BOTTOM,
        5: Transpose.TRANSPOSE,
        6: Transpose.ROTATE_270,
        7: Transpose.TRANSVERSE,
        8: Transpose.ROTATE_90,
    }.get(turn)
    return image if method is None else image.transpose(method)


def _turned(image: "Image", name: str, turn: int) -> bytes:
    from PIL import JpegImagePlugin  # noqa: PLC0415 - as above

    options: dict[str, object] = {"icc_profile": image.info.get("icc_profile")}
    if isinstance(image, JpegImagePlugin.JpegImageFile):
        # With the tables of the original it loses next to nothing and grows by nothing.
        sampling = JpegImagePlugin.get_sampling(image)
        options |= {"qtables": image.quantization, "subsampling": sampling if sampling != 1 else 0}
    elif name == "WEBP":
        options |= {"quality": QUALITY}
    out = io.BytesIO()
    upright = turned_upright(image, turn)
    image.close()  # and its pixels
    upright.save(out, name, **options)
    return out.getvalue()


def _drawn(image: "Image") -> tuple[bytes, str]:
    """Drawn anew: a scan stays one of so many pages, all else becomes what everybody can open."""
    if image.format == "TIFF":
        return _scan(image), "image/tiff"
    _look_whether_it_can_be_drawn(image)
    turn = orientation(bytes(image.info.get("exif") or b""))
    profile, out = image.info.get("icc_profile"), io.BytesIO()
    image.load()
    upright = turned_upright(image, turn)
    if image.format in DRAWN_BY_LINES or upright.has_transparency_data:
        upright.save(out, "PNG", icc_profile=profile)
        return STRIPPED["image/png"][1](out.getvalue()).content, "image/png"
    shown = upright if upright.mode == "RGB" else upright.convert("RGB")
    shown.save(out, "JPEG", quality=QUALITY, icc_profile=profile, exif=b"")
    return STRIPPED["image/jpeg"][1](out.getvalue()).content, "image/jpeg"


def _scan(image: "Image") -> bytes:
    """All pages, one by one, copied so that nothing but the pixels goes along."""
    from PIL.TiffImagePlugin import AppendingTiffWriter  # noqa: PLC0415 - as above

    out, scanned = io.BytesIO(), 0
    with AppendingTiffWriter(out, new=True) as pages:
        for number in range(MOST_PAGES + 1):
            try:
                image.seek(number)
            except EOFError:
                break
            if number == MOST_PAGES:  # how many there are is not asked: Pillow would walk them all
                raise TooMuch("too many pages")
            _look_whether_it_can_be_drawn(image)
            scanned += image.width * image.height * _bytes_a_pixel(image.mode)
            _look_at_size(scanned, MOST_SCANNED)
            _write_page(image, pages)
            pages.newFrame()
    return out.getvalue()


def _write_page(image: "Image", pages: BinaryIO) -> None:
    page = image.copy()
    page.info = {name: page.info[name] for name in ("dpi", "icc_profile") if name in page.info}
    page.save(pages, "TIFF", compression="tiff_adobe_deflate")


def _bytes_a_pixel(mode: str) -> int:
    """As Pillow keeps them."""
    return 1 if mode in ("1", "L", "P") else 4
