"""Reading figures of posts: of one, of the best, and summed by format and topic."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from services.metrics.kpis.content import Answers, Attention, Posts
from services.metrics.kpis.ground_rules import ATTENTION, SMALLEST, Window
from services.metrics.store.documents import POSTS
from shared.mongo import Database

# Topics in one answer; more wouldn't be read, and each is a group in the aggregation.
MOST_TOPICS = 50
_SHOWN = {"status": {"$nin": ["hidden", "deleted"]}}


class Narrowing(NamedTuple):
    """Which posts to look at; None for all."""

    group: str | None = None
    format: str | None = None
    topic: str | None = None

    def match(self, window: Window) -> dict[str, Any]:
        """The filter for posts that were published in a window and can be seen."""
        match: dict[str, Any] = {
            "published_at": {"$gte": window.begins, "$lt": window.ends},
            **_SHOWN,
        }
        given = {"group_id": self.group, "format": self.format, "topics": self.topic}
        return match | {field: value for field, value in given.items() if value is not None}


def _sums(as_of: datetime) -> dict[str, Any]:
    def total(field: str) -> dict[str, Any]:
        return {"$sum": {"$ifNull": [f"${field}", 0]}}

    # Who joined a group after the publication may view the post; the audience is the one from then.
    reached = {"$min": [{"$ifNull": ["$reached_7d", 0]}, {"$ifNull": ["$audience_size", 0]}]}
    return {
        "posts": {"$sum": 1},
        "unfinished": {"$sum": {"$cond": [{"$gt": ["$published_at", as_of - ATTENTION]}, 1, 0]}},
        "viewers": total("viewers_7d"),
        "interactors": total("interactors_7d"),
        "audience": total("audience_size"),
        "reached": {"$sum": reached},
    }


async def attention(
    database: Database, window: Window, narrowing: Narrowing, as_of: datetime
) -> Posts:
    """What the posts of a window got, in all, by format and by topic."""
    sums = _sums(as_of)
    pipeline = [
        {"$match": narrowing.match(window)},
        {
            "$facet": {
                "formats": [{"$group": {"_id": "$format", **sums}}],
                "topics": [
                    {"$unwind": "$topics"},
                    {"$group": {"_id": "$topics", **sums}},
                    {"$sort": {"interactors": -1, "viewers": -1, "_id": 1}},
                    {"$limit": MOST_TOPICS},
                ],
            }
        },
    ]
    (found,) = await database.aggregate(POSTS, pipeline)
    formats = {one["_id"]: _attention(one) for one in found["formats"]}
    topics = {one["_id"]: _attention(one) for one in found["topics"]}
    total = Attention(
        **{
            name: sum(getattr(one, name) for one in formats.values())
            for name in Attention.__struct_fields__
        }
    )
    return Posts(total=total, formats=formats, topics=topics)


def _attention(sums: Mapping[str, Any]) -> Attention:
    return Attention(**{name: sums[name] for name in Attention.__struct_fields__})


async def answers(
    database: Database,
    window: Window,
    narrowing: Narrowing,
    *,
    as_of: datetime,
    provisional: bool,
) -> Answers:
    """How the posts of a window were answered.

    Args:
        database: The service's.
        window: When they were published.
        narrowing: Which of them.
        as_of: Now.
        provisional: Judge posts younger than seven days too.
    """
    match = narrowing.match(window)
    judged = {"$lte": ["$published_at", as_of if provisional else as_of - ATTENTION]}
    answered = {"$and": [judged, {"$gt": ["$comments_7d", 0]}]}
    appreciated = {
        "$and": [judged, {"$or": [{"$gt": ["$comments_7d", 0]}, {"$gt": ["$reactions_7d", 0]}]}]
    }
    waited = {"$subtract": ["$first_response_at", "$published_at"]}
    pipeline = [
        {"$match": match},
        {
            "$group": {
                "_id": {"$cond": [answered, {"$floor": {"$divide": [waited, 1000]}}, None]},
                "posts": {"$sum": 1},
                "judged": {"$sum": {"$cond": [judged, 1, 0]}},
                "answered": {"$sum": {"$cond": [answered, 1, 0]}},
                "appreciated": {"$sum": {"$cond": [appreciated, 1, 0]}},
            }
        },
    ]
    rows = await database.aggregate(POSTS, pipeline)
    posts = sum(row["judged"] for row in rows)
    return Answers(
        posts=posts,
        too_young=sum(row["posts"] for row in rows) - posts,
        answered=sum(row["answered"] for row in rows),
        appreciated=sum(row["appreciated"] for row in rows),
        waits={int(row["_id"]): row["answered"] for row in rows if row["_id"] is not None},
    )


class PostFigures(NamedTuple):
    """What one post came to. Counts are net and leave the author out where people are counted."""

    post_id: str
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


async def one_post(database: Database, post_id: str) -> PostFigures | None:
    """The figures of a post; None for one that metrics haven't heard of, or that is gone."""
    stored = await database.find_one(POSTS, {"_id": post_id, "status": {"$ne": "deleted"}})
    return None if stored is None else figures(stored)


def figures(stored: Mapping[str, Any]) -> PostFigures:
    """The figures that a stored post holds."""

    def net(name: str) -> int:
        return int(stored.get(name, 0)) - int(stored.get(f"{name}_gone", 0))

    audience = stored.get("audience_size", 0)
    return PostFigures(
        post_id=stored["_id"],
        group_id=stored["group_id"],
        format=stored["format"],
        kind=stored["kind"],
        topics=tuple(stored["topics"]),
        published_at=stored["published_at"],
        status=stored.get("status", "published"),
        audience=audience,
        views=net("viewed"),
        viewers=net("viewers"),
        interactors=net("interactors"),
        comments=net("comments"),
        reactions=net("reactions"),
        shares=net("shares"),
        poll_votes=net("poll_votes"),
        viewers_7d=net("viewers_7d"),
        reached_7d=min(net("reached_7d"), audience),
        interactors_7d=net("interactors_7d"),
        first_response_at=stored.get("first_response_at"),
    )


SORTS: Mapping[str, Any] = {
    # Interactors per viewer; posts that hardly anyone saw would lead such a list by chance.
    "engagement": {"$divide": ["$interactors_7d", "$viewers_7d"]},
    "reach": {"$divide": [{"$ifNull": ["$reached_7d", 0]}, {"$max": ["$audience_size", 1]}]},
    "interactors": "$interactors_7d",
    "viewers": "$viewers_7d",
}


async def best_posts(
    database: Database, window: Window, narrowing: Narrowing, *, sort: str, limit: int
) -> list[PostFigures]:
    """The posts of a window that lead by a figure, among those with enough viewers to tell."""
    pipeline: list[dict[str, Any]] = [
        {"$match": narrowing.match(window) | {"viewers_7d": {"$gte": SMALLEST}}},
        {"$set": {"score": SORTS[sort]}},
        {"$sort": {"score": -1, "viewers_7d": -1, "_id": 1}},
        {"$limit": limit},
    ]
    return [figures(one) for one in await database.aggregate(POSTS, pipeline)]


async def unanswered(database: Database, since: datetime) -> int:
    """How many posts published since then have no comment by another person."""
    return await database.count(
        POSTS, {"published_at": {"$gte": since}, "first_response_at": None, **_SHOWN}
    )
