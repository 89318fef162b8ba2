"""What a file may be called where others see it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage.files.names import LONGEST, clean_name, fitting_name, name_in_form


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("яма у дома 5.jpg", "яма у дома 5.jpg"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\Анна\\яма.jpg", "яма.jpg"),
        ("отчёт\u202egpj.exe", "отчётgpj.exe"),
        ("a\u200bb\ufeff\x00\x07.pdf", "ab.pdf"),
        ('a"b;\r\nSet-Cookie: x=1.pdf', "a_b; Set-Cookie_ x=1.pdf"),
        ("con.jpg", "_con.jpg"),
        ("LPT1", "_LPT1"),
        ("...", ""),
        (" .jpg ", "jpg"),
        ("я" * 300 + ".docx", "я" * 115 + ".docx"),
        ("и\u0306од.txt", "йод.txt"),
        ("a" + "\u0301" * 500 + ".txt", "á\u0301.txt"),
    ],
)
def test_a_name_is_cleaned(name: str, clean: str) -> None:
    assert clean_name(name) == clean


@pytest.mark.parametrize(
    ("name", "ending", "fitting"),
    [
        ("photo.jpg.exe", ".jpg", "photo.jpg"),
        ("яма.JPEG", ".jpg", "яма.JPEG"),
        ("IMG_1.HEIC", ".jpg", "IMG_1.jpg"),
        ("акт.pdf", ".pdf", "акт.pdf"),
        ("акт", ".pdf", "акт.pdf"),
        ("", ".jpg", "file.jpg"),
        (".exe", ".jpg", "exe.jpg"),
        ("д. 5, ул. Мира.png", ".png", "д. 5, ул. Мира.png"),
    ],
)
def test_a_name_gets_the_ending_of_its_content(name: str, ending: str, fitting: str) -> None:
    assert fitting_name(name, ending) == fitting


@settings(deadline=None, derandomize=True)
@given(st.text(max_size=400))
def test_no_name_is_dangerous_or_cleaned_twice(name: str) -> None:
    clean = clean_name(name)

    assert len(clean) <= LONGEST
    assert clean.isprintable()
    assert not set(clean) & set('/\\"<>:|?*')
    assert clean_name(clean) == clean
    assert fitting_name(name, ".jpg").lower().endswith((".jpg", ".jpeg"))


def test_a_quote_in_a_name_is_no_code() -> None:
    """A browser writes it so in a form."""
    assert clean_name(name_in_form("%22onload=alert(1).png")) == "_onload=alert(1).png"
    assert clean_name(name_in_form("акт %22Ромашка%22%0D%0A.pdf")) == "акт _Ромашка_.pdf"
    assert clean_name(name_in_form("скидка 20%25.pdf")) == "скидка 20%25.pdf"
