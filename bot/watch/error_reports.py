"""Report errors to Sentry if ``MCU_SENTRY_DSN`` is set: their kind and place, nobody's words.

A report is an error line of the log, without the fields that may hold a person's words. Nothing is
taken from the stack's variables, from requests or from what the program did before.
"""

from collections.abc import Callable, Mapping
from typing import Any

# Kinds, places and numbers; "text" and "reason" of a log line may quote what a server answered.
KEPT_FIELDS = ("channel", "error", "place", "part", "job", "code", "outbox", "file")

_report: Callable[[str, Mapping[str, Any]], None] | None = None


def start(dsn: str, release: str) -> None:
    """Send errors to ``dsn`` from now on."""
    global _report  # noqa: PLW0603 - one process has one place for its errors
    import sentry_sdk  # noqa: PLC0415 - only if it is on

    sentry_sdk.init(
        dsn,
        release=release,
        default_integrations=False,
        auto_enabling_integrations=False,
        include_local_variables=False,
        include_source_context=False,
        max_breadcrumbs=0,
        server_name="mcu-bot",
        shutdown_timeout=1,
    )

    def report(level: str, line: Mapping[str, Any]) -> None:
        event = str(line["event"])
        with sentry_sdk.new_scope() as scope:
            for name in KEPT_FIELDS:
                if name in line:
                    scope.set_tag(name, str(line[name]))
            scope.fingerprint = [event, str(line.get("error", "")), str(line.get("place", ""))]
            scope.capture_message(event, level="fatal" if level == "critical" else "error")

    _report = report


def tell(level: str, line: Mapping[str, Any]) -> None:
    """Report an error line of the log, if ``start`` was called."""
    if _report and level in ("error", "critical"):
        _report(level, line)
