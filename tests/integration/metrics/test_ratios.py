"""No ratio passes 1 on any surface, whoever joins late, leaves, is suspended, or is a program."""

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import timedelta
from typing import Any, TypeGuard

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from services.metrics.api import formats, groups, kpis, posts, topics
from services.metrics.api.sources import Sources
from shared.contract.errors import Refusal
from shared.delivery.mongo import Database
from tests.integration.metrics.any_community import DEEDS, NAMES, STRANGERS, Community
from tests.integration.metrics.counted_community import (
    asking,
    counted_community,
    exported,
    sources_at,
)
from tests.support.in_memory import principal

ANALYST = principal("ann", "analyst")
# What is a share of something in an answer, wherever it stands; `lift` compares two of them.
SHARES = frozenset(
    {
        *("value", "previous", "reach", "engagement", "interval"),
        *("of_eligible", "of_active", "unanswered", "appreciation"),
    }
)
# Pairs of which the first counts some of the second.
PARTS = (
    ("numerator", "denominator"),
    ("interactors", "viewers"),
    ("reached", "audience"),
    ("reached", "viewers"),
    ("activated", "invited_or_activated"),
    ("began_to_take_part", "only_viewed_before"),
)
COUNTS = frozenset({"spill", "viewers", "views", "interactors", "comments", "reactions", "members"})


async def answered(sources: Sources, community: Community) -> Iterator[Mapping[str, Any]]:
    """Everything that the API answers, and the board shows."""
    request = asking(sources)
    now = sources.clock()
    day = now.date()
    found: list[BaseModel] = []
    for window in ("7d", f"{day - timedelta(days=1)}/{day + timedelta(days=1)}"):
        found.append(await kpis.read_kpis(request, ANALYST, window))
        found.append(await formats.read_formats(request, ANALYST, window))
        found.append(await topics.read_topics(request, ANALYST, window))
        found.append(await groups.read_group(request, ANALYST, community.group_id, window))
        found.append(await posts.read_posts(request=request, caller=ANALYST, window=window))
    for post in community.posts:
        with suppress(Refusal):  # it was deleted
            found.append(await posts.read_post(request, ANALYST, post.id))
    return (view.model_dump() for view in found)


def _is_number(value: Any) -> TypeGuard[float]:
    return isinstance(value, int | float)


def faults(answer: Any, path: str = "") -> Iterator[str]:
    """Where an answer holds a share above 1 or below 0, or a part that is larger than its whole."""
    if isinstance(answer, Mapping):
        for part, whole in PARTS:
            some, everything = answer.get(part), answer.get(whole)
            if _is_number(some) and _is_number(everything) and some > everything:
                yield f"{path}: {part} {some} of {whole} {everything}"
        for name, value in answer.items():
            if name in SHARES and not isinstance(value, Mapping):
                shares = value if isinstance(value, tuple | list) else (value,)
                if not all(share is None or 0 <= share <= 1 for share in shares):
                    yield f"{path}.{name}: {value}"
            if name in COUNTS and _is_number(value) and value < 0:
                yield f"{path}.{name}: {value}"
            yield from faults(value, f"{path}.{name}")
    elif isinstance(answer, list | tuple):
        for number, item in enumerate(answer):
            yield from faults(item, f"{path}[{number}]")


async def check(database: Database, community: Community) -> None:
    """Holds every surface against the rule, a moment and a week after the last deed."""
    for later in (timedelta(minutes=1), timedelta(days=7, hours=1)):
        sources = sources_at(database, community.world.now + later)
        found = [fault for answer in await answered(sources, community) for fault in faults(answer)]
        assert found == []
        for name, samples in (await exported(sources)).items():
            if name.endswith("_ratio"):
                assert all(0 <= value <= 1 for _, value in samples), name


deeds = st.tuples(st.sampled_from((*NAMES, *STRANGERS)), st.sampled_from(DEEDS), st.integers(0, 5))


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@example(
    first=10,
    visibility="open",
    happened=[("a", "publish", 0), ("a", "all view", 0), ("a", "all react", 0)],
    lost=5,
)
@given(
    first=st.integers(1, len(NAMES)),
    visibility=st.sampled_from(("open", "closed")),
    happened=st.lists(deeds, min_size=10, max_size=120),
    # A history whose beginning was lost, as an operator may allow.
    lost=st.just(0) | st.integers(1, 60),
)
def test_no_ratio_passes_1_on_any_surface_of_metrics(
    mongo_url: str,
    database_prefix: str,
    *,
    first: int,
    visibility: str,
    happened: list[tuple[str, str, int]],
    lost: int,
) -> None:
    community = Community()
    community.begin(first, visibility)
    for deed in happened:
        community.act(*deed)
    community.lose(lost)

    async def judge() -> None:
        async with counted_community(mongo_url, database_prefix, community) as database:
            await check(database, community)

    asyncio.run(judge())
