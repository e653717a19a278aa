"""Each alert says what it means and what to do, leads to its runbook, and is tried both ways."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from mitmach.services import SERVICES
from tests.contract.observability.promql import selected
from tooling.generators import runbooks
from tooling.generators.rules import GROUPS, PATH, figures
from tooling.generators.rules.rule import Alert

ROOT = Path(__file__).parents[3]
RULES: dict[str, Any] = yaml.safe_load((ROOT / PATH).read_text())
TRIED: dict[str, Any] = yaml.safe_load((ROOT / PATH).with_stem("rules_test").read_text())
WRITTEN = [rule for group in RULES["groups"] for rule in group["rules"]]
ALERTS = {rule["alert"]: rule for rule in WRITTEN if "alert" in rule}
RECORDED = {rule["record"]: rule["expr"] for rule in WRITTEN if "record" in rule}
TESTS = {test["name"]: test for test in TRIED["tests"]}
ALWAYS = "MitmachWatchdog"

every_alert = pytest.mark.parametrize("alert", ALERTS)


def sections(page: str) -> list[str]:
    """Titles of the sections of a page."""
    lines = (ROOT / page).read_text().splitlines()
    return [line[3:].strip() for line in lines if line.startswith("## ")]


def firing(test: Any, alert: str) -> list[Any]:
    """The expectations of a test that are about whether an alert rings."""
    return [
        one["exp_samples"]
        for one in test["promql_expr_test"]
        if 'alertstate="firing"' in one["expr"] and f'alertname="{alert}"' in one["expr"]
    ]


def needed(expression: str) -> set[str]:
    """Names of the exported series that an expression needs, through what is recorded."""
    names = {series.name for series in selected(expression)}
    for name in names & RECORDED.keys():
        names = (names - {name}) | needed(RECORDED[name])
    return names


def test_every_alert_has_a_runbook_and_every_runbook_its_alert() -> None:
    assert sorted(sections(runbooks.PATH)) == sorted(ALERTS)


@every_alert
def test_an_alert_says_how_bad_it_is_what_it_means_and_where_to_read_on(alert: str) -> None:
    rule = ALERTS[alert]
    assert rule["labels"]["severity"] in {"critical", "warning"} or alert == ALWAYS
    notes = rule["annotations"]
    assert notes.keys() == {"summary", "description", "runbook_url"}
    assert notes["runbook_url"] == f"{runbooks.ADDRESS}#{alert.lower()}"
    assert re.match(r"https://\S+$", notes["runbook_url"])
    for text in (notes["summary"], notes["description"]):
        assert text.endswith((".", "?"))
    assert len(notes["summary"]) < len(notes["description"])


def test_every_alert_says_what_it_means_and_what_to_do() -> None:
    alerts = [rule for group in GROUPS for rule in group.rules if isinstance(rule, Alert)]
    assert {one.name for one in alerts} == ALERTS.keys()
    assert [one.name for one in alerts if len(one.means.split()) < 6] == []
    assert [one.name for one in alerts if len(one.act.split()) < 6] == []


@every_alert
def test_an_alert_is_tried_ringing(alert: str) -> None:
    (rings,) = firing(TESTS[f"{alert} rings"], alert)
    assert rings
    for sample in rings:
        assert f'severity="{ALERTS[alert]["labels"]["severity"]}"' in sample["labels"]


@pytest.mark.parametrize("alert", sorted(ALERTS.keys() - {ALWAYS}))
def test_an_alert_is_tried_quiet_while_everything_that_it_asks_for_is_there(alert: str) -> None:
    test = TESTS[f"{alert} is quiet"]
    assert firing(test, alert) == [[]]
    given = {one["series"].partition("{")[0] for one in test["input_series"]}
    assert needed(ALERTS[alert]["expr"]) <= given


def test_every_role_of_every_service_is_missed() -> None:
    asked = {
        tuple(value for _, _, value in series.matchers)
        for series in selected(ALERTS["MitmachRoleAbsent"]["expr"])
    }
    assert asked == {(service.name, role) for service in SERVICES for role in service.roles}


def test_streams_are_left_out_of_what_counts_as_slow() -> None:
    """Their time is the reader's: an hour of listening is no slow answer."""
    streams = {
        path
        for service in SERVICES
        for path, item in service.openapi()["paths"].items()
        for operation in item.values()
        if "text/event-stream" in operation["responses"].get("200", {}).get("content", {})
    }
    assert streams == set(figures.STREAMS)
