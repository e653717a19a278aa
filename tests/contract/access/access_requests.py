"""One good request for every row of the access matrix, so that only access decides its answer.

    status = await ask(world, "edit_post", "PATCH", "/v1/posts/{post_id}", "member")

A row needs an entry in `ASKS` where its request has a body, or needs something of its own: what is
in braces is otherwise what is there in the caller's place.
"""

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from shared.contract.ids import new_id
from shared.contract.moments import utc_now
from tests.contract.access.access_world import (
    AT_THE_OPEN_GROUP,
    AT_THE_SECRET_GROUP,
    GROUP_ROLES,
    AccessWorld,
    Place,
)

Make = Callable[[AccessWorld, Place, str], Awaitable[str]]


@dataclass(frozen=True)
class Ask:
    """What is special about a request.

    Attributes:
        body: JSON; `{name}` in its texts is filled in like in the path.
        query: Likewise.
        headers: Beside the token; likewise.
        made: What is made anew for each caller, by the name in braces; nobody gets nothing.
        fixed: What is the same for all, by the name in braces.
    """

    body: Any = None
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    made: Mapping[str, Make] = field(default_factory=dict)
    fixed: Mapping[str, str] = field(default_factory=dict)


async def ask(world: AccessWorld, row: str, method: str, path: str, column: str) -> tuple[int, str]:
    """Asks as this caller; gives status and problem."""
    made = await things_made(world, row, column) if column in world.callers else {}
    filled, body = request(world, row, path, column, made)
    return await world.status(column, method, filled, body, more=headers_of(world, row))


def headers_of(world: AccessWorld, row: str) -> dict[str, str]:
    """What the row's request says in its headers."""
    names = {"person_id": world.colleague.id, "key": new_id(), "now": utc_now().isoformat()}
    return {name: _filled(text, names) for name, text in ASKS.get(row, Ask()).headers.items()}


async def things_made(world: AccessWorld, row: str, column: str) -> dict[str, str]:
    """What the row's request needs anew, by the name in braces."""
    place = world.place_of(column)
    making = ASKS.get(row, Ask()).made.items()
    return {name: await make(world, place, column) for name, make in making}


def request(
    world: AccessWorld, row: str, path: str, column: str, made: Mapping[str, str]
) -> tuple[str, Any]:
    """Path and body of the row's request in the place of this caller."""
    place = world.place_of(column)
    ask = ASKS.get(row, Ask())
    names: dict[str, str] = {
        "person_id": world.colleague.id,
        "name": "engagement",
        "asset": "swagger-ui.css",
        "kind": "mitmach.post.published",
        "version": "1",
        "now": utc_now().isoformat(),
        **{name: str(getattr(place, name)) for name in Place.__dataclass_fields__},
        **ask.fixed,
        **made,
    }
    body = None if ask.body is None else json.loads(_filled(json.dumps(ask.body), names))
    return _filled(path + ask.query, names), body


def _filled(text: str, names: Mapping[str, str]) -> str:
    for name, value in names.items():
        text = text.replace(f"{{{name}}}", value)
    return text


async def a_person(world: AccessWorld, _place: Place, _column: str) -> str:
    return (await world.person()).id


async def a_name(_world: AccessWorld, _place: Place, _column: str) -> str:
    """What the identity provider calls nobody yet."""
    return new_id()


async def a_suspended_person(world: AccessWorld, _place: Place, _column: str) -> str:
    person = await world.person()
    await world.callers["admin"].good("POST", f"/v1/people/{person.id}:suspend")
    return person.id


async def an_erased_person(world: AccessWorld, _place: Place, _column: str) -> str:
    person = await world.person()
    await world.callers["admin"].good("POST", f"/v1/people/{person.id}:erase")
    return person.id


async def the_caller(world: AccessWorld, _place: Place, column: str) -> str:
    return world.callers[column].id


async def a_member(world: AccessWorld, place: Place, _column: str) -> str:
    person = await world.person()
    await world.admit(place.group_id, person)
    return person.id


async def an_invited(world: AccessWorld, place: Place, _column: str) -> str:
    person = await world.person()
    path = f"/v1/groups/{place.group_id}/invitations"
    await world.founder.good("POST", path, {"person_id": person.id})
    return person.id


async def an_asker(world: AccessWorld, place: Place, column: str) -> str:
    """Somebody who has asked to be let in; nobody asks an open group, or a secret one."""
    person = await world.person()
    if column not in AT_THE_OPEN_GROUP | AT_THE_SECRET_GROUP:
        await person.good("POST", f"/v1/groups/{place.group_id}/requests", {})
    return person.id


async def a_group_to_join(world: AccessWorld, place: Place, column: str) -> str:
    """Theirs, or one like it, since joining changes what comes after."""
    return place.group_id if column in GROUP_ROLES else await world.group(place.visibility)


async def a_group_like_it(world: AccessWorld, place: Place, column: str) -> str:
    return await world.group_like(place, column)


async def an_own_group(world: AccessWorld, place: Place, column: str) -> str:
    return await world.group(place.visibility, world.callers[column])


async def an_archived_group(world: AccessWorld, place: Place, column: str) -> str:
    group_id = await world.group_like(place, column)
    await world.founder.good("POST", f"/v1/groups/{group_id}:archive")
    return group_id


async def a_group_that_invites(world: AccessWorld, _place: Place, column: str) -> str:
    group_id = await world.group("secret")
    body = {"person_id": world.callers[column].id}
    await world.founder.good("POST", f"/v1/groups/{group_id}/invitations", body)
    return group_id


async def a_channel(world: AccessWorld, place: Place, _column: str) -> str:
    body = {"kind": "ideas", "name": "Ideas"}
    made = await world.founder.good("POST", f"/v1/groups/{place.group_id}/channels", body)
    return str(made["id"])


async def a_post(world: AccessWorld, place: Place, _column: str) -> str:
    return await world.post(place)


async def an_own_post(world: AccessWorld, place: Place, column: str) -> str:
    return await world.post(place, world.callers[column])


async def an_own_counted_post(world: AccessWorld, place: Place, column: str) -> str:
    """One of which metrics have heard."""
    post_id = await world.post(place, world.callers[column])
    await world.callers["analyst"].eventually("GET", f"/v1/stats/posts/{post_id}")
    return post_id


async def an_own_counted_contest(world: AccessWorld, place: Place, column: str) -> str:
    """One of which metrics have heard."""
    contest_id = await world.contest(place.group_id, "announced", world.callers[column])
    await world.callers["analyst"].eventually("GET", f"/v1/stats/contests/{contest_id}")
    return contest_id


async def a_comment(world: AccessWorld, place: Place, _column: str) -> str:
    return await world.comment(place)


async def an_own_comment(world: AccessWorld, place: Place, column: str) -> str:
    return await world.comment(place, world.callers[column])


async def a_draft(world: AccessWorld, place: Place, _column: str) -> str:
    return await world.contest(place.group_id)


async def an_own_draft(world: AccessWorld, place: Place, column: str) -> str:
    return await world.contest(place.group_id, "draft", world.callers[column])


async def an_announced_contest(world: AccessWorld, place: Place, _column: str) -> str:
    return await world.contest(place.group_id, "announced")


async def a_contest_to_enter(world: AccessWorld, place: Place, _column: str) -> str:
    return await world.contest(place.group_id, "submissions")


async def an_entry(world: AccessWorld, place: Place, column: str) -> str:
    return await world.entry(await a_contest_to_enter(world, place, column))


async def an_own_entry(world: AccessWorld, place: Place, column: str) -> str:
    contest_id = await a_contest_to_enter(world, place, column)
    return await world.entry(contest_id, world.callers[column])


async def a_contest_voted_in(world: AccessWorld, place: Place, column: str) -> str:
    body = {"entry_ids": [place.entry_id]}
    await world.callers[column].good("PUT", f"/v1/contests/{place.contest_id}/ballot", body)
    return place.contest_id


_NEW_CONTEST = {"title": "Light", "kind": "text"}
_NEW_ENTRY = {"title": "Morning", "text": "Fog.", "consent": True}
_NEW_POST = {"channel_id": "{channel_id}", "text": "Who joins?"}
_NEW_GROUP = {"kind": "community", "name": "New"}
# Nobody was here long ago: what these rows are about happens a moment before it is recorded.
_BEFORE = {"occurred-at": "{now}"}
_PAST_ACT = {"act": "visit", "occurred_at": "{now}", "act_as": "{person_id}"}

ASKS: Mapping[str, Ask] = {
    # People
    "create_person": Ask({"name": "New"}),
    "create_people": Ask({"people": [{"name": "New"}]}),
    "list_people (by status)": Ask(query="?status=suspended"),
    "list_people (by ids)": Ask(query="?ids={person_id}"),
    "change_person": Ask({"name": "Other"}),
    "change_person (self)": Ask({"name": "Me"}, made={"person_id": the_caller}),
    "change_person (self, department)": Ask({"department": None}, made={"person_id": the_caller}),
    "change_external_id": Ask(
        made={"person_id": a_person, "external_id": a_name}, body={"external_id": "{external_id}"}
    ),
    "suspend_person": Ask(made={"person_id": a_person}),
    "reinstate_person": Ask(made={"person_id": a_suspended_person}),
    "leave_organisation": Ask(made={"person_id": a_person}),
    "erase_person": Ask(made={"person_id": a_person}),
    "read_erasure": Ask(made={"person_id": an_erased_person}),
    # Groups
    "create_group": Ask({"kind": "community", "name": "New"}),
    "create_group (pilot)": Ask({"kind": "pilot", "name": "New"}),
    "list_groups (by ids)": Ask(query="?ids={group_id}"),
    "change_group": Ask({"purpose": "Light."}),
    "delete_group": Ask(made={"group_id": a_group_like_it}),
    "delete_group (alone in it)": Ask(made={"group_id": an_own_group}),
    "archive_group": Ask(made={"group_id": a_group_like_it}),
    "restore_group": Ask(made={"group_id": an_archived_group}),
    # Members
    "join_group": Ask(made={"group_id": a_group_to_join}),
    "join_group (invited)": Ask(made={"group_id": a_group_that_invites}),
    "leave_group": Ask(made={"group_id": a_group_like_it}),
    "read_member": Ask(made={"person_id": a_member}),
    "remove_member": Ask(made={"person_id": a_member}),
    "change_role": Ask({"role": "moderator"}, made={"person_id": a_member}),
    # Admission
    "request_membership": Ask({}, made={"group_id": a_group_to_join}),
    "withdraw_request": Ask(made={"group_id": a_group_to_join}),
    "approve_request": Ask(made={"person_id": an_asker}),
    "decline_request": Ask(made={"person_id": an_asker}),
    "invite": Ask({"person_id": "{person_id}"}, made={"person_id": a_person}),
    "accept_invitation (invited)": Ask(made={"group_id": a_group_that_invites}),
    "decline_invitation (invited)": Ask(made={"group_id": a_group_that_invites}),
    "revoke_invitation": Ask(made={"person_id": an_invited}),
    # Channels
    "create_channel": Ask({"kind": "ideas", "name": "Ideas"}),
    "read_channels": Ask(query="?ids={channel_id}"),
    "change_channel": Ask({"description": "What next?"}),
    "archive_channel": Ask(made={"channel_id": a_channel}),
    # Posts
    "publish_post": Ask(_NEW_POST),
    "publish_post (news)": Ask({**_NEW_POST, "channel_id": "{news_id}"}),
    "list_posts (of a channel)": Ask(query="?channel_id={channel_id}"),
    "edit_post": Ask({"text": "Who comes?"}),
    "edit_post (own)": Ask({"text": "Who comes?"}, made={"post_id": an_own_post}),
    "delete_post": Ask(made={"post_id": a_post}),
    "delete_post (own)": Ask(made={"post_id": an_own_post}),
    "add_comment": Ask({"text": "I do."}),
    "edit_comment": Ask({"text": "I don't."}),
    "edit_comment (own)": Ask({"text": "I don't."}, made={"comment_id": an_own_comment}),
    "delete_comment": Ask(made={"comment_id": a_comment}),
    "delete_comment (own)": Ask(made={"comment_id": an_own_comment}),
    "react_to_post": Ask({"kind": "like"}),
    "react_to_comment": Ask({"kind": "like"}),
    "view_posts": Ask({"post_ids": ["{post_id}"]}),
    "share_post": Ask({}),
    "share_post (to the group)": Ask({"to_group_id": "{group_id}"}),
    # Contests
    "create_contest": Ask({**_NEW_CONTEST, "group_id": "{group_id}"}),
    "create_contest (for all)": Ask(_NEW_CONTEST),
    "read_contest (draft)": Ask(made={"contest_id": a_draft}),
    "change_contest": Ask({"title": "Dusk"}, made={"contest_id": a_draft}),
    "announce_contest": Ask(made={"contest_id": a_draft}),
    "announce_contest (own)": Ask(made={"contest_id": an_own_draft}),
    "advance_contest": Ask({"to": "submissions"}, made={"contest_id": an_announced_contest}),
    "cancel_contest": Ask({"reason": "No light."}, made={"contest_id": an_announced_contest}),
    "submit_entry": Ask(_NEW_ENTRY, made={"contest_id": a_contest_to_enter}),
    "read_entry (unreviewed)": Ask(made={"entry_id": an_entry}),
    "edit_entry": Ask({"title": "Noon"}, made={"entry_id": an_entry}),
    "edit_entry (own)": Ask({"title": "Noon"}, made={"entry_id": an_own_entry}),
    "withdraw_entry": Ask(made={"entry_id": an_entry}),
    "withdraw_entry (own)": Ask(made={"entry_id": an_own_entry}),
    "accept_entry": Ask(made={"entry_id": an_entry}),
    "reject_entry": Ask({"reason": "Too dark."}, made={"entry_id": an_entry}),
    "propose_rejection": Ask({"reason": "A copy.", "category": "copyright"}),
    "cast_ballot": Ask({"entry_ids": ["{entry_id}"]}),
    "read_ballot (own)": Ask(made={"contest_id": a_contest_voted_in}),
    # What has happened before
    "record_groups_history": Ask({"acts": [_PAST_ACT]}, headers={"idempotency-key": "{key}"}),
    "record_posts_history": Ask({"acts": [_PAST_ACT]}, headers={"idempotency-key": "{key}"}),
    "create_group (of before)": Ask(_NEW_GROUP, headers=_BEFORE),
    "create_group (as somebody)": Ask(_NEW_GROUP, headers={**_BEFORE, "act-as": "{person_id}"}),
    "create_group (with their role)": Ask(
        {**_NEW_GROUP, "kind": "pilot"},
        headers={**_BEFORE, "act-as": "{person_id}", "act-as-roles": "editor"},
    ),
    "read_group (of before)": Ask(headers=_BEFORE),
    # Figures
    "read_post_figures (own)": Ask(made={"post_id": an_own_counted_post}),
    "read_contest_figures (own)": Ask(made={"contest_id": an_own_counted_contest}),
    "read_kpi (of the group)": Ask(query="?group={group_id}"),
    "read_kpi_series (of the group)": Ask(query="?group={group_id}"),
    "GET /board/{name}": Ask(fixed={"name": "board.js"}),
    "read_leading_posts (of the group)": Ask(query="?group={group_id}"),
}
