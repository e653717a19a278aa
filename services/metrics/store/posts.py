"""Reading the record of a post: all that it came to, also what rates leave out."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from services.metrics.store.documents import POSTS
from shared.delivery.mongo import Database


class PostFigures(NamedTuple):
    """What one post came to. Counts are net and leave the author out where people are counted.

    Attributes:
        author: The number of the person who wrote it; None if nobody knows them any more, or if
            their post is older than what is stored here.
        audience: How many people could see it when it was published.
        views: How often it was viewed, at most once per person and day.
        viewers: People who viewed it.
        interactors: People who interacted with it and didn't take all of it back.
        shares: People who passed it on, however often.
        viewers_7d: People who viewed it within seven days.
        reached_7d: How many of these belonged to its audience.
        interactors_7d: People who interacted within seven days, as things stood then.
        first_response_at: When the first comment of another person was written that stands.
    """

    post_id: str
    author: int | None
    group_id: str
    format: str
    kind: str
    topics: tuple[str, ...]
    published_at: datetime
    status: str
    audience: int
    views: int
    viewers: int
    interactors: int
    comments: int
    reactions: int
    shares: int
    poll_votes: int
    viewers_7d: int
    reached_7d: int
    interactors_7d: int
    first_response_at: datetime | None


async def find_post(database: Database, post_id: str) -> PostFigures | None:
    """The figures of a post; None if metrics haven't heard of it, or if it is gone."""
    stored = await database.find_one(POSTS, {"_id": post_id, "status.is": {"$ne": "deleted"}})
    return None if stored is None else post_figures(stored)


def post_figures(stored: Mapping[str, Any]) -> PostFigures:
    """The figures that a stored post holds."""

    def net(name: str) -> int:
        return int(stored.get(name, 0)) - int(stored.get(f"{name}_gone", 0))

    audience, facts = stored.get("audience_size", 0), stored["facts"]
    viewers, viewers_7d = net("viewers"), net("viewers_7d")
    return PostFigures(
        post_id=stored["_id"],
        author=stored.get("author"),
        group_id=facts["group_id"],
        format=facts["format"],
        kind=facts["kind"],
        topics=tuple(facts["topics"]),
        published_at=facts["published_at"],
        status=stored.get("status", {}).get("is", "published"),
        audience=audience,
        views=net("viewed"),
        viewers=viewers,
        # Without the beginning of the history there are people who interact unseen.
        interactors=min(max(net("interactors"), 0), viewers),
        comments=net("comments"),
        reactions=net("reactions"),
        shares=net("shares"),
        poll_votes=net("poll_votes"),
        viewers_7d=viewers_7d,
        reached_7d=min(net("reached_7d"), audience),
        interactors_7d=min(max(net("interactors_7d"), 0), viewers_7d),
        first_response_at=stored.get("first_response", {}).get("at"),
    )


async def find_posts(database: Database, ids: Sequence[str]) -> list[PostFigures]:
    """The figures of posts in this order; those that can't be seen any more are left out."""
    stored = await database.find(
        POSTS, {"_id": {"$in": list(ids)}, "status.is": {"$nin": ["hidden", "deleted"]}}
    )
    found = {post["_id"]: post_figures(post) for post in stored}
    return [found[post_id] for post_id in ids if post_id in found]
