"""Draw previews: small pictures of large ones, for lists and for lines that are slow."""

import io
from typing import TYPE_CHECKING

from bot.examining.formats.containers import orientation
from bot.examining.formats.pictures import MOST_DRAWN, ODD_BYTES, load, turned_upright
from bot.file_kinds import Refused

if TYPE_CHECKING:
    from PIL.Image import Image

SIDE = 400  # pixels: sharp in a box of 140, on a phone with three pixels in the place of one
SHOWN_IN_PLACE = ("JPEG", "PNG", "WEBP", "GIF")
QUALITY = 78
PAPER = (255, 255, 255)  # behind what can be seen through


def preview(content: bytes) -> bytes:
    """Return a JPEG of the picture, at most SIDE pixels wide and high. Raises Refused."""
    from PIL import Image, ImageFile  # noqa: PLC0415 - the bot's own process must not have it

    load()
    ImageFile.LOAD_TRUNCATED_IMAGES = True  # viewers show what there is of it, too
    try:
        with Image.open(io.BytesIO(content), formats=SHOWN_IN_PLACE) as image:
            return _drawn(image)
    except (*ODD_BYTES, Image.DecompressionBombError):
        raise Refused("broken-picture") from None
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = False


def _drawn(image: "Image") -> bytes:
    image.draft("RGB", (2 * SIDE, 2 * SIDE))  # a JPEG is unpacked at an eighth, if that is enough
    if image.width * image.height > MOST_DRAWN:
        raise Refused("large-picture")
    turn = orientation(bytes(image.info.get("exif") or b""))
    small = _opaque(image)
    small.thumbnail((SIDE, SIDE))
    out = io.BytesIO()
    profile = image.info.get("icc_profile") if image.mode == "RGB" else None
    turned_upright(small, turn).save(out, "JPEG", quality=QUALITY, icc_profile=profile, exif=b"")
    return out.getvalue()


def _opaque(image: "Image") -> "Image":
    from PIL import Image  # noqa: PLC0415 - as above

    if not image.has_transparency_data:
        return image.convert("RGB")
    seen = image.convert("RGBA")
    paper = Image.new("RGB", seen.size, PAPER)
    paper.paste(seen, mask=seen.getchannel("A"))
    return paper
