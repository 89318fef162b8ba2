"""/delete_me: consent withdrawn, everything personal gone, a new beginning possible."""

from datetime import timedelta

from sqlalchemy import select

from bot.jobs import clean
from handlers.turn import Work
from storage import chat_messages
from storage.models import ParkedEvent, WebMessage
from tests.conversation import Town
from tests.filing import PHOTO, all_rows, resident_row, tied, up_to_the_place
from tests.staff_room import change, look

NAME, ACCOUNT = "Аполлинария", "424242"
SECRETS = ("Аполлинария", "424242", "тайная яма", "Секретная, 7", "photo.jpg", "ещё примета")


async def test_the_second_question_may_be_answered_no(bor: Town) -> None:
    anna = await bor.consenting()
    await bor.filed(anna)
    await anna.says("/delete_me")
    await anna.sees("Отозвать согласие")

    await anna.presses(bor.texts("form-cancel"))

    await anna.sees(bor.texts("form-cancelled"))
    assert (await bor.appeals())[0].state == "new"


async def test_everything_personal_goes_from_every_table(bor: Town) -> None:
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
    await _park(bor)
    before = await all_rows(bor)

    await resident.says("/delete_me")
    await resident.presses(bor.texts("delete-yes"))
    await resident.sees(bor.texts("deleted"))
    maria = bor.employee()
    card = await maria.sees(bor.texts("erased"))

    assert [secret for secret in SECRETS if secret not in before] == []
    assert NAME not in card.text
    after = (await all_rows(bor)).splitlines()
    # The word that it is done has gone to this chat, and is forgotten with the other sent words.
    left = [line for line in after if any(secret in line for secret in SECRETS)]
    assert [line for line in left if not line.startswith("outbox")] == []
    assert all(bor.texts("deleted") in line for line in left)
    assert (await bor.appeals())[0].state == "withdrawn"


async def _park(town: Town) -> None:
    async with town.database.begin() as session:
        session.add(
            ParkedEvent(
                channel="telegram",
                event_id="broken",
                kind="event",
                content={"person": {"account": ACCOUNT, "name": NAME}, "text": "тайная яма"},
                error="ValueError",
                at=town.clock.now,
            )
        )


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
            where = ("web", "staff", str(shown.id))
            chat_messages.tie(work.session, *where, filed.id, role, work.now)

    await change(bor, show)

    await anna.says("/delete_me")
    await anna.presses(bor.texts("delete-yes"))
    await anna.sees(bor.texts("deleted"))

    left = await look(bor, lambda session: list(session.scalars(select(WebMessage.id))))
    assert left == ids[-1:]


async def test_the_bytes_of_the_files_are_deleted_by_the_next_cleaning(bor: Town) -> None:
    anna = await bor.consenting()
    await anna.sends(PHOTO, caption="На дороге у дома 5 большая яма")
    await anna.sees(bor.texts("ask-kind"))
    await anna.says("/delete_me")
    await anna.presses(bor.texts("delete-yes"))
    await anna.sees(bor.texts("deleted"))

    bor.clock.now += timedelta(hours=6)
    await clean(bor.app, bor.store)

    assert "files:" not in await all_rows(bor)


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

    await anna.says("/delete_me")
    await anna.presses(bor.texts("delete-yes"))
    await anna.sees(bor.texts("deleted"))

    kept = (await bor.appeals())[0]
    assert (kept.state, kept.text) == ("closed", bor.texts("erased"))


async def test_who_comes_back_is_a_new_resident(bor: Town) -> None:
    anna = await bor.consenting()
    await bor.filed(anna)
    old = await anna.sees("Приняли")
    await anna.says("/delete_me")
    await anna.presses(bor.texts("delete-yes"))
    await anna.sees(bor.texts("deleted"))

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
