"""What leaves the outbox next: lanes in order, answers first, and no look at all that waits."""

from datetime import timedelta
from typing import Any

from sqlalchemy import insert, text
from sqlalchemy.orm import Session

from handlers.turn import Work
from storage.messages import Priority
from storage.outbox import lanes
from storage.outbox.lanes import Closed, Room
from storage.tables import OutboxMessage
from tests.support.towns.conversation import Town
from tests.support.towns.staff_room import change

MANY = 3_000
RANKS = sorted(Priority, reverse=True)


def row(task: Work, chat: str, **fields: Any) -> dict[str, Any]:
    return {
        "channel": "telegram",
        "chat": chat,
        "lane": chat,
        "push": True,
        "priority": 0,
        "coalesce": "",
        "reply": {"text": "Ваше обращение решено. " * 10},
        "created_at": task.now,
        "next_at": task.now,
    } | fields


def wait(session: Session, *rows: dict[str, Any]) -> None:
    """Put rows into the outbox, in their order."""
    session.execute(insert(OutboxMessage), list(rows))


def picked(
    task: Work, answers: int = 30, pushes: int = 30, closed: Closed | None = None
) -> list[tuple[str, bool]]:
    """The lanes of what goes next, and whether it goes as a push."""
    wanted = Room("telegram", answers, pushes)
    found = lanes.next_in_lanes(task.session, wanted, task.now, closed or Closed())
    return [(head.lane, push) for head, push in found]


async def test_the_oldest_of_each_lane_goes_and_answers_before_pushes(bor: Town) -> None:
    def work(task: Work) -> None:
        rows = [row(task, "1"), row(task, "2"), row(task, "1"), row(task, "3", push=False)]
        wait(task.session, *rows, row(task, "4", channel="vk"))

        assert picked(task) == [("3", False), ("1", True), ("2", True)]
        assert picked(task, pushes=1) == [("3", False), ("1", True)]
        assert picked(task, answers=0) == [("1", True), ("2", True)]

    await change(bor, work)


async def test_the_higher_rank_goes_first(bor: Town) -> None:
    def work(task: Work) -> None:
        ranked = [row(task, str(rank), priority=rank) for rank in reversed(RANKS)]
        wait(task.session, *ranked)

        assert picked(task) == [(str(rank), True) for rank in RANKS]

    await change(bor, work)


async def test_an_answer_takes_along_what_waits_before_it_in_its_lane(bor: Town) -> None:
    """Else whoever has a push among ten thousand waits for it before each answer."""

    def work(task: Work) -> None:
        others = [row(task, str(number)) for number in range(100, 150)]
        own = [row(task, "42"), row(task, "42", push=False), row(task, "42", push=False)]
        wait(task.session, *others, *own)

        assert picked(task, pushes=1) == [("42", False), ("100", True)]

        late = row(task, "43", next_at=task.now + timedelta(minutes=1))
        wait(task.session, late, row(task, "43", push=False))
        assert ("43", False) not in picked(task), "it keeps its place behind what waits itself"

    await change(bor, work)


async def test_what_is_shut_is_left_out_and_takes_nobodys_place(bor: Town) -> None:
    def work(task: Work) -> None:
        wait(task.session, *(row(task, str(number)) for number in range(10)))
        wait(task.session, row(task, "3", lane="3#7"), row(task, "5", push=False, lane="5!"))
        closed = Closed(lanes={"0", "1", "2"}, chats={"3"}, pushes={"4", "5"})

        assert picked(task, pushes=2, closed=closed) == [("5!", False), ("6", True), ("7", True)]

    await change(bor, work)


async def test_a_look_at_a_long_queue_reads_no_whole_table(bor: Town) -> None:
    """Both databases find what goes next through the two indexes, however much waits."""

    def work(task: Work) -> None:
        wait(task.session, *(row(task, str(number // 2)) for number in range(MANY)))
        busy = {str(number) for number in range(20)}
        assert picked(task, pushes=3, closed=Closed(lanes=busy)) == [
            ("20", True),
            ("21", True),
            ("22", True),
        ]
        plan = plan_of_a_look(task, analyse=True)

        scans = [line for line in plan if ("SCAN outbox" in line or "Seq Scan" in line)]
        assert scans == [], "\n".join(plan)
        assert any("ix_outbox_due" in line for line in plan)

    await change(bor, work)


async def test_a_look_goes_by_lanes_even_where_statistics_know_of_no_queue(bor: Town) -> None:
    """PostgreSQL had counted an empty outbox, joined the queue with itself and took 100 ms."""

    def work(task: Work) -> None:
        plan_of_a_look(task, analyse=True)
        wait(task.session, *(row(task, str(number)) for number in range(MANY)))
        plan = plan_of_a_look(task, analyse=False)

        probes = [line for line in plan if "Index Cond" in line and "lane" in line]
        if task.session.get_bind().dialect.name == "postgresql":
            assert len(probes) >= 2 * len(RANKS), "\n".join(plan)
            assert not [line for line in plan if "Join" in line]

    await change(bor, work)


def plan_of_a_look(task: Work, *, analyse: bool) -> list[str]:
    """The database's own account of it, line by line."""
    connection = task.session.connection()
    is_sqlite = connection.dialect.name == "sqlite"
    if analyse and not is_sqlite:
        connection.execute(text("ANALYZE outbox"))
    values = {"channel": "telegram", "now": task.now, "answers": 3, "pushes": 23}
    closed = dict.fromkeys(("chats", "closed_to_pushes", "lanes"), '["9"]')
    look = lanes._look(connection.dialect.name).params(**values, **closed)
    compiled = look.compile(
        connection, compile_kwargs={"literal_binds": True, "render_postcompile": True}
    )
    explain = "EXPLAIN QUERY PLAN" if is_sqlite else "EXPLAIN"
    return [str(line[-1]) for line in connection.exec_driver_sql(f"{explain} {compiled}")]
