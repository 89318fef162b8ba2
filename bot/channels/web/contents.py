"""Contents of kept messages: made of what people and the bot say, and shown to pages. Pure."""

from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from bot.channels.web.events import Visitor, is_picture
from bot.protocol import Part
from config.lengths import head
from handlers.wording.quoting import seen_in_a_quote
from storage.messages import File
from storage.tables import WebMessage

QUOTE = 200
EDITABLE_FOR = timedelta(minutes=15)


def said_content(text: str, files: tuple[File, ...], quoted: WebMessage | None) -> dict[str, Any]:
    """Return the content to keep of a person's message."""
    content: dict[str, Any] = {"text": text, "files": [asdict(file) for file in files]}
    return content | quote(quoted)


def part_content(part: Part) -> dict[str, Any]:
    """Return the content to keep of the bot's message, without its files; an edit replaces it."""
    return {
        "text": part.text,
        "only": part.only,
        "call": part.call.to_json() if part.call else None,
        "alarm": part.alarm,
        "about": part.about,
        "news": part.news,
        "card": part.card,
        "fill": part.fill,
        "rows": [[button.to_json() for button in row] for row in part.rows],
    }


def part_files(part: Part) -> dict[str, Any]:
    """Return the files to keep of the bot's message."""
    return {"files": [asdict(attachment) | {"size": 0} for attachment in part.attachments]}


def quote(quoted: WebMessage | None) -> dict[str, Any]:
    """Return the part of a reply's content that is about ``quoted``, the message it answers."""
    if quoted is None:
        return {}
    text = quoted.content["text"] or ", ".join(f["name"] for f in quoted.content.get("files", ()))
    shown = text if quoted.author else seen_in_a_quote(text)
    return {
        "reply_to": str(quoted.id),
        "quote": {"author": quoted.author and quoted.author_name, "text": head(shown, QUOTE)},
        "quotes_bot": not quoted.author,
    }


def editable_until(message: WebMessage) -> datetime | None:
    """Return when its author can correct a message no more; None if it has no words of theirs."""
    has_words = bool(message.author) and "files" in message.content
    if not has_words or message.content["text"].startswith("/"):
        return None
    return message.at + EDITABLE_FOR


def label_of(message: WebMessage, payload: str) -> str:
    """Return the label of the button with ``payload``; empty if it is not there (any more)."""
    for row in message.content.get("rows", ()):
        for button in row:
            if button["kind"] == "press" and button["press"] == payload:
                return str(button["label"])
    return ""


def shown(message: WebMessage, viewer: Visitor) -> dict[str, Any]:
    """Return a message as the page of ``viewer`` gets it: no refs, no accounts, no keys."""
    content = message.content
    mine = message.author == viewer.account
    if content.get("only") not in (None, "", viewer.account):  # the page counts it all the same
        content = {"text": ""}
    return {
        "hidden": content is not message.content,
        "asks": content.get("only") == viewer.account,  # they are to see it at once
        "id": message.id,
        "mine": mine,
        "bot": not message.author,
        "author": message.author_name,
        "client": message.origin.rpartition(":")[2] if mine else "",
        "text": content["text"],
        "rows": content.get("rows", []),
        "call": content.get("call"),
        "alarm": content.get("alarm", False),
        "about": content.get("about", True),
        "news": content.get("news", False),
        "card": content.get("card", False),
        "fill": content.get("fill", ""),
        "files": [
            {"kind": file["kind"], "name": file["name"], "inline": is_picture(file["mime"])}
            for file in content.get("files", ())
        ],
        "reply_to": content.get("reply_to", ""),
        "quote": content.get("quote"),
        "pressed": bool(content.get("pressed")),
        "until": until.isoformat() if mine and (until := editable_until(message)) else "",
        "at": message.at.isoformat(),
        "edited": message.edited_at.isoformat() if message.edited_at else "",
    }
