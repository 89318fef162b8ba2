"""Greetings and thanks: words that say nothing about what happened."""

import re

GREETING = re.compile(
    r"""\b(?: здравствуйте | здравствуй | здрасьте | здрасте | приветствую | привет
    | доброе\s+утро | добрый\s+(?:день|вечер) | доброго\s+(?:дня|вечера|времени\s+суток|утра)
    | доброй\s+ночи | уважаем(?:ые|ая|ый) | алло | ау )\b""",
    re.IGNORECASE | re.VERBOSE,
)
SMALL_TALK = re.compile(
    r"""\b(?: (?:большое\s+|огромное\s+)?спасибо(?:\s+(?:большое|огромное|вам|всем))*
    | благодарю(?:\s+вас)? | до\s+свидания | всего\s+(?:доброго|хорошего) | пожалуйста
    | ок | окей | хорошо | ладно | понятно | понял | поняла | ясно | есть\s+кто(?:-нибудь)?
    | кто\s+(?:здесь|тут|вы) | вы\s+(?:здесь|тут) | начать | старт | start | hello | hi )\b""",
    re.IGNORECASE | re.VERBOSE,
)


def without_greeting(text: str) -> str:
    """The text without its greetings, as far as it has letters or digits then."""
    rest = GREETING.sub(" ", text).strip()
    return rest if any(c.isalnum() for c in rest) else ""


def is_small_talk(text: str) -> bool:
    """Whether the text is all greetings, thanks and the like."""
    return not any(c.isalnum() for c in SMALL_TALK.sub(" ", without_greeting(text)))
