"""``python -m bot poster``: files of a new place, of one that is there, of a topic."""

import re
from pathlib import Path

import pytest

from tests.support.servers.command_line import command

PLACE = "Остановка «Площадь»"


def test_a_place_gets_a_code_and_its_poster_can_be_made_again(tmp_path: Path) -> None:
    assert command(tmp_path, "migrate").returncode == 0
    assert command(tmp_path, "categories", "export", "tree.yaml").returncode == 0

    made = command(tmp_path, "poster", "--place", PLACE, "--out", "posters/new")
    [code] = re.findall(r"код (p-\w+)", made.stdout)
    again = command(tmp_path, "poster", "--code", code.upper())

    assert (made.returncode, again.returncode) == (0, 0)
    assert PLACE in made.stdout
    assert PLACE in again.stdout
    for folder in (tmp_path / "posters" / "new", tmp_path):
        assert (folder / f"Плакат {code}.pdf").read_bytes().startswith(b"%PDF")
        assert (folder / f"Плакат {code}.png").read_bytes().startswith(b"\x89PNG")


def test_a_topic_has_a_poster_without_a_place(tmp_path: Path) -> None:
    command(tmp_path, "categories", "export", "tree.yaml")

    made = command(tmp_path, "poster", "--code", "t-roads-pothole")

    assert made.returncode == 0, made.stdout + made.stderr
    assert "Ямы и выбоины на дороге" in made.stdout


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ((), "Укажите что-то одно"),
        (("--place", PLACE, "--code", "p-x7k2ab"), "Укажите что-то одно"),
        (("--place", "?"), "Место не подходит"),
        (("--place", PLACE, "--topic", "roads"), "Темы roads нет"),
        (("--code", "p-x7k2ab"), "Кода p-x7k2ab нет"),
        (("--code", "roads"), "Кода roads нет"),
        (("--place", PLACE, "--out", "tree.yaml"), "не сделан"),
    ],
)
def test_whatever_is_wrong_is_told_and_no_file_is_written(
    tmp_path: Path, words: tuple[str, ...], told: str
) -> None:
    command(tmp_path, "categories", "export", "tree.yaml")

    done = command(tmp_path, "poster", *words)

    assert done.returncode == 1
    assert told in done.stdout + done.stderr
    assert not list(tmp_path.rglob("*.png"))
