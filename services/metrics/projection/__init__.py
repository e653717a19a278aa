"""From events to increments: pure, one fold per partition.

event.py       what of an event metrics read
increments.py  what events add to the stored state
posts/  accounts.py  groups.py  contests.py    one fold per topic
"""

from typing import Protocol

from services.metrics.projection.accounts import AccountsFold
from services.metrics.projection.contests import ContestsFold
from services.metrics.projection.event import Event, decode
from services.metrics.projection.groups import GroupsFold
from services.metrics.projection.increments import Increments
from services.metrics.projection.posts import ADDS, PostsFold
from shared.contract.events.topics import CONTESTS, GROUPS, PEOPLE, POSTS


class Fold(Protocol):
    """What the events of one partition since its last flush add."""

    def apply(self, event: Event) -> None:
        """Adds one event, in full or (if it raises) not at all."""
        ...

    def size(self) -> int:
        """How many documents a flush would write, roughly."""
        ...

    def take(self) -> Increments:
        """Hands the increments over and starts empty."""
        ...


# Ballots aren't in it: that topic carries the choices of sealed votes.
FOLDS: dict[str, type[Fold]] = {
    PEOPLE: AccountsFold,
    GROUPS: GroupsFold,
    POSTS: PostsFold,
    CONTESTS: ContestsFold,
}


def fold(partition: str) -> Fold:
    """An empty fold for a partition such as `mitmach.posts.v1/3`."""
    return FOLDS[partition.rpartition("/")[0]]()


__all__ = ["ADDS", "FOLDS", "Event", "Fold", "Increments", "decode", "fold"]
