"""Posters made for an installation: the links asked of the messengers, the picture of a child."""

import asyncio
import sys
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import Mapping
from pathlib import Path

from bot.failures import RetryLater
from bot.posters.paper import page_of
from bot.posters.poster import Invitation, Poster
from bot.protocol import Adapter, invitation_of
from config.settings import Settings
from config.settings.channels import CHANNELS
from config.texts import Texts
from handlers.admin.posters import PURPOSE, Wanted
from handlers.turn import Services
from storage.tables import KeptFile

# A fresh interpreter with Pillow: in ours it would stay for ever, with the 26 MB of the sheet.
START = (
    "import sys; sys.path.insert(0, sys.argv.pop()); from bot.posters.drawing import main; main()"
)
ROOT = Path(__file__).parents[2]
SECONDS = 60.0  # a sheet takes one or two
OURS = "#1a5fb4"  # the site's colour if the town has set none
PDF = "application/pdf"


async def links_by(
    adapters: Mapping[str, Adapter], settings: Settings, texts: Texts, code: str
) -> tuple[Invitation, ...]:
    """Return the links that begin by a code, of the country's channels first. Raises RetryLater.

    An address that is not of HTTPS opens on this computer alone, so it stands only if there is no
    other.
    """
    rows = sorted(CHANNELS.values(), key=lambda row: row.foreign)
    found: list[Invitation] = []
    for row in rows:
        if row.name in settings.conversing and row.name in adapters:
            name = texts(f"channel-{row.name}")
            link = await invitation_of(adapters[row.name], code)
            found += [Invitation(name[:1].upper() + name[1:], link)] if link else []
    return tuple(one for one in found if one.link.startswith("https:")) or tuple(found)


async def poster_of(
    adapters: Mapping[str, Adapter], settings: Settings, texts: Texts, wanted: Wanted
) -> Poster:
    """The poster that an admin wants. Raises RetryLater."""
    place, topic = wanted.place, wanted.topic
    known = "both" if place and topic else "place" if place else "topic"
    return Poster(
        town=settings.municipality,
        headline=texts("poster-headline"),
        how=texts(f"poster-how-{known}", topic=topic),
        place=place or topic,
        emergency=texts("poster-emergency"),
        invitations=await links_by(adapters, settings, texts, wanted.code),
        colour=settings.colour or OURS,
        logo=logo_of(settings),
    )


def logo_of(settings: Settings) -> str:
    """The coat of arms as a picture of dots: the file set, or the PNG beside an SVG; else empty."""
    logo = settings.logo
    if logo and logo.suffix.lower() == ".svg":
        logo = logo.with_suffix(".png")
    return str(logo.absolute()) if logo and logo.is_file() else ""


async def picture_of(poster: Poster) -> bytes:
    """Draw the poster in a child process; return the PNG. Raises RetryLater."""
    try:
        child = await asyncio.create_subprocess_exec(
            *(sys.executable, "-I", "-c", START, str(ROOT)),
            stdin=PIPE,
            stdout=PIPE,
            stderr=DEVNULL,
            env={},
            start_new_session=True,  # Ctrl-C is the bot's to hear
        )
    except OSError as error:
        raise RetryLater(type(error).__name__) from error
    try:
        async with asyncio.timeout(SECONDS):
            picture, _ = await child.communicate(poster.to_json().encode())
    except TimeoutError:
        raise RetryLater("the poster took too long") from None
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()
    if child.returncode or not picture:
        raise RetryLater(f"the poster was not drawn ({child.returncode})")
    return picture


def as_file(picture: bytes, mime: str) -> bytes:
    """The picture in the form of that type of file."""
    return page_of(picture) if mime == PDF else picture


async def made(row: KeptFile, adapters: Mapping[str, Adapter], services: Services) -> bytes:
    """The bytes of a file that we made: its text, or the poster that it is of. Raises RetryLater."""
    content = row.content or ""
    if row.purpose != PURPOSE:
        return content.encode()
    wanted = Wanted.from_json(content)
    poster = await poster_of(adapters, services.settings, services.texts, wanted)
    return as_file(await picture_of(poster), row.mime)
