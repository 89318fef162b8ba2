"""Files that messengers bring: noted before the consent, few a day, none of strange groups."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from sqlalchemy import select

from storage.files import Amount
from storage.messages import File
from storage.tables import KeptFile
from tests.support.pictures import picture
from tests.support.towns.conversation import DESCRIPTION, Town
from tests.support.towns.filing import PHOTO, photos
from tests.support.towns.staff_room import look, until


@asynccontextmanager
async def all_files(town: Town) -> AsyncIterator[list[KeptFile]]:
    async with town.database.begin() as session:
        yield list(await session.scalars(select(KeptFile).order_by(KeptFile.id)))


async def test_a_stranger_s_file_is_only_noted_until_the_consent(bor: Town) -> None:
    anna = bor.resident()
    await anna.sends(PHOTO, caption=DESCRIPTION)
    await anna.sees(bor.texts("consent-kept"))
    await bor.fetcher.fetch_due()
    async with all_files(bor) as noted:
        assert [file.state for file in noted] == ["noted"]
        assert not list((bor.settings.data_dir / "files").rglob("*.jpg"))

    await anna.presses(bor.texts("consent-yes"))

    stored = select(KeptFile.id).where(KeptFile.state == "stored")
    assert await until(lambda: look(bor, lambda session: session.scalar(stored)))


async def test_one_account_sends_so_many_files_and_words_go_on(
    bor: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("handlers.attachments.UNFILED", Amount(3, 10 * 1024 * 1024))
    anna, boris = await bor.consenting(), await bor.consenting("43", "Борис")
    await anna.sends(*photos(3), caption=DESCRIPTION)
    await anna.sees(bor.texts("ask-topic-suggested"))

    await anna.sends(PHOTO)

    await anna.sees(bor.texts("files-too-many-today"))
    await anna.sees(bor.texts("ask-topic-suggested"))
    await boris.sends(PHOTO, caption=DESCRIPTION)
    await boris.sees(bor.texts("ask-topic-suggested"))
    async with all_files(bor) as kept_files:
        assert [file.account for file in kept_files] == ["42"] * 3 + ["43"]


async def test_a_strange_group_s_files_are_never_taken(bor: Town) -> None:
    group = bor.messenger.room("-777")
    stranger = bor.resident("66", "Иван")
    event = bor.messenger.event(
        stranger,
        group,
        text="Яма",
        files=(File("photo", "ref", "a.jpg", "image/jpeg", len(picture())),),
        message="m1",
    )
    await bor.messenger.bring(event)

    async with all_files(bor) as found:
        assert found == []
