"""What the service does by itself: no person asks, so nothing here checks access."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import msgspec

from services.groups.commands.context import describe
from services.groups.commands.groups import created, described_as, opened
from services.groups.domain.channels import EVERYONE_DISCUSSION, EVERYONE_NEWS, Channel
from services.groups.domain.groups import Group
from services.groups.domain.memberships import Membership, MembershipStanding, membership_id
from services.groups.domain.people import AccountStatus, Person
from shared.audience import EVERYONE
from shared.contract.errors import Category, Refusal
from shared.contract.events import groups as events
from shared.contract.moments import to_milliseconds
from shared.delivery.command import Changes, Entity, Found, Key, Occurred


@dataclass(frozen=True, slots=True)
class EnsureEveryone:
    """Makes the group of everyone with its channels, unless it is there.

    Every process of the service asks for it when it starts. Of two that ask at the same moment one
    conflicts with the other and is decided again, on a group that is there.
    """

    def reads(self, found: Found) -> Iterable[Key]:  # noqa: ARG002 - known from the start
        """The group and its channels."""
        return [(Group, EVERYONE), (Channel, EVERYONE_NEWS), (Channel, EVERYONE_DISCUSSION)]

    def decide(self, found: Found, now: datetime) -> Changes:
        """Never changes what is there: administrators may have renamed it."""
        if found.get(Group, EVERYONE) is not None:
            return Changes()
        moment = to_milliseconds(now)
        group = described_as(
            Group(id=EVERYONE, kind="everyone", visibility="open", name="", created_at=moment),
            name="Everyone",
            purpose="The whole organisation.",
            topics=(),
        )
        channels = (
            Channel(
                id=EVERYONE_NEWS, group_id=EVERYONE, kind="news", name="News", created_at=moment
            ),
            Channel(
                id=EVERYONE_DISCUSSION,
                group_id=EVERYONE,
                kind="discussion",
                name="Discussion",
                created_at=moment,
            ),
        )
        happened = (created(group), *(opened(group, channel) for channel in channels))
        return Changes(put=[group, *channels], events=[Occurred(one) for one in happened])


class SuccessorGone(Refusal):
    """Whoever was to own the group next isn't there any more; ask with another one."""

    category = Category.CONFLICT
    title = "The successor has left the group"


@dataclass(frozen=True, slots=True)
class EndMembership:
    """Ends what an erased person had to do with a group, and leaves no trace of them in it.

    An erasure can't be refused because somebody is the last owner. Ownership then passes to the
    successor; a group in which there is none is archived, and administrators may restore it.

    Attributes:
        successor: Who owns the group next if nobody else does: its longest moderator or member.
    """

    group_id: str
    person_id: str
    successor: str | None = None

    def reads(self, found: Found) -> Iterable[Key]:  # noqa: ARG002
        """The group, the person and the successor."""
        keys: list[Key] = [
            (Group, self.group_id),
            (Person, self.person_id),
            (Membership, membership_id(self.group_id, self.person_id)),
        ]
        if self.successor is not None:
            keys.append((Membership, membership_id(self.group_id, self.successor)))
        return keys

    def decide(self, found: Found, now: datetime) -> Changes:
        """Does nothing unless the person is erased; repeating it changes nothing."""
        person = found.get(Person, self.person_id)
        membership = found.get(Membership, membership_id(self.group_id, self.person_id))
        if membership is None or person is None or person.status is not AccountStatus.ERASED:
            return Changes()
        gone: list[Key] = [(Membership, membership.id)]
        group = found.get(Group, self.group_id)
        if group is None or group.deleted_at is not None:
            return Changes(remove=gone)
        happened: list[events.AboutGroup] = list(_end(group, membership))
        put: list[Entity] = []
        if self.person_id in group.owners:
            put, succession = self._succeed(found, group, now)
            happened += succession
        return Changes(put=put, remove=gone, events=[Occurred(one) for one in happened])

    def _succeed(
        self, found: Found, group: Group, now: datetime
    ) -> tuple[list[Entity], list[events.AboutGroup]]:
        owners = tuple(one for one in group.owners if one != self.person_id)
        version = group.version + 1
        if owners:
            return [msgspec.structs.replace(group, owners=owners, version=version)], []
        if self.successor is None:
            if group.archived_at is not None:
                return [msgspec.structs.replace(group, owners=(), version=version)], []
            archived = msgspec.structs.replace(
                group, owners=(), archived_at=to_milliseconds(now), version=version
            )
            return [archived], [events.GroupArchived(**describe(group))]
        heir = found.get(Membership, membership_id(group.id, self.successor))
        if heir is None or heir.standing is not MembershipStanding.MEMBER:
            raise SuccessorGone
        changed = events.MembershipRoleChanged(
            **describe(group), member=heir.pseudonym, role="owner", previous=heir.role
        )
        return [
            msgspec.structs.replace(group, owners=(heir.person_id,), version=version),
            msgspec.structs.replace(heir, role="owner", version=heir.version + 1),
        ], [changed]


def _end(group: Group, membership: Membership) -> Iterable[events.AboutMembership]:
    if membership.standing is MembershipStanding.MEMBER:
        yield events.MembershipLeft(
            **describe(group),
            member=membership.pseudonym,
            role=membership.role,
            counted=membership.counted,
        )
    elif membership.standing is not MembershipStanding.FORMER:
        yield events.MembershipDeclined(
            **describe(group),
            member=membership.pseudonym,
            role="member",
            invited=membership.standing is MembershipStanding.INVITED,
        )


@dataclass(frozen=True, slots=True)
class FinishErasure:
    """Notes that nothing of an erased person is left in any group, so that nobody looks again."""

    person_id: str

    def reads(self, found: Found) -> Iterable[Key]:  # noqa: ARG002
        """The person."""
        return [(Person, self.person_id)]

    def decide(self, found: Found, now: datetime) -> Changes:  # noqa: ARG002
        """Does nothing unless the person is erased."""
        person = found.get(Person, self.person_id)
        if person is None or person.status is not AccountStatus.ERASED or person.memberships_ended:
            return Changes()
        return Changes(put=[msgspec.structs.replace(person, memberships_ended=True)])


@dataclass(frozen=True, slots=True)
class PropagateSuspension:
    """Has a membership say whether the member is suspended: who is, isn't counted.

    A person may have any number of memberships, so a suspension doesn't write them itself.
    """

    group_id: str
    person_id: str

    def reads(self, found: Found) -> Iterable[Key]:  # noqa: ARG002
        """The group, the person and the membership."""
        return [
            (Group, self.group_id),
            (Person, self.person_id),
            (Membership, membership_id(self.group_id, self.person_id)),
        ]

    def decide(self, found: Found, now: datetime) -> Changes:  # noqa: ARG002
        """Does nothing if it says so already; repeating it changes nothing."""
        group = found.get(Group, self.group_id)
        person = found.get(Person, self.person_id)
        membership = found.get(Membership, membership_id(self.group_id, self.person_id))
        if group is None or group.deleted_at is not None:
            return Changes()
        if (
            person is None or person.status is AccountStatus.ERASED
        ):  # that ends it, see `EndMembership`
            return Changes()
        suspended = person.status is AccountStatus.SUSPENDED
        if membership is None or membership.standing is not MembershipStanding.MEMBER:
            return Changes()
        if membership.suspended == suspended:
            return Changes()
        after = msgspec.structs.replace(
            membership, suspended=suspended, version=membership.version + 1
        )
        kind = events.MembershipSuspended if suspended else events.MembershipReinstated
        event = kind(
            **describe(group),
            member=membership.pseudonym,
            role=membership.role,
            counted=membership.counted or after.counted,
        )
        return Changes(put=[after], events=[Occurred(event)])


@dataclass(frozen=True, slots=True)
class FinishPropagation:
    """Notes that all memberships of a person say whether they are suspended.

    Attributes:
        since: What was seen of the person; after another suspension there is more to do.
    """

    person_id: str
    since: datetime

    def reads(self, found: Found) -> Iterable[Key]:  # noqa: ARG002
        """The person."""
        return [(Person, self.person_id)]

    def decide(self, found: Found, now: datetime) -> Changes:  # noqa: ARG002
        """Does nothing unless it is about the last change."""
        person = found.get(Person, self.person_id)
        if person is None or person.unsettled_since != self.since:
            return Changes()
        return Changes(put=[msgspec.structs.replace(person, unsettled_since=None)])
