"""When appeals pour into a staff group that takes few messages: lists, the urgent first, calm again."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.delivery.card_lists import CALM, MOST_LINES, PAUSE, CardLists
from bot.delivery.rates import Rates
from bot.jobs.schedule import said_by
from bot.protocol import CannotEdit, Grid, RetryLater
from handlers.appeals.card import card, files_of, new_card, under_card
from handlers.turn import Work
from storage import appeals
from storage.appeals import card_lists
from storage.messages import Address, ChatMember, Reply
from storage.people import residents
from storage.tables import Appeal, KeptFile, OutboxMessage, Topic
from tests.fakes.failing_messenger import FailingMessenger
from tests.fakes.memory import ROOMY
from tests.fakes.messenger import Shown
from tests.support.towns.conversation import DESCRIPTION, STAFF_ROOM, Town, town
from tests.support.towns.deliveries import messenger
from tests.support.towns.staff_room import (
    answerable,
    appeal,
    asks_for_help,
    card_of,
    card_says,
    change,
    look,
    planted,
    said,
    until,
)
from tests.support.towns.staff_room import outbox as everything

GROUP = replace(ROOMY, messages_per_minute=20)
CHAT = Address("telegram", STAFF_ROOM)
SECRET = "Тайная яма"
FIRE = "Пожар в подъезде, горит щиток"
QUIET_TOPIC = "Тротуары и бордюры"  # neither fast nor short


@pytest.fixture
async def group(database_url: str, tmp_path: Path) -> AsyncIterator[Town]:
    """A town whose staff chat is a group that takes 20 messages a minute."""
    channel = FailingMessenger(of_groups=GROUP)
    async with town(tmp_path, url=database_url, messengers=(channel,)) as place:
        yield place


async def quiet_topic(place: Town) -> int:
    """A topic without hurry."""
    return await look(
        place,
        lambda session: session.query(Topic.id).filter(Topic.title == QUIET_TOPIC).scalar(),
    )


async def poured(place: Town, count: int, text: str = DESCRIPTION) -> list[int]:
    """So many appeals at once, of a topic without hurry."""
    topic = await quiet_topic(place)
    return await planted(place, count, with_cards=True, topic_id=topic, text=text)


async def lists(place: Town, lines: int) -> list[Shown]:
    """The lists, once they have so many lines in all."""
    maria = place.employee()

    def found() -> list[Shown]:
        return said(maria, "Чтобы открыть карточку")

    await maria.waits_for(
        maria.room,
        lambda _: sum(len(s.buttons) for s in found()) >= lines,
        wanted=f"{lines} lines",
    )
    assert sum(len(s.buttons) for s in found()) == lines
    for shown in found():
        await until(lambda shown=shown: look(place, is_known(shown)))  # type: ignore[misc]
    return found()


def is_known(shown: Shown) -> Callable[..., bool]:
    """Whether the bot knows that this message is a list."""
    return lambda session: card_lists.is_list(session, CHAT, shown.id)


def number(appeal_id: int) -> str:
    return f"МЦУ-26-{appeal_id:06}"


async def test_what_pours_in_stands_in_lists_with_a_button_each(group: Town) -> None:
    ids = await poured(group, 50)

    shown = await lists(group, 50)

    assert [len(s.buttons) for s in shown] == [20, 20, 10]
    assert [b.payload for s in shown for b in s.buttons] == [f"show:{one}" for one in ids]
    first = shown[0].text.split("\n\n")
    assert first[0] == "📥 20 новых сообщений."
    assert first[1] == f"{number(1)} · {QUIET_TOPIC}\n› {DESCRIPTION}"
    assert [b.label for b in shown[0].buttons[:2]] == ["000001", "000002"]
    assert len(messenger(group).sent) == 3
    rows = [row for row in await everything(group) if row.coalesce.startswith("card:")]
    assert {row.outcome for row in rows} == {"listed"}


async def test_the_button_opens_the_card_and_that_one_is_edited(group: Town) -> None:
    await poured(group, 30)
    maria = group.employee()
    shown = await lists(group, 30)

    await maria.presses("000007", on=shown[0])
    card = await answerable(group, await card_of(maria, 7))
    await maria.presses("Взять", on=card)

    taken = await card_says(maria, "в работе", 7)
    assert (taken.id, taken.edits) == (card.id, 1)
    assert len(said(maria, f"{number(7)} ·")) == 2  # the list's line and the card


async def test_few_cards_go_by_themselves(group: Town) -> None:
    await poured(group, 10)

    await card_of(group.employee(), 10)

    assert len(messenger(group).sent) == 10
    assert not said(group.employee(), "Чтобы открыть карточку")


async def test_what_changes_unopened_brings_no_card_and_the_opened_one_is_right(
    group: Town,
) -> None:
    anna, maria = group.resident(), group.employee()
    await poured(group, 30)
    (first, _) = await lists(group, 30)
    await answerable_comment(group, 3, "Стало хуже")

    told = await maria.sees("Стало хуже")
    assert told.reply_to == first.id
    assert not [s for s in said(maria) if s.text.startswith(f"{number(3)} ·")]
    await maria.presses("Открыть карточку", on=told)

    card = await answerable(group, await card_of(maria, 3))
    assert DESCRIPTION in card.text
    await maria.says("Выезжаем", reply_to=card)
    await anna.sees("Выезжаем")


async def answerable_comment(place: Town, appeal_id: int, text: str) -> None:
    """The resident adds something to an appeal: what the staff chat gets of it."""

    def work(task: Work) -> list[Reply]:
        found = appeals.get(task.session, appeal_id)
        assert found
        return [under_card(found, text), card(task, found)]

    await place.transactions.run(said_by(work))


async def test_a_reply_to_a_list_is_no_answer_to_anybody(group: Town) -> None:
    anna, maria = group.resident(), group.employee()
    await poured(group, 30)
    (shown, _) = await lists(group, 30)
    await maria.presses("000001", on=shown)
    card = await answerable(group, await card_of(maria, 1))
    await maria.presses("Решено", on=card)
    await maria.sees("Что сделано?")

    await maria.says("Всем: выезжаем завтра", reply_to=shown)

    await maria.sees("Откройте карточку")
    await asks_for_help(maria)
    assert not said(maria, "Готово: Всем")
    assert not said(anna, "выезжаем")


async def test_danger_is_a_card_of_its_own_and_goes_first(group: Town) -> None:
    messenger(group).holds_all()
    await poured(group, 40)
    await messenger(group).calls(1)
    await poured(group, 2, text=FIRE)
    await messenger(group).calls(3)
    messenger(group).lets_go()

    card = await card_of(group.employee(), 41)

    assert card.text.splitlines()[1] == "🆘 Похоже на опасность для жизни: прочитайте сразу"
    sent = [text for _, text in messenger(group).sent]
    assert sent[1].startswith(f"{number(41)} · ")
    assert sent[2].startswith(f"{number(42)} · ")
    await lists(group, 40)


async def test_in_a_list_the_urgent_stand_first_with_their_sign(group: Town) -> None:
    quiet = await quiet_topic(group)

    def work(task: Work) -> list[Reply]:
        topics = {topic.title: topic.id for topic in task.tree.topics()}
        found = [task.session.get_one(Appeal, one) for one in range(1, 51)]
        for one in found[::2]:
            one.topic_id = topics["Ямы и выбоины на дороге"]
        task.session.flush()
        task.session.expire_all()
        return [new_card(task, one) for one in found]

    await planted(group, 50, topic_id=quiet)
    await group.transactions.run(said_by(work))

    shown = await lists(group, 40)

    alone = said(group.employee(), "⚡ Ускоренный срок")
    assert len(alone) == 10  # half of the budget
    labels = [b.label for s in shown for b in s.buttons]
    assert [label.startswith("⚡ ") for label in labels] == [True] * 15 + [False] * 25
    assert "С отметкой 🆘 или ⚡: 15, они первые." in shown[0].text


async def test_files_wait_until_the_card_is_opened(group: Town) -> None:
    await planted(group, 25, topic_id=await quiet_topic(group))
    photo = {"channel": "telegram", "account": "42", "kind": "photo", "ref": "photo-1"}

    def work(task: Work) -> list[Reply]:
        file = KeptFile(**photo, appeal_id=5, next_at=task.now, created_at=task.now)
        task.session.add(file)
        task.session.flush()
        found = [task.session.get_one(Appeal, one) for one in range(1, 26)]
        cards = [new_card(task, one) for one in found]
        return [*cards, files_of(task, found[4], (file.id,))]

    group.messenger.contents["photo-1"] = b"a photo"
    await group.transactions.run(said_by(work))
    maria = group.employee()
    (shown, _) = await lists(group, 25)
    await asks_for_help(maria)
    assert not said(maria, "Файлы к")

    await maria.presses("000005", on=shown)

    files = await maria.sees_file(b"a photo")
    assert files.text == f"📎 Файлы к {number(5)}"


async def test_a_crash_after_a_list_repeats_it_and_loses_nothing(group: Town) -> None:
    messenger(group).after.append(asyncio.CancelledError())  # type: ignore[arg-type]
    await poured(group, 25)
    await messenger(group).calls(3)

    shown = said(group.employee(), "Чтобы открыть карточку")
    assert [len(s.buttons) for s in shown] in ([20, 20, 5], [20, 5, 20])
    await until(lambda: look(group, is_known(shown[-1])))


async def deletes_all(place: Town, ids: list[int]) -> None:
    """Anna, whose appeals these are, has everything erased."""

    def hers(task: Work) -> None:
        member = ChatMember("telegram", "77", "77")
        anna = residents.find_or_add(task.session, task.municipality.id, member, task.now)
        anna.consent_at, anna.consent_version = task.now, task.texts("consent-version")
        task.session.flush()
        for one in task.session.scalars(select(Appeal).where(Appeal.id.in_(ids))):
            one.resident_id, one.text = anna.id, SECRET

    await change(place, hers)
    anna = place.resident("77")
    await anna.says("/delete_me")
    await anna.presses(place.texts("delete-yes"))
    await anna.sees(place.texts("deleted"))


async def test_who_has_all_erased_is_in_no_list_any_more(group: Town) -> None:
    ids = await poured(group, 25, SECRET)
    shown = await lists(group, 25)
    before = [s.text for s in shown]

    await deletes_all(group, ids[5:7] + ids[22:])

    async def told() -> str:
        """Once all have gone: a list is edited anew for each of its people."""
        texts = "\n".join(s.text for s in shown)
        return texts if texts.count(group.texts("erased")) >= 5 else ""

    texts = await until(told)
    assert texts.count(group.texts("erased")) == 5
    assert texts.count(SECRET) == 20, "others' lines stay"
    assert [s.text.count("МЦУ-") for s in shown] == [text.count("МЦУ-") for text in before]
    assert len(said(group.employee(), "Чтобы открыть карточку")) == 2, "nothing is sent anew"
    kept = [row for row in await everything(group) if row.reply.get("lists")]
    assert str([row.reply for row in kept]).count(SECRET) == 20


async def test_a_list_that_has_gone_while_it_is_erased_keeps_nothing(group: Town) -> None:
    ids = await poured(group, 25, SECRET)
    await lists(group, 25)
    await until(lambda: look(group, are_all_sent))

    async def stands_as(done_at: datetime | None) -> None:
        async with group.database.begin() as session:
            is_first = OutboxMessage.coalesce == "list:1"
            await session.execute(update(OutboxMessage).where(is_first).values(done_at=done_at))
            if done_at:  # what the messenger answered is kept at this very moment
                deleting.append(asyncio.create_task(deletes_all(group, ids[:5])))
                await asyncio.sleep(0.5)

    deleting: list[asyncio.Task[None]] = []
    now = group.transactions.services.clock()
    await stands_as(None)
    await stands_as(now)
    await asyncio.gather(*deleting)

    kept = [row for row in await everything(group) if row.reply.get("lists")]
    assert str([row.reply for row in kept]).count(SECRET) == 20


def are_all_sent(session: Session) -> bool:
    """Whether nothing is on its way."""
    return not session.query(OutboxMessage).filter(OutboxMessage.done_at.is_(None)).count()


async def test_a_list_that_has_not_gone_yet_goes_without_what_was_erased(group: Town) -> None:
    messenger(group).errors.append(RetryLater("away"))
    ids = await poured(group, 25, SECRET)
    await messenger(group).calls(1)

    await deletes_all(group, ids[:5])
    group.clock.passes(minutes=1)

    shown = await lists(group, 25)
    texts = "\n".join(s.text for s in shown)
    assert (texts.count(SECRET), texts.count(group.texts("erased"))) == (20, 5)
    assert not [s for s in shown if s.edits]


async def test_a_list_that_cannot_be_edited_is_not_sent_again(group: Town) -> None:
    ids = await poured(group, 25, SECRET)
    await lists(group, 25)
    messenger(group).edit_errors += [CannotEdit("gone")] * 2

    await deletes_all(group, [ids[0], ids[24]])

    await until(lambda: _none_left(group))
    assert len(said(group.employee(), "Чтобы открыть карточку")) == 2


async def _none_left(place: Town) -> bool:
    return all(row.done_at for row in await everything(place))


async def test_an_employee_at_work_is_answered_in_the_middle_of_it(group: Town) -> None:
    maria = group.employee()
    await poured(group, 300)
    await messenger(group).calls(15)

    for _ in range(3):  # two messages are left to danger and lists
        await asks_for_help(maria)

    assert len([chat for chat, _ in messenger(group).sent if chat == STAFF_ROOM]) <= 20


async def test_a_channel_with_few_buttons_gets_shorter_lists(
    database_url: str, tmp_path: Path
) -> None:
    narrow = replace(GROUP, inline=Grid(rows=6, columns=5, buttons=10), keyboard=None)
    channel = FailingMessenger(of_groups=narrow)
    async with town(tmp_path, url=database_url, messengers=(channel,)) as place:
        await poured(place, 25)

        shown = await lists(place, 25)

        assert [len(s.buttons) for s in shown] == [10, 10, 5]


class Group(Rates):
    """What one group takes, counted here."""

    def __init__(self) -> None:
        super().__init__({"telegram": FailingMessenger(of_groups=GROUP)})
        self.taken: list[float] = []

    def room_of(self, chat: Address, now: float) -> int | None:
        """All of it is one group's."""
        assert chat == CHAT
        return 20 - len([moment for moment in self.taken if moment > now - 60])


class Rounds:
    """Rounds of a delivery at moments that the test names, in one transaction."""

    def __init__(self, task: Work) -> None:
        self.task = task
        self.group = Group()
        self.card_lists = CardLists({"telegram": FailingMessenger(of_groups=GROUP)}, self.group)

    def at(self, now: float) -> list[OutboxMessage]:
        """What is sent then."""
        sent: list[OutboxMessage] = []
        closed: set[Address] = set()
        self.card_lists.begin(self.task, now, busy=())
        while row := self._next(now, closed):
            row.done_at, row.outcome = self.task.now, "sent"
            self.group.taken.append(now)
            sent.append(row)
        return sent

    def _next(self, now: float, closed: set[Address]) -> OutboxMessage | None:
        waiting = select(OutboxMessage).where(OutboxMessage.done_at.is_(None))
        ranked = waiting.order_by(
            OutboxMessage.push, OutboxMessage.priority.desc(), OutboxMessage.id
        )
        for row in self.task.session.scalars(ranked).all():
            if not self.group.room_of(CHAT, now):
                return None
            if self.card_lists.admit(self.task, row, now, busy=(), closed=closed):
                return row
        return None

    def comes(self, appeal_id: int) -> None:
        """An appeal is filed."""
        found = appeals.get(self.task.session, appeal_id)
        assert found
        card = new_card(self.task, found)
        row = OutboxMessage(
            channel=CHAT.channel,
            chat=CHAT.chat,
            lane=f"{CHAT.chat}#{appeal_id}",
            push=True,
            priority=card.priority,
            coalesce=card.coalesce,
            appeal_id=appeal_id,
            reply=card.to_json(),
            created_at=self.task.now,
            next_at=self.task.now,
        )
        self.task.session.add(row)


async def test_a_burst_takes_half_of_the_budget_and_then_it_is_quiet(bor: Town) -> None:
    await planted(bor, 300, topic_id=await quiet_topic(bor))
    figures: dict[str, list[float]] = {"sent": [], "waited": []}
    after: list[OutboxMessage] = []

    def work(task: Work) -> None:
        rounds, waiting = Rounds(task), dict[int, float]()
        for second in range(300):  # one a second
            rounds.comes(second + 1)
            waiting[second + 1] = second
            for row in rounds.at(second):
                figures["sent"].append(second)
                for one in row.reply["lists"] or [row.appeal_id]:
                    figures["waited"].append(second - waiting.pop(one))
        for second in range(300, 300 + int(PAUSE) + 1):
            for row in rounds.at(second):
                for one in row.reply["lists"] or [row.appeal_id]:
                    figures["waited"].append(second - waiting.pop(one))
        assert not waiting
        for second in range(311, 500):
            after.extend(rounds.at(second))

    await change(bor, work)

    assert len(figures["waited"]) == 300
    assert max(figures["waited"]) <= PAUSE
    assert after == []
    for start in range(60, 240):
        minute = [moment for moment in figures["sent"] if start <= moment < start + 60]
        assert len(minute) <= 60 / PAUSE + 1


async def test_cards_go_by_themselves_again_after_a_calm_minute(bor: Town) -> None:
    await planted(bor, 40, topic_id=await quiet_topic(bor))
    sent: list[list[list[int]]] = []

    def work(task: Work) -> None:
        rounds = Rounds(task)
        for one in range(1, 31):
            rounds.comes(one)
        sent.append([row.reply["lists"] for row in rounds.at(0)])
        for moment, one in ((PAUSE - 1, 31), (PAUSE, 32), (PAUSE + CALM, 33), (PAUSE + CALM, 34)):
            rounds.comes(one)
            sent.append([row.reply["lists"] for row in rounds.at(moment)])

    await change(bor, work)

    assert [[len(one) for one in ones] for ones in sent] == [[MOST_LINES, 10], [], [2], [0], [0]]


async def test_what_people_do_costs_the_group_so_many_messages(failing: Town) -> None:
    anna, maria = failing.resident(), failing.employee()
    await planted(failing, 1, with_cards=True)
    card = await answerable(failing, await card_of(maria))
    counts: dict[str, int] = {}

    async def counted(what: str, before: int) -> int:
        await asks_for_help(maria)
        sent = [chat for chat, _ in messenger(failing).sent if chat == STAFF_ROOM]
        counts[what] = len(sent) - before - 1  # but for the help
        return len(sent)

    count = await counted("card", 0)
    await maria.presses("Взять", on=card)
    await anna.sees("взяли в работу")
    await card_says(maria, "в работе")
    count = await counted("take", count)
    await maria.says("Выезжаем", reply_to=card)
    await anna.sees("Выезжаем")
    count = await counted("plain reply", count)
    await anna.says("Спасибо, жду", reply_to=await answerable(failing, await anna.sees("Выезжаем")))
    await maria.sees("Спасибо, жду")
    count = await counted("what the resident adds", count)
    await maria.presses("Решено", on=card)
    await maria.sees("Что сделано?")
    await maria.says("Яму засыпали")
    await maria.presses("Отправить", on=await maria.sees("Готово: Яму засыпали"))
    await card_says(maria, "есть ответ")
    await counted("answer", count)

    assert counts == {
        "card": 1,
        "take": 1,
        "plain reply": 1,
        "what the resident adds": 1,
        "answer": 4,  # question, preview, "sent", the card
    }


async def test_topics_on_the_fast_track_and_of_one_day_are_urgent(bor: Town) -> None:
    (one,) = await planted(bor, 1)
    found = await appeal(bor, one)
    assert found.topic.title == "Ямы и выбоины на дороге"

    def line(task: Work) -> None:
        row = appeals.get(task.session, one)
        assert row
        assert "⚡ Ускоренный срок" in new_card(task, row).text
        assert "Срочно" not in new_card(task, row).text  # its deadline may be weeks off
        row.state = "in_work"
        assert "⚡" not in new_card(task, row).text

    await change(bor, line)
