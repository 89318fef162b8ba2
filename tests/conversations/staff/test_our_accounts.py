"""Another bot or community of ours over the same data: nobody gets what is meant for another."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, text
from sqlalchemy.exc import StatementError
from sqlalchemy.orm import Session

from handlers.turn import Work
from storage import files
from storage.database import Database, present_accounts
from storage.inbox import events
from storage.messages import Address, ChatMember, File
from storage.our_accounts import OurAccounts
from storage.tables import Category, ChatMessage, Dialogue, KeptFile, OutboxMessage
from storage.town import municipalities
from tests.conversations.erasing.deletion import deletes
from tests.fakes.messenger import Person, Shown, Upload
from tests.support.pictures import picture
from tests.support.towns.conversation import DESCRIPTION, Town
from tests.support.towns.our_accounts import PAIRS, Account, town_of, vk
from tests.support.towns.staff_room import change, look

NOW = datetime(2026, 7, 1, tzinfo=UTC)
LATER = datetime(2030, 1, 1, tzinfo=UTC)  # nobody fetches it before the bot is changed
BORIS_IS_TOLD = "Борис, яму на Лесной засыплем завтра"


@pytest.fixture(params=list(PAIRS))
def accounts(request: pytest.FixtureRequest) -> tuple[Account, Account]:
    return PAIRS[request.param]()


async def card_of(bor: Town, account: Account, number: str) -> Shown:
    maria = account.employee()
    return await maria.waits_for(
        account.staff_room, lambda shown: shown.text.startswith(f"{number} · "), wanted=number
    )


def told(account: Account, person: str) -> list[str]:
    """Everything that the bot said to a person through that account."""
    return [shown.text for shown in account.messenger.person(person).room.shown if not shown.author]


async def test_an_answer_to_a_card_reaches_its_own_resident(
    accounts: tuple[Account, Account], tmp_path: Path, database_url: str
) -> None:
    """A town moves from its test community to the real one: the worst fault that was found."""
    before, now = accounts
    async with town_of(tmp_path, database_url, before) as bor:
        for account, name in (("42", "Анна"), ("44", "Вера"), ("45", "Глеб")):
            appeal = await bor.filed(await bor.consenting(account, name))
            await card_of(bor, before, appeal.number)
    async with town_of(tmp_path, database_url, now) as bor:
        boris = await bor.consenting("43", "Борис")
        appeal = await bor.filed(boris)
        card = await card_of(bor, now, appeal.number)
        assert card.id in {shown.id for shown in before.staff_room.shown}, "no such id before"
        maria = now.employee()
        await maria.says(BORIS_IS_TOLD, reply_to=card)

        await boris.sees(BORIS_IS_TOLD)
        await maria.sees(bor.texts("staff-passed-on", number=appeal.number))
        for other in ("42", "44", "45"):
            assert told(now, other) == []
        assert not any(
            BORIS_IS_TOLD in row.reply.get("text", "") and row.chat != "43"
            for row in await look(bor, lambda s: list(s.scalars(select(OutboxMessage))))
            if row.push
        )


async def test_what_cannot_be_sent_waits_for_the_first_word(
    accounts: tuple[Account, Account], tmp_path: Path, database_url: str
) -> None:
    before, now = accounts
    async with town_of(tmp_path, database_url, before) as bor:
        number = (await bor.filed(await bor.consenting())).number
        await card_of(bor, before, number)
    async with town_of(tmp_path, database_url, now) as bor:
        maria = now.employee()
        await maria.says(f"/find {number}")
        card = await card_of(bor, now, number)
        assert bor.texts("card-waits-first-word") in card.text
        await maria.says("Засыпали, проверьте", reply_to=card)
        await maria.sees(bor.texts("staff-waits-first-word", number=number))

        assert told(now, "42") == []
        assert not any("Передали" in shown.text for shown in now.staff_room.shown)

        anna = bor.resident()
        await anna.says("/start")
        await anna.sees("Засыпали, проверьте")
        maria.since = 0
        card = await card_of(bor, now, number)
        await now.messenger.until_room(
            lambda: bor.texts("card-waits-first-word") not in card.text, 20
        )
        await maria.says("И ещё раз спасибо", reply_to=card)
        await anna.sees("И ещё раз спасибо")
        await maria.sees(bor.texts("staff-passed-on", number=number))


async def test_what_was_held_for_who_had_closed_the_old_chat_comes_with_the_first_word(
    accounts: tuple[Account, Account], tmp_path: Path, database_url: str
) -> None:
    before, now = accounts
    async with town_of(tmp_path, database_url, before) as bor:
        anna = await bor.consenting()
        number = (await bor.filed(anna)).number
        card = await card_of(bor, before, number)
        await anna.blocks_bot()
        maria = before.employee()
        await maria.says("Засыпали, проверьте", reply_to=card)
        await maria.sees("закрыл")

    async with town_of(tmp_path, database_url, now) as bor:
        anna = bor.resident()
        await anna.says("/start")
        await anna.sees("Засыпали, проверьте")

    said = [text for text in told(now, "42") if "Засыпали" in text]
    assert len(said) == 1


async def test_with_the_old_token_the_old_cards_are_good_again(
    accounts: tuple[Account, Account], tmp_path: Path, database_url: str
) -> None:
    before, now = accounts
    async with town_of(tmp_path, database_url, before) as bor:
        anna_number = (await bor.filed(await bor.consenting())).number
        old_card = await card_of(bor, before, anna_number)
    for _ in range(2):
        async with town_of(tmp_path, database_url, now) as bor:
            await now.employee().waits_for(now.staff_room, lambda shown: "/open" in shown.text)
        async with town_of(tmp_path, database_url, before) as bor:
            maria, anna = before.employee(), bor.resident()
            anna._acts()
            await maria.says("Приедем завтра", reply_to=old_card)

            await anna.sees("Приедем завтра")
            await maria.sees(bor.texts("staff-passed-on", number=anna_number))


async def test_with_the_old_token_a_begun_question_goes_on_or_the_employees_read_that_it_does_not(
    accounts: tuple[Account, Account], tmp_path: Path, database_url: str
) -> None:
    before, now = accounts
    is_left_behind = not before.staff_chat.startswith("telegram:-100123")
    async with town_of(tmp_path, database_url, before) as bor:
        number = (await bor.filed(await bor.consenting())).number
        card = await card_of(bor, before, number)
        await before.employee().presses("Уточнить", on=card)
        await before.employee().sees("Что уточнить")
    async with town_of(tmp_path, database_url, now) as bor:
        first = await now.employee().waits_for(now.staff_room, lambda shown: "/open" in shown.text)
        assert bor.texts("account-changed-again") not in first.text
    async with town_of(tmp_path, database_url, before) as bor:
        maria = before.employee()
        back = await maria.waits_for(before.staff_room, lambda shown: "/open" in shown.text)
        assert (bor.texts("account-changed-again") in back.text) == is_left_behind
        await maria.says("С какой стороны дома яма?")
        if not is_left_behind:
            await maria.sees("С какой стороны дома яма?")
            return
        await maria.presses("Уточнить", on=await card_of(bor, before, number))
        await maria.sees("Что уточнить")


async def test_the_employees_are_told_what_is_different(
    accounts: tuple[Account, Account], tmp_path: Path, database_url: str
) -> None:
    before, now = accounts
    async with town_of(tmp_path, database_url, before) as bor:
        assert before.staff_room.shown == []
    async with town_of(tmp_path, database_url, now) as bor:
        channel = bor.texts(f"channel-{now.messenger.channel}")
        shown = await now.employee().sees(bor.texts("account-changed", channel=channel))
        assert bor.texts("account-changed-cards") in shown.text
    async with town_of(tmp_path, database_url, now) as bor:
        await bor.filed(await bor.consenting())
        told_of_it = [
            s for s in now.staff_room.shown if bor.texts("account-changed-cards") in s.text
        ]
        assert len(told_of_it) == 1


async def test_a_reply_to_a_card_of_the_bot_before_is_answered_kindly(
    accounts: tuple[Account, Account], tmp_path: Path, database_url: str
) -> None:
    before, now = accounts
    async with town_of(tmp_path, database_url, before) as bor:
        number = (await bor.filed(await bor.consenting())).number
        old_card = await card_of(bor, before, number)
    async with town_of(tmp_path, database_url, now) as bor:
        maria = now.employee()
        for words in ("Сделаем", "Уже едем"):
            maria._acts()
            event = now.messenger.event(
                maria,
                now.staff_room,
                text=words,
                message=f"5{len(words)}",
                reply_to="9" + old_card.id,
                to_another_bot=True,
            )
            await now.messenger.bring(event)
            await maria.sees(bor.texts("staff-old-card"))

        assert told(now, "42") == []


async def test_half_an_appeal_goes_on_with_the_new_bot(
    accounts: tuple[Account, Account], tmp_path: Path, database_url: str
) -> None:
    before, now = accounts
    async with town_of(tmp_path, database_url, before) as bor:
        anna = await bor.consenting()
        await anna.says("/new")
        await anna.sees(bor.texts("ask-what"))
        await anna.says(DESCRIPTION)
        await anna.sees(bor.texts("ask-topic-suggested"))
    async with town_of(tmp_path, database_url, now) as bor:
        anna = bor.resident()
        await anna.says("Ямы и выбоины на дороге")
        await anna.sees(bor.texts("ask-place"))
        drafts = await look(bor, lambda s: list(s.scalars(select(Dialogue))))

        assert [row.channel for row in drafts] == [now.messenger.channel]


async def test_an_edit_with_the_new_bot_corrects_nothing_that_was_said_to_the_old(
    accounts: tuple[Account, Account], tmp_path: Path, database_url: str
) -> None:
    before, now = accounts
    hole, other = (Upload(picture(shade=shade), f"{shade}.jpg") for shade in (1, 2))
    async with town_of(tmp_path, database_url, before) as bor:
        anna = await bor.consenting()
        await anna.says("/new")
        await anna.sees(bor.texts("ask-what"))
        await anna.sends(hole, caption=DESCRIPTION)
        await anna.sees(bor.texts("ask-topic-suggested"))
        [said] = [shown.id for shown in anna.room.shown if shown.text == DESCRIPTION]
    async with town_of(tmp_path, database_url, now) as bor:
        anna = bor.resident()
        await anna.says("Ямы и выбоины на дороге")
        await anna.sees(bor.texts("ask-place"))
        await now.messenger.edit_files(anna, anna.room, said, "Это о другом", other)
        await now.messenger.bring(
            now.messenger.event(anna, anna.room, message=said, files=(now.messenger._file(hole),))
        )
        await anna.sees(bor.texts("files-added", count=1))
        await now.messenger.edit_files(anna, anna.room, said, "", other)
        [draft] = (await look(bor, lambda s: s.scalars(select(Dialogue)).one())).drafts

        assert draft["answers"]["what"] == DESCRIPTION
        files_now = await look(bor, lambda s: files.by_ids(s, draft["answers"]["files"]))
        assert [row.same for row in files_now] == [
            now.messenger._file(u).same for u in (hole, other)
        ]


async def test_events_and_places_of_one_account_say_nothing_of_another(database_url: str) -> None:
    database = Database.open(database_url)

    async def as_account(account: str) -> tuple[str | None, set[str]]:
        def work(session: Session) -> tuple[str | None, set[str]]:
            present_accounts.take(session, {"vk": account})
            found = events.cursor(session, "vk"), events.seen(session, "vk", ["7"])
            events.move_cursor(session, "vk", f"ts of {account}")
            new = events.take_new(session, {("vk", "7")}, NOW)
            assert new == ({("vk", "7")} if not found[1] else set())
            return found

        async with database.begin() as session:
            return await session.run_sync(work)

    try:
        assert await as_account("77001") == (None, set())
        assert await as_account("88002") == (None, set())
        assert await as_account("77001") == ("ts of 77001", {"7"})
        assert await as_account("88002") == ("ts of 88002", {"7"})
        async with database.begin() as session:
            kept = await session.execute(text("SELECT channel FROM cursors ORDER BY channel"))
            assert kept.scalars().all() == ["vk", "vk@2"]
    finally:
        await database.close()


async def test_a_category_of_a_conversation_left_behind_sends_its_cards_to_the_main_chat(
    tmp_path: Path, database_url: str
) -> None:
    before, now = vk(77001), vk(88002)
    own = Address("vk", "2000000002")

    def binds(work: Work) -> None:
        chat = municipalities.ensure_staff_chat(work.session, work.municipality.id, own, main=False)
        for category in work.session.scalars(select(Category)):
            category.staff_chat_id = chat.id

    async with town_of(tmp_path, database_url, before) as bor:
        await change(bor, binds)
        appeal = await bor.filed(await bor.consenting())
        room = before.messenger.room(own.chat)
        await before.employee().waits_for(room, lambda shown: appeal.number in shown.text)
    async with town_of(tmp_path, database_url, now) as bor:
        appeal = await bor.filed(await bor.consenting("43", "Борис"))
        await card_of(bor, now, appeal.number)
        stranger = Person(now.messenger, "66", "Чужой", now.messenger.room(own.chat))
        await stranger.says("/open")
        await stranger.says("/id")
        await stranger.sees(str(own))

        assert not any("МЦУ" in shown.text for shown in stranger.room.shown)
    async with town_of(tmp_path, database_url, before) as bor:
        appeal = await bor.filed(await bor.consenting("45", "Глеб"))
        await before.employee().waits_for(room, lambda shown: appeal.number in shown.text)


@pytest.mark.parametrize("chat", ["-1009990000001", "-1009990000001/17"])
async def test_a_supergroup_of_a_category_and_its_topic_are_the_same_for_the_new_bot(
    tmp_path: Path, database_url: str, chat: str
) -> None:
    before, now = PAIRS["bots in a supergroup"]()
    own = Address("telegram", chat)

    def binds(work: Work) -> None:
        chat = municipalities.ensure_staff_chat(work.session, work.municipality.id, own, main=False)
        for category in work.session.scalars(select(Category)):
            category.staff_chat_id = chat.id

    async with town_of(tmp_path, database_url, before) as bor:
        await change(bor, binds)
    async with town_of(tmp_path, database_url, now) as bor:
        appeal = await bor.filed(await bor.consenting("43", "Борис"))
        room = now.messenger.room(own.chat)
        await now.employee().waits_for(room, lambda shown: appeal.number in shown.text)


async def test_a_card_that_had_not_gone_out_goes_to_the_new_chat(
    accounts: tuple[Account, Account], tmp_path: Path, database_url: str
) -> None:
    before, now = accounts
    before.messenger.deaf.add(before.staff_room.id)
    async with town_of(tmp_path, database_url, before) as bor:
        number = (await bor.filed(await bor.consenting())).number
    async with town_of(tmp_path, database_url, now) as bor:
        await card_of(bor, now, number)


async def test_a_file_left_with_the_bot_before_is_asked_for_again(
    accounts: tuple[Account, Account], tmp_path: Path, database_url: str
) -> None:
    before, now = accounts

    def comes(work: Work) -> None:
        member = ChatMember(before.messenger.channel, "42", "42")
        files.keep(work.session, File("photo", "ref of before", "яма.jpg"), member, LATER)

    async with town_of(tmp_path, database_url, before) as bor:
        await bor.consenting()
        await change(bor, comes)
    async with town_of(tmp_path, database_url, now) as bor:
        maria = now.employee()
        await maria.sees(bor.texts("account-changed-files", count=1))
        bor.clock.now = LATER + timedelta(minutes=1)
        await bor.fetcher.fetch_due()
        [row] = await look(bor, lambda s: list(s.scalars(select(KeptFile))))
        assert (row.state, row.attempts) == ("waiting", 0)
        anna = bor.resident()
        await anna.says("/start")

        await anna.sees(bor.texts("account-files-left", count=1))


async def test_who_is_erased_is_erased_with_every_account(
    accounts: tuple[Account, Account], tmp_path: Path, database_url: str
) -> None:
    before, now = accounts
    async with town_of(tmp_path, database_url, before) as bor:
        anna = await bor.consenting()
        number = (await bor.filed(anna)).number
        old_card = await card_of(bor, before, number)
        await before.employee().says("Тайна улицы Мира", reply_to=old_card)
        await anna.sees("Тайна улицы Мира")
        await anna.says("/new")
        await anna.sees(bor.texts("ask-what"))
    async with town_of(tmp_path, database_url, now) as bor:
        anna = bor.resident()
        await deletes(bor, anna)

        def left(session: Session) -> list[object]:
            hers = select(OutboxMessage).where(OutboxMessage.chat == "42")
            ties = select(ChatMessage).where(ChatMessage.chat == "42")
            words = [row for row in session.scalars(hers) if "Тайна" in str(row.reply)]
            return [*words, *session.scalars(ties), *session.scalars(select(Dialogue))]

        assert await look(bor, left) == []


async def test_tables_are_not_asked_before_the_accounts_are_known(database_url: str) -> None:
    """So a new command cannot take the rows of one bot for those of another."""
    database = Database.open(database_url)
    try:
        with pytest.raises(StatementError, match="AccountsUnknown"):
            async with database.begin() as session:
                await session.run_sync(events.cursor, "vk")
    finally:
        await database.close()


@given(
    present=st.integers(1, 9),
    number=st.integers(1, 9),
    channel=st.sampled_from(["telegram", "vk", "web", "max"]),
)
def test_a_name_comes_back_and_no_two_accounts_share_one(
    present: int, number: int, channel: str
) -> None:
    ours = OurAccounts({channel: present}, {channel: 9})
    kept = channel if number == 1 else f"{channel}@{number}"

    assert ours.kept(ours.said(kept)) == kept
    assert (ours.said(kept) == channel) == (number == present)
    assert len({ours.kept(name) for name in ours.all_of(channel)}) == 9
