"""The temporary place of files on their way: bounded, and emptied at a start."""

import stat
from pathlib import Path

import pytest

from bot.examining.temporary import NoRoom, Temporary
from tests.examining.door import JPEG


async def test_the_temporary_place_is_bounded_and_nobodys_alone(tmp_path: Path) -> None:
    place = Temporary(tmp_path / "tmp", most=100, most_of_owner=60)
    with place.file("mallory") as first, place.file("anna") as second:
        await first.write(b"x" * 60)
        with pytest.raises(NoRoom):
            await first.write(b"x")
        await second.write(b"x" * 40)
        with pytest.raises(NoRoom):
            await second.write(b"x")

    assert place.size == 0
    place.close()


async def test_the_temporary_place_is_emptied_but_for_what_another_replica_holds(
    tmp_path: Path,
) -> None:
    shared = tmp_path / "tmp"
    (shared / "of-a-dead-one").mkdir(parents=True)
    (shared / "of-a-dead-one" / "photo").write_bytes(JPEG)
    (shared / "alone").write_bytes(JPEG)
    first, second = Temporary(shared), Temporary(shared)
    with first.file("anna") as held:
        await held.write(b"x")

        second.prepare()

        assert held.path.read_bytes() == b"x"
        assert not (shared / "of-a-dead-one").exists()
        assert not (shared / "alone").exists()
        assert stat.S_IMODE(shared.stat().st_mode) == 0o700
        assert stat.S_IMODE(held.path.stat().st_mode) == 0o600
    first.close()
    second.close()
