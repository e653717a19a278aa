"""Bodies and answers about people and groups, and what makes them."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, TypeVar

from fastapi import Request
from pydantic import Field, StringConstraints

from services.groups.api.dependencies import settings_of
from services.groups.commands.people import InvitePerson
from services.groups.config import GroupsSettings
from services.groups.domain.membership import Membership, MembershipStanding, role_of
from services.groups.domain.person import AccountStatus, Person
from services.groups.domain.profile import LONGEST_EMAIL, LONGEST_NAME, Profile
from services.groups.queries.groups import GroupDetails
from services.groups.queries.memberships import (
    NamedMembership,
    list_memberships,
    position_of,
)
from shared.contract.events.vocabulary import AccountKind, GroupKind, MemberRole, Visibility
from shared.contract.principal import Principal, new_person_id
from shared.delivery.committer import CommandResult
from shared.web.http import (
    AnswerId,
    AnyLine,
    InputModel,
    OutputModel,
    Page,
    Paging,
    etag,
    set_etag,
    store_of,
)
from shared.web.identity import LONGEST_EXTERNAL_ID

V = TypeVar("V")

Trimmed = StringConstraints(strip_whitespace=True)
"""Blanks around a text mean nothing."""

PersonName = Annotated[
    str,
    Field(max_length=LONGEST_NAME, description="As colleagues read it", examples=["Mia Schön"]),
    AnyLine,
]
Email = Annotated[
    str,
    Field(
        max_length=LONGEST_EMAIL,
        # Spelt out: engines differ in what they call a blank, and clients have other ones.
        pattern=r"^[^@\x00-\x20\x7f-\xa0]+@[^@\x00-\x20\x7f-\xa0]+$",
        description="Shown to the person and to those who run the platform",
        examples=["mia.schoen@example.org"],
    ),
    AnyLine,
]
Department = Annotated[
    str, Field(max_length=64, description="One of the organisation's list", examples=["sales"])
]
Location = Annotated[
    str, Field(max_length=64, description="One of the organisation's list", examples=["branch"])
]


class PersonIn(InputModel):
    """Somebody to invite."""

    external_id: str | None = Field(
        default=None,
        max_length=LONGEST_EXTERNAL_ID,
        description="What their tokens and the directory call them (`sub`); without it nobody can"
        " sign in as this person yet",
        examples=["mia.schoen"],
    )
    name: PersonName = ""
    email: Email | None = None
    account: AccountKind = Field(
        default="human", description="Programs are left out of every figure about people"
    )
    department: Department | None = None
    location: Location | None = None


class PersonRecordView(OutputModel):
    """What only the person and those who run the platform see."""

    external_id: str | None = Field(
        description="What their tokens and the directory call them", examples=["mia.schoen"]
    )
    status: AccountStatus
    email: str | None
    created_at: datetime
    activated_at: datetime | None = Field(description="The first visit")
    suspended_at: datetime | None
    left_at: datetime | None = Field(description="When they left the organisation")


class PersonView(OutputModel):
    """A person."""

    id: AnswerId
    name: str = Field(examples=["Mia Schön"])
    account: AccountKind
    department: str | None = Field(examples=["sales"])
    location: str | None = Field(examples=["branch"])
    resembles: list[str] | None = Field(
        description="Ids of colleagues whose name can't be told from this one, at most five; null"
        " in answers to an invitation and about the caller"
    )
    record: PersonRecordView | None = Field(
        description="Null for everybody but the person and those who run the platform"
    )
    version: int = Field(examples=[1])


class MembershipView(OutputModel):
    """How a person stands with a group."""

    group_id: AnswerId
    person_id: AnswerId
    standing: MembershipStanding
    role: MemberRole | None = Field(description="Of members")
    since: datetime
    version: int = Field(examples=[1])


class MyMembershipView(OutputModel):
    """How the caller stands with a group."""

    standing: MembershipStanding
    role: MemberRole | None = Field(description="Of members")


class GroupView(OutputModel):
    """A group."""

    id: AnswerId
    kind: GroupKind
    visibility: Visibility
    name: str = Field(examples=["Lunchtime runners"])
    purpose: str
    topics: list[str] = Field(examples=[["running", "health"]])
    member_count: int = Field(
        description="A moment old; that the caller belongs to it is in it at once", examples=[12]
    )
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


def invite_command(request: Request, caller: Principal, body: PersonIn) -> InvitePerson:
    """The command that invites somebody."""
    return invitation(settings_of(request), caller, new_person_id(), body)


def invitation(
    settings: GroupsSettings, caller: Principal, person_id: str, body: PersonIn
) -> InvitePerson:
    """The command that invites somebody under this id."""
    return InvitePerson(
        caller,
        person_id,
        external_id=body.external_id,
        login=None if body.external_id is None else settings.login_of(body.external_id),
        account=body.account,
        profile=Profile(
            name=body.name, email=body.email, department=body.department, location=body.location
        ),
        vocabularies=settings.vocabularies(),
    )


def person_view(person: Person, *, record: bool, resembles: list[str] | None = None) -> PersonView:
    """A person as the caller sees them.

    Args:
        person: The person.
        record: The caller sees what only the person and those who run the platform see.
        resembles: The ids of those whose name looks the same; None where that isn't told.
    """
    profile = person.profile
    return PersonView(
        id=person.id,
        name=profile.name,
        account=person.account,
        department=profile.department,
        location=profile.location,
        resembles=resembles,
        record=PersonRecordView(
            external_id=person.external_id,
            status=person.status,
            email=profile.email,
            created_at=person.created_at,
            activated_at=person.activated_at,
            suspended_at=person.suspended_at,
            left_at=person.left_at,
        )
        if record
        else None,
        version=person.version,
    )


def group_view(details: GroupDetails) -> GroupView:
    """A group as the caller sees it."""
    group = details.group
    return GroupView(
        id=group.id,
        kind=group.kind,
        visibility=group.visibility,
        name=group.name,
        purpose=group.purpose,
        topics=list(group.tags),
        member_count=details.members,
        mine=_my_membership(details),
        resembles=list(details.resembles),
        created_at=group.created_at,
        archived_at=group.archived_at,
        version=group.version,
    )


def _my_membership(details: GroupDetails) -> MyMembershipView | None:
    membership = details.membership
    if details.group.kind == "everyone":
        return MyMembershipView(standing=MembershipStanding.MEMBER, role="member")
    if membership is None or membership.standing is MembershipStanding.FORMER:
        return None
    return MyMembershipView(standing=membership.standing, role=role_of(membership))


def group_etag(view: GroupView) -> str:
    """Its ETag: new with every version, and with whatever else the answer shows."""
    return etag(view.version, view.member_count, view.mine, view.resembles)


def changed_membership(request: Request, result: CommandResult) -> MembershipView:
    """A membership, answered to somebody who has changed it."""
    membership: Membership = result.reply
    set_etag(request, etag(membership.version))
    return membership_view(membership)


def membership_view(membership: Membership) -> MembershipView:
    """A membership as those see it whom it concerns."""
    return MembershipView(
        group_id=membership.group_id,
        person_id=membership.person_id,
        standing=membership.standing,
        role=role_of(membership),
        since=membership.since,
        version=membership.version,
    )


async def page_of_memberships(
    request: Request,
    caller: Principal,
    group_id: str,
    standing: MembershipStanding,
    *,
    paging: Paging,
    view: Callable[[NamedMembership], V],
    role: MemberRole | None = None,
) -> Page[V]:
    """A page of those who stand so with a group, the longest first.

    Args:
        request: The route's request.
        caller: The person who asks for the page.
        group_id: The group.
        standing: Members, those who asked, or the invited.
        paging: Where the page begins and how long it is.
        view: What the client sees of a membership.
        role: Members with this role alone; None for all.
    """
    rows = await list_memberships(
        store_of(request),
        caller,
        group_id,
        standing,
        role=role,
        after=position_of(paging.after),
        limit=paging.limit,
    )
    return paging.page(
        rows, position=lambda row: (row.membership.since, row.membership.id), view=view
    )
