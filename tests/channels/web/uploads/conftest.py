"""A desk that takes files of those who consented, and a room that is soon full."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.channels.web.doors import upload_room
from bot.channels.web.doors.seal import Seal
from bot.channels.web.doors.upload_room import permits_upload
from bot.watch.space import Space
from storage.files import Amount
from tests.channels.web.uploads.uploader import MB, SECRET
from tests.fakes.clock import Clock
from tests.fakes.echo import EchoDesk


@pytest.fixture
def space() -> Space:
    """The space of the desk: without an end."""
    return Space({})


@pytest.fixture
async def desk(
    tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch, space: Space
) -> AsyncIterator[EchoDesk]:
    """A desk that asks for consent, with the limits of a town; its cookies are known."""

    async def secret(_seal: Seal) -> bytes:
        return SECRET

    monkeypatch.setattr(Seal, "secret", secret)
    desk = EchoDesk(tmp_path, clock, MCU_FLOOD_LIMIT="30")
    desk.permits = permits_upload
    desk.space = space
    await desk.start()
    yield desk
    await desk.stop()


@pytest.fixture
def tight(monkeypatch: pytest.MonkeyPatch) -> None:
    """A few files in place of hundreds."""
    monkeypatch.setattr(upload_room, "OWN_UNSAID", Amount(4, 10 * MB))
    monkeypatch.setattr(upload_room, "NETWORK_UNSAID", Amount(6, 10 * MB))
    monkeypatch.setattr(upload_room, "ALL_UNSAID", Amount(20, 10 * MB))
