"""The HTTP side: translates requests into commands and queries, and what they give into answers.

contests.py    showing contests
organising.py  drafting one
advancing.py   announce, advance, cancel
entries.py     showing entries
entering.py    submit, edit, withdraw
reviewing.py   accept, reject
voting.py      the own ballot, and the published result
words.py       what is written the same way in all of them
"""

from fastapi import APIRouter

from services.contests.api import (
    advancing,
    contests,
    entering,
    entries,
    organising,
    reviewing,
    voting,
)

TITLE = "Mitmach contests"
DESCRIPTION = (
    "Contests from a draft to a published result. Votes are sealed: until the publication nothing"
    " here tells for what anybody voted, or how many voted for anything."
)


def routes() -> tuple[APIRouter, ...]:
    """The routers of this service."""
    return (
        organising.router,
        contests.router,
        advancing.router,
        entering.router,
        entries.router,
        reviewing.router,
        voting.router,
    )
