"""Read XML of office documents element by element, within bounds: no entities, few encodings."""

from collections.abc import Callable, Iterable, Mapping
from xml.parsers import expat

from bot.examining.formats.packed import Budget
from bot.examining.formats.targets import is_remote
from bot.file_kinds import Refused

DEEPEST = 500
MOST_NAMES = 1000
ENCODINGS = ("utf-8", "utf8", "utf-16", "us-ascii")
Started = Callable[[str, Mapping[str, str]], None]
Said = Callable[[str], None]


def local(name: str) -> str:
    """A name without its namespace, in small letters."""
    return name.rpartition(":")[2].casefold()


def read(
    pieces: Iterable[bytes], budget: Budget, started: Started, said: Said | None = None
) -> None:
    """Call ``started`` with the local name and attributes of each element, ``said`` with all text.

    Raises Refused for what is no XML, and for what no office program writes. A part without a single
    byte is as good as none: LibreOffice writes one for menus that nobody has changed.
    """
    is_empty = True
    reader = _Reader(budget, started)
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = reader.start, reader.end
    parser.XmlDeclHandler, parser.StartDoctypeDeclHandler = _declared, _has_entities
    parser.SkippedEntityHandler = _is_elsewhere
    if said:
        parser.CharacterDataHandler = said
    try:
        for piece in pieces:
            is_empty = is_empty and not piece
            parser.Parse(piece, False)
        if not is_empty:
            parser.Parse(b"", True)
    except (expat.ExpatError, UnicodeError, ValueError, LookupError):
        raise Refused("broken-document") from None


class _Reader:
    """Counts what it hears of."""

    def __init__(self, budget: Budget, started: Started) -> None:
        self._budget = budget
        self._started = started
        self._depth = 0
        self._known: dict[str, str] = {}  # names are few, elements many

    def start(self, name: str, about: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > DEEPEST:
            raise Refused("packed")
        self._budget.element()
        short = self._known.get(name)
        if short is None:
            short = local(name)
            if len(self._known) < MOST_NAMES:
                self._known[name] = short
        self._started(short, about)

    def end(self, _name: str) -> None:
        self._depth -= 1


def _declared(_version: str, encoding: str | None, _standalone: int) -> None:
    if encoding and encoding.casefold() not in ENCODINGS:
        raise Refused("broken-document")


def _has_entities(name: str, at: str | None, _public: str | None, has_subset: int) -> None:
    """Refuse a grammar, but for the name of one that OpenOffice writes into its list and never reads."""
    if has_subset or local(name) != "manifest" or is_remote(at or ""):
        raise Refused("broken-document")


def _is_elsewhere(*_about: object) -> None:
    """Refuse a sign that would stand in that grammar."""
    raise Refused("broken-document")
