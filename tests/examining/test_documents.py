"""Documents are taken without macros, objects, far templates and programs; by content, not by name."""

import base64
import io
import struct
import zipfile
import zlib
from collections.abc import Callable

import pytest

from bot.examining.formats.content import content_of
from bot.file_kinds import Refused
from tests.hostile.archives import DEFLATED, Entry, archive, ending
from tests.support.documents import (
    BOOK,
    OFFICE,
    OPENXML,
    atom,
    compound,
    excel,
    field,
    objects,
    opendocument,
    openxml,
    override,
    pdf,
    powerpoint,
    record,
    relations,
    rtf,
    sheet,
    stream,
    word,
    zipped,
)

VBA = compound({"VBA/dir": b"", "VBA/_VBA_PROJECT": b""})
OBJECT = compound({"\x01Ole10Native": b"calc.exe"})
SCRIPT = b"<< /S /JavaScript /JS (app.alert(1)) >>"
PACKED = b"/Type /ObjStm /N 1 /First 5 /Filter /FlateDecode"
RELS = "word/_rels/document.xml.rels"
BOOK_RELS = "xl/_rels/workbook.xml.rels"


def book(start: str) -> bytes:
    """Another book that a table of Excel asks (SUPBOOK)."""
    return record(0x01AE, struct.pack("<HHB", 1, len(start), 0) + start.encode("latin-1"))


def after(content: bytes) -> bytes:
    """A part of an archive whose local head says another name than the list."""
    return content.replace(b"word/document.xml", b"word/vbaProj7.bin", 1)


WITH_FIELD: dict[str, Callable[[str], bytes]] = {
    "doc": lambda told: word(b"\x13 " + told.encode() + b" \x14\x15"),
    "docx": lambda told: openxml("docx", body=field(told.replace('"', "&quot;"))),
    "rtf": lambda told: rtf("{\\field{\\*\\fldinst " + told + "}}"),
}
HONEST = {
    "docx": openxml("docx", {"docProps/app.xml": "<Properties/>"}, body=field(" PAGE ")),
    "docx, a link": openxml("docx", {RELS: relations(("hyperlink", "https://a.example/x", True))}),
    "docx, a link to a document beside it": openxml(
        "docx", {RELS: relations(("hyperlink", "other.docx#page", True))}
    ),
    "docx, fonts, sounds and settings": openxml(
        "docx",
        {
            "word/fonts/font1.odttf": b"\x8a\x13\x77" * 20,
            "word/media/a.wmf": b"\xd7\xcd\xc6\x9a",
            "word/media/a.emf": b"\1\0\0\0",
            "word/media/a.mp4": b"\0\0\0\x18ftypmp42",
            "word/media/a.svg": "<svg/>",
            "word/printerSettings1.bin": "Принтер".encode("utf-16-le"),
        },
    ),
    "xlsx, words of functions": openxml(
        "xlsx",
        {
            "xl/sharedStrings.xml": "<sst><t>WEBSERVICE(x), DDE(x)</t></sst>",
            "xl/worksheets/sheet1.xml": '<a><f>HYPERLINK("https://a.example","IMAGE(1)")</f></a>',
        },
    ),
    "pptx, a press that turns the page": openxml(
        "pptx", {"ppt/s.xml": '<a><hlinkClick action="ppaction://hlinkshowjump?jump=next"/></a>'}
    ),
    "ods, a sum": opendocument(
        "spreadsheet", body='<table:table-cell table:formula="of:=SUM([.A1];&quot;DDE(&quot;)"/>'
    ),
    "docx, a letter": openxml("docx", {RELS: relations(("hyperlink", "mailto:a@b.example", True))}),
    "docx, a template of one's own": openxml(
        "docx",
        {RELS: relations(("attachedTemplate", "file:///C:\\Users\\Анна\\Письмо.dotx", True))},
    ),
    "docx, a picture from a page": openxml(
        "docx", {RELS: relations(("image", "https://a.example/1.png", True))}
    ),
    "docx, a field with a link": openxml("docx", body=field('HYPERLINK "https://a.example/LINK"')),
    "docx, a diagram and its table": openxml(
        "docx",
        {"word/embeddings/Table1.xlsx": openxml("xlsx"), "word/media/1.png": b"\x89PNG\r\n\x1a\n"},
    ),
    "docx, its main part called otherwise": zipped(
        {
            "[Content_Types].xml": "<Types>"
            + override("/word/document2.xml", OPENXML + "wordprocessingml.document.main+xml")
            + "</Types>",
            "word/document2.xml": "<a/>",
        }
    ),
    "xlsx": openxml("xlsx", {"xl/worksheets/sheet1.xml": "<worksheet/>"}),
    "xlsx, printer settings": openxml(
        "xlsx", {"xl/printerSettings/printerSettings1.bin": b"\0A\0"}
    ),
    "xlsx, a sum of another table": openxml(
        "xlsx",
        {
            BOOK_RELS: relations(("externalLink", "externalLinks/externalLink1.xml", False)),
            "xl/externalLinks/externalLink1.xml": "<externalLink><externalBook/></externalLink>",
            "xl/externalLinks/_rels/externalLink1.xml.rels": relations(
                ("externalLinkPath", "file:///C:\\Отчёты\\2026.xlsx", True)
            ),
        },
    ),
    "pptx": openxml("pptx"),
    "odt": opendocument("text"),
    "ods": opendocument("spreadsheet", {"Object 1/content.xml": "<chart/>"}),
    "odp, pages turned by a press": opendocument(
        "presentation",
        body='<presentation:event-listener presentation:action="next-page"'
        ' script:event-name="dom:click" xlink:href="#page3"/>',
    ),
    "odp, a film": opendocument(
        "presentation",
        body='<draw:plugin xlink:href="Media/a.mp4" draw:mime-type="application/vnd.sun.star.media"/>',
    ),
    "odt, a link": opendocument("text", body='<text:a xlink:href="https://a.example"/>'),
    "doc": word("Яма на улице".encode("utf-16-le")),
    "doc, a field with a link": word(b'\x13 HYPERLINK "https://a.example/DDE" \x14\x15'),
    "doc, a picture and a text beside it": word(
        b'\x13 INCLUDEPICTURE "https://a.example/1.png" \x15 \x13 INCLUDETEXT "a.doc" \x15 DDEAUTO'
    ),
    "doc, a field within a field": word(b"\x13 IF \x13 PAGE \x15 = 1 a b\x15"),
    "doc, a template of one's own": word(template="C:\\Шаблоны\\Письмо.dot"),
    "doc, an empty pool": word(streams={"\x05SummaryInformation": b""}),
    "xls": excel(record(0x0203, b"\0" * 14)),
    "xls, a sum of another table": excel(book("\x01\x01C\x03docs\x03a.xls")),
    "ppt": powerpoint(atom(0x0400, struct.pack("<III", 0, 0, 2))),
    "ppt, a press that turns the page": powerpoint(atom(0x0FF3, b"\0" * 8 + b"\3" + b"\0" * 7)),
    "rtf": rtf("\\u1103 ?\\'ff\\ul underlined\\ul0"),
    "rtf, a path that begins as an object": rtf("C:\\\\objects\\\\object"),
    "rtf, a picture": rtf("{\\pict\\pngblip 89504e470d0a}"),
    "rtf, a template of one's own": rtf("{\\*\\template C:\\\\Letters\\\\a.dot}"),
    "rtf, a link": rtf('{\\field{\\*\\fldinst HYPERLINK "https://a.example/dde"}{\\fldrslt x}}'),
    "pdf": pdf(),
    "pdf, objects in a stream": pdf(stream(objects(b"<< /Type /Font >>"), PACKED)),
    "pdf, locked against printing": pdf(trailer=b"/Encrypt 9 0 R "),
    "pdf, a link": pdf(b"<< /S /URI /URI (https://a.example/JavaScript) >>"),
}
REFUSED = {
    "macros": {
        "docx": openxml("docx", {"word/vbaProject.bin": VBA}),
        "docx, macros under another name": openxml("docx", {"word/media/image1.vba.png": VBA}),
        "docm": zipped(
            {
                "[Content_Types].xml": "<Types>"
                + override(
                    "/word/document.xml", "application/vnd.ms-word.document.macroEnabled.main+xml"
                )
                + "</Types>",
                "word/document.xml": "<a/>",
            }
        ),
        "docx, a type that is macros": openxml(
            "docx",
            types='<Default Extension="png" ContentType="application/vnd.ms-office.vbaProject"/>',
        ),
        "docx, a type in other letters": openxml(
            "docx", types=override("/x", "APPLICATION/VND.MS-OFFICE.VBAPROJECT")
        ),
        "docx, a type in numbers": openxml(
            "docx", types=override("/x", "application/vnd.ms-office.&#118;baProject")
        ),
        "docx, a relation": openxml(
            "docx",
            {
                RELS: relations(("vbaProject", "media/1.png", False)).replace(
                    OFFICE, "http://x/2006/"
                )
            },
        ),
        "xlsx, a sheet of macros": openxml(
            "xlsx", {BOOK_RELS: relations(("xlMacrosheet", "worksheets/sheet1.xml", False))}
        ),
        "xlsx, a type of macro sheets": openxml(
            "xlsx", types=override("/xl/a.xml", "application/vnd.ms-excel.macrosheet+xml")
        ),
        "pptx, a press that runs a macro": openxml(
            "pptx", {"ppt/a": '<a><hlinkClick action="ppaction&#58;//macro?name=X"/></a>'}
        ),
        "xlsx, a sheet that says it is macros": openxml(
            "xlsx", {"xl/a.xml": '<xm:macrosheet xmlns:xm="a"/>'}
        ),
        "odt, a field that runs": opendocument("text", body="<text:execute-macro/>"),
        "docx in docx": openxml(
            "docx", {"a.bin": openxml("docx", types=override("/x", "vbaData"))}
        ),
        "odt, Basic": opendocument("text", {"Basic/Standard/Module1.xml": "<module/>"}),
        "odt, basic": opendocument("text", {"bAsIc/Standard/Module1.xml": "<module/>"}),
        "odt, Python": opendocument("text", {"Scripts/python/a.py": "import os"}),
        "odt, a listener": opendocument(
            "text", body='<script:event-listener script:language="ooo:script" xlink:href="x"/>'
        ),
        "odt, a link that is a macro": opendocument(
            "text", body='<text:a xlink:href="vnd.sun.star.&#115;cript:a.py$b?language=Python"/>'
        ),
        "odp, a press that runs a program": opendocument(
            "presentation",
            body='<presentation:event-listener presentation:action="execute" xlink:href="a.exe"/>',
        ),
        "odt, keys of its own": opendocument(
            "text",
            {"Configurations2/accelerator/current.xml": '<item href="vnd.sun.star.script:a"/>'},
        ),
        "doc": word(streams={"Macros/VBA/dir": b"", "Macros/PROJECT": b""}),
        "doc, in other letters": word(streams={"mAcRoS/vBa/DIR": b""}),
        "xls": excel(streams={"_VBA_PROJECT_CUR/VBA/dir": b""}),
        "xls, a sheet of macros": excel(sheet(1)),
        "xls, hidden macros of another time": excel(sheet(6)),
        "xls, macros without a list": compound(
            {"Book": record(0x0409, struct.pack("<HHH", 0, 0x0040, 0))}
        ),
        "ppt": powerpoint(atom(0x03FF, atom(0x0400, struct.pack("<III", 1, 1, 2)), 0xF)),
        "xls, a sheet of macros within a record": excel(
            record(0x0FFF, record(0x0809, struct.pack("<HH", 0x0600, 0x0040) + b"\0" * 12))
        ),
        "ppt, macros within a record": powerpoint(
            atom(0x03EA, atom(0x0400, struct.pack("<III", 1, 1, 2), 2))
        ),
        "ppt, a press that runs a macro": powerpoint(atom(0x0FF3, b"\0" * 8 + b"\1" + b"\0" * 7)),
    },
    "objects": {
        "docx": openxml("docx", {"word/embeddings/oleObject1.bin": OBJECT}),
        "docx, an object as a picture": openxml("docx", {"word/media/image1.png": OBJECT}),
        **{
            f"docx, {start!r} as a picture": openxml(
                "docx", {"word/media/1.png": start + b"x" * 99}
            )
            for start in (
                *(
                    b"#!/bin/sh",
                    b"L\0\0\0\1\x14\2\0",
                    b"MSCF",
                    b"\x1f\x8b\x08",
                    b"\xca\xfe\xba\xbe",
                ),
                *(b"\xcf\xfa\xed\xfe", b"CreateObject(", b"@echo off", b"Start-Process", b"FWS\n"),
                *(b"BZh9", b"\xfd7zXZ\0", b"[InternetShortcut]", b"\0\1\2\3"),
            )
        },
        "xlsx, a page as a picture": openxml("xlsx", {"xl/1.png": "<a><script>x</script></a>"}),
        "odt, a program in a folder": opendocument("text", {"Pictures/a.png": b"WScript.Echo 1"}),
        "docx, a ribbon": openxml("docx", {RELS: relations(("ui/extensibility", "a.xml", False))}),
        "pptx, a press that runs a program": openxml(
            "pptx", {"ppt/a": '<a><hlinkMouseOver action="ppaction://program"/></a>'}
        ),
        "pptx, a press that runs an object": openxml(
            "pptx", {"ppt/a": '<a><hlinkClick action="PPACTION://ole?verb=0"/></a>'}
        ),
        "docx, a type": openxml("docx", types=override("/a", OPENXML + "oleObject")),
        "docx, a relation": openxml("docx", {RELS: relations(("oleObject", "a.bin", False))}),
        "docx, a control": openxml("docx", {RELS: relations(("control", "a.xml", False))}),
        "docx, a type of controls": openxml(
            "docx", types=override("/a", "application/vnd.ms-office.activeX+xml")
        ),
        "docx, a page within": openxml("docx", {RELS: relations(("aFChunk", "a.rtf", False))}),
        "docx, a program": openxml("docx", {"word/media/image1.png": b"MZ\x90\0" + b"\0" * 99}),
        "docx, a text with objects": openxml("docx", {"word/a.txt": rtf("{\\object x}")}),
        "odt": opendocument("text", {"Object 1": OBJECT}),
        "odt, an applet": opendocument("text", body='<draw:applet draw:code="a"/>'),
        "odt, a plug-in": opendocument("text", body='<draw:plugin draw:mime-type="x/y"/>'),
        "odt, a window to elsewhere": opendocument("text", body="<draw:floating-frame/>"),
        "doc": word(streams={"ObjectPool/_1234/\x01Ole": b""}),
        "doc, a package": word(streams={"a/b/\x01Ole10Native": b"calc.exe"}),
        "doc, a control": word(streams={"ObjectPool/_1/\x03OCXNAME": b""}),
        "xls": excel(streams={"MBD0018D4C1/\x01CompObj": b""}),
        "xls, controls": excel(streams={"Ctls": b""}),
        "ppt": powerpoint(atom(0x1011, b"\0" * 20)),
        "ppt, an object within a record": powerpoint(atom(0x03EA, atom(0x1011, b"\0" * 40))),
        "ppt, the head of an object within a record": powerpoint(
            atom(0x03EA, atom(0x0FC3, b"\0" * 24, 1))
        ),
        "ppt, a press that runs a program within a record": powerpoint(
            atom(0x03EA, atom(0x0FF3, b"\0" * 8 + b"\2" + b"\0" * 7))
        ),
        "ppt, an object within": powerpoint(atom(0x0409, atom(0x0FCC, b"", 0xF), 0xF)),
        "rtf": rtf("{\\object\\objemb{\\*\\objclass Package}{\\*\\objdata 0105000002}}"),
        "rtf, in other letters": rtf("{\\Object\\OBJemb{\\*\\objData 01}}"),
        "rtf, behind a sign": rtf("\\\\\\objdata 01"),
        "rtf, between lines": rtf("{\\*\\objdata\r\n0\r\n1}"),
        "rtf, behind raw bytes": rtf("{\\bin1 \\\\objdata 01}"),
        "rtf, a control": rtf("{\\*\\objocx}"),
        "pdf, a file within": pdf(b"<< /Type /Filespec /EF << /F 6 0 R >> >>"),
        "pdf, a file in the list": pdf(b"<< /Names << /EmbeddedFiles 7 0 R >> >>"),
        "pdf, a program": pdf(b"<< /S /Launch /F (calc.exe) >>"),
    },
    "links": {
        "docx, a far template": openxml(
            "docx", {RELS: relations(("attachedTemplate", "https://a.example/a.dotm", True))}
        ),
        "docx, a template in the network": openxml(
            "docx", {RELS: relations(("attachedTemplate", "file://\\\\server\\a.dotm", True))}
        ),
        "docx, a template by its number": openxml(
            "docx", {RELS: relations(("attachedTemplate", r"\\10.0.0.1\a.dotm", True))}
        ),
        "docx, a letter of signs": openxml(
            "docx", {RELS: relations(("attachedTemplate", "&#104;ttp://a.example/a", True))}
        ),
        "docx, a frame": openxml("docx", {RELS: relations(("frame", "http://a.example", True))}),
        "docx, a picture in the network": openxml(
            "docx", {RELS: relations(("image", "file://server/1.png", True))}
        ),
        "docx, DDE": openxml("docx", body=field('DDEAUTO c:\\\\windows\\\\cmd.exe "/k calc"')),
        "docx, DDE in pieces": openxml("docx", body=field(" D", "DE", "AUTO", " c:\\\\cmd.exe")),
        "docx, DDE in a part of another name": openxml("docx", {"a/b.dat": field("DDE cmd")}),
        "docx, DDE in two bytes a sign": openxml(
            "docx", {"word/footer1.xml": field("DDE cmd").encode("utf-16")}
        ),
        "docx, DDE in one": openxml(
            "docx", body='<w:p xmlns:w="w"><w:fldSimple w:instr=" DDE&#65;UTO cmd"/></w:p>'
        ),
        "docx, DDE in sections": openxml("docx", body=field("<![CDATA[DD]]>", "<!-- x -->E cmd")),
        "docx, a picture of a field": openxml(
            "docx", body=field('INCLUDEPICTURE "\\\\server\\1.png"')
        ),
        "xlsx, DDE": openxml(
            "xlsx",
            {
                BOOK_RELS: relations(("externalLink", "other/a%31.bin", False)),
                "xl/other/a1.bin": "<externalLink><ddeLink/></externalLink>",
            },
        ),
        **{
            f"docx, a link to {target}": openxml(
                "docx", {RELS: relations(("hyperlink", target, True))}
            )
            for target in (
                *(r"\\server\docs\a.doc", "file:///C:/Windows/System32/calc.exe", "calc.exe"),
                *("file://server/a.doc", "ms-msdt:/id", "javascript:x", "a%2Evbs", "C:/a.bat"),
            )
        },
        "docx, a template that does not say it is far": openxml(
            "docx", {RELS: relations(("attachedTemplate", "http://a.example/a.dotm", False))}
        ),
        **{
            f"xlsx, {formula}": openxml("xlsx", {"xl/any.bin": f"<a><f>{formula}</f></a>"})
            for formula in (
                *("_xlfn.WEBSERVICE(A1)", "1+web<!-- -->service (A1)", "&#68;DE(A1)", "RTD(A1)"),
                *("_xlfn.IMAGE(A1)", "CALL(A1)"),
            )
        },
        "xlsx, a function in two bytes a sign": openxml(
            "xlsx", {"xl/a.xml": "<a><f>WEBSERVICE(A1)</f></a>".encode("utf-16")}
        ),
        "xlsx, a query": openxml("xlsx", {"customXml/item1.xml": '<DataMashup xmlns="a"/>'}),
        "ods, a function that asks a program": opendocument(
            "spreadsheet", body='<table:table-cell table:formula="of:=DDE(&quot;cmd&quot;)"/>'
        ),
        "ods, a function that asks a page": opendocument(
            "spreadsheet",
            body='<table:table-cell table:formula="of:=COM.MICROSOFT.WEBSERVICE([.A1])"/>',
        ),
        "odt, a link to a program": opendocument(
            "text", body='<text:a xlink:href="file:///C:/Windows/System32/calc.exe"/>'
        ),
        "xlsx, connections": openxml(
            "xlsx", types=override("/xl/c.xml", OPENXML + "spreadsheetml.connections+xml")
        ),
        "ods, DDE": opendocument("spreadsheet", body="<table:dde-link/>"),
        "odt, a far section": opendocument(
            "text", body='<text:section-source xlink:href="https://a.example/a.odt"/>'
        ),
        "doc, DDE": word(b"\x13 DDEAUTO c:\\\\cmd.exe \x14\x15"),
        "doc, DDE in two bytes a sign": word("\x13 dde cmd".encode("utf-16-le")),
        "doc, DDE in quotes": word(b'\x13"DDEAUTO" c cmd \x14\x15'),
        "doc, DDE between lines": word("\x13\x0bDDEAUTO\x0bc".encode("utf-16-le")),
        "doc, DDE from an odd byte": word(b"x" + "\x13 DDE c".encode("utf-16-le")),
        "doc, a name made by a field": word(b'\x13 \x13 QUOTE "D" \x15DE c \x15'),
        "doc, a picture in the network": word(
            b'\x13 INCLUDEPICTURE "\\\\\\\\1.2.3.4\\\\x.png" \x15'
        ),
        **{
            f"{form}, {name}": made(f'{name} "{target}"')
            for name, target in {
                "IMPORT": "http://a.example/1.png",
                "RD": "https://a.example/a.doc",
                "DATABASE": "a",
                "INCLUDETEXT": "http://a.example/a.doc",
                "INCLUDE": "//server/a.doc",
            }.items()
            for form, made in WITH_FIELD.items()
        },
        "doc, a far template": word(template="http://a.example/a.dot"),
        "doc, a template in the network": word(template=r"\\server\a.dot"),
        "xls, DDE": excel(book("cmd\x03/c calc")),
        "xls, a connection": excel(record(0x0876, b"\0" * 20)),
        "rtf, a far template": rtf("{\\*\\template https://a.example/a}"),
        "rtf, a template in signs": rtf("{\\*\\template \\'68\\u116 ?tp://a.example/a}"),
        "rtf, a template in the network": rtf("{\\*\\template \\\\\\\\server\\\\a.dot}"),
        "rtf, DDE": rtf('{\\field{\\*\\fldinst DDEAUTO c:\\\\cmd.exe "/k"}}'),
        "rtf, DDE in pieces": rtf("{\\field{\\*\\fldinst {D}{\\b D}{\\'45}AUTO c:\\\\cmd}}"),
    },
    "scripts": {
        "pdf": pdf(SCRIPT),
        "pdf, a name in numbers": pdf(b"<< /S /J#61v#61Script >>"),
        "pdf, a short name in numbers": pdf(b"<</S/X/J#53(x)>>"),
        "pdf, in a stream of objects": pdf(stream(objects(SCRIPT), PACKED)),
        "pdf, in a stream whose type is in numbers": pdf(
            stream(objects(SCRIPT), b"/Type /Obj#53tm /Filter /Fl")
        ),
        "pdf, in a stream that does not say its type": pdf(stream(objects(SCRIPT))),
        "pdf, in a stream of letters": pdf(
            stream(b"", b"/Type /ObjStm /Filter /AHx", objects(SCRIPT).hex().encode() + b">")
        ),
        "pdf, in a stream packed twice": pdf(
            stream(
                b"",
                b"/Type /ObjStm /Filter [/ASCII85Decode /FlateDecode]",
                base64.a85encode(zlib.compress(objects(SCRIPT))) + b"~>",
            )
        ),
        "pdf, in a stream that is plain": pdf(stream(b"", b"", objects(SCRIPT))),
        "pdf, a form that is a program": pdf(b"<< /AcroForm << /XFA 9 0 R >> >>"),
        "pdf, a film": pdf(b"<< /Subtype /RichMedia >>"),
    },
    "locked": {
        "docx": compound({"EncryptedPackage": b"", "EncryptionInfo": b""}),
        "docx, an entry": archive(
            Entry("[Content_Types].xml", b"\0" * 40, flags=1), Entry("word/document.xml", flags=1)
        ),
        "odt": opendocument(
            "text", {"META-INF/manifest.xml": "<manifest><encryption-data/></manifest>"}
        ),
        "doc": compound({"WordDocument": b"\xec\xa5" + b"\0" * 8 + b"\0\1" + b"\0" * 100}),
        "xls": compound({"Workbook": BOOK + record(0x002F, b"\0" * 6)}),
        "pdf, objects in a stream": pdf(
            stream(b"", PACKED, b"\x8a" * 99), trailer=b"/Encrypt 9 0 R "
        ),
    },
    "packed": {
        "docx, a part of 400 MB": openxml(
            "docx", {"word/a.xml": "<a>" + " " * 60_000_000 + "</a>"}
        ),
    },
    "broken-archive": {
        "docx, one name twice": archive(
            Entry("[Content_Types].xml", b"<Types/>"), Entry("[content_types].XML", b"<Types/>")
        ),
        "docx, another name before than in the list": after(openxml("docx")),
        "docx, bytes before it": b"PK--" + openxml("docx"),
        "docx, bytes behind it": openxml("docx") + b"more",
        "docx, two lists": openxml("docx") + openxml("docx", {"word/vbaProject.bin": VBA}),
        "docx, an empty list behind it": openxml("docx") + ending(0, 0, 0),
        "docx, a way of packing that nobody uses": zipped(
            {"[Content_Types].xml": "<Types/>", "word/document.xml": "<a/>"},
            method=zipfile.ZIP_BZIP2,
        ),
        "docx, more than it says": archive(
            Entry("[Content_Types].xml", zlib.compress(b"<Types/>" + b" " * 99)[2:-4], DEFLATED, 8),
            Entry("word/document.xml", b"<a/>"),
        ),
        "docx, cut": openxml("docx")[:-30],
    },
    "broken-document": {
        "docx, entities": openxml("docx", body='<!DOCTYPE a [<!ENTITY b "DDE">]><a>&b;</a>'),
        "docx, letters of its own": openxml(
            "docx", body='<?xml version="1.0" encoding="utf-7"?><a/>'
        ),
        "xlsx, no list of types": zipped(
            {"[Content_Types].xml": "<Types", "xl/workbook.xml": "<a/>"}
        ),
        "doc, cut": word()[:900],
        "xls, a record longer than any": excel(struct.pack("<HH", 0x0FFF, 9000) + b"\0" * 9000),
        "ppt, a record longer than all": powerpoint(struct.pack("<HHI", 0, 0x03EA, 0xFFFF_FFF0)),
        "pdf, objects that cannot be read": pdf(
            stream(b"", b"/Type /ObjStm /Filter /LZWDecode", b"x")
        ),
    },
    "archive": {
        "a jar": zipped({"META-INF/MANIFEST.MF": "", "a.class": ""}),
        "a book": opendocument("text").replace(
            b"vnd.oasis.opendocument.text", b"epub+zip".ljust(27)
        ),
        "two documents in one": opendocument("text", {"[Content_Types].xml": "<Types/>"}),
        "an archive in a document": openxml("docx", {"word/media/1.png": zipped({"a.exe": b"MZ"})}),
    },
    "no-document": {
        "an installer": compound({"\u4840\u3b3f": b""}),
        "a letter": compound({"__substg1.0_001A001E": b"IPM.Note"}),
        "a name deep within": compound({"a/WordDocument": b""}),
        "two documents in one": word(streams={"Workbook": BOOK}),
    },
}


@pytest.mark.parametrize("name", HONEST)
def test_ordinary_documents_are_taken(name: str) -> None:
    found = content_of(HONEST[name])

    assert found.ending.removeprefix(".") == name[:4].rstrip(", ")


@pytest.mark.parametrize(
    ("reason", "name"), [(reason, name) for reason, kinds in REFUSED.items() for name in kinds]
)
def test_what_runs_by_itself_or_asks_elsewhere_is_refused(reason: str, name: str) -> None:
    with pytest.raises(Refused) as refused:
        content_of(REFUSED[reason][name])

    assert refused.value.reason == reason


def test_a_large_table_is_taken() -> None:
    rows = "".join(
        f"<table:table-row n='{n}'><table:table-cell/></table:table-row>" for n in range(9000)
    )

    found = content_of(opendocument("spreadsheet", body=rows * 4))

    assert found.ending == ".ods"


def test_a_document_that_was_written_piece_by_piece_is_taken() -> None:
    """Whoever does not know the sizes beforehand writes them behind each part."""

    class Stream(io.RawIOBase):
        def __init__(self) -> None:
            self.content = bytearray()

        def writable(self) -> bool:
            return True

        def write(self, piece: bytes) -> int:  # type: ignore[override]
            self.content += piece
            return len(piece)

    out = Stream()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("[Content_Types].xml", "<Types/>")
        made.writestr("word/document.xml", "<a/>")

    assert content_of(bytes(out.content)).ending == ".docx"
