"""What ``deploy/`` says is true: rules and dashboard name real figures, the door leads to who is ready."""

import json
import re
from typing import Any

import yaml

from bot import metrics
from storage.figures import Figures
from tests.process import ROOT

DEPLOY = ROOT / "deploy"
NOT_OURS = {"up"}
FIGURES = Figures(
    unsent={"vk": 1}, oldest_unsent={"vk": 1.0}, files_waiting=0, parked=0, appeals={"new": 1}
)


def exposed() -> set[str]:
    """Every name that ``/metrics`` may show."""
    metrics.update_kept("vk", 0.1)
    metrics.message_sent("vk", "sent")
    metrics.trouble("error", "something")
    return set(re.findall(r"^(mcu_\w+)", metrics.exposition(FIGURES).decode(), re.MULTILINE))


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
    assert "ReadWritePaths=/opt/mcu-bot/data" in unit


def test_the_door_keeps_our_own_pages_inside() -> None:
    caddyfile = (DEPLOY / "Caddyfile").read_text(encoding="utf-8")

    assert "respond /metrics 404" in caddyfile
    assert "health_uri /readyz" in caddyfile
