"""Events about groups, their channels and memberships. Emitted by the groups service.

Every one carries the group's kind and visibility, so that a reader needs no join. The group of all
people has the kind `everyone`; nobody joins or leaves it.
"""

import msgspec

from shared.contract.events.envelope import EventData
from shared.contract.events.topics import GROUPS
from shared.contract.events.vocabulary import (
    ChannelKind,
    Count,
    GroupKind,
    GroupStatus,
    Id,
    JoinedBy,
    MemberRole,
    PersonId,
    TagWord,
    Visibility,
)


class AboutGroup(EventData, frozen=True, kw_only=True):
    """What every event of this topic says.

    Attributes:
        group_id: The group.
        group_kind: The kind of the group.
        visibility: Who can see it, at the time of the event (for `group.changed`: after it).
    """

    topic = GROUPS
    subject_field = "group_id"
    key_field = "group_id"

    group_id: Id
    group_kind: GroupKind
    visibility: Visibility


class GroupState(msgspec.Struct, frozen=True, kw_only=True):
    """What of a group can change and others rely on.

    Attributes:
        visibility: How much outsiders see of the group.
        topics: The group's topics, normalised.
        required_guideline: Version of the guideline that members have to acknowledge before they
            post; null: none.
    """

    visibility: Visibility
    topics: tuple[TagWord, ...]
    required_guideline: Count | None


class GroupCreated(AboutGroup, frozen=True, kw_only=True):
    """A group was founded. Its founder's membership follows as `membership.joined`.

    Attributes:
        topics: The group's topics, normalised.
        required_guideline: Version that members have to acknowledge before they post; null: none.
    """

    type = "mitmach.group.created"

    topics: tuple[TagWord, ...]
    required_guideline: Count | None


class GroupChanged(AboutGroup, frozen=True, kw_only=True):
    """Something about a group changed.

    Also sent when it was only its description; `previous` then equals the rest.

    Attributes:
        topics: The group's topics from now on, normalised.
        required_guideline: Version that members have to acknowledge before they post; null: none.
        previous: The state before.
    """

    type = "mitmach.group.changed"

    topics: tuple[TagWord, ...]
    required_guideline: Count | None
    previous: GroupState


class GroupArchived(AboutGroup, frozen=True, kw_only=True):
    """A group is read-only from now on."""

    type = "mitmach.group.archived"


class GroupRestored(AboutGroup, frozen=True, kw_only=True):
    """An archived group is in use again."""

    type = "mitmach.group.restored"


class GroupDeleted(AboutGroup, frozen=True, kw_only=True):
    """A group is gone, its channels and memberships with it: no event for each of these.

    Each of its posts is told of by a `post.deleted` of its own, a moment later.

    Attributes:
        previous: The status before.
    """

    type = "mitmach.group.deleted"

    previous: GroupStatus


class AboutChannel(AboutGroup, frozen=True, kw_only=True):
    """What every event about a channel says.

    Attributes:
        channel_id: The channel.
        channel_kind: Its kind (for `channel.changed`: after it).
    """

    subject_field = "channel_id"

    channel_id: Id
    channel_kind: ChannelKind


class ChannelCreated(AboutChannel, frozen=True, kw_only=True):
    """A channel was opened in a group."""

    type = "mitmach.channel.created"


class ChannelChanged(AboutChannel, frozen=True, kw_only=True):
    """Something about a channel changed; also sent when it was only its description.

    Attributes:
        previous: The kind before.
    """

    type = "mitmach.channel.changed"

    previous: ChannelKind


class ChannelArchived(AboutChannel, frozen=True, kw_only=True):
    """A channel is read-only from now on."""

    type = "mitmach.channel.archived"


class AboutMembership(AboutGroup, frozen=True, kw_only=True):
    """What every event about a membership says. A person has at most one in a group.

    Attributes:
        member: The id of the person whose membership it is.
        role: The one they have, will have when they accept, or had when it ended.
    """

    member: PersonId
    role: MemberRole


class MembershipRequested(AboutMembership, frozen=True, kw_only=True):
    """A person asked to be let into a closed group."""

    type = "mitmach.membership.requested"


class MembershipInvited(AboutMembership, frozen=True, kw_only=True):
    """A person was invited into a group."""

    type = "mitmach.membership.invited"


class CountedMembership(AboutMembership, frozen=True, kw_only=True):
    """What every event says that changes who is counted among a group's members.

    Those are human beings whose account is active: whoever adds up what began (joined, reinstated)
    and takes off what ended (left, removed, suspended), each with `counted`, has their number.

    Attributes:
        counted: They are counted from now on, or were until now. Programs never are, and members
            who are suspended are when they are reinstated.
    """

    counted: bool


class MembershipJoined(CountedMembership, frozen=True, kw_only=True):
    """A person is a member from now on.

    Attributes:
        joined_by: The way in: founded, joined, let in, invited, or put there.
        first_join: They never were a member of this group before.
    """

    type = "mitmach.membership.joined"

    joined_by: JoinedBy
    first_join: bool


class MembershipDeclined(AboutMembership, frozen=True, kw_only=True):
    """A request or an invitation came to nothing, by the group's or the person's decision.

    Attributes:
        invited: It was an invitation; else a request.
    """

    type = "mitmach.membership.declined"

    invited: bool


class MembershipLeft(CountedMembership, frozen=True, kw_only=True):
    """A member left, by their own decision or with the organisation."""

    type = "mitmach.membership.left"


class MembershipRemoved(CountedMembership, frozen=True, kw_only=True):
    """A member was removed by somebody else."""

    type = "mitmach.membership.removed"


class MembershipRoleChanged(AboutMembership, frozen=True, kw_only=True):
    """A member has another role from now on.

    Attributes:
        previous: The role before.
    """

    type = "mitmach.membership.role_changed"

    previous: MemberRole


class MembershipSuspended(CountedMembership, frozen=True, kw_only=True):
    """A member was suspended or has left: they stay a member, and can't act as one."""

    type = "mitmach.membership.suspended"


class MembershipReinstated(CountedMembership, frozen=True, kw_only=True):
    """A suspended member is active again, or one is back who had left."""

    type = "mitmach.membership.reinstated"
