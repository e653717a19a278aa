"""One post, lists of posts, the feed, and what a post said before."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from services.posts.domain.audience import check_access, resource
from services.posts.domain.engagement import Engagement, engagement_id
from services.posts.domain.post import (
    Content,
    Post,
    PostDeleted,
    PostNotFound,
    PostText,
    Revision,
    revision_id,
)
from services.posts.queries.viewer import (
    hidden_groups,
    member_of,
    own_groups,
    readable_channel,
    viewer,
)
from services.posts.store import Counts, Store
from shared.access import Action, authorize
from shared.identity import Principal

Position = tuple[datetime, str]

NEWEST = (("published_at", -1), ("_id", -1))


class SeenPost(NamedTuple):
    """A post as one person sees it; `mine` is None where they haven't seen it before."""

    post: Post
    content: Content
    counts: Counts
    mine: Engagement | None


async def find_post(
    store: Store, principal: Principal, post_id: str, action: Action = Action.READ_POST
) -> Post:
    """The head of a post.

    Raises:
        PostNotFound: There is none, or they may not see it.
        PostDeleted: They could see it while it was there.
    """
    post = await store.one(Post, post_id)
    if post is None:
        raise PostNotFound
    group, member = await member_of(store, principal.pseudonym, post.group_id)
    thing = resource(post.group_id, group, member, own=post.author == principal.pseudonym)
    check_access(principal, action, thing, hidden_as=PostNotFound)
    if post.deleted_at is not None:
        raise PostDeleted
    return post


async def read_post(store: Store, principal: Principal, post_id: str) -> SeenPost:
    """One post with its counts and what they have done with it; raises as `find_post`."""
    post = await find_post(store, principal, post_id)
    return (await seen(store, principal, [post]))[0]


async def list_posts(
    store: Store,
    principal: Principal,
    *,
    channel_id: str | None,
    author_id: str | None,
    topic: str | None,
    after: Position | None,
    limit: int,
) -> list[SeenPost]:
    """What they see of a channel, of an author, on a topic, or all of it; newest first.

    Raises:
        ChannelNotFound: There is no such channel, or they don't see it.
        NotAllowed: They read no posts at all.
    """
    authorize(principal, Action.READ_POST)
    wanted: dict[str, Any] = {}
    if channel_id is not None:
        await readable_channel(store, principal, channel_id)
        wanted["channel_id"] = channel_id
    elif hidden := await hidden_groups(store, await viewer(store, principal)):
        wanted["group_id"] = {"$nin": hidden}
    if author_id is not None:
        wanted["author_id"] = author_id
    if topic is not None:
        wanted["topics"] = topic
    return await _page(store, principal, wanted, after, limit)


async def read_feed(
    store: Store, principal: Principal, *, after: Position | None, limit: int
) -> list[SeenPost]:
    """What there is in their groups and in the one of everyone; newest first.

    Raises:
        NotAllowed: They read no posts at all.
    """
    authorize(principal, Action.READ_FEED)
    mine = await own_groups(store, await viewer(store, principal))
    return await _page(store, principal, {"group_id": {"$in": mine}}, after, limit)


async def list_revisions(
    store: Store, principal: Principal, post_id: str, *, before: int | None, limit: int
) -> list[Revision]:
    """What the post said in earlier versions, the latest first; raises as `find_post`.

    Args:
        store: Of the service.
        principal: Who asks.
        post_id: The post.
        before: Versions below this one.
        limit: At most this many.
    """
    post = await find_post(store, principal, post_id, Action.READ_HISTORY)
    below = post.version if before is None else min(before, post.version)
    versions = range(below - 1, max(below - 1 - limit, 0), -1)
    found = await store.many(Revision, [revision_id(post.id, one) for one in versions])
    return sorted(found.values(), key=lambda one: -one.version)


async def _page(
    store: Store,
    principal: Principal,
    wanted: Mapping[str, Any],
    after: Position | None,
    limit: int,
) -> list[SeenPost]:
    filters: dict[str, Any] = {**wanted, "deleted_at": None}
    if after is not None:
        moment, post_id = after
        # The bound lets the index begin there; the alternatives settle what has the same moment.
        filters["published_at"] = {"$lte": moment}
        filters["$or"] = [{"published_at": {"$lt": moment}}, {"_id": {"$lt": post_id}}]
    posts = await store.page(Post, filters, sort=NEWEST, limit=limit)
    return await seen(store, principal, posts)


async def seen(store: Store, principal: Principal, posts: Sequence[Post]) -> list[SeenPost]:
    """Posts with text, counts and what this person has done with them."""
    ids = [post.id for post in posts]
    own = {post.id: engagement_id(post.id, principal.pseudonym) for post in posts}
    texts, counts, engagements = await asyncio.gather(
        store.many(PostText, ids),
        store.many(Counts, ids),
        store.many(Engagement, own.values()),
    )
    return [
        SeenPost(
            post,
            texts[post.id].content if post.id in texts else Content(),
            counts.get(post.id) or Counts(id=post.id),
            engagements.get(own[post.id]),
        )
        for post in posts
    ]
