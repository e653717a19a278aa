"""Each panel and rule is answered by the Prometheus of the compose file; panels show something."""

import json
import os
import time
from collections.abc import Iterable

import pytest
import yaml

from tests.compose.test_platform import ROOT, compose, python_in, running

SCRAPED_WITHIN = 120  # seconds: a rate needs two samples
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
    pytest.mark.timeout(600),
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


def answers(asked: Iterable[str]) -> dict[str, int]:
    """How many series Prometheus has for each expression."""
    said = python_in("metrics-api", _ASK.format(expressions=json.dumps(sorted(asked))))
    found: dict[str, int] = json.loads(said.splitlines()[0])
    return found


def test_every_panel_is_answered_and_shows_something() -> None:
    if "prometheus" not in running():
        pytest.skip("Prometheus was left out")
    rules = yaml.safe_load((ROOT / "observability/prometheus/rules.yml").read_text())
    asked = panels()
    ruled = {rule["expr"] for group in rules["groups"] for rule in group["rules"]}
    played = ["mitmach", "demo", "--once", "--target", "http://origin:8080"]
    played += ["--days", "8", "--seed", str(time.time_ns() % 1_000_000)]
    compose("run", "--rm", "--no-deps", "-T", "demo", *played)

    until = time.monotonic() + SCRAPED_WITHIN
    while True:
        found = answers({*asked, *ruled})
        assert found.keys() == {*asked, *ruled}
        empty = {asked[one] for one in asked if not found[one]} - EMPTY_WHEN_WELL
        if not empty or time.monotonic() > until:
            break
        time.sleep(2)
    assert empty == set()
