"""What the events about posts add up to between two flushes."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from operator import attrgetter
from typing import NamedTuple, TypeAlias

import msgspec

from services.metrics.projection.event import PostData, PostEvent
from services.metrics.projection.increments import (
    GroupIncrement,
    PartitionIncrements,
    PostIncrement,
    TallyKey,
)
from services.metrics.projection.meanings import ABOUT_POSTS
from services.metrics.projection.participants import Participants
from shared.contract.events.posts import PostViewed

# Rows of posts that cost a flush as much as a document.
ROWS = 4
# How long after its publication a post is counted for rates.
COUNTED = timedelta(days=7)
DAY = timedelta(days=1)
NEVER = datetime.min.replace(tzinfo=UTC)

_is_id = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}").fullmatch
VIEWED = PostViewed.type
_topics = msgspec.json.Decoder(tuple[str, ...]).decode


class _DayOfPeople(NamedTuple):
    """A day, and who took part on it, by group and topics."""

    day: date
    people: dict[tuple[str, tuple[str, ...]], Participants]


class PostsAccumulator:
    """The increments of one partition's posts, and of the people and groups behind them."""

    def __init__(self) -> None:
        self._begin()

    def _begin(self) -> None:
        self.increments = PartitionIncrements()
        self._posts: dict[str, PostIncrement] = {}
        # Posts on the same topics are many, and reading these takes as long as a view.
        self._topics: dict[bytes, tuple[str, ...]] = {}
        self._day_begins = self._day_ends = self._newest = NEVER
        self._day = date.min
        # Of each day whose acts were met, the day itself: the same object every time.
        self._days: dict[date, _DayOfPeople] = {}
        self._people: dict[tuple[str, tuple[str, ...]], Participants] = {}

    def _turn_to(self, moment: datetime) -> None:
        """Makes the moment's UTC day the current one: rare, as events come roughly in order."""
        day = moment.astimezone(UTC).date()
        begins = datetime.combine(day, time(), UTC)
        # Before anything is changed: the calendar has a last day, and what is after it raises.
        ends = begins + DAY
        known = self._days.setdefault(day, _DayOfPeople(day, {}))
        self._day, self._people = known.day, known.people
        self._day_begins, self._day_ends = begins, ends

    def _participants(self, group_id: str, topics: tuple[str, ...]) -> Participants:
        """Those of the current day who take part in a group, on such topics."""
        found = self._people.get((group_id, topics))
        if found is None:
            found = Participants(self._day, group_id, topics)
            self._people[group_id, topics] = found
        return found

    def _stamp(self, event: PostEvent) -> None:
        """As `PartitionIncrements.stamp`, for the most frequent events."""
        if event.recordedtime is not None:
            self.increments.recorded += 1
        elif self._newest is NEVER:
            self.increments.oldest = self._newest = event.time
        else:
            self._newest = event.time

    def _touch(self, event: PostEvent) -> PostIncrement:
        """Begins the increment of a post with what every event says of it."""
        data = event.data
        if data.published_at is None:
            raise ValueError("an event about a post tells when it was published")
        # The store keeps the bytes of these ids.
        if not (_is_id(data.post_id) and _is_id(data.group_id)):
            raise ValueError("posts and groups have ids")
        said = bytes(data.topics)
        topics = self._topics.get(said)
        if topics is None:
            topics = self._topics[said] = _topics(said)
        post = PostIncrement(
            participants=self._participants(data.group_id, topics),
            group_id=data.group_id,
            format=data.format,
            kind=data.kind,
            topics=topics,
            published_at=data.published_at,
            counted_until=data.published_at + COUNTED,
            author_human=data.author_human,
            facts_said=event.sequence,
        )
        self._posts[data.post_id] = post
        return post

    def _on_this_day(self, post: PostIncrement) -> PostIncrement:
        """Has a post's participants be those of the current day."""
        post.participants = self._participants(post.group_id, post.topics)
        return post

    def again(self, event: PostEvent) -> PostIncrement:
        """Closes a post's increment and begins another: its format, kind or topics have changed."""
        post_id = event.data.post_id
        self.increments.posts.append((post_id, self._posts.pop(post_id)))
        return self._touch(event)

    def tally(self, type_: str, data: PostData) -> None:
        """Counts an event that isn't counted on its post."""
        self.increments.tally(TallyKey(type_, data.kind, data.format, "post"))

    def interacted(self, event: PostEvent, post: PostIncrement) -> None:
        """What all new interactions of a person with a post have in common."""
        data = event.data
        post.participants.interacted.add(event.actor)
        if data.first_view:
            first_view(event, post)
        # As `by_author`, without the call: a third of all events come here.
        if (
            not data.was_interacting
            and event.actor != data.author
            and not (data.own and data.comment_id is None)
        ):
            post.interactors += 1
            if event.time < post.counted_until:
                post.interactors_7d += 1

    def contributed(self, event: PostEvent, post: PostIncrement, person: str) -> GroupIncrement:
        """Remembers a contribution: of the person on the day, and of the group it was made in."""
        post.participants.contributions.append(person)
        group = self.increments.group(event.data.group_id)
        if group.contributed_at is None or group.contributed_at < event.time:
            group.contributed_at = event.time
        return group

    def size(self) -> int:
        """How many documents a flush would write, roughly: posts are rows of one."""
        return len(self._posts) // ROWS + self.increments.documents() + 4 * len(self._days)

    def take(self) -> PartitionIncrements:
        """Hands the increments over and starts empty."""
        increments = self.increments
        increments.posts.extend(self._posts.items())
        for _, post in increments.posts:
            _tally(increments, post)
        increments.participants = [
            people.without_system() for day in self._days.values() for people in day.people.values()
        ]
        if increments.oldest is not None:
            increments.newest = max(self._newest, increments.oldest)
        self._begin()
        return increments


# Adds an event of one type to a post.
EventHandler: TypeAlias = Callable[[PostsAccumulator, PostEvent, PostIncrement], None]


def program_did(posts: PostsAccumulator, event: PostEvent, _post: PostIncrement) -> None:
    """Counts what a program did, apart from all that people do."""
    data = event.data
    posts.increments.tally(TallyKey(event.type, data.kind, data.format, "program"))


def by_author(event: PostEvent) -> bool:
    """Whether the post's author did it.

    Who votes in a poll isn't named as the author is, so there `own` tells it. Of an act on a
    comment that would say something else: it may be the comment's author who did it.
    """
    data = event.data
    return event.actor == data.author or (data.own and data.comment_id is None)


def first_view(event: PostEvent, post: PostIncrement) -> None:
    """Counts a person who had never seen the post. `PostsFold.apply` repeats this for speed."""
    post.viewers += 1
    if by_author(event):
        post.viewers_own += 1
    elif event.time >= post.counted_until:
        post.viewers_late += 1
    elif not event.data.in_audience:
        post.viewers_spill += 1


def _tally(increments: PartitionIncrements, post: PostIncrement) -> None:
    """Counts the acts on a post by its kind and format."""
    kind, format_ = post.kind, post.format
    if post.viewers:
        increments.views[format_] = increments.views.get(format_, 0) + post.viewers
    counts = _counts_of(post)
    if counts != _NOTHING:
        for (type_, surface), count in zip(_COUNTED, counts, strict=True):
            if count:
                increments.tally(TallyKey(type_, kind, format_, surface), count)


# Which acts on a post are tallied: the count, the type, the surface.
_TALLIED = [
    (name, meaning.event.type, surface)
    for meaning in ABOUT_POSTS
    for surface, name in meaning.surfaces.items()
]
_COUNTED = [(type_, surface) for _, type_, surface in _TALLIED]
_counts_of = attrgetter(*(name for name, *_ in _TALLIED))
_NOTHING = (0,) * len(_TALLIED)
