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
from bot.examining.formats.formulas import Formulas, may_ask
from bot.examining.formats.packed import Budget, Package
from bot.examining.formats.targets import is_harmless_link, is_remote
from bot.file_kinds import DOCUMENTS, OPENDOCUMENT, OPENXML, Content, Refused

WORD = OPENXML + "wordprocessingml.document"
OPENXML_PARTS = {
    "word/document.xml": WORD,
    "xl/workbook.xml": OPENXML + "spreadsheetml.sheet",
    "ppt/presentation.xml": OPENXML + "presentationml.presentation",
}
MAIN = ".main+xml"  # how the type of a document's main part ends
TYPES, TOLD_TYPE = "[content_types].xml", "mimetype"
LONGEST_TYPE = 200
MOST_TYPES = 4_000_000  # bytes of the list of types
MOST_RELATIONS = 16_000_000  # bytes of the relations of one part: a table of links has many
MOST_WITHIN = 20_000_000  # bytes of a document in a document
DEEPEST = 2  # documents in documents: the table behind a diagram is one
OF_MACROS = ("vba", "macro", "dialogsheet")
OWN_NAME = "vbaproject.bin"  # whatever stands in it
OF_OBJECTS = ("oleobject", "activex", "webextension", "customui", "python")
OF_LINKS = ("connections+xml", "querytable")
OF_OTHER_BOOKS = "externallink"
# Relations by the last word of their type.
MACROS = frozenset({"vbaproject", "wordvbadata", "xlmacrosheet", "xlintlmacrosheet", "dialogsheet"})
OBJECTS = frozenset(
    {"oleobject", "control", "activexcontrolbinary", "afchunk", "webextension", "extensibility"}
)
FAR = frozenset({"connections", "querytable", "mailmergesource", "recipientdata"})
FAR_IF_OUTSIDE = frozenset({"frame", "subdocument", "package"})
HARMLESS_OUTSIDE = frozenset({"externallinkpath"})  # a path, asked for only if a person says so
PRESSED = "hyperlink"  # followed only by a person
WEB = ("http:", "https:")
PROGRAMS = (b"MZ", b"\x7fELF", b"Rar!\x1a\x07", b"7z\xbc\xaf", b"{\\rt", b"%PDF", b"ITSF")
# Files that a picture, a table or a text is not, whatever it is called.
OTHER_FILES = (
    *(b"#!", b"L\0\0\0\x01\x14\x02", b"MSCF", b"ISc(", b"\x1f\x8b", b"BZh", b"\xfd7zXZ\0", b"%!PS"),
    *(b"\xca\xfe\xba\xbe", b"\xca\xfe\xd0\x0d", b"\xfe\xed\xfa", b"\xce\xfa\xed\xfe"),
    *(b"\xcf\xfa\xed\xfe", b"FWS", b"CWS", b"ZWS", b"dex\n", b"\0asm", b"vhdxfile", b"conectix"),
    *(b"ITOLITLS", b"!<arch>", b"[InternetShortcut]", b"REGEDIT", b"Windows Registry"),
)
# The first bytes of pictures, fonts, sounds and films.
SHOWN = (
    *(
        b"\x89PNG",
        b"\xff\xd8\xff",
        b"GIF8",
        b"BM",
        b"II*\0",
        b"MM\0*",
        b"II\xbc",
        b"RIFF",
        b"\0\0\x01\0",
    ),
    *(
        b"\x01\0\0\0",
        b"\xd7\xcd\xc6\x9a",
        b"\x01\0\x09\0",
        b"\x02\0\x09\0",
        b"VCLMTF",
        b"OggS",
        b"fLaC",
    ),
    *(b"\0\x01\0\0", b"OTTO", b"true", b"ttcf", b"wOF", b"ID3", b"\xff\xfb", b"\xff\xf3", b"MThd"),
    *(
        b"\x1aE\xdf\xa3",
        b"0&\xb2u",
        b"\xff\x0a",
        b"\0\0\0\x0cJXL",
        b"\0\0\0\x0cjP",
        b"\0\0\x01\xb3",
    ),
    *(b"\0\0\x01\xba", b".snd", b"FORM"),
)
OF_NO_MARK = ("odttf", "fntdata", "layout-cache")  # fonts are disguised, layouts are numbers
OF_PRINTERS = "printersettings"
XML = (b"<", b"\xef\xbb\xbf<", b"\xff\xfe<\0", b"\xfe\xff\0<", b"<\0", b"\0<")


def office(content: bytes, budget: Budget | None = None, depth: int = 0) -> Content:
    """Return the kind of a document that is an archive. Raises Refused, also for other archives.

    ``depth``: how many documents it lies in.
    """
    package = Package(content, budget or Budget())
    types = next((name for name in package.names if name.casefold() == TYPES), None)
    # Neither, or a thing that is two at once. Whoever packs an OpenDocument again leaves its type
    # wherever it comes, and LibreOffice opens it.
    if (types is not None) == (TOLD_TYPE in package.names):
        raise Refused("archive")
    _look_at_parts(package, depth)
    if types:
        found = _OpenXml(package).look_through(types)
        _check_kinds(package)
        return found
    mime = package.read(TOLD_TYPE, LONGEST_TYPE).decode("ascii", errors="replace").strip()
    if not (mime.startswith(OPENDOCUMENT) and mime in DOCUMENTS):
        raise Refused("archive")
    opendocument.look_through(package)
    _check_kinds(package)
    return Content(mime, DOCUMENTS[mime])


def _look_at_parts(package: Package, depth: int) -> None:
    """What is hidden in a part, by its first bytes."""
    for name in package.names:
        if name.casefold().endswith(OWN_NAME):
            raise Refused("macros")
        start = package.beginning(name)
        if start.startswith(OLE):
            raise Refused("macros" if "vba" in name.casefold() else "objects")
        if start.startswith(PROGRAMS + OTHER_FILES):
            raise Refused("objects")
        if start.startswith(b"PK"):
            if depth == DEEPEST:
                raise Refused("archive")
            office(package.read(name, MOST_WITHIN), package.budget, depth + 1)


def _check_kinds(package: Package) -> None:
    if not all(
        name == TOLD_TYPE or _is_known(name, package.beginning(name)) for name in package.names
    ):
        raise Refused("objects")


def _is_known(name: str, start: bytes) -> bool:
    """Whether a part is of a kind that documents have: by its bytes, and few by their names."""
    if not start.strip() or start.lstrip().startswith(XML) or start.startswith((*SHOWN, b"PK")):
        return True
    folded = name.casefold()
    return start[4:8] == b"ftyp" or folded.endswith(OF_NO_MARK) or OF_PRINTERS in folded


@dataclass
class _OpenXml:
    """What is known of a document of Office while it is looked through."""

    package: Package
    mimes: set[str] = field(default_factory=set)  # its kinds, by its main parts
    other_books: set[str] = field(default_factory=set)  # the names of parts about other tables

    def look_through(self, types: str) -> Content:
        """Its kind, if there is one and nothing in it is refused; ``types``: the list of types."""
        package, budget = self.package, self.package.budget
        markup.read([package.read(types, MOST_TYPES)], budget, self._type)
        folded = {name.casefold() for name in package.names}
        usual = {mime for part, mime in OPENXML_PARTS.items() if part in folded}
        mimes = self.mimes or usual  # the list tells: Word Online calls its part document2.xml
        if len(mimes) != 1 or len({_program(mime) for mime in mimes | usual}) != 1:
            raise Refused("archive")
        mime = next(iter(mimes))
        for name in package.names:
            if name.casefold().endswith(".rels"):
                markup.read([package.read(name, MOST_RELATIONS)], budget, self._relation)
        for name in package.names:
            if _last(name) in self.other_books:
                markup.read(package.pieces(name), budget, _other_book)
                continue
            self._look_within(name, mime)
        return Content(mime, DOCUMENTS[mime])

    def _look_within(self, name: str, mime: str) -> None:
        """Of each part that is XML, whatever it is called: elements, formulas and fields."""
        if not self.package.beginning(name).lstrip().startswith(XML):
            return
        is_word = _program(mime) == _program(WORD)
        if is_word and has_far_field(self.package.pieces(name), self.package.budget):
            raise Refused("links")
        if may_ask(self.package.pieces(name)) and not (is_word or name.endswith(".vml")):
            within = Formulas()
            markup.read(self.package.pieces(name), self.package.budget, within.started, within.said)
            within.started("", {})

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
        if kind == PRESSED:
            if is_outside and not is_harmless_link(target):
                raise Refused("links")
            return
        if kind in HARMLESS_OUTSIDE:
            return
        if not is_outside:
            if is_remote(target):  # it forgot to say so
                raise Refused("links")
            return
        is_web_picture = kind == "image" and target.casefold().startswith(WEB)  # as pasted
        if kind in FAR_IF_OUTSIDE or (is_remote(target) and not is_web_picture):
            raise Refused("links")


def _program(mime: str) -> str:
    """The program whose documents are of that type, in the words of the type."""
    return mime.removeprefix(OPENXML).partition(".")[0]


def _last(name: str) -> str:
    return unquote(name).rpartition("/")[2].casefold()


def _other_book(element: str, about: Mapping[str, str]) -> None:
    if element in ("ddelink", "olelink"):
        raise Refused("links")
