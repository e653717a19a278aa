"""Who does what, how often and when.

The shares follow what communities commonly show: nine in ten mostly read, a film draws more answers
than a text, evenings are livelier for leisure and mornings for news. They decide only what people
do; what of it counts is the platform's business.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass

from mitmach.demo.organisation import GROUPS, Colleague

FORMATS = ("text", "photo", "video", "link", "document", "audio")
_FORMAT_SHARES = (38, 24, 12, 12, 9, 5)

_ENDINGS = {"photo": ".jpg", "video": ".mp4", "link": "/", "document": ".pdf", "audio": ".mp3"}

# How much likelier an answer is than to a text.
PULL = {"text": 1.0, "photo": 1.5, "video": 2.4, "link": 0.7, "document": 0.6, "audio": 1.1}
REACTIONS = ("like", "celebrate", "insightful", "thanks", "support", "funny")
_REACTION_SHARES = (52, 14, 12, 12, 7, 3)

_ANSWERS = {"reader": 0.015, "responder": 0.16, "creator": 0.22}
_COMMENTS = {"reader": 0.002, "responder": 0.035, "creator": 0.07}

HOURS = 24
_MORNING = (0, 0, 0, 0, 0, 1, 3, 6, 9, 8, 6, 5, 7, 6, 4, 4, 3, 3, 3, 2, 2, 1, 0, 0)
_EVENING = (1, 0, 0, 0, 0, 0, 1, 2, 3, 3, 2, 2, 4, 3, 2, 2, 3, 5, 7, 9, 9, 7, 4, 2)


@dataclass(frozen=True, slots=True)
class DemoPost:
    """A post that can be read.

    Attributes:
        group: The index of its group in the plan.
        author: The id of the person who wrote it.
        weight: How much likelier it is read than others.
    """

    id: str
    group: int
    format: str
    author: str
    weight: float


@dataclass(slots=True)
class PlannedVisit:
    """A person's visit in an hour of the day: what they read and what they answer."""

    person: Colleague
    hour: int
    reads: list[DemoPost]
    reactions: list[tuple[DemoPost, str]]
    comments: list[DemoPost]
    shares: list[DemoPost]


def format_of(group: int, rng: random.Random) -> str:
    """What a post in this group is."""
    if "photography" in GROUPS[group].topics and rng.random() < 0.6:
        return "photo"
    return rng.choices(FORMATS, _FORMAT_SHARES)[0]


def media(format_: str, name: str) -> list[dict[str, str]]:
    """What a post of this format refers to; a text refers to nothing."""
    if format_ == "text":
        return []
    ending = _ENDINGS[format_]
    return [{"url": f"https://media.example/{name}{ending}", "alt": f"A {format_}"}]


def kind_of(channel: str, rng: random.Random) -> str:
    """What a post in such a channel is for."""
    kinds: dict[str, tuple[str, ...]] = {
        "news": ("news",),
        "help": ("question",),
        "ideas": ("idea", "discussion"),
    }
    return rng.choice(kinds.get(channel, ("discussion", "discussion", "kudos")))


def visits(
    people: Sequence[Colleague], posts: Sequence[DemoPost], rng: random.Random
) -> list[PlannedVisit]:
    """A day: every visit of everybody, in the order of the hours."""
    by_group: dict[int, list[DemoPost]] = {}
    for post in posts:
        by_group.setdefault(post.group, []).append(post)
    planned: list[PlannedVisit] = []
    for person in people:
        hours = _EVENING if person.evening else _MORNING
        for _ in range(1 + min(int(person.energy * rng.random() * 2), 9)):
            hour = rng.choices(range(HOURS), hours)[0]
            seen = [post for group in person.groups for post in by_group.get(group, ())]
            planned.append(_visit(person, hour, seen, rng))
    planned.sort(key=lambda visit: visit.hour)
    return planned


def _visit(
    person: Colleague, hour: int, seen: Sequence[DemoPost], rng: random.Random
) -> PlannedVisit:
    reads = _pick(seen, 12 + int(rng.random() * 24), rng)
    visit = PlannedVisit(person, hour, reads, [], [], [])
    late = 1.3 if person.evening and hour >= 17 else 1.0
    for post in reads:
        pull = PULL[post.format] * late
        if rng.random() < _ANSWERS[person.temper] * pull:
            visit.reactions.append((post, rng.choices(REACTIONS, _REACTION_SHARES)[0]))
        if rng.random() < _COMMENTS[person.temper] * pull:
            visit.comments.append(post)
        if rng.random() < 0.004 * pull:
            visit.shares.append(post)
    return visit


def _pick(seen: Sequence[DemoPost], most: int, rng: random.Random) -> list[DemoPost]:
    """Some of them, each once, the popular ones more often."""
    if not seen:
        return []
    drawn = rng.choices(seen, [post.weight for post in seen], k=most)
    return list({post.id: post for post in drawn}.values())
