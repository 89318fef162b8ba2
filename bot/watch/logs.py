"""Logs on stderr: structured lines of ours, warnings of libraries, and no token in either."""

import asyncio
import logging
import re
import sys
import time
import warnings
from collections import OrderedDict
from collections.abc import Callable, MutableMapping
from traceback import extract_tb
from typing import Any

import structlog
from aiohttp import BadContentDispositionHeader, BadContentDispositionParam
from aiohttp.http import HttpProcessingError

from bot.watch import error_reports, metrics

# Libraries put whole addresses and parameters into their texts and tracebacks.
SECRET = re.compile(
    r"(?<!\d)\d{5,}:[\w-]{20,}"  # a Telegram token
    r"|vk\d\.a\.[\w.-]+"  # a VK key
    r"|(?<=access_token=)[^&\s'\"]+"
    r"|(?<=token=)[^&\s'\"]+"
    r"|(?<=[?&]code=)[^&\s'\"]+"
    r"|(?<=://)[^/@\s]+(?=@)"  # a name and password, or the key of an error report's address
)


TROUBLES = ("warning", "error", "critical")
# Of no account, and strangers cause them as often as they like.
OFTEN = {"request_refused", "body_unreadable", "upload_gives_way"}
OF_EVENT = 30  # lines a minute of one event that is a warning, whatever its fields are
MINUTE = 60.0
REMEMBERED = 1000

log = structlog.get_logger()


def set_up_logs() -> None:
    """Log our lines from info on and libraries' from warnings on; in colour on a terminal only."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Redacting("%(levelname)s %(name)s %(message)s"))
    handler.addFilter(lambda record: not _was_broken_off(record))
    handler.addFilter(lambda record: not _was_refused(record))
    handler.addFilter(Repeats().of_library)
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
    # A file's name as somebody sent it: no line for the log, and each is remembered for ever.
    for odd in (BadContentDispositionHeader, BadContentDispositionParam):
        warnings.filterwarnings("ignore", category=odd)
    renderer: Any = structlog.processors.LogfmtRenderer(key_order=["timestamp", "level", "event"])
    stamped = structlog.processors.TimeStamper(fmt="iso")
    if sys.stderr.isatty():  # somebody looks at it: by the clock on their wall
        renderer = structlog.dev.ConsoleRenderer(colors=True)
        stamped = structlog.processors.TimeStamper(fmt="%H:%M:%S", utc=False)
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            _notice,
            Repeats().of_ours,
            stamped,
            renderer,
            lambda _logger, _method, line: redacted(str(line)),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


def _notice(_logger: Any, level: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    if level in TROUBLES:
        metrics.trouble(level, str(line["event"]))
        error_reports.tell(level, line)
    return line


def redacted(text: str) -> str:
    """The text without anything that looks like a token or a password."""
    return SECRET.sub("***", text)


def _was_broken_off(record: logging.LogRecord) -> bool:
    """We stopped waiting ourselves (a page went away, the program stops): no trouble.

    The pool throws such a connection away, and says so as an error.
    """
    error = record.exc_info[1] if record.exc_info else None
    return isinstance(error, asyncio.CancelledError)


def _was_refused(record: logging.LogRecord) -> bool:
    """Somebody sent what is no request: aiohttp answered 400, and calls it an error."""
    error = record.exc_info[1] if record.exc_info else None
    refused = record.name == "aiohttp.server" and isinstance(error, HttpProcessingError)
    if refused:
        log.info("request_refused", why=type(error).__name__)
    return refused


class Repeats:
    """Holds back lines that repeat: strangers may cause them, and they would fill the disk.

    One line a minute passes of the same line of a library, of the same warning of ours, and of
    the same line about an event of ``OFTEN``. Of one event of ours with different fields
    ``OF_EVENT`` such lines a minute pass. Errors of ours all pass. ``held`` of the next line that
    passes is the number held back.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._said: OrderedDict[object, tuple[float, int]] = OrderedDict()  # since when, how often

    def of_library(self, record: logging.LogRecord) -> bool:
        """Return whether the record passes: a filter of ``logging``."""
        error = record.exc_info[1] if record.exc_info else None
        line = str(record.msg).partition("\n")[0]
        held = self._held((record.name, line, where(error) if error else ""), 1)
        if held:
            record.msg, record.args = f"{line} (held={held})", record.args
        return held is not None

    def of_ours(
        self, _logger: Any, level: str, line: MutableMapping[str, Any]
    ) -> MutableMapping[str, Any]:
        """Return the line if it passes: a processor of ``structlog``. Raises DropEvent if not."""
        event = str(line["event"])
        if level == "warning" or (level == "info" and event in OFTEN):
            whole = tuple(sorted((key, str(value)) for key, value in line.items()))
            of_line = self._held(whole, 1)
            of_event = None if of_line is None else self._held(event, OF_EVENT)
            if of_line is None or of_event is None:
                raise structlog.DropEvent
            if of_line or of_event:
                line["held"] = max(of_line, of_event)
        return line

    def _held(self, key: object, most: int) -> int | None:
        """How many were held back before this one; None: this one is."""
        now = self._clock()
        since, said = self._said.pop(key, (now, 0))
        held = 0
        if now - since >= MINUTE:
            held, since, said = max(said - most, 0), now, 0
        self._said[key] = since, said + 1
        if len(self._said) > REMEMBERED:
            self._said.popitem(last=False)
        return held if said < most else None


class _Redacting(logging.Formatter):
    """Libraries' lines: where it went wrong, and never the text of an error.

    A parser's error holds what came, a task's the whole of it: what people wrote.
    """

    def format(self, record: logging.LogRecord) -> str:
        """The line without tokens, and the places."""
        return redacted(super().format(record))

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - of logging
        """The first line of what is said: asyncio's further lines repeat the error."""
        return super().formatMessage(record).partition("\n")[0]

    def formatException(self, ei: Any) -> str:  # noqa: N802 - of logging
        """The kinds of errors, each with its places."""
        told: list[str] = []
        error: BaseException | None = ei[1]
        while error is not None:
            told.append(type(error).__name__)
            told += [f"  {f.filename}:{f.lineno} {f.name}" for f in extract_tb(error.__traceback__)]
            error = error.__cause__ or error.__context__
        return "\n".join(told)


def where(error: BaseException) -> str:
    """The kind and the place of an error: enough to find it, and no text of a person."""
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    module = trace.tb_frame.f_globals.get("__name__", "") if trace else ""
    place = f"{module}:{trace.tb_lineno}" if trace else ""
    return f"{type(error).__name__} at {place}"
