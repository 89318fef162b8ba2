"""The licence is named alike wherever a town or a catalogue of programs looks for it."""

import tomllib
from typing import Any

import yaml

from tests.paths import ROOT

LICENCE = "MIT"
OWNER = "mcu-bot contributors"


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def catalogued() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(read("publiccode.yml"))
    return loaded


def test_the_licence_is_named_alike() -> None:
    project = tomllib.loads(read("pyproject.toml"))["project"]

    assert read("LICENSE").startswith(f"{LICENCE} License\n")
    assert OWNER in read("LICENSE")
    assert project["license"] == LICENCE
    assert project["license-files"] == ["LICENSE"]
    assert catalogued()["legal"] == {"license": LICENCE, "mainCopyrightOwner": OWNER}
    assert f"{LICENCE} ([LICENSE](LICENSE))" in read("README.md")
    assert f'licenses="{LICENCE}"' in read("Dockerfile")


def test_the_licence_comes_with_what_is_built() -> None:
    assert "!LICENSE" in read(".dockerignore").splitlines()
    assert " LICENSE " in read("Dockerfile")


def test_the_description_for_catalogues_has_what_its_standard_asks_for() -> None:
    described = catalogued()

    assert described["publiccodeYmlVersion"] == "0.4"
    assert described["name"] == tomllib.loads(read("pyproject.toml"))["project"]["name"]
    assert described["url"].startswith("https://")
    assert described.keys() >= {"platforms", "categories", "developmentStatus", "softwareType"}
    assert described["maintenance"].keys() >= {"type"}
    assert described["localisation"].keys() >= {"localisationReady", "availableLanguages"}
    assert described["description"].keys() == {"ru", "en"}
    for language, words in described["description"].items():
        assert len(words["shortDescription"]) <= 150, language
        assert 150 <= len(words["longDescription"]) <= 10_000, language
        assert words["features"], language


def test_the_languages_of_the_description_are_those_of_the_texts() -> None:
    texts = ROOT / "config" / "texts"
    languages = sorted({path.parent.name for path in texts.glob("*/*.ftl")})

    assert catalogued()["localisation"]["availableLanguages"] == languages
