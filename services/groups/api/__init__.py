"""The HTTP side: requests to commands and queries, and back. It decides nothing.

people.py               people
people_accounts.py      whose an account is, and whether it is in use
people_batches.py       inviting many people at once
erasures.py             how far an erasure is
me.py                   the caller: who they are, their visits, their invitations
groups.py               groups
members.py              members and their roles
membership_requests.py  requests to be let in
invitations.py          invitations into a group
channels.py             channels
history.py              acts of before, many at once
models.py               bodies and answers of more than one of these
dependencies.py         what routes take from the running application
"""

from fastapi import APIRouter

from services.groups.api import (
    channels,
    erasures,
    groups,
    history,
    invitations,
    me,
    members,
    membership_requests,
    people,
    people_accounts,
    people_batches,
)

TITLE = "groups"
DESCRIPTION = "People, groups, memberships and channels."

# `/members/me` before `/members/{person_id}`: the first that fits answers.
ROUTERS: tuple[APIRouter, ...] = (
    people.router,
    people_accounts.router,
    people_batches.router,
    erasures.router,
    me.router,
    groups.router,
    members.router,
    membership_requests.router,
    invitations.router,
    channels.router,
    history.router,
)

TAGS = (
    {"name": "people", "description": "Who takes part."},
    {"name": "me", "description": "The caller."},
    {"name": "groups", "description": "What people gather in."},
    {"name": "members", "description": "Who belongs to a group, and as what."},
    {"name": "admission", "description": "Asking to be let in, and being invited."},
    {"name": "channels", "description": "The places in a group where people post."},
    {"name": "history", "description": "Recording what has happened before."},
)
