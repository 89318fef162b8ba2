"""Attackers of all kinds at once: residents beside them file and are answered, and nothing is lost."""

import uuid
from pathlib import Path

import pytest

from tests.attack.plan import SHORT
from tests.attack.siege import Setting, siege, write_corpus
from tests.attack.unit import HARD, SOFT, Limits, shipped
from tests.attack.verdict import verdict
from tests.support.servers.own_postgres import Server


@pytest.mark.parametrize("setting", ["one", "two"])
async def test_residents_are_answered_beside_attackers_of_all_kinds(
    setting: Setting, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    url, corpus = "", tmp_path / "hostile"
    await write_corpus(corpus, SHORT)
    if setting == "two":
        made = Server(Path(request.getfixturevalue("postgres")), f"siege_{uuid.uuid4().hex[:8]}")
        await made.execute(f"CREATE DATABASE {made.database}", database="postgres")
        url = made.url
    async with siege(setting, tmp_path, SHORT, corpus, url) as town:
        await town.lasts()
        found = await verdict(town)

        print(found.figures)  # noqa: T201 - pytest shows it of what fails
        assert found.broken == []
        assert [deeds["name"] for deeds in town.deeds if not deeds["sent"]] == []


def test_the_limits_are_those_of_the_shipped_unit() -> None:
    silent = shipped("[Service]\nMemoryMax=512M\n")
    clear = shipped("[Service]\nMemoryMax=1G\nLimitNOFILE=4096:65536\n")

    assert silent == Limits(512 * 1024**2, SOFT, HARD)
    assert clear == Limits(1024**3, 4096, 65_536)
