"""The HTTP side of the metrics: figures for analysts, administrators and owners of groups.

kpis.py          the KPI catalogue
stats.py         posts, formats, topics
communities.py   groups and contests
live.py          totals once a second, as server-sent events
asking.py        what the routes have in common: windows, filters, who may see what
shares.py        a share as clients see it

No answer is about one person.
"""

from fastapi import APIRouter

from services.metrics.api import communities, kpis, live, stats

ROUTERS: tuple[APIRouter, ...] = (kpis.router, stats.router, communities.router, live.router)

TAGS = (
    {"name": "kpis", "description": "The KPI catalogue."},
    {"name": "stats", "description": "Figures of posts, formats, topics, groups and contests."},
    {"name": "live", "description": "What is happening now."},
)
