"""The HTTP side: routes translate, nothing else.

inviting.py     inviting people, one or many at once
people.py       people who are there
me.py           the caller: who they are, their visits, their invitations
owning.py       founding a group, changing and ending it
groups.py       showing groups
members.py      members and their roles
admission.py    requests and invitations
channels.py     channels
shared.py       what the routes have in common
"""

from fastapi import APIRouter

from services.groups.api import admission, channels, groups, inviting, me, members, owning, people

# `/members/me` before `/members/{person_id}`: the first that fits answers.
ROUTERS: tuple[APIRouter, ...] = (
    inviting.router,
    people.router,
    me.router,
    owning.router,
    groups.router,
    members.router,
    admission.router,
    channels.router,
)

TAGS = (
    {"name": "people", "description": "Who takes part."},
    {"name": "me", "description": "The caller."},
    {"name": "groups", "description": "What people gather in."},
    {"name": "members", "description": "Who belongs to a group, and as what."},
    {"name": "admission", "description": "Asking to be let in, and being invited."},
    {"name": "channels", "description": "The places in a group where people post."},
)
