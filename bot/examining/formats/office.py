"""Check documents of today's Office and OpenDocument: no macros, objects or remote templates.

They are judged by their content, whatever their parts are called: types, relations, first bytes,
fields.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote

from bot.examining.formats import markup, opendocument
from bot.examining.formats.compound import MARK as OLE
from bot.examining.formats.fields import has_far_field
from bot.examining.formats.packed import Budget, Package
from bot.examining.formats.targets import is_remote
from bot.file_kinds import DOCUMENTS, OPENDOCUMENT, OPENXML, Content, Refused

WORD = OPENXML + "wordprocessingml.document"
OPENXML_PARTS = {
    "word/document.xml": WORD,
    "xl/workbook.xml": OPENXML + "spreadsheetml.sheet",
    "ppt/presentation.xml": OPENXML + "presentationml.presentation",
}
MAIN = ".main+xml"  # how the type of a document's main part ends
TYPES, TOLD_TYPE = "[Content_Types].xml", "mimetype"
LONGEST_TYPE = 200
MOST_TYPES = 4_000_000  # bytes of the list of types
MOST_RELATIONS = 16_000_000  # bytes of the relations of one part: a table of links has many
MOST_WITHIN = 20_000_000  # bytes of a document in a document
DEEPEST = 2  # documents in documents: the table behind a diagram is one
OF_MACROS = ("vba", "macro", "dialogsheet")
OWN_NAME = "vbaproject.bin"  # whatever stands in it
OF_OBJECTS = ("oleobject", "activex", "webextension")
OF_LINKS = ("connections+xml", "querytable")
OF_OTHER_BOOKS = "externallink"
# Relations by the last word of their type.
MACROS = frozenset({"vbaproject", "wordvbadata", "xlmacrosheet", "xlintlmacrosheet", "dialogsheet"})
OBJECTS = frozenset({"oleobject", "control", "activexcontrolbinary", "afchunk", "webextension"})
FAR = frozenset({"connections", "querytable", "mailmergesource", "recipientdata"})
FAR_IF_OUTSIDE = frozenset({"frame", "subdocument", "package"})
HARMLESS_OUTSIDE = frozenset({"hyperlink", "externallinkpath"})  # followed only by a person
WEB = ("http:", "https:")
PROGRAMS = (b"MZ", b"\x7fELF", b"Rar!\x1a\x07", b"7z\xbc\xaf", b"{\\rt", b"%PDF", b"ITSF")
XML = (b"<", b"\xef\xbb\xbf<", b"\xff\xfe<\0", b"\xfe\xff\0<", b"<\0", b"\0<")


def office(content: bytes, budget: Budget | None = None, depth: int = 0) -> Content:
    """Return the kind of a document that is an archive. Raises Refused, also for other archives.

    ``depth``: how many documents it lies in.
    """
    package = Package(content, budget or Budget())
    names = package.names
    if (TYPES in names) == (names[:1] == [TOLD_TYPE]):  # neither, or a thing that is two at once
        raise Refused("archive")
    _look_at_parts(package, depth)
    if TYPES in names:
        return _OpenXml(package).look_through()
    mime = package.read(TOLD_TYPE, LONGEST_TYPE).decode("ascii", errors="replace").strip()
    if not (mime.startswith(OPENDOCUMENT) and mime in DOCUMENTS):
        raise Refused("archive")
    opendocument.look_through(package)
    return Content(mime, DOCUMENTS[mime])


def _look_at_parts(package: Package, depth: int) -> None:
    """What is hidden in a part, by its first bytes."""
    for name in package.names:
        if name.casefold().endswith(OWN_NAME):
            raise Refused("macros")
        start = package.beginning(name)
        if start.startswith(OLE):
            raise Refused("macros" if "vba" in name.casefold() else "objects")
        if start.startswith(PROGRAMS):
            raise Refused("objects")
        if start.startswith(b"PK"):
            if depth == DEEPEST:
                raise Refused("archive")
            office(package.read(name, MOST_WITHIN), package.budget, depth + 1)


@dataclass
class _OpenXml:
    """What is known of a document of Office while it is looked through."""

    package: Package
    mimes: set[str] = field(default_factory=set)  # its kinds, by its main parts
    other_books: set[str] = field(default_factory=set)  # the names of parts about other tables

    def look_through(self) -> Content:
        """Its kind, if there is one and nothing in it is refused."""
        package, budget = self.package, self.package.budget
        markup.read([package.read(TYPES, MOST_TYPES)], budget, self._type)
        self.mimes |= {mime for part, mime in OPENXML_PARTS.items() if part in package.names}
        if len(self.mimes) != 1:
            raise Refused("archive")
        mime = self.mimes.pop()
        for name in package.names:
            if name.casefold().endswith(".rels"):
                markup.read([package.read(name, MOST_RELATIONS)], budget, self._relation)
        for name in package.names:
            if _last(name) in self.other_books:
                markup.read(package.pieces(name), budget, _other_book)
            elif mime == WORD and self._has_far_field(name):
                raise Refused("links")
        return Content(mime, DOCUMENTS[mime])

    def _has_far_field(self, name: str) -> bool:
        is_xml = self.package.beginning(name).lstrip().startswith(XML)
        return is_xml and has_far_field(self.package.pieces(name), self.package.budget)

    def _type(self, element: str, about: Mapping[str, str]) -> None:
        kind = about.get("ContentType", "").strip().casefold()
        for words, reason in ((OF_MACROS, "macros"), (OF_OBJECTS, "objects"), (OF_LINKS, "links")):
            if any(word in kind for word in words):
                raise Refused(reason)
        if OF_OTHER_BOOKS in kind:
            self.other_books.add(_last(about.get("PartName", "")))
        if kind.endswith(MAIN) and (mime := kind.removesuffix(MAIN)) in DOCUMENTS:
            self.mimes.add(mime)

    def _relation(self, element: str, about: Mapping[str, str]) -> None:
        kind = about.get("Type", "").strip().rpartition("/")[2].casefold()
        target = about.get("Target", "").strip()
        for kinds, reason in ((MACROS, "macros"), (OBJECTS, "objects"), (FAR, "links")):
            if kind in kinds:
                raise Refused(reason)
        if kind == OF_OTHER_BOOKS:
            self.other_books.add(_last(target))
        is_outside = about.get("TargetMode", "").strip().casefold() == "external"
        if not is_outside or kind in HARMLESS_OUTSIDE:
            return
        is_web_picture = kind == "image" and target.casefold().startswith(WEB)  # as pasted
        if kind in FAR_IF_OUTSIDE or (is_remote(target) and not is_web_picture):
            raise Refused("links")


def _last(name: str) -> str:
    return unquote(name).rpartition("/")[2].casefold()


def _other_book(element: str, about: Mapping[str, str]) -> None:
    if element in ("ddelink", "olelink"):
        raise Refused("links")
