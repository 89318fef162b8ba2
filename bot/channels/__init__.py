"""The channels, a package each: the only place that imports messengers' libraries.

The package of a channel has the channel's name; its module ``adapter`` has ``make(parts)``.
"""

from dataclasses import dataclass, field
from importlib import import_module
from typing import cast

from pydantic import SecretStr

from bot.examining.examiner import Examiner
from bot.files.store import FileStore
from bot.protocol import Adapter
from bot.replicas.link import Alone, Link
from config.settings import Settings
from config.texts import Texts
from storage.database import Database


@dataclass(frozen=True, kw_only=True)
class Parts:
    """The parts of the program that an adapter may need.

    ``salt`` is a number that only this installation has: see ``first_start``.
    """

    settings: Settings
    texts: Texts
    database: Database
    store: FileStore
    examiner: Examiner
    salt: int = 0
    link: Link = field(default_factory=Alone)


def make_adapters(parts: Parts) -> dict[str, Adapter]:
    """Return an adapter for each channel that is on, by the channel's name.

    A channel that is off is not imported: aiogram alone takes 43 MB.
    """
    return {
        name: cast("Adapter", import_module(f"{__name__}.{name}.adapter").make(parts))
        for name in parts.settings.served
    }


def revealed(secret: SecretStr | None) -> str:
    """Return the text of ``secret``; empty if it is not set."""
    return secret.get_secret_value() if secret else ""
