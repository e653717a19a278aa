"""A comment that a deletion missed answers its post all the same, whoever dies in between."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
import pytest_asyncio

from services.posts.commands.comments import NextAnswer
from services.posts.domain.comment import Comment, place
from services.posts.domain.post import Post
from services.posts.queries.comments import next_answer
from services.posts.worker.cleanup import Cleanup
from shared.contract.events.responses import FirstResponseCorrected
from shared.contract.ids import new_id
from shared.delivery.command import SETTLED
from shared.delivery.lease import Lease
from shared.delivery.mongo import EntityStore, document
from shared.runtime.assembly import ServiceContext
from tests.integration.posts.database import posts_base, told_events
from tests.integration.posts.service import PATIENCE, PostsService
from tests.support.identity import person_id_of
from tests.support.query_plans import ExplainedDatabase

ANNA, BEN = person_id_of("anna"), person_id_of("ben")

pytestmark = pytest.mark.asyncio(loop_scope="package")

POSTS = 30  # more than a worker is through with before another one is there
MARKED = {"answer_unsettled_since": {"$type": "date"}}


async def test_a_comment_between_the_look_and_the_deletion_answers_the_post(
    posts: PostsService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.posts.worker.cleanup.SETTLED", 3.0)
    anna, ben, cleo = await posts.people("anna", "ben", "cleo")
    post = await anna.publish(await posts.place(anna, ben, cleo))
    spam = await ben.comment(post["id"], "Buy this!")
    missed: list[dict[str, Any]] = []

    async def look_too_early(store: EntityStore, comment_id: str) -> NextAnswer | None:
        found = await next_answer(store, comment_id)
        missed.append(await cleo.comment(post["id"], "I know."))
        return found

    monkeypatch.setattr("services.posts.api.comments.queries.next_answer", look_too_early)
    assert (await ben.call("DELETE", f"/v1/comments/{spam['id']}")).status_code == 204

    async def settled() -> bool:
        return not await posts.database.count("posts", {"_id": post["id"], **MARKED})

    await posts.until(settled)
    stored = await posts.database.find_one("posts", {"_id": post["id"]})
    assert stored is not None
    assert [stored["first_answer"]] == [comment["id"] for comment in missed]
    told = [
        (event.actor, event.data.comment_id, event.data.first_response_at)
        for event in await posts.published()
        if isinstance(event.data, FirstResponseCorrected) and event.data.post_id == post["id"]
    ]
    written_at = datetime.fromisoformat(missed[0]["added_at"])
    assert told == [(None, missed[0]["id"], written_at)]


class Aftermath:
    """Posts that have just lost their only answer, and workers that look at them again."""

    def __init__(self, base: ServiceContext) -> None:
        self.base = base
        self.store = EntityStore(base.database)
        self.began = datetime.now(UTC)
        self.posts = [self._post() for _ in range(POSTS)]

    def _post(self) -> Post:
        return Post(
            id=new_id(),
            group_id=new_id(),
            channel_id=new_id(),
            readers=new_id(),
            author=ANNA,
            format="text",
            kind="discussion",
            tags=(),
            published_at=self.began,
            audience_size=1,
            audience_through=1,
            active_through=1,
            answer_unsettled_since=self.began,
        )

    def comment(self, post: Post, *, author: str = BEN, after: float = 0.0) -> Comment:
        comment_id = new_id()
        return Comment(
            id=comment_id,
            post_id=post.id,
            group_id=post.group_id,
            channel_id=post.channel_id,
            parent_id=None,
            place=place(comment_id, None),
            author=author,
            text="I do.",
            added_at=self.began + timedelta(seconds=after),
        )

    async def missed(self) -> dict[str, Comment]:
        """On each post the comment that its deletion has missed, among others."""
        missed = {post.id: self.comment(post, after=1) for post in self.posts}
        for post in self.posts:
            gone = msgspec.structs.replace(self.comment(post), deleted_at=self.began)
            own = self.comment(post, author=ANNA)
            bots = msgspec.structs.replace(
                self.comment(post, author=person_id_of("bot")), author_human=False
            )
            others = (own, bots, self.comment(post, after=2), missed[post.id], gone)
            await self.base.database.insert("comments", [document(comment) for comment in others])
        return missed

    async def work(self, *, later: float = 1.0) -> None:
        """One look of one worker, this many seconds after the deletions."""
        async with self.base.open_committer() as committer:
            clearing = Cleanup(
                self.store,
                committer,
                Lease(self.base.database, "clearing", holder=new_id()),
                now=lambda: self.began + timedelta(seconds=later),
            )
            await clearing.clear()

    async def answers(self) -> dict[str, str | None]:
        """The first answer of each post."""
        found = await self.store.get_many(Post, (post.id for post in self.posts))
        return {post.id: post.first_answer for post in found.values()}

    async def marked(self) -> int:
        """Posts that are to be looked at again."""
        return await self.base.database.count("posts", MARKED)

    async def told(self) -> Counter[tuple[str, str | None]]:
        """How often which comment was told to answer which post first."""
        events = await told_events(self.base.database)
        assert {event["type"] for event in events} <= {FirstResponseCorrected.type}
        return Counter(
            (event["data"]["post_id"], event["data"].get("comment_id")) for event in events
        )


@pytest_asyncio.fixture(loop_scope="package")
async def aftermath(mongo_url: str) -> AsyncIterator[Aftermath]:
    async with posts_base(mongo_url) as base:
        here = Aftermath(base)
        await base.database.insert("posts", [document(post) for post in here.posts])
        yield here


async def test_two_workers_and_one_that_dies_name_each_missed_answer_once(
    aftermath: Aftermath,
) -> None:
    missed = await aftermath.missed()
    dying = asyncio.create_task(aftermath.work())
    async with asyncio.timeout(PATIENCE):
        while not await aftermath.told():
            await asyncio.sleep(0.005)
    dying.cancel()
    await asyncio.gather(dying, return_exceptions=True)
    assert set((await aftermath.answers()).values()) > {None}, "it died before it was through"
    for _ in range(2):  # who lost a race looks again
        await asyncio.gather(aftermath.work(), aftermath.work())
    answers = {post_id: comment.id for post_id, comment in missed.items()}
    assert await aftermath.answers() == answers
    assert await aftermath.told() == Counter(answers.items())

    await asyncio.gather(*(aftermath.work(later=SETTLED + 60) for _ in range(2)))
    assert await aftermath.marked() == 0
    assert await aftermath.answers() == answers
    assert await aftermath.told() == Counter(answers.items())


async def test_a_post_is_looked_at_until_nothing_can_be_missed_any_more(
    aftermath: Aftermath,
) -> None:
    await aftermath.work(later=SETTLED - 1)
    assert await aftermath.marked() == POSTS
    assert not await aftermath.told()
    late = await aftermath.missed()  # whose commits took as long as they may
    await aftermath.work(later=SETTLED + 1)
    assert await aftermath.told() == Counter((post, late[post].id) for post in late)

    # Deleted by somebody who still saw a post without an answer.
    gone = {"q": {"added_at": {"$gt": aftermath.began}}, "multi": True}
    deleted = {"$set": {"deleted_at": aftermath.began}}
    await aftermath.base.database.update("comments", [{**gone, "u": deleted}])
    await aftermath.work(later=SETTLED + 1)
    assert set((await aftermath.answers()).values()) == {None}
    assert (await aftermath.told()).total() == 2 * POSTS
    await aftermath.work(later=SETTLED + 60)
    assert await aftermath.marked() == 0


@pytest.mark.parametrize("changed", ["answer_unsettled_since", "first_answer"])
async def test_a_post_that_changes_during_a_look_is_looked_at_again(
    aftermath: Aftermath, changed: str
) -> None:
    value = aftermath.began + timedelta(seconds=1) if "since" in changed else new_id()

    class Overtaken(EntityStore):
        """After each look at comments somebody deletes the first answer, or comments first."""

        async def find(self, kind: type[Any], *args: Any, **options: Any) -> list[Any]:
            found: list[Any] = await super().find(kind, *args, **options)
            if kind is Comment:
                change = {"q": {}, "u": {"$set": {changed: value}}, "multi": True}
                await self.database.update("posts", [change])
            return found

    aftermath.store = Overtaken(aftermath.base.database)
    aftermath.posts = aftermath.posts[:1]
    everything_else = {"_id": {"$ne": aftermath.posts[0].id}}
    await aftermath.base.database.delete("posts", everything_else)
    await aftermath.work(later=SETTLED + 60)
    assert await aftermath.marked() == 1


async def test_posts_that_nobody_has_to_look_at_cost_nothing(aftermath: Aftermath) -> None:
    others = {"$unset": {"answer_unsettled_since": ""}}
    _, *rest = aftermath.posts
    statement = {"q": {"_id": {"$in": [post.id for post in rest]}}, "u": others, "multi": True}
    await aftermath.base.database.update("posts", [statement])
    explained = ExplainedDatabase(aftermath.base.database.handle)
    aftermath.store = EntityStore(explained)
    await aftermath.work()
    looks = explained.spent_on("posts")
    assert looks
    assert sum(look.documents for look in looks) == 1
    assert not any({"COLLSCAN", "SORT"} & look.stages for look in looks)
    assert await aftermath.marked() == 1
