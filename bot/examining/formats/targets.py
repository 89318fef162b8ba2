"""Tell whether a document points to another machine."""

import re
from urllib.parse import unquote

DRIVE = re.compile("[a-z][:|]")
SCHEME = re.compile(r"[a-z][a-z0-9+.-]{1,30}:")  # one letter is a drive


def is_remote(target: str) -> bool:
    """Whether opening ``target`` asks another machine: an address, or a folder of the network."""
    plain = unquote(target).strip("\0 \t\r\n\"'").casefold().replace("\\", "/")
    if plain.startswith("file:"):
        plain = plain.removeprefix("file:")
        path = plain.lstrip("/")
        if len(plain) - len(path) in (1, 3) or DRIVE.match(path):
            return False  # file:/x, file:///x, and a drive behind any number of strokes
        return plain.startswith("//")
    return plain.startswith("//") or bool(SCHEME.match(plain))
