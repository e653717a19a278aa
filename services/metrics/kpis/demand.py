"""Topics as KPIs look at them: how many people take them up, and whether that grows."""

from collections.abc import Sequence
from typing import NamedTuple

from pyroaring import BitMap

# Windows of the same length that a window's demand is compared with.
WINDOWS_BEFORE = 4


class TopicDemand(NamedTuple):
    """Who took up a topic.

    Attributes:
        interactors: Who commented on a post on it, reacted to it, shared it or voted in its poll.
        before: How many people did in each of the windows before, the latest first.
    """

    interactors: BitMap
    before: Sequence[int]

    @property
    def momentum(self) -> float:
        """How demand compares with that of the windows before: above 1 it grows."""
        return (len(self.interactors) + 1) / (sum(self.before) / len(self.before) + 1)
