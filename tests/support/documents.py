"""Documents for tests, put together by hand: the least that each program takes for its own, and more."""

import io
import struct
import zipfile
import zlib
from itertools import pairwise

TYPES = "[Content_Types].xml"
OPENXML = "application/vnd.openxmlformats-officedocument."
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
MAINS = {
    "docx": ("word/document.xml", OPENXML + "wordprocessingml.document.main+xml"),
    "xlsx": ("xl/workbook.xml", OPENXML + "spreadsheetml.sheet.main+xml"),
    "pptx": ("ppt/presentation.xml", OPENXML + "presentationml.presentation.main+xml"),
}
Parts = dict[str, str | bytes]


def zipped(parts: Parts, *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """An archive of these parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, body in parts.items():
            archive.writestr(zipfile.ZipInfo(name, (2026, 12, 1, 9, 0, 0)), body, method)
    return out.getvalue()


def relations(*each: tuple[str, str, bool]) -> str:
    """Of a part: the last word of the type, the target, whether it is outside."""
    outside = ("", ' TargetMode="External"')
    lines = "".join(
        f'<Relationship Id="r{number}" Type="{OFFICE}{kind}" Target="{target}"{outside[is_outside]}/>'
        for number, (kind, target, is_outside) in enumerate(each)
    )
    return f'<?xml version="1.0" encoding="UTF-8"?><Relationships>{lines}</Relationships>'


def openxml(
    form: str = "docx", parts: Parts | None = None, *, body: str = "<a/>", types: str = ""
) -> bytes:
    """A document of Office; ``types``: lines beside its own in the list of types."""
    main, kind = MAINS[form]
    listed = f'<Types><Override PartName="/{main}" ContentType="{kind}"/>{types}</Types>'
    first: Parts = {TYPES: listed, "_rels/.rels": relations(("officeDocument", main, False))}
    return zipped(first | {main: body} | (parts or {}))


def override(part: str, kind: str) -> str:
    """A line of the list of types."""
    return f'<Override PartName="{part}" ContentType="{kind}"/>'


def field(*instruction: str) -> str:
    """A document of Word with one field, its instruction in so many pieces."""
    runs = "".join(f"<w:r><w:instrText>{piece}</w:instrText></w:r>" for piece in instruction)
    begin = '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
    return f'<w:document xmlns:w="w"><w:p>{begin}{runs}</w:p></w:document>'


def opendocument(form: str = "text", parts: Parts | None = None, body: str = "<p/>") -> bytes:
    """A document of LibreOffice."""
    spaces = " ".join(
        f'xmlns:{name}="urn:{name}"'
        for name in ("office", "script", "xlink", "draw", "text", "table", "presentation", "form")
    )
    content = f"<office:document-content {spaces}><office:scripts/>{body}</office:document-content>"
    manifest = '<manifest><file-entry full-path="/"/></manifest>'
    first: Parts = {
        "mimetype": f"application/vnd.oasis.opendocument.{form}",
        "content.xml": content,
        "META-INF/manifest.xml": manifest,
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in (first | (parts or {})).items():
            method = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            archive.writestr(zipfile.ZipInfo(name, (2026, 12, 1, 9, 0, 0)), text, method)
    return out.getvalue()


# Compound files (OLE), of sectors of 512 bytes.
SECTOR, SMALL = 512, 4096
FREE, END, TABLE = 0xFFFF_FFFF, 0xFFFF_FFFE, 0xFFFF_FFFD
OLE = bytes.fromhex("d0cf11e0a1b11ae1")


def compound(streams: dict[str, bytes]) -> bytes:
    """Streams by their paths (``Macros/VBA/dir``), each filled up to the size of large ones."""
    storages = dict.fromkeys(
        "/".join(path.split("/")[:depth])
        for path in streams
        for depth in range(1, path.count("/") + 1)
    )
    paths = ["", *storages, *streams]
    bodies = {path: body.ljust(SMALL, b"\0") for path, body in streams.items()}
    directory_sectors = -(-len(paths) * 128 // SECTOR)
    used = 1 + directory_sectors + sum(-(-len(body) // SECTOR) for body in bodies.values())
    tables = -(-(used + used // 100) // 128)
    links = [TABLE] * tables

    def chain(count: int) -> int:
        start = len(links)
        links.extend([*range(start + 1, start + count), END])
        return start

    directory = chain(directory_sectors)
    starts = {path: chain(-(-len(body) // SECTOR)) for path, body in bodies.items()}
    children: dict[str, list[int]] = {path: [] for path in ("", *storages)}
    for number, path in enumerate(paths[1:], 1):
        children[path.rpartition("/")[0]].append(number)
    after = {a: b for each in children.values() for a, b in pairwise(each)}
    entries = b""
    for number, path in enumerate(paths):
        name = path.rpartition("/")[2] or "Root Entry"
        kind = 5 if not path else 1 if path in storages else 2
        child = children[path][0] if children.get(path) else FREE
        letters = name.encode("utf-16-le")
        entries += letters.ljust(64, b"\0") + struct.pack("<HBB", len(letters) + 2, kind, 1)
        entries += struct.pack("<III", FREE, after.get(number, FREE), child) + b"\0" * 36
        entries += struct.pack("<IQ", starts.get(path, END), len(bodies.get(path, b"")))
    head = OLE + b"\0" * 16 + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + b"\0" * 6
    head += struct.pack("<III", 0, tables, directory) + struct.pack("<II", 0, SMALL)
    head += struct.pack("<IIII", END, 0, END, 0)
    head += struct.pack("<109I", *range(tables), *[FREE] * (109 - tables))
    links += [FREE] * (tables * 128 - len(links))
    whole = head + struct.pack(f"<{len(links)}I", *links)
    whole += entries.ljust(directory_sectors * SECTOR, b"\0")
    for body in bodies.values():
        whole += body.ljust(-(-len(body) // SECTOR) * SECTOR, b"\0")
    return whole


def word(text: bytes = b"", streams: dict[str, bytes] | None = None, template: str = "") -> bytes:
    """An old document of Word; its text, other streams, the template it hangs on."""
    names = b"\xff\xff\x12\0\0\0" + b"\0\0"
    names += struct.pack("<H", len(template)) + template.encode("utf-16-le")
    head = bytearray(1472)
    head[0:2] = b"\xec\xa5"
    head[410:418] = struct.pack("<II", 0, len(names))
    return compound({"WordDocument": bytes(head) + text, "0Table": names, **(streams or {})})


def record(kind: int, body: bytes = b"") -> bytes:
    """Of Excel."""
    return struct.pack("<HH", kind, len(body)) + body


BOOK = record(0x0809, struct.pack("<HH", 0x0600, 0x0005) + b"\0" * 12)


def sheet(kind: int = 0) -> bytes:
    return record(0x0085, struct.pack("<IBBBB", 0, 0, kind, 1, 0) + b"A")


def excel(*records: bytes, streams: dict[str, bytes] | None = None) -> bytes:
    """An old table of Excel."""
    book = BOOK + sheet() + b"".join(records) + record(0x000A)
    return compound({"Workbook": book, **(streams or {})})


def atom(kind: int, body: bytes = b"", version: int = 0) -> bytes:
    """Of PowerPoint; version 15: a container."""
    return struct.pack("<HHI", version, kind, len(body)) + body


def powerpoint(*atoms: bytes, streams: dict[str, bytes] | None = None) -> bytes:
    """An old presentation, the atoms within its document."""
    show = atom(0x03E8, atom(0x03E9, b"\0" * 40) + b"".join(atoms), 0xF)
    return compound({"PowerPoint Document": show, "Current User": b"", **(streams or {})})


def rtf(body: str = "") -> bytes:
    return b"{\\rtf1\\ansi\\deff0{\\fonttbl{\\f0 Arial;}}\\f0 " + body.encode("latin-1") + b"\\par}"


def pdf(*objects: bytes, trailer: bytes = b"") -> bytes:
    """A paper of one page and these objects."""
    all_objects = [
        b"<< /Type /Catalog /Pages 2 0 R /OpenAction [3 0 R /Fit] >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /Contents 4 0 R /MediaBox [0 0 595 842] >>",
        stream(b"1 0 0 1 0 0 cm BT (/JS is no name here) Tj ET"),
        *objects,
    ]
    body = b"".join(b"%d 0 obj\n%b\nendobj\n" % (n, one) for n, one in enumerate(all_objects, 1))
    return (
        b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
        + body
        + b"trailer << /Root 1 0 R "
        + trailer
        + b">>\n%%EOF"
    )


def stream(
    body: bytes, about: bytes = b"/Filter /FlateDecode", packed: bytes | None = None
) -> bytes:
    """A stream of a paper, deflated where ``packed`` does not say how it stands there."""
    stands = zlib.compress(body) if packed is None else packed
    return b"<< /Length %d %b >>\nstream\n%b\nendstream" % (len(stands), about, stands)


def objects(*bodies: bytes) -> bytes:
    """What stands in a stream of objects."""
    places, at = [], 0
    for number, body in enumerate(bodies, 10):
        places.append(b"%d %d" % (number, at))
        at += len(body) + 1
    return b" ".join(places) + b"\n" + b" ".join(bodies)
