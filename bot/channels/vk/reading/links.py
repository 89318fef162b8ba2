"""Addresses of the web as people write them and as VK makes them whole: pure."""

import re
from urllib.parse import unquote

BEGINS = re.compile(r"https?://(?:www\.|m\.)?")
CODED = re.compile(r"xn--[a-z0-9-]{1,59}")  # a Cyrillic name of a host


def bare(text: str) -> str:
    """The text with its addresses as people write them.

    The preview of a link that was typed comes as an attachment, with an address that VK has made whole:
    it says nothing new.
    """
    plain = CODED.sub(_decoded, unquote(text).casefold())
    return BEGINS.sub("", plain).rstrip("/")


def _decoded(host: re.Match[str]) -> str:
    try:
        return host[0].encode("ascii").decode("idna")
    except UnicodeError:
        return host[0]
