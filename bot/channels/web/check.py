"""The ways into the web chat, for ``python -m bot check``."""

from bot.links import typed
from bot.protocol import Finding
from config.settings import Settings
from config.texts import Texts

LOCAL = ("127.0.0.1", "localhost", "::1")


def findings(settings: Settings, texts: Texts) -> list[Finding]:
    """Return the address of the chat, and the way in for employees."""
    address = f"http://{settings.web_host}:{settings.web_port}"
    if settings.public_url:
        reach = texts("web-check-public", address=settings.public_url)
    elif settings.web_host in LOCAL:
        reach = texts("web-check-local", address=address)
    else:
        reach = texts("web-check-open", address=address)
    login = texts("web-check-codes", command=typed("code"))
    return [
        Finding(texts("web-check-address"), True, reach),
        Finding(texts("web-check-login"), True, login),
    ]
