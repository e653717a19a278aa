"""The service's documents: collections, their indexes, and what is counted beside posts.

Entities are read through `shared.delivery.mongo.EntityStore`, and written by the committer; but for
the two things that the worker folds from events: the copy of people, groups and channels
(`domain/audience.py`), and the counts (`domain/counts.py`).
"""

from collections.abc import Mapping, Sequence
from typing import Any

from services.posts.domain.arrivals import RecentArrivals
from services.posts.domain.audience import Channel, Group, Membership, Person
from services.posts.domain.comment import Comment
from services.posts.domain.counts import CommentCounts, PostCounts
from services.posts.domain.engagement import CommentReaction, Engagement
from services.posts.domain.post import Post, PostRevision, PostText
from shared.audience import EVERYONE, ErasedPerson
from shared.contract.access import Visibility
from shared.delivery.migrations import Migration
from shared.delivery.mongo import Database, Index
from shared.web.quotas import DailyUse

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
        _list("author", "readers"),
        _list("topics", "readers"),
        _list("author"),
        # Of whoever was erased: deleted posts too.
        Index((("author", 1),)),
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
    PostRevision.collection: (),
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
    RecentArrivals.collection: (),
    # Who is still to be forgotten.
    ErasedPerson.collection: (Index((("noted_at", 1),), partial={"person": {"$type": "string"}}),),
    PostCounts.collection: (),
    CommentCounts.collection: (),
    # Of days that are over.
    DailyUse.collection: (Index((("expires_at", 1),), expire_after=0),),
}

# From what earlier versions have stored: none yet, every kind has its first version.
MIGRATIONS: Sequence[Migration] = ()

# From before the first release, when the identity provider's ids stood for people.
OLDER: Mapping[str, Mapping[str, Any]] = {Post.collection: {"author_id": {"$exists": True}}}


async def add_everyone(database: Database) -> None:
    """Adds the group of everyone, which no event creates."""
    everyone = {"visibility": Visibility.OPEN.value}
    await database.update(
        Group.collection,
        [{"q": {"_id": EVERYONE}, "u": {"$set": everyone}, "upsert": True}],
    )
