"""Who does what, how often and when, in numbers.

The shares follow what communities commonly show: nine in ten mostly read, a film draws more answers
than a text, evenings are livelier for leisure and mornings for news, and weekends are quiet. They
decide only what people do; what of it counts is the platform's business.
"""

import math
import random
from collections.abc import Mapping, Sequence

from shared.contract.events.vocabulary import ChannelKind, Format, PostKind, ReactionKind

FORMATS: tuple[Format, ...] = ("text", "photo", "video", "link", "document", "audio")
_FORMAT_SHARES = (44, 22, 9, 13, 8, 4)
_PHOTO_SHARE = 0.7

# How much likelier an answer is than to a text.
PULL: Mapping[Format, float] = {
    "text": 1.0,
    "photo": 1.25,
    "video": 1.7,
    "link": 0.75,
    "document": 0.7,
    "audio": 1.05,
}

REACTIONS: tuple[ReactionKind, ...] = (
    "like",
    "celebrate",
    "insightful",
    "thanks",
    "support",
    "funny",
)
_REACTION_SHARES = (52, 14, 12, 12, 7, 3)

REACTS: Mapping[str, float] = {"responder": 0.172, "creator": 0.2}
"""How likely somebody reacts to a text that they see. Readers never do: with the smallest chance
most of them would have reacted within a month, and nobody would only read."""
COMMENTS: Mapping[str, float] = {"responder": 0.072, "creator": 0.115}
"""How likely they comment on a text that they see."""
ASKED = 2.0
"""How much likelier a question or an idea is commented on."""
SHARES = 0.012
TAKES_BACK = 0.02
REACTS_TO_COMMENT = 0.05
ANSWERS_COMMENT = 0.3
"""How many of the comments answer another one where there is one."""

WEEKEND = 0.2
"""How likely somebody comes at a weekend, compared with a working day."""
LEISURE_WEEKEND = 0.6
"""How much is published at a weekend in groups about leisure; in others it is `WEEKEND`."""

FRESH_DAYS = 6.0
"""A post older than this isn't read any more: what comes later than seven days counts nowhere."""
HALF_LIFE = 1.6
"""Days after which a post is read half as often."""

_MORNING = (0, 0, 0, 0, 1, 3, 6, 9, 8, 6, 5, 6, 6, 4, 4, 3, 3, 2, 2, 2, 1, 0, 0, 0)
_EVENING = (0, 0, 0, 0, 0, 1, 2, 3, 3, 2, 2, 3, 3, 2, 2, 3, 5, 7, 9, 9, 6, 3, 0, 0)


def hour_of(rng: random.Random, *, evening: bool) -> float:
    """When somebody comes, in hours since midnight; nobody does in the last hour of a day."""
    return rng.choices(range(24), _EVENING if evening else _MORNING)[0] + rng.random()


def format_of(topics: Sequence[str], rng: random.Random) -> Format:
    """What a post in a group with these topics is."""
    if "photography" in topics and rng.random() < _PHOTO_SHARE:
        return "photo"
    return rng.choices(FORMATS, _FORMAT_SHARES)[0]


def kind_of(channel: ChannelKind, rng: random.Random) -> PostKind:
    """What a post in such a channel is for."""
    kinds: Mapping[ChannelKind, tuple[PostKind, ...]] = {
        "news": ("news",),
        "help": ("question",),
        "ideas": ("idea", "discussion"),
    }
    return rng.choice(kinds.get(channel, ("discussion", "discussion", "discussion", "kudos")))


def reaction(rng: random.Random) -> ReactionKind:
    """How somebody reacts."""
    return rng.choices(REACTIONS, _REACTION_SHARES)[0]


def how_many(rng: random.Random, mean: float) -> int:
    """A number of things that happen independently of each other (Poisson)."""
    limit, product, number = math.exp(-mean), rng.random(), 0
    while product > limit:
        product *= rng.random()
        number += 1
    return number
