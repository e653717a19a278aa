"""What is published on a day: news in the morning, programs at their hour, all else at any."""

from collections.abc import Iterator
from typing import NamedTuple

from mitmach.demo import texts
from mitmach.demo.behaviour import (
    LEISURE_WEEKEND,
    WEEKEND,
    format_of,
    hour_of,
    how_many,
    kind_of,
)
from mitmach.demo.groups import CANTEEN, GROUPS, IT_HELP, NEWS
from mitmach.demo.organisation import Colleague
from mitmach.demo.structure import OPEN_FROM, PROGRAMS, program_id
from mitmach.demo.world import StoredPost, World
from mitmach.importing import acts
from shared.contract.events.vocabulary import ChannelKind

# People with whom the plans of the groups reckon.
_PLANNED_FOR = 150
# How many of the posts are by somebody who else only responds: a question now and then.
_BY_RESPONDERS = 0.012
# How many posts are changed after some minutes.
_EDITED = 0.04
_NEWS_HOURS = (7.3, 8.6)
_IN_HEAD_CHANNEL = 0.6


class PlannedPost(NamedTuple):
    """Something that will be published.

    Attributes:
        hours: When, in hours since midnight.
        group: The index of its group.
        program: Whether it is a program's.
    """

    hours: float
    group: int
    program: bool = False


def planned_posts(world: World, day: int) -> Iterator[PlannedPost]:
    """What will be published on a day."""
    rng, weekend = world.rng, world.is_weekend(day)
    growth = (len(world.there(day)) / _PLANNED_FOR) ** 0.5
    for group, plan in enumerate(GROUPS):
        if not world.is_lively(group, day):
            continue
        quiet = (LEISURE_WEEKEND if plan.leisure else WEEKEND) if weekend else 1.0
        mean = plan.posts * plan.liveliness(world.ninetieth(day)) * growth * quiet
        for _ in range(how_many(rng, mean)):
            hours = hour_of(rng, evening=plan.leisure and rng.random() < 0.6)
            if group == NEWS:
                hours = rng.uniform(*_NEWS_HOURS)
            yield PlannedPost(max(hours, OPEN_FROM + rng.random()), group)
    if not weekend:
        yield PlannedPost(8.5 + rng.random() / 4, CANTEEN, program=True)
        if rng.random() < 0.25:
            yield PlannedPost(hour_of(rng, evening=False) / 2 + 8, IT_HELP, program=True)


def publish(world: World, day: int, planned: PlannedPost) -> None:
    """Somebody publishes something in a group."""
    rng, group = world.rng, planned.group
    if planned.program:
        _publish_by_program(world, day, planned)
        return
    kind_of_channel, channel = _channel(world, group)
    author = _author(world, day, group, kind_of_channel)
    if author is None:
        return
    topics = GROUPS[group].topics
    topic = rng.choice(topics)
    named = (topic,) if rng.random() < 0.7 else tuple(dict.fromkeys((topic, *topics)))
    format_, kind = format_of((topic,), rng), kind_of(kind_of_channel, rng)
    post = StoredPost(
        id=world.name("post"),
        group=group,
        by=author.id,
        at=world.at(day, planned.hours),
        format=format_,
        kind=kind,
        text=texts.text(topic, format_, kind, rng),
        weight=min(rng.paretovariate(1.6), 5.0),
    )
    world.posts.append(post)
    world.happened.append(
        acts.PostPublished(
            at=post.at,
            id=post.id,
            channel=channel,
            by=author.id,
            title=texts.title(topic, rng),
            text=post.text,
            format=format_,
            type=kind,
            topics=named,
            media=tuple(acts.Media(**one) for one in texts.media(format_, post.id)),
        )
    )
    if rng.random() < _EDITED:
        at = world.at(day, planned.hours + rng.uniform(0.1, 0.6))
        world.happened.append(
            acts.Edited(
                at=at, post=post.id, by=author.id, text=f"{post.text} {rng.choice(texts.ADDED)}"
            )
        )


def _channel(world: World, group: int) -> tuple[ChannelKind, str]:
    """The first channel is the one that a group is about."""
    head, *others = world.channels[group]
    return head if not others or world.rng.random() < _IN_HEAD_CHANNEL else others[0]


def _author(world: World, day: int, group: int, channel: ChannelKind) -> Colleague | None:
    """Who writes: news are for those who lead the group, all else for who is in it."""
    rng = world.rng
    inside = [p for p in world.members[group] if p.is_there(day) and day >= p.awake]
    if channel == "news":
        return rng.choices((world.editor, *inside[1:3]), (4, 1, 1)[: len(inside[:3])])[0]
    temper = "responder" if rng.random() < _BY_RESPONDERS else "creator"
    writers = [person for person in inside if person.temper == temper]
    return rng.choice(writers) if writers else None


def _publish_by_program(world: World, day: int, planned: PlannedPost) -> None:
    rng, group = world.rng, planned.group
    menu = group == CANTEEN
    post = StoredPost(
        id=world.name("post"),
        group=group,
        by=program_id(world.seed, group),
        at=world.at(day, planned.hours),
        format="text",
        kind="news" if menu else "discussion",
        text=texts.menu(rng) if menu else "All services are running again.",
        weight=0.5,
    )
    world.posts.append(post)
    world.happened.append(
        acts.PostPublished(
            at=post.at,
            id=post.id,
            channel=world.channels[group][0][1],
            by=post.by,
            title="Today" if menu else PROGRAMS[group],
            text=post.text,
            topics=("food",) if menu else ("it",),
        )
    )
