"""The HTTP side: routes translate, nothing else.

contests.py        draft a contest, change the draft, list and read contests
contest_phases.py  announce, advance, cancel
entries.py         submit, edit, withdraw, list, read, and say that an entry was seen
entry_reviews.py   accept, reject, reject together during the vote
ballots.py         my ballot
results.py         the published result
models.py          what contests and entries look like from outside, and to whom
fields.py          fields of several bodies and answers
"""

from fastapi import APIRouter

from services.contests.api import (
    ballots,
    contest_phases,
    contests,
    entries,
    entry_reviews,
    results,
)

TITLE = "contests"
DESCRIPTION = (
    "Contests from a draft to a published result. Votes are sealed: until the publication nothing"
    " here tells for what anybody voted, or how many voted for anything."
)

ROUTERS: tuple[APIRouter, ...] = (
    contests.router,
    contest_phases.router,
    entries.router,
    entry_reviews.router,
    ballots.router,
    results.router,
)

TAGS = (
    {"name": "contests", "description": "From a draft to a published result."},
    {"name": "entries", "description": "What people put into a contest, and its review."},
    {"name": "voting", "description": "My ballot, and the result once it is published."},
)
