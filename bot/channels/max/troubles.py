"""Troubles of receiving: how they read in the log, and how long MAX asks to wait after them."""

import structlog

from bot.channels.max.calls import MaxAway, MaxError
from bot.failures import Unavailable

log = structlog.get_logger()


def wait_asked_by(error: Exception) -> float | None:
    """Return the seconds to wait after that error; None: as long as after any."""
    if isinstance(error, MaxError):
        return 60.0 if error.status == 401 else error.wait
    return None


def log_trouble(error: Exception) -> None:
    """Tell the operator what is the matter."""
    match error:
        case MaxError(status=401):
            log.error("max_token_refused", hint="MAX does not accept MCU_MAX_TOKEN")
        case MaxError() | MaxAway():
            log.warning("max_away", reason=str(error))
        case Unavailable():
            log.warning("max_inbox_unavailable")
        case _:
            log.error("max_receiving_failed", error=type(error).__name__)
