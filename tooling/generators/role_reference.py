"""docs/roles.md: who may do what, from the access table that every command and query asks."""

from collections.abc import Iterator

from shared.contract.access import ALLOWED, HUMANS_ONLY, READING, Action, Grant

PATH = "docs/roles.md"

_HEAD = """# Roles, and what each may do

Generated from the access table in `shared/contract/access/`, which every command and query asks.

Three questions, in this order. [Where does the person stand](security.md#who-asks)? Who isn't
active gets 403, whatever roles their token has, and may only come. Does the person see the thing?
If not, the answer is 404, as if it weren't there. Do they hold one of the roles or relations in the
table below? If not, it is 403. Whether its state allows it (a closed vote, an archived group) is a
fourth question, answered 409.

A suspended person may do what begins with "read", as an outsider, and nothing else. Programs with
the role `service` may do what names that role, or another role of the platform that their token
has; what every person may isn't meant for them. A program without that role may do what a person
may, but for this: {humans_only}.

## Roles and relations

| Name | Who that is |
|---|---|
"""

_WHO = {
    Grant.PERSON: "everyone who is signed in, but for programs",
    Grant.ADMIN: "runs the platform; a role in the token",
    Grant.EDITOR: "internal communications, news and campaigns anywhere; a role in the token",
    Grant.MODERATOR: "handles reports anywhere; a role in the token",
    Grant.ANALYST: "reads the figures; a role in the token",
    Grant.SERVICE: "a program that keeps people and memberships; a role in the token",
    Grant.MEMBER: "a member of the group that it is in, whatever their role there",
    Grant.GROUP_MODERATOR: "a moderator or an owner of the group",
    Grant.GROUP_OWNER: "an owner of the group",
    Grant.SELF: "it is theirs: they wrote it, or it is they themselves",
    Grant.ORGANISER: "organises the contest",
    Grant.INVITED: "is invited to the group",
    Grant.PASSER_BY: "anyone, where the group is open",
}


def generate() -> dict[str, bytes]:
    """The page, by path."""
    rows = [f"| {grant.value} | {who} |\n" for grant, who in _WHO.items()]
    humans_only = " and ".join(sorted(action.value for action in HUMANS_ONLY))
    head = _HEAD.format(humans_only=humans_only)
    return {PATH: "".join([head, *rows, *_actions(), *_platform_roles()]).encode()}


def _actions() -> Iterator[str]:
    yield "\n## What may be done, and by whom\n\n| What | By |\n|---|---|\n"
    for action in Action:
        yield f"| {action.value} | {', '.join(grant.value for grant in ALLOWED[action])} |\n"


def _platform_roles() -> Iterator[str]:
    yield (
        "\n## What a role of the platform adds\n\nBeyond what every person may. Administrators and"
        " moderators see every group and all that is in it, but\nother people's drafts; programs"
        " see groups and nothing of what is in them.\n\n| Role | May also |\n|---|---|\n"
    )
    for role in (Grant.ADMIN, Grant.EDITOR, Grant.MODERATOR, Grant.ANALYST, Grant.SERVICE):
        named = [action for action in Action if role in ALLOWED[action]]
        more = [action for action in named if Grant.PERSON not in ALLOWED[action]]
        # A program isn't a person: for it, what people may is an addition too.
        shown = named if role is Grant.SERVICE else more
        yield f"| {role.value} | {'; '.join(_first_reading(shown))} |\n"


def _first_reading(actions: list[Action]) -> list[str]:
    return [action.value for action in sorted(actions, key=lambda one: one not in READING)]
