"""Check documents of Office before 2007 (.doc, .xls, .ppt): no macros, objects or remote data.

The streams and records that tell of them: [MS-DOC], [MS-XLS], [MS-PPT], [MS-OVBA].
"""

import re
import struct

from bot.examining.formats.compound import STORAGE, Compound, Entry
from bot.examining.formats.fields import is_far_within
from bot.examining.formats.targets import is_remote
from bot.file_kinds import DOCUMENTS, Content, Refused

STREAMS = {
    "worddocument": "application/msword",
    "workbook": "application/vnd.ms-excel",
    "book": "application/vnd.ms-excel",  # Excel 5
    "powerpoint document": "application/vnd.ms-powerpoint",
}
OF_MACROS = frozenset({"macros", "_vba_project_cur", "_vba_project", "vba", "projectwm"})
OF_OBJECTS = frozenset(
    {"\x01ole10native", "package", "\x03ocxname", "\x03ocxdata", "ctls", "\x01ole10itemname"}
)
OBJECT_IN_SHEET = re.compile(r"(mbd|lnk)[0-9a-f]{8}")  # how Excel names its storages of objects
MOST_RECORDS = 1_500_000  # as many as fit in a file of cells alone

# Word: numbers of the head, and of the tables that it points to.
ENCRYPTED, OTHER_TABLE = 0x0100, 0x0200
TEMPLATE_NAMES = 154 + 32 * 8
# Excel's records.
BEGINNINGS = frozenset({0x0009, 0x0209, 0x0409, 0x0809})
MACRO_SHEET = 0x0040
SHEET, PASSWORD, FAR_BOOK, CONNECTION = 0x0085, 0x002F, 0x01AE, 0x0876
SHEETS_OF_MACROS = frozenset({1, 6})
SHEET_KIND = 0x0F  # the rest of that byte is for nobody
LONGEST_RECORD = 8224  # [MS-XLS] 2.1.4
# The beginning of a sheet of macros, in whichever record: [MS-XLS] 2.4.21.
MACROS_BEGIN = re.compile(rb"\x09[\0\x02\x04\x08][\x04\x06\x08\x10]\0[\0-\x0f][\0-\x06]\x40\0")

# PowerPoint's records.
OBJECTS = frozenset({0x0FCC, 0x0FCE, 0x0FEE, 0x1011})
MACROS_HERE, PRESSED = 0x0400, 0x0FF3
RUNS = {1: "macros", 2: "objects", 5: "objects"}  # what a press of a shape does
CONTAINER = 0xF
# Readers are told the places of records by a table, so that they may stand within another one.
ANYWHERE = (
    ("objects", re.compile(rb"\x01\0\xc3\x0f\x18\0\0\0|[\0\x10]\0\x11\x10[\s\S]{3}[\0\x01]")),
    ("macros", re.compile(rb"[\0-\x0f]\0\0\x04\x0c\0\0\0[\s\S]{4}(?!\0\0\0\0)")),
    ("macros", re.compile(rb"\0\0\xf3\x0f\x10\0\0\0[\s\S]{8}\x01")),
    ("objects", re.compile(rb"\0\0\xf3\x0f\x10\0\0\0[\s\S]{8}[\x02\x05]")),
)


def old_office(content: bytes) -> Content:
    """Return the kind of an old document. Raises Refused."""
    file = Compound(content)
    names = {entry.name.casefold() for entry in file.entries if entry.kind}
    if names & OF_MACROS:
        raise Refused("macros")
    if "encryptedpackage" in names:
        raise Refused("locked")
    if names & OF_OBJECTS or _holds_objects(file):
        raise Refused("objects")
    kinds = [(found, mime) for name, mime in STREAMS.items() if (found := file.find(name))]
    if len({mime for _, mime in kinds}) != 1:
        raise Refused("no-document")
    mime = kinds[0][1]
    for entry, _ in kinds:
        LOOKED[mime](file, entry)
    return Content(mime, DOCUMENTS[mime])


def _holds_objects(file: Compound) -> bool:
    for number, entry in enumerate(file.entries):
        if entry.kind == STORAGE:
            name = entry.name.casefold()
            if name == "objectpool" and file.within[number]:
                return True
            if OBJECT_IN_SHEET.fullmatch(name):
                return True
    return False


def _word(file: Compound, entry: Entry) -> None:
    text = file.stream(entry)
    if len(text) < 68:
        raise Refused("broken-document")
    flags = int.from_bytes(text[10:12], "little")
    if flags & ENCRYPTED:
        raise Refused("locked")
    # Its text is in one byte a sign or in two, from any byte on.
    for plain in (
        text.decode("latin-1"),
        *(text[n:].decode("utf-16-le", "replace") for n in (0, 1)),
    ):
        if is_far_within(plain):
            raise Refused("links")
    table = file.find("1Table" if flags & OTHER_TABLE else "0Table")
    if table and len(text) >= TEMPLATE_NAMES + 8:
        start, size = struct.unpack_from("<II", text, TEMPLATE_NAMES)
        if is_remote(_template(file.stream(table)[start : start + min(size, 65_536)])):
            raise Refused("links")


def _template(names: bytes) -> str:
    """The second of the strings about a document: the template it hangs on."""
    if names[:2] != b"\xff\xff":
        return ""
    at = 6
    at += 2 + 2 * int.from_bytes(names[at : at + 2], "little")
    size = int.from_bytes(names[at : at + 2], "little")
    return names[at + 2 : at + 2 + 2 * size].decode("utf-16-le", errors="replace")


def _excel(file: Compound, entry: Entry) -> None:
    book = file.stream(entry)
    if MACROS_BEGIN.search(book):  # a list of sheets gives their places, in whichever record
        raise Refused("macros")
    at = count = 0
    while at + 4 <= len(book):
        kind, size = struct.unpack_from("<HH", book, at)
        body = at + 4
        if size > LONGEST_RECORD or body + size > len(book):
            raise Refused("broken-document")
        if kind in BEGINNINGS and book[body + 2 : body + 4] == MACRO_SHEET.to_bytes(2, "little"):
            raise Refused("macros")
        kind_of_sheet = book[body + 5 : body + 6]
        if kind == SHEET and kind_of_sheet and kind_of_sheet[0] & SHEET_KIND in SHEETS_OF_MACROS:
            raise Refused("macros")
        if kind == PASSWORD:
            raise Refused("locked")
        if kind == CONNECTION or (kind == FAR_BOOK and _asks_a_program(book[body : body + size])):
            raise Refused("links")
        at, count = body + size, count + 1
        if count > MOST_RECORDS:
            raise Refused("packed")


def _asks_a_program(far_book: bytes) -> bool:
    """DDE: a program and its topic, parted by 3. The path of another book has that too, behind 1."""
    return b"\x03" in far_book[5:] and far_book[5:6] != b"\x01"


def _powerpoint(file: Compound, entry: Entry) -> None:
    show = file.stream(entry)
    at = count = 0
    while at + 8 <= len(show):
        version, kind, size = struct.unpack_from("<HHI", show, at)
        body = show[at + 8 : at + 24]
        if kind in OBJECTS:
            raise Refused("objects")
        if kind == MACROS_HERE and len(body) >= 8 and body[4:8] != b"\0\0\0\0":
            raise Refused("macros")
        if kind == PRESSED and len(body) > 8 and (reason := RUNS.get(body[8])):
            raise Refused(reason)
        if at + 8 + size > len(show):
            raise Refused("broken-document")
        # What is in a container is looked at next; of others only their head.
        at += 8 if version & 0xF == CONTAINER else 8 + size
        count += 1
        if count > MOST_RECORDS:
            raise Refused("packed")
    for reason, form in ANYWHERE:
        if form.search(show):
            raise Refused(reason)


LOOKED = {
    "application/msword": _word,
    "application/vnd.ms-excel": _excel,
    "application/vnd.ms-powerpoint": _powerpoint,
}
