"""Routes about groups."""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from pydantic import Field

from services.groups.api.shared import Trimmed, store_of, tagged
from services.groups.commands.groups import (
    ArchiveGroup,
    ChangeGroup,
    CreateGroup,
    DeleteGroup,
    RestoreGroup,
)
from services.groups.domain.groups import (
    LONGEST_NAME,
    LONGEST_PURPOSE,
    Group,
    GroupChangedMeanwhile,
    GroupIsArchived,
    GroupIsBuiltIn,
    GroupNotEmpty,
    GroupNotFound,
)
from services.groups.domain.memberships import Standing, role_of
from services.groups.domain.people import PersonNotActive
from services.groups.queries import groups as queries
from shared.access import NotAllowed, PersonSuspended
from shared.events.vocabulary import GroupKind, MemberRole, Visibility
from shared.http import (
    CONDITIONAL,
    Caller,
    IfMatch,
    InputModel,
    OutputModel,
    Page,
    PageOf,
    PathId,
    etag,
    execute,
    problems,
    revalidate,
)
from shared.identity import Principal
from shared.ids import new_id
from shared.topic_words import LONGEST_TOPIC, MOST_TOPICS, TopicInvalid, normalise_topics

router = APIRouter(prefix="/v1", tags=["groups"])

Name = Annotated[
    str, Trimmed, Field(min_length=1, max_length=LONGEST_NAME, examples=["Lunchtime runners"])
]
Purpose = Annotated[
    str,
    Trimmed,
    Field(max_length=LONGEST_PURPOSE, examples=["Five kilometres, twice a week, no rush."]),
]
Topics = Annotated[
    tuple[Annotated[str, Field(max_length=2 * LONGEST_TOPIC)], ...],
    Field(
        max_length=MOST_TOPICS,
        description="In any spelling; answered as lower-case words joined by hyphens",
        examples=[["running", "health"]],
    ),
]


class NewGroup(InputModel):
    """A group to found."""

    kind: Literal["working_group", "community", "pilot"] = Field(examples=["community"])
    visibility: Visibility = Field(
        default="open",
        description="open: everybody reads and joins; closed: everybody sees that it exists, and"
        " people are let in; secret: only members and the invited know of it",
    )
    name: Name
    purpose: Purpose = ""
    topics: Topics = ()


class GroupPatch(InputModel):
    """What to change; what is null or left out stays."""

    visibility: Visibility | None = None
    name: Name | None = None
    purpose: Purpose | None = None
    topics: Topics | None = None


class MyPart(OutputModel):
    """How the caller stands with a group."""

    standing: Standing
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
    mine: MyPart | None = Field(description="Null where the caller has nothing to do with it")
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
        created_at=group.created_at,
        archived_at=group.archived_at,
        version=group.version,
    )


def _my_part(seen: queries.GroupView) -> MyPart | None:
    mine = seen.mine
    if seen.group.kind == "everyone":
        return MyPart(standing=Standing.MEMBER, role="member")
    if mine is None or mine.standing is Standing.FORMER:
        return None
    return MyPart(standing=mine.standing, role=role_of(mine))


def tag(seen: GroupView) -> str:
    """Its ETag: new with every version, and with whatever else the answer shows."""
    return etag(seen.version, seen.member_count, seen.mine)


@router.post(
    "/groups",
    status_code=201,
    operation_id="create_group",
    summary="Found a group",
    description="The founder owns it. A first channel for discussion comes with it. Pilots are"
    " founded by editors and administrators.",
    responses=problems(NotAllowed, PersonSuspended, PersonNotActive, TopicInvalid),
)
async def create_group(request: Request, caller: Caller, body: NewGroup) -> GroupView:
    command = CreateGroup(
        caller,
        new_id(),
        new_id(),
        kind=body.kind,
        visibility=body.visibility,
        name=body.name,
        purpose=body.purpose,
        topics=body.topics,
    )
    group: Group = (await execute(request, command, once=Group)).reply
    seen = view(queries.viewed(group, 1, None)).model_copy(
        update={"mine": MyPart(standing=Standing.MEMBER, role="owner")}
    )
    tagged(request, tag(seen))
    return seen


@router.get(
    "/groups",
    operation_id="list_groups",
    summary="List groups, the newest first",
    description="Those that the caller may know of.",
    responses=problems(TopicInvalid),
)
async def list_groups(
    request: Request,
    caller: Caller,
    paging: PageOf,
    *,
    kind: Annotated[GroupKind | None, Query(description="Only these")] = None,
    topic: Annotated[
        str | None, Query(max_length=2 * LONGEST_TOPIC, description="Only those about this")
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
        topic=None if topic is None else normalise_topics([topic])[0],
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


async def _after(request: Request, caller: Principal, group_id: str) -> GroupView:
    seen = view(await queries.group(store_of(request), caller, group_id))
    tagged(request, tag(seen))
    return seen


@router.patch(
    "/groups/{group_id}",
    operation_id="change_group",
    summary="Change a group",
    responses=problems(
        GroupNotFound,
        NotAllowed,
        PersonSuspended,
        GroupIsArchived,
        GroupIsBuiltIn,
        GroupChangedMeanwhile,
        TopicInvalid,
    ),
)
async def change_group(
    request: Request, caller: Caller, group_id: PathId, body: GroupPatch, if_match: IfMatch
) -> GroupView:
    command = ChangeGroup(
        caller,
        group_id,
        name=body.name,
        purpose=body.purpose,
        topics=body.topics,
        visibility=body.visibility,
        expected=if_match,
    )
    await execute(request, command)
    return await _after(request, caller, group_id)


@router.post(
    "/groups/{group_id}:archive",
    operation_id="archive_group",
    summary="Archive a group",
    description="It is read-only from then on, until it is restored.",
    responses=problems(
        GroupNotFound, NotAllowed, PersonSuspended, GroupIsBuiltIn, GroupChangedMeanwhile
    ),
)
async def archive_group(
    request: Request, caller: Caller, group_id: PathId, if_match: IfMatch
) -> GroupView:
    await execute(request, ArchiveGroup(caller, group_id, expected=if_match))
    return await _after(request, caller, group_id)


@router.post(
    "/groups/{group_id}:restore",
    operation_id="restore_group",
    summary="Restore an archived group",
    responses=problems(GroupNotFound, NotAllowed, PersonSuspended, GroupChangedMeanwhile),
)
async def restore_group(
    request: Request, caller: Caller, group_id: PathId, if_match: IfMatch
) -> GroupView:
    await execute(request, RestoreGroup(caller, group_id, expected=if_match))
    return await _after(request, caller, group_id)


@router.delete(
    "/groups/{group_id}",
    status_code=204,
    operation_id="delete_group",
    summary="Delete a group",
    description="Owners delete a group without other members; administrators delete any.",
    responses=problems(
        GroupNotFound,
        NotAllowed,
        PersonSuspended,
        GroupIsBuiltIn,
        GroupNotEmpty,
        GroupChangedMeanwhile,
    ),
)
async def delete_group(
    request: Request, caller: Caller, group_id: PathId, if_match: IfMatch
) -> None:
    others = await queries.others(store_of(request), caller, group_id)
    await execute(request, DeleteGroup(caller, group_id, others=others, expected=if_match))
