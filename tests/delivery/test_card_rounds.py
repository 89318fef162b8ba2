"""Lists over time: half of a group's budget in a burst, single cards again after a calm minute."""

from sqlalchemy import select

from bot.delivery.card_lists import CALM, MOST_LINES, PAUSE, CardLists
from bot.delivery.rates import Rates
from handlers.appeals.card import new_card
from handlers.turn import Work
from storage import appeals
from storage.messages import Address
from storage.tables import OutboxMessage
from tests.delivery.burst import CHAT, GROUP, quiet_topic
from tests.fakes.failing_messenger import FailingMessenger
from tests.support.towns.conversation import Town
from tests.support.towns.staff_room import change, planted


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
