"""A PNG as a page of PDF, dot for dot: a picture of 300 dots an inch is as sharp as paper. Pure.

Pillow would write it as a JPEG, whose shades around letters and codes are seen in print.
"""

import struct
from collections.abc import Iterator

A4 = "0 0 595.276 841.89"  # in points of 1/72 inch
SIGNATURE = 8  # bytes


def page_of(png: bytes) -> bytes:
    """The PDF of one A4 page that is filled by a PNG with a palette, not interlaced."""
    chunks: dict[bytes, bytes] = {}
    for kind, content in _chunks(png):
        chunks[kind] = chunks.get(kind, b"") + content
    width, height, bits, kind, *_, interlaced = struct.unpack(">IIBBBBB", chunks[b"IHDR"])
    if (kind, interlaced) != (3, 0):
        raise ValueError("a PNG with a palette is wanted")
    palette = chunks[b"PLTE"]
    picture = (
        f"/Type /XObject /Subtype /Image /Width {width} /Height {height} /BitsPerComponent {bits} "
        f"/ColorSpace [/Indexed /DeviceRGB {len(palette) // 3 - 1} <{palette.hex()}>] "
        "/Filter /FlateDecode /DecodeParms "
        f"<< /Predictor 15 /Colors 1 /BitsPerComponent {bits} /Columns {width} >>"
    )
    x, y = A4.split()[2:]
    return _document(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            f"<< /Type /Page /Parent 2 0 R /MediaBox [{A4}] /Contents 4 0 R "
            "/Resources << /XObject << /P 5 0 R >> >> >>".encode(),
            _stream("", f"q {x} 0 0 {y} 0 0 cm /P Do Q".encode()),
            _stream(picture, chunks[b"IDAT"]),
        ]
    )


def _chunks(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = SIGNATURE
    while at < len(png):
        length, kind = struct.unpack(">I4s", png[at : at + 8])
        yield kind, png[at + 8 : at + 8 + length]
        at += length + 12


def _stream(about: str, content: bytes) -> bytes:
    head = f"<< {about} /Length {len(content)} >>\nstream\n".encode()
    return head + content + b"\nendstream"


def _document(objects: list[bytes]) -> bytes:
    made, places = bytearray(b"%PDF-1.5\n%\xe2\xe3\xcf\xd3\n"), []
    for number, one in enumerate(objects, 1):
        places.append(len(made))
        made += f"{number} 0 obj\n".encode() + one + b"\nendobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    count = len(objects) + 1
    made += (
        f"xref\n0 {count}\n0000000000 65535 f \n{table}"
        f"trailer\n<< /Size {count} /Root 1 0 R >>\nstartxref\n{len(made)}\n%%EOF\n"
    ).encode()
    return bytes(made)
