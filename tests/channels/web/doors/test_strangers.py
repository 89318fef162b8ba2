"""What people leave in the tables who never consented: it has an end, per address and in time."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.channels.web.doors.sessions import guest_of
from bot.jobs import cleaning
from handlers.turn import Work
from storage.tables import Consent, Dialogue, Resident, SeenEvent, WebMessage
from tests.fakes.echo import EchoDesk
from tests.fakes.web import WebPeople
from tests.support.towns.conversation import Town
from tests.support.towns.staff_room import change, look


async def test_strangers_of_one_address_have_a_day_s_words_and_who_consented_goes_on(
    guarded: EchoDesk,
) -> None:
    limits = guarded.adapter._limits
    assert limits.takes_stranger("127.0.0.1", 2_990_000)
    async with WebPeople(guarded.url, twice=False) as web:
        anna, boris, vera = web.person("1"), web.person("2", "Борис"), web.person("3", "Вера")
        await anna.says("Яма во дворе")
        await anna.sees("Вы написали: Яма во дворе")
        await boris.says("Длинно. " * 1100)
        await boris.sees(guarded.texts("web-too-many-guests", url="")[:40])
        for n in range(7):
            await anna.says(f"Ещё {n}")
        await vera.says("Здравствуйте")
        page = await vera.opens()
        [cookie] = [one.value for one in page.http.cookie_jar if one.key == "mcu_resident"]
        account = guest_of(cookie)
        async with guarded.database.begin() as session:
            session.add(resident(guarded, account))
        for n in range(5):
            await vera.says(f"Согласна {n}")
        await vera.sees("Вы написали: Согласна 4")
        for n in range(5):
            await anna.says(f"Опять {n}")
        await anna.sees(guarded.texts("web-too-many-guests", url="")[:40])

    assert not limits.takes_stranger("127.0.0.1", 0)
    assert limits.takes_stranger("198.51.100.9", 0)


def resident(desk: EchoDesk, account: str) -> Resident:
    now = desk.clock()
    return Resident(
        municipality_id=1,
        channel="web",
        account=account,
        chat=account,
        created_at=now,
        consent_at=now,
    )


def test_of_a_48_the_networks_count_together(guarded: EchoDesk) -> None:
    limits = guarded.adapter._limits

    taken = [limits.takes_stranger(f"2001:db8:1:{n:x}::/64", 2_000_000) for n in range(5)]

    assert taken == [True, True, False, False, False]


async def test_a_no_that_is_pressed_again_is_kept_once(bor: Town) -> None:
    anna = bor.resident()
    await anna.says("/start")
    for _ in range(5):
        await bor.messenger.press_payload(anna, "consent:no")
        await anna.sees("Передумаете")

    kept = select(func.count()).select_from(Consent)
    assert await look(bor, lambda session: session.scalar(kept)) == 1


async def test_a_stranger_s_flood_leaves_no_more_rows_than_it_may(bor: Town) -> None:
    anna = bor.resident()
    for n in range(200):
        await anna.says(f"Слово {n}")
    seen = select(func.count()).select_from(SeenEvent)
    drafts = select(Dialogue.drafts)

    assert (await look(bor, lambda session: session.scalar(seen)) or 0) <= 125
    kept = await look(bor, lambda session: str(list(session.scalars(drafts))))
    assert len(kept) < 20_000


async def test_words_of_who_never_consented_are_erased_after_a_month(bor: Town) -> None:
    accounts = {"old": False, "refused": False, "consented": True, "late": False}

    def plant(work: Work) -> None:
        for account, consented in accounts.items():
            one = Resident(
                municipality_id=work.municipality.id,
                channel="web",
                account=account,
                chat=account,
                created_at=work.now,
                consent_at=work.now if consented else None,
            )
            work.session.add(one)
            work.session.flush()
            if account == "refused":
                work.session.add(
                    Consent(resident_id=one.id, at=work.now, action="refused", version="1")
                )
            say(work, account)

    def say(work: Work, account: str) -> None:
        origin = f"in:{account}:{work.now:%d%H}"
        work.session.add(
            WebMessage(chat=account, origin=origin, content={"text": "яма"}, at=work.now)
        )

    await change(bor, plant)
    bor.clock.passes(days=20)
    await change(bor, lambda work: say(work, "late"))
    bor.clock.passes(days=12)

    await cleaning.clean(bor.transactions, bor.store)

    def left(session: Session) -> tuple[list[str], list[str]]:
        chats = session.scalars(select(WebMessage.chat).distinct().order_by(WebMessage.chat))
        people = select(Resident.account).where(Resident.channel == "web")
        return list(chats), sorted(session.scalars(people))

    assert await look(bor, left) == (["consented", "late"], ["consented", "late", "refused"])
