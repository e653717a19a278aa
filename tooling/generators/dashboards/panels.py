"""What a dashboard is made of here: rows of panels, each a question with its answer in PromQL.

Two kinds are enough: a figure (the value now) and a curve (how it came about). Everything else that
Grafana can do is left to whoever explores. `build` gives each board what all have in common: see
`frame.py`.
"""

from typing import Literal, NamedTuple

from grafana_foundation_sdk.builders import common, prometheus, stat, timeseries
from grafana_foundation_sdk.builders import dashboard as grafana
from grafana_foundation_sdk.models import dashboard as models
from grafana_foundation_sdk.models.common import (
    LegendDisplayMode,
    LegendPlacement,
    SortOrder,
    TooltipDisplayMode,
)

from tooling.generators.dashboards.frame import SOURCE, framed, in_namespace
from tooling.generators.runbooks import runbook

_WIDTH = 24
_HEIGHTS = {"figure": 4, "curve": 8}

Unit = Literal["short", "s", "reqps", "eps", "percentunit", "bytes", "ops"]


class Query(NamedTuple):
    """What a panel asks Prometheus.

    Attributes:
        expression: PromQL; each series of the answer is drawn as a line.
        legend: Name of the lines; a label in double braces stands for its value.
    """

    expression: str
    legend: str = ""


class Panel(NamedTuple):
    """A question of whoever watches the platform, with its answer.

    Attributes:
        title: Name of the figure, above the panel.
        means: How to read it, and what to do when it looks wrong.
        queries: What Prometheus is asked, in the order of the legend.
        unit: Grafana's name for the unit of the values.
        kind: `figure` for the value now, `curve` for its course.
        width: Columns that the panel takes of the dashboard's 24.
        alarm_above: Values from here on are shown in red; None for a panel without an alarm.
        alerts: Names of the alerts that watch the same; the panel links to their runbooks.
    """

    title: str
    means: str
    queries: tuple[Query, ...]
    unit: Unit = "short"
    kind: Literal["figure", "curve"] = "curve"
    width: int = 12
    alarm_above: float | None = None
    alerts: tuple[str, ...] = ()


class Row(NamedTuple):
    """Panels that belong together under a title, filled from left to right."""

    title: str
    panels: tuple[Panel, ...]


class Board(NamedTuple):
    """A dashboard. `uid` is part of its address and stays for ever."""

    uid: str
    title: str
    description: str
    rows: tuple[Row, ...]


def figure(
    title: str,
    means: str,
    expression: str,
    *,
    unit: Unit = "short",
    width: int = 4,
    alarm_above: float | None = None,
    alerts: tuple[str, ...] = (),
) -> Panel:
    """A panel with the value now."""
    query = (Query(expression),)
    return Panel(title, means, query, unit, "figure", width, alarm_above, alerts)


def curve(
    title: str,
    means: str,
    *queries: tuple[str, str],
    unit: Unit = "short",
    width: int = 12,
    alarm_above: float | None = None,
    alerts: tuple[str, ...] = (),
) -> Panel:
    """A panel with the course of values, a line per query and series."""
    lines = tuple(Query(*query) for query in queries)
    return Panel(title, means, lines, unit, "curve", width, alarm_above, alerts)


def build(board: Board) -> models.Dashboard:
    """The dashboard as Grafana stores it."""
    made = framed(
        grafana.Dashboard(board.title)
        .uid(board.uid)
        .description(board.description)
        .tags(["mitmach"])
        .editable()
        .refresh("10s")
        .time("now-6h", "now")
        .timezone("browser")
    )
    top = number = 0
    for row in board.rows:
        number += 1
        line = models.GridPos(h=1, w=_WIDTH, x=0, y=top)
        made = made.with_row(grafana.Row(row.title).id(number).grid_pos(line))
        top += 1
        left = height = 0
        for panel in row.panels:
            if left + panel.width > _WIDTH:
                left, top = 0, top + height
                height = 0
            number += 1
            tall = _HEIGHTS[panel.kind]
            place = models.GridPos(h=tall, w=panel.width, x=left, y=top)
            made = made.with_panel(_panel(panel).id(number).grid_pos(place))
            left, height = left + panel.width, max(height, tall)
        top += height
    return made.build()


def _panel(panel: Panel) -> stat.Panel | timeseries.Panel:
    made: stat.Panel | timeseries.Panel
    if panel.kind == "figure":
        made = stat.Panel().reduce_options(common.ReduceDataOptions().calcs(["lastNotNull"]))
    else:
        made = (
            timeseries.Panel()
            .fill_opacity(8)
            .min(0)
            .legend(
                common.VizLegendOptions()
                .display_mode(LegendDisplayMode.LIST)
                .placement(LegendPlacement.BOTTOM)
                .show_legend(True)
            )
            .tooltip(
                common.VizTooltipOptions().mode(TooltipDisplayMode.MULTI).sort(SortOrder.DESCENDING)
            )
        )
    made.title(panel.title).description(panel.means).unit(panel.unit).datasource(SOURCE)
    made.no_value(_empty(panel)).thresholds(_thresholds(panel))
    made.links(
        [
            grafana.DashboardLink(f"What to do: {alert}")
            .type(models.DashboardLinkType.LINK)
            .url(runbook(alert))
            .target_blank(True)
            for alert in panel.alerts
        ]
    )
    for index, query in enumerate(panel.queries):
        made.with_target(
            prometheus.Dataquery()
            .datasource(SOURCE)
            .expr(in_namespace(query.expression))
            .legend_format(query.legend)
            .ref_id(chr(ord("A") + index))
            # Points of requests that are traced, where what is asked for is a histogram.
            .exemplar("_seconds_bucket" in query.expression)
        )
    return made


def _empty(panel: Panel) -> str:
    """What the panel says while there is no value."""
    complete_days = any('d"}' in query.expression for query in panel.queries)
    return "no complete day yet" if complete_days else "no value"


def _thresholds(panel: Panel) -> grafana.ThresholdsConfig:
    steps = [models.Threshold(value=None, color="green")]
    if panel.alarm_above is not None:
        steps.append(models.Threshold(value=panel.alarm_above, color="red"))
    return grafana.ThresholdsConfig().mode(models.ThresholdsMode.ABSOLUTE).steps(steps)
