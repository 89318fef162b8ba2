"""The rows of the fault table: kept by each test, written as a page by ``make faults``."""

import json
import os
import platform
import sys
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from tests.faults.plan import PLAN, ROWS
from tests.faults.world.ledger import Tally
from tests.paths import ROOT

PAGE = ROOT / "docs" / "faults.md"
HEAD = """\
# Что будет, если сломается

Снято `make faults`: настоящий процесс бота, мессенджеры — учебные серверы, говорящие их протоколами, базы — SQLite и PostgreSQL. После каждой поломки всё, что жителям обещано, сверяется с базой и с их чатами: каждое обращение — ровно одно, каждое сообщение пришло, порядок в чате верный. «Повторено» — сообщения, показанные второй раз: у Telegram и MAX нет ключа, по которому они узнали бы повтор, и если ответ на отправку потерялся, бот шлёт ещё раз. Короткая форма тех же проверок идёт в каждом `make test`.
"""
COLUMNS = (
    "поломка",
    "что сделано",
    "раз",
    "обращений / сообщений",
    "потеряно",
    "удвоено",
    "не по порядку",
    "повторено",
)


@dataclass(frozen=True, slots=True)
class Fault:
    """A row: what broke (``group`` and ``name``), what was done and how many times."""

    group: str
    name: str
    done: str
    times: int


def found(fault: Fault, tally: Tally) -> None:
    """Keep the row, be it good or bad, and fail where it is bad."""
    if PLAN.long:
        ROWS.parent.mkdir(exist_ok=True)
        with ROWS.open("a", encoding="utf-8") as rows:
            rows.write(json.dumps(asdict(fault) | asdict(tally), ensure_ascii=False) + "\n")
    wrong = (tally.lost, tally.doubled, tally.out_of_order)
    assert wrong == (0, 0, 0), f"{fault.name}: {tally}"


def taken() -> str:
    """Where and when the figures of a page were taken."""
    cores, python = os.cpu_count(), platform.python_version()
    return f"{platform.machine()}, {cores} ядра, Python {python}, {datetime.now(UTC):%Y-%m-%d}."


def page(lines: list[str], where_and_when: str) -> str:
    """The table as Markdown."""
    rows = [json.loads(line) for line in lines]
    rows.sort(key=lambda row: (row["group"], row["name"], row["done"]))
    table = [f"| {' | '.join(COLUMNS)} |", "|" + "---|" * len(COLUMNS)]
    for row in rows:
        counts = [row[name] for name in ("lost", "doubled", "out_of_order", "repeated")]
        cells = (
            f"{row['group']}: {row['name']}",
            row["done"],
            row["times"],
            f"{row['appeals']} / {row['messages']}",
            *counts,
        )
        table.append(f"| {' | '.join(str(cell).replace('|', '/') for cell in cells)} |")
    return "\n".join((HEAD, where_and_when, "", *table, ""))


def write() -> None:
    """``python -m tests.faults.record``: the page from the rows of the last long run."""
    lines = ROWS.read_text(encoding="utf-8").splitlines()
    text = page(lines, taken())
    PAGE.write_text(text, encoding="utf-8")
    sys.stdout.write(text)


if __name__ == "__main__":
    write()
