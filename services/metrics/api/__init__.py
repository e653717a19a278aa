"""The HTTP side of the metrics: figures for analysts, administrators and owners of groups.

kpis.py          the KPI catalogue
posts.py         leading posts of a window, and the figures of a single post
formats.py       which formats reach and move people
topics.py        which topics people take up
groups.py        figures of a group
contests.py      figures of a contest
live.py          totals once a second, as server-sent events
live_events.py   what that stream sends
models.py        answers that several routes have in common
parameters.py    windows and filters of requests
access.py        who may see which figures
sources.py       what the routes answer from

No answer is about one person.
"""

from fastapi import APIRouter

from services.metrics.api import contests, formats, groups, kpis, live, posts, topics

TITLE = "metrics"
DESCRIPTION = "What the numbers say about the community."

ROUTERS: tuple[APIRouter, ...] = (
    kpis.router,
    posts.router,
    formats.router,
    topics.router,
    groups.router,
    contests.router,
    live.router,
)

TAGS = (
    {"name": "kpis", "description": "The KPI catalogue."},
    {"name": "stats", "description": "Figures of posts, formats, topics, groups and contests."},
    {"name": "live", "description": "What is happening now."},
)
