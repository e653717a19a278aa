"""Groups: what people gather in, and who answers for it.

**A group is never without an owner.** Two owners may leave at the same time, on two servers. Each
of them would see the other still there, because a transaction reads a snapshot; what saves the
group is that the owners stand in the group's own document, and that every change of ownership
rewrites it. Two transactions that write the same document can't both commit: the second one is
decided again, on what the first has left behind.

Rejected: counting the memberships with the role `owner`. They are different documents, so both
transactions would commit, and nobody would be left.
"""

from datetime import datetime
from typing import ClassVar

from shared.contract.errors import Category, Refusal
from shared.contract.events.vocabulary import GroupKind, Visibility
from shared.contract.refusals import GroupIsArchived, GroupNotFound
from shared.delivery.command import Entity

LONGEST_NAME = 100
LONGEST_PURPOSE = 2000
# The list stands in the group's document, which is read by every join. More owners than this means
# that nobody feels responsible.
MOST_OWNERS = 20


class Group(Entity, frozen=True, kw_only=True):
    """A group.

    Attributes:
        visibility: `open`: everybody reads and joins; `closed`: everybody sees that it exists, and
            members let others in; `secret`: only members and the invited know of it.
        owners: The person ids of its owners, longest first. Empty only for the group of everyone,
            for a group whose last owner was erased, and once deleted.
        words: The words of name, purpose and topics, for the search.
        look: What names that can't be told apart have in common, see `lookalikes.py`.
        archived_at: Read-only since then.
        deleted_at: Gone for everybody since then; the document stays until a worker has removed
            what belonged to it.
        version: Counts changes of what is shown, from 1.
    """

    collection: ClassVar[str] = "groups"
    kind: GroupKind
    visibility: Visibility
    name: str
    purpose: str = ""
    topics: tuple[str, ...] = ()
    owners: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    look: str = ""
    created_at: datetime
    archived_at: datetime | None = None
    deleted_at: datetime | None = None
    version: int = 1


class GroupChangedMeanwhile(Refusal):
    """If-Match named another version."""

    category = Category.STALE
    title = "The group has changed since you read it"


class GroupIsBuiltIn(Refusal):
    """The group of everyone."""

    category = Category.CONFLICT
    title = "This isn't possible with the group of everyone"


class GroupNotEmpty(Refusal):
    """There are others in it."""

    category = Category.CONFLICT
    title = "The group still has other members"


class GroupNameEmpty(Refusal):
    """Nothing to call it by."""

    category = Category.INVALID
    title = "A group needs a name"


class LastOwner(Refusal):
    """Nobody would answer for the group."""

    category = Category.CONFLICT
    title = "A group needs an owner"


class TooManyOwners(Refusal):
    """The list is full."""

    category = Category.CONFLICT
    title = "The group has as many owners as it can have"


def existing(group: Group | None) -> Group:
    """The group, unless there is none or not any more: then raises `GroupNotFound`."""
    if group is None or group.deleted_at is not None:
        raise GroupNotFound
    return group


def unchanged(group: Group, expected: frozenset[int] | None) -> Group:
    """The group, unless If-Match named other versions (None: any will do).

    Raises:
        GroupChangedMeanwhile: It is none of those.
    """
    if expected is not None and group.version not in expected:
        raise GroupChangedMeanwhile("Read it again, and repeat it if it is still wanted.")
    return group


def in_use(group: Group) -> Group:
    """The group, unless it is archived: then raises `GroupIsArchived`."""
    if group.archived_at is not None:
        raise GroupIsArchived("Restore it first.")
    return group


def not_built_in(group: Group, detail: str) -> Group:
    """The group, unless it is the one of everyone: then raises `GroupIsBuiltIn` with the detail."""
    if group.kind == "everyone":
        raise GroupIsBuiltIn(detail)
    return group


def with_owner(owners: tuple[str, ...], person_id: str) -> tuple[str, ...]:
    """The owners and this person; raises `TooManyOwners` when the list is full."""
    if person_id in owners:
        return owners
    if len(owners) >= MOST_OWNERS:
        raise TooManyOwners(f"A group has at most {MOST_OWNERS} owners.")
    return (*owners, person_id)


def without_owner(owners: tuple[str, ...], person_id: str) -> tuple[str, ...]:
    """The owners without this person; raises `LastOwner` when nobody would be left."""
    left = tuple(one for one in owners if one != person_id)
    if len(left) < len(owners) and not left:
        raise LastOwner("Make somebody else an owner first, or delete the group.")
    return left
