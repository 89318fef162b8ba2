"""Files are recognised by their content as viewers do it, whatever their names and oddities."""

import hashlib
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageFile

from bot.examining.formats import pictures
from bot.examining.formats.content import content_of, examine
from bot.file_kinds import Refused
from tests.support.documents import OPENXML, opendocument, openxml, pdf, relations, zipped
from tests.support.phones import ONE, PHONES
from tests.support.pictures import PLACE, corner, picture, telling

DOCX = OPENXML + "wordprocessingml.document.main+xml"
XLSX = OPENXML + "spreadsheetml.sheet.main+xml"
PAPER = pdf(b"1 0 obj\n<< /Type /Catalog >>\nendobj\n")


def office(
    main: str, kind: str, *, types: str = "[Content_Types].xml", stroke: str = "/", by: str = ""
) -> bytes:
    """A document whose main part has that name; ``by``: its type is told by an ending."""
    named = f'<Override PartName="/{main}" ContentType="{kind}"/>'
    if by:
        named = f'<Default Extension="{by}" ContentType="{kind}"/>'
    parts = {
        types: f"<Types>{named}</Types>",
        "_rels/.rels": relations(("officeDocument", main, False)),
        main: "<a/>",
    }
    return zipped({name.replace("/", stroke): body for name, body in parts.items()})


def film(*boxes: tuple[bytes, bytes], wide: bool = False) -> bytes:
    """Boxes by name and body; ``wide``: with sizes of eight bytes."""
    if wide:
        head = b"\0\0\0\x01"
        return b"".join(
            head + name + (len(body) + 16).to_bytes(8, "big") + body for name, body in boxes
        )
    return b"".join((len(body) + 8).to_bytes(4, "big") + name + body for name, body in boxes)


TRACK = b"\0" * 12 + b"hdlr" + b"\0" * 8 + b"vide" + b"\0" * 12
SOUND = TRACK.replace(b"vide", b"soun")
MOOV, MDAT = (b"moov", TRACK), (b"mdat", b"\x17" * 40)


def ftyp(*brands: bytes) -> tuple[bytes, bytes]:
    return b"ftyp", brands[0] + b"\0\0\2\0" + b"".join(brands[1:])


TAKEN = {
    "docx, as Word Online calls its part": (office("word/document2.xml", DOCX), ".docx"),
    "docx, strokes of Windows": (office("word/document.xml", DOCX, stroke="\\"), ".docx"),
    "docx, large letters": (office("Word/Document.xml", DOCX), ".docx"),
    "docx, a list of types in small letters": (
        office("word/document.xml", DOCX, types="[content_types].xml"),
        ".docx",
    ),
    "docx, a part of another name": (office("документ/text.xml", DOCX), ".docx"),
    "docx, its type by an ending": (office("doc/main.xml", DOCX, by="xml"), ".docx"),
    "xlsx, a large letter": (office("xl/Workbook.xml", XLSX), ".xlsx"),
    "xlsx, all large": (office("XL/WORKBOOK.XML", XLSX.upper()), ".xlsx"),
    "dotx": (office("word/document.xml", DOCX.replace(".document.", ".template.")), ".dotx"),
    "xltx": (office("xl/workbook.xml", XLSX.replace(".sheet.", ".template.")), ".xltx"),
    "ppsx": (
        office("ppt/presentation.xml", OPENXML + "presentationml.slideshow.main+xml"),
        ".ppsx",
    ),
    "odt, a list with a grammar": (
        opendocument(
            "text",
            {
                "META-INF/manifest.xml": "<!DOCTYPE manifest:manifest PUBLIC"
                ' "-//OpenOffice.org//DTD Manifest 1.0//EN" "Manifest.dtd"><manifest/>'
            },
        ),
        ".odt",
    ),
    "odt, empty menus": (
        opendocument("text", {"Configurations2/accelerator/current.xml": ""}),
        ".odt",
    ),
    "odt, packed again": (
        zipped({"content.xml": "<p/>", "mimetype": "application/vnd.oasis.opendocument.text"}),
        ".odt",
    ),
    "odp": (opendocument("presentation"), ".odp"),
    "pdf, a mark of UTF-8": (b"\xef\xbb\xbf" + PAPER, ".pdf"),
    "pdf, an empty line": (b"\r\n" + PAPER, ".pdf"),
    "pdf, spaces": (b" \t \n" + PAPER, ".pdf"),
    "pdf, zeros": (b"\0" * 128 + PAPER, ".pdf"),
    "pdf, lines of a printer": (b"\x1b%-12345X@PJL ENTER LANGUAGE=PDF\r\n" + PAPER, ".pdf"),
    "pdf, lines of a server": (b"Content-Type: application/pdf\r\n\r\n" + PAPER, ".pdf"),
    "pdf, odd bytes up to the last place": (b"\x05" * 1019 + PAPER, ".pdf"),
    "txt, Unicode of Notepad": (b"\xff\xfe" + "Список домов".encode("utf-16-le"), ".txt"),
    "txt, Unicode, the large byte first": (b"\xfe\xff" + "Дом".encode("utf-16-be"), ".txt"),
    "txt, empty lines in UTF-16": (b"\xff\xfe" + "\r\n\r\nДом 5\r\n".encode("utf-16-le"), ".txt"),
    "txt, a smile in UTF-16": (b"\xff\xfe" + "Спасибо 🙂".encode("utf-16-le"), ".txt"),
    "txt, UTF-8 with a mark": (b"\xef\xbb\xbf" + "Дом".encode(), ".txt"),
    "txt, the end of DOS": ("Дом 5\r\n".encode("cp1251") + b"\x1a", ".txt"),
    "txt, about papers": ("Как устроен %PDF-1.7".encode(), ".txt"),
    "csv": ("Дом;Телефон\r\nЛесная, 5;+7 900 000-00-00\r\n".encode("cp1251"), ".txt"),
    "csv, degrees and dots": ("Тепло: 18°; • батареи\u00a0холодные\r\n".encode("cp1251"), ".txt"),
    "csv, Unicode of Excel": (b"\xff\xfe" + "Дом\t5\r\n".encode("utf-16-le"), ".txt"),
    "mp4, any brand": (film(ftyp(b"XAVC", b"iso2"), MOOV), ".mp4"),
    "mp4, a brand of tomorrow": (film(ftyp(b"zz99"), MDAT, MOOV), ".mp4"),
    "mp4, nothing but its brand": (film(ftyp(b"iso5", b"avc1", b"dash")), ".mp4"),
    "mp4, sizes of eight bytes": (film(ftyp(b"iso6"), MOOV, wide=True), ".mp4"),
    "mp4, free space first": (film((b"free", b"\0" * 20), ftyp(b"mp42"), MOOV), ".mp4"),
    "mp4, pieces of a stream": (film((b"styp", b"msdh\0\0\0\0"), (b"moof", TRACK)), ".mov"),
    "mp4, of a sound's brand with a picture": (film(ftyp(b"M4A "), MOOV), ".mp4"),
    "mov": (film(ftyp(b"qt  "), MOOV), ".mov"),
    "mov, old, the data first": (film(MDAT, MOOV), ".mov"),
    "mov, old, the list first": (film(MOOV, MDAT), ".mov"),
    "mov, old, room for a size": (film((b"wide", b""), MDAT, MOOV), ".mov"),
    "mov, old, cut": (film(MOOV, MDAT)[:-5], ".mov"),
    "3gp": (film(ftyp(b"3gp5", b"isom"), MOOV), ".3gp"),
    "3g2": (film(ftyp(b"3g2a"), MOOV), ".3gp"),
    "3gp, of KDDI": (film(ftyp(b"kddi"), MOOV), ".3gp"),
    "m4v": (film(ftyp(b"M4V "), MOOV), ".mp4"),
    "heic by its second brand": (film(ftyp(b"mif1", b"heic")), ".heic"),
    "avif by its second brand": (film(ftyp(b"mif1", b"avif", b"miaf")), ".avif"),
}
REFUSED = {
    "a page before a paper": (b"<html><script>x</script>\n" + PAPER, "kind"),
    "a program before a paper": (b"MZ\x90\0" + b"\0" * 60 + PAPER, "program"),
    "a paper too far behind": (b"\0" * 1020 + PAPER, "kind"),
    "a page in UTF-16": (b"\xff\xfe" + "<svg onload='x'/>".encode("utf-16-le"), "page"),
    "a page in UTF-16, spaces before it": (
        b"\xfe\xff" + " \r\n<html>".encode("utf-16-be"),
        "page",
    ),
    "half a letter in UTF-16": (b"\xff\xfe" + "Дом".encode("utf-16-le") + b"\x04", "kind"),
    "bytes after the mark of UTF-16": (b"\xff\xfe" + hashlib.sha512(b"7").digest(), "kind"),
    "macros, whatever the letters": (
        office("Word/Document.xml", "application/vnd.ms-word.document.macroEnabled.main+xml"),
        "macros",
    ),
    "two names that differ by strokes": (
        zipped(
            {
                "[Content_Types].xml": f'<Types><Override ContentType="{DOCX}"/></Types>',
                "word\\document.xml": "<a/>",
                "word/document.xml": "<b/>",
            }
        ),
        "broken-archive",
    ),
    "a document that is two at once": (
        zipped(
            {
                "[Content_Types].xml": f'<Types><Override ContentType="{DOCX}"/></Types>',
                "xl/workbook.xml": "<a/>",
            }
        ),
        "archive",
    ),
    "a grammar of its own": (
        opendocument(
            "text", {"META-INF/manifest.xml": "<!DOCTYPE manifest [<!ENTITY a 'b'>]><m/>"}
        ),
        "broken-document",
    ),
    "a grammar on another machine": (
        opendocument(
            "text",
            {"META-INF/manifest.xml": "<!DOCTYPE manifest SYSTEM 'http://example.org/a.dtd'><m/>"},
        ),
        "broken-document",
    ),
    "a grammar where there is none": (
        openxml(body='<!DOCTYPE document SYSTEM "a.dtd"><document/>'),
        "broken-document",
    ),
    "macros in an odt packed again": (
        zipped(
            {
                "Basic/script-lc.xml": "<a/>",
                "mimetype": "application/vnd.oasis.opendocument.text",
            }
        ),
        "macros",
    ),
    "a film that is only a sound": (film(ftyp(b"isom"), (b"moov", SOUND)), "sound"),
    "a sound": (film(ftyp(b"M4A ")), "sound"),
    "a recorded wave": (
        b"RIFF\x24\1\0\0WAVEfmt \x10\0\0\0\1\0\1\0" + bytes(12) + b"data" + bytes(256),
        "sound",
    ),
    "a song with its name": (b"ID3\3\0\0\0\0\0\x21" + bytes(33) + b"\xff\xfb\x90", "sound"),
    "a voice message": (b"OggS\0\2" + bytes(22) + b"\1\x13OpusHead\1\1" + bytes(99), "sound"),
    "a program of Linux": (b"\x7fELF\2\1\1" + bytes(200), "program"),
    "a raw picture": (film(ftyp(b"crx "), MOOV), "kind"),
    "an archive behind an old film": (film(MOOV, MDAT) + zipped({"a.exe": "MZ"}), "archive-behind"),
}


@pytest.mark.parametrize("name", TAKEN)
def test_it_is_known_by_its_content(name: str) -> None:
    content, ending = TAKEN[name]

    assert content_of(content).ending == ending


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_forbidden_stays_so(name: str) -> None:
    content, reason = REFUSED[name]

    with pytest.raises(Refused) as refused:
        content_of(content)

    assert refused.value.reason == reason


@pytest.mark.parametrize("name", PHONES)
def test_a_telephone_s_photo_is_shown_and_tells_no_place(name: str) -> None:
    seen = examine(PHONES[name])

    assert (seen.found.mime, seen.found.kind) == ("image/jpeg", "photo")
    assert PLACE not in seen.content
    assert b"Exif" not in seen.content
    assert b"ftyp" not in seen.content
    ImageFile.LOAD_TRUNCATED_IMAGES = True
    try:
        assert "top" in corner(seen.content)
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = False


@pytest.mark.parametrize("mode", ["CMYK", "L"])
def test_a_photo_of_printers_or_of_greys_stays_as_it_is(mode: str) -> None:
    out = io.BytesIO()
    Image.new(mode, (32, 24), 90 if mode == "L" else (10, 20, 30, 40)).save(out, "JPEG")

    assert examine(out.getvalue()).content == out.getvalue()


@pytest.mark.parametrize(("name", "cut"), [("PNG", 12), ("PNG", 40), ("GIF", 1), ("GIF", 30)])
def test_a_picture_that_was_cut_off_is_shown_as_far_as_it_came(name: str, cut: int) -> None:
    whole = picture(name, (64, 48))

    seen = examine(whole[:-cut])

    with Image.open(io.BytesIO(seen.content)) as image:
        assert image.size == (64, 48)


@given(st.binary(min_size=1, max_size=60), st.integers(2, 20))
def test_whatever_stands_between_segments_a_photo_tells_no_place(junk: bytes, at: int) -> None:
    """A picture may be lost to it, but never what it tells be kept."""
    try:
        seen = examine(ONE[:at] + junk + ONE[at:])
    except Refused:
        return

    assert PLACE not in seen.content


def test_a_large_photo_that_cannot_be_taken_apart_is_drawn_smaller(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pictures, "MOST_DRAWN", 64 * 48 - 1)
    content = telling("JPEG")
    odd = content[:2] + b"\xff\xe5\xff\xff" + content[2:]  # a note beyond the end

    try:
        seen = examine(odd)
    except Refused as refused:
        assert refused.reason == "broken-picture"  # noqa: PT017 - Pillow gave up as well
        return
    assert PLACE not in seen.content
