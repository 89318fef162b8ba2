"""Who holds the event loop up leaves a line that names it, and nobody's words or name."""

import time
from collections.abc import Sequence
from dataclasses import replace

from structlog.testing import capture_logs

from bot.channels.web.events import Said, Visitor, event_id, former_id, to_event
from bot.inbox.inbox import Inbox
from bot.jobs.schedule import until_done
from bot.transactions import Transactions
from bot.watch import metrics, slowness
from handlers.turn import Work
from handlers.wording.topic_suggestions import TopicSuggester
from storage import appeals
from storage.messages import Address, Event, Person, Reply
from storage.tables import WebMessage
from storage.town.tree import TopicNode, Tree
from tests.support.towns.conversation import LEMMA, Town

EMPLOYEE = "Ильина-Мария"


def busy() -> None:
    """Takes the processor for longer than is let pass."""
    until = time.thread_time() + slowness.LONG + 0.02
    while time.thread_time() < until:
        pass


class SlowSuggester(TopicSuggester):
    """Thinks hard before it knows any topic."""

    def __call__(self, tree: Tree, text: str, most: int = 3) -> list[TopicNode]:
        busy()
        return super().__call__(tree, text, most)


class BrokenSuggester(SlowSuggester):
    """Thinks hard, and finds no end."""

    def __call__(self, tree: Tree, text: str, most: int = 3) -> list[TopicNode]:
        busy()
        raise ValueError(text)


def said(bor: Town, number: int, text: str = "яма") -> Event:
    """A word that somebody new writes."""
    account = f"{EMPLOYEE}{number}"
    person = Person("web", account, "Ильина Мария")
    return Event(
        f"slow{number}", Address("web", account), person, bor.clock(), text=text, message="1"
    )


def inbox_with(bor: Town, suggester: TopicSuggester) -> Inbox:
    return Inbox(
        Transactions(bor.database, replace(bor.transactions.services, suggester=suggester))
    )


async def test_a_slow_handler_is_named_and_nobody_else(bor: Town) -> None:
    inbox = inbox_with(bor, SlowSuggester(LEMMA))

    with capture_logs() as logs:
        await inbox.accept(said(bor, 1))

    [line] = [line for line in logs if line["event"] == "handler_slow"]
    assert line["log_level"] == "warning"
    assert (line["channel"], line["handler"], line["what"]) == ("web", "resident", "text")
    assert line["ms"] >= slowness.LONG * 1000
    assert "Ильина" not in str(logs)
    assert "яма" not in str(logs)
    assert b'mcu_slow_total{name="resident"}' in metrics.exposition(None)


async def test_a_handler_that_is_slow_again_and_again_has_a_line_a_minute(bor: Town) -> None:
    inbox = inbox_with(bor, SlowSuggester(LEMMA))

    with capture_logs() as logs:
        for number in range(3):
            await inbox.accept(said(bor, number))
        bor.clock.passes(minutes=2)
        await inbox.accept(said(bor, 4))

    assert [line["times"] for line in logs if line["event"] == "handler_slow"] == [1, 3]


async def test_a_slow_handler_that_breaks_is_named_too_and_no_log_has_a_name(bor: Town) -> None:
    inbox = inbox_with(bor, BrokenSuggester(LEMMA))

    with capture_logs() as logs:
        await inbox.accept(said(bor, 1))

    assert {"handler_slow", "event_parked"} <= {line["event"] for line in logs}
    assert "Ильина" not in str(logs)
    assert "яма" not in str(logs)


async def test_a_quick_handler_leaves_no_line(bor: Town) -> None:
    with capture_logs() as logs:
        await bor.inbox.accept(said(bor, 1, "/start"))

    assert [line for line in logs if line["event"].endswith("_slow")] == []


async def test_a_slow_job_is_named(bor: Town) -> None:
    def thinks(_: Work) -> Sequence[Reply]:
        busy()
        return ()

    with capture_logs() as logs:
        await bor.transactions.run(thinks)
        await until_done(bor.transactions, thinks)

    names = [line["job"] for line in logs if line["event"] == "job_slow"]
    assert names == ["test_slowness.test_a_slow_job_is_named.thinks"]  # once a minute
    assert b'mcu_slow_total{name="job test_slowness' in metrics.exposition(None)


async def test_waiting_for_the_database_is_not_counted(bor: Town) -> None:
    """Others have the thread while a statement is on its way."""

    def asks(work: Work) -> None:
        for _ in range(20):
            appeals.count_open(work.session, work.municipality.id)

    with capture_logs() as logs:
        await bor.transactions.run(asks)

    assert [line for line in logs if line["event"] == "job_slow"] == []


async def test_a_machine_that_is_busy_with_others_makes_nobody_slow(bor: Town) -> None:
    """Time passes on the wall, and the processor is not ours."""

    def stands(_: Work) -> None:
        time.sleep(slowness.LONG + 0.1)

    with capture_logs() as logs:
        await bor.transactions.run(stands)

    assert [line for line in logs if line["event"] == "job_slow"] == []


def test_an_employees_name_is_in_no_id_that_logs_show(bor: Town) -> None:
    visitor = Visitor(EMPLOYEE, "Ильина Мария", staff=True, session=1)
    act = Said(type="say", id="c7515151", text="Готово")
    kept = WebMessage(id=1, at=bor.clock(), content={"text": "Готово"})

    event = to_event(visitor, act, kept, bor.clock())

    assert EMPLOYEE not in event.id
    assert EMPLOYEE in former_id(visitor, act.id)
    assert event.id == event_id(visitor, act.id)  # the same when the page sends it again
    assert event.id != event_id(Visitor("Пётр", "Пётр", staff=True, session=2), act.id)
