"""The HTTP side: translates requests into commands and queries, and what they give into answers.

organising.py  contests: draft, announce, advance, cancel, list, read
entering.py    entries: submit, edit, withdraw, view, review, list
voting.py      the own ballot, and the published result
words.py       what is written the same way in all of them
"""

from fastapi import APIRouter

from services.contests.api import entering, organising, voting

TITLE = "Mitmach contests"
DESCRIPTION = (
    "Contests from a draft to a published result. Votes are sealed: until the publication nothing"
    " here tells for what anybody voted, or how many voted for anything."
)


def routes() -> tuple[APIRouter, ...]:
    """The routers of this service."""
    return organising.router, entering.router, voting.router
