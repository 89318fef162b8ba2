"""People with several accounts, and the ways in which they join them."""

import re
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from tests.fakes.memory import MemoryMessenger
from tests.fakes.messenger import Person
from tests.support.towns.conversation import Town, town

ON_THE_SITE = {"MCU_WEB_CHAT": "on"}
CODE = re.compile(r"\d{4} \d{4}")


@asynccontextmanager
async def several_messengers(
    folder: Path,
    url: str,
    environ: Mapping[str, str] = ON_THE_SITE,
    names: Sequence[str] = ("telegram", "vk", "web", "max"),
) -> AsyncIterator[Town]:
    """A town with the staff in the first of these channels, and residents in all of them."""
    messengers = tuple(MemoryMessenger(name) for name in names)
    async with town(folder, url=url, environ=dict(environ), messengers=messengers) as running:
        yield running


def in_channel(bor: Town, channel: str, account: str = "77", name: str = "Анна") -> Person:
    """A person in one of the messengers."""
    return bor.adapters[channel].person(account, name)


async def consents(bor: Town, person: Person) -> Person:
    """They are past the greeting and the consent."""
    await person.says("/start")
    await person.presses(bor.texts("consent-yes"))
    await person.sees(bor.texts("menu"))
    return person


async def code_of(person: Person) -> str:
    """The code that they ask for."""
    await person.says("/link")
    shown = await person.sees("Ваш код")
    found = CODE.search(shown.text)
    assert found
    return found[0]


async def join(bor: Town, first: Person, second: Person) -> None:
    """The first gives a code, the second enters it and says yes."""
    await second.says(await code_of(first))
    await second.presses(bor.texts("link-yes"), on=await second.sees("Соединить этот чат"))
    await second.sees("Готово, соединили")
    await first.sees("Ваш код ввели")
