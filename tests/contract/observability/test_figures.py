"""Panels and rules ask only for what the code exports, and what it exports is on some panel."""

import json
import re
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml

from mitmach.services import SERVICES
from services.contests.app import SERVICE as CONTESTS
from services.groups.app import SERVICE as GROUPS
from services.metrics.consumer import NAME
from services.metrics.instruments import BusinessFigures
from services.metrics.kpis import CATALOGUE
from services.metrics.kpis.catalogue.participation import PARTS
from services.metrics.kpis.content import FORMATS
from services.metrics.kpis.windows import TRAILING
from services.metrics.projection.meanings import CONTRIBUTIONS, INTERACTIONS
from services.metrics.store.read.communities import GroupState
from services.posts.app import SERVICE as POSTS
from shared.contract.errors import Overloaded
from shared.contract.events.registry import EVENT_TYPES
from shared.runtime.telemetry.metrics import Metrics
from shared.web.http.problems import TooBusy
from tests.contract.observability.promql import grouped, selected
from tooling.generators.dashboards import FOLDER

ROOT = Path(__file__).parents[3]
RULES = yaml.safe_load((ROOT / "observability/prometheus/rules.yml").read_text())
# Of the Prometheus server itself and of its client library.
_TARGET = {"job", "instance", "part", "namespace"}
_GIVEN: dict[str, set[str]] = {
    "up": set(),
    "process_cpu_seconds_total": set(),
    "process_resident_memory_bytes": set(),
    "process_open_fds": set(),
    "process_max_fds": set(),
    "process_start_time_seconds": set(),
}


def exported() -> dict[str, set[str]]:
    """Every series that the code can export: name of the sample and its labels."""
    series: dict[str, set[str]] = {}
    metrics = {value for name, value in vars(Metrics()).items() if name != "registry"}
    families = [(family._name, family._type, set(family._labelnames)) for family in metrics]
    families += [
        (family.name, family.type, set(family._labelnames))  # type: ignore[attr-defined]  # nothing public
        for family in BusinessFigures().families()
    ]
    for name, kind, labels in families:
        if kind == "counter":
            series[f"{name}_total"] = labels
        elif kind == "histogram":
            series |= {f"{name}_count": labels, f"{name}_sum": labels}
            series[f"{name}_bucket"] = labels | {"le"}
        else:
            series[name] = labels
    return series


EXPORTED = exported()
RECORDED = {
    rule["record"]: (grouped(rule["expr"]) - {"le"}) | rule.get("labels", {}).keys()
    for group in RULES["groups"]
    for rule in group["rules"]
    if "record" in rule
}
KNOWN = EXPORTED | RECORDED | _GIVEN
VALUES: dict[str, set[str]] = {
    "service": {GROUPS, POSTS, CONTESTS, "metrics"},
    "window": {"today", *TRAILING},
    "state": set(get_args(GroupState)),
    "kpi": set(CATALOGUE),
    "consumer": {NAME},
    "type": set(EVENT_TYPES),
    "job": {"mitmach"},
    "who": set(PARTS),
    "format": set(FORMATS),
    "bound": {"low", "high"},
    "reason": {TooBusy.slug, Overloaded.slug},
    "role": {role for service in SERVICES for role in service.roles},
    "class": {"read", "write"},
    "kind": {*INTERACTIONS.values(), *CONTRIBUTIONS.values()},
}


def panels() -> list[tuple[str, str]]:
    """Title and expression of everything on the stored dashboards."""
    found = []
    for file in sorted((ROOT / FOLDER).glob("*.json")):
        board: dict[str, Any] = json.loads(file.read_text())
        found += [
            (f"{board['title']}: {panel['title']}", target["expr"])
            for panel in board["panels"]
            for target in panel.get("targets", ())
        ]
    return found


def rules() -> list[tuple[str, str]]:
    """Name and expression of every rule."""
    return [
        (rule.get("alert") or rule["record"], rule["expr"])
        for group in RULES["groups"]
        for rule in group["rules"]
    ]


ASKED = panels() + rules()


@pytest.mark.parametrize(("place", "expression"), ASKED, ids=[place for place, _ in ASKED])
def test_what_is_asked_for_is_exported(place: str, expression: str) -> None:
    labels: set[str] = set()
    for series in selected(expression):
        assert series.name in KNOWN, f"{place} asks for {series.name}, which nobody exports"
        labels |= KNOWN[series.name]
        for label, operator, value in series.matchers:
            assert label in KNOWN[series.name] | _TARGET, f"{series.name} has no label {label}"
            if label not in VALUES:
                continue
            if operator == "=":
                assert value in VALUES[label], f"{place}: {label} is never {value}"
            elif operator == "=~":
                fitting = [known for known in VALUES[label] if re.fullmatch(value, known)]
                assert fitting, f"{place}: no {label} is like {value}"
    assert grouped(expression) <= labels | _TARGET, f"{place} groups by a label that isn't there"


def test_everything_that_is_exported_is_on_a_dashboard() -> None:
    recorded = {rule[0]: rule[1] for rule in rules()}
    shown = {series.name for _, expression in panels() for series in selected(expression)}
    for name in shown & recorded.keys():
        shown |= {series.name for series in selected(recorded[name])}
    families = {re.sub("_(count|sum|bucket)$", "", name) for name in EXPORTED}
    on_some = {re.sub("_(count|sum|bucket)$", "", name) for name in shown}
    assert families - on_some == set()
