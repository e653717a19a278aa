"""Every figure on every surface is what an independent recount over active humans comes to."""

import asyncio
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from services.groups.worker.member_counts import MemberCountChanges
from services.metrics.api import formats, groups, kpis, posts
from services.metrics.api.sources import Sources
from services.metrics.kpis.windows import parse_window
from services.posts.domain.audience import Group
from services.posts.worker.engagement_counts import EngagementCounts
from shared.audience import EVERYONE
from shared.contract.errors import Refusal
from shared.contract.events.registry import decode_event
from shared.contract.events.topics import POSTS
from tests.integration.metrics.any_community import (
    DEEDS,
    NAMES,
    PROGRAMS,
    STRANGERS,
    Community,
)
from tests.integration.metrics.counted_community import (
    asking,
    counted_community,
    exported,
    sources_at,
)
from tests.integration.metrics.recount import PostRecount, Recount
from tests.support.in_memory import principal
from tests.support.metrics import value

ANALYST = principal("ann", "analyst")
FEW = 5  # of fewer people nothing is told
A_MOMENT = timedelta(minutes=1)


def days_of(window: str, now: datetime) -> list[date]:
    return list(parse_window(window, now.date()).each_day())


def share(part: float, whole: float) -> float | None:
    return part / whole if whole else None


def told_or(expected: Any, answer: Mapping[str, Any]) -> Any:
    """What is expected, but where a number is hidden because few people are behind it."""
    return None if answer["suppressed"] else expected


class Judge:
    """Holds what is shown at a moment against the recount.

    Args:
        community: The community.
        sources: What the routes answer from, at that moment.
    """

    def __init__(self, community: Community, sources: Sources) -> None:
        self.community, self.sources = community, sources
        self.now, self.recount = sources.clock(), Recount(community)
        self.request = asking(sources)

    async def kpis(self, window: str) -> None:
        answers = await kpis.read_kpis(self.request, ANALYST, window)
        shown = {item.name: item.model_dump() for item in answers.items}
        recount, days = self.recount, days_of(window, self.now)
        eligible = set().union(*(recount.eligible(day) for day in days))
        active = recount.did(days, "viewed", "interacted", "contributed", "created")
        readers = recount.did(days, "viewed", "interacted")
        creators = recount.did(days, "created")
        interactors = recount.did(days, "interacted", "contributed") - creators
        daily = [
            len(recount.did([day], "viewed", "interacted", "contributed", "created"))
            for day in days
        ]
        judged = recount.judged(days)
        viewers = sum(len(post.early_viewers()) for post in judged)
        for name, part, whole in (
            ("adoption", len(active), len(eligible)),
            ("stickiness", sum(daily) / len(daily), len(active)),
            ("reach", len(readers), len(eligible)),
            ("participation", len(creators | interactors), len(eligible)),
            ("engagement", sum(post.early[0] for post in judged), viewers),
        ):
            answer = shown[name]
            assert answer["suppressed"] == (0 < whole < FEW), name
            for field, expected in (("numerator", part), ("denominator", whole)):
                assert answer[field] == told_or(pytest.approx(expected), answer), (name, field)
            assert answer["value"] == told_or(pytest.approx(share(part, whole)), answer), name
        self._activation(shown["adoption"]["parts"], days[-1] + timedelta(days=1))
        for name, people in (("creators", creators), ("interactors", interactors)):
            cell = shown["participation"]["parts"][name]
            assert cell["people"] == told_or(len(people), cell), name
        self._reach(shown["reach"]["parts"]["posts"], judged)
        self._answers(shown["responsiveness"], days)

    def _activation(self, parts: Mapping[str, Any], end: date) -> None:
        activation, activated_by = parts["activation"], self.recount.activated_by
        assert activation["activated"] == told_or(activated_by(end, human=True), activation)
        assert parts["programs"] == activated_by(end, human=False)

    def _reach(self, cell: Mapping[str, Any], judged: Sequence[PostRecount]) -> None:
        assert cell["posts"] == len(judged)
        if not cell["suppressed"]:
            inside = [reached for post in judged for reached in post.early_viewers()]
            assert cell["audience"] == sum(post.audience_size for post in judged)
            assert (cell["reached"], cell["spill"]) == (sum(inside), len(inside) - sum(inside))

    def _answers(self, answer: Mapping[str, Any], days: Sequence[date]) -> None:
        judged = self.recount.judged(list(days))
        if days[-1] < self.now.date():
            judged = [post for post in judged if post.counts_until <= self.now]
        answered = [post for post in judged if post.early[1] > 0]
        appreciated = [post for post in judged if post.early[1] > 0 or post.early[2] > 0]
        assert (answer["numerator"], answer["denominator"]) == (len(answered), len(judged))
        assert answer["parts"]["appreciated"] == len(appreciated)
        waits = sorted(
            wait
            for post in answered
            if (wait := post.wait()) is not None and wait < timedelta(days=7).total_seconds()
        )
        median = waits[math.ceil(len(waits) / 2) - 1] if waits else None
        assert answer["parts"]["seconds_to_first_response"]["median"] == median

    async def formats(self, window: str) -> None:
        shown = await formats.read_formats(self.request, ANALYST, window)
        judged = self.recount.judged(days_of(window, self.now))
        by_format = Counter(post.format for post in judged)
        assert {item.format: item.posts for item in shown.items} == by_format
        for item in shown.items:
            if not item.suppressed:
                of_format = [post for post in judged if post.format == item.format]
                assert item.viewers == sum(len(post.early_viewers()) for post in of_format)
                assert item.interactors == sum(post.early[0] for post in of_format)

    async def posts(self, window: str) -> None:
        leading = await posts.read_posts(request=self.request, caller=ANALYST, window=window)
        judged = self.recount.judged(days_of(window, self.now))
        assert len(leading.items) == sum(len(post.early_viewers()) >= FEW for post in judged)
        shown = {item.post_id for item in leading.items}
        assert all(self.recount.posts[post_id].by_human for post_id in shown)
        for post_id, post in self.recount.posts.items():
            if not post.deleted:
                found = await posts.read_post(self.request, ANALYST, post_id)
                self._post(found.model_dump(), post)
                continue
            with pytest.raises(Refusal):
                await posts.read_post(self.request, ANALYST, post_id)

    def _post(self, shown: Mapping[str, Any], post: PostRecount) -> None:
        inside = post.early_viewers()
        assert shown["audience"] == post.audience_size
        assert shown["suppressed"] == (0 < len(post.viewers()) < FEW)
        for name, expected in (
            ("viewers", len(post.viewers())),
            ("views", post.views),
            ("interactors", len(post.interactors())),
        ):
            assert shown[name] == told_or(expected, shown), name
        assert shown["comments"] == len(post.comments)
        assert shown["reactions"] == len(post.reactions)
        assert shown["shares"] == len(post.sharers)
        if not shown["engagement"]["suppressed"]:
            assert shown["engagement"]["numerator"] == post.early[0]
            assert shown["engagement"]["denominator"] == len(inside)
        if not shown["reach"]["suppressed"]:
            assert shown["reach"]["numerator"] == sum(inside)
        first = post.first_answer()
        waited = None if first is None else (first - post.published_at).total_seconds()
        assert shown["seconds_to_first_response"] == (
            None if waited is None else pytest.approx(waited, abs=0.002)
        )

    async def group(self, window: str) -> None:
        group_id, recount = self.community.group_id, self.recount
        shown = await groups.read_group(self.request, ANALYST, group_id, window)
        assert shown.members == len(recount.active_members())
        assert shown.posts == recount.contributions["post"]
        assert shown.comments == recount.contributions["comment"]

    async def prometheus(self) -> None:
        shown, recount = await exported(self.sources), self.recount

        def total(name: str, label: str) -> dict[str, float]:
            summed: Counter[str] = Counter()
            for labels, number in shown.get(name, ()):
                summed[labels[label]] += int(number)
            return dict(summed)

        assert total("mitmach_events_total", "type") == recount.by_type
        assert total("mitmach_interactions_total", "kind") == recount.interactions
        assert total("mitmach_contributions_total", "kind") == recount.contributions
        assert total("mitmach_program_acts_total", "type") == +recount.program_acts
        assert sum(total("mitmach_views_total", "format").values()) == recount.first_views
        today = [self.now.date()]
        active = recount.did(today, "viewed", "interacted", "contributed", "created")
        gauges = {
            "mitmach_eligible_people": len(recount.eligible(today[0])),
            "mitmach_programs": recount.activated_by(today[0] + timedelta(days=1), human=False),
            "mitmach_posts_unanswered": len(
                [
                    post
                    for post in recount.posts.values()
                    if post.by_human
                    and not post.deleted
                    and post.published_at >= self.now - timedelta(days=30)
                    and post.first_answer() is None
                ]
            ),
        }
        for name, expected in gauges.items():
            assert shown[name] == [({}, expected)], name
        assert ({"window": "today"}, len(active)) in shown["mitmach_active_people"]

    def shown_in_posts_and_groups(self) -> None:
        """The numbers beside posts, and of members, as these services count them."""
        told, recount = self.community.told, self.recount
        fold, members = EngagementCounts().fold("any"), MemberCountChanges()
        for data, actor, at in told:
            if data.topic == POSTS:
                fold.apply(decode_event(value(data, actor=actor, at=at)))
            members.apply(data)
        counted = fold.take().posts
        for post_id, post in recount.posts.items():
            counts = Counter(counted.get(post_id, {}))
            assert counts["viewers"] == len(post.first_views)
            assert counts["comments"] == len(post.comments)
            assert counts["shares"] == len(post.sharers)
            assert counts["reactions.like"] == len(post.reactions)
        active = {person for person in recount.active if recount.is_active(person)}
        expected = {self.community.group_id: len(recount.active_members()), EVERYONE: len(active)}
        for group_id, number in expected.items():
            assert members.by_group.get(group_id, 0) == number
            assert self.community.world.find(Group, group_id).members == number

    async def everything(self) -> None:
        today = self.now.date()
        first = min(at for _, _, at in self.community.told).date()
        for window in (
            "7d",
            f"{first}/{today + timedelta(days=1)}",
            f"{today}/{today + timedelta(1)}",
        ):
            await self.kpis(window)
            await self.formats(window)
            await self.posts(window)
            await self.group(window)
        await self.prometheus()
        self.shown_in_posts_and_groups()


deeds = st.tuples(st.sampled_from((*NAMES, *STRANGERS)), st.sampled_from(DEEDS), st.integers(0, 5))

EVERYBODY = (*NAMES, *STRANGERS)


def all_of(deed: str, number: int, names: Iterable[str] = EVERYBODY) -> list[tuple[str, str, int]]:
    return [(name, deed, number) for name in names]


# Everybody sees, answers and shares everything; programs and strangers first of all.
BUSY = [
    *all_of("publish", 0, ("a", "i")),
    *all_of("react", 1, reversed(EVERYBODY)),
    *all_of("comment", 0, reversed(EVERYBODY)),
    *all_of("share", 1),
    ("b", "suspend", 0),
    ("d", "go", 0),
    ("e", "go", 0),
    ("f", "go", 0),
    ("a", "delete comments", 0),
    ("j", "delete comments", 0),
    ("a", "moderate", 0),
    *all_of("wait", 5, "aaaa"),
    ("b", "reinstate", 0),
    ("e", "reinstate", 0),
    ("f", "erase", 0),
    ("c", "erase", 0),
    ("j", "erase", 0),
    *all_of("arrive", 0, ("c", "j", "y", "z")),
    *all_of("join", 0, ("c", "j", "y", "z")),
    *all_of("comment", 0, reversed(EVERYBODY)),
    *all_of("view", 0),
    *all_of("take back", 1, ("d", "i")),
]


@settings(
    max_examples=10,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@example(first=10, visibility="open", happened=BUSY)
@example(first=8, visibility="closed", happened=[("i", "arrive", 0), *BUSY])
@given(
    first=st.integers(6, len(NAMES)),
    visibility=st.sampled_from(("open", "closed")),
    happened=st.lists(deeds, min_size=10, max_size=120),
)
def test_every_figure_is_a_recount_over_active_humans(
    mongo_url: str,
    database_prefix: str,
    *,
    first: int,
    visibility: str,
    happened: list[tuple[str, str, int]],
) -> None:
    community = Community()
    community.begin(first, visibility)
    for deed in happened:
        community.act(*deed)

    async def judge() -> None:
        async with counted_community(mongo_url, database_prefix, community) as database:
            for later in (A_MOMENT, timedelta(days=7, hours=1)):
                sources = sources_at(database, community.world.now + later)
                await Judge(community, sources).everything()

    asyncio.run(judge())


def test_a_fifth_of_the_accounts_of_such_a_world_are_programs() -> None:
    assert len(PROGRAMS) * 5 == len(NAMES)
    assert set(NAMES) > PROGRAMS
