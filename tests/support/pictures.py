"""Pictures for tests: real ones, with or without what a telephone writes into them."""

import io
import random
import struct
from typing import Any

from PIL import Image

PLACE = b"56.3554N 44.0646E"  # stands in every corner of a picture that tells


def picture(
    name: str = "JPEG", size: tuple[int, int] = (64, 48), shade: int = 90, **options: Any
) -> bytes:
    """A picture with a red corner, so that it is known how it lies."""
    image = Image.new("RGB", size, (shade, 90, 120))
    image.paste((250, 10, 10), (0, 0, size[0] // 2, size[1] // 2))
    out = io.BytesIO()
    image.save(out, name, **options)
    return out.getvalue()


def telling_exif(orientation: int = 1) -> bytes:
    """What a telephone notes: how it was held, its maker and the coordinates."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = PLACE.decode()
    exif[0x8825] = {1: "N", 2: (56.0, 21.0, 19.0), 3: "E", 4: (44.0, 3.0, 52.0)}
    return exif.tobytes()


def telling(name: str, orientation: int = 1, size: tuple[int, int] = (64, 48)) -> bytes:
    """A picture that tells where it was taken."""
    if name == "GIF":
        return picture(name, size, comment=PLACE)
    if name == "BMP":
        return picture(name, size) + PLACE
    options: dict[str, Any] = {"exif": telling_exif(orientation)}
    if name == "WEBP":
        options |= {"xmp": b"<x>" + PLACE + b"</x>", "lossless": True}
    content = picture(name, size, **options)
    if name == "JPEG":  # a note, a small picture and a video behind, as cameras leave them
        note = struct.pack(">HH", 0xFFFE, len(PLACE) + 2) + PLACE
        content = content[:2] + note + content[2:] + PLACE
    if name == "PNG":
        content += PLACE
    return content


def corner(content: bytes) -> str:
    """Where the red corner is once the picture is shown by a program that ignores all marks."""
    with Image.open(io.BytesIO(content)) as image:
        rgb = image.convert("RGB")
    width, height = rgb.size
    points = {
        "left top": (width // 8, height // 8),
        "right top": (width * 7 // 8, height // 8),
        "left bottom": (width // 8, height * 7 // 8),
        "right bottom": (width * 7 // 8, height * 7 // 8),
    }
    red = [name for name, at in points.items() if rgb.getpixel(at)[0] > 200]  # type: ignore[index]
    return ",".join(red)


def photo_of_a_phone(seed: int, size: tuple[int, int] = (1600, 1200)) -> bytes:
    """A photo with as much in it as a real one has: hundreds of kilobytes, each of its own."""
    grain = Image.frombytes("L", size, random.Random(seed).randbytes(size[0] * size[1]))  # noqa: S311
    hue = Image.new("RGB", size, (90 + 15 * seed % 120, 110, 120))
    mixed = Image.blend(hue, grain.convert("RGB"), 0.15)
    out = io.BytesIO()
    mixed.save(out, "JPEG", quality=85)
    return out.getvalue()
