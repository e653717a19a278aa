"""What services copy of people and groups, as the groups service tells of them by its events.

People are known here by pseudonym, as events name them. A person is one document, and each of their
memberships another: a command reads the one of the group that it is about, in the round in which it
reads the group, and somebody with a thousand groups costs no more than somebody with one.
(Memberships inside of the person were tried first: one read less, but every act of a person in many
groups carried all of them, and at the limit of a document their rights froze.)
The copy is a moment old at most, and a stale answer does no harm: it lets someone in, or keeps
someone out, a moment longer than the group does.
"""

from typing import ClassVar, TypeAlias

from shared.contract.access import GroupRole, Resource, Visibility
from shared.contract.events.envelope import EventData
from shared.contract.events.groups import (
    MembershipJoined,
    MembershipLeft,
    MembershipRemoved,
    MembershipRoleChanged,
)
from shared.contract.events.people import (
    PersonActivated,
    PersonInvited,
    PersonLeft,
    PersonReinstated,
    PersonSuspended,
)
from shared.contract.events.vocabulary import MemberRole, PersonStatus
from shared.delivery.command import Entity

# The built-in group of all active people. Nobody joins it: being active is the membership.
EVERYONE = "00000000-0000-7000-8000-000000000000"

_BARRED = frozenset({"suspended", "left"})

Account: TypeAlias = tuple[PersonStatus, bool]
MembershipTold: TypeAlias = tuple[str, MemberRole | None]


class Person(Entity, frozen=True, kw_only=True):
    """A person, by pseudonym.

    Attributes:
        status: What the last event said; None while nothing but a membership has been heard of.
        human: Not a program with an account: figures about people count only humans.
    """

    collection: ClassVar[str] = "people"
    status: PersonStatus | None = None
    human: bool = True


class Membership(Entity, frozen=True, kw_only=True):
    """That a person belongs to a group; none for `EVERYONE`, where being active is the membership.

    Attributes:
        person: Their pseudonym.
    """

    collection: ClassVar[str] = "memberships"
    group_id: str
    person: str
    role: GroupRole = GroupRole.MEMBER


class Group(Entity, frozen=True, kw_only=True):
    """A group. Until something has been heard of it, it is treated as secret.

    Attributes:
        visibility: Who reads what is in it.
        archived: Read-only.
    """

    collection: ClassVar[str] = "groups"
    visibility: Visibility = Visibility.SECRET
    archived: bool = False


def membership_id(group_id: str, pseudonym: str) -> str:
    """The id of a person's membership.

    The group's id comes first: it has no colon, so the first one ends it, whatever the pseudonym
    is made of.
    """
    return f"{group_id}:{pseudonym}"


def is_active(person: Person | None) -> bool:
    """Whether the person takes part in the platform."""
    return person is not None and person.status == "active"


def is_barred(person: Person | None) -> bool:
    """Whether the person was suspended or has left; a token outlives that for a while."""
    return person is not None and person.status in _BARRED


def content_in(
    group_id: str,
    group: Group | None,
    person: Person | None,
    role: GroupRole | None,
    *,
    own: bool = False,
) -> Resource:
    """What access to something in a group depends on, for this person.

    Args:
        group_id: The group it is in.
        group: What is known of it.
        person: What is known of who asks.
        role: Theirs in the group.
        own: The thing is theirs.
    """
    everyone = group_id == EVERYONE
    visibility = Visibility.SECRET if group is None else group.visibility
    return Resource(
        visibility=Visibility.OPEN if everyone else visibility,
        content=True,
        everyone=everyone and is_active(person),
        role=role,
        suspended=is_barred(person),
        own=own,
    )


def account_told(data: EventData) -> Account | None:
    """The status that an event gives a person, and whether it is a human being; None for others."""
    status: PersonStatus
    match data:
        case PersonInvited():
            status = "invited"
        case PersonActivated():
            status = "active"
        case PersonSuspended():
            status = "suspended"
        case PersonReinstated():
            status = data.status
        case PersonLeft():
            status = "left"
        case _:
            return None
    return status, data.account == "human"


def membership_told(data: EventData) -> MembershipTold | None:
    """Whose membership an event changes, and their role since; None for a role that has ended."""
    match data:
        case MembershipJoined() | MembershipRoleChanged():
            return data.member, data.role
        case MembershipLeft() | MembershipRemoved():
            return data.member, None
        case _:
            return None
