"""Keyboards for MAX: buttons under a message, each short enough to be read. Pure.

dev.max.ru, read 2026-11: a label has one line, and is cut if it does not fit; 20, 10, 5 and 3
signs are read whole at one, two, three and four buttons in a row. There are no colours.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from storage.messages import Button, Rows

READ_WHOLE = {1: 20, 2: 10, 3: 5, 4: 3}  # signs of a label, by the buttons in its row
MOST_ROWS = 30
MOST_BESIDE = 3  # in a row with one that opens a page or asks for a place


def keyboard(rows: Rows) -> dict[str, Any] | None:
    """Return the attachment that holds the buttons; None if there are none.

    Rows in which labels would be cut are taken apart, as long as all rows have room.
    """
    if not rows:
        return None
    apart = [part for row in rows for part in _readable(row)]
    shown = apart if len(apart) <= MOST_ROWS else [part for row in rows for part in _allowed(row)]
    buttons = [[_button(button) for button in row] for row in shown]
    return {"type": "inline_keyboard", "payload": {"buttons": buttons}}


def _readable(row: Sequence[Button]) -> Iterator[Sequence[Button]]:
    """Yield the row in as few parts as let its labels be read."""
    for count in range(len(row), 1, -1):
        parts = [row[start : start + count] for start in range(0, len(row), count)]
        if all(_can_be_read(part) for part in parts):
            yield from parts
            return
    yield from ((button,) for button in row)


def _can_be_read(part: Sequence[Button]) -> bool:
    most = READ_WHOLE.get(len(part), READ_WHOLE[4])
    is_allowed = len(part) <= MOST_BESIDE or all(button.kind == "press" for button in part)
    return is_allowed and (len(part) == 1 or all(len(button.label) <= most for button in part))


def _allowed(row: Sequence[Button]) -> Iterator[Sequence[Button]]:
    if all(button.kind == "press" for button in row):
        yield row
    else:
        yield from (row[at : at + MOST_BESIDE] for at in range(0, len(row), MOST_BESIDE))


def _button(button: Button) -> dict[str, Any]:
    match button.kind:
        case "location":  # on phones only (official Go client, issue 40)
            return {"type": "request_geo_location", "text": button.label}
        case "url":
            return {"type": "link", "text": button.label, "url": button.url}
        case _:
            return {"type": "callback", "text": button.label, "payload": button.press}
