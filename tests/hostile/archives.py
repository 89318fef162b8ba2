"""Archives that are, or pretend to be, office documents: bombs, lies about sizes, names without end."""

import bz2
import io
import lzma
import struct
import zipfile
import zlib
from dataclasses import dataclass

from tests.hostile.making import MOST, filled, hostile, raw_zeros

STORED, DEFLATED, BZIP2, LZMA = 0, 8, 12, 14
TYPES = "[Content_Types].xml"
ODT = b"application/vnd.oasis.opendocument.text"
ZEROS_IN_A_BLOCK = 255 * (899_981 // 5)  # runs of 255 become five bytes


@dataclass(frozen=True)
class Entry:
    """What an archive says of a file in it, and the bytes that stand there."""

    name: str
    body: bytes = b""
    method: int = STORED
    size: int | None = None  # as said; else that of the body
    extra: bytes = b""
    crc: int | None = None
    flags: int = 0


def _head(entry: Entry) -> bytes:
    size = len(entry.body) if entry.size is None else entry.size
    crc = zlib.crc32(entry.body) if entry.crc is None else entry.crc
    name = entry.name.encode()
    numbers = (20, entry.flags, entry.method, 0, 0x21, crc, len(entry.body), size & 0xFFFF_FFFF)
    return struct.pack("<HHHHHIII", *numbers) + struct.pack("<HH", len(name), len(entry.extra))


def local(entry: Entry) -> bytes:
    return b"PK\3\4" + _head(entry) + entry.name.encode() + entry.extra + entry.body


def central(entry: Entry, place: int) -> bytes:
    rest = struct.pack("<HHHII", 0, 0, 0, 0, place)
    return b"PK\1\2\x14\0" + _head(entry) + rest + entry.name.encode() + entry.extra


def ending(count: int, size: int, place: int, note: bytes = b"") -> bytes:
    number = min(count, 0xFFFF)
    return struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, number, number, size, place, len(note)) + note


def archive(*entries: Entry, before: bytes = b"", note: bytes = b"") -> bytes:
    """An archive that holds what it says it holds, which need not be true."""
    out, table = bytearray(before), bytearray()
    for entry in entries:
        table += central(entry, len(out))
        out += local(entry)
    return bytes(out + table + ending(len(entries), len(table), len(out), note))


def document(*entries: Entry, types: bytes = b"<Types/>", before: bytes = b"") -> bytes:
    """The least that passes for a Word document, and more."""
    parts = (Entry(TYPES, types), Entry("word/document.xml", b"<w:document/>"))
    return archive(*parts, *entries, before=before)


def _bzip2(blocks: int) -> bytes:
    """Zeros, 46 MB in each block, of one block that was really packed: that takes long enough."""
    begin, end = 0x314159265359, 0x177245385090
    packed = bz2.compress(bytes(2 * ZEROS_IN_A_BLOCK), 9)
    bits = f"{int.from_bytes(packed[4:], 'big'):0{8 * (len(packed) - 4)}b}"
    first, second = (bits.index(f"{begin:048b}", at) for at in (0, 48))
    block, crc, whole = bits[first:second], int(bits[48:80], 2), 0
    for _ in range(blocks):
        whole = (whole << 1 & 0xFFFF_FFFF | whole >> 31) ^ crc
    stream = block * blocks + f"{end:048b}{whole:032b}"
    stream += "0" * (-len(stream) % 8)
    return b"BZh9" + int(stream, 2).to_bytes(len(stream) // 8, "big")


def _lzma(size: int) -> bytes:
    filters = [{"id": lzma.FILTER_LZMA1, "preset": 0}]
    squeeze = lzma.LZMACompressor(lzma.FORMAT_RAW, filters=filters)
    block = bytes(1 << 22)
    body = b"".join(squeeze.compress(block) for _ in range(size // len(block))) + squeeze.flush()
    return struct.pack("<BBHBI", 9, 4, 5, 0x5D, 1 << 18) + body


@hostile("refused")
def zip_whose_mimetype_is_a_bzip2_bomb() -> bytes:
    return archive(Entry("mimetype", _bzip2(33), BZIP2, 39))


@hostile("refused")
def zip_whose_mimetype_is_an_lzma_bomb() -> bytes:
    return archive(Entry("mimetype", _lzma(100_000_000), LZMA, 39))


@hostile("refused")
def zip_whose_mimetype_is_a_deflate_bomb() -> bytes:
    return archive(Entry("mimetype", raw_zeros(3_000_000_000), DEFLATED, 39))


@hostile("refused")
def zip_whose_types_are_a_deflate_bomb() -> bytes:
    body = raw_zeros(3_000_000_000)
    return archive(Entry(TYPES, body, DEFLATED, 400), Entry("word/document.xml", b"<x/>"))


@hostile("refused")
def zip_whose_types_are_a_bzip2_bomb() -> bytes:
    body = _bzip2(33)
    return archive(Entry(TYPES, body, BZIP2, 400), Entry("word/document.xml", b"<x/>"))


@hostile("refused")
def zip_whose_relations_are_bombs() -> bytes:
    body = raw_zeros(500_000_000)
    bombs = [Entry(f"word/_rels/{n}.xml.rels", body, DEFLATED, 500_000_000) for n in range(30)]
    return document(*bombs)


@hostile("refused")
def zip_of_a_thousand_middling_parts() -> bytes:
    """Each part is modest; all of them are 2 GB."""
    body = raw_zeros(2_000_000)
    return document(
        *(Entry(f"word/_rels/{n}.rels", body, DEFLATED, 2_000_000) for n in range(1000))
    )


@hostile("refused")
def zip_of_60000_entries() -> bytes:
    return document(*(Entry(f"{n}.xml") for n in range(60_000)))


@hostile("refused")
def zip_of_200000_entries_by_zip64() -> bytes:
    entries = [Entry(f"{n}") for n in range(150_000)]
    table = b"".join(central(entry, 0) for entry in entries)
    count, size = len(entries), len(table)
    record = struct.pack("<IQHHIIQQQQ", 0x06064B50, 44, 45, 45, 0, 0, count, count, size, 60)
    locator = struct.pack("<IIQI", 0x07064B50, 0, 60 + size, 1)
    return local(entries[0]).ljust(60, b"\0") + table + record + locator + ending(0xFFFF, size, 60)


@hostile("refused")
def zip_whose_zip64_lies() -> bytes:
    extra = struct.pack("<HHQQ", 1, 16, 1 << 62, 1 << 62)
    lie = Entry(TYPES, b"<Types/>", STORED, 0xFFFF_FFFF, extra)
    return archive(lie, Entry("word/document.xml"))


@hostile("refused")
def zip_whose_directory_lies_beyond() -> bytes:
    whole = bytearray(document())
    whole[-6:-2] = b"\xff\xff\xff\x7f"
    return bytes(whole)


@hostile("refused")
def zip_whose_entries_are_one() -> bytes:
    """A thousand entries over the same 18 MB that unpack to 18 GB: a bomb without nesting."""
    body = Entry("word/_rels/kernel.rels", raw_zeros(1_000_000_000), DEFLATED, 1_000_000_000)
    start = local(body)
    entries = [Entry(f"word/_rels/{n}.rels", body.body, DEFLATED, body.size) for n in range(1000)]
    table = b"".join(central(entry, 0) for entry in entries)
    types = (Entry(TYPES, b"<Types/>"), Entry("word/document.xml"))
    out = bytearray(start)
    for entry in types:
        table += central(entry, len(out))
        out += local(entry)
    return bytes(out) + table + ending(len(entries) + 2, len(table), len(out))


@hostile("refused")
def zip_in_zip_in_zip() -> bytes:
    inner = raw_zeros(100_000_000)
    whole = archive(*(Entry(f"{n}", inner, DEFLATED, 100_000_000) for n in range(10)))
    for _ in range(20):
        whole = (
            archive(Entry("0.zip", whole), Entry("1.zip", whole))
            if len(whole) < MOST // 3
            else whole
        )
    return whole


@hostile("refused")
def zip_of_one_name_a_thousand_times() -> bytes:
    return document(*(Entry(TYPES, b"<Types/>") for _ in range(1000)))


@hostile("refused")
def zip_of_names_of_64_kb() -> bytes:
    return document(*(Entry("a" * 65_000 + str(n)) for n in range(140)))


@hostile("refused")
def zip_of_endless_extras() -> bytes:
    extra = filled(b"\1\0\0\0", 65_000)
    return document(*(Entry(f"{n}", extra=extra) for n in range(140)))


@hostile("refused")
def zip_of_many_endings() -> bytes:
    return document() + filled(ending(1, 46, 0))


@hostile("refused")
def zip_with_a_note_of_endings() -> bytes:
    parts = (Entry(TYPES, b"<Types/>"), Entry("word/document.xml"))
    return archive(*parts, note=filled(b"PK\5\6" + b"\0" * 18, 65_000))


@hostile("refused")
def zip_of_heads_alone() -> bytes:
    return filled(b"PK\1\2")


@hostile("refused")
def zip_of_marks_of_beginnings() -> bytes:
    return filled(b"PK\3\4")


@hostile("refused")
def zip_behind_a_program() -> bytes:
    return b"PK" + b"MZ" * 1000 + document()


@hostile("refused")
def zip_that_asks_for_a_password() -> bytes:
    return archive(Entry(TYPES, b"\0" * 40, flags=1), Entry("word/document.xml", flags=1))


@hostile("refused")
def zip_whose_types_laugh_a_billion_times() -> bytes:
    lines = ['<!DOCTYPE t [<!ENTITY a0 "ha">']
    lines += [f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12)]
    return document(types=("".join(lines) + "]><Types>&a11;</Types>").encode())


@hostile("refused")
def zip_whose_types_are_deep() -> bytes:
    body = filled(b"<a>", 20_000_000)
    squeezed = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = squeezed.compress(body) + squeezed.flush()
    types = Entry(TYPES, packed, DEFLATED, len(body), crc=zlib.crc32(body))
    return archive(types, Entry("word/document.xml", b"<w:document/>"))


@hostile("any")
def zip_whose_relations_have_endless_attributes() -> bytes:
    body = b"<Relationships><Relationship " + filled(b'Target="', 9_000_000) + b"/></Relationships>"
    return document(Entry("word/_rels/document.xml.rels", body))


@hostile("any")
def zip_whose_text_is_fields_without_end() -> bytes:
    body = b"<w:document>" + filled(b"<w:instrText>D", 9_000_000)
    return archive(Entry(TYPES, b"<Types/>"), Entry("word/document.xml", body))


@hostile("any")
def zip_whose_text_is_unfinished_tags() -> bytes:
    body = b"<w:document>" + filled(b"<", 18_000_000)
    return archive(Entry(TYPES, b"<Types/>"), Entry("word/document.xml", body))


@hostile("any")
def zip_of_a_table_of_very_many_rows() -> bytes:
    row = b"<row><c><f>SUM(A1:A2)</f></c></row>"
    sheet = io.BytesIO()
    with zipfile.ZipFile(sheet, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr(TYPES, "<Types/>")
        made.writestr("xl/workbook.xml", "<workbook/>")
        made.writestr("xl/worksheets/sheet1.xml", filled(row, 60_000_000))
    return sheet.getvalue()


@hostile("any")
def opendocument_whose_text_is_a_bomb() -> bytes:
    body = raw_zeros(3_000_000_000)
    return archive(Entry("mimetype", ODT), Entry("content.xml", body, DEFLATED, 4000))


@hostile("refused")
def zip_of_seven() -> bytes:
    return b"7z\xbc\xaf\x27\x1c" + b"\0" * 1000


@hostile("refused")
def a_gzip_bomb() -> bytes:
    return b"\x1f\x8b\x08\0\0\0\0\0\0\3" + raw_zeros(3_000_000_000) + b"\0" * 8


@hostile("refused")
def an_xz_of_nothing() -> bytes:
    return lzma.compress(bytes(1 << 27), preset=0)
