"""What ``deploy/`` says is true: rules and dashboard name real figures, the door leads to who is ready."""

import asyncio
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import yaml

from bot.watch import metrics
from bot.watch.space import Disk
from storage.gauges import Figures
from tests.deployed.caddy import proxy
from tests.paths import ROOT
from tests.support.servers.ports import free_port
from tests.support.servers.postgres import POSTGRES, running
from tests.support.servers.process import BotProcess

DEPLOY = ROOT / "deploy"
NOT_OURS = {"up"}
DISKS = [Disk("files", 1, 10)]
FIGURES = Figures(
    unsent={"vk": 1}, oldest_unsent={"vk": 1.0}, files_waiting=0, parked=0, appeals={"new": 1}
)


def exposed() -> set[str]:
    """Every name that ``/metrics`` may show."""
    metrics.update_kept("vk", 0.1)
    metrics.message_sent("vk", "sent")
    metrics.trouble("error", "something")
    return set(re.findall(r"^(mcu_\w+)", metrics.exposition(FIGURES, DISKS).decode(), re.MULTILINE))


def named_in(expressions: list[str]) -> set[str]:
    return {name for one in expressions for name in re.findall(r"\b(mcu_\w+|up)\b", one)}


def test_alerts_ask_for_figures_that_are_there_and_say_what_to_do() -> None:
    rules = [
        rule
        for group in yaml.safe_load((DEPLOY / "alerts.yaml").read_text(encoding="utf-8"))["groups"]
        for rule in group["rules"]
    ]

    assert named_in([rule["expr"] for rule in rules]) <= exposed() | NOT_OURS
    assert len(rules) >= 9
    for rule in rules:
        assert rule["labels"]["severity"] in {"warning", "critical"}
        assert re.search("[а-я]", rule["annotations"]["description"]), rule["alert"]


def test_the_dashboard_shows_figures_that_are_there() -> None:
    dashboard = json.loads((DEPLOY / "grafana.json").read_text(encoding="utf-8"))
    expressions = [target["expr"] for panel in dashboard["panels"] for target in panel["targets"]]

    assert named_in(expressions) <= exposed()


def manifests() -> dict[str, Any]:
    text = (DEPLOY / "kubernetes.yaml").read_text(encoding="utf-8")
    return {part["kind"]: part["spec"] for part in yaml.safe_load_all(text)}


def test_kubernetes_asks_the_right_doors_and_shows_none_that_is_for_us_alone() -> None:
    found = manifests()
    (container,) = found["Deployment"]["template"]["spec"]["containers"]
    routes = [path["path"] for path in found["Ingress"]["rules"][0]["http"]["paths"]]

    assert container["livenessProbe"]["httpGet"]["path"] == "/healthz"
    assert container["readinessProbe"]["httpGet"]["path"] == "/readyz"
    assert found["Deployment"]["replicas"] >= 2
    assert found["Deployment"]["strategy"]["rollingUpdate"]["maxUnavailable"] == 0
    assert not {"/metrics", "/readyz", "/healthz"} & set(routes)
    assert {"/webhook", "/chat", "/ws", "/files", "/staff"} <= set(routes)


def test_the_unit_starts_what_the_readme_installs_and_may_write_its_data_only() -> None:
    unit = (DEPLOY / "mcu-bot.service").read_text(encoding="utf-8")
    readme = (ROOT / "README.md").read_text(encoding="utf-8")

    assert "deploy/mcu-bot.service" in readme
    assert "ExecStart=/opt/mcu-bot/.venv/bin/python -m bot" in unit
    assert "ProtectSystem=strict" in unit
    assert "ReadWritePaths=/opt/mcu-bot/data /opt/mcu-bot/files" in unit
    assert "UMask=0077" in unit
    for step in (
        "useradd --system",
        "git clone",
        "make .venv/.ready-run",
        "-m 700 /opt/mcu-bot/data",
    ):
        assert step in readme, step


def test_the_unit_restarts_a_bot_whose_loop_stands_still_and_bounds_what_it_takes() -> None:
    lines = (DEPLOY / "mcu-bot.service").read_text(encoding="utf-8").splitlines()
    unit = dict(line.split("=", 1) for line in lines if re.match(r"\w+=", line))

    assert unit["Type"] == "notify"
    assert int(unit["WatchdogSec"]) >= 30  # a slow disk is no frozen loop
    assert unit["Restart"] == "always"
    assert unit["OOMPolicy"] == "continue"  # one that looks through a file dies alone
    assert int(unit["LimitNOFILE"]) >= 65536
    assert unit["MemoryMax"] == "896M"
    assert unit["TasksMax"]


def test_the_bots_role_is_no_superuser_and_the_superuser_has_no_password() -> None:
    if not POSTGRES:
        pytest.skip("PostgreSQL is not installed (Debian: apt install postgresql)")
    asked = "SELECT rolname, rolsuper OR rolcreaterole OR rolcreatedb, rolpassword FROM pg_authid"
    with running(superuser="postgres") as folder:
        environ = {
            "PATH": os.environ["PATH"],
            "PGHOST": folder,
            "POSTGRES_PASSWORD": "it's a \\word",
        }
        subprocess.run(["sh", DEPLOY / "database.sh"], env=environ, check=True, capture_output=True)  # noqa: S603, S607
        told = psql(folder, "postgres", f"{asked} WHERE rolname IN ('mcu', 'postgres')")
        owner = psql(
            folder, "postgres", "SELECT datdba::regrole FROM pg_database WHERE datname='mcu'"
        )
        migrated = subprocess.run(
            [sys.executable, "-m", "bot", "migrate"],
            env=environ
            | {"PYTHONPATH": str(ROOT), "MCU_DATA_DIR": folder}
            | {"MCU_DATABASE_URL": f"postgresql+asyncpg://mcu@/mcu?host={folder}"},
            cwd="/",
            capture_output=True,
            text=True,
            check=False,
        )

    roles = dict(line.split("|", 1) for line in told.splitlines())
    assert roles["mcu"].startswith("f|SCRAM-SHA-256$")
    assert roles["postgres"] == "t|"
    assert owner.strip() == "mcu"
    assert migrated.returncode == 0, migrated.stderr


def psql(folder: str, role: str, question: str) -> str:
    command = ["psql", "-h", folder, "-U", role, "-d", "postgres", "-Atc", question]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout  # noqa: S603


def test_kubernetes_lets_nobody_in_but_the_door_and_bounds_every_place() -> None:
    found = manifests()
    pod = found["Deployment"]["template"]["spec"]
    (container,) = pod["containers"]
    policy = found["NetworkPolicy"]

    assert all(volume["emptyDir"]["sizeLimit"] for volume in pod["volumes"])
    assert container["resources"]["limits"].keys() == {"memory", "ephemeral-storage"}
    assert container["securityContext"]["readOnlyRootFilesystem"] is True
    assert container["securityContext"]["capabilities"] == {"drop": ["ALL"]}
    assert set(policy["policyTypes"]) == {"Ingress", "Egress"}
    assert policy["podSelector"] == found["Deployment"]["selector"]
    assert all("from" in rule for rule in policy["ingress"])
    assert all(rule["to"] for rule in policy["egress"])
    (public,) = [rule for rule in policy["egress"] if "ipBlock" in rule.get("to", [{}])[0]]
    assert "169.254.0.0/16" in public["to"][0]["ipBlock"]["except"]  # a cloud's keys
    ingress = (DEPLOY / "kubernetes.yaml").read_text(encoding="utf-8")
    assert 'enable-access-log: "false"' in ingress


@pytest.mark.parametrize("name", ["Caddyfile", "nginx.conf"])
def test_every_door_says_that_browsers_come_by_https_alone(name: str) -> None:
    assert "max-age=31536000" in (DEPLOY / name).read_text(encoding="utf-8")


def test_the_unit_of_several_bots_is_that_of_one_with_a_port() -> None:
    one, several = (
        {line for line in (DEPLOY / name).read_text(encoding="utf-8").splitlines() if "=" in line}
        for name in ("mcu-bot.service", "mcu-bot@.service")
    )

    assert several - one == {"Description=mcu-bot on port %i", "Environment=MCU_WEB_PORT=%i"}
    assert one - several == {"Description=mcu-bot"}


def test_nginx_lets_the_chat_through_and_keeps_our_own_pages_inside() -> None:
    conf = re.sub(r" +", " ", (DEPLOY / "nginx.conf").read_text(encoding="utf-8"))
    ingress = (DEPLOY / "kubernetes.yaml").read_text(encoding="utf-8")

    for line in (
        "location = /metrics { return 404; }",
        "location = /readyz { return 404; }",
        "proxy_set_header Upgrade $http_upgrade;",
        "proxy_set_header Host $host;",
        "proxy_set_header X-Forwarded-Proto $scheme;",
        "proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;",
        "proxy_read_timeout 300s;",
        "client_max_body_size 220m;",
        "access_log /var/log/nginx/access.log combined if=$mcu_kept;",
    ):
        assert line in conf, line
    assert "nginx.ingress.kubernetes.io/proxy-body-size: 220m" in ingress
    assert 'nginx.ingress.kubernetes.io/proxy-read-timeout: "300"' in ingress


def test_the_door_keeps_our_own_pages_inside() -> None:
    caddyfile = (DEPLOY / "Caddyfile").read_text(encoding="utf-8")

    assert "respond /metrics 404" in caddyfile
    assert "health_uri /readyz" in caddyfile


@pytest.mark.skipif(
    not shutil.which("caddy"), reason="Caddy is not installed (Debian: apt install caddy)"
)
async def test_who_comes_while_no_replica_is_there_reads_a_sentence(tmp_path: Path) -> None:
    never_started = BotProcess(tmp_path, {}, port=free_port())
    async with proxy(tmp_path, [never_started]) as url, aiohttp.ClientSession() as http:
        async with asyncio.timeout(60):
            while True:
                try:
                    async with http.get(f"{url}/chat") as answer:
                        text = await answer.text()
                    break
                except aiohttp.ClientConnectionError:  # the proxy itself is still opening
                    await asyncio.sleep(0.1)

    assert answer.status in {502, 503}
    assert answer.headers["Retry-After"] == "30"
    assert "Чат временно не работает" in text
