"""Visits: somebody comes, reads what is new, and now and then responds; and what a night brings."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from mitmach.demo import texts
from mitmach.demo.behaviour import (
    ANSWERS_COMMENT,
    ASKED,
    COMMENTS,
    FRESH_DAYS,
    HALF_LIFE,
    PULL,
    REACTS,
    REACTS_TO_COMMENT,
    SHARES,
    TAKES_BACK,
    WEEKEND,
    hour_of,
    reaction,
)
from mitmach.demo.groups import GROUPS, PHOTO
from mitmach.demo.organisation import Colleague
from mitmach.demo.structure import OPEN_FROM, join
from mitmach.demo.world import StoredComment, StoredPost, World
from mitmach.importing import acts

# Posts that are read in a visit: at least, and how many more in the mean.
_READS, _MORE_READS = 3, 8.5
# How much likelier a post of one's own groups is read than one from elsewhere, or one read before.
_ELSEWHERE, _AGAIN = 0.08, 0.05
# How likely an author answers a comment on a post of theirs.
_ANSWERS_BACK = 0.3
# How lively the group of the photographs is while the contest draws people to it.
_DRAWS = 1.5
_JOINS_WISHED, _JOINS_PHOTO, _LEAVES_GROUP = 0.3, 0.02, 0.003
_DELETED_POST, _DELETED_COMMENT = 0.006, 0.01
_NIGHT = 23.3
_AFTER_LUNCH = 13.0


class PlannedVisit(NamedTuple):
    """Somebody will come.

    Attributes:
        hours: When, in hours since midnight.
    """

    hours: float
    person: Colleague


def planned_visits(world: World, day: int) -> Iterator[PlannedVisit]:
    """Who comes on a day, and when: some of those who often come, twice."""
    rng, quiet = world.rng, WEEKEND if world.is_weekend(day) else 1.0
    for person in world.there(day):
        new = person.arrives == day
        if rng.random() >= (0.75 if new and day else person.presence * quiet):
            continue
        hours = hour_of(rng, evening=person.evening)
        hours = max(hours, OPEN_FROM + rng.random()) if new else hours
        yield PlannedVisit(hours, person)
        if hours < _AFTER_LUNCH and rng.random() < person.presence / 2:
            yield PlannedVisit(hours + rng.uniform(2.0, 8.0), person)


def visit(world: World, day: int, planned: PlannedVisit) -> None:
    """Somebody reads and responds; each act comes some seconds after the one before."""
    person = planned.person
    if planned.hours > OPEN_FROM:
        _consider_groups(world, day, planned)
    clock = _Clock(world, world.at(day, planned.hours) + timedelta(seconds=5))
    for post in _chosen(world, person, clock.now):
        clock.advance(4, 25)
        world.viewed[person.id, post.id] = day
        world.happened.append(acts.PostViewed(at=clock.now, post=post.id, by=person.id))
        if day >= person.awake and person.temper != "reader":
            _respond(world, day, person, post, clock)
    _answer_back(world, day, person, clock)


class _Clock:
    """The time within a visit."""

    def __init__(self, world: World, now: datetime) -> None:
        self._rng = world.rng
        self.now = now

    def advance(self, least: float, most: float) -> datetime:
        """Goes on by some seconds; gives the time then."""
        self.now += timedelta(milliseconds=int(self._rng.uniform(least, most) * 1000))
        return self.now


def _consider_groups(world: World, day: int, planned: PlannedVisit) -> None:
    """Now and then somebody joins a group that is new to them, or leaves one."""
    rng, person = world.rng, planned.person
    drawn = GROUPS[PHOTO].liveliness(world.ninetieth(day)) > _DRAWS and rng.random() < _JOINS_PHOTO
    if drawn and PHOTO not in person.wishes:
        person.wishes.append(PHOTO)
    for group in [group for group in person.wishes if group not in person.groups]:
        if world.is_lively(group, day) and rng.random() < _JOINS_WISHED:
            join(world, person, group, day=day, hours=planned.hours)
            return
    # Whoever takes part in the contest stays in its group.
    leaving = sorted(person.groups - {PHOTO})
    if person.temper == "reader" and leaving and rng.random() < _LEAVES_GROUP:
        group = rng.choice(leaving)
        person.groups.remove(group)
        person.wishes.remove(group)
        world.members[group].remove(person)
        at = world.at(day, planned.hours) + timedelta(seconds=2)
        world.happened.append(acts.MemberLeft(at=at, group=world.group_id(group), person=person.id))


def _chosen(world: World, person: Colleague, now: datetime) -> list[StoredPost]:
    """What somebody reads: the fresh and the popular of their groups before all else."""
    rng, weighted = world.rng, []
    today = (now - world.start).days
    for post in world.posts:
        age = (now - post.at) / timedelta(days=1)
        seen = world.viewed.get((person.id, post.id))
        if not 0 < age < FRESH_DAYS or post.gone or post.by == person.id or seen == today:
            continue
        weight = post.weight * 0.5 ** (age / HALF_LIFE) * PULL[post.format]
        if post.group not in person.groups:
            if GROUPS[post.group].visibility != "open":
                continue
            weight *= _ELSEWHERE
        if seen is not None:
            weight *= _AGAIN
        weighted.append((weight, post))
    if not weighted:
        return []
    most = _READS + int(rng.expovariate(1 / _MORE_READS))
    drawn = rng.choices([p for _, p in weighted], [w for w, _ in weighted], k=most)
    return list({post.id: post for post in drawn}.values())


def _respond(world: World, day: int, person: Colleague, post: StoredPost, clock: _Clock) -> None:
    rng, pull = world.rng, PULL[post.format]
    if rng.random() < REACTS[person.temper] * pull:
        kind = reaction(rng)
        at = clock.advance(2, 9)
        world.happened.append(acts.Reacted(at=at, post=post.id, by=person.id, reaction=kind))
        if rng.random() < TAKES_BACK:
            at = clock.advance(2, 9)
            world.happened.append(acts.ReactionTakenBack(at=at, post=post.id, by=person.id))
    if rng.random() < SHARES * pull:
        at, to = clock.advance(5, 20), _shared_to(world, day, person, post)
        world.happened.append(acts.PostShared(at=at, post=post.id, by=person.id, to_group=to))
    if post.group not in person.groups or not world.is_lively(post.group, day):
        return
    if rng.random() < COMMENTS[person.temper] * pull * (
        ASKED if post.kind in {"question", "idea"} else 1.0
    ):
        answered = _answerable(post, person, clock.now)
        parent = rng.choice(answered) if answered and rng.random() < ANSWERS_COMMENT else None
        _comment(world, person, post, parent, clock)
    for comment in _answerable(post, person, clock.now):
        if rng.random() < REACTS_TO_COMMENT:
            at, kind = clock.advance(2, 9), reaction(rng)
            world.happened.append(
                acts.Reacted(at=at, comment=comment.id, by=person.id, reaction=kind)
            )


def _shared_to(world: World, day: int, person: Colleague, post: StoredPost) -> str | None:
    """Where a post is brought: outside of groups mostly, else to another open one of theirs."""
    if GROUPS[post.group].visibility != "open" or world.rng.random() < 0.7:
        return None
    open_ones = [
        group
        for group in sorted(person.groups)
        if group != post.group
        and GROUPS[group].visibility == "open"
        and world.is_lively(group, day)
    ]
    return world.group_id(world.rng.choice(open_ones)) if open_ones else None


def _answerable(post: StoredPost, person: Colleague, now: datetime) -> list[StoredComment]:
    """Comments of others that were there before; an answer isn't answered again."""
    return [
        comment
        for comment in post.comments
        if comment.by != person.id
        and comment.at < now
        and comment.parent is None
        and not comment.gone
    ]


def _comment(
    world: World,
    person: Colleague,
    post: StoredPost,
    parent: StoredComment | None,
    clock: _Clock,
) -> None:
    rng = world.rng
    said = texts.reply(rng) if parent else texts.comment(post.format, post.kind, rng)
    comment = StoredComment(
        id=world.name("comment"),
        by=person.id,
        at=clock.advance(15, 70),
        parent=parent.id if parent else None,
    )
    post.comments.append(comment)
    world.happened.append(
        acts.CommentAdded(
            at=comment.at,
            id=comment.id,
            post=post.id,
            parent=comment.parent,
            by=person.id,
            text=said,
        )
    )


def _answer_back(world: World, day: int, person: Colleague, clock: _Clock) -> None:
    """Authors answer those who have commented on what they wrote."""
    for post in world.posts:
        if post.by != person.id or post.gone or not world.is_lively(post.group, day):
            continue
        answered = {comment.parent for comment in post.comments if comment.by == person.id}
        for comment in _answerable(post, person, clock.now):
            if comment.id not in answered and world.rng.random() < _ANSWERS_BACK:
                _comment(world, person, post, comment, clock)


def end_day(world: World, day: int) -> None:
    """At night a little is deleted, after the last visit; what is older isn't read any more."""
    rng, midnight = world.rng, world.at(day + 1, 0)
    at = world.at(day, _NIGHT)
    for post in world.posts:
        for comment in post.comments:
            new = comment.at.date() == at.date()
            if new and rng.random() < _DELETED_COMMENT and _is_there(world, day, comment.by):
                at += timedelta(seconds=20)
                comment.gone = True
                world.happened.append(acts.Deleted(at=at, comment=comment.id, by=comment.by))
        if post.at.date() == at.date() and rng.random() < _DELETED_POST:
            at += timedelta(seconds=20)
            post.gone = True
            world.happened.append(acts.Deleted(at=at, post=post.id, by=post.by))
    fresh = midnight - timedelta(days=FRESH_DAYS)
    world.posts = [post for post in world.posts if post.at > fresh and not post.gone]
    kept = {post.id for post in world.posts}
    world.viewed = {key: seen for key, seen in world.viewed.items() if key[1] in kept}


def _is_there(world: World, day: int, person: str) -> bool:
    return any(one.id == person and one.is_there(day) for one in world.people)
