"""The login form of the staff room, as a browser sends it."""

from aiohttp import ClientSession

from tests.fakes.echo import EchoDesk

LOGIN = "Вход для сотрудников"


async def enters(
    browser: ClientSession, desk: EchoDesk, code: str, name: str = "", **more: str
) -> tuple[int, str]:
    """Press the button of the login form; status and text of the page it leads to."""
    headers = {"Origin": desk.url} | {k.replace("_", "-"): v for k, v in more.items() if "_" in k}
    form = {"code": code, "name": name} | {k: v for k, v in more.items() if "_" not in k}
    async with browser.post(f"{desk.url}/staff", data=form, headers=headers) as response:
        return response.status, await response.text()


async def page_of(browser: ClientSession, url: str) -> str:
    async with browser.get(url) as response:
        return await response.text()
