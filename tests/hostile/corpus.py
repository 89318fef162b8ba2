"""The corpus of hostile files: ``python -m tests.hostile.corpus FOLDER`` writes each kind into a file.

Nothing of it is committed: each kind is a function in tests/hostile/ that puts it together. What
becomes of them in the child that looks through files, test_hostile_files.py says.
"""

import sys
from collections.abc import Sequence
from pathlib import Path

from tests.hostile import archives, boxes, documents, jpegs, pictures, pngs, texts, tiffs, webps
from tests.hostile.making import MADE, Hostile

SUBJECTS = (archives, boxes, documents, jpegs, pictures, pngs, texts, tiffs, webps)
KINDS: tuple[Hostile, ...] = tuple(MADE.values())


def write(folder: Path, kinds: Sequence[Hostile] = KINDS) -> list[Path]:
    """Put the corpus into the folder; the paths."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for kind in kinds:
        path = folder / kind.name
        path.write_bytes(kind.build())
        paths.append(path)
    return paths


if __name__ == "__main__":
    written = write(Path(sys.argv[1]))
    print(f"{len(written)} files in {sys.argv[1]}")  # noqa: T201 - the command's purpose
