"""People of the web chat who send files, with their cookies and addresses."""

import io

from aiohttp import ClientSession, FormData
from sqlalchemy import func, select

from bot.channels.web.doors import seal
from bot.channels.web.doors.sessions import guest_of
from storage.tables import Resident, WebUpload
from tests.fakes.echo import EchoDesk
from tests.support.pictures import picture

JPEG = picture()
MB = 1024 * 1024
SECRET = bytes(32)


def token_of(person: int) -> str:
    """The cookie that this one was given."""
    return seal.token(SECRET, person.to_bytes(seal.CHANCE))


async def consents(desk: EchoDesk, *people: int, withdrawn: bool = False) -> None:
    """These people have said yes to the bot."""
    now = desk.clock()
    async with desk.database.begin() as session:
        for person in people:
            account = guest_of(token_of(person))
            session.add(
                Resident(
                    municipality_id=1,
                    channel="web",
                    account=account,
                    chat=account,
                    created_at=now,
                    consent_at=now,
                    withdrawn_at=now if withdrawn else None,
                )
            )


def headers(desk: EchoDesk, person: int, address: str = "") -> dict[str, str]:
    given = {"Origin": desk.url, "Cookie": f"mcu_resident={token_of(person)}"}
    return given | ({"X-Forwarded-For": address} if address else {})


async def uploads(
    desk: EchoDesk, person: int, count: int = 1, address: str = "", content: bytes = JPEG
) -> tuple[int, str]:
    """Status, and the text that says why not."""
    form = FormData()
    for n in range(count):
        form.add_field("file", io.BytesIO(content), filename=f"{n}.jpg")
    async with (
        ClientSession() as http,
        http.post(
            f"{desk.url}/files?room=chat", data=form, headers=headers(desk, person, address)
        ) as response,
    ):
        answer = await response.json()
    return response.status, answer.get("error", "")


async def kept(desk: EchoDesk) -> int:
    async with desk.database.begin() as session:
        return await session.scalar(select(func.count()).select_from(WebUpload)) or 0
