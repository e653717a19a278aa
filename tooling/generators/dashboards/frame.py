"""What all dashboards have in common: variables, links, and marks of what happened meanwhile.

`datasource` is any Prometheus that the Grafana has. `namespace` tells installations under one
Prometheus apart; all of them are shown until one is chosen, and where nothing sets that label, as
with compose or the platform in one process, everything is shown.
"""

import re
from collections.abc import Mapping

from grafana_foundation_sdk.builders import dashboard as grafana
from grafana_foundation_sdk.cog.builder import Builder
from grafana_foundation_sdk.models import dashboard as models

from tooling.generators.runbooks import ADDRESS

SOURCE = models.DataSourceRef(type_val="prometheus", uid="${datasource}")
"""The data source of every query: the one that is chosen above the panels."""

IN_NAMESPACE = 'namespace=~"$namespace"'
"""What every query asks for; `.*`, which stands for all, also matches where there is no label."""

_SERIES = re.compile(r"\b((?:mitmach[_:]|process_|up\b|ALERTS\b)[a-zA-Z0-9_:]*)(?:\{([^}]*)\})?")


def in_namespace(expression: str) -> str:
    """The expression for the chosen namespaces: each series in it is asked for with the label."""

    def narrowed(found: re.Match[str]) -> str:
        matchers = f"{found[2]}, {IN_NAMESPACE}" if found[2] else IN_NAMESPACE
        return f"{found[1]}{{{matchers}}}"

    return _SERIES.sub(narrowed, expression)


def framed(made: grafana.Dashboard) -> grafana.Dashboard:
    """Adds to a dashboard what all have."""
    return (
        made.with_variable(
            grafana.DatasourceVariable("datasource").type("prometheus").label("Data source")
        )
        .with_variable(
            grafana.QueryVariable("namespace")
            .label("Namespace")
            .datasource(SOURCE)
            .query("label_values(mitmach_role_running, namespace)")
            .refresh(models.VariableRefresh.ON_TIME_RANGE_CHANGED)
            .sort(models.VariableSort.ALPHABETICAL_ASC)
            .multi(True)
            .include_all(True)
            .all_value(".*")
            .current(models.VariableOption(selected=True, text="All", value="$__all"))
        )
        .annotation(
            _Marks(
                "Starts of processes",
                'process_start_time_seconds{job="mitmach"} * 1000',
                color="blue",
                title="started",
                text="{{part}} {{instance}}",
                useValueForTime=True,
            )
        )
        .annotation(
            _Marks(
                "Alerts",
                'ALERTS{alertstate="firing", alertname=~"Mitmach.+", severity!="none"}',
                color="red",
                title="{{alertname}}",
                text="{{severity}} {{service}} {{consumer}} {{instance}}",
                tagKeys="severity",
            )
        )
        .link(
            grafana.DashboardLink("Mitmach")
            .type(models.DashboardLinkType.DASHBOARDS)
            .tags(["mitmach"])
            .as_dropdown(True)
            .keep_time(True)
            .include_vars(True)
        )
        .link(
            grafana.DashboardLink("Runbooks")
            .type(models.DashboardLinkType.LINK)
            .url(ADDRESS)
            .tooltip("What to do when an alert rings")
            .target_blank(True)
        )
    )


class _Annotation(models.AnnotationQuery):
    """An annotation with what only Prometheus' annotations have; the library doesn't know it."""

    more: Mapping[str, object] = {}

    def to_json(self) -> dict[str, object]:
        """The annotation as Grafana stores it."""
        return {**super().to_json(), **self.more}


class _Marks(Builder[models.AnnotationQuery]):
    """Marks on all curves for what Prometheus answers."""

    def __init__(
        self, name: str, expression: str, *, color: str, title: str, text: str, **more: object
    ) -> None:
        self._made = _Annotation(
            name=name,
            datasource=SOURCE,
            enable=True,
            hide=False,
            icon_color=color,
            expr=in_namespace(expression),
        )
        self._made.more = {"titleFormat": title, "textFormat": text, "step": "15s", **more}

    def build(self) -> models.AnnotationQuery:
        """The annotation as the library models it."""
        return self._made
