"""Pictures lose what they tell and keep what they show."""

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops

from bot.examining.formats import pictures
from bot.examining.formats.content import examine
from bot.file_kinds import Refused
from tests.support.pictures import PLACE, corner, picture, telling, telling_exif

FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "TIFF", "BMP", "HEIF", "AVIF")


@pytest.fixture(autouse=True)
def _heif() -> None:
    from pillow_heif import register_heif_opener  # noqa: PLC0415 - a plugin of Pillow

    register_heif_opener()


def opened(content: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(content))
    image.load()
    return image


@pytest.mark.parametrize("name", FORMATS)
def test_a_picture_no_longer_tells_where_it_was_taken(name: str) -> None:
    told = telling(name)
    assert PLACE in told

    seen = examine(told)

    assert seen.changed
    assert PLACE not in seen.content
    assert dict(opened(seen.content).getexif().get_ifd(0x8825)) == {}
    assert corner(seen.content) == "left top"


@pytest.mark.parametrize("name", ["JPEG", "PNG", "WEBP", "GIF", "TIFF", "BMP"])
def test_what_it_shows_stays_as_it_was_to_the_bit(name: str) -> None:
    told = telling(name)

    seen = examine(told)

    before, after = opened(told).convert("RGB"), opened(seen.content).convert("RGB")
    assert ImageChops.difference(before, after).getbbox() is None


@pytest.mark.parametrize("name", ["JPEG", "PNG", "WEBP", "GIF"])
def test_what_tells_nothing_is_not_touched(name: str) -> None:
    clean = examine(telling(name)).content

    assert not examine(clean).changed


@pytest.mark.parametrize("name", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize(
    ("orientation", "at"), [(3, "right bottom"), (6, "right top"), (8, "left bottom")]
)
def test_a_picture_that_lies_is_turned(name: str, orientation: int, at: str) -> None:
    seen = examine(telling(name, orientation))

    assert corner(seen.content) == at
    assert dict(opened(seen.content).getexif()) == {}
    assert PLACE not in seen.content


def test_a_very_large_photo_keeps_the_mark_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "MOST_TURNED", 64 * 48 - 1)

    seen = examine(telling("JPEG", 6))

    assert dict(opened(seen.content).getexif()) == {0x0112: 6}
    assert PLACE not in seen.content


def test_an_iphones_photo_becomes_one_that_everybody_can_open() -> None:
    seen = examine(picture("HEIF", exif=telling_exif()))

    assert (seen.found.mime, seen.found.ending, seen.found.kind) == ("image/jpeg", ".jpg", "photo")


def test_a_scan_keeps_all_its_pages() -> None:
    out = io.BytesIO()
    first, second = opened(picture()), opened(picture(shade=10))
    first.save(out, "TIFF", save_all=True, append_images=[second], exif=telling_exif())

    seen = examine(out.getvalue())

    assert getattr(opened(seen.content), "n_frames", 1) == 2
    assert (seen.found.mime, seen.found.kind) == ("image/tiff", "document")
    assert PLACE not in seen.content


def test_an_animation_goes_on_moving() -> None:
    out = io.BytesIO()
    frames = [opened(picture(shade=shade)) for shade in (10, 60, 110)]
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:], loop=0, comment=PLACE)

    after = opened(examine(out.getvalue()).content)

    assert getattr(after, "n_frames", 1) == 3
    assert after.info["loop"] == 0


@pytest.mark.parametrize("name", ["JPEG", "PNG", "WEBP", "GIF"])
def test_an_archive_behind_a_picture_is_cut_off(name: str) -> None:
    seen = examine(picture(name) + b"PK\x03\x04 an archive" + b"PK\x05\x06" + b"\0" * 18)

    assert b"PK" not in seen.content


@pytest.mark.parametrize("name", ["JPEG", "PNG", "WEBP", "GIF", "HEIF", "AVIF", "TIFF", "BMP"])
def test_too_many_pixels_are_refused_before_they_are_drawn(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pictures, "MOST_PIXELS", 64 * 48 - 1)

    with pytest.raises(Refused):
        examine(picture(name))


def test_a_bomb_of_one_colour_is_refused() -> None:
    header = bytearray(picture("PNG"))
    header[16:24] = (60_000).to_bytes(4, "big") * 2

    with pytest.raises(Refused):
        examine(bytes(header))


@settings(deadline=None, derandomize=True)
@given(st.sampled_from(FORMATS), st.data())
def test_a_broken_picture_is_refused_or_mended_and_never_a_fault(
    name: str, data: st.DataObject
) -> None:
    content = bytearray(telling(name))
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(content)))

    try:
        seen = examine(bytes(content[:cut]))
    except Refused:
        return
    assert seen.found.mime.startswith(("image/", "text/", "video/"))


@pytest.mark.parametrize("form", ["HEIF", "BMP", "TIFF"])
def test_a_picture_too_large_to_be_drawn_anew_is_called_so(form: str) -> None:
    out = io.BytesIO()
    Image.new("L" if form == "HEIF" else "1", (5100, 5000)).save(out, form)

    with pytest.raises(Refused) as refused:
        examine(out.getvalue())

    assert refused.value.reason == "large-picture"
