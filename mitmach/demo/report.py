"""The report: three counts that must be the same, and what the platform says of people."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from rich.console import Console
from rich.table import Table

from mitmach.demo.client import Client
from mitmach.demo.simulation import ANALYST, Community
from mitmach.reconciliation import Reconciliation

KPIS = ("adoption", "stickiness", "reach", "engagement", "participation", "responsiveness")


def window() -> str:
    """The window of today, as far as it goes: the demo has no yesterday."""
    today = datetime.now(UTC).date()
    return f"{today}/{today + timedelta(days=1)}"


async def figures(client: Client) -> dict[str, Any]:
    """The KPIs and the lists, through the public API."""
    roles = ("analyst",)
    period = f"?window={window()}"
    found: dict[str, Any] = {}
    for name in KPIS:
        found[name] = await client.call("GET", f"/v1/kpis/{name}{period}", ANALYST, roles=roles)
    for name in ("formats", "topics"):
        found[name] = await client.call("GET", f"/v1/stats/{name}{period}", ANALYST, roles=roles)
    return found


def show(
    console: Console, reconciliation: Reconciliation, found: Mapping[str, Any], community: Community
) -> None:
    """Prints counts, KPIs, leading formats and topics, and the result of the contest."""
    console.print(_counts(reconciliation))
    console.print(_kpis(found))
    for name in ("formats", "topics"):
        console.print(_ranked(name, found[name]))
    console.print(_contest(community.result))


def _counts(reconciliation: Reconciliation) -> Table:
    table = Table(title="Every event, counted three ways")
    for column in ("", "acknowledged", "in Kafka", "counted"):
        table.add_column(column, justify="left" if not column else "right")
    table.add_row(
        "events",
        f"{reconciliation.acknowledged.total():,}",
        f"{reconciliation.published.types.total():,}",
        f"{reconciliation.counted.total():,}",
        style="bold green" if reconciliation.agrees else "bold red",
    )
    for kind, row in reconciliation.differences().items():
        table.add_row(kind, *(f"{n:,}" for n in row), style="red")
    for gap in reconciliation.published.gaps:
        table.add_row(f"gap in {gap.partition}", gap.after, gap.before, "", style="red")
    return table


def percent(value: float | None) -> str:
    """A ratio for people."""
    return "–" if value is None else f"{100 * value:.1f} %"


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:,.1f}".removesuffix(".0")


def _kpis(found: Mapping[str, Any]) -> Table:
    table = Table(title="The first KPIs (today, so far)")
    for column in ("KPI", "value", "of", "so far"):
        table.add_column(column, justify="left" if column == "KPI" else "right")
    for name in KPIS:
        kpi = found[name]
        value = "few people" if kpi.get("suppressed") else percent(kpi.get("value"))
        table.add_row(
            name,
            value,
            f"{_number(kpi.get('numerator'))} / {_number(kpi.get('denominator'))}",
            "yes" if kpi.get("provisional") else "",
        )
    return table


def _ranked(name: str, answer: Mapping[str, Any]) -> Table:
    table = Table(title=f"Most engaging {name}")
    for column in (name[:-1], "posts", "viewers", "interactors", "engagement"):
        table.add_column(column, justify="left" if column == name[:-1] else "right")
    for item in answer["items"][:6]:
        table.add_row(
            str(item.get(name[:-1], "")),
            str(item.get("posts", "")),
            str(item.get("viewers", "")),
            str(item.get("interactors", "")),
            percent(item.get("engagement")),
        )
    return table


def _contest(result: Mapping[str, Any] | None) -> Table:
    table = Table(title="Photo contest: the result")
    for column in ("rank", "entry", "votes"):
        table.add_column(column, justify="left" if column == "entry" else "right")
    for item in (result or {}).get("ranking", [])[:3]:
        entry = item.get("title") or item.get("entry_id", "")
        table.add_row(str(item.get("rank")), str(entry), str(item.get("votes")))
    return table
