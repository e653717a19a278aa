"""Views of many posts, each scope in a commit of its own."""

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest

from services.posts.api.view_batches import view_in_turn
from services.posts.commands.views import ViewPosts
from shared.contract.errors import OutcomeUnknown, Refusal, Unavailable
from shared.contract.events.posts import PostViewed
from shared.contract.events.topics import POSTS
from shared.contract.ids import new_id
from shared.delivery.command import Occurred
from shared.delivery.committer import CommandResult
from tests.unit.posts.world import World


def event_key(occurred: Occurred) -> str:
    """The Kafka key of a view."""
    assert isinstance(occurred.data, PostViewed)
    return occurred.data.post_id


class Commits:
    """A committer in memory.

    Attributes:
        within: Of each commit the scopes that its events were told in.
        charged: How often more than one commit was paid for.
    """

    def __init__(self, world: World, *outages: Refusal | None) -> None:
        self.within: list[set[str | None]] = []
        self.charged = 0
        self._world = world
        self._outages = list(outages)

    async def execute(self, command: ViewPosts) -> CommandResult:
        await asyncio.sleep(0)
        if self._outages and (outage := self._outages.pop(0)) is not None:
            raise outage
        self._world.wait(microseconds=1)
        changes = self._world.changes(command)
        self.within.append({occurred.within for occurred in changes.events})
        return CommandResult(
            changes.reply,
            tuple(new_id() for _ in changes.events),
            places=tuple((POSTS, event_key(occurred)) for occurred in changes.events),
        )

    def charge(self) -> None:
        self.charged += 1


class Seen:
    """Posts that Ben has seen, of several groups."""

    def __init__(self) -> None:
        self.world = World()
        self.anna, self.ben = self.world.person("anna"), self.world.person("ben")
        self.groups: dict[str, str] = {}
        self.posts: dict[str, str] = {}

    def post(self, name: str, visibility: str) -> str:
        """A post in a group of this name."""
        if name not in self.groups:
            self.groups[name] = self.world.group(self.anna, self.ben, visibility=visibility)
        channel = self.world.channel(self.groups[name])
        return self.world.post(self.anna, channel).id

    async def view(self, commits: Commits, ids: Sequence[str]) -> CommandResult:
        return await view_in_turn(commits.execute, commits.charge, self.ben, ids)


def statuses(outcome: CommandResult) -> list[Any]:
    return [result.refusal or result.status for result in outcome.reply]


async def test_posts_in_open_groups_are_one_commit() -> None:
    seen = Seen()
    ids = [seen.post("tea", "open"), seen.post("runs", "open"), seen.post("tea", "open")]
    commits = Commits(seen.world)
    outcome = await seen.view(commits, ids)
    assert (commits.within, commits.charged) == ([{None}], 0)
    assert statuses(outcome) == ["counted"] * 3
    assert len(outcome.event_ids) == 3


async def test_each_scope_is_a_commit_of_its_own_and_answers_keep_their_order() -> None:
    seen = Seen()
    secret, other = seen.post("wine", "secret"), seen.post("beer", "closed")
    open_, second = seen.post("tea", "open"), seen.post("wine", "secret")
    ids = [open_, secret, other, secret, "nonsense", second, open_]
    commits = Commits(seen.world)
    outcome = await seen.view(commits, ids)
    assert commits.within == [{None}, {seen.groups["wine"]}, {seen.groups["beer"]}]
    assert commits.charged == 2
    assert [result.post_id for result in outcome.reply] == ids
    assert statuses(outcome) == [
        *("counted", "counted", "counted", "known", "post-not-found", "counted", "known")
    ]
    assert len(set(outcome.event_ids)) == 4
    again = await seen.view(commits, ids)
    assert commits.within[3:] == [set()]
    assert statuses(again) == [*["known"] * 4, "post-not-found", *["known"] * 2]


@pytest.mark.parametrize("outage", [Unavailable(), OutcomeUnknown()])
async def test_what_was_acknowledged_stands_when_the_next_commit_fails(outage: Refusal) -> None:
    seen = Seen()
    ids = [seen.post(*place) for place in (("wine", "secret"), ("tea", "open"), ("beer", "closed"))]
    outcome = await seen.view(Commits(seen.world, None, outage), ids)
    assert statuses(outcome) == ["counted", outage.slug, outage.slug]
    assert len(outcome.event_ids) == 1
    again = await seen.view(Commits(seen.world), ids)
    assert statuses(again) == ["known", "counted", "counted"]


async def test_when_the_first_commit_fails_so_does_all() -> None:
    seen = Seen()
    with pytest.raises(Unavailable):
        await seen.view(Commits(seen.world, Unavailable()), [seen.post("tea", "open")])


async def test_receipts_come_in_the_order_of_the_answers() -> None:
    seen = Seen()
    ids = [seen.post("tea", "open"), seen.post("wine", "secret"), seen.post("tea", "open")]
    commits = Commits(seen.world)
    given: list[tuple[str, ...]] = []
    execute = commits.execute

    async def noting(command: ViewPosts) -> CommandResult:
        outcome = await execute(command)
        given.append(outcome.event_ids)
        return outcome

    commits.execute = noting  # type: ignore[method-assign]
    outcome = await seen.view(commits, ids)
    (first, third), (second,) = given
    assert outcome.event_ids == (first, second, third)
    assert outcome.places == tuple((POSTS, post_id) for post_id in ids)
