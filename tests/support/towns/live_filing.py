"""How a person of a live town files an appeal, step by step."""

from tests.support.towns.crossing import TOPIC
from tests.support.towns.live import Reader


def problem(number: int) -> str:
    return f"Большая яма на дороге за рынком, уже {number} недель"


async def begins(resident: Reader, what: str) -> None:
    """File an appeal up to the place."""
    await resident.says("/start")
    await resident.reads("consent-short")
    await resident.presses("consent-yes")
    await resident.reads("consent-given", "menu")
    await resident.presses("menu-report")
    await resident.reads("ask-what")
    await resident.says(what)
    await resident.reads("ask-topic-suggested")
    await resident.presses(TOPIC)
    await resident.reads("ask-place")


async def goes_on(resident: Reader) -> None:
    """Go on to the summary."""
    await resident.says("улица Мира, 5")
    await resident.person.sees("Проверьте, пожалуйста")


async def files(resident: Reader) -> None:
    """Send what was begun."""
    await goes_on(resident)
    await resident.presses("form-send")
    await resident.reads("filed")
