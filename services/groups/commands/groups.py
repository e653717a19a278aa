"""Founding groups and what their owners do with them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from services.groups.commands import events
from services.groups.commands.context import enter_group, group_reads
from services.groups.domain.channel import FIRST_CHANNEL, Channel, open_channel
from services.groups.domain.group import Group, GroupNotEmpty, new_group
from services.groups.domain.membership import Membership, admit, check_groups_left, membership_id
from services.groups.domain.person import Person, acting_person
from services.groups.domain.visibility import authorize_in_group, person_resource
from shared.contract.access import Action, NotAllowed, Resource, authorize
from shared.contract.events.vocabulary import GroupKind, Visibility
from shared.contract.principal import Principal
from shared.delivery.command import Changes, Found, Key, Occurred


@dataclass(frozen=True, slots=True)
class CreateGroup:
    """Founds a group: its founder owns it, and a first channel lets them post at once.

    Attributes:
        principal: The founder.
        group_id: The id of the new group.
        channel_id: The id of its first channel.
        kind: The kind of the group; `everyone` is refused.
        visibility: Whether everybody reads it, only knows of it, or neither; see `Group`.
        name: The name of the group; blanks around it are dropped.
        purpose: A text about what people do there; may be empty.
        tags: Words for its subjects, in any spelling.
        groups_left: How many more groups its founder may be in, counted just before.
    """

    principal: Principal
    group_id: str
    channel_id: str
    kind: GroupKind
    visibility: Visibility
    name: str
    purpose: str = ""
    tags: tuple[str, ...] = ()
    groups_left: int = 1

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
        caller = found.get(Person, self.principal.person_id)
        action = Action.CREATE_PILOT if self.kind == "pilot" else Action.CREATE_GROUP
        authorize(self.principal, action, person_resource(caller))
        founder = acting_person(caller)
        check_groups_left(self.groups_left)
        group = new_group(
            self.group_id, self.kind, self.visibility, owner=founder.id, now=now
        ).describe(name=self.name, purpose=self.purpose, tags=self.tags)
        membership, joined = admit(group.id, founder, None, by="founding", now=now)
        channel = open_channel(
            self.channel_id, group.id, kind="discussion", name=FIRST_CHANNEL, now=now
        )
        happened = (
            events.group_created(group),
            events.membership_joined(group, membership, joined),
            events.channel_created(group, channel),
        )
        return Changes(
            reply=group,
            put=[group, membership, channel],
            events=[Occurred(event, self.principal.person_id) for event in happened],
        )

    def shown_reads(self, found: Found, reply: Group) -> Iterable[Key]:  # noqa: ARG002
        """The group, the caller, and their membership by now."""
        return group_reads(reply.id, self.principal)

    def check_shown(self, found: Found, reply: Group) -> None:
        """To whom may read the group."""
        enter_group(found, reply.id, self.principal, Action.READ_GROUP)


@dataclass(frozen=True, slots=True)
class ChangeGroup:
    """Changes what a group says about itself, or who sees it. None leaves a part as it is.

    Attributes:
        name: The new name.
        purpose: The new text about what people do there.
        tags: The new words for its subjects, in any spelling.
        visibility: The new visibility.
        expected: The versions that If-Match allows; None for any.
    """

    principal: Principal
    group_id: str
    name: str | None = None
    purpose: str | None = None
    tags: tuple[str, ...] | None = None
    visibility: Visibility | None = None
    expected: frozenset[int] | None = None

    def reads(self, found: Found) -> Iterable[Key]:  # noqa: ARG002 - known from the start
        """The group, the caller, and the caller's membership."""
        return group_reads(self.group_id, self.principal)

    def decide(self, found: Found, now: datetime) -> Changes:  # noqa: ARG002
        """Replies the group; nothing happens when it already is so."""
        group = enter_group(found, self.group_id, self.principal, Action.CHANGE_GROUP).group
        after = group.change(
            name=self.name,
            purpose=self.purpose,
            tags=self.tags,
            visibility=self.visibility,
            expected=self.expected,
        )
        if after is group:
            return Changes(reply=group)
        changed = Occurred(events.group_changed(after, group), self.principal.person_id)
        return Changes(reply=after, put=[after], events=[changed])


@dataclass(frozen=True, slots=True)
class ArchiveGroup:
    """Makes a group read-only; repeating it changes nothing.

    Attributes:
        expected: The versions that If-Match allows; None for any.
    """

    principal: Principal
    group_id: str
    expected: frozenset[int] | None = None

    def reads(self, found: Found) -> Iterable[Key]:  # noqa: ARG002 - known from the start
        """The group, the caller, and the caller's membership."""
        return group_reads(self.group_id, self.principal)

    def decide(self, found: Found, now: datetime) -> Changes:
        """Replies the group."""
        group = enter_group(found, self.group_id, self.principal, Action.ARCHIVE_GROUP).group
        after = group.archive(now, self.expected)
        if after is group:
            return Changes(reply=group)
        archived = Occurred(events.group_archived(after), self.principal.person_id)
        return Changes(reply=after, put=[after], events=[archived])


@dataclass(frozen=True, slots=True)
class RestoreGroup:
    """Takes an archived group into use again; repeating it changes nothing.

    Attributes:
        expected: The versions that If-Match allows; None for any.
    """

    principal: Principal
    group_id: str
    expected: frozenset[int] | None = None

    def reads(self, found: Found) -> Iterable[Key]:  # noqa: ARG002 - known from the start
        """The group, the caller, and the caller's membership."""
        return group_reads(self.group_id, self.principal)

    def decide(self, found: Found, now: datetime) -> Changes:
        """Replies the group."""
        group = enter_group(found, self.group_id, self.principal, Action.ARCHIVE_GROUP).group
        after = group.restore(now, self.expected)
        if after is group:
            return Changes(reply=group)
        restored = Occurred(events.group_restored(after), self.principal.person_id)
        return Changes(reply=after, put=[after], events=[restored])


@dataclass(frozen=True, slots=True)
class DeleteGroup:
    """Deletes a group. Its document stays, unseen, until a worker has removed what belonged to it.

    Attributes:
        others: Members beside the caller, counted just before. Somebody may join while this is
            decided; a stale answer does no harm, because a group that was empty a moment ago holds
            nothing of theirs.
        expected: The versions that If-Match allows; None for any.
    """

    principal: Principal
    group_id: str
    others: int
    expected: frozenset[int] | None = None

    def reads(self, found: Found) -> Iterable[Key]:  # noqa: ARG002 - known from the start
        """The group, the caller, and the caller's membership."""
        return group_reads(self.group_id, self.principal)

    def decide(self, found: Found, now: datetime) -> Changes:
        """Lets owners delete what is theirs alone, and administrators anything."""
        context = enter_group(found, self.group_id, self.principal, Action.DELETE_EMPTY_GROUP)
        group = context.group
        after = group.delete(now, self.expected)
        if self.others:
            self._check_emptiness(context.resource)
        deleted = Occurred(events.group_deleted(group), self.principal.person_id)
        return Changes(put=[after], events=[deleted])

    def _check_emptiness(self, resource: Resource) -> None:
        try:
            authorize_in_group(self.principal, Action.DELETE_GROUP, resource)
        except NotAllowed as refusal:
            raise GroupNotEmpty("Archive it, or ask an administrator to delete it.") from refusal
