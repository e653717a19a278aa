"""The catalogue: one file per KPI, found by itself.

A file says in its `KPI` what the KPI means, which facts it needs, in which order it stands, what it
is called, and what Prometheus is shown of its parts. Every surface reads it here.
"""

from importlib import import_module
from pkgutil import iter_modules

from services.metrics.kpis.definitions import Kpi


def _found() -> dict[str, Kpi]:
    modules = [import_module(f"{__name__}.{module.name}") for module in iter_modules(__path__)]
    kpis: list[Kpi] = [module.KPI for module in modules]
    return {kpi.definition.name: kpi for kpi in sorted(kpis, key=lambda one: one.definition.order)}


CATALOGUE = _found()
