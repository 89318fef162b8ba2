"""The page of the soak, ``docs/attack.md``: from the figures of the last long run."""

import json
import sys
from collections.abc import Iterator, Mapping
from typing import Any

from tests.attack.plan import QUIET, ROWS
from tests.attack.siege import TITLES
from tests.attack.verdict import STEPS
from tests.faults.record import taken
from tests.faults.world.fault_town import TITLES as CHANNELS
from tests.paths import ROOT

PAGE = ROOT / "docs" / "attack.md"
MOST_ANSWERS = 6  # kinds of answers that a row has room for
HEAD = f"""\
# Что будет, если на бота нападут

Снято `make attack`: настоящий процесс бота под пределами `deploy/mcu-bot.service`, мессенджеры — учебные серверы, говорящие их протоколами. Город уже живёт: за {QUIET} секунд до нападающих в нём подают обращения (эти секунды не в счёт). Нападающие всех видов бьют одновременно, каждый со своего адреса и своих аккаунтов. Рядом с ними жители подают обращения в Telegram, ВКонтакте и на сайте, часть с фотографией, и сотрудник отвечает каждому. Всё, что жителям обещано, сверяется с базой и с их чатами. «Ждали» — от действия человека до ответа бота; «ответ сотрудника» — от последней кнопки сотрудника до сообщения у жителя. Нападающие, мессенджеры и бот делят одну машину. Короткая форма идёт в каждом `make test`.

Прогон не пройден, если: 99 % шагов в каком-нибудь канале ждали дольше 2 с; что-нибудь потеряно или удвоено; память вышла за предел или растёт; бот хоть раз перезапустился; в журнале есть строка об ошибке.
"""


def page(runs: list[dict[str, Any]], where_and_when: str) -> str:
    """The tables as Markdown."""
    parts = [HEAD, where_and_when, ""]
    for run in runs:
        minutes = f"{run['seconds'] / 60:g}".replace(".", ",")
        parts += [
            f"## {TITLES[run['setting']][:1].upper()}{TITLES[run['setting']][1:]}: {minutes} мин",
            "",
        ]
        parts += [*_honest(run), "", *_figures(run), "", *_attackers(run), ""]
    return "\n".join(parts)


def _honest(run: Mapping[str, Any]) -> Iterator[str]:
    yield "| жители | шаг | раз | половина ждала, с | 95 % | 99 % | дольше всего |"
    yield "|" + "---|" * 7
    for channel, steps in run["waits"].items():
        for step in STEPS:
            yield _waited(CHANNELS[channel], step, steps[step])
    yield _waited("сотрудник на сайте", "слова", run["staff_wait"])


def _waited(who: str, step: str, row: Mapping[str, float]) -> str:
    figures = [_number(row[name]) for name in ("median", "p95", "p99", "worst")]
    return _line(who, step, int(row["count"]), *figures)


def _figures(run: Mapping[str, Any]) -> Iterator[str]:
    slope = "; ".join(f"{_number(first)} → {_number(last)}" for first, last in run["slope"])
    kinds = ", ".join(f"{name} {count}" for name, count in list(run["log_events"].items())[:6])
    yield _line("показатель", "значение", "предел")
    yield "|" + "---|" * 3
    yield _line("обращений жителей / сообщений им", f"{run['appeals']} / {run['messages']}", "")
    yield _line("потеряно / удвоено", f"{run['lost']} / {run['doubled']}", "0 / 0")
    yield _line("обращений подали нападающие", run["of_strangers"], "")
    yield _line("память бота, больше всего, МБ", _list(run["own"]), "")
    yield _line("память детей, больше всего, МБ", _list(run["children"]), "")
    yield _line("память всего вместе, МБ", _list(run["most_in_all"]), run["memory_limit"])
    yield _line("память бота: первая десятая → последняя, МБ", slope, "рост до 10 %")
    yield _line("открыто дескрипторов", run["descriptors"], run["descriptors_limit"])
    yield _line("перезапусков", len(run["deaths"]), 0)
    yield _line("строк журнала об ошибке", len(run["errors"]), 0)
    yield _line("журнал, КБ в минуту", run["log_kilobytes_a_minute"], "")
    yield _line("чаще всего в журнале", kinds, "")
    yield _line("папка данных, МБ", run["files"], "")
    yield _line("база, МБ", run["database"], "")
    yield _line("`/healthz`: дольше всего, с", _number(run["health"]), "")
    loops = "; ".join(f"{_number(ran)} и {_number(waited)}" for ran, waited in run["loop"])
    yield _line("цикл событий: работал и ждал процессора, доля времени", loops, "")
    yield _line("задержка самого измерителя, 99 %, с", _number(run["own_lag"]), "")


def _attackers(run: Mapping[str, Any]) -> Iterator[str]:
    yield _line("нападающий", "что слал", "что ему ответили")
    yield "|" + "---|" * 3
    for deeds in run["attackers"]:
        yield _line(deeds["name"], _counted(deeds["sent"]), _counted(deeds["answered"]))


def _counted(counts: Mapping[str, int]) -> str:
    ordered = sorted(counts.items(), key=lambda pair: -pair[1])
    return ", ".join(f"{name}: {count}" for name, count in ordered[:MOST_ANSWERS] if count)


def _list(values: list[object]) -> str:
    return " и ".join(str(value) for value in values)


def _number(value: float) -> str:
    return f"{value:g}".replace(".", ",")


def _line(*cells: object) -> str:
    return f"| {' | '.join(str(cell).replace('|', '/') for cell in cells)} |"


def write() -> None:
    """``python -m tests.attack.record``: the page from the rows of the last long run."""
    rows = [json.loads(line) for line in ROWS.read_text(encoding="utf-8").splitlines()]
    text = page(rows, taken())
    PAGE.write_text(text, encoding="utf-8")
    sys.stdout.write(text)


if __name__ == "__main__":
    write()
