"""Admins close the web chat to new residents for an hour, and open it again."""

from handlers.turn import Turn
from storage.messages import Reply
from storage.web import newcomers

CLOSE, OPEN = "1", "0"


def show(turn: Turn) -> list[Reply]:
    """Answer ``/newcomers``: whether they may come, and the button that changes it."""
    if not turn.settings.web_chat_on:
        return [turn.reply(turn.texts("newcomers-no-site"))]
    closed = newcomers.closed_until(turn.session, turn.now)
    text = f"{state_of(turn)}\n\n{turn.texts('newcomers-about')}"
    close = turn.button(
        "newcomers-close-anew" if closed else "newcomers-close", f"adm:newcomers:{CLOSE}"
    )
    reopen = (turn.button("newcomers-open", f"adm:newcomers:{OPEN}", tone="good"),)
    home = (turn.button("admin-to-home", "adm:home:"),)
    return [turn.reply(text, ((close,), *((reopen,) if closed else ()), home))]


def press(turn: Turn, what: str) -> list[Reply]:
    """Close it for an hour, open it, or just show how it stands."""
    if not turn.settings.web_chat_on:
        return show(turn)
    if what == CLOSE:
        newcomers.close(turn.session, turn.now)
    elif what == OPEN:
        newcomers.reopen(turn.session)
    return show(turn)


def state_of(turn: Turn) -> str:
    """One line on whether new residents may come on the web."""
    until = newcomers.closed_until(turn.session, turn.now)
    if until is None:
        return turn.texts("newcomers-are-open")
    return turn.texts("newcomers-are-closed", until=turn.time(until))
