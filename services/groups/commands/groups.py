"""Founding groups and what their owners do with them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import msgspec

from services.groups.commands.context import OnGroup, describe
from services.groups.domain.channels import FIRST_CHANNEL, Channel
from services.groups.domain.confusables import skeleton
from services.groups.domain.groups import (
    Group,
    GroupNameEmpty,
    GroupNotEmpty,
    in_use,
    not_built_in,
    unchanged,
)
from services.groups.domain.memberships import (
    Membership,
    MembershipStanding,
    check_room,
    membership_id,
)
from services.groups.domain.people import Person, acting
from services.groups.domain.search import search_words
from services.groups.domain.visibility import about
from shared.contract.access import Action, NotAllowed, authorize
from shared.contract.events import groups as events
from shared.contract.events.vocabulary import GroupKind, Visibility
from shared.contract.moments import to_milliseconds
from shared.contract.principal import Principal
from shared.contract.tags import normalise_tags
from shared.contract.texts import says_something
from shared.delivery.command import Changes, Found, Key, Occurred


def created(group: Group) -> events.GroupCreated:
    """That a group is there from now on."""
    return events.GroupCreated(**describe(group), topics=group.topics, required_guideline=None)


def opened(group: Group, channel: Channel) -> events.ChannelCreated:
    """That a channel is there from now on."""
    return events.ChannelCreated(
        **describe(group), channel_id=channel.id, channel_kind=channel.kind
    )


@dataclass(frozen=True, slots=True)
class CreateGroup:
    """Founds a group: its founder owns it, and a first channel lets them post at once.

    Attributes:
        group_id: Of the new group.
        channel_id: Of its first channel.
        left: How many more groups its founder may be in, counted just before.
    """

    principal: Principal
    group_id: str
    channel_id: str
    kind: GroupKind
    visibility: Visibility
    name: str
    purpose: str = ""
    topics: tuple[str, ...] = ()
    left: int = 1

    def reads(self, found: Found) -> Iterable[Key]:  # noqa: ARG002 - known from the start
        """The founder, and what will be written."""
        return (
            (Person, self.principal.person_id),
            (Group, self.group_id),
            (Channel, self.channel_id),
            (Membership, membership_id(self.group_id, self.principal.person_id)),
        )

    def decide(self, found: Found, now: datetime) -> Changes:
        """Replies the group."""
        person = found.get(Person, self.principal.person_id)
        pilot = self.kind == "pilot"
        authorize(
            self.principal, Action.CREATE_PILOT if pilot else Action.CREATE_GROUP, about(person)
        )
        founder = acting(person)
        check_room(self.left)
        moment = to_milliseconds(now)
        group = described_as(
            Group(
                id=self.group_id,
                kind=self.kind,
                visibility=self.visibility,
                name="",
                owners=(founder.id,),
                created_at=moment,
            ),
            name=self.name,
            purpose=self.purpose,
            topics=self.topics,
        )
        not_built_in(group, "There is one, and it is enough.")
        channel = Channel(
            id=self.channel_id,
            group_id=group.id,
            kind="discussion",
            name=FIRST_CHANNEL,
            created_at=moment,
        )
        membership = Membership(
            id=membership_id(group.id, founder.id),
            group_id=group.id,
            person_id=founder.id,
            pseudonym=self.principal.pseudonym,
            standing=MembershipStanding.MEMBER,
            since=moment,
            role="owner",
            was_member=True,
            account=founder.account,
        )
        joined = events.MembershipJoined(
            **describe(group),
            member=self.principal.pseudonym,
            role="owner",
            joined_by="founding",
            first_join=True,
            counted=membership.counted,
        )
        happened = (created(group), joined, opened(group, channel))
        return Changes(
            reply=group,
            put=[group, membership, channel],
            events=[Occurred(one, self.principal.pseudonym) for one in happened],
        )


def described_as(group: Group, *, name: str, purpose: str, topics: Iterable[str]) -> Group:
    """The group with these words, and found by them.

    Raises:
        GroupNameEmpty: There is nothing to read in the name.
        TagInvalid: Of the topics.
    """
    name = name.strip()
    if not says_something(name):
        raise GroupNameEmpty("Give it a name that people will recognise.")
    normal = normalise_tags(topics)
    return msgspec.structs.replace(
        group,
        name=name,
        purpose=purpose.strip(),
        topics=normal,
        words=search_words(name, *normal, purpose),
        look=skeleton(name),
    )


@dataclass(frozen=True, slots=True)
class ChangeGroup(OnGroup):
    """Changes what a group says about itself, or who sees it. None leaves a part as it is.

    Attributes:
        expected: The versions that If-Match allows; None for any.
    """

    name: str | None = None
    purpose: str | None = None
    topics: tuple[str, ...] | None = None
    visibility: Visibility | None = None
    expected: frozenset[int] | None = None

    def decide(self, found: Found, now: datetime) -> Changes:  # noqa: ARG002
        """Replies the group; nothing happens when it already is so."""
        group = unchanged(in_use(self.stand(found, Action.CHANGE_GROUP).group), self.expected)
        visibility = group.visibility if self.visibility is None else self.visibility
        if visibility != group.visibility:
            not_built_in(group, "It stays open: everybody belongs to it.")
        after = described_as(
            msgspec.structs.replace(group, visibility=visibility),
            name=group.name if self.name is None else self.name,
            purpose=group.purpose if self.purpose is None else self.purpose,
            topics=group.topics if self.topics is None else self.topics,
        )
        if after == group:
            return Changes(reply=group)
        after = msgspec.structs.replace(after, version=group.version + 1)
        changed = events.GroupChanged(
            **describe(after),
            topics=after.topics,
            required_guideline=None,
            previous=events.GroupState(
                visibility=group.visibility, topics=group.topics, required_guideline=None
            ),
        )
        return Changes(
            reply=after, put=[after], events=[Occurred(changed, self.principal.pseudonym)]
        )


@dataclass(frozen=True, slots=True)
class ArchiveGroup(OnGroup):
    """Makes a group read-only; repeating it changes nothing.

    Attributes:
        expected: The versions that If-Match allows; None for any.
    """

    expected: frozenset[int] | None = None

    def decide(self, found: Found, now: datetime) -> Changes:
        """Replies the group."""
        group = self.stand(found, Action.ARCHIVE_GROUP).group
        not_built_in(group, "It is there as long as there are people.")
        if group.archived_at is not None:
            return Changes(reply=group)
        unchanged(group, self.expected)
        after = msgspec.structs.replace(
            group, archived_at=to_milliseconds(now), version=group.version + 1
        )
        archived = events.GroupArchived(**describe(group))
        return Changes(
            reply=after, put=[after], events=[Occurred(archived, self.principal.pseudonym)]
        )


@dataclass(frozen=True, slots=True)
class RestoreGroup(OnGroup):
    """Takes an archived group into use again; repeating it changes nothing.

    Attributes:
        expected: The versions that If-Match allows; None for any.
    """

    expected: frozenset[int] | None = None

    def decide(self, found: Found, now: datetime) -> Changes:  # noqa: ARG002
        """Replies the group."""
        group = self.stand(found, Action.ARCHIVE_GROUP).group
        if group.archived_at is None:
            return Changes(reply=group)
        unchanged(group, self.expected)
        after = msgspec.structs.replace(group, archived_at=None, version=group.version + 1)
        restored = events.GroupRestored(**describe(group))
        return Changes(
            reply=after, put=[after], events=[Occurred(restored, self.principal.pseudonym)]
        )


@dataclass(frozen=True, slots=True)
class DeleteGroup(OnGroup):
    """Deletes a group. Its document stays, unseen, until a worker has removed what belonged to it.

    Attributes:
        others: Members beside the caller, counted just before. Somebody may join while this is
            decided; a stale answer does no harm, because a group that was empty a moment ago holds
            nothing of theirs.
        expected: The versions that If-Match allows; None for any.
    """

    others: int
    expected: frozenset[int] | None = None

    def decide(self, found: Found, now: datetime) -> Changes:
        """Lets owners delete what is theirs alone, and administrators anything."""
        group = unchanged(self.stand(found, Action.DELETE_EMPTY_GROUP).group, self.expected)
        not_built_in(group, "It is there as long as there are people.")
        if self.others:
            self._check_emptiness(found)
        gone = msgspec.structs.replace(
            group, owners=(), deleted_at=to_milliseconds(now), version=group.version + 1
        )
        deleted = events.GroupDeleted(
            **describe(group), previous="active" if group.archived_at is None else "archived"
        )
        return Changes(put=[gone], events=[Occurred(deleted, self.principal.pseudonym)])

    def _check_emptiness(self, found: Found) -> None:
        try:
            self.stand(found, Action.DELETE_GROUP)
        except NotAllowed as refusal:
            raise GroupNotEmpty("Archive it, or ask an administrator to delete it.") from refusal
