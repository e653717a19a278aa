"""Each panel and rule is answered by the Prometheus of the compose file; panels show something."""

import json
import os

import pytest
import yaml

from tests.compose.test_platform import ROOT, python_in, running

# What there is no sample of on the first day, while all is well.
EMPTY_WHEN_WELL = {
    "Mitmach: contests: Refused requests",
    "Mitmach: engagement: KPIs over 7 days",  # of complete days; this one is the first
    "Mitmach: engagement: KPIs over 30 days",
}

pytestmark = [
    pytest.mark.skipif(
        not os.environ.get("MITMACH_COMPOSE_TEST"), reason="`make compose-test` runs these"
    ),
    pytest.mark.timeout(300),
]

_ASK = """
import json
from urllib.parse import quote
from urllib.request import urlopen

found = {{}}
for expression in json.loads({expressions!r}):
    with urlopen("http://prometheus:9090/api/v1/query?query=" + quote(expression)) as answer:
        found[expression] = len(json.load(answer)["data"]["result"])
print(json.dumps(found))
"""


def panels() -> dict[str, str]:
    """Title by expression."""
    found = {}
    for file in sorted((ROOT / "observability/grafana/dashboards").glob("*.json")):
        board = json.loads(file.read_text())
        for panel in board["panels"]:
            for target in panel.get("targets", ()):
                expression = target["expr"].replace("$__rate_interval", "5m")
                found[expression] = f"{board['title']}: {panel['title']}"
    return found


def test_every_panel_is_answered_and_shows_something() -> None:
    if "prometheus" not in running():
        pytest.skip("Prometheus was left out")
    rules = yaml.safe_load((ROOT / "observability/prometheus/rules.yml").read_text())
    asked = panels()
    ruled = [rule["expr"] for group in rules["groups"] for rule in group["rules"]]
    said = python_in("metrics-api", _ASK.format(expressions=json.dumps(sorted({*asked, *ruled}))))
    found: dict[str, int] = json.loads(said.splitlines()[0])
    assert found.keys() == {*asked, *ruled}
    empty = {asked[one] for one in asked if not found[one]}
    assert empty - EMPTY_WHEN_WELL == set()
