"""What the clock says: deadlines, silence, the digest, old drafts. Each once, however often asked."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select

from bot.jobs.cleaning import clean
from bot.jobs.schedule import until_done
from handlers.appeals import reminders
from handlers.turn import Work
from storage import files
from storage.tables import Appeal, Dialogue, KeptFile, OutboxMessage
from tests.support.towns.conversation import Town
from tests.support.towns.staff_room import appeal, card_says, change, history, look, outbox, planted


async def texts_of(place: Town, fragment: str = "") -> list[str]:
    """The texts of all messages ever to be sent, but for cards."""
    rows = await outbox(place)
    texts = [row.reply["text"] for row in rows if not row.reply["card"]]
    return [text for text in texts if fragment in text]


async def test_the_staff_is_warned_a_day_before_the_deadline_and_at_it(bor: Town) -> None:
    await planted(bor, with_cards=True)
    for days, expected in ((8, 0), (1, 1), (0, 1), (1, 2), (0, 2), (5, 2)):
        bor.clock.passes(days=days, seconds=1)
        await bor.tick(reminders.warn_of_deadlines)
        await bor.tick(reminders.warn_of_deadlines)
        assert len(await texts_of(bor)) == expected

    before, at = await texts_of(bor)
    assert "Остался день" in before
    assert "Срок прошёл" in at
    await card_says(bor.employee(), "🔴 Срок прошёл")


async def test_a_topic_of_one_day_is_warned_of_at_its_deadline_only(bor: Town) -> None:
    await planted(bor, deadline_at=bor.clock() + timedelta(hours=10))
    await bor.tick(reminders.warn_of_deadlines)
    assert await texts_of(bor) == []

    bor.clock.passes(hours=11)
    await bor.tick(reminders.warn_of_deadlines)

    assert len(await texts_of(bor, "Срок прошёл")) == 1


async def test_nobody_is_warned_while_the_resident_is_asked_or_all_is_done(bor: Town) -> None:
    for state in ("need_info", "answered", "declined", "closed", "withdrawn"):
        await planted(bor, state=state, deadline_at=bor.clock() - timedelta(days=1))

    await bor.tick(reminders.warn_of_deadlines)

    assert await texts_of(bor) == []


async def test_a_silent_resident_is_reminded_and_then_the_question_is_closed(bor: Town) -> None:
    await planted(bor, state="need_info")
    said = []
    for _day in range(1, 12):
        bor.clock.passes(days=1, minutes=1)
        await bor.tick(reminders.remind_or_close_silent)
        await bor.tick(reminders.remind_or_close_silent)
        said.append(len(await texts_of(bor)))

    assert said == [0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 2]
    assert "ответа не было 7 дней" in (await texts_of(bor))[-1]
    assert [(e.action, e.actor, e.state_to) for e in await history(bor)] == [
        *(("remind", "system", ""), ("expire", "system", "closed")),
    ]


async def test_an_answer_is_asked_about_once_more_and_closed_by_silence(bor: Town) -> None:
    anna = await bor.consenting()
    await planted(bor, state="answered")
    before = len(await texts_of(bor))
    said = []
    for _day in range(1, 12):
        bor.clock.passes(days=1, minutes=1)
        await bor.tick(reminders.remind_or_close_silent)
        said.append(len(await texts_of(bor)) - before)

    assert said == [0, 0, 1, 1, 1, 1, 1, 1, 1, 2, 2]
    closed = await anna.sees("Ответа не было 10 дней")
    assert [b.label for b in closed.buttons] == ["🔁 Вернуть в работу", "📄 Моё сообщение"]
    assert (await appeal(bor)).state == "closed"


async def test_thousands_are_reminded_in_lots_and_none_is_missed(bor: Town) -> None:
    lots = reminders.AT_ONCE * 3 + 7
    await planted(bor, lots, state="answered", state_at=bor.clock() - timedelta(days=4))
    await planted(bor, 3, state="answered", state_at=bor.clock() - timedelta(days=11))

    await until_done(bor.transactions, reminders.remind_or_close_silent)
    await until_done(bor.transactions, reminders.remind_or_close_silent)

    reminded = select(func.count()).where(Appeal.reminded, Appeal.state == "answered")
    closed = select(func.count()).where(Appeal.state == "closed")
    assert await look(bor, lambda session: session.scalar(reminded)) == lots
    assert await look(bor, lambda session: session.scalar(closed)) == 3
    told = select(func.count()).where(OutboxMessage.chat == "42")
    assert await look(bor, lambda session: session.scalar(told)) == lots + 3


async def test_the_digest_comes_once_a_day_at_its_hour_or_after_a_stop(bor: Town) -> None:
    hour = bor.settings.digest_hour
    zone = bor.settings.zone
    await planted(bor, 2)
    came = []
    for day, at in ((2, hour - 1), (2, hour), (2, hour), (2, 23), (3, hour - 1), (3, 15), (4, 0)):
        bor.clock.now = datetime(2026, 12, day, at, 5, tzinfo=zone).astimezone(UTC)
        await bor.tick(reminders.morning_digest)
        came.append(len(await texts_of(bor, "Сводка")))

    assert came == [0, 1, 1, 1, 1, 2, 2]
    maria = bor.employee()
    digest = await maria.sees("Сводка на 2 декабря")
    assert "Открыто: 2, просрочено: 0, новых за сутки: 2." in digest.text
    await maria.presses("Показать открытые", on=digest)
    await maria.sees("Открыто: 2")


async def test_the_digest_rests_on_holidays_and_then_tells_of_all_of_them(bor: Town) -> None:
    hour, zone = bor.settings.digest_hour, bor.settings.zone
    came = []
    for day in ("2026-12-30", "2026-12-31", "2027-01-02", "2027-01-10", "2027-01-11"):
        at = datetime.fromisoformat(f"{day}T{hour:02}:05").replace(tzinfo=zone)
        bor.clock.now = at.astimezone(UTC)
        await planted(bor)
        await bor.tick(reminders.morning_digest)
        came.append(len(await texts_of(bor, "Сводка")))

    assert came == [1, 1, 1, 1, 2]
    assert "новых с 30 декабря 2026 года: 5." in (await texts_of(bor, "Сводка на 11 января"))[0]


async def test_a_mondays_deadline_is_warned_of_on_friday(bor: Town) -> None:
    zone = bor.settings.zone
    bor.clock.now = datetime(2026, 12, 1, 10, 0, tzinfo=zone).astimezone(UTC)
    monday = datetime(2026, 12, 7, 18, 0, tzinfo=zone).astimezone(UTC)
    await planted(bor, deadline_at=monday)
    said = []
    for day, hour in ((4, 12), (4, 18), (6, 18), (7, 17), (7, 22), (8, 3), (8, 8)):
        bor.clock.now = datetime(2026, 12, day, hour, 5, tzinfo=zone).astimezone(UTC)
        await bor.tick(reminders.warn_of_deadlines)
        said.append(len(await texts_of(bor)))

    assert said == [0, 1, 1, 1, 1, 1, 2]
    assert "Остался один рабочий день" in (await texts_of(bor))[0]
    assert "Срок прошёл" in (await texts_of(bor))[1]


async def test_nobody_is_reminded_at_night(bor: Town) -> None:
    zone = bor.settings.zone
    await planted(bor, state="answered")
    said = []
    for day, hour in ((4, 21), (5, 3), (5, 7), (5, 8)):
        bor.clock.now = datetime(2026, 12, day, hour, 30, tzinfo=zone).astimezone(UTC)
        await bor.tick(reminders.remind_or_close_silent)
        said.append(len(await texts_of(bor)))

    assert said == [0, 0, 0, 1]


async def test_a_bot_switched_on_in_the_afternoon_waits_for_the_next_morning(bor: Town) -> None:
    zone = bor.settings.zone
    bor.clock.now = datetime(2026, 12, 2, 15, 0, tzinfo=zone).astimezone(UTC)
    await bor.tick(reminders.morning_digest)
    assert await texts_of(bor) == []

    bor.clock.passes(days=1)
    await bor.tick(reminders.morning_digest)

    assert len(await texts_of(bor, "Сводка")) == 1


async def test_drafts_of_a_month_are_forgotten_and_their_people_told_once(bor: Town) -> None:
    anna = await bor.consenting()
    await anna.says("На улице Мира большая яма")
    maria = bor.employee()
    await planted(bor, with_cards=True)
    await maria.presses("Решено")
    await maria.sees("Что сделано?")
    bor.clock.passes(days=31)

    await until_done(bor.transactions, reminders.expire_drafts)
    await until_done(bor.transactions, reminders.expire_drafts)

    await anna.sees("поэтому мы его удалили")
    assert len(await texts_of(bor, "поэтому мы его удалили")) == 1
    rows = select(func.count()).select_from(Dialogue)
    assert await look(bor, lambda session: session.scalar(rows)) == 0


async def test_files_that_belong_to_no_appeal_are_deleted_after_a_month(bor: Town) -> None:
    (number,) = await planted(bor)
    await bor.store.write("2026/12/lost.jpg", b"lost")
    await bor.store.write("2026/12/kept.jpg", b"kept")

    def keep(work: Work) -> None:
        for key, appeal_id in (("2026/12/lost.jpg", None), ("2026/12/kept.jpg", number)):
            work.session.add(
                KeptFile(
                    channel="telegram",
                    account="42",
                    kind="photo",
                    ref="",
                    state="stored",
                    key=key,
                    appeal_id=appeal_id,
                    next_at=work.now,
                    created_at=work.now,
                )
            )

    await change(bor, keep)
    await clean(bor.transactions, bor.store)
    assert await bor.store.read("2026/12/lost.jpg") == b"lost"

    bor.clock.passes(days=32)
    await clean(bor.transactions, bor.store)
    await clean(bor.transactions, bor.store)

    left = await look(bor, lambda session: [f.key for f in files.of_appeal(session, number)])
    assert left == ["2026/12/kept.jpg"]
    assert not (bor.settings.data_dir / "files/2026/12/lost.jpg").exists()
    assert await bor.store.read("2026/12/kept.jpg") == b"kept"
