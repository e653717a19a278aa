"""Groups: what people gather in, and who answers for it.

**A group is never without an owner.** Two owners may leave at the same time, on two servers. Each
of them would see the other still there, because a transaction reads a snapshot; what saves the
group is that the owners stand in the group's own document, and that every change of ownership
rewrites it. Two transactions that write the same document can't both commit: the second one is
decided again, on what the first has left behind.

Rejected: counting the memberships with the role `owner`. They are different documents, so both
transactions would commit, and nobody would be left.

What a method returns is the group afterwards: the same object where nothing changes.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import ClassVar

import msgspec

from services.groups.domain.confusables import skeleton
from services.groups.domain.search import search_words
from shared.contract.errors import Category, Refusal
from shared.contract.events.vocabulary import GroupKind, Visibility
from shared.contract.moments import to_milliseconds
from shared.contract.refusals import GroupIsArchived, GroupNotFound
from shared.contract.tags import normalise_tags
from shared.contract.texts import says_something
from shared.delivery.command import Entity

LONGEST_NAME = 100
LONGEST_PURPOSE = 2000
# The list stands in the group's document, which is read by every join. More owners than this means
# that nobody feels responsible.
MOST_OWNERS = 20


class GroupChangedMeanwhile(Refusal):
    """If-Match named another version."""

    category = Category.STALE
    title = "The group has changed since you read it"


class GroupIsBuiltIn(Refusal):
    """The group of everyone: nobody founds, leaves, closes or deletes it."""

    category = Category.CONFLICT
    title = "This isn't possible with the group of everyone"


class GroupNotEmpty(Refusal):
    """An owner wants to delete a group that others belong to."""

    category = Category.CONFLICT
    title = "The group still has other members"


class GroupNameEmpty(Refusal):
    """The name shows nothing: it is empty, or made of blanks."""

    category = Category.INVALID
    title = "A group needs a name"


class LastOwner(Refusal):
    """Nobody would answer for the group."""

    category = Category.CONFLICT
    title = "A group needs an owner"


class TooManyOwners(Refusal):
    """The group has `MOST_OWNERS` owners."""

    category = Category.CONFLICT
    title = "The group has as many owners as it can have"


class Group(Entity, frozen=True, kw_only=True):
    """A group of people, with what outsiders see of it.

    Attributes:
        kind: The kind, such as `community`; `everyone` is the built-in group of all.
        visibility: `open`: everybody reads and joins; `closed`: everybody sees that it exists, and
            members let others in; `secret`: only members and the invited know of it.
        name: The name, without blanks around it.
        purpose: A text about what people do there.
        tags: Words for its subjects, normalised; stored as `topics`.
        owners: The person ids of its owners, longest first. Empty only for the group of everyone,
            for a group whose last owner was erased, and once deleted.
        words: The words of name, purpose and tags, for the search.
        skeleton: What names that can't be told apart have in common, see `confusables.py`; stored
            as `look`.
        created_at: The time of the founding.
        archived_at: Read-only since then.
        restored_at: When it was last put to use again; None: never.
        deleted_at: Gone for everybody since then; the document stays until a worker has removed
            what belonged to it.
        version: Counts changes of what is shown, from 1.
    """

    collection: ClassVar[str] = "groups"
    kind: GroupKind
    visibility: Visibility
    name: str
    purpose: str = ""
    tags: tuple[str, ...] = msgspec.field(default=(), name="topics")
    owners: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    skeleton: str = msgspec.field(default="", name="look")
    created_at: datetime
    archived_at: datetime | None = None
    restored_at: datetime | None = None
    deleted_at: datetime | None = None
    version: int = 1

    @property
    def holds_since(self) -> datetime | None:
        """Since when it is there, read-only, in use again, or gone."""
        return self.deleted_at or self.archived_at or self.restored_at or self.created_at

    def check_version(self, expected: frozenset[int] | None) -> None:
        """Raises `GroupChangedMeanwhile` unless this version is expected; None expects any."""
        if expected is not None and self.version not in expected:
            raise GroupChangedMeanwhile("Read it again, and repeat it if it is still wanted.")

    def check_in_use(self) -> None:
        """Raises `GroupIsArchived` for a group that is read-only."""
        if self.archived_at is not None:
            raise GroupIsArchived("Restore it first.")

    def check_not_built_in(self, detail: str) -> None:
        """Raises `GroupIsBuiltIn` with this detail for the group of everyone."""
        if self.kind == "everyone":
            raise GroupIsBuiltIn(detail)

    def describe(self, *, name: str, purpose: str, tags: Iterable[str]) -> "Group":
        """The group with this description, and found by it.

        Raises:
            GroupNameEmpty: There is nothing to read in the name.
            TagInvalid: A tag can't be used, or there are too many.
        """
        name = name.strip()
        if not says_something(name):
            raise GroupNameEmpty("Give it a name that people will recognise.")
        normal = normalise_tags(tags)
        return msgspec.structs.replace(
            self,
            name=name,
            purpose=purpose.strip(),
            tags=normal,
            words=search_words(name, *normal, purpose),
            skeleton=skeleton(name),
        )

    def change(
        self,
        *,
        name: str | None = None,
        purpose: str | None = None,
        tags: Iterable[str] | None = None,
        visibility: Visibility | None = None,
        expected: frozenset[int] | None = None,
    ) -> "Group":
        """The group with another description or visibility; None leaves a part as it is.

        Raises:
            GroupIsArchived: It is read-only.
            GroupChangedMeanwhile: Its version isn't expected.
            GroupIsBuiltIn: The group of everyone would be closed.
            GroupNameEmpty: There is nothing to read in the name.
            TagInvalid: A tag can't be used, or there are too many.
        """
        self.check_in_use()
        self.check_version(expected)
        if visibility is None:
            visibility = self.visibility
        if visibility != self.visibility:
            self.check_not_built_in("It stays open: everybody belongs to it.")
        after = msgspec.structs.replace(self, visibility=visibility).describe(
            name=self.name if name is None else name,
            purpose=self.purpose if purpose is None else purpose,
            tags=self.tags if tags is None else tags,
        )
        return self if after == self else msgspec.structs.replace(after, version=self.version + 1)

    def archive(self, now: datetime, expected: frozenset[int] | None = None) -> "Group":
        """The group, read-only from now on.

        Raises:
            GroupIsBuiltIn: The group of everyone.
            GroupChangedMeanwhile: Its version isn't expected.
        """
        self.check_not_built_in("It is there as long as there are people.")
        if self.archived_at is not None:
            return self
        self.check_version(expected)
        archived_at = to_milliseconds(now)
        return msgspec.structs.replace(self, archived_at=archived_at, version=self.version + 1)

    def restore(self, now: datetime, expected: frozenset[int] | None = None) -> "Group":
        """The group, in use again.

        Raises:
            GroupChangedMeanwhile: Its version isn't expected.
        """
        if self.archived_at is None:
            return self
        self.check_version(expected)
        return msgspec.structs.replace(
            self, archived_at=None, restored_at=to_milliseconds(now), version=self.version + 1
        )

    def delete(self, now: datetime, expected: frozenset[int] | None = None) -> "Group":
        """The group, gone for everybody from now on.

        Raises:
            GroupChangedMeanwhile: Its version isn't expected.
            GroupIsBuiltIn: The group of everyone.
        """
        self.check_version(expected)
        self.check_not_built_in("It is there as long as there are people.")
        deleted_at = to_milliseconds(now)
        return msgspec.structs.replace(
            self, owners=(), deleted_at=deleted_at, version=self.version + 1
        )

    def add_owner(self, person_id: str) -> "Group":
        """The group with one owner more; raises `TooManyOwners` when the list is full."""
        if person_id in self.owners:
            return self
        if len(self.owners) >= MOST_OWNERS:
            raise TooManyOwners(f"A group has at most {MOST_OWNERS} owners.")
        return self._owned_by(*self.owners, person_id)

    def remove_owner(self, person_id: str) -> "Group":
        """The group without this owner; raises `LastOwner` when nobody would be left."""
        if person_id not in self.owners:
            return self
        others = [owner for owner in self.owners if owner != person_id]
        if not others:
            raise LastOwner("Make somebody else an owner first, or delete the group.")
        return self._owned_by(*others)

    def pass_to(self, successor: str | None, now: datetime) -> "Group":
        """The group after its last owner was erased, which can't be refused.

        Args:
            successor: The person id of the next owner. None where the group has nobody left: it is
                archived then, and administrators may restore it.
            now: The time of the archival.
        """
        if successor is not None:
            return self._owned_by(successor)
        archived_at = self.archived_at or to_milliseconds(now)
        return msgspec.structs.replace(
            self, owners=(), archived_at=archived_at, version=self.version + 1
        )

    def _owned_by(self, *owners: str) -> "Group":
        return msgspec.structs.replace(self, owners=owners, version=self.version + 1)


def new_group(
    group_id: str, kind: GroupKind, visibility: Visibility, *, owner: str, now: datetime
) -> Group:
    """A new group, still to be described.

    Args:
        group_id: The id that the group gets.
        kind: The kind of the group.
        visibility: Whether everybody reads it, only knows of it, or neither.
        owner: The person id of its founder.
        now: The time of the founding, UTC.

    Raises:
        GroupIsBuiltIn: The kind is `everyone`.
    """
    group = Group(
        id=group_id,
        kind=kind,
        visibility=visibility,
        name="",
        owners=(owner,),
        created_at=to_milliseconds(now),
    )
    group.check_not_built_in("There is one, and it is enough.")
    return group


def existing_group(group: Group | None) -> Group:
    """The group, unless there is none or not any more: then raises `GroupNotFound`."""
    if group is None or group.deleted_at is not None:
        raise GroupNotFound
    return group
