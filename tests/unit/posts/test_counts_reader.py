"""Counts for the answers to changes: asked while the change is committed, and for many at once."""

import asyncio
from collections.abc import Iterable
from types import SimpleNamespace
from typing import Any, cast

import pytest

from services.posts.api.reactions import react_to_comment, react_to_post
from services.posts.api.views import view_post
from services.posts.commands.reactions import CommentReactionChange
from services.posts.domain.counts import CommentCounts, PostCounts
from services.posts.domain.engagement import Engagement
from services.posts.queries import counts
from services.posts.queries.counts import KEPT_FOR, YOUNG_AT_MOST, YOUNG_EACH, CountsReader
from shared.contract.errors import OutcomeUnknown, Unavailable
from shared.delivery.committer import CommandResult
from shared.delivery.mongo import EntityStore


class Stored:
    """Counts of a database; what it was asked for is remembered."""

    def __init__(self) -> None:
        self.asked: list[set[str]] = []
        self.views: dict[str, int] = {}
        self.error: Exception | None = None

    async def get_many(self, kind: type[PostCounts], ids: Iterable[str]) -> dict[str, PostCounts]:
        self.asked.append(set(ids))
        await asyncio.sleep(0)
        if self.error is not None:
            raise self.error
        return {one: kind(id=one, views=self.views[one]) for one in ids if one in self.views}


def reader(stored: Stored, kept_for: float = 0.0) -> CountsReader[PostCounts]:
    return CountsReader(cast(EntityStore, stored), PostCounts, kept_for=kept_for)


async def views(asking: CountsReader[PostCounts], *ids: str) -> list[int]:
    asked = [asking.ask(one) for one in ids]
    return [(await one.read()).views for one in asked]


async def test_who_comes_together_shares_a_query_and_later_ones_share_the_next() -> None:
    stored = Stored()
    stored.views = {"a": 1, "b": 2}
    asking = reader(stored)
    first = asyncio.create_task(views(asking, "a", "b", "nobody has seen this"))
    while not stored.asked:
        await asyncio.sleep(0)
    later = [asyncio.create_task(views(asking, "a")) for _ in range(20)]
    assert await first == [1, 2, 0]
    assert [await one for one in later] == [[1]] * 20
    assert stored.asked == [{"a", "b", "nobody has seen this"}, {"a"}]


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 1000.0
        monkeypatch.setattr(counts, "time", SimpleNamespace(monotonic=lambda: self.now))


async def test_the_more_ask_the_older_counts_may_be(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock(monkeypatch)
    for asking_at_once, young in ((1, YOUNG_EACH), (50, 50 * YOUNG_EACH), (9000, YOUNG_AT_MOST)):
        stored = Stored()
        stored.views = {"a": 1}
        asking = reader(stored, kept_for=KEPT_FOR)
        assert set(await views(asking, *["a"] * asking_at_once)) == {1}
        clock.now += 0.99 * young
        await views(asking, "a")
        assert len(stored.asked) == 1
        clock.now += 0.02 * young
        await views(asking, "a")
        async with asyncio.timeout(10):
            while len(stored.asked) < 2:  # asked for again, once the pause is over
                await asyncio.sleep(0.01)


async def test_who_finds_counts_waits_for_no_younger_ones_until_these_are_too_old(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock = Clock(monkeypatch)
    stored = Stored()
    stored.views = {"a": 1}
    kept, unkept = reader(stored, kept_for=KEPT_FOR), reader(stored)
    assert await views(kept, "a") == await views(unkept, "a") == [1]
    stored.views = {"a": 2}
    assert await views(unkept, "a") == [2]
    clock.now += 0.99 * KEPT_FOR
    assert await views(kept, "a") == [1], "no answer yet, so what was kept"
    clock.now += KEPT_FOR
    asked = kept.ask("a")
    assert (await asked.read()).views == 2


async def test_an_answer_that_came_in_time_is_used() -> None:
    stored = Stored()
    stored.views = {"a": 1}
    asking = reader(stored, kept_for=60.0)
    await views(asking, "a")
    stored.views = {"a": 2}
    await asyncio.sleep(2 * YOUNG_EACH)
    asked = asking.ask("a")
    async with asyncio.timeout(10):
        while len(stored.asked) < 2:
            await asyncio.sleep(0.01)
    await asyncio.sleep(0.01)  # the commit goes on
    assert (await asked.read()).views == 2


async def test_what_is_stored_is_not_answered_as_if_it_were_not() -> None:
    stored = Stored()
    stored.views = {"a": 1}
    asking = reader(stored, kept_for=1e-9)
    assert await views(asking, "a") == [1]
    stored.error = Unavailable()
    assert await views(asking, "a") == [1]  # older, and right with what the caller has just done
    with pytest.raises(OutcomeUnknown):
        await views(asking, "b")
    stored.error = None
    assert await views(asking, "b") == [0]


async def test_no_more_is_kept_than_fits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counts, "MOST_KEPT", 2)
    monkeypatch.setattr(counts, "YOUNG_EACH", 60.0)
    monkeypatch.setattr(counts, "YOUNG_AT_MOST", 60.0)
    stored = Stored()
    asking = reader(stored, kept_for=60.0)
    for one in ("a", "b", "c", "c", "a"):
        await views(asking, one)
    assert stored.asked == [{"a"}, {"b"}, {"c"}, {"a"}]


@pytest.mark.parametrize("route", [react_to_post, view_post, react_to_comment])
async def test_a_change_asks_for_counts_before_it_is_committed(route: Any) -> None:
    happened: list[str] = []

    class Database(Stored):
        async def get_many(self, *asked: Any) -> Any:
            happened.append("counts")
            return await super().get_many(*asked)

    async def execute(command: object) -> CommandResult:
        while "counts" not in happened:  # both at once: else this would wait for ever
            await asyncio.sleep(0)
        happened.append(type(command).__name__)
        if route is react_to_comment:
            return CommandResult(CommentReactionChange("like", "like", None, human=True), ())
        return CommandResult(Engagement(id="p:me", viewed_on="2025-03-03", reaction="like"), ())

    store = cast(EntityStore, Database())
    state = SimpleNamespace(
        counts=CountsReader(store, PostCounts), comment_counts=CountsReader(store, CommentCounts)
    )
    call = SimpleNamespace(
        path={"post_id": "p", "comment_id": "c"},
        body=SimpleNamespace(kind="like"),
        principal=None,
        state=state,
        execute=execute,
    )
    async with asyncio.timeout(10):
        reply = await route(call)
    assert len(happened) == 2
    assert b'"like":1' in reply.body
