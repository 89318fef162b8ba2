"""What is left of people: in the files of a folder, on their pages."""

from pathlib import Path


def bytes_of(folder: Path) -> bytes:
    """All that stands in the files of a folder, the database and its journal, too."""
    return b"\n".join(file.read_bytes() for file in folder.rglob("*") if file.is_file())


def shown_to(person: object) -> str:
    """All that stands on somebody's page."""
    return "\n".join(
        f"{one.text} {one.files!r}"
        for one in person.room.shown  # type: ignore[attr-defined]
    )
