"""What the program clears away by itself."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.assembly import assemble
from bot.files.store import FileStore
from bot.jobs import cleaning
from config.settings import load_settings
from handlers.drafts import Dialogue, Draft
from handlers.turn import Work
from storage import files, tables
from storage.database import Database
from storage.messages import ChatMember, File
from storage.tables import KeptFile, WebUpload
from storage.web import uploads
from tests.support.towns.conversation import Town
from tests.support.towns.staff_room import change, look

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
SENDER = ChatMember("telegram", "42", "42")


async def planted(
    database: Database, store: FileStore, ref: str, age: timedelta, **fields: object
) -> Path:
    """An upload to the web chat of that age; where its bytes are."""
    upload = WebUpload(
        ref=ref,
        kind="photo",
        name="a.jpg",
        mime="image/jpeg",
        size=7,
        key=f"web/{ref}.jpg",
        created_at=datetime.now(UTC) - age,
        **{"owner": "anna", "said": False} | fields,
    )
    await store.write(upload.key, b"a photo")
    async with database.begin() as session:
        session.add(upload)
    return Path(upload.key)


async def test_uploads_that_nobody_needs_are_swept(tmp_path: Path) -> None:
    settings = load_settings({"MCU_DATA_DIR": str(tmp_path), "MCU_WEB_PORT": "0"})
    program = await assemble(settings)
    store, folder = FileStore.of(settings), tmp_path / "files"
    fields: dict[str, dict[str, object]] = {
        "said": {"said": True},
        "gone": {"said": True, "owner": "vera"},
    }
    ages = {"fresh": 50 * MINUTE, "old": 61 * MINUTE, "said": 2 * DAY, "gone": MINUTE}
    for ref, age in ages.items():
        await planted(program.database, store, ref, age, **fields.get(ref, {}))
    async with program.database.begin() as session:
        await session.run_sync(uploads.disown, "vera")

    [job] = [job for job in program.ticker.get_jobs() if job.name == "sweeping"]
    await job.func()

    assert sorted(path.stem for path in folder.rglob("*.jpg")) == ["fresh", "said"]
    async with program.database.begin() as session:
        left = (await session.scalars(select(WebUpload.ref).order_by(WebUpload.ref))).all()
    assert left == ["fresh", "said"]
    for adapter in program.adapters:
        await adapter.close()
    await program.database.close()


async def test_all_abandoned_files_go_and_those_of_a_draft_stay(
    failing: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cleaning, "FILES", 3)  # in one lot
    numbers: list[int] = []

    def plant(task: Work) -> None:
        for n in range(10):
            file = File("photo", f"ref{n}", f"{n}.jpg")
            kept = files.keep(task.session, file, SENDER, task.now, state="noted")
            numbers.append(kept)  # none is fetched, nor refused meanwhile
        draft = Draft("appeal", "key", answers={"files": numbers[:4], "what": "яма"})
        drafts = Dialogue([draft]).to_json()
        where = {"channel": "telegram", "chat": "42", "account": "42"}
        task.session.add(tables.Dialogue(drafts=drafts, updated_at=task.now, **where))

    await change(failing, plant)
    failing.clock.passes(days=32)

    await cleaning.clean(failing.transactions, failing.store)

    ids = select(KeptFile.id).order_by(KeptFile.id)
    assert await look(failing, lambda s: list(s.scalars(ids))) == numbers[:4]
