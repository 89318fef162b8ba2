"""Make the files of ``tests/files/corpus`` with the programs that people use.

``python -m tests.files.making [NAME…]``, with the beginnings of names, on Debian needs: libreoffice-{writer,calc,impress}-nogui, abiword,
gnumeric, pandoc, ghostscript, qpdf, img2pdf, poppler-utils, librsvg2-bin, wkhtmltopdf, chromium, enscript,
ffmpeg, libimage-exiftool-perl, p7zip-full, and of PyPI openpyxl and XlsxWriter. No test needs any of
them: what they made is kept. A command that fails is named, and its files stay as they are.
"""

import base64
import shutil
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

from PIL import Image

CORPUS = Path(__file__).parent / "corpus"
URN = "urn:oasis:names:tc:opendocument:xmlns"
SPACES = " ".join(
    [f'xmlns:{name}="{URN}:{name}:1.0"' for name in ("office", "text", "table", "presentation")]
    + [f'xmlns:draw="{URN}:drawing:1.0"', f'xmlns:svg="{URN}:svg-compatible:1.0"']
    + ['xmlns:xlink="http://www.w3.org/1999/xlink"', f'xmlns:of="{URN}:of:1.2"']
    + ['xmlns:dc="http://purl.org/dc/elements/1.1/" office:version="1.3"']
)
LETTER = """<office:text><text:h text:outline-level="1">Яма на Лесной</text:h>
<text:p>Прошу засыпать яму<text:note text:note-class="footnote"><text:note-citation>1</text:note-citation>
<text:note-body><text:p>Снимок ниже.</text:p></text:note-body></text:note>. Место на
<text:a xlink:type="simple" xlink:href="https://example.org/map?x=1&amp;y=2">карте</text:a>, почта
<text:a xlink:type="simple" xlink:href="mailto:a@example.org">a@example.org</text:a>.<office:annotation>
<dc:creator>Анна</dc:creator><text:p>Проверить</text:p></office:annotation></text:p><text:p>{picture}</text:p>
<table:table><table:table-column/><table:table-row><table:table-cell><text:p>Дом</text:p></table:table-cell>
</table:table-row></table:table><text:p>Страница <text:page-number/></text:p></office:text>"""
TABLE = """<office:spreadsheet><table:table table:name="Дома"><table:table-row>
<table:table-cell office:value-type="string"><text:p>Дом</text:p></table:table-cell>
<table:table-cell office:value-type="float" office:value="2"><text:p>2</text:p></table:table-cell>
<table:table-cell table:formula="of:=SUM([.B1:.B1])*2" office:value-type="float" office:value="4"/>
<table:table-cell table:formula="of:=HYPERLINK(&quot;https://example.org&quot;;&quot;карта&quot;)"
office:value-type="string"><text:p>карта</text:p></table:table-cell></table:table-row></table:table>
</office:spreadsheet>"""
SLIDES = """<office:presentation><draw:page draw:name="1"><draw:frame svg:x="2cm" svg:y="2cm" svg:width="9cm"
svg:height="3cm"><draw:text-box><text:p><text:a xlink:type="simple" xlink:href="https://example.org">Яма
</text:a></text:p></draw:text-box></draw:frame></draw:page></office:presentation>"""
PAGE = (
    '<meta charset="utf-8"><h1>Pothole</h1><a href="https://example.org">map</a><img src="{photo}">'
)
DRAWING = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="5" height="5"/></svg>'
PRINTED = "%!PS\n/Helvetica findfont 20 scalefont setfont 100 700 moveto (Pothole) show showpage\n"
BOOKS = """
import openpyxl, xlsxwriter
book = openpyxl.Workbook()
book.active.append(["Дом", 5])
book.active["C1"] = "=SUM(B1:B1)"
book.active["D1"].hyperlink = "https://example.org"
book.save("openpyxl-table.xlsx")
book = xlsxwriter.Workbook("xlsxwriter-table.xlsx")
sheet = book.add_worksheet()
sheet.write(0, 0, "Дом")
sheet.write_comment("A1", "Проверить")
sheet.write_url(1, 0, "https://example.org")
chart = book.add_chart({"type": "pie"})
chart.add_series({"values": "=Sheet1!$A$1:$A$2"})
sheet.insert_chart("F1", chart)
book.close()
"""
OFFICE = "soffice --headless -env:UserInstallation=file://{here}/profile --convert-to"
OLD_PAPER = 'pdf:writer_pdf_Export:{"SelectPdfVersion":{"type":"long","value":"2"}}'
WITH_SOURCE = 'pdf:writer_pdf_Export:{"IsAddStream":{"type":"boolean","value":"true"}}'
FILM = "ffmpeg -y -v error -f lavfi -i testsrc=size=32x32:rate=25:duration=0.2"
BOTH = f"{FILM} -f lavfi -i sine=duration=0.2 -c:v libx264 -pix_fmt yuv420p -c:a aac -b:a 8k"
SMALL = "-c:v mpeg4 -c:a aac -b:a 8k"
STILL = "ffmpeg -y -v error -f lavfi -i testsrc=size=64x48:rate=5:duration=0.2"
# What is made, and by which command, beside letter.fodt, table.fods, slides.fodp, page.html and so on.
COMMANDS = {
    **{
        f"libreoffice-letter.{kind}": f"{OFFICE} {kind} letter.fodt"
        for kind in ("odt", "docx", "doc", "rtf", "pdf", "html")
    },
    "libreoffice-letter-archived.pdf": f"{OFFICE} '{OLD_PAPER}' letter.fodt",
    "libreoffice-letter-with-source.pdf": f"{OFFICE} '{WITH_SOURCE}' letter.fodt",
    **{
        f"libreoffice-table.{kind}": f"{OFFICE} {kind} table.fods"
        for kind in ("ods", "xlsx", "xls", "csv")
    },
    **{
        f"libreoffice-slides.{kind}": f"{OFFICE} {kind} slides.fodp"
        for kind in ("odp", "pptx", "pdf")
    },
    "abiword-letter.odt": "abiword --to=odt -o abiword-letter.odt page.html",
    "gnumeric-table.xlsx": "ssconvert -T Gnumeric_Excel:xlsx houses.csv gnumeric-table.xlsx",
    "gnumeric-table.xls": "ssconvert -T Gnumeric_Excel:excel_biff8 houses.csv gnumeric-table.xls",
    "gnumeric-table.ods": "ssconvert -T Gnumeric_OpenCalc:odf houses.csv gnumeric-table.ods",
    "pandoc-letter.docx": "pandoc page.html -o pandoc-letter.docx",
    "pandoc-letter.odt": "pandoc page.html -o pandoc-letter.odt",
    "openpyxl-table.xlsx": "python3 books.py",
    "xlsxwriter-table.xlsx": "python3 books.py",
    "7zip-letter.odt": (
        "mkdir -p again && cd again && 7z x -y ../pandoc-letter.odt && 7z a -tzip ../7zip-letter.odt ."
    ),
    "ghostscript.pdf": "ps2pdf printed.ps ghostscript.pdf",
    "ghostscript-archived.pdf": "gs -q -o ghostscript-archived.pdf -sDEVICE=pdfwrite -dPDFA=2 printed.ps",
    "qpdf-linear.pdf": "qpdf --linearize ghostscript.pdf qpdf-linear.pdf",
    "qpdf-objects.pdf": "qpdf --object-streams=generate ghostscript.pdf qpdf-objects.pdf",
    "qpdf-plain.pdf": "qpdf --qdf --object-streams=disable ghostscript.pdf qpdf-plain.pdf",
    "img2pdf.pdf": "img2pdf photo.jpg -o img2pdf.pdf",
    "qpdf-joined.pdf": "qpdf --empty --pages ghostscript.pdf img2pdf.pdf -- qpdf-joined.pdf",
    "poppler.pdf": "pdfunite ghostscript.pdf img2pdf.pdf poppler.pdf",
    "cairo.pdf": "pdftocairo -pdf ghostscript.pdf cairo.pdf",
    "librsvg.pdf": "rsvg-convert -f pdf drawing.svg -o librsvg.pdf",
    "wkhtmltopdf.pdf": "wkhtmltopdf -q page.html wkhtmltopdf.pdf",
    "chromium.pdf": "chromium --headless --no-sandbox --print-to-pdf=chromium.pdf page.html",
    "enscript.pdf": "enscript -q -p - houses.csv | ps2pdf - enscript.pdf",
    **{
        f"ffmpeg-{brand.lower()}.mp4": f"{BOTH} -brand {brand} ffmpeg-{brand.lower()}.mp4"
        for brand in ("isom", "iso4", "avc1", "mp41", "MSNV", "zzzz")
    },
    "ffmpeg-fragments.mp4": f"{BOTH} -movflags frag_keyframe+empty_moov ffmpeg-fragments.mp4",
    "ffmpeg-dash.mp4": f"{BOTH} -movflags dash+frag_keyframe -brand iso5 ffmpeg-dash.mp4",
    "ffmpeg-fast.mp4": f"{BOTH} -movflags +faststart ffmpeg-fast.mp4",
    "ffmpeg-smooth.ismv": f"{BOTH} ffmpeg-smooth.ismv",
    "ffmpeg.mov": f"{BOTH} ffmpeg.mov",
    "ffmpeg.m4v": f"{BOTH} ffmpeg.m4v",
    "ffmpeg-hevc.mov": f"{FILM} -c:v libx265 -tag:v hvc1 -pix_fmt yuv420p ffmpeg-hevc.mov",
    "ffmpeg.3gp": f"{FILM} -c:v h263 -s 128x96 ffmpeg.3gp",
    "ffmpeg.3g2": f"{FILM} {SMALL} ffmpeg.3g2",
    "ffmpeg.webm": f"{FILM} -c:v libvpx ffmpeg.webm",
    "ffmpeg.mkv": f"{FILM} -c:v libx264 ffmpeg.mkv",
    "ffmpeg.avi": f"{FILM} -c:v mpeg4 ffmpeg.avi",
    "ffmpeg.m4a": f"{BOTH} -vn -f mp4 ffmpeg.m4a",
    "ffmpeg-sound.m4a": f"{BOTH} -vn -f ipod ffmpeg-sound.m4a",
    "ffmpeg.mp3": f"{BOTH} -vn -c:a libmp3lame -f mp3 ffmpeg.mp3",
    "ffmpeg.jpg": f"{STILL} -frames:v 1 ffmpeg.jpg",
    "ffmpeg.gif": f"{STILL} ffmpeg.gif",
    "ffmpeg.webp": f"{STILL} -frames:v 1 ffmpeg.webp",
    "ffmpeg.avif": f"{STILL} -frames:v 1 -c:v libaom-av1 -still-picture 1 ffmpeg.avif",
    "exiftool-place.jfif": (
        "exiftool -q -GPSLatitude=56.3554 -GPSLatitudeRef=N -GPSLongitude=44.0646 -Orientation#=6"
        " -Make=Place photo.jpg -o exiftool-place.jfif"
    ),
    "pillow-two.jpg": "",
    "pillow-print.jpg": "",
    "pillow-scan.pdf": "",
}


def prepare(here: Path) -> None:
    """Write what the commands begin with, and what Pillow makes by itself."""
    photo = Image.effect_noise((32, 24), 40).convert("RGB")
    photo.paste((250, 10, 10), (0, 0, 16, 12))
    photo.save(here / "photo.jpg", quality=60)
    photo.save(here / "photo.png")
    photo.convert("CMYK").save(here / "pillow-print.jpg")
    photo.save(here / "pillow-two.jpg", "MPO", save_all=True, append_images=[photo.rotate(90)])
    photo.save(here / "pillow-scan.pdf", save_all=True, append_images=[photo.convert("1")])
    shown = base64.b64encode((here / "photo.png").read_bytes()).decode()
    frame = (
        '<draw:frame svg:width="3cm" svg:height="2cm" text:anchor-type="as-char"><draw:image>'
        f"<office:binary-data>{shown}</office:binary-data></draw:image></draw:frame>"
    )
    bodies = {"fodt": LETTER.format(picture=frame), "fods": TABLE, "fodp": SLIDES}
    kinds = {"fodt": "text", "fods": "spreadsheet", "fodp": "presentation"}
    for ending, body in bodies.items():
        name = {"fodt": "letter", "fods": "table", "fodp": "slides"}[ending]
        mime = f"application/vnd.oasis.opendocument.{kinds[ending]}"
        whole = f'<?xml version="1.0" encoding="UTF-8"?><office:document {SPACES}'
        whole += f' office:mimetype="{mime}"><office:body>{body}'
        whole += "</office:body></office:document>"
        (here / f"{name}.{ending}").write_text(whole, encoding="utf-8")
    page = PAGE.format(photo=f"data:image/png;base64,{shown}")
    texts = {"page.html": page, "drawing.svg": DRAWING, "printed.ps": PRINTED, "books.py": BOOKS}
    texts |= {"houses.csv": "Дом,Подъезд\n5,2\n"}
    for name, text in texts.items():
        (here / name).write_text(text, encoding="utf-8")


def make(here: Path, wanted: tuple[str, ...]) -> list[str]:
    """Run the commands of what begins so; the names of what was not made."""
    failed = []
    for name, command in COMMANDS.items():
        if not name.startswith(wanted):
            continue
        if command:
            line = ["sh", "-c", command.replace("{here}", str(here))]
            subprocess.run(line, cwd=here, capture_output=True, check=False)  # noqa: S603 - our own
        if name.startswith("libreoffice-"):
            stem = name.removeprefix("libreoffice-").partition(".")[0].partition("-")[0]
            with suppress(FileNotFoundError):
                (here / f"{stem}{Path(name).suffix}").replace(here / name)
        if (here / name).exists() and (here / name).stat().st_size:
            shutil.copyfile(here / name, CORPUS / name)
        else:
            failed.append(name)
    return failed


def main() -> int:
    """Make them all; the number of those that were not made."""
    CORPUS.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        prepare(Path(folder))
        failed = make(Path(folder), tuple(sys.argv[1:]) or ("",))
    for name in failed:
        sys.stderr.write(f"not made: {name}\n")
    return len(failed)


if __name__ == "__main__":
    sys.exit(main())
