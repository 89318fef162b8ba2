"""Keyboards for VK, and texts changed so that VK shows them literally: pure."""

import json
import re
from collections.abc import Iterator
from typing import Any

from config.lengths import head
from storage.messages import Button, Rows

LABEL = 40
COLORS = {"plain": "secondary", "primary": "primary", "good": "positive", "bad": "negative"}

# VK reads [id1|name], [club1|name], [https://vk.com/...|name], @name and *name as mentions and
# links, and &#38; or &lt; as characters (dev.vk.com/reference/objects/message, November 2026).
# None of it can be escaped, so a zero-width joiner breaks it: VK keeps those, emoji need them.
_MARKUP = re.compile(r"\[(?=[^\[\]|\s]+\|)|(?<![\w/=])[@*](?=\w)|&(?=#?\w+;)")
JOINER = "\u200d"


def literal(text: str) -> str:
    """Return the text so that VK shows it literally; its length at most doubles."""
    return _MARKUP.sub(lambda match: match[0] + JOINER, text)


def keyboard(rows: Rows, *, inline: bool, private: bool, stays: bool = False) -> str | None:
    """Return a keyboard as VK takes it; None if there are no buttons.

    In private chats a button sends its label as a text, so the chat can be read later. In
    conversations a press sends no text (``message_event``). One below the field ``stays`` there until
    another comes, else it goes with the first press.
    """
    if not rows:
        return None
    buttons = [[_button(button, private=private) for button in row] for row in _alone(rows)]
    shape = {"inline": True} if inline else {"one_time": not stays}
    return json.dumps(shape | {"buttons": buttons}, ensure_ascii=False, separators=(",", ":"))


def labels(rows: Rows, *, private: bool = False) -> str:
    """Return the options as lines that people can type, for a keyboard that VK refuses.

    In private chats they are counted if they have no numbers of their own; a form and a card are
    answered with the words: there a number may be an answer.
    """
    options = [button for row in rows for button in row if button.kind != "location"]
    counts = private and not any(button.number or "=" in button.press for button in options)
    return "\n".join(
        f"{button.number or place}. {button.label}"
        if button.kind == "press" and (button.number or counts)
        else f"— {button.label} {button.url}".rstrip()
        for place, button in enumerate(options, 1)
    )


def _alone(rows: Rows) -> Iterator[list[Button]]:
    """Yield rows in which a location button is alone: else VK gives error 911."""
    for row in rows:
        rest = [button for button in row if button.kind != "location"]
        if rest:
            yield rest
        yield from ([button] for button in row if button.kind == "location")


def _button(button: Button, *, private: bool) -> dict[str, Any]:
    label = head(button.label, LABEL)
    match button.kind:
        case "location":
            return {"action": {"type": "location"}}  # VK labels it, and a colour is an error
        case "url":
            return {"action": {"type": "open_link", "link": button.url, "label": label}}
        case _:
            payload = json.dumps({"p": button.press}, ensure_ascii=False, separators=(",", ":"))
            kind = "text" if private else "callback"
            action = {"type": kind, "label": label, "payload": payload}
            return {"action": action, "color": COLORS[button.tone]}
