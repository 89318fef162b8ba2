"""Old Office (OLE), RTF and PDF: tables that go round, braces without end, streams that unpack for ever."""

import struct
import zlib

from tests.hostile.making import MOST, filled, hostile, zeros

OLE = bytes.fromhex("d0cf11e0a1b11ae1")
FREE, END, FAT, DIFAT = 0xFFFF_FFFF, 0xFFFF_FFFE, 0xFFFF_FFFD, 0xFFFF_FFFC
NONE = 0xFFFF_FFFF
SECTOR = 512


def entry(
    name: str,
    kind: int,
    *,
    left: int = NONE,
    right: int = NONE,
    child: int = NONE,
    start: int = END,
    size: int = 0,
) -> bytes:
    """A directory entry; ``kind``: 1 a storage, 2 a stream, 5 the root."""
    letters = name.encode("utf-16-le")[:62]
    head = letters.ljust(64, b"\0") + struct.pack("<HBB", len(letters) + 2, kind, 1)
    return (
        head
        + struct.pack("<III", left, right, child)
        + b"\0" * 36
        + struct.pack("<IQ", start, size)
    )


def ole(
    *sectors: bytes,
    fat: tuple[int, ...] = (0,),
    directory: int = 1,
    mini: tuple[int, int] = (END, 0),
    difat: tuple[int, int] = (END, 0),
    fat_sectors: int | None = None,
    shift: int = 9,
) -> bytes:
    """A compound file of whole sectors; ``mini`` and ``difat``: where they start, how many they say."""
    size = 1 << shift
    head = OLE + b"\0" * 16 + struct.pack("<HHHHH", 0x3E, 4 if shift > 9 else 3, 0xFFFE, shift, 6)
    count = len(fat) if fat_sectors is None else fat_sectors
    head += b"\0" * 6 + struct.pack("<III", 0, count, directory)
    head += struct.pack("<II", 0, 4096) + struct.pack("<IIII", *mini, *difat)
    listed = [*fat, *[FREE] * (109 - len(fat))]
    head += struct.pack("<109I", *listed)
    return head.ljust(size, b"\0") + b"".join(sector.ljust(size, b"\0") for sector in sectors)


def table(*following: int) -> bytes:
    return struct.pack(f"<{len(following)}I", *following).ljust(SECTOR, b"\xff")


WORD = entry("WordDocument", 2, start=2, size=5000)


@hostile("refused")
def ole_whose_directory_goes_round() -> bytes:
    return ole(table(FAT, 2, 1), entry("Root Entry", 5, child=1) + WORD, entry("x", 2) * 4)


@hostile("refused")
def ole_whose_tree_goes_round() -> bytes:
    tree = [entry("Root Entry", 5, child=1), entry("WordDocument", 2, left=1, right=2)]
    tree += [entry("b", 1, left=1, right=1, child=2), entry("c", 1, left=0, child=0)]
    return ole(table(FAT, END), b"".join(tree))


@hostile("refused")
def ole_whose_table_of_tables_goes_round() -> bytes:
    goes_round = struct.pack("<127I", *[0] * 127) + struct.pack("<I", 2)
    return ole(table(FAT, END, DIFAT), entry("Root Entry", 5), goes_round, difat=(2, 0x00FF_FFFF))


@hostile("refused")
def ole_of_four_billion_table_sectors() -> bytes:
    return ole(table(FAT, END), entry("Root Entry", 5, child=1) + WORD, fat_sectors=0xFFFF_FFF0)


@hostile("refused")
def ole_whose_small_table_is_gigantic() -> bytes:
    root = entry("Root Entry", 5, child=1, start=0, size=0x7FFF_FFFF_FFFF)
    streams = root + entry("WordDocument", 2, start=0, size=4000)
    return ole(table(FAT, END, 2), streams, struct.pack("<128I", *[0] * 128), mini=(2, 0xFFFF_FFFF))


@hostile("refused")
def ole_of_sectors_of_two_gigabytes() -> bytes:
    whole = bytearray(ole(table(FAT, END), entry("Root Entry", 5, child=1) + WORD))
    whole[30:32] = struct.pack("<H", 31)
    return bytes(whole)


@hostile("refused")
def ole_of_sectors_of_65535_bits() -> bytes:
    whole = bytearray(ole(table(FAT, END), entry("Root Entry", 5, child=1) + WORD))
    whole[30:34] = b"\xff\xff\xff\xff"
    return bytes(whole)


@hostile("refused")
def ole_of_a_directory_of_130000_entries() -> bytes:
    sectors = 35_000
    tables = sectors // 128 + 2
    links = [*[FAT] * tables, *range(tables + 1, tables + sectors), END]
    links += [FREE] * (tables * 128 - len(links))
    packed = struct.pack(f"<{len(links)}I", *links)
    root = entry("Root Entry", 5, child=1)
    chain = [entry("a", 2, right=number + 1) for number in range(1, sectors * 4)]
    body = root + b"".join(chain)
    # More tables than the head has room for go on in a table of tables, the last sector.
    head = tuple(range(min(109, tables)))
    rest = [*range(109, tables)]
    chained = b"".join(
        struct.pack("<127I", *(rest[n : n + 127] + [FREE] * (127 - len(rest[n : n + 127]))))
        + struct.pack("<I", tables + sectors + n // 127 + 1 if n + 127 < len(rest) else END)
        for n in range(0, len(rest), 127)
    )
    whole = ole(
        packed, fat=head, directory=tables, difat=(tables + sectors, -(-len(rest) // 127)),
        fat_sectors=tables,
    )  # fmt: skip
    return whole[: SECTOR + tables * SECTOR] + body.ljust(sectors * SECTOR, b"\0") + chained


@hostile("refused")
def ole_of_names_alone() -> bytes:
    return ole() + filled("WordDocument".encode("utf-16-le"))


@hostile("refused")
def ole_of_a_book_without_end() -> bytes:
    """Excel's records: five million of them, each of no bytes."""
    count = 36_000
    tables = count // 128 + 2
    links = [*[FAT] * tables, END, *range(tables + 2, tables + 1 + count), END]
    links += [FREE] * (tables * 128 - len(links))
    root = entry("Root Entry", 5, child=1)
    book = entry("Workbook", 2, start=tables + 1, size=count * SECTOR)
    packed = struct.pack(f"<{len(links)}I", *links)
    rest = [*range(109, tables)]
    chained = b"".join(
        struct.pack("<127I", *(rest[n : n + 127] + [FREE] * (127 - len(rest[n : n + 127]))))
        + struct.pack("<I", tables + 1 + count + n // 127 + 1 if n + 127 < len(rest) else END)
        for n in range(0, len(rest), 127)
    )
    whole = ole(
        packed, fat=tuple(range(min(109, tables))), directory=tables, fat_sectors=tables,
        difat=(tables + 1 + count, -(-len(rest) // 127)),
    )  # fmt: skip
    start = whole[: SECTOR + tables * SECTOR] + (root + book).ljust(SECTOR, b"\0")
    return start + filled(b"\x85\0\0\0", count * SECTOR) + chained


@hostile("refused")
def ole_that_is_cut() -> bytes:
    return ole(table(FAT, END), entry("Root Entry", 5, child=1) + WORD)[:700]


@hostile("any")
def rtf_of_a_million_braces() -> bytes:
    return b"{\\rtf1 " + b"{" * 10_000_000


@hostile("any")
def rtf_of_braces_in_pairs() -> bytes:
    return b"{\\rtf1 " + filled(b"{}") + b"}"


@hostile("any")
def rtf_of_words_without_end() -> bytes:
    return b"{\\rtf1 \\" + b"a" * MOST


@hostile("any")
def rtf_of_numbers_without_end() -> bytes:
    return b"{\\rtf1 \\b" + b"9" * MOST


@hostile("any")
def rtf_of_backslashes() -> bytes:
    return b"{\\rtf1 " + b"\\" * MOST


@hostile("any")
def rtf_of_hexadecimal_signs() -> bytes:
    return b"{\\rtf1 " + filled(b"\\'5c") + b"}"


@hostile("refused")
def rtf_of_an_object_of_19_mb() -> bytes:
    return b"{\\rtf1 {\\object\\objemb{\\*\\objdata " + filled(b"0105") + b"}}}"


@hostile("refused")
def rtf_of_raw_bytes_that_are_said_to_be_many() -> bytes:
    return b"{\\rtf1 \\bin99999999999999999999 " + b"{\\*\\objdata 01}" * 100_000


PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"


def stream(body: bytes, about: bytes = b"", number: int = 1) -> bytes:
    head = b"%d 0 obj\n<< /Length %d %s >>\nstream\n" % (number, len(body), about)
    return head + body + b"\nendstream\nendobj\n"


@hostile("refused")
def pdf_whose_objects_unpack_without_end() -> bytes:
    about = b"/Type /ObjStm /N 1 /First 4 /Filter /FlateDecode"
    return PDF + stream(zeros(4_000_000_000), about)


@hostile("refused")
def pdf_of_many_streams_that_unpack() -> bytes:
    about = b"/Type/ObjStm/N 1/First 4/Filter/FlateDecode"
    one = stream(zeros(10_000_000), about)
    return PDF + filled(one)


@hostile("any")
def pdf_of_filters_upon_filters() -> bytes:
    body = zeros(1_000_000_000)
    for _ in range(3):
        body = zlib.compress(body, 9)
    return PDF + stream(body, b"/Type /ObjStm /Filter [" + b"/FlateDecode " * 4 + b"]")


@hostile("any")
def pdf_of_a_thousand_filters() -> bytes:
    return PDF + stream(b"x", b"/Type /ObjStm /Filter [" + b"/Fl " * 1_000_000 + b"]")


@hostile("any")
def pdf_of_streams_without_an_end() -> bytes:
    return PDF + filled(b"1 0 obj<</Length 9>>stream\n")


@hostile("any")
def pdf_of_tiny_packed_streams() -> bytes:
    body = zlib.compress(b"1 0 null")
    return PDF + filled(stream(body, b"/Type /ObjStm /Filter /FlateDecode"))


@hostile("any")
def pdf_of_brackets() -> bytes:
    return PDF + b"1 0 obj " + b"[" * 9_000_000 + b"<<" * 4_000_000


@hostile("any")
def pdf_of_slashes() -> bytes:
    return PDF + b"/" * MOST


@hostile("any")
def pdf_of_one_endless_name() -> bytes:
    return PDF + b"/" + filled(b"#4a")


@hostile("any")
def pdf_of_one_endless_string() -> bytes:
    return PDF + b"1 0 obj (" + b"(" * MOST


@hostile("any")
def pdf_of_notes() -> bytes:
    return PDF + filled(b"%\n")


@hostile("any")
def pdf_of_marks_of_objects() -> bytes:
    return PDF + filled(b"obj ") + filled(b"stream\r\n", 100)


@hostile("refused")
def pdf_with_an_archive_behind() -> bytes:
    return PDF + filled(b"PK\5\6", 100_000) + b"PK\5\6" + b"\0" * 18
