"""Logs on stderr: structured lines of ours, warnings of libraries, and no token in either."""

import asyncio
import logging
import re
import sys
from collections.abc import MutableMapping
from traceback import extract_tb
from typing import Any

import structlog

from bot import error_reports, metrics

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


def set_up_logs() -> None:
    """Ours from info on, libraries' from warnings on; colours on a terminal only."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Redacting("%(levelname)s %(name)s %(message)s"))
    handler.addFilter(lambda record: not _was_broken_off(record))
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
    renderer: Any = structlog.processors.LogfmtRenderer(key_order=["timestamp", "level", "event"])
    if sys.stderr.isatty():
        renderer = structlog.dev.ConsoleRenderer(colors=True)
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            _notice,
            structlog.processors.TimeStamper(fmt="iso"),
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


def where(error: Exception) -> str:
    """The kind of an error and where it was raised: enough to find it, and no text of a person."""
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    place = (
        f"{trace.tb_frame.f_code.co_filename.rsplit('/', 2)[-1]}:{trace.tb_lineno}" if trace else ""
    )
    return f"{type(error).__name__} at {place}"
