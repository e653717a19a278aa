"""What may be counted after later events of its post: the same numbers come out."""

from collections import Counter
from typing import Any

import msgspec
import pytest

from services.metrics.consumer import MetricsProjection
from services.metrics.projection import ADDITIVE_TYPES, PartitionIncrements
from services.metrics.projection.posts import PostsFold
from shared.contract.events.posts import PostEdited
from shared.contract.events.registry import EVENT_TYPES
from shared.contract.events.responses import CommentDeleted, FirstResponseCorrected
from shared.runtime.telemetry import Telemetry
from tests.support.metrics import Story, deeds_of, told
from tooling.sample_events import sample


def numbers(*folds: PartitionIncrements) -> tuple[Counter[Any], set[Any]]:
    """All that increments add up to, and who they say did what."""
    counts: Counter[Any] = Counter()
    deeds = set()
    for taken in folds:
        counts.update(taken.tallies)
        counts.update(taken.views)
        deeds |= {(*day, who) for day, people in deeds_of(taken).items() for who in people}
        for post_id, post in taken.posts:
            for name, value in msgspec.structs.asdict(post).items():
                if type(value) is int:
                    counts[post_id, name] += value
    return counts, deeds


@pytest.mark.parametrize("type_", sorted(ADDITIVE_TYPES))
def test_it_adds_the_same_late_as_in_its_turn(type_: str) -> None:
    kind = EVENT_TYPES[type_]
    in_turn, late = PostsFold(), PostsFold()
    story = Story(in_turn).published()
    story.tell(kind, "bob")
    story.viewed("cem")
    story.commented("dea")
    together = numbers(in_turn.take())

    story.fold = in_turn
    story.published()
    story.viewed("cem")
    story.commented("dea")
    story.fold = late
    story.tell(kind, "bob")
    after = late.take()
    assert numbers(in_turn.take(), after) == together
    assert all(post.status is None and not post.facts_changed for _, post in after.posts)


def test_what_says_how_a_post_is_now_may_not_come_late() -> None:
    assert PostEdited.type not in ADDITIVE_TYPES
    projection = MetricsProjection(None, Telemetry("metrics").metrics)  # type: ignore[arg-type]
    for first in (False, True):
        event = told(sample(CommentDeleted, first_response=first))
        assert projection.late(event) is not first
    assert not projection.late(told(sample(FirstResponseCorrected)))
    assert (
        not {type_ for type_ in EVENT_TYPES if type_.startswith("mitmach.group")} & ADDITIVE_TYPES
    )
