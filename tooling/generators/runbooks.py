"""Where the runbooks are read: the one address that alerts and dashboards lead to.

An organisation that keeps the documentation elsewhere changes `ADDRESS` and runs `make generate`;
on Kubernetes an overlay says it without that (`k8s/components/monitoring`).
"""

PATH = "docs/runbooks.md"
"""The page in this repository: a section for each alert, with the alert's name as its title."""

ADDRESS = f"https://mitmach.example/{PATH}"
"""The address of the published page."""


def runbook(alert: str) -> str:
    """The address of the section that says what to do about an alert."""
    return f"{ADDRESS}#{alert.lower()}"
