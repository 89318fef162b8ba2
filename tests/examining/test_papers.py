"""PDF: what runs, asks elsewhere or is hidden is refused, however it is packed, spelt or put together."""

import base64
import zlib

import pytest

from bot.examining.formats.content import content_of
from bot.file_kinds import Refused
from tests.support.documents import objects, pdf, stream

SCRIPT = b"<< /S /JavaScript /JS (app.alert(1)) >>"
PLAIN = objects(SCRIPT)
DEFLATED = zlib.compress(PLAIN)
HOLDS = b"/Type /ObjStm /N 1 /First 5"
PREDICTED = zlib.compress(b"".join(b"\0" + bytes([letter]) for letter in PLAIN))
FAR = b"<< /S /URI /URI (https://a.example) >>"


def holding(about: bytes, packed: bytes = DEFLATED) -> bytes:
    """A paper whose stream of objects is so described."""
    return pdf(stream(b"", HOLDS + b" " + about, packed), b"/FlateDecode", b"<< /Predictor 12 >>")


def with_keyword(keyword: bytes) -> bytes:
    return holding(b"/Filter /FlateDecode").replace(
        b"/FlateDecode >>\nstream\n", b"/FlateDecode >>" + keyword
    )


def with_a_stored_word() -> bytes:
    """The word for the end of a stream stands within its packed bytes, as a comment of the objects."""
    first = PLAIN[:6] + b"%endstream\n"
    rest = PLAIN[6:]
    squeeze = zlib.compressobj(9, zlib.DEFLATED, -15)
    head = b"\0" + len(first).to_bytes(2, "little") + (0xFFFF - len(first)).to_bytes(2, "little")
    body = head + first + squeeze.compress(rest) + squeeze.flush()
    return holding(
        b"/Filter /FlateDecode",
        b"\x78\x9c" + body + zlib.adler32(first + rest).to_bytes(4, "big"),
    )


def other_dictionary(trick: bytes) -> bytes:
    """A stream of objects whose dictionary is made to look as one of a picture."""
    return holding(b"/Filter /LZWDecode " + trick, b"x")


HONEST = {
    "pages, pictures and objects": pdf(
        stream(objects(b"<< /Type /Font >>"), HOLDS + b" /Filter /FlateDecode")
    ),
    "an array of one filter": pdf(stream(objects(b"null"), HOLDS + b" /Filter [ /FlateDecode ]")),
    "parameters that say nothing": pdf(
        stream(objects(b"null"), HOLDS + b" /Filter /Fl /DecodeParms << /Predictor 1 >>")
    ),
    "colours": pdf(stream(b"\0\0\x0cHLino" * 50, b"/N 3 /Filter /FlateDecode")),
    "a table of differences": pdf(
        stream(
            b"\2\0\1" * 9, b"/Type /XRef /W [1 1 1] /Filter /Fl /DecodeParms << /Predictor 12 >>"
        )
    ),
    "an old picture": pdf(stream(b"", b"/Subtype /Image /Filter [/A85 /LZWDecode]", b"x~>")),
    "a scan": pdf(stream(b"", b"/Subtype /Image /Filter /DCTDecode", b"\xff\xd8obj endobj\xff")),
    "colours in a string": pdf(
        stream(
            b"", b"/CS [/Indexed /DeviceRGB 3 (\\)\\(%\0>>\xff)] /Filter /DCTDecode", b"\xff\xd8"
        )
    ),
    "a length that stands elsewhere": pdf(
        stream(b"x").replace(b"/Length", b"/Length 9 0 R /Length1"), b"12"
    ),
    "words of the format in a text": pdf(
        b"<< /Contents (6 0 obj and >> stream) >>", stream(b"", b"", b"(7 0 obj; a >> stream) Tj")
    ),
    "notes between": pdf().replace(b"endobj\n", b"endobj\n%% Original object: (5 0\n"),
    "a page that is shown first": pdf(b"<< /OpenAction << /S /GoTo /D [3 0 R /Fit] >> >>"),
    "a page that is shown first, elsewhere": pdf(
        b"<< /OpenAction 6 0 R >>", b"<< /S /GoTo /D [7 0 R /Fit] >>", b"<< /Annots [8 0 R] >>", FAR
    ),
    "a table of contents": pdf(b"<< /Title (a) /Next 6 0 R /A 7 0 R >>", b"<< >>", FAR),
    "links": pdf(FAR, b"<< /S /URI /URI (mailto:a@b.example) >>", b"<< /URI <74656c3a31> >>"),
    "another paper beside it": pdf(b"<< /S /GoToR /F (part2.pdf) /D [0 /Fit] >>"),
    "two versions": pdf() + pdf().partition(b"\xd3\n")[2],
}
REFUSED = {
    "scripts": {
        "a bracket of a string": holding(b"/Filter /FlateDecode /X(obj)"),
        "a long dictionary": holding(b"/Filter /FlateDecode /X (" + b"a" * 9000 + b")"),
        "a space behind the keyword": with_keyword(b"\nstream \n"),
        "half an end of line": with_keyword(b"\nstream\r"),
        "a word of the format within": with_a_stored_word(),
        "no type, no number": pdf(stream(PLAIN, b"/Filter /FlateDecode")),
        "letters around": holding(b"/Filter [/A85 /Fl]", base64.a85encode(DEFLATED) + b"~>"),
        "a name in numbers in another stream's bytes": pdf(
            stream(b"", b"", b"7 0 obj << /S /J#61vaScript /J#53 (x) >> endobj")
        ),
        "a form that is a program, in a stream": pdf(stream(b"", b"", b"<< /XFA 9 0 R >>")),
        "a link that runs": pdf(b"<< /S /JavaScript#20 /OnInstantiate 9 0 R >>"),
        "a later version": pdf() + b"\n1 0 obj << /OpenAction " + SCRIPT + b" >> endobj",
    },
    "broken-document": {
        "a filter elsewhere": holding(b"/Filter 6 0 R"),
        "a filter elsewhere, in an array": holding(b"/Filter [6 0 R]"),
        "a filter elsewhere, no type": pdf(
            stream(PLAIN, b"/N 1 /First 5 /Filter 6 0 R"), b"/FlateDecode"
        ),
        "a type elsewhere": pdf(
            stream(b"", b"/Type 6 0 R /Subtype /Image /Filter /LZWDecode", b"x"), b"/ObjStm"
        ),
        "two filters": holding(b"/Filter /FlateDecode /Filter /LZWDecode"),
        "a filter of another reader": holding(b"/F /LZWDecode"),
        "packed as of old": holding(b"/Filter /LZWDecode", b"x"),
        "packed in runs": holding(b"/Filter /RunLengthDecode", b"x"),
        "packed as a picture": holding(b"/Subtype /Image /Filter /DCTDecode", b"\xff\xd8"),
        "packed as a fax": holding(b"/Filter [/FlateDecode /CCITTFaxDecode]"),
        "differences": holding(b"/Filter /Fl /DecodeParms << /Predictor 12 >>", PREDICTED),
        "differences in numbers": holding(
            b"/Filter /Fl /Dec#6fdeParms << /Pr#65dictor 12 >>", PREDICTED
        ),
        "differences elsewhere": holding(b"/Filter /Fl /DecodeParms 7 0 R", PREDICTED),
        "without an end": holding(b"/Filter /FlateDecode", DEFLATED[:-8]),
        "nothing packed": holding(b"/Filter /FlateDecode", b"x"),
        "a note before the keyword": with_keyword(b"%x\nstream\n"),
        "a long note before the keyword": with_keyword(b"%" + b"x" * 9000 + b"\nstream\n"),
        "no line behind the keyword": with_keyword(b"stream x\n"),
        "another object in a string": other_dictionary(b"/X (\n9 0 obj <</Subtype/Image>> ) /Y 1"),
        "another object in a string, open": other_dictionary(b"/X (\n9 0 obj << /Subtype /Image"),
        "another object in a note": other_dictionary(b"%endobj\n9 0 obj << /Subtype /Image >>\n"),
        "another object among the words": other_dictionary(b"9 0 obj << /Subtype /Image "),
        "an end among the words": other_dictionary(b"\nendobj\n9 0 obj << /Subtype /Image "),
        "a value that is missing": other_dictionary(
            b"/X << /A >> >>\nendobj\n9 0 obj << /Subtype /Image "
        ),
        "the number and a note": pdf().replace(
            b"1 0 obj",
            b"6 0%x\nobj%y\n<<" + HOLDS + b"/Filter/LZWDecode>>stream\nx\nendstream 1 0 obj",
        ),
        "in another stream": pdf(
            stream(b"", b"", b"9 0 obj <<" + HOLDS + b"/Filter/LZW>>stream\nx")
        ),
        "in a string": pdf(b"(\n9 0 obj <<" + HOLDS + b"/Filter/LZW>>stream\nx\nendstream)"),
        "an action with notes": pdf(b"<< /OpenAction 6 %x\n0 R >>", FAR),
        "far behind its number": pdf().replace(
            b"1 0 obj", b"6 0 obj" + b" " * 5000 + b"<<" + HOLDS + b"/Filter/LZW>>stream\nx 1 0 obj"
        ),
    },
    "links": {
        "an address as it opens": pdf(b"<< /OpenAction " + FAR + b" >>"),
        "an address as it opens, elsewhere": pdf(b"<< /OpenAction 6 0 R >>", FAR),
        "an address as a page opens": pdf(b"<< /Type /Page /AA << /O 6 0 R >> >>", FAR),
        "an address behind another action": pdf(
            b"<< /OpenAction << /S /GoTo /D [3 0 R /Fit] /Next [ 6 0 R ] >> >>", FAR
        ),
        "an address in a stream": pdf(
            stream(
                objects(b"<< /OpenAction 11 0 R >>", FAR),
                b"/Type /ObjStm /N 2 /First 11 /Filter /FlateDecode",
            )
        ),
        "an action that stands elsewhere": pdf(
            b"<< /OpenAction 6 0 R >>", b"<< /S 7 0 R /URI (x) >>", b"/URI"
        ),
        "a film as it opens": pdf(b"<< /OpenAction << /S /Rendition /OP 0 >> >>"),
        "another machine as it opens": pdf(
            b"<< /OpenAction << /S /GoToR /F (\\\\\\\\10.0.0.9\\\\a.pdf) >> >>"
        ),
        "a paper of another machine": pdf(b"<< /S /GoToR /F (\\134\\134host\\\\a.pdf) >>"),
        "a paper of another machine in numbers": pdf(
            b"<< /S /GoToR /F << /UF <FEFF 005C 005C 0061> >> >>"
        ),
        "a paper of another machine elsewhere": pdf(b"<< /S /GoToR /F 6 0 R >>", b"(//host/a.pdf)"),
        "a form that is sent": pdf(b"<< /S /SubmitForm /F (http://a.example) >>"),
        "a form that is filled": pdf(b"<< /S /ImportData /F (//host/a.fdf) >>"),
        "a link to a program": pdf(b"<< /S /URI /URI (file:///C:/Windows/System32/calc.exe) >>"),
        "a link to a script": pdf(b"<< /S /URI /URI (java\\163cript:x) >>"),
        "a link to a tool": pdf(b"<< /URI <6d732d6d7364743a2f6964> >>"),
    },
    "objects": {
        "a paper within": pdf(b"<< /S /GoToE /T << /R /C /N (a) >> >>"),
        "a file on a page": pdf(b"<< /Subtype /FileAttachment /FS 9 0 R >>"),
        "a program, in a stream": pdf(
            stream(objects(b"<< /S /Launch /F (cmd.exe) >>"), HOLDS + b" /Filter /FlateDecode")
        ),
    },
}


@pytest.mark.parametrize("name", HONEST)
def test_ordinary_papers_are_taken(name: str) -> None:
    assert content_of(HONEST[name]).ending == ".pdf"


@pytest.mark.parametrize(
    ("reason", "name"), [(reason, name) for reason, kinds in REFUSED.items() for name in kinds]
)
def test_a_paper_that_acts_or_cannot_be_followed_is_refused(reason: str, name: str) -> None:
    with pytest.raises(Refused) as refused:
        content_of(REFUSED[reason][name])

    assert refused.value.reason == reason
