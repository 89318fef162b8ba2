"""What the programs that people use write is taken, and named by what it is.

How the files were made: ``tests/files/making.py``.
"""

import pytest

from bot.examining.formats.content import examine
from bot.file_kinds import Refused
from tests.files.making import COMMANDS, CORPUS
from tests.support.pictures import PLACE

# Where the ending is another than the file's own, or the file is refused.
VERDICTS = {
    "exiftool-place.jfif": ".jpg",
    "ffmpeg.avif": ".jpg",
    "ffmpeg-smooth.ismv": ".mp4",
    "ffmpeg.m4v": ".mp4",
    "ffmpeg.3g2": ".3gp",
    "libreoffice-table.csv": ".txt",
    "ffmpeg.m4a": "refused: sound",
    "ffmpeg-sound.m4a": "refused: sound",
    "ffmpeg.mp3": "refused: sound",
    "libreoffice-letter.html": "refused: page",
    "libreoffice-letter-with-source.pdf": "refused: objects",
}


def verdict(content: bytes) -> str:
    """The ending of what it is, or why it is refused."""
    try:
        return examine(content).found.ending
    except Refused as refused:
        return f"refused: {refused.reason}"


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_what_people_s_programs_write_is_known_by_its_content(name: str) -> None:
    content = (CORPUS / name).read_bytes()

    assert verdict(content) == VERDICTS.get(name, f".{name.rpartition('.')[2]}")


def test_every_file_of_the_corpus_is_made_by_a_command() -> None:
    assert {path.name for path in CORPUS.iterdir()} == set(COMMANDS)


def test_a_place_that_exiftool_wrote_is_gone() -> None:
    content = (CORPUS / "exiftool-place.jfif").read_bytes()
    assert b"Place\0" in content  # the camera's maker, beside the coordinates

    kept = examine(content).content

    assert b"Exif" not in kept
    assert PLACE not in kept
    assert b"Place\0" not in kept
