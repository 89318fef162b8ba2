"""Tell whether a document points to another machine, a program, or a page for a person to open."""

import re
from urllib.parse import unquote

DRIVE = re.compile("[a-z][:|]")
SCHEME = re.compile(r"[a-z][a-z0-9+.-]{1,30}:")  # one letter is a drive
OPENED_BY_PEOPLE = ("http:", "https:", "mailto:", "tel:", "sms:", "ftp:", "ftps:", "geo:")
PROGRAMS = tuple(
    f".{ending}"
    for ending in (
        *(
            "exe",
            "scr",
            "pif",
            "cpl",
            "msi",
            "msp",
            "mst",
            "bat",
            "cmd",
            "ps1",
            "psm1",
            "vb",
            "vbs",
        ),
        *("vbe", "js", "jse", "ws", "wsf", "wsc", "wsh", "hta", "sct", "lnk", "url", "scf", "reg"),
        *("jar", "jnlp", "dll", "ocx", "xll", "wll", "inf", "chm", "iso", "img", "vhd", "vhdx"),
        *("sh", "py", "pyw", "app", "command", "desktop", "apk", "library-ms", "search-ms"),
        *("settingcontent-ms", "appref-ms", "application", "gadget", "msc", "rdp", "one", "iqy"),
        *("docm", "dotm", "xlsm", "xlsb", "xltm", "xlam", "pptm", "potm", "ppam", "ppsm", "sldm"),
    )
)


def is_remote(target: str) -> bool:
    """Whether opening ``target`` asks another machine: an address, or a folder of the network."""
    plain = _plain(target)
    if plain.startswith("file:"):
        plain = plain.removeprefix("file:")
        path = plain.lstrip("/")
        if len(plain) - len(path) in (1, 3) or DRIVE.match(path):
            return False  # file:/x, file:///x, and a drive behind any number of strokes
        return plain.startswith("//")
    return plain.startswith("//") or bool(SCHEME.match(plain))


def is_harmless_link(target: str) -> bool:
    """Whether a person who presses ``target`` comes to a page, a letter, or a document beside it."""
    plain = _plain(target)
    if plain.startswith(OPENED_BY_PEOPLE):
        return True
    if plain.startswith("//") or SCHEME.match(plain) or DRIVE.match(plain):
        return False
    path = plain.partition("?")[0].partition("#")[0]
    return not path.rstrip(" .").endswith(PROGRAMS)


def _plain(target: str) -> str:
    return unquote(target).strip("\0 \t\r\n\"'").casefold().replace("\\", "/")
