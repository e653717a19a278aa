"""The service's documents: collections, indexes, and reading entities.

Entities are written by the committer. Written here are only the two things that the worker folds
from events: the copy of people, groups and channels (`domain/audience.py`), and the counts
(`Counts`, `CommentCounts`).
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar, TypeVar

import msgspec

from services.posts.domain.audience import Channel, Group, Membership, Person
from services.posts.domain.comment import Comment
from services.posts.domain.engagement import CommentReaction, Engagement
from services.posts.domain.post import Post, PostText, Revision
from shared.audience import EVERYONE
from shared.contract.access import Visibility
from shared.contract.events.vocabulary import ReactionKind
from shared.delivery.command import Entity
from shared.delivery.migrations import Migration
from shared.delivery.mongo import Database, Index, entity
from shared.web.quotas import DailyUse

E = TypeVar("E", bound=Entity)

_NEWEST = (("published_at", -1), ("_id", -1))


def newest_of(*fields: str) -> tuple[tuple[str, int], ...]:
    """The key of an index for a list: its order comes last, so a page is a range of the index."""
    return (*((field, 1) for field in fields), *_NEWEST)


def _list(*fields: str) -> Index:
    return Index(newest_of(*fields), partial={"deleted_at": None})  # deleted ones are in no list


COLLECTIONS: Mapping[str, Sequence[Index]] = {
    # One per question that lists posts. Those without readers are for people who see all there is.
    Post.collection: (
        _list("channel_id"),
        _list("group_id"),
        _list("readers"),
        _list("author_id", "readers"),
        _list("topics", "readers"),
        _list("author_id"),
        _list("topics"),
        _list(),
        # Whose comments are still to be cleared away.
        Index((("clearing_since", 1),), partial={"clearing_since": {"$type": "date"}}),
        # Whose first answer was deleted a moment ago.
        Index(
            (("answer_unsettled_since", 1),),
            partial={"answer_unsettled_since": {"$type": "date"}},
        ),
    ),
    PostText.collection: (),
    Revision.collection: (),
    Comment.collection: (Index((("post_id", 1), ("place", 1))),),
    # Found by id alone: a further index would be paid for with every view.
    Engagement.collection: (),
    CommentReaction.collection: (),
    Person.collection: (),
    # Of a person: their feed, and the groups that a suspension concerns. Of a group: by its id,
    # which those of its memberships begin with.
    Membership.collection: (Index((("person", 1),)),),
    Group.collection: (
        # Whose posts don't say yet who reads them.
        Index((("unsettled_since", 1),), partial={"unsettled_since": {"$type": "date"}}),
        # Whose posts are still to be deleted.
        Index((("clearing_since", 1),), partial={"clearing_since": {"$type": "date"}}),
    ),
    Channel.collection: (),
    "post_counts": (),
    "comment_counts": (),
    # Of days that are over.
    DailyUse.collection: (Index((("expires_at", 1),), expire_after=0),),
}

# From what earlier versions have stored: none yet, every kind has its first version.
MIGRATIONS: Sequence[Migration] = ()


class Counts(Entity, frozen=True, kw_only=True):
    """What is counted beside a post; its id is the post's.

    Attributes:
        reactions: By kind, to the post itself.
        comments: Not deleted, replies included.
        shares: People who have passed it on, however often.
        views: Counted views: at most one per person and day.
        viewers: People who have seen it.
    """

    collection: ClassVar[str] = "post_counts"
    reactions: dict[ReactionKind, int] = msgspec.field(default_factory=dict)
    comments: int = 0
    shares: int = 0
    views: int = 0
    viewers: int = 0


class CommentCounts(Entity, frozen=True, kw_only=True):
    """What is counted beside a comment; its id is the comment's."""

    collection: ClassVar[str] = "comment_counts"
    reactions: dict[ReactionKind, int] = msgspec.field(default_factory=dict)


class Store:
    """The service's database."""

    def __init__(self, database: Database) -> None:
        self.database = database

    async def prepare(self) -> None:
        """Writes down the one group that no event creates."""
        everyone = {"visibility": Visibility.OPEN.value}
        await self.database.update(
            Group.collection,
            [{"q": {"_id": EVERYONE}, "u": {"$set": everyone}, "upsert": True}],
        )

    async def one(self, kind: type[E], entity_id: str) -> E | None:
        """The entity, if it is there."""
        found = await self.database.find_one(kind.collection, {"_id": entity_id})
        return None if found is None else entity(kind, found)

    async def many(self, kind: type[E], ids: Iterable[str]) -> dict[str, E]:
        """Those entities that are there, by id."""
        wanted = {"_id": {"$in": list(ids)}}
        if not wanted["_id"]["$in"]:
            return {}
        found = await self.database.find(kind.collection, wanted)
        return {one["_id"]: entity(kind, one) for one in found}

    async def page(
        self,
        kind: type[E],
        filter: Mapping[str, Any],
        *,
        sort: Sequence[tuple[str, int]] = (),
        limit: int = 0,
        hint: Sequence[tuple[str, int]] = (),
    ) -> list[E]:
        """The first entities of a list, by this index; all of them without a limit."""
        found = await self.database.find(kind.collection, filter, sort=sort, limit=limit, hint=hint)
        return [entity(kind, one) for one in found]
