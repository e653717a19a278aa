"""Posts as KPIs look at them: whom they reach, what they move people to, how they are answered."""

from collections.abc import Mapping
from typing import get_args

import msgspec

from services.metrics.kpis.measures import Measure, ratio
from shared.contract.events.vocabulary import Format

# What figures tell apart: labels have no values but the vocabulary's, whatever an event said.
FORMATS = frozenset(get_args(Format))


class Attention(msgspec.Struct, frozen=True, kw_only=True):
    """What a set of posts got within seven days of their publication, their authors left out.

    Attributes:
        posts: How many posts there are.
        unfinished: How many of them are younger than seven days: they are counted so far.
        viewers: Distinct people who viewed a post, summed over the posts.
        interactors: Distinct people who interacted with a post and didn't take all of it back,
            summed over the posts.
        audience: People who belonged to a post's audience when it was published, summed over the
            posts.
        reached: Viewers who belonged to the audience of the post, summed over the posts.
    """

    posts: int = 0
    unfinished: int = 0
    viewers: int = 0
    interactors: int = 0
    audience: int = 0
    reached: int = 0

    @property
    def spill(self) -> int:
        """Viewers from outside of the audience."""
        return self.viewers - self.reached


class AttentionBreakdown(msgspec.Struct, frozen=True, kw_only=True):
    """What the posts of a window got, in all and broken down.

    Attributes:
        total: What all posts of the window got.
        formats: What those of each format got; a post has one format.
        topics: What those on each topic got; a post has any number of topics.
    """

    total: Attention
    formats: Mapping[str, Attention] = msgspec.field(default_factory=dict)
    topics: Mapping[str, Attention] = msgspec.field(default_factory=dict)


class Answers(msgspec.Struct, frozen=True, kw_only=True):
    """How the posts of a window were answered within seven days.

    Attributes:
        posts: How many posts are judged: those that are at least seven days old, in a provisional
            answer all of them.
        too_young: How many posts aren't judged yet.
        answered: How many of the judged have a comment by another person.
        appreciated: How many of the judged have a comment or a reaction by another person.
        waits: Whole seconds from publication to the first comment by another person, and how many
            of the answered posts waited so long.
    """

    posts: int = 0
    too_young: int = 0
    answered: int = 0
    appreciated: int = 0
    waits: Mapping[int, int] = msgspec.field(default_factory=dict)


def engagement_of(viewers: int, interactors: int) -> Measure:
    """Interactors per viewer, of one post or of many."""
    return ratio(interactors, viewers)


def reach_of(audience: int, reached: int) -> Measure:
    """The share of an audience that was reached, of one post or of many."""
    return ratio(reached, audience)
