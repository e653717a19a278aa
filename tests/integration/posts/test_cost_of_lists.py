"""Lists of posts cost what they show, however much there is that somebody may not see."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from datetime import UTC, datetime, timedelta

import pytest
import pytest_asyncio

from services.posts.domain.audience import Group, Membership, Person
from services.posts.domain.post import Post
from services.posts.queries.posts import SeenPost, list_posts, read_feed
from services.posts.worker.readership import Readership
from shared.audience import EVERYONE, membership_id
from shared.contract.access import Visibility
from shared.contract.ids import new_id
from shared.contract.principal import Principal, Standing
from shared.delivery.command import SETTLED, Entity
from shared.delivery.mongo import EntityStore, document
from tests.integration.posts.service import PostsService
from tests.support.query_plans import ExplainedDatabase

pytestmark = pytest.mark.asyncio(loop_scope="package")

HIDDEN = 3_000  # groups of somebody who wants to slow the others down, with a post each
OWN = 250  # groups of somebody who belongs to many
LIMIT = 21
NOW = datetime(2040, 1, 1, tzinfo=UTC)  # newer than what other tests publish


class Neighbourhood:
    """Groups and posts that were put into the database, and what reading them costs."""

    def __init__(self, posts: PostsService) -> None:
        self.database = ExplainedDatabase(posts.database.handle)
        self.store = EntityStore(self.database)
        self.ada = Principal(new_id(), frozenset(), Standing.ACTIVE)
        self._published = 0
        self._put: list[tuple[str, list[object]]] = []

    async def put(self, entities: Iterable[Entity]) -> None:
        by_kind: dict[str, list[dict[str, object]]] = {}
        for stored in entities:
            by_kind.setdefault(stored.collection, []).append(document(stored))
        for collection, documents in by_kind.items():
            await self.database.insert(collection, documents)
            self._put.append((collection, [stored["_id"] for stored in documents]))

    async def clear(self) -> None:
        """Takes away what would be the newest in the lists of other tests."""
        for collection, ids in self._put:
            await self.database.delete(collection, {"_id": {"$in": ids}})

    def group(self, visibility: Visibility = Visibility.CLOSED) -> Group:
        return Group(id=new_id(), visibility=visibility)

    def post(self, group: Group, *, readers: str | None = None, author: str = "nora") -> Post:
        self._published += 1
        return Post(
            id=new_id(),
            group_id=group.id,
            channel_id=group.id,
            readers=readers or group.id,
            author=author,
            format="text",
            kind="discussion",
            tags=("running",),
            published_at=NOW + timedelta(seconds=self._published),
            audience_size=1,
            audience_through=1,
            active_through=1,
        )

    def membership(self, group: Group) -> Membership:
        place = membership_id(group.id, self.ada.person_id)
        return Membership(id=place, group_id=group.id, person=self.ada.person_id, number=1)

    async def settled(self, *, later: float = 0.0) -> None:
        clock = lambda: datetime.now(UTC) + timedelta(seconds=later)  # noqa: E731 - one expression
        await Readership(self.store, now=clock).settle()


@pytest_asyncio.fixture(loop_scope="package")
async def here(posts: PostsService) -> AsyncIterator[Neighbourhood]:
    made = Neighbourhood(posts)
    yield made
    await made.clear()


async def cheap(here: Neighbourhood, ask: Callable[[], Awaitable[list[SeenPost]]]) -> list[str]:
    """The ids that a list shows; it reads no more posts than it could show, twice at most."""
    here.database.costs.clear()
    rows = await ask()
    spent = here.database.spent_on(Post.collection)
    assert spent
    for look in spent:
        assert not look.stages & {"COLLSCAN", "SORT"}, look
        assert look.documents <= LIMIT, look
    assert sum(look.documents for look in spent) <= LIMIT * (1 + OWN // 100)
    assert all("COLLSCAN" not in look.stages for look in here.database.costs)
    return [row.post.id for row in rows]


async def test_thousands_of_groups_that_one_may_not_see_cost_nothing(here: Neighbourhood) -> None:
    everyone = Group(id=EVERYONE, visibility=Visibility.OPEN)
    mine = [here.group() for _ in range(OWN)]
    shown = [here.post(group) for group in mine[:10]]
    shown += [here.post(everyone, readers=EVERYONE) for _ in range(LIMIT)]
    hidden = [here.group() for _ in range(HIDDEN)]
    await here.put([Person(id=here.ada.person_id, status="active", number=1)])
    await here.put(mine + hidden)
    await here.put([here.membership(group) for group in mine])
    await here.put([*shown, *(here.post(group) for group in hidden)])
    newest = [post.id for post in reversed(shown)]
    for author, topic in ((None, None), ("nora", None), (None, "running"), ("nora", "running")):

        async def first_page(
            author: str | None = author, topic: str | None = topic
        ) -> list[SeenPost]:
            return await list_posts(
                here.store,
                here.ada,
                channel_id=None,
                author_id=author,
                tag=topic,
                after=None,
                limit=LIMIT,
            )

        assert await cheap(here, first_page) == newest[:LIMIT]
    last = shown[-LIMIT]

    async def second_page() -> list[SeenPost]:
        return await list_posts(
            here.store,
            here.ada,
            channel_id=None,
            author_id="nora",
            tag=None,
            after=(last.published_at, last.id),
            limit=10,
        )

    assert await cheap(here, second_page) == newest[LIMIT : LIMIT + 10]

    async def feed() -> list[SeenPost]:
        return await read_feed(here.store, here.ada, after=None, limit=LIMIT)

    assert await cheap(here, feed) == newest[:LIMIT]


async def of_topic(here: Neighbourhood, author: str, limit: int = 10) -> list[str]:
    rows = await list_posts(
        here.store,
        here.ada,
        channel_id=None,
        author_id=author,
        tag=None,
        after=None,
        limit=limit,
    )
    return [row.post.id for row in rows]


async def change(here: Neighbourhood, group: Group, **fields: object) -> None:
    change = {"$set": {**fields, "unsettled_since": datetime.now(UTC)}}
    await here.database.update(Group.collection, [{"q": {"_id": group.id}, "u": change}])


async def test_a_group_that_was_just_closed_shows_nothing_and_pages_stay_full(
    here: Neighbourhood,
) -> None:
    author = new_id()
    stays, closes = here.group(Visibility.OPEN), here.group(Visibility.OPEN)
    await here.put([stays, closes])
    kept = [here.post(stays, readers=EVERYONE, author=author) for _ in range(4)]
    gone = [here.post(closes, readers=EVERYONE, author=author) for _ in range(5)]
    await here.put([*kept, *gone])
    assert len(await of_topic(here, author, 20)) == 9
    await change(here, closes, visibility="closed")
    newest = [post.id for post in reversed(kept)]
    assert await of_topic(here, author, 3) == newest[:3], "nothing was carried to the posts yet"
    await here.settled()
    stored = await here.store.get_many(Post, [post.id for post in gone])
    assert {post.readers for post in stored.values()} == {closes.id}
    assert await of_topic(here, author, 20) == newest
    waiting = await here.store.get(Group, closes.id)
    assert waiting is not None
    assert waiting.unsettled_since is not None, "a post may be on its way that knows it as open"
    await here.settled(later=SETTLED + 1)
    done = await here.store.get(Group, closes.id)
    assert done is not None
    assert done.unsettled_since is None


async def test_a_group_that_was_just_opened_is_shown_to_its_members_at_once(
    here: Neighbourhood,
) -> None:
    author = new_id()
    group = here.group()
    post = here.post(group, author=author)
    await here.put([group, post, here.membership(group)])
    await here.put([Person(id=here.ada.person_id, status="active", number=1)])
    assert await of_topic(here, author) == [post.id]
    await change(here, group, visibility="open")
    assert await of_topic(here, author) == [post.id]
    await here.settled()
    assert await of_topic(here, author) == [post.id]
    stored = await here.store.get(Post, post.id)
    assert stored is not None
    assert stored.readers == EVERYONE


async def test_memberships_of_a_deleted_group_go(here: Neighbourhood) -> None:
    group, other = here.group(), here.group()
    await here.put([group, other, here.membership(group), here.membership(other)])
    await change(here, group, deleted=True)
    await here.settled()
    left = await here.store.find(Membership, {"person": here.ada.person_id})
    assert [membership.group_id for membership in left] == [other.id]


async def test_who_sees_everything_reads_all_groups_at_the_same_cost(here: Neighbourhood) -> None:
    author = new_id()
    groups = [here.group() for _ in range(30)]
    await here.put([*groups, *(here.post(group, author=author) for group in groups)])
    mo = Principal(new_id(), frozenset({"moderator"}), Standing.ACTIVE)

    async def all_there_is() -> list[SeenPost]:
        return await list_posts(
            here.store, mo, channel_id=None, author_id=author, tag=None, after=None, limit=LIMIT
        )

    assert len(await cheap(here, all_there_is)) == LIMIT
