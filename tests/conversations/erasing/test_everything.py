"""After /delete_me nothing personal is left: in no table, no file, no journal."""

from pathlib import Path

import pytest
from sqlalchemy import select

from handlers.drafts import Dialogue, Draft
from handlers.turn import Work
from storage import erasure, tables
from storage.appeals import message_ties
from storage.messages import Address, ChatMember
from storage.people import residents
from storage.tables import ParkedEvent, WebMessage, WebUpload
from tests.conversations.erasing.deletion import ACCOUNT, NAME, deletes, is_stored
from tests.support.pictures import picture
from tests.support.towns.conversation import STAFF_ROOM, Town
from tests.support.towns.filing import PHOTO, all_rows, tied, up_to_the_place
from tests.support.towns.staff_room import change, look, planted, until
from tests.support.towns.traces import bytes_of

SECRETS = ("Аполлинария", "424242", "тайная яма", "Секретная, 7", "photo.jpg", "ещё примета")
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


async def test_everything_personal_goes_from_every_table_and_file(
    bor: Town, tmp_path: Path
) -> None:
    resident = await bor.consenting(ACCOUNT, NAME)
    await up_to_the_place(bor, resident, "Здесь на дороге тайная яма")
    await resident.says("ул. Секретная, 7")
    await resident.sees("Проверьте")
    await resident.sends(PHOTO)
    await resident.sees("1 файл")
    await resident.presses(bor.texts("form-send"))
    filed = await tied(bor, await resident.sees("Приняли"))
    await resident.says("ещё примета: у забора", reply_to=filed)
    await resident.sees("Передали сотрудникам")
    await resident.sends(PHOTO, caption="На дороге ещё одна тайная яма")
    await resident.sees("Это к вашему сообщению")
    await plant_elsewhere(bor)
    await is_stored(bor)
    before, kept = await all_rows(bor), bytes_of(tmp_path)

    await deletes(bor, resident)
    maria = bor.employee()
    card = await maria.sees(bor.texts("erased"))

    assert [secret for secret in SECRETS if secret not in before] == []
    assert picture() in kept
    assert NAME not in card.text
    after = (await all_rows(bor)).splitlines()
    assert [line for line in after if any(secret in line for secret in SECRETS)] == []
    assert (await bor.appeals())[0].state == "withdrawn"
    left = bytes_of(tmp_path)
    assert picture() not in left
    assert [secret for secret in SECRETS if secret.encode() in left] == []


async def plant_elsewhere(town: Town) -> None:
    """Where else the words of a person may stand: parked events, a colleague's draft."""

    def plant(work: Work) -> None:
        named = {"person": {"account": ACCOUNT, "name": NAME}, "text": "тайная яма"}
        quoted = {"raw": {"reply_to": {"text": "МЦУ-26-000001 · новое\nтайная яма"}}}
        for number, content in enumerate((named, quoted)):
            work.session.add(
                ParkedEvent(
                    channel="telegram",
                    event_id=f"broken{number}",
                    kind="event",
                    content=content,
                    error="ValueError",
                    at=work.now,
                )
            )
        draft = Draft("topic", "key", answers={"what": "тайная яма"}, subject=1)
        where = {"channel": "telegram", "chat": STAFF_ROOM, "account": "901"}
        drafts = Dialogue([draft]).to_json()
        work.session.add(tables.Dialogue(drafts=drafts, updated_at=work.now, **where))

    await change(town, plant)


async def test_others_parked_events_and_drafts_stay(bor: Town) -> None:
    anna = await bor.consenting()
    await bor.filed(anna)

    def plant(work: Work) -> None:
        content = {"text": "МЦУ-26-000002"}
        row = {"channel": "telegram", "event_id": "other", "kind": "event", "error": "ValueError"}
        work.session.add(ParkedEvent(content=content, at=work.now, **row))
        where = {"channel": "telegram", "chat": STAFF_ROOM, "account": "901"}
        drafts = Dialogue([Draft("answer", "key", subject=2)]).to_json()
        work.session.add(tables.Dialogue(drafts=drafts, updated_at=work.now, **where))

    await change(bor, plant)

    await deletes(bor, anna)

    assert await look(bor, lambda s: s.scalar(select(ParkedEvent.event_id))) == "other"
    drafts = select(tables.Dialogue.drafts).where(tables.Dialogue.account == "901")
    assert await look(bor, lambda s: [len(one) for one in s.scalars(drafts)]) == [1]


async def test_only_the_card_that_is_edited_is_left_in_the_web_staff_room(bor: Town) -> None:
    anna = await bor.consenting()
    filed = await bor.filed(anna)
    ids: list[int] = []

    def show(work: Work) -> None:
        for role in ("card", "sent", "card"):
            shown = WebMessage(
                chat="staff", origin=f"out:{len(ids)}", content={"text": "тайная"}, at=work.now
            )
            work.session.add(shown)
            work.session.flush()
            ids.append(shown.id)
            room = Address("web", "staff")
            message_ties.tie(work.session, room, str(shown.id), filed.id, role, work.now)
        quote = {"reply_to": str(ids[-1]), "quote": {"author": "", "text": "тайная"}}
        work.session.add(
            WebMessage(
                chat="staff",
                origin="in:maria:1",
                author="maria",
                content={"text": "Вижу", **quote},
                at=work.now,
            )
        )

    await change(bor, show)

    await deletes(bor, anna)

    found = await look(bor, lambda s: list(s.scalars(select(WebMessage).order_by(WebMessage.id))))
    assert [row.id for row in found][:1] == ids[-1:]
    assert found[1].content["text"] == "Вижу"
    assert found[1].content["quote"]["text"] == bor.texts("erased")


async def test_uploads_of_the_person_go_with_their_bytes(bor: Town, tmp_path: Path) -> None:
    await bor.store.write("web/a.jpg", b"an upload of hers")

    def plant(work: Work) -> None:
        member = ChatMember("web", "guest.1", "guest.1")
        guest = residents.find_or_add(work.session, work.municipality.id, member, work.now)
        upload = {"kind": "photo", "name": "a.jpg", "mime": "image/jpeg", "size": 17}
        row = WebUpload(ref="r", owner="guest.1", key="web/a.jpg", created_at=work.now, **upload)
        work.session.add(row)
        line = {"chat": "guest.1", "author": "guest.1", "origin": "in:1"}
        work.session.add(WebMessage(content={"text": "тайная яма"}, at=work.now, **line))
        work.session.flush()
        erasure.cut_off(work.session, guest, "(стёрто)", work.now)

    await change(bor, plant)
    bor.eraser.wake()
    await until(lambda: look(bor, lambda s: s.scalar(select(WebUpload.ref)) is None))

    await until(lambda: look(bor, lambda s: s.scalar(select(WebMessage.id)) is None))
    assert b"an upload of hers" not in bytes_of(tmp_path)


@on_sqlite
async def test_the_raw_file_and_its_journal_hold_nothing_of_it(bor: Town, tmp_path: Path) -> None:
    words = [f"тайнаяпримета{n:04}" for n in range(400)]
    anna = await bor.consenting(ACCOUNT, NAME)
    for first in range(0, len(words), 8):
        await planted(bor, account=ACCOUNT, text=" у дома ".join(words[first : first + 8]))
    assert sum(word.encode() in bytes_of(tmp_path) for word in words) == len(words)

    await deletes(bor, anna)

    left = bytes_of(tmp_path)
    assert [word for word in words if word.encode() in left] == []
    assert NAME.encode() not in left
    assert (tmp_path / "mcu.db-wal").stat().st_size < 1024**2
