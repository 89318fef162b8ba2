"""Updates of MAX that surprise: seen in other people's reports, or only to be feared (MAX, 2026)."""

from typing import Any

from tests.fakes.max.state import Kept


def voice(now: int) -> dict[str, Any]:
    """A voice message or a round video: a bot is told no more than that there was one.

    github.com/max-messenger/max-bot-api-client-ts issue 250, September 2026.
    """
    return {"update_type": "message_created", "timestamp": now}


def without_body(created: dict[str, Any]) -> dict[str, Any]:
    """A message whose body is null, as the specification allows."""
    return created | {"message": created["message"] | {"body": None}}


def without_sender(created: dict[str, Any]) -> dict[str, Any]:
    """A post of a channel: nobody has said it."""
    message = {name: value for name, value in created["message"].items() if name != "sender"}
    recipient = message["recipient"] | {"chat_type": "channel"}
    return created | {"message": message | {"recipient": recipient, "sender": None}}


def without_message(pressed: dict[str, Any]) -> dict[str, Any]:
    """A press under a message that is gone: no chat is named (love-apples/maxapi issue 30)."""
    return pressed | {"message": None}


def of_unknown_type(now: int) -> dict[str, Any]:
    """An update of a kind that is yet to come."""
    return {"update_type": "poll_answered", "timestamp": now, "poll": {"id": 1}}


def with_unknown_fields(raw: Any) -> Any:
    """The same with a field more in every object."""
    if isinstance(raw, dict):
        inner = {name: with_unknown_fields(value) for name, value in raw.items()}
        return inner | {"since_tomorrow": {"new": [1]}}
    return [with_unknown_fields(item) for item in raw] if isinstance(raw, list) else raw


def sticker() -> dict[str, Any]:
    return {
        "type": "sticker",
        "payload": {"url": "https://i.oneme.ru/s?r=1", "code": "abc"},
        "width": 256,
        "height": 256,
    }


def share() -> dict[str, Any]:
    """The preview of a link."""
    payload = {"url": "https://example.ru/", "token": "f9LHodD0cOL_share"}
    words = {"title": "Новости", "description": "Города", "image_url": "https://example.ru/1.png"}
    return {"type": "share", "payload": payload} | words


def forward_of(kept: Kept, body: dict[str, Any]) -> dict[str, Any]:
    """The link of a forward; out of a dialog its chat is 0."""
    chat = 0 if kept.room.private else int(kept.room.id)
    sender = kept.raw.get("sender")
    told = {"type": "forward", "chat_id": chat, "message": body}
    return told | ({"sender": sender} if sender else {})
