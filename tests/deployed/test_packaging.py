"""What stands beside the code is true of it: container, compose, the example of settings."""

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import yaml

from config.settings import NAMES, load_settings
from tests.paths import ROOT

FROM_DOTENV = {"POSTGRES_PASSWORD", "SITE_ADDRESS", "FILES_PLACE"}


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def example() -> dict[str, str]:
    """The variables of ``.env.example`` with the marks of comments taken off."""
    return dict(re.findall(r"^# ([A-Z0-9_]+)=(.*)$", read(".env.example"), re.MULTILINE))


def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(read("compose.yaml"))
    return loaded


def test_the_example_of_settings_has_every_variable_and_loads(tmp_path: Path) -> None:
    assert example().keys() == NAMES.keys() | FROM_DOTENV

    whole = tmp_path / ".env"
    logo = tmp_path / "gerb.svg"
    logo.write_text('<svg xmlns="http://www.w3.org/2000/svg"/>')
    text = re.sub(r"^# (?=[A-Z0-9_]+=)", "", read(".env.example"), flags=re.MULTILINE)
    text = text.replace("/srv/mcu/gerb.svg", str(logo))
    whole.write_text(text.replace("/srv/mcu/max-ca.pem", str(ROOT / "bot/channels/max/ca.pem")))
    settings = load_settings({}, str(whole))

    assert settings.channels == ("max", "vk", "telegram", "web")
    assert settings.warnings == ()


def test_the_example_of_settings_loads_as_it_is() -> None:
    assert load_settings({}, str(ROOT / ".env.example")).channels == ("web",)


def test_the_readme_names_every_variable() -> None:
    assert [name for name in NAMES if f"`{name}`" not in read("README.md")] == []


def pages() -> list[Path]:
    return [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]


def test_the_readme_and_the_guides_link_to_what_is_there() -> None:
    for page in pages():
        for link in re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text(encoding="utf-8")):
            assert (page.parent / link).exists(), f"{page.name}: {link}"


def test_the_commands_that_pages_name_are_in_the_makefile() -> None:
    commands = set(re.findall(r"^([a-z]+):", read("Makefile"), re.MULTILINE))
    told = set(re.findall(r"^\t@echo \"make (\w+)", read("Makefile"), re.MULTILINE))
    named = {
        (command, page.name)
        for page in pages()
        for command in re.findall(r"`make ([a-z]+)", page.read_text(encoding="utf-8"))
    }

    assert {(command, page) for command, page in named if command not in commands} == set()
    assert told == commands - {"help"}


def test_copies_of_residents_data_are_never_committed() -> None:
    guide = read("docs/operations.md")
    made = {"mcu-copy.db", "mcu.dump", "mcu-files.tar.gz"}

    assert {name for name in made if name in guide} == made
    assert made <= {line.removeprefix("/") for line in read(".gitignore").splitlines()}


def test_the_container_copies_what_is_there_and_what_is_not_ignored() -> None:
    ignore = read(".dockerignore").splitlines()
    for line in re.findall(r"^COPY (?!--from)(.+)$", read("Dockerfile"), re.MULTILINE):
        for source in shlex.split(line)[:-1]:
            assert (ROOT / source).exists(), source
            assert f"!{source}" in ignore, source


def test_the_container_holds_all_packages() -> None:
    rooms = {path.parent.relative_to(ROOT).parts[0] for path in ROOT.glob("*/__init__.py")}
    copied = set(re.findall(r"^COPY (\w+) \w+$", read("Dockerfile"), re.MULTILINE))

    assert copied == rooms - {"tests", "benchmarks"}


def test_the_container_runs_as_nobody_in_particular_with_a_health_check() -> None:
    dockerfile = read("Dockerfile")

    assert re.search(r"^USER (?!root)", dockerfile, re.MULTILINE)
    assert re.search(r'^CMD \["python", "-m", "bot"\]$', dockerfile, re.MULTILINE)
    assert "'/readyz'" in dockerfile  # `docker compose up --wait` waits for it
    assert all(
        re.search(r":\d+\.\d+\.\d+", line)
        for line in re.findall(r"^FROM .+$", dockerfile, re.MULTILINE)
    )
    assert "constraints.txt" in dockerfile


def test_the_health_check_s_program_is_python() -> None:
    (program,) = re.findall(r'CMD \["python", "-c", "(.+)"\]', read("Dockerfile"))

    compile(program, "HEALTHCHECK", "exec")


def test_compose_keeps_the_database_to_itself_and_the_data_in_volumes() -> None:
    services = compose()["services"]

    assert set(services) == {"bot1", "bot2", "door", "db"}
    assert services["bot1"] == services["bot2"]
    assert "ports" not in services["bot1"]
    assert "ports" not in services["db"]
    assert services["bot1"]["depends_on"]["db"]["condition"] == "service_healthy"
    assert "healthcheck" in services["db"]
    kept = {
        volume.replace("${FILES_PLACE:-data}", "data").partition(":")[0]
        for service in services.values()
        for volume in service["volumes"]
        if not volume.startswith("./")
    }
    assert kept == set(compose()["volumes"])
    assert all(service["restart"] == "unless-stopped" for service in services.values())


def test_compose_gives_each_program_the_least_rights_and_an_end_to_its_memory() -> None:
    for name, service in compose()["services"].items():
        assert service["cap_drop"] == ["ALL"], name
        assert service.get("cap_add", []) == (["NET_BIND_SERVICE"] if name == "door" else []), name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert service["read_only"] is True, name
        assert service["mem_limit"], name
        assert service["pids_limit"], name
        assert re.search(r":\d+\.\d+", service["image"]), f"{name}: which version?"
        for place in service["tmpfs"]:  # memory, so it has an end, or holds sockets alone
            assert "size=" in place or place.startswith("/var/run/"), place


def test_compose_tells_the_password_of_the_database_once() -> None:
    services = compose()["services"]

    assert services["bot1"]["environment"]["POSTGRES_PASSWORD"] == ""  # that of .env is not seen
    assert services["bot1"]["ulimits"]["nofile"] >= 65536
    assert compose()["networks"]["inside"]["internal"] is True
    assert services["db"]["networks"] == ["inside"]
    assert "inside" not in services["door"]["networks"]


def test_what_strangers_fill_and_the_database_lie_in_different_places() -> None:
    volumes = {name: one["volumes"] for name, one in compose()["services"].items()}

    assert volumes["bot1"] == ["${FILES_PLACE:-data}:/data"]
    assert volumes["db"][0].startswith("database:")


def test_compose_sets_what_the_bot_knows() -> None:
    environment = dict(compose()["services"]["bot1"]["environment"])
    del environment["POSTGRES_PASSWORD"]
    environment["MCU_DATABASE_URL"] = re.sub(
        r"\$\{POSTGRES_PASSWORD:[^}]*\}", "word", environment["MCU_DATABASE_URL"]
    )

    settings = load_settings(environment)

    assert settings.warnings == ()
    assert settings.web_host == "0.0.0.0"  # noqa: S104


@pytest.mark.parametrize(
    "name",
    [
        "Makefile",
        "Dockerfile",
        "compose.yaml",
        "constraints.txt",
        "pyproject.toml",
        ".ci/run",
        ".pre-commit-config.yaml",
    ],
)
def test_no_package_registry_is_named(name: str) -> None:
    assert not re.search(r"index-url|https?://(?!127\.0\.0\.1)", read(name))
