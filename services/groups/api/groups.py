"""Routes that show groups: list, read."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import Field

from services.groups.api.dependencies import store_of
from services.groups.domain.memberships import MembershipStanding, role_of
from services.groups.queries import groups as queries
from shared.contract.events.vocabulary import GroupKind, MemberRole, Visibility
from shared.contract.refusals import GroupNotFound
from shared.contract.tags import LONGEST_TAG, TagInvalid, normalise_tags
from shared.web.http import (
    CONDITIONAL,
    Caller,
    OutputModel,
    Page,
    PageOf,
    PathId,
    etag,
    problems,
    revalidate,
)

router = APIRouter(prefix="/v1", tags=["groups"])


class MyMembershipView(OutputModel):
    """How the caller stands with a group."""

    standing: MembershipStanding
    role: MemberRole | None = Field(description="Of members")


class GroupView(OutputModel):
    """A group."""

    id: str
    kind: GroupKind
    visibility: Visibility
    name: str = Field(examples=["Lunchtime runners"])
    purpose: str
    topics: list[str] = Field(examples=[["running", "health"]])
    member_count: int = Field(description="A moment old", examples=[12])
    mine: MyMembershipView | None = Field(
        description="Null where the caller has nothing to do with it"
    )
    resembles: list[str] = Field(
        description="Ids of groups whose name can't be told from this one, at most five, the oldest"
        " first; never of secret ones"
    )
    created_at: datetime
    archived_at: datetime | None
    version: int = Field(examples=[1])


def view(seen: queries.GroupView) -> GroupView:
    """A group as the caller sees it."""
    group = seen.group
    return GroupView(
        id=group.id,
        kind=group.kind,
        visibility=group.visibility,
        name=group.name,
        purpose=group.purpose,
        topics=list(group.topics),
        member_count=seen.members,
        mine=_my_part(seen),
        resembles=list(seen.alike),
        created_at=group.created_at,
        archived_at=group.archived_at,
        version=group.version,
    )


def _my_part(seen: queries.GroupView) -> MyMembershipView | None:
    mine = seen.mine
    if seen.group.kind == "everyone":
        return MyMembershipView(standing=MembershipStanding.MEMBER, role="member")
    if mine is None or mine.standing is MembershipStanding.FORMER:
        return None
    return MyMembershipView(standing=mine.standing, role=role_of(mine))


def tag(seen: GroupView) -> str:
    """Its ETag: new with every version, and with whatever else the answer shows."""
    return etag(seen.version, seen.member_count, seen.mine, seen.resembles)


@router.get(
    "/groups",
    operation_id="list_groups",
    summary="List groups, the newest first",
    description="Those that the caller may know of.",
    responses=problems(TagInvalid),
)
async def list_groups(
    request: Request,
    caller: Caller,
    paging: PageOf,
    *,
    kind: Annotated[GroupKind | None, Query(description="Only these")] = None,
    topic: Annotated[
        str | None, Query(max_length=2 * LONGEST_TAG, description="Only those about this")
    ] = None,
    q: Annotated[
        str | None,
        Query(max_length=100, description="Beginnings of words of name, purpose or topics"),
    ] = None,
    mine: Annotated[bool, Query(description="Only those that I belong to")] = False,
    archived: Annotated[
        bool, Query(description="The archived ones instead of those in use")
    ] = False,
) -> Page[GroupView]:
    rows = await queries.groups(
        store_of(request),
        caller,
        kind=kind,
        topic=None if topic is None else normalise_tags([topic])[0],
        q=q,
        mine=mine,
        archived=archived,
        after=None if paging.after is None else paging.after[0],
        limit=paging.limit,
    )
    return paging.page(rows, position=lambda row: (row.group.id,), view=view)


@router.get(
    "/groups/{group_id}",
    operation_id="read_group",
    summary="Read a group",
    responses=problems(GroupNotFound) | CONDITIONAL,
)
async def read_group(request: Request, caller: Caller, group_id: PathId) -> GroupView:
    seen = view(await queries.group(store_of(request), caller, group_id))
    revalidate(request, tag(seen))
    return seen
