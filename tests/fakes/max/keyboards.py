"""Keyboards as MAX takes them: its limits (dev.max.ru/docs-api, November 2026), and what is shown."""

from collections.abc import Iterable, Mapping
from typing import Any

from tests.fakes.max.state import bad
from tests.fakes.messenger import ShownButton

ROWS, COLUMNS, BUTTONS = 30, 7, 210
WIDE = frozenset(("link", "open_app", "request_contact", "request_geo_location"))
WIDE_COLUMNS = 3
LABEL, PAYLOAD, URL = 128, 1024, 2048
KINDS = {
    "callback": "press",
    "link": "url",
    "request_geo_location": "location",
    "request_contact": "contact",
}


def look_at(rows: list[list[Mapping[str, Any]]]) -> None:
    """Raise what MAX answers to a keyboard that it does not take."""
    if not rows or not all(rows):
        raise bad("Keyboard: buttons are empty")
    if len(rows) > ROWS or sum(map(len, rows)) > BUTTONS:
        raise bad("Keyboard: too many rows or buttons")
    for row in rows:
        most = WIDE_COLUMNS if any(button["type"] in WIDE for button in row) else COLUMNS
        if len(row) > most:
            raise bad(f"Keyboard: more than {most} buttons in a row")
        for button in row:
            if not 1 <= len(button["text"]) <= LABEL:
                raise bad("Keyboard: text of a button")
            if len(button.get("payload") or "") > PAYLOAD or len(button.get("url") or "") > URL:
                raise bad("Keyboard: payload of a button")
            if button["type"] == "open_app" and not button.get("web_app"):
                raise bad("Field 'webApp' cannot be null")


def buttons_of(attachments: Iterable[Mapping[str, Any]]) -> list[ShownButton]:
    """The buttons that a phone shows."""
    return [
        ShownButton(
            button["text"],
            button.get("payload") or button.get("url") or "",
            KINDS.get(button["type"], button["type"]),
        )
        for attachment in attachments
        if attachment["type"] == "inline_keyboard"
        for row in attachment["payload"]["buttons"]
        for button in row
    ]
