"""The settings of the site's look: the town's colour and its coat of arms, and who may embed the chat."""

import re
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator
from pydantic_core import PydanticCustomError

from config.settings.colours import darker
from config.settings.types import checked, refused

COLOUR = re.compile(r"#[0-9a-f]{6}", re.ASCII)
ORIGIN = re.compile(
    r"https://[a-z0-9.-]{1,253}(:\d{1,5})?|http://(localhost|127\.0\.0\.1)(:\d{1,5})?",
    re.ASCII,
)
COMMAS = re.compile("[,;]")
PICTURES = (".svg", ".png", ".webp", ".jpg", ".jpeg")
MOST_LOGO = 100 * 1024  # bytes: every new visitor waits for it


def _colour(value: str) -> str:
    """A colour that can be read on all light surfaces, and on which white can be read."""
    colour = value.strip().lower()
    if not COLOUR.fullmatch(colour):
        raise refused("settings-need-colour")
    near = darker(colour)
    if near != colour:
        key = "settings-need-colour-darker"
        raise PydanticCustomError(key, "too light", {"near": near})
    return colour


def _is_picture(path: Path) -> bool:
    try:
        return path.suffix.lower() in PICTURES and 0 < path.stat().st_size <= MOST_LOGO
    except (OSError, ValueError):  # a sign that no path has
        return False


def _origins(value: Any) -> tuple[str, ...]:
    parts = COMMAS.split(value) if isinstance(value, str) else value
    return tuple(part.strip().rstrip("/").lower() for part in parts if part.strip())


Colour = Annotated[str, AfterValidator(_colour)]
Logo = Annotated[Path, checked("settings-need-logo", _is_picture)]
Origins = Annotated[
    tuple[str, ...],
    BeforeValidator(_origins),
    checked("settings-need-origins", lambda origins: all(map(ORIGIN.fullmatch, origins))),
]


class SiteVariables(BaseModel):
    """The settings of the site's look."""

    colour: Colour = ""
    logo: Logo | None = None
    web_embed: Origins = ()
