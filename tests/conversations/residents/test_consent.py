"""/delete_me: consent withdrawn, everything personal gone, a new beginning possible."""

import asyncio
from itertools import pairwise
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot.jobs import erasing
from bot.jobs.erasing import Eraser
from handlers.drafts import Dialogue, Draft
from handlers.turn import Work
from storage import erasure, tables
from storage.appeals import message_ties
from storage.messages import Address, ChatMember
from storage.people import residents
from storage.tables import (
    Appeal,
    Erasure,
    HistoryEntry,
    KeptFile,
    OutboxMessage,
    ParkedEvent,
    Resident,
    WebMessage,
    WebUpload,
)
from tests.fakes.messenger import Person, Shown
from tests.support.pictures import picture
from tests.support.towns.conversation import STAFF_ROOM, Town
from tests.support.towns.filing import PHOTO, all_rows, resident_row, tied, up_to_the_place
from tests.support.towns.staff_room import change, look, planted, until
from tests.support.towns.traces import bytes_of

NAME, ACCOUNT = "Аполлинария", "424242"
SECRETS = ("Аполлинария", "424242", "тайная яма", "Секретная, 7", "photo.jpg", "ещё примета")
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


async def asks_deletion(town: Town, resident: Person) -> None:
    await resident.says("/delete_me")
    await resident.presses(
        town.texts("delete-yes"), on=await resident.sees(town.texts("delete-sure"))
    )


async def all_is_erased(town: Town) -> None:
    """Wait until nobody's erasure is on its way."""

    async def none_left() -> bool:
        town.eraser.wake()
        count = select(func.count()).select_from(Erasure)
        return await look(town, lambda session: session.scalar(count)) == 0

    await until(none_left)


async def deletes(town: Town, resident: Person) -> Shown:
    """The whole way; the last word."""
    await asks_deletion(town, resident)
    word = await resident.sees(town.texts("deleted"))
    await all_is_erased(town)
    return word


async def test_the_second_question_may_be_answered_no(bor: Town) -> None:
    anna = await bor.consenting()
    await bor.filed(anna)
    await anna.says("/delete_me")
    await anna.sees("Отозвать согласие")

    await anna.presses(bor.texts("form-cancel"))

    await anna.sees(bor.texts("form-cancelled"))
    assert (await bor.appeals())[0].state == "new"


async def test_everything_personal_goes_from_every_table_and_file(
    bor: Town, tmp_path: Path
) -> None:
    resident = await bor.consenting(ACCOUNT, NAME)
    await up_to_the_place(bor, resident, "Здесь на дороге тайная яма")
    await resident.says("ул. Секретная, 7")
    await resident.sees(bor.texts("ask-files"))
    await resident.sends(PHOTO)
    await resident.presses(bor.texts("files-done"))
    await resident.presses(bor.texts("form-send"))
    filed = await tied(bor, await resident.sees("Приняли"))
    await resident.says("ещё примета: у забора", reply_to=filed)
    await resident.sees("Передали сотрудникам")
    await resident.sends(PHOTO, caption="На дороге ещё одна тайная яма")
    await resident.sees(bor.texts("ask-kind"))
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


async def test_from_the_press_on_nothing_is_shown_sent_or_fetched(bor: Town) -> None:
    anna = await bor.consenting()
    filed = await bor.filed(anna, "На дороге тайная яма")
    maria = bor.employee()
    card = await maria.sees(filed.number)
    bor.erasing.cancel()
    await asks_deletion(bor, anna)
    await anna.sees(bor.texts("deleting"))
    await maria.presses(bor.texts("staff-history"), on=card)
    history = await maria.sees(bor.texts("erased"))

    assert filed.number in history.text
    assert "тайная" not in history.text
    row = await look(bor, lambda s: s.get(Resident, filed.resident_id))
    assert row
    assert (row.account, row.chat, row.name) == (f"deleted-{row.id}", "", "")
    assert row.withdrawn_at


async def test_many_appeals_go_in_lots_and_hold_up_nobody(
    bor: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(erasing, "APPEALS", 2)
    anna = await bor.consenting()
    await planted(bor, 9, text="тайная яма")
    bor.erasing.cancel()
    await asks_deletion(bor, anna)
    counts: list[int] = []

    erased = asyncio.create_task(bor.eraser.erase_due())
    while not erased.done():
        counts.append(await closed_by_erasing(bor))
    await erased

    assert max(after - before for before, after in pairwise([0, *counts])) <= 4
    assert len(set(counts)) > 2
    assert counts[-1] == 9
    assert {appeal.state for appeal in await bor.appeals()} == {"withdrawn"}


async def closed_by_erasing(town: Town) -> int:
    count = select(func.count()).where(HistoryEntry.action == "forget")
    return await look(town, lambda session: session.scalar(count)) or 0


async def test_what_was_broken_off_goes_on_and_twice_is_as_once(
    bor: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(erasing, "APPEALS", 1)
    anna = await bor.consenting()
    await planted(bor, 9, text="тайная яма")
    bor.erasing.cancel()
    await asks_deletion(bor, anna)
    broken_off = asyncio.create_task(bor.eraser.erase_due())
    while not await closed_by_erasing(bor):
        pass
    broken_off.cancel()
    await asyncio.gather(broken_off, return_exceptions=True)
    assert await closed_by_erasing(bor) < 9

    replicas = [Eraser(bor.transactions, bor.store, bor.adapters) for _ in range(2)]
    await asyncio.gather(*(one.erase_due() for one in replicas))
    await anna.sees(bor.texts("deleted"))
    while any([await one.erase_due() for one in replicas]):
        pass

    assert await closed_by_erasing(bor) == 9
    assert "тайная" not in await all_rows(bor)
    assert len([one for one in anna.room.shown if one.text == bor.texts("deleted")]) == 1


async def test_a_file_store_that_is_away_is_waited_for(bor: Town, tmp_path: Path) -> None:
    anna = await bor.consenting()
    await anna.sends(PHOTO, caption="На дороге у дома 5 большая яма")
    await anna.sees(bor.texts("ask-kind"))
    await is_stored(bor)
    bor.erasing.cancel()
    await asks_deletion(bor, anna)
    await anna.sees(bor.texts("deleting"))

    bor.store.away = True
    assert await bor.eraser.erase_due()
    assert not [one for one in anna.room.shown if one.text == bor.texts("deleted")]
    bor.store.away = False
    bor.clock.passes(seconds=31)
    await bor.eraser.erase_due()

    await anna.sees(bor.texts("deleted"))
    assert picture() not in bytes_of(tmp_path)


async def is_stored(town: Town) -> None:
    """Wait until a photo has been fetched."""
    stored = select(KeptFile.id).where(KeptFile.key > "")
    await until(lambda: look(town, lambda session: session.scalar(stored)))


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


async def test_what_was_answered_already_keeps_its_state_without_the_person(bor: Town) -> None:
    anna = await bor.consenting()
    appeal = await bor.filed(anna)
    maria = bor.employee()
    await maria.presses("Решено", on=await maria.sees(appeal.number))
    await maria.sees("Напишите ответ")
    await maria.says("Засыпали")
    await maria.presses("Отправить")
    await anna.presses(bor.texts("resident-solved"))
    await anna.sees("Рады")

    await deletes(bor, anna)

    kept = (await bor.appeals())[0]
    assert (kept.state, kept.text) == ("closed", bor.texts("erased"))


async def test_who_comes_back_is_a_new_resident(bor: Town) -> None:
    anna = await bor.consenting()
    await bor.filed(anna)
    old = await anna.sees("Приняли")
    await deletes(bor, anna)

    await anna.says("/start")
    await anna.sees("Согласны?")
    await anna.says("да")
    await anna.sees(bor.texts("menu"))
    await anna.says("/my")

    await anna.sees(bor.texts("my-none"))
    row = await resident_row(bor)
    assert row is not None
    assert row.withdrawn_at is None
    await anna.presses(bor.texts("resident-add"), on=old)
    await anna.sees(bor.texts("appeal-not-yours"))


async def test_who_comes_back_while_all_is_being_erased_keeps_what_is_new(bor: Town) -> None:
    anna = await bor.consenting()
    await planted(bor, 3, text="тайная яма")
    bor.erasing.cancel()
    await asks_deletion(bor, anna)
    await anna.sees(bor.texts("deleting"))
    await anna.says("/start")
    await anna.presses(bor.texts("consent-yes"), on=await anna.sees("Согласны?"))
    await anna.sees(bor.texts("menu"))
    new = await bor.filed(anna, "Новая яма на дороге у школы")
    await anna.sends(PHOTO, caption="На дороге у дома 5 большая яма")
    await anna.sees(bor.texts("ask-kind"))

    await bor.eraser.erase_due()
    await anna.sees(bor.texts("deleted"))
    await bor.eraser.erase_due()

    kept = await look(bor, lambda s: s.get(Appeal, new.id))
    assert kept
    assert (kept.text, kept.state) == ("Новая яма на дороге у школы", "new")
    rows = await all_rows(bor)
    assert "тайная" not in rows
    assert "На дороге у дома 5 большая яма" in rows
    assert await look(bor, lambda s: s.scalar(select(func.count(KeptFile.id)))) == 1


async def test_what_was_said_before_consent_was_refused_is_not_kept(
    bor: Town, tmp_path: Path
) -> None:
    anna = bor.resident(ACCOUNT, NAME)
    await anna.sends(PHOTO, caption="На дороге тайная яма")
    asked = await anna.sees("Согласны?")
    states = select(KeptFile.state)
    assert await look(bor, lambda session: list(session.scalars(states))) == ["noted"]

    await anna.presses(bor.texts("consent-no"), on=asked)
    await anna.sees(bor.texts("consent-refused", ways="|").partition("|")[0].strip()[:40])
    await all_is_erased(bor)

    rows = await all_rows(bor)
    assert "тайная" not in rows
    assert "files:" not in rows
    assert picture() not in bytes_of(tmp_path)
    sent = select(OutboxMessage.reply).where(OutboxMessage.chat == ACCOUNT)
    told = await look(bor, lambda s: list(s.scalars(sent)))
    assert [one["text"][:5] for one in told] == [bor.texts("consent-refused", ways="")[:5]]


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
