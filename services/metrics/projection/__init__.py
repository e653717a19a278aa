"""From events to increments: pure, one fold per partition.

event.py       what of an event metrics read
increments.py  what events add to the stored state
participants.py
               who took part in a group, on its topics, on a day
meanings.py    what each event about posts and contests means
accounts.py, groups.py, posts/, contests.py
               a fold for each topic
"""

from typing import Protocol

from services.metrics.projection.accounts import AccountsFold
from services.metrics.projection.contests import ContestsFold
from services.metrics.projection.event import FlatEvent, decode
from services.metrics.projection.groups import GroupsFold
from services.metrics.projection.increments import PartitionIncrements
from services.metrics.projection.posts import ADDITIVE_TYPES, PostsFold
from shared.contract.events.topics import CONTESTS, GROUPS, PEOPLE, POSTS


class MetricsFold(Protocol):
    """What the events of one partition since its last flush add."""

    def apply(self, event: FlatEvent) -> None:
        """Adds an event, in full or (if it raises) not at all."""
        ...

    def size(self) -> int:
        """How many documents a flush would write, roughly."""
        ...

    def take(self) -> PartitionIncrements:
        """Hands the increments over and starts empty."""
        ...


# Ballots aren't in it: that topic carries the choices of sealed votes.
FOLDS: dict[str, type[MetricsFold]] = {
    PEOPLE: AccountsFold,
    GROUPS: GroupsFold,
    POSTS: PostsFold,
    CONTESTS: ContestsFold,
}


def fold(partition: str) -> MetricsFold:
    """An empty fold for a partition such as `mitmach.posts.v1/3`."""
    return FOLDS[partition.rpartition("/")[0]]()


__all__ = [
    "ADDITIVE_TYPES",
    "FOLDS",
    "FlatEvent",
    "MetricsFold",
    "PartitionIncrements",
    "decode",
    "fold",
]
