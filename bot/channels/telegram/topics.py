"""Topics of a group in Telegram: a chat's id with the number of its topic, as ``-1001234567890/17``.

Bot API 10.1, read 2026-11. The topic «General» is the group itself: its messages have no number, and
number 1 is refused (https://core.telegram.org/api/forum).
"""

from storage.addresses import TOPIC, Address

GENERAL = 1
# What Telegram says of a topic that is not there, or to a group that has none.
NO_TOPIC = ("message thread not found", "message_thread_invalid", "topic_id_invalid")


def named(chat_id: int, topic: int | None) -> str:
    """Return the chat of an address: the group's id, with the topic's number if it has one."""
    return f"{chat_id}{TOPIC}{topic}" if topic and topic != GENERAL else str(chat_id)


def group_of(to: Address) -> int:
    """Return the id of the chat, without its topic."""
    return int(to.group.chat)


def topic_of(to: Address) -> int | None:
    """Return the number of the topic as requests have it; None for the group itself."""
    return int(to.topic) if to.topic and int(to.topic) != GENERAL else None


def is_missing(refusal: Exception) -> bool:
    """Whether Telegram refuses a message because there is no such topic."""
    return any(words in str(refusal).lower() for words in NO_TOPIC)
