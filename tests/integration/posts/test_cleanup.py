"""A deleted group's posts go, and a deleted post's comments, whoever dies in between."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio

from services.posts.domain.audience import Group
from services.posts.domain.comment import Comment, place
from services.posts.domain.post import Post, PostContent, PostText
from services.posts.worker.cleanup import AT_ONCE, Cleanup
from shared.contract.errors import Unavailable
from shared.contract.events.groups import GroupDeleted
from shared.contract.events.posts import PostDeleted
from shared.contract.ids import new_id
from shared.delivery.command import SETTLED, Entity
from shared.delivery.lease import Lease
from shared.delivery.mongo import EntityStore, document
from shared.runtime.assembly import ServiceContext
from tests.integration.posts.database import posts_base, told_events
from tests.integration.posts.service import PostsService
from tests.support.identity import person_id_of
from tooling.sample_events import sample

pytestmark = pytest.mark.asyncio(loop_scope="package")


async def test_a_deleted_group_takes_its_posts_along(
    posts: PostsService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.posts.worker.cleanup.SETTLED", 0.5)
    anna, ben = await posts.people("anna", "ben")
    group = await posts.group(anna, ben)
    channel = await posts.channel(group)
    texts = [await anna.publish(channel, text=f"Secret {n}") for n in range(3)]
    await anna.call("PATCH", f"/v1/posts/{texts[0]['id']}", {"text": "Less secret"})
    comment = await ben.comment(texts[0]["id"], "I know it all.")
    await posts.tell(sample(GroupDeleted, group_id=group, visibility="open"))

    ids = [comment["id"] for comment in texts]
    stored: dict[str, dict[str, Any]] = {
        "posts": {"_id": {"$in": ids}, "deleted_at": None},
        "post_texts": {"_id": {"$in": ids}},
        "post_revisions": {"post_id": {"$in": ids}},
        "comments": {"post_id": {"$in": ids}, "text": {"$ne": ""}},
    }

    async def nothing_is_left() -> bool:
        counts = [await posts.database.count(name, query) for name, query in stored.items()]
        return not sum(counts)

    await posts.until(nothing_is_left)
    for path in (
        f"/v1/posts/{ids[0]}",
        f"/v1/posts/{ids[0]}/history",
        f"/v1/posts/{ids[0]}/comments",
        f"/v1/posts?channel_id={channel}",
    ):
        assert (await anna.get(path)).status_code == 404
    for path in ("/v1/posts", "/v1/feed", f"/v1/posts?author_id={anna.id}"):
        shown = {post["id"] for post in (await anna.get(f"{path}")).json()["items"]}
        assert not shown & set(ids)
    edit = await ben.call("PATCH", f"/v1/comments/{comment['id']}", {"text": "Or not."})
    assert edit.status_code == 404
    ours = [
        (event.actor, event.data.reason)
        for event in await posts.published()
        if isinstance(event.data, PostDeleted) and event.data.group_id == group
    ]
    assert ours == [(None, "group_deleted")] * len(ids)


class Ruin:
    """A deleted group with more posts than one step deletes, and workers that clear it."""

    def __init__(self, base: ServiceContext) -> None:
        self.base = base
        self.store = EntityStore(base.database)
        self.heard = datetime.now(UTC)
        self.group = Group(id=new_id(), deleted=True, clearing_since=self.heard)
        self.posts = [self.post() for _ in range(AT_ONCE + 20)]

    def post(self) -> Post:
        return Post(
            id=new_id(),
            group_id=self.group.id,
            channel_id=new_id(),
            readers=self.group.id,
            author=person_id_of("anna"),
            format="text",
            kind="discussion",
            tags=(),
            published_at=self.heard,
            audience_size=1,
            audience_through=1,
            active_through=1,
        )

    async def put(self, *posts: Post) -> None:
        """Has posts there, each with a text and a comment."""
        comments = [
            Comment(
                id=(comment_id := new_id()),
                post_id=post.id,
                group_id=post.group_id,
                channel_id=post.channel_id,
                parent_id=None,
                place=place(comment_id, None),
                author=person_id_of("ben"),
                text="I know it all.",
                added_at=self.heard,
            )
            for post in posts
        ]
        texts = [PostText(id=post.id, content=PostContent(text="Secret")) for post in posts]
        several: tuple[list[Entity], ...] = ([*posts], [*texts], [*comments])
        for entities in several:
            await self.base.database.insert(
                entities[0].collection, [document(each) for each in entities]
            )

    async def work(self, *, later: float = 0.0, steps: int = 100) -> None:
        """What one worker does, this many seconds after the deletion was heard of."""
        async with self.base.open_committer() as committer:
            clearing = Cleanup(
                self.store,
                committer,
                Lease(self.base.database, "clearing", holder=new_id()),
                now=lambda: self.heard + timedelta(seconds=later),
            )
            for _ in range(steps):
                with suppress(Unavailable):  # a worker goes on too
                    if not await clearing.clear():
                        return

    async def left(self) -> tuple[int, int, int, int]:
        """Posts, texts, comments with a text, and marks that something is still to be done."""
        count = self.base.database.count
        marked = {"clearing_since": {"$type": "date"}}
        return (
            await count("posts", {"deleted_at": None}),
            await count("post_texts", {}),
            await count("comments", {"text": {"$ne": ""}}),
            await count("groups", marked) + await count("posts", marked),
        )

    async def told(self) -> Counter[str]:
        """How often the deletion of each post was told."""
        events = await told_events(self.base.database)
        return Counter(event["data"]["post_id"] for event in events)


@pytest_asyncio.fixture(loop_scope="package")
async def ruin(mongo_url: str) -> AsyncIterator[Ruin]:
    async with posts_base(mongo_url) as base:
        here = Ruin(base)
        await base.database.insert("groups", [document(here.group)])
        await here.put(*here.posts)
        yield here


async def test_two_workers_and_one_that_dies_delete_each_post_once(ruin: Ruin) -> None:
    dying = asyncio.create_task(ruin.work())
    while not await ruin.told():
        await asyncio.sleep(0.005)
    dying.cancel()
    await asyncio.gather(dying, return_exceptions=True)
    await asyncio.gather(ruin.work(), ruin.work())
    assert (await ruin.left())[:2] == (0, 0)
    assert await ruin.told() == Counter(post.id for post in ruin.posts)

    await asyncio.gather(*(ruin.work(later=SETTLED + 60) for _ in range(2)))
    assert await ruin.left() == (0, 0, 0, 0)
    assert await ruin.told() == Counter(post.id for post in ruin.posts)


async def test_what_was_published_at_the_same_moment_goes_too(ruin: Ruin) -> None:
    await ruin.work()
    late = ruin.post()
    await ruin.put(late)  # its author still saw the group
    await ruin.work(later=SETTLED - 1)
    assert (await ruin.told())[late.id] == 1
    assert (await ruin.left())[:2] == (0, 0)
