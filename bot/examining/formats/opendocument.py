"""Check OpenDocument: no macros, listeners that run them, inner programs or remote data."""

from collections.abc import Mapping

from bot.examining.formats import markup
from bot.examining.formats.formulas import asks
from bot.examining.formats.packed import Package
from bot.examining.formats.targets import is_harmless_link, is_remote
from bot.file_kinds import Refused

MANIFEST = "meta-inf/manifest.xml"
OF_MACROS = ("basic/", "scripts/", "dialogs/")
OF_MENUS = "configurations2/"
MACROS = frozenset({"script", "execute-macro", "library-embedded", "library-linked"})
OBJECTS = frozenset({"applet", "floating-frame", "object-ole"})
MEDIA = "application/vnd.sun.star.media"  # a film or a sound, which is a plug-in by its form
RUNS = frozenset({"macro", "execute", "verb"})  # what a press on a slide may do, other than turn it
LINKS = frozenset({"dde-source", "dde-link", "dde-connection", "dde-connection-decl"})
FROM_ELSEWHERE = frozenset(
    {"section-source", "table-source", "cell-range-source", "object", "plugin", "template", "image"}
)
WATCHED = MACROS | OBJECTS | LINKS | {"event-listener", "plugin"}
RECKONED = ("formula", "condition", "expression")  # attributes
PRESSED = "a"  # a link in a text
SCRIPT = (
    ".uno:",
    "slot:",
    "vnd.sun.star.script:",
    "macro:",
    "vnd.sun.star.expand:",
    "javascript:",
    "service:",
)


def look_through(package: Package) -> None:
    """Raise Refused if the document holds what it should not."""
    for name in package.names:
        folded = name.casefold()
        if folded.startswith(OF_MACROS):
            raise Refused("macros")
        if folded == MANIFEST:
            markup.read(package.pieces(name), package.budget, _listed)
    for name in package.names:
        if name.casefold().endswith((".xml", ".rdf")):
            told = _button if name.casefold().startswith(OF_MENUS) else _element
            markup.read(package.pieces(name), package.budget, told)


def _listed(element: str, about: Mapping[str, str]) -> None:
    if element == "encryption-data":
        raise Refused("locked")
    if any("oleobject" in value.casefold() for value in about.values()):
        raise Refused("objects")


def _element(element: str, about: Mapping[str, str]) -> None:
    if element in WATCHED:
        _judge(element, about)
    for name, value in about.items():
        if name.endswith("href"):
            _followed(element, value)
        elif name.endswith(RECKONED) and asks(value):
            raise Refused("links")


def _judge(element: str, about: Mapping[str, str]) -> None:
    if element in MACROS or (element == "event-listener" and _runs(about)):
        raise Refused("macros")
    if element in OBJECTS or (element == "plugin" and MEDIA not in about.values()):
        raise Refused("objects")
    if element in LINKS:
        raise Refused("links")


def _followed(element: str, target: str) -> None:
    plain = target.strip().casefold()
    if plain.startswith(SCRIPT):
        raise Refused("macros")
    if element == PRESSED and not is_harmless_link(target):
        raise Refused("links")
    is_web_picture = element == "image" and plain.startswith(("http:", "https:"))  # as pasted
    if element in FROM_ELSEWHERE and is_remote(target) and not is_web_picture:
        raise Refused("links")


def _button(element: str, about: Mapping[str, str]) -> None:
    """Of the program's own menus, which a document may bring along."""
    if any(value.strip().casefold().startswith(SCRIPT) for value in about.values()):
        raise Refused("macros")


def _runs(about: Mapping[str, str]) -> bool:
    told = {markup.local(name): value for name, value in about.items()}
    return "language" in told or "macro-name" in told or told.get("action") in RUNS
