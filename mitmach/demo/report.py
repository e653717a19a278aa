"""The report: three counts that must be the same, and what the platform says of people.

Figures are of complete days: the last seven and thirty, each beside as many before them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from rich.console import Console
from rich.table import Table

from mitmach.demo.client import Client
from mitmach.demo.contest_plan import CONTEST
from mitmach.reconciliation import Reconciliation

ANALYST = "demo-analyst"
_ROLES = ("analyst",)

SPANS = {"7d": 7, "30d": 30}
_GROUPS_SHOWN = 100
_LEADING = 6


@dataclass(slots=True)
class Figures:
    """What the API says.

    Attributes:
        kpis: The KPIs by window and name.
        formats: How the formats fared, over 30 days.
        topics: How the topics fared, over 30 days.
        groups: The name of each group with its figures.
        result: The published result of the contest; None where there is none.
    """

    kpis: dict[str, dict[str, Any]] = field(default_factory=dict)
    formats: Any = None
    topics: Any = None
    groups: list[tuple[str, Any]] = field(default_factory=list)
    result: Any = None


async def read_figures(client: Client) -> Figures:
    """Reads all that is shown, through the public API."""

    async def read(path: str) -> Any:
        return await client.call("GET", path, ANALYST, roles=_ROLES)

    found = Figures()
    for window in SPANS:
        answer = await read(f"/v1/kpis?window={window}")
        found.kpis[window] = {kpi["name"]: kpi for kpi in answer["items"]}
    found.formats = await read("/v1/stats/formats?window=30d")
    found.topics = await read("/v1/stats/topics?window=30d")
    groups = await read(f"/v1/groups?limit={_GROUPS_SHOWN}")
    for group in groups["items"]:
        if group["kind"] != "everyone":
            figures = await read(f"/v1/stats/groups/{group['id']}")
            found.groups.append((group["name"], figures))
    found.result = await _read_result(client)
    return found


async def _read_result(client: Client) -> Any:
    """The result of the newest contest of the demo that has one."""
    contests = await client.call("GET", "/v1/contests?phase=published", ANALYST, roles=_ROLES)
    for contest in contests["items"]:
        if contest["title"] == CONTEST:
            path = f"/v1/contests/{contest['id']}/results"
            return await client.call("GET", path, ANALYST, roles=_ROLES)
    return None


def show(
    console: Console, reconciliation: Reconciliation, found: Figures, *, complete_days: int
) -> None:
    """Prints counts, KPIs, leading formats and topics, the groups, and who won the contest.

    Args:
        console: The terminal that it goes to.
        reconciliation: The three counts.
        found: The figures.
        complete_days: How many complete days there are: what would need more is left out.
    """
    console.print(_counts(reconciliation))
    console.print(_kpis(found.kpis, complete_days))
    missing = [span for span in (7, 14, 30, 60) if span > complete_days]
    if missing:
        console.print(
            f"There are {complete_days} complete days. Columns that need more are empty:"
            f" `--days {missing[-1]}` fills them all."
        )
    console.print(_ranked("formats", "format", found.formats))
    console.print(_ranked("topics", "topic", found.topics))
    console.print(_groups(found.groups))
    if found.result is None:
        console.print("No contest has a result: one takes four days or more.")
    else:
        console.print(_contest(found.result))


def _counts(reconciliation: Reconciliation) -> Table:
    table = _table("Every event, counted three ways", "", "acknowledged", "in Kafka", "counted")
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


def _table(title: str, first: str, *others: str) -> Table:
    table = Table(title=title)
    table.add_column(first)
    for column in others:
        table.add_column(column, justify="right")
    return table


def _kpis(kpis: Mapping[str, Mapping[str, Any]], complete_days: int) -> Table:
    names = ("last 7 days", "the 7 before", "last 30 days", "the 30 before")
    table = _table("KPIs over complete days", "KPI", *names)
    for name in next(iter(kpis.values())):  # in the order of the catalogue
        cells: list[str] = []
        for window, days in SPANS.items():
            cells += kpi_cells(kpis[window][name], days, complete_days)
        table.add_row(name, *cells)
    table.caption = "Responsiveness judges posts that are seven days old: of the last 7 days, few."
    return table


def kpi_cells(kpi: Mapping[str, Any], days: int, complete_days: int) -> tuple[str, str]:
    """A KPI over so many days, and over as many before, as far as there are complete days."""
    value = "few people" if kpi["suppressed"] else percent(kpi["value"])
    return (
        value if complete_days >= days else "–",
        percent(kpi["previous"]) if complete_days >= 2 * days else "–",
    )


def _ranked(name: str, key: str, answer: Mapping[str, Any]) -> Table:
    columns = ("posts", "viewers", "interactors", "engagement")
    table = _table(f"Most engaging {name}, last 30 days", key, *columns)
    items: Sequence[Mapping[str, Any]] = answer["items"]
    for item in items[:_LEADING]:
        table.add_row(
            str(item[key]),
            *(_number(item.get(column)) for column in columns[:3]),
            percent(item.get("engagement")),
        )
    return table


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:,}"


def _groups(groups: Sequence[tuple[str, Mapping[str, Any]]]) -> Table:
    columns = ("state", "members", "posts", "comments", "last contribution")
    table = _table("Which groups are alive", "group", *columns)
    today = datetime.now(UTC).date()
    for name, group in sorted(groups, key=lambda item: -item[1]["members"]):
        last = group["last_contribution_at"]
        table.add_row(
            name,
            group["state"].replace("_", " "),
            *(_number(group[column]) for column in ("members", "posts", "comments")),
            "–" if last is None else _ago(today - datetime.fromisoformat(last).date()),
        )
    return table


def _ago(span: timedelta) -> str:
    return {0: "today", 1: "yesterday"}.get(span.days, f"{span.days} days ago")


def _contest(result: Mapping[str, Any]) -> Table:
    table = _table("Photo contest: the result", "entry", "rank", "votes")
    for item in result.get("ranking", [])[:3]:
        entry = item.get("title") or item.get("entry_id", "")
        table.add_row(str(entry), str(item.get("rank")), str(item.get("votes")))
    return table
