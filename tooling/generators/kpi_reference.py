"""docs/kpis.md: the definitions that stand beside the formulas in code."""

from services.metrics.kpis import render_definitions

PATH = "docs/kpis.md"


def generate() -> dict[str, bytes]:
    """The page, by path."""
    return {PATH: render_definitions().encode()}
