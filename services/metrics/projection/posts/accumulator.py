"""What the events about posts add up to between two flushes."""

import re
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from operator import attrgetter
from typing import TypeAlias

import msgspec

from services.metrics.projection.event import PostData, PostEvent
from services.metrics.projection.increments import (
    GroupIncrement,
    PartitionIncrements,
    PostIncrement,
    Surface,
    TallyKey,
)

# Rows of posts that cost a flush as much as a document.
ROWS = 4
# How long after its publication a post is counted for rates.
COUNTED = timedelta(days=7)
DAY = timedelta(days=1)
NEVER = datetime.min.replace(tzinfo=UTC)

_is_id = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}").fullmatch
VIEWED = "mitmach.post.viewed"
_topics = msgspec.json.Decoder(tuple[str, ...]).decode


class PostsAccumulator:
    """The increments of one partition's posts, and of the people and groups behind them."""

    def __init__(self) -> None:
        self._begin()

    def _begin(self) -> None:
        self.increments = PartitionIncrements()
        self._posts: dict[str, PostIncrement] = {}
        self._day_begins = self._day_ends = self._newest = NEVER
        self._day = date.min
        self._viewed: set[str] = set()
        self._interacted: set[str] = set()
        self._contributed: set[str] = set()

    def _turn_to(self, moment: datetime) -> None:
        """Makes the moment's UTC day the current one: rare, as events come roughly in order."""
        day = moment.astimezone(UTC).date()
        begins = datetime.combine(day, time(), UTC)
        # Before anything is changed: the calendar has a last day, and what is after it raises.
        ends = begins + DAY
        deeds = self.increments.deeds
        self._viewed = deeds.setdefault((day, "viewed"), set())
        self._interacted = deeds.setdefault((day, "interacted"), set())
        self._contributed = deeds.setdefault((day, "contributed"), set())
        self._day, self._day_begins, self._day_ends = day, begins, ends

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
        post = PostIncrement(
            group_id=data.group_id,
            format=data.format,
            kind=data.kind,
            topics=_topics(data.topics),
            published_at=data.published_at,
            counted_until=data.published_at + COUNTED,
            author_human=data.author_human,
            facts_said=event.sequence,
        )
        self._posts[data.post_id] = post
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
        self._interacted.add(event.actor)
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

    def contributed(self, event: PostEvent, person: str) -> GroupIncrement:
        """Remembers a contribution: of the person on the day, and of the group it was made in."""
        self._contributed.add(person)
        group = self.increments.group(event.data.group_id)
        if group.contributed_at is None or group.contributed_at < event.time:
            group.contributed_at = event.time
        return group

    @property
    def day(self) -> date:
        """The UTC day of the event that is being applied."""
        return self._day

    def size(self) -> int:
        """How many documents a flush would write, roughly: posts are rows of one."""
        return len(self._posts) // ROWS + self.increments.documents()

    def take(self) -> PartitionIncrements:
        """Hands the increments over and starts empty."""
        increments = self.increments
        increments.posts.extend(self._posts.items())
        for _, post in increments.posts:
            _tally(increments, post)
        for people in increments.deeds.values():
            people.discard("")  # acts of the system
        increments.deeds = {key: people for key, people in increments.deeds.items() if people}
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
_TALLIED: Sequence[tuple[str, str, Surface]] = (
    ("viewed", VIEWED, "post"),
    ("reactions", "mitmach.reaction.added", "post"),
    ("comment_reactions", "mitmach.reaction.added", "comment"),
    ("reactions_gone", "mitmach.reaction.removed", "post"),
    ("comment_reactions_gone", "mitmach.reaction.removed", "comment"),
    ("comments", "mitmach.comment.added", "post"),
    ("replies", "mitmach.comment.added", "comment"),
    ("shares_given", "mitmach.post.shared", "post"),
    ("poll_votes", "mitmach.poll.voted", "post"),
    ("poll_votes_changed", "mitmach.poll.voted", "changed"),
    ("poll_votes_gone", "mitmach.poll.vote_withdrawn", "post"),
)
_COUNTED = [(type_, surface) for _, type_, surface in _TALLIED]
_counts_of = attrgetter(*(name for name, *_ in _TALLIED))
_NOTHING = (0,) * len(_TALLIED)
