"""What posts keep of an erased person goes, whoever dies in between, and then they say so."""

import asyncio
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest

from services.posts.domain.comment import Comment, place
from services.posts.domain.engagement import CommentReaction, Engagement
from services.posts.domain.post import Post, PostContent, PostText
from services.posts.store import COLLECTIONS
from services.posts.worker.audience_copy import PostsAudienceCopy
from services.posts.worker.erasures import PostsErasures
from shared.audience import ErasedPerson
from shared.audience.erasures import AT_ONCE
from shared.contract.aliases import VIEW, Aliases
from shared.contract.erasures import FORMER_COLLEAGUE, erasure_id
from shared.contract.errors import Unavailable
from shared.contract.events.people import PersonErased
from shared.contract.events.topics import POSTS_FORGOTTEN
from shared.contract.ids import new_id
from shared.delivery.command import SETTLED, Entity
from shared.delivery.consumer import FLUSHED
from shared.delivery.dead_letters import DEAD_LETTERS
from shared.delivery.lease import Lease
from shared.delivery.mongo import Database, EntityStore, document
from shared.runtime.assembly import SHARED_COLLECTIONS, ServiceContext
from tests.integration.posts.database import posts_base, told_events
from tests.integration.posts.service import PostsService, joined
from tests.support.identity import PSEUDONYM_KEY, login_told, person_id_of
from tests.support.mongodb import connected
from tests.support.oracle import published
from tests.support.skew import hear_at_once
from tooling.sample_events import sample

pytestmark = pytest.mark.asyncio(loop_scope="package")

ANNA = "01936f3e-0000-4000-8000-00000000000a"
ELSEWHERE = {"log", "idempotency"}
"""Collections that keep what happened, by the ids of that time, until they expire."""


async def naming(database: Database, person: str) -> list[str]:
    """The collections in which a person is named, keys included."""
    names = (COLLECTIONS.keys() | SHARED_COLLECTIONS.keys()) - ELSEWHERE
    return sorted([name for name in names if person in str(await database.find(name, {}))])


@pytest.mark.parametrize("texts", ["kept", "deleted"])
async def test_an_erased_person_is_forgotten_everywhere_and_it_is_said(
    posts: PostsService, monkeypatch: pytest.MonkeyPatch, texts: str
) -> None:
    monkeypatch.setattr("shared.audience.erasures.SETTLED", 0.5)
    monkeypatch.setattr("shared.audience.erasures.FLUSHED", 0.5)
    anna, ben = await posts.people("anna", "ben")
    channel = await posts.place(anna, ben)
    own = await anna.publish(channel, text=f"A secret of mine {texts}")
    others = await ben.publish(channel)
    await anna.call("PATCH", f"/v1/posts/{own['id']}", {"text": f"Another secret {texts}"})
    comment = await anna.comment(others["id"], f"I know it all {texts}")
    answer = await ben.comment(own["id"])
    await anna.call("PUT", f"/v1/posts/{others['id']}/reaction", {"kind": "like"})
    await anna.call("PUT", f"/v1/comments/{answer['id']}/reaction", {"kind": "like"})
    await anna.call("POST", f"/v1/posts/{others['id']}/shares", {})
    before = await posts.counts(ben, others["id"], comments=1, shares=1)
    alias = Aliases(PSEUDONYM_KEY).of(VIEW, anna.id)
    letter: dict[str, Any] = {"_id": new_id(), "key": b"", "value": alias.encode(), "headers": []}
    letter |= {"state": "open", "at": datetime.now(UTC)}
    await posts.database.insert(DEAD_LETTERS, [letter])

    async def all_is_sent() -> bool:
        return await posts.database.count("log", {"first_sequence": None}) == 0

    erasure = erasure_id(anna.id)
    await posts.until(all_is_sent)
    heard = {event.id for event in await posts.published()}
    await posts.tell(sample(PersonErased, person=anna.id, erasure=erasure, texts=texts))

    async def forgotten() -> bool:
        stored = await posts.database.find_one(ErasedPerson.collection, {"_id": erasure})
        return stored is not None and stored.get("forgotten_at") is not None

    await posts.until(forgotten)
    assert await naming(posts.database, anna.id) == []
    (emptied,) = await posts.database.find(DEAD_LETTERS, {"_id": letter["_id"]})
    assert (emptied["state"], emptied["value"]) == ("forgotten", None)

    async def told() -> bool:
        records = await published(posts.kafka, POSTS_FORGOTTEN)
        return erasure in [record.subject for record in records]

    await posts.until(told)
    await posts.until(all_is_sent)
    since = [event for event in await posts.published() if event.id not in heard]
    assert anna.id not in str(since)
    left = await ben.get(f"/v1/posts/{own['id']}")
    if texts == "kept":
        shown = left.json()
        assert (shown["author_id"], shown["text"]) == (FORMER_COLLEAGUE, "Another secret kept")
        after = await posts.counts(ben, others["id"], comments=1, shares=1)
        assert after == before
        history = await ben.get(f"/v1/posts/{own['id']}/history")
        assert history.status_code == 200
    else:
        assert left.status_code == 404
        after = await posts.counts(ben, others["id"], comments=0)
        assert after == before | {"comments": 0}
        everything = [
            str(await posts.database.find(name, {})) for name in COLLECTIONS.keys() - ELSEWHERE
        ]
        for text in ("A secret of mine", "Another secret", "I know it all"):
            assert not [found for found in everything if f"{text} deleted" in found]
        await posts.database.delete(Comment.collection, {"_id": comment["id"]})


async def test_what_is_heard_late_of_an_erased_person_brings_nothing_back(
    posts: PostsService,
) -> None:
    anna, ben = await posts.people("anna", "ben")
    group = await posts.group(ben)
    erasure = erasure_id(anna.id)
    await posts.tell(sample(PersonErased, person=anna.id, erasure=erasure, texts="kept"))
    login = {"_id": login_told(anna.subject).login, "standing": "erased", "person": None}
    await posts.until(lambda: posts.database.count("logins", login))
    # Told before the erasure, and read after it: topics are read side by side.
    after = await posts.people("cleo")
    await posts.tell(
        login_told(anna.subject),
        *(joined(who, group) for who in (anna, *after)),
        joined(ben, group),
    )
    for who in (ben, *after):
        belongs = {"group_id": group, "person": who.id}
        await posts.until(partial(posts.database.count, "memberships", belongs))
    assert await posts.database.count("logins", login) == 1
    assert await posts.database.count("memberships", {"person": anna.id}) == 0
    assert await posts.database.count("people", {"_id": anna.id}) == 0
    assert (await anna.get("/v1/posts")).status_code == 403


class Legacy:
    """What somebody left who did more than one step forgets, and workers that forget it."""

    def __init__(self, base: ServiceContext) -> None:
        self.base = base
        self.store = EntityStore(base.database)
        self.heard = datetime.now(UTC)
        self.erased = ErasedPerson(
            id=erasure_id(ANNA), person=ANNA, texts="deleted", secret=b"s" * 16, noted_at=self.heard
        )
        self.size = AT_ONCE + 20

    async def prepare(self) -> None:
        """Has it all there."""
        posts = [self._post(person_id_of("ben")) for _ in range(self.size)]
        own = [self._post(ANNA) for _ in range(self.size)]
        comments = [self._comment(post) for post in posts]
        things: tuple[list[Any], ...] = (
            [*posts, *own],
            [PostText(id=post.id, content=PostContent(text="Secret")) for post in own],
            comments,
            [self._engagement(post.id) for post in posts],
            [CommentReaction(id=f"{one.id}:{ANNA}", reaction="like") for one in comments],
            [self.erased],
        )
        for entities in things:
            await self.base.database.insert(
                entities[0].collection, [document(each) for each in entities]
            )

    def _post(self, author: str) -> Post:
        return Post(
            id=new_id(),
            group_id="01936f3e-0000-7000-8000-000000000001",
            channel_id=new_id(),
            readers=new_id(),
            author=author,
            format="text",
            kind="discussion",
            tags=(),
            published_at=self.heard,
            audience_size=1,
            audience_through=1,
            active_through=1,
        )

    def _comment(self, post: Post) -> Comment:
        return Comment(
            id=(comment_id := new_id()),
            post_id=post.id,
            group_id=post.group_id,
            channel_id=post.channel_id,
            parent_id=None,
            place=place(comment_id, None),
            author=ANNA,
            text="Secret",
            added_at=self.heard,
        )

    def _engagement(self, post_id: str) -> Engagement:
        return Engagement(
            id=f"{post_id}:{ANNA}", viewed_on="2026-01-01", interacted=True, comments=1,
            reaction="like",
        )  # fmt: skip

    async def work(self, *, later: float = FLUSHED + 1) -> None:
        """What one worker does, this many seconds after the erasure was heard of."""
        async with self.base.open_committer() as committer:
            await PostsErasures(
                "posts",
                self.store,
                committer,
                Lease(self.base.database, "erasures", holder=new_id()),
                self.base.aliases(),
                now=lambda: self.heard + timedelta(seconds=later),
            ).look()

    async def told(self) -> list[str]:
        """The types of all events."""
        return sorted(event["type"] for event in await told_events(self.base.database))

    async def doers(self, kind: type[Entity]) -> list[str]:
        """Under whose ids something is noted."""
        return [key.partition(":")[2] for key in await self.store.find_ids(kind, {})]


async def test_two_workers_and_one_that_dies_forget_each_thing_once(mongo_url: str) -> None:
    async with posts_base(mongo_url) as base:
        legacy = Legacy(base)
        await legacy.prepare()
        await legacy.work(later=SETTLED - 1)
        assert await legacy.told() == []  # a command may still be under way that saw them
        for events in (1, legacy.size + 5):
            dying = asyncio.create_task(legacy.work())
            while len(await legacy.told()) < events and not dying.done():
                await asyncio.sleep(0.005)
            dying.cancel()
            await asyncio.gather(dying, return_exceptions=True)
        await asyncio.gather(legacy.work(), legacy.work())
        await legacy.work()
        assert await legacy.told() == [
            *["mitmach.comment.deleted"] * legacy.size,
            *["mitmach.post.deleted"] * legacy.size,
            "mitmach.posts.person_forgotten",
        ]
        assert await naming(base.database, ANNA) == []
        assert ANNA not in str(await told_events(base.database))
        for kind in (Engagement, CommentReaction):
            doers = await legacy.doers(kind)
            assert len(set(doers)) == len(doers) == legacy.size
        engagements = await legacy.store.find(Engagement, {})
        assert {(one.comments, one.reaction) for one in engagements} == {(0, "like")}
        assert await base.database.count(PostText.collection, {}) == 0


async def test_all_is_taken_away_at_once_and_said_when_no_flush_can_bring_it_back(
    mongo_url: str,
) -> None:
    async with posts_base(mongo_url) as base:
        legacy = Legacy(base)
        await legacy.prepare()
        await legacy.work(later=SETTLED + 1)
        assert await naming(base.database, ANNA) == ["erasures"]
        assert "mitmach.posts.person_forgotten" not in await legacy.told()
        joined_late = {"_id": f"a group:{ANNA}", "group_id": "a group", "person": ANNA, "number": 1}
        await base.database.insert("memberships", [joined_late])
        await legacy.work(later=FLUSHED + 1)
        assert await naming(base.database, ANNA) == ["erasures"]
        assert "mitmach.posts.person_forgotten" not in await legacy.told()  # a command may have
        await legacy.work(later=2 * FLUSHED + 2)
        assert await naming(base.database, ANNA) == []
        assert "mitmach.posts.person_forgotten" in await legacy.told()


async def test_a_flush_that_hadnt_seen_the_erasure_leaves_nobody_behind(mongo_url: str) -> None:
    async with posts_base(mongo_url) as base, connected(mongo_url) as mongo:
        database = mongo.database(base.database.name)
        person = await hear_at_once(mongo, database, PostsAudienceCopy(), subject="anna")
        assert await naming(base.database, person) == [
            "erasures", "logins", "memberships", "people",
        ]  # fmt: skip
        assert [group["members"] for group in await base.database.find("groups", {})] == [0]
        legacy = Legacy(base)
        for rounds in (1, 2):
            await legacy.work(later=rounds * (FLUSHED + 1))
        assert await naming(base.database, person) == []
        assert await legacy.told() == ["mitmach.posts.person_forgotten"]


async def test_a_walk_through_all_ids_asks_for_few_at_once(
    mongo_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.audience.erasures.WALKED_AT_ONCE", 50)
    async with posts_base(mongo_url) as base:
        legacy = Legacy(base)
        await legacy.prepare()
        ben = person_id_of("ben")
        others = [{"_id": f"{new_id()}:{ben}", "viewed_on": None} for _ in range(legacy.size)]
        await base.database.insert(Engagement.collection, others)
        await base.database.handle.command("profile", 2)
        await legacy.work()
        await base.database.handle.command("profile", 0)
        walks = {
            "ns": f"{base.database.name}.{Engagement.collection}",
            "command.aggregate": Engagement.collection,
        }
        asked = await base.database.find("system.profile", walks)
        assert max(one["keysExamined"] for one in asked) <= 51
        assert max(one["docsExamined"] for one in asked) == 0
        assert await naming(base.database, ANNA) == []


class Failing(PostsErasures):
    """Can't forget somebody, as if what they did were on a server that is down."""

    person = ""

    async def _forget(self, erased: ErasedPerson, person: str) -> bool:
        if person == self.person:
            raise Unavailable
        return await super()._forget(erased, person)


async def test_who_cant_be_forgotten_now_keeps_no_other_waiting(mongo_url: str) -> None:
    async with posts_base(mongo_url) as base, base.open_committer() as committer:
        heard = datetime.now(UTC)
        people = [person_id_of(name) for name in ("anna", "ben", "cleo")]
        for person in people:
            erased = ErasedPerson(
                id=erasure_id(person), person=person, texts="kept", secret=b"s" * 16, noted_at=heard
            )
            await base.database.insert(ErasedPerson.collection, [document(erased)])
        erasures = Failing(
            "posts",
            EntityStore(base.database),
            committer,
            Lease(base.database, "erasures", holder=new_id()),
            base.aliases(),
            now=lambda: heard + timedelta(seconds=FLUSHED + 1),
        )
        erasures.person = people[0]
        with pytest.raises(Unavailable):
            await erasures.look()
        left = await EntityStore(base.database).find(ErasedPerson, {"forgotten_at": None})
        assert [one.person for one in left] == [erasures.person]
