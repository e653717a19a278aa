"""What commands about a group share: who asks, and how they stand in front of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple, TypedDict

from services.groups.domain.groups import Group, existing
from services.groups.domain.memberships import Membership, membership_id
from services.groups.domain.people import Person
from services.groups.domain.visibility import authorize_on, in_front_of
from shared.contract.access import Action, Resource
from shared.contract.events.vocabulary import GroupKind, Visibility
from shared.contract.principal import Principal
from shared.delivery.command import Found, Key


class Described(TypedDict):
    """What all events about a group have in common."""

    group_id: str
    group_kind: GroupKind
    visibility: Visibility


def describe(group: Group) -> Described:
    """The fields of every event about this group."""
    return Described(group_id=group.id, group_kind=group.kind, visibility=group.visibility)


class Stand(NamedTuple):
    """A person in front of a group.

    Attributes:
        group: The group; it exists.
        person: Who asks; None if only their token is known.
        membership: Theirs, whatever has become of it.
        facts: What access depends on.
    """

    group: Group
    person: Person | None
    membership: Membership | None
    facts: Resource


@dataclass(frozen=True, slots=True)
class OnGroup:
    """A command about a group and the caller's own part in it."""

    principal: Principal
    group_id: str

    def reads(self, found: Found) -> Iterable[Key]:  # noqa: ARG002 - known from the start
        """The group, who asks, and how they stand with it."""
        me = self.principal.person_id
        return [
            (Group, self.group_id),
            (Person, me),
            (Membership, membership_id(self.group_id, me)),
        ]

    def stand(self, found: Found, action: Action, *, inside: bool = False) -> Stand:
        """Where the caller stands, if they may do this.

        Args:
            found: What was read.
            action: What they want.
            inside: It is about what is in the group (a channel), not the group itself: outsiders
                of a closed group may not know that it is there.

        Raises:
            GroupNotFound: There is no such group, or they may not know.
            NotAllowed: They may not do this.
        """
        me = self.principal.person_id
        group = existing(found.get(Group, self.group_id))
        person = found.get(Person, me)
        membership = found.get(Membership, membership_id(self.group_id, me))
        facts = in_front_of(group, person, membership, inside=inside)
        authorize_on(self.principal, action, facts)
        return Stand(group, person, membership, facts)


@dataclass(frozen=True, slots=True)
class OnMember(OnGroup):
    """A command about somebody's part in a group, mostly somebody else's."""

    person_id: str

    def reads(self, found: Found) -> Iterable[Key]:
        """The group, both people, and how each stands with it."""
        return [
            *OnGroup.reads(self, found),
            (Person, self.person_id),
            (Membership, membership_id(self.group_id, self.person_id)),
        ]

    def theirs(self, found: Found) -> Membership | None:
        """How the other person stands with the group."""
        return found.get(Membership, membership_id(self.group_id, self.person_id))
