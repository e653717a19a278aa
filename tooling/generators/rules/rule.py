"""What Prometheus' rules are made of here: figures that are recorded, and alerts."""

from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

from tooling.generators.runbooks import runbook

Severity = Literal["critical", "warning", "none"]


class Recording(NamedTuple):
    """A figure that Prometheus computes in advance, because several ask for it.

    Attributes:
        name: Name of the recorded series: `mitmach:<what>:<how>`.
        expression: PromQL.
        labels: Labels that the recorded series gets in addition.
    """

    name: str
    expression: str
    labels: Mapping[str, str] = {}

    def written(self) -> dict[str, Any]:
        """The rule as Prometheus reads it."""
        rule: dict[str, Any] = {"record": self.name, "expr": self.expression}
        return rule | ({"labels": dict(self.labels)} if self.labels else {})


class Alert(NamedTuple):
    """Something that somebody has to look at.

    Attributes:
        name: Name of the alert, and title of its section among the runbooks.
        expression: PromQL; each series of the answer is an alert.
        lasts: How long it has to be so before the alert rings, as Prometheus writes times; empty
            for at once.
        severity: `critical` for now, `warning` for today, `none` for what only proves that alerts
            arrive.
        summary: One sentence for a message on a phone, with templates of Prometheus.
        means: What is wrong for whom, and what isn't.
        act: The first step, for somebody who was woken by it.
    """

    name: str
    expression: str
    lasts: str
    severity: Severity
    summary: str
    means: str
    act: str

    def written(self) -> dict[str, Any]:
        """The rule as Prometheus reads it."""
        rule: dict[str, Any] = {"alert": self.name, "expr": self.expression}
        if self.lasts:
            rule["for"] = self.lasts
        return rule | {
            "labels": {"severity": self.severity},
            "annotations": {
                "summary": self.summary,
                "description": f"{self.means} {self.act}",
                "runbook_url": runbook(self.name),
            },
        }


class RuleGroup(NamedTuple):
    """Rules that are evaluated one after the other, at the same moments."""

    name: str
    rules: tuple[Recording | Alert, ...]
    interval: str = ""

    def written(self) -> dict[str, Any]:
        """The group as Prometheus reads it."""
        group: dict[str, Any] = {"name": self.name}
        if self.interval:
            group["interval"] = self.interval
        return group | {"rules": [rule.written() for rule in self.rules]}
