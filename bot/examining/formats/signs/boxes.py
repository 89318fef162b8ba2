"""Tell what a file made of boxes is: pictures of telephones, and films as MP4, QuickTime or 3GP.

The format: https://mp4ra.org/registered-types/boxes and /brands, read 2026-11. A box tells its size
and its name; ``ftyp`` tells the brands that a program needs to know. Whoever writes a film chooses the
brand, so films are known by their boxes, and a brand only tells which kind of film it is.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.file_kinds import PICTURES, VIDEOS, Content, Refused

HEIC = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"mif1", b"msf1")
AVIF = (b"avif", b"avis", b"avio")
EITHER = (b"mif1", b"msf1", b"miaf")  # the brands after it tell which of the two
# Raw and other pictures, books that are read out, protected films: not everybody can open them.
OTHERS = (
    *(b"crx ", b"jp2 ", b"jpx ", b"jpm ", b"jph ", b"jxl ", b"mjp2", b"mj2s"),
    *(b"M4P ", b"aax ", b"aaxc", b"odcf", b"dcf "),
)
SOUNDS = (b"M4A ", b"M4B ", b"F4A ", b"F4B ")
OF_3GPP = (b"3gp", b"3gg", b"3ge", b"3gr", b"3gs", b"3gt", b"3gh", b"3gm", b"3g2", b"kdd")
# Boxes with which films begin; before there were brands, QuickTime began with any of them.
BEGINNINGS = (b"ftyp", b"styp", b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot", b"uuid")
INDEX = (b"moov", b"moof")  # where a film keeps what is to be played
SOUND_OR_PICTURE = re.compile(rb"hdlr[\s\S]{8}(vide|soun)")
MOST_BOXES = 1000  # that are looked at: a film in fragments has one for each second or so
MOST_BRANDS = 64
SHORT, LONG = 8, 16  # bytes before a box's body


@dataclass(frozen=True)
class Box:
    """A box: its name, and the beginning and end of its body."""

    name: bytes
    start: int
    end: int


def boxes(content: bytes) -> Iterator[Box]:
    """Yield the outermost boxes, up to the first that is none or is cut off."""
    at = 0
    for _ in range(MOST_BOXES):
        size, name = int.from_bytes(content[at : at + 4], "big"), content[at + 4 : at + 8]
        start = at + SHORT
        if size == 1:  # too large for four bytes, or a program that always writes eight
            size, start = int.from_bytes(content[start : at + LONG], "big"), at + LONG
        elif size == 0:
            size = len(content) - at
        if len(name) < 4 or size < start - at:
            return
        yield Box(name, start, min(at + size, len(content)))
        at += size


def picture_or_film(content: bytes) -> Content | None:
    """Return what a file made of boxes is, None if it is not made of them.

    Raises Refused if it is neither a picture nor a film.
    """
    if content[4:8] not in BEGINNINGS:
        return None
    found = list(boxes(content))
    brands = _brands(content, found)
    first = brands[0] if brands else b""
    if picture := _picture(brands):
        return Content(picture, PICTURES[picture])
    index = b"".join(content[box.start : box.end] for box in found if box.name in INDEX)
    if not (brands or index):
        return None
    tracks = set(SOUND_OR_PICTURE.findall(index))
    is_sound = b"vide" not in tracks and (b"soun" in tracks or first in SOUNDS)
    if is_sound:
        raise Refused("sound")
    if first in OTHERS:
        raise Refused("kind")
    film = _film(first)
    return Content(film, VIDEOS[film][0])


def _brands(content: bytes, found: list[Box]) -> list[bytes]:
    """The first that a program must know, and those it may know instead."""
    for box in found:
        if box.name == b"ftyp":
            body = content[box.start : min(box.end, box.start + 4 * MOST_BRANDS)]
            return [body[:4], *(body[at : at + 4] for at in range(8, len(body), 4))]
    return []


def _picture(brands: list[bytes]) -> str:
    """The type of a picture of these brands; empty: they are of none."""
    if not brands or brands[0] not in (*HEIC, *AVIF, *EITHER):
        return ""
    if brands[0] in AVIF or (brands[0] in EITHER and any(one in AVIF for one in brands)):
        return "image/avif"
    return "image/heic"


def _film(brand: bytes) -> str:
    """The type of a film of that brand: without any it is of the time before there were some."""
    if brand in (b"", b"qt  "):
        return "video/quicktime"
    return "video/3gpp" if brand[:3] in OF_3GPP else "video/mp4"
