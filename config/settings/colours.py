"""The town's colour on the surfaces of the site: contrast as WCAG 2.2 counts it, and its shades. Pure."""

from dataclasses import dataclass

READABLE = 4.5  # WCAG 1.4.3: of text to what is behind it
STEP = 0.03
WHITE, PAGE, DARK_PAGE, DARK_SURFACE, INK = "#ffffff", "#eef2f6", "#14181d", "#21272e", "#0d1b2a"
TINT = 0.15  # of the colour in the bubbles of the reader's own messages
DARK_TINT = 0.3


@dataclass(frozen=True, slots=True)
class Shades:
    """The colour and the bubble tinted with it, for one scheme."""

    accent: str
    mine: str


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, from 1 to 21."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def mixed(colour: str, other: str, share: float) -> str:
    """Return ``other`` with that share of ``colour`` in it."""
    pairs = zip(_channels(colour), _channels(other), strict=True)
    return "#" + "".join(f"{round(a * share + b * (1 - share)):02x}" for a, b in pairs)


def darker(colour: str) -> str:
    """Return the colour if it can be read on light surfaces, else the nearest darker one that can."""
    while not _reads(light(colour), PAGE, WHITE):
        colour = mixed("#000000", colour, STEP)
    return colour


def light(colour: str) -> Shades:
    """Return the shades of the light scheme."""
    return Shades(colour, mixed(colour, WHITE, TINT))


def dark(colour: str) -> Shades:
    """Return the shades of the dark scheme: lighter until they can be read."""
    mine = mixed(colour, DARK_SURFACE, DARK_TINT)
    shades = Shades(colour, mine)
    while not _reads(shades, DARK_PAGE, DARK_SURFACE, INK):
        shades = Shades(mixed(WHITE, shades.accent, STEP), mine)
    return shades


def _reads(shades: Shades, *surfaces: str) -> bool:
    return all(contrast(shades.accent, one) >= READABLE for one in (*surfaces, shades.mine))


def _luminance(colour: str) -> float:
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (channel / 255 for channel in _channels(colour))
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
