"""One post, lists of posts, and the feed."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from services.posts.domain.audience import Group
from services.posts.domain.counts import PostCounts
from services.posts.domain.engagement import Engagement, engagement_id
from services.posts.domain.post import (
    Post,
    PostContent,
    PostDeleted,
    PostNotFound,
    PostText,
)
from services.posts.domain.visibility import check_access, content_resource
from services.posts.queries.context import (
    Viewer,
    find_channel,
    find_member,
    find_viewer,
    own_groups,
    readable_groups,
)
from services.posts.store import newest_of
from shared.contract.access import Action, authorize
from shared.contract.principal import Principal
from shared.delivery.mongo import EntityStore

Position = tuple[datetime, str]

NEWEST = (("published_at", -1), ("_id", -1))

# Groups in one list. Above 200 the database doesn't merge the ranges of an index any more: it would
# read all of them and sort.
_MERGED = 100


class SeenPost(NamedTuple):
    """A post as a person sees it.

    Attributes:
        post: The head of the post.
        content: The title, text and media.
        counts: What is counted beside it, with what the person has done.
        mine: What the person has done with it; None: they haven't seen it before.
    """

    post: Post
    content: PostContent
    counts: PostCounts
    mine: Engagement | None


async def find_post(
    store: EntityStore, principal: Principal, post_id: str, action: Action = Action.READ_POST
) -> Post:
    """The head of a post.

    Raises:
        PostNotFound: There is none, or they may not see it.
        PostDeleted: They could see it while it was there.
    """
    post = await store.get(Post, post_id)
    if post is None:
        raise PostNotFound
    group, member = await find_member(store, principal.person_id, post.group_id)
    thing = content_resource(post.group_id, group, member, own=post.author == principal.person_id)
    check_access(principal, action, thing, hidden_as=PostNotFound)
    if post.deleted_at is not None:
        raise PostDeleted
    return post


async def read_post(store: EntityStore, principal: Principal, post_id: str) -> SeenPost:
    """One post with its counts and what they have done with it; raises as `find_post`."""
    post = await find_post(store, principal, post_id)
    return (await seen_posts(store, principal, [post]))[0]


async def list_posts(
    store: EntityStore,
    principal: Principal,
    *,
    channel_id: str | None,
    author_id: str | None,
    tag: str | None,
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
    if author_id is not None:
        wanted["author"] = author_id
    if tag is not None:
        wanted["topics"] = tag
    if channel_id is not None:
        await find_channel(store, principal, channel_id)
        return await _page(store, principal, [wanted | {"channel_id": channel_id}], after, limit)
    who = await find_viewer(store, principal)
    groups = await readable_groups(store, who)
    lists = [wanted] if groups is None else _of_groups(wanted, "readers", groups)
    shown: list[Post] = []
    while len(shown) < limit:
        rows = await _rows(store, lists, after, limit)
        shown += await _still_shown(store, who, rows)
        if len(rows) < limit:
            break
        after = (rows[-1].published_at, rows[-1].id)
    return await seen_posts(store, principal, shown[:limit])


async def read_feed(
    store: EntityStore, principal: Principal, *, after: Position | None, limit: int
) -> list[SeenPost]:
    """What there is in their groups and in the one of everyone; newest first.

    Raises:
        NotAllowed: They read no posts at all.
    """
    authorize(principal, Action.READ_FEED)
    mine = await own_groups(store, await find_viewer(store, principal))
    return await _page(store, principal, _of_groups({}, "group_id", mine), after, limit)


async def _page(
    store: EntityStore,
    principal: Principal,
    lists: Sequence[Mapping[str, Any]],
    after: Position | None,
    limit: int,
) -> list[SeenPost]:
    return await seen_posts(store, principal, await _rows(store, lists, after, limit))


def _of_groups(
    wanted: Mapping[str, Any], field: str, groups: Sequence[str]
) -> list[Mapping[str, Any]]:
    """The same list for so many groups at a time as the database merges by their indexes."""
    chunks = (groups[at : at + _MERGED] for at in range(0, len(groups), _MERGED))
    return [{**wanted, field: {"$in": chunk}} for chunk in chunks]


async def _rows(
    store: EntityStore, lists: Sequence[Mapping[str, Any]], after: Position | None, limit: int
) -> list[Post]:
    """The first of several lists together."""
    filters: dict[str, Any] = {"deleted_at": None}
    if after is not None:
        moment, post_id = after
        # The bound lets the index begin there, the exception settles what has the same moment.
        # (Said as two alternatives, the database reads each and sorts all that it finds.)
        filters["published_at"] = {"$lte": moment}
        filters["$nor"] = [{"published_at": moment, "_id": {"$gte": post_id}}]
    found = await asyncio.gather(
        *(
            store.find(
                Post, {**wanted, **filters}, sort=NEWEST, limit=limit, hint=_index_for(wanted)
            )
            for wanted in lists
        )
    )
    rows = [post for posts in found for post in posts]
    return sorted(rows, key=lambda post: (post.published_at, post.id), reverse=True)[:limit]


def _index_for(wanted: Mapping[str, Any]) -> Sequence[tuple[str, int]]:
    """The index of a list, named to the database: what it would try itself depends on luck."""
    about = [field for field in ("channel_id", "author", "topics") if field in wanted][:1]
    return newest_of(*about, *(field for field in ("group_id", "readers") if field in wanted))


async def _still_shown(store: EntityStore, who: Viewer, rows: Sequence[Post]) -> list[Post]:
    """Without those of groups that were closed a moment ago; see `worker/readership.py`."""
    groups = await store.get_many(Group, {post.group_id for post in rows})
    visible = {group.id for group in groups.values() if who.sees_into(group)}
    return [post for post in rows if post.group_id in visible]


async def seen_posts(
    store: EntityStore, principal: Principal, posts: Sequence[Post]
) -> list[SeenPost]:
    """Posts with text, counts and what this person has done with them, which agree."""
    ids = [post.id for post in posts]
    own = {post.id: engagement_id(post.id, principal.person_id) for post in posts}
    texts, counts = await asyncio.gather(
        store.get_many(PostText, ids), store.get_many(PostCounts, ids)
    )
    # After the counts: these lag, and what has been done since is added to them.
    engagements = await store.get_many(Engagement, own.values())
    return [
        SeenPost(
            post,
            texts[post.id].content if post.id in texts else PostContent(),
            (counts.get(post.id) or PostCounts(id=post.id)).agreeing_with(
                engagements.get(own[post.id])
            ),
            engagements.get(own[post.id]),
        )
        for post in posts
    ]
