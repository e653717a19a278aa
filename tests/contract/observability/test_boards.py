"""Dashboards: fixed ids, the same frame on each, and a way from each panel to what to do."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.contract.observability.promql import selected
from tooling.generators import runbooks
from tooling.generators.dashboards import BOARDS, FOLDER
from tooling.generators.dashboards.frame import in_namespace
from tooling.generators.rules import GROUPS
from tooling.generators.rules.rule import Alert

ROOT = Path(__file__).parents[3]
STORED: list[dict[str, Any]] = [
    json.loads(file.read_text()) for file in sorted((ROOT / FOLDER).glob("*.json"))
]
ALERTS = {rule.name for group in GROUPS for rule in group.rules if isinstance(rule, Alert)}

every_board = pytest.mark.parametrize("board", STORED, ids=lambda board: board["uid"])


def queries(board: dict[str, Any]) -> list[dict[str, Any]]:
    """Everything that a board asks: of its panels, and for its annotations."""
    asked = [target for panel in board["panels"] for target in panel.get("targets", ())]
    return [*asked, *board["annotations"]["list"]]


def test_the_ids_are_those_that_are_bookmarked() -> None:
    assert {board.uid for board in BOARDS} == {
        "mitmach-engagement",
        "mitmach-contests",
        "mitmach-pipeline",
        "mitmach-services",
    }
    assert {board["uid"] for board in STORED} == {board.uid for board in BOARDS}


@every_board
def test_every_panel_explains_itself(board: dict[str, Any]) -> None:
    ids = [panel["id"] for panel in board["panels"]]
    assert len(set(ids)) == len(ids)
    for panel in board["panels"]:
        assert panel["type"] == "row" or panel["description"]


@every_board
def test_every_query_goes_to_the_chosen_source_and_namespace(board: dict[str, Any]) -> None:
    for query in queries(board):
        assert query["datasource"] == {"type": "prometheus", "uid": "${datasource}"}
        for series in selected(query["expr"]):
            assert ("namespace", "=~", "$namespace") in series.matchers, query["expr"]


@every_board
def test_namespaces_are_all_until_one_is_chosen_also_where_there_is_none(
    board: dict[str, Any],
) -> None:
    source, namespace = board["templating"]["list"]
    assert (source["name"], source["type"]) == ("datasource", "datasource")
    assert namespace["name"] == "namespace"
    assert namespace["query"] == "label_values(mitmach_role_running, namespace)"
    # A matcher that the empty string fits also fits series without the label.
    assert re.fullmatch(namespace["allValue"], "")
    assert namespace["includeAll"]
    assert namespace["current"]["value"] == "$__all"


@every_board
def test_starts_and_alerts_are_marked(board: dict[str, Any]) -> None:
    starts, alerts = board["annotations"]["list"]
    assert "process_start_time_seconds" in starts["expr"]
    assert starts["useValueForTime"] is True  # the value is the moment of the start
    assert 'alertstate="firing"' in alerts["expr"]
    assert alerts["titleFormat"] == "{{alertname}}"
    assert starts["enable"]
    assert alerts["enable"]


def test_panels_lead_to_the_runbooks_of_all_alerts() -> None:
    led_to = {
        link["url"]
        for board in STORED
        for panel in board["panels"]
        for link in panel.get("links", ())
    }
    assert led_to == {runbooks.runbook(alert) for alert in ALERTS - {"MitmachWatchdog"}}
    for board in STORED:
        assert runbooks.ADDRESS in [link.get("url") for link in board["links"]]


def test_the_first_figures_need_no_complete_day_and_titles_say_which_do() -> None:
    (board,) = (board for board in STORED if board["uid"] == "mitmach-engagement")
    rows: list[list[dict[str, Any]]] = []
    for panel in board["panels"]:
        if panel["type"] == "row":
            rows.append([])
        else:
            rows[-1].append(panel)

    def days(panel: dict[str, Any]) -> set[str]:
        asked = " ".join(target["expr"] for target in panel["targets"])
        return set(re.findall(r'window="(\d+)d"', asked))

    assert len(rows[0]) >= 12
    for panel in rows[0]:
        assert not days(panel)
        assert "[" not in panel["targets"][0]["expr"]  # nor a range that has to fill first
    for panel in (panel for row in rows for panel in row):
        for count in days(panel):
            assert re.search(rf"\b{count}\b", panel["title"]), panel["title"]
            assert panel["fieldConfig"]["defaults"]["noValue"] == "no complete day yet"


@pytest.mark.parametrize(
    ("plain", "narrowed"),
    [
        ("sum(up)", 'sum(up{namespace=~"$namespace"})'),
        (
            'sum by (job) (rate(mitmach_a_total{job="mitmach.x"}[5m]))',
            'sum by (job) (rate(mitmach_a_total{job="mitmach.x", namespace=~"$namespace"}[5m]))',
        ),
        ("max(mitmach:x:p99_5m)", 'max(mitmach:x:p99_5m{namespace=~"$namespace"})'),
    ],
)
def test_an_expression_is_narrowed_at_each_series(plain: str, narrowed: str) -> None:
    assert in_namespace(plain) == narrowed
