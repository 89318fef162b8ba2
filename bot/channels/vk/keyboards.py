"""What we say in VK's words: keyboards, and texts that VK shows as they stand; pure."""

import json
import re
from collections.abc import Iterator
from typing import Any

from storage.messages import Button, Rows

LABEL = 40
COLORS = {"plain": "secondary", "primary": "primary", "good": "positive", "bad": "negative"}

# VK reads [id1|name], [club1|name], [https://vk.com/...|name], @name and *name as mentions and
# links, and &#38; or &lt; as characters (dev.vk.com/reference/objects/message, November 2026).
# None of it can be escaped, so a zero-width joiner breaks it: VK keeps those, emoji need them.
_MARKUP = re.compile(r"\[(?=[^\[\]|\s]+\|)|(?<![\w/=])[@*](?=\w)|&(?=#?\w+;)")
JOINER = "\u200d"


def literal(text: str) -> str:
    """The text so that VK shows it as it stands, at most twice as long."""
    return _MARKUP.sub(lambda match: match[0] + JOINER, text)


def keyboard(rows: Rows, *, inline: bool, private: bool) -> str | None:
    """A keyboard as VK takes it, None without buttons.

    In private chats buttons send their label, which reads well later; in conversations they
    press silently (``message_event``).
    """
    if not rows:
        return None
    buttons = [[_button(button, private=private) for button in row] for row in _alone(rows)]
    shape = {"inline": True} if inline else {"one_time": True}
    return json.dumps(shape | {"buttons": buttons}, ensure_ascii=False, separators=(",", ":"))


def labels(rows: Rows) -> str:
    """The options as lines, for where VK refuses the keyboard: they may be typed."""
    return "\n".join(
        f"{button.number}. {button.label}"
        if button.number
        else f"— {button.label} {button.url}".rstrip()
        for row in rows
        for button in row
    )


def _alone(rows: Rows) -> Iterator[list[Button]]:
    """Rows in which a location button stands alone: it takes its row, else error 911."""
    for row in rows:
        rest = [button for button in row if button.kind != "location"]
        if rest:
            yield rest
        yield from ([button] for button in row if button.kind == "location")


def _button(button: Button, *, private: bool) -> dict[str, Any]:
    label = button.label[:LABEL]
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
