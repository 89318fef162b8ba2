"""How hostile files are registered and put together: a name, its builder, what must come of it."""

import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

MOST = 19 * 1024 * 1024  # the most that is sent: a little below what the channels take
Builder = Callable[[], bytes]
Verdict = Literal["refused", "cleaned", "any"]
MADE: dict[str, "Hostile"] = {}


@dataclass(frozen=True)
class Hostile:
    """A kind of file; ``verdict``: what must come of it, ``is_import``: it comes as a category file."""

    name: str
    build: Builder
    verdict: Verdict = "any"
    is_import: bool = False


def hostile(verdict: Verdict = "any", *, is_import: bool = False) -> Callable[[Builder], Builder]:
    """Register a builder under the name of its function."""

    def register(build: Builder) -> Builder:
        name = build.__name__
        assert name not in MADE, name
        MADE[name] = Hostile(name, build, verdict, is_import)
        return build

    return register


def filled(piece: bytes, most: int = MOST) -> bytes:
    """The piece again and again, up to ``most`` bytes."""
    return piece * (most // len(piece))


def zeros(size: int) -> bytes:
    """``size`` bytes of nothing, deflated in the form of zlib, without ever standing in memory."""
    squeeze = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = bytes(1 << 20)
    first = squeeze.compress(block) + squeeze.flush(zlib.Z_FULL_FLUSH)
    rest = zlib.compressobj(9, zlib.DEFLATED, -15)
    end = rest.compress(bytes(size % len(block))) + rest.flush()
    return b"\x78\x9c" + first * (size // len(block)) + end + struct.pack(">HH", size % 65521, 1)


def raw_zeros(size: int) -> bytes:
    """The same without the frame of zlib, as in archives."""
    return zeros(size)[2:-4]
