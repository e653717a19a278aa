"""The comments of a post."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from services.posts.commands.comments import NextAnswer
from services.posts.domain.comment import Comment
from services.posts.domain.counts import CommentCounts
from services.posts.domain.engagement import CommentReaction, comment_reaction_id
from services.posts.domain.post import Post
from services.posts.queries.posts import find_post
from shared.contract.principal import Principal
from shared.delivery.mongo import EntityStore, entity

FIRST_COMMENTS = 3
"""Comments that a list shows beneath each post, where it is asked for them."""


class SeenComment(NamedTuple):
    """A comment as a person sees it.

    Attributes:
        comment: The comment.
        counts: What is counted beside it.
        mine: The person's reaction to it; None: they have none.
    """

    comment: Comment
    counts: CommentCounts
    mine: CommentReaction | None


async def list_comments(
    store: EntityStore, principal: Principal, post_id: str, *, after: str | None, limit: int
) -> list[SeenComment]:
    """Threads from old to new, each followed by its replies.

    A deleted comment that began a thread stays in the list without its text; deleted replies don't.

    Raises:
        PostNotFound: There is none, or they may not see it.
        PostDeleted: They could see it while it was there.
    """
    post = await find_post(store, principal, post_id)
    filters: dict[str, Any] = {
        "post_id": post.id,
        "$or": [{"deleted_at": None}, {"parent_id": None}],
    }
    if after is not None:
        filters["place"] = {"$gt": after}
    comments = await store.find(Comment, filters, sort=(("place", 1),), limit=limit)
    return await seen_comments(store, principal, comments)


async def first_comments(
    store: EntityStore, principal: Principal, posts: Sequence[Post]
) -> dict[str, list[SeenComment]]:
    """The first comments of each of these posts, as `list_comments` begins; one more than shown.

    One question for all posts, which reads `FIRST_COMMENTS` and one comment of each by the index,
    however many there are.

    Args:
        store: The posts service's database.
        principal: The person who asks; they see these posts.
        posts: The posts.
    """
    if not posts:
        return {}
    stages: list[dict[str, Any]] = [
        {"$match": {"$or": [{"deleted_at": None}, {"parent_id": None}]}},
        {"$sort": {"place": 1}},
        {"$limit": FIRST_COMMENTS + 1},
    ]
    joined = {
        "from": Comment.collection,
        "localField": "_id",
        "foreignField": "post_id",
        "pipeline": stages,
        "as": "first",
    }
    found = await store.database.aggregate(
        Post.collection,
        [
            {"$match": {"_id": {"$in": [post.id for post in posts]}}},
            {"$project": {"_id": 1}},
            {"$lookup": joined},
        ],
    )
    comments = [entity(Comment, stored) for one in found for stored in one["first"]]
    by_post: dict[str, list[SeenComment]] = {post.id: [] for post in posts}
    for seen in await seen_comments(store, principal, comments):
        by_post[seen.comment.post_id].append(seen)
    return by_post


async def next_answer(store: EntityStore, comment_id: str) -> NextAnswer | None:
    """What would answer the post of a comment first if that comment were gone.

    None if it isn't what answers the post first now. Read over all comments of the post: that is
    rare enough, and an index in order of time would be paid for with every comment.
    """
    comment = await store.get(Comment, comment_id)
    post = None if comment is None else await store.get(Post, comment.post_id)
    if post is None or post.first_answer != comment_id:
        return None
    return NextAnswer(await first_standing(store, post, without=comment_id))


async def first_standing(
    store: EntityStore, post: Post, *, without: str | None = None
) -> str | None:
    """The id of the earliest comment of another human being than the author, of those not deleted.

    Args:
        store: The posts service's database.
        post: The post, whose author's own comments are left out.
        without: The id of a comment that is left out; None: all count.
    """
    standing = {
        "post_id": post.id,
        "deleted_at": None,
        "$nor": [{"author": post.author, "former": post.former}],
        "author_human": {"$ne": False},
        "_id": {"$ne": without},
    }
    found = await store.find(Comment, standing, sort=(("added_at", 1), ("_id", 1)), limit=1)
    return found[0].id if found else None


async def seen_comments(
    store: EntityStore, principal: Principal, comments: Sequence[Comment]
) -> list[SeenComment]:
    """Comments with their counts and this person's reactions to them, which agree."""
    keys = {
        comment.id: comment_reaction_id(comment.id, principal.person_id) for comment in comments
    }
    counts = await store.get_many(CommentCounts, keys)
    # After the counts: these lag.
    reactions = await store.get_many(CommentReaction, keys.values())
    found = []
    for comment in comments:
        mine = reactions.get(keys[comment.id])
        counted = counts.get(comment.id) or CommentCounts(id=comment.id)
        own = None if mine is None or not mine.human else mine.reaction
        agreeing = counted.agreeing_with(own)
        found.append(SeenComment(comment, agreeing, mine))
    return found
