"""The slow way to figures of posts: every record of a window, read and summed by the database.

An oracle for the day columns, which the service answers from.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from services.metrics.kpis.content import Answers, Attention, AttentionBreakdown
from services.metrics.kpis.definitions import ATTENTION
from services.metrics.kpis.measures import SMALLEST
from services.metrics.kpis.windows import Window
from services.metrics.store.columns.published_posts import MOST_TOPICS, PostFilter
from services.metrics.store.documents import POSTS
from services.metrics.store.posts import PostFigures, post_figures
from shared.delivery.mongo import Database

_SHOWN = {"status.is": {"$nin": ["hidden", "deleted"]}}


def match(post_filter: PostFilter, window: Window) -> dict[str, Any]:
    """The filter for posts that were published in a window and can be seen."""
    found: dict[str, Any] = {
        "facts.published_at": {"$gte": window.begins, "$lt": window.ends},
        **_SHOWN,
    }
    given = {
        "facts.group_id": post_filter.group,
        "facts.format": post_filter.format,
        "facts.topics": post_filter.topic,
    }
    return found | {field: value for field, value in given.items() if value is not None}


def _sums(as_of: datetime) -> dict[str, Any]:
    def total(field: str) -> dict[str, Any]:
        return {"$sum": {"$ifNull": [f"${field}", 0]}}

    # Who joined a group after the publication may view the post; the audience is the one from then.
    reached = {"$min": [{"$ifNull": ["$reached_7d", 0]}, {"$ifNull": ["$audience_size", 0]}]}
    # Without its beginning a history has people who interact unseen, or less than nobody.
    viewers = {"$ifNull": ["$viewers_7d", 0]}
    interactors = {"$max": [{"$min": [{"$ifNull": ["$interactors_7d", 0]}, viewers]}, 0]}
    young = {"$gt": ["$facts.published_at", as_of - ATTENTION]}
    return {
        "posts": {"$sum": 1},
        "unfinished": {"$sum": {"$cond": [young, 1, 0]}},
        "viewers": total("viewers_7d"),
        "interactors": {"$sum": interactors},
        "audience": total("audience_size"),
        "reached": {"$sum": reached},
    }


async def attention(
    database: Database, window: Window, post_filter: PostFilter, as_of: datetime
) -> AttentionBreakdown:
    """What the posts of a window got, in all, by format and by topic."""
    sums = _sums(as_of)
    pipeline = [
        {"$match": match(post_filter, window)},
        {
            "$facet": {
                "formats": [{"$group": {"_id": "$facts.format", **sums}}],
                "topics": [
                    {"$unwind": "$facts.topics"},
                    {"$group": {"_id": "$facts.topics", **sums}},
                    {"$sort": {"interactors": -1, "viewers": -1, "_id": 1}},
                    {"$limit": MOST_TOPICS},
                ],
            }
        },
    ]
    (found,) = await database.aggregate(POSTS, pipeline)
    formats = {row["_id"]: _attention(row) for row in found["formats"]}
    topics = {row["_id"]: _attention(row) for row in found["topics"]}
    total = Attention(
        **{
            name: sum(getattr(each, name) for each in formats.values())
            for name in Attention.__struct_fields__
        }
    )
    return AttentionBreakdown(total=total, formats=formats, topics=topics)


def _attention(sums: Mapping[str, Any]) -> Attention:
    return Attention(**{name: sums[name] for name in Attention.__struct_fields__})


async def answers(
    database: Database,
    window: Window,
    post_filter: PostFilter,
    *,
    as_of: datetime,
    provisional: bool,
) -> Answers:
    """How the posts of a window were answered.

    Args:
        database: Of the metrics service.
        window: Days in which the posts were published.
        post_filter: Group, format and topic of the posts that count.
        as_of: The moment at which posts are seven days old or not: now.
        provisional: Whether posts younger than seven days are judged too.
    """
    judged = {"$lte": ["$facts.published_at", as_of if provisional else as_of - ATTENTION]}
    answered = {"$and": [judged, {"$gt": ["$comments_7d", 0]}]}
    appreciated = {
        "$and": [judged, {"$or": [{"$gt": ["$comments_7d", 0]}, {"$gt": ["$reactions_7d", 0]}]}]
    }
    waited = {"$subtract": ["$first_response.at", "$facts.published_at"]}
    told = {"$and": [answered, {"$lt": [waited, ATTENTION // timedelta(milliseconds=1)]}]}
    pipeline = [
        {"$match": match(post_filter, window)},
        {
            "$group": {
                "_id": {"$cond": [told, {"$floor": {"$divide": [waited, 1000]}}, None]},
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


SORTS: Mapping[str, Any] = {
    # Interactors per viewer; posts that hardly anyone saw would lead such a list by chance.
    "engagement": {"$divide": [{"$ifNull": ["$interactors_7d", 0]}, "$viewers_7d"]},
    "reach": {
        "$divide": [
            {"$min": [{"$ifNull": ["$reached_7d", 0]}, {"$ifNull": ["$audience_size", 0]}]},
            {"$max": ["$audience_size", 1]},
        ]
    },
    "interactors": {"$ifNull": ["$interactors_7d", 0]},
    "viewers": "$viewers_7d",
}


async def best_posts(
    database: Database, window: Window, post_filter: PostFilter, *, sort: str, limit: int
) -> list[PostFigures]:
    """The posts of a window that lead by a figure, among those with enough viewers to tell."""
    pipeline: list[dict[str, Any]] = [
        {"$match": match(post_filter, window) | {"viewers_7d": {"$gte": SMALLEST}}},
        {"$set": {"score": SORTS[sort]}},
        {"$sort": {"score": -1, "viewers_7d": -1, "_id": 1}},
        {"$limit": limit},
    ]
    return [post_figures(document) for document in await database.aggregate(POSTS, pipeline)]


async def unanswered(database: Database, since: datetime) -> int:
    """How many posts published since then have no comment by another person."""
    return await database.count(
        POSTS, {"facts.published_at": {"$gte": since}, "first_response.at": None, **_SHOWN}
    )
