"""Pictures without what they tell besides what they show: the place, the time, the camera, hidden bytes.

What a format allows is taken out and the picture itself stays as it is, bit for bit. A picture that
lies on its side is turned, for not every messenger looks at the mark that says so.
"""

import io
import re
import threading
import warnings
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image

MOST_PIXELS = 120_000_000  # more is no photo of a street but a bomb
MOST_DECODED = 50_000_000  # what is drawn anew: three bytes each, twice
MOST_TURNED = 24_000_000  # a larger JPEG keeps the mark: turning it takes too much memory
QUALITY = 95
ORIENTATION = 0x0112
UPRIGHT = 1

JPEG_MARK = b"\xff\xd8"
NEXT_MARKER = re.compile(rb"\xff+[^\x00\xff\xd0-\xd7]")  # what ends the compressed data
PNG_MARK = b"\x89PNG\r\n\x1a\n"
PNG_CHUNKS = (
    *(b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"cICP"),
    *(b"bKGD", b"pHYs", b"sBIT", b"acTL", b"fcTL", b"fdAT"),
)
WEBP_CHUNKS = (b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF", b"ICCP")
WEBP_TELLS = 0b0000_1100  # VP8X says: there is EXIF, there is XMP
GIF_LOOPS = (b"NETSCAPE2.0", b"ANIMEXTS1.0")

# One picture at a time is drawn anew: that takes a hundred megabytes.
drawing = threading.Lock()


class Broken(Exception):
    """The bytes are not the picture that they begin as, or too large a one."""


def cleaned(content: bytes, mime: str) -> tuple[bytes, str]:
    """The picture without the rest, and its type: what few programs show becomes JPEG or PNG.

    Slow: to be called in a thread. Raises Broken.
    """
    from PIL import Image, UnidentifiedImageError  # noqa: PLC0415 - only where pictures come

    warnings.filterwarnings("ignore", module=r"PIL\b")  # odd bytes are what we are here for
    if mime == "image/heic":
        from pillow_heif import register_heif_opener  # noqa: PLC0415 - only where iPhones write

        register_heif_opener()
    try:
        with Image.open(io.BytesIO(content)) as image:
            if image.width * image.height > MOST_PIXELS:
                raise Broken("too many pixels")
            if mime in STRIPPED:
                return _stripped(image, content, mime), mime
            with drawing:
                return _drawn(image)
    except (UnidentifiedImageError, Image.DecompressionBombError):
        raise Broken("not a picture") from None
    except (OSError, ValueError, SyntaxError, LookupError, EOFError, TypeError) as error:
        raise Broken(type(error).__name__) from None  # Pillow raises all of these on odd bytes


def _stripped(image: "Image", content: bytes, mime: str) -> bytes:
    """The same picture, without what does not belong to it; turned where it lies on its side."""
    name, strip = STRIPPED[mime]
    if image.format != name:
        raise Broken("another format than it begins as")
    turn = _orientation(image)
    if turn == UPRIGHT:
        return strip(content)
    if image.width * image.height > MOST_TURNED:
        marked = strip(content)
        return JPEG_MARK + _mark(turn) + marked[2:] if name == "JPEG" else marked
    with drawing:
        return strip(_turned(image, name))


def _orientation(image: "Image") -> int:
    """How it lies: 1 upright to 8. A mark that cannot be read is none."""
    try:
        turn = image.getexif().get(ORIENTATION, UPRIGHT)
    except (OSError, ValueError, SyntaxError, LookupError, TypeError):
        return UPRIGHT
    return turn if isinstance(turn, int) and UPRIGHT < turn <= 8 else UPRIGHT


def _mark(turn: int) -> bytes:
    """An EXIF segment that says nothing but how the picture lies."""
    entry = b"\x01\x12\0\x03\0\0\0\x01" + turn.to_bytes(2, "big") + b"\0\0"
    exif = b"Exif\0\0MM\0*\0\0\0\x08\0\x01" + entry + b"\0\0\0\0"
    return b"\xff\xe1" + (len(exif) + 2).to_bytes(2, "big") + exif


def _turned(image: "Image", name: str) -> bytes:
    from PIL import ImageOps, JpegImagePlugin  # noqa: PLC0415 - as above

    options: dict[str, object] = {"icc_profile": image.info.get("icc_profile")}
    if isinstance(image, JpegImagePlugin.JpegImageFile):
        # With the tables of the original it loses next to nothing and grows by nothing.
        sampling = JpegImagePlugin.get_sampling(image)
        options |= {"qtables": image.quantization, "subsampling": sampling if sampling != 1 else 0}
    elif name == "WEBP":
        options |= {"quality": QUALITY}
    out = io.BytesIO()
    ImageOps.exif_transpose(image).save(out, name, **options)
    return out.getvalue()


def _drawn(image: "Image") -> tuple[bytes, str]:
    """Drawn anew: a scan stays one of so many pages, all else becomes what everybody can open."""
    from PIL import ImageOps  # noqa: PLC0415 - as above

    if image.format == "TIFF":
        return _scan(image), "image/tiff"
    if image.width * image.height > MOST_DECODED:
        raise Broken("too many pixels")
    upright = ImageOps.exif_transpose(image)
    profile, out = image.info.get("icc_profile"), io.BytesIO()
    if image.format == "BMP" or upright.has_transparency_data:
        upright.save(out, "PNG", icc_profile=profile)
        return _png(out.getvalue()), "image/png"
    upright.convert("RGB").save(out, "JPEG", quality=QUALITY, icc_profile=profile)
    return _jpeg(out.getvalue()), "image/jpeg"


def _scan(image: "Image") -> bytes:
    """All pages, copied so that nothing but the pixels goes along."""
    pages, pixels = [], 0
    for number in range(getattr(image, "n_frames", 1)):
        image.seek(number)
        pixels += image.width * image.height
        if pixels > MOST_DECODED:
            raise Broken("too many pixels")
        page = image.copy()
        page.info = {name: page.info[name] for name in ("dpi", "icc_profile") if name in page.info}
        pages.append(page)
    out = io.BytesIO()
    first, *rest = pages
    first.save(out, "TIFF", compression="tiff_adobe_deflate", save_all=True, append_images=rest)
    return out.getvalue()


# Formats, piece by piece. Reading beyond the end raises IndexError or Broken; both mean: broken.


def _jpeg(content: bytes) -> bytes:
    """Its own segments up to the end mark; what is hung on behind (videos, archives) stays away."""
    out, at = bytearray(JPEG_MARK), 2
    while at < len(content):
        if content[at] != 0xFF:
            raise Broken("no marker")
        while content[at] == 0xFF:
            at += 1
        marker, start = content[at], at + 1
        if marker == 0xD9:
            break
        end = start + int.from_bytes(content[start : start + 2], "big")
        if end < start + 2 or end > len(content):
            raise Broken("a segment beyond the end")
        out += _jpeg_segment(marker, content[start + 2 : end])
        at = end
        if marker == 0xDA:
            found = NEXT_MARKER.search(content, end)
            at = found.start() if found else len(content)
            out += content[end:at]
    return bytes(out + b"\xff\xd9")


def _jpeg_segment(marker: int, body: bytes) -> bytes:
    if marker == 0xE0 and body.startswith(b"JFIF\0"):
        body = body[:12] + b"\0\0"  # without the small picture, which may show more
    elif marker >= 0xE0 and not (
        (marker == 0xE2 and body.startswith(b"ICC_PROFILE\0"))
        or (marker == 0xEE and body.startswith(b"Adobe"))
    ):
        return b""
    return bytes((0xFF, marker)) + (len(body) + 2).to_bytes(2, "big") + body


def _png(content: bytes) -> bytes:
    out, at = bytearray(PNG_MARK), len(PNG_MARK)
    while True:
        end = at + 12 + int.from_bytes(content[at : at + 4], "big")
        name = content[at + 4 : at + 8]
        if end > len(content):
            raise Broken("a chunk beyond the end")
        if name in PNG_CHUNKS:
            out += content[at:end]
        if name == b"IEND":
            return bytes(out)
        at = end


def _webp(content: bytes) -> bytes:
    out = bytearray(b"WEBP")
    at, end = 12, min(len(content), 8 + int.from_bytes(content[4:8], "little"))
    while at + 8 <= end:
        name, size = content[at : at + 4], int.from_bytes(content[at + 4 : at + 8], "little")
        body = content[at + 8 : at + 8 + size]
        if len(body) < size:
            raise Broken("a chunk beyond the end")
        if name == b"VP8X":
            body = bytes((body[0] & ~WEBP_TELLS,)) + body[1:]
        if name in WEBP_CHUNKS:
            out += content[at : at + 8] + body + b"\0" * (size % 2)
        at += 8 + size + size % 2
    return b"RIFF" + len(out).to_bytes(4, "little") + bytes(out)


def _gif(content: bytes) -> bytes:
    at = 13 + _gif_colours(content[10])
    out = bytearray(content[:at])
    while content[at] != 0x3B:
        start = at
        if content[at] == 0x2C:
            at += 10
            at += _gif_colours(content[at - 1]) + 1
            wanted = True
        elif content[at] == 0x21:
            label, at = content[at + 1], at + 2
            about = content[at + 1 : at + 12]
            wanted = label == 0xF9 or (label == 0xFF and about in GIF_LOOPS)
        else:
            raise Broken("no block")
        while content[at]:
            at += 1 + content[at]
        at += 1
        if wanted:
            out += content[start:at]
    return bytes(out + b";")


def _gif_colours(flags: int) -> int:
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0


STRIPPED: dict[str, tuple[str, Callable[[bytes], bytes]]] = {
    "image/jpeg": ("JPEG", _jpeg),
    "image/png": ("PNG", _png),
    "image/webp": ("WEBP", _webp),
    "image/gif": ("GIF", _gif),
}
