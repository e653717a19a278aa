"""Folding the events about posts: by far the most, so this is the hot loop of the service.

A view, seven of ten events, is handled in `apply` itself; every other type has a function below.
Acts are counted on the post alone and become tallies by format when the increments are taken: once
per post and flush instead of once per event.
"""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta

import msgspec

from services.metrics.projection.event import Data, Event
from services.metrics.projection.increments import GroupIncrement, Increments, PostIncrement, Tally

COUNTED = timedelta(days=7)  # how long a post is counted for rates
DAY = timedelta(days=1)
_NEVER = datetime.min.replace(tzinfo=UTC)

_is_id = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}").fullmatch
VIEWED = "mitmach.post.viewed"
_topics = msgspec.json.Decoder(tuple[str, ...]).decode


class PostsFold:
    """One partition of the posts topic since its last flush."""

    def __init__(self) -> None:
        self._begin()

    def _begin(self) -> None:
        self.taken = Increments()
        self._posts: dict[str, PostIncrement] = {}
        self._day_begins = self._day_ends = self._newest = _NEVER
        self._day = date.min
        self._viewed: set[str] = set()
        self._interacted: set[str] = set()
        self._contributed: set[str] = set()

    def apply(self, event: Event) -> None:
        """Adds one event, in full; if it is broken, it raises and adds nothing."""
        moment = event.time
        if not self._day_begins <= moment < self._day_ends:
            self._turn_to(moment)
        data = event.data
        post = self._posts.get(data.post_id)
        if post is None:
            if not data.post_id:  # a type that is newer than this reader
                self.tally(event.type, data)
                return
            post = self._touch(data)
        self._newest = moment
        if event.type == VIEWED:
            self._viewed.add(event.actor)
            post.viewed += 1
            if data.first_view:
                post.viewers += 1
                if data.own:
                    post.viewers_own += 1
                elif moment >= post.counted_until:
                    post.viewers_late += 1
                elif not data.in_audience:
                    post.viewers_spill += 1
            return
        act = _ACTS.get(event.type)
        if act is None:
            self.tally(event.type, data)
        else:
            act(self, event, post)

    def _turn_to(self, moment: datetime) -> None:
        """Makes the moment's UTC day the current one: rare, as events come roughly in order."""
        day = moment.astimezone(UTC).date()
        begins = datetime.combine(day, time(), UTC)
        deeds = self.taken.deeds
        self._viewed = deeds.setdefault((day, "viewed"), set())
        self._interacted = deeds.setdefault((day, "interacted"), set())
        self._contributed = deeds.setdefault((day, "contributed"), set())
        self._day, self._day_begins, self._day_ends = day, begins, begins + DAY
        if self.taken.oldest is None:
            self.taken.oldest = moment

    def _touch(self, data: Data) -> PostIncrement:
        """Begins the increment of a post with what every event says of it."""
        if data.published_at is None:
            raise ValueError("an event about a post tells when it was published")
        if not (_is_id(data.post_id) and _is_id(data.group_id)):
            raise ValueError("posts and groups have ids")  # the store keeps the bytes of them
        post = PostIncrement(
            group_id=data.group_id,
            format=data.format,
            kind=data.kind,
            topics=_topics(data.topics),
            published_at=data.published_at,
            counted_until=data.published_at + COUNTED,
        )
        self._posts[data.post_id] = post
        return post

    def again(self, data: Data) -> PostIncrement:
        """Closes a post's increment and begins another: its format, kind or topics have changed."""
        self.taken.posts.append((data.post_id, self._posts.pop(data.post_id)))
        return self._touch(data)

    def tally(self, type_: str, data: Data) -> None:
        """Counts an event that isn't counted on its post."""
        self.taken.tally(Tally(type_, data.kind, data.format, "post"))

    def interacted(self, event: Event, post: PostIncrement) -> None:
        """What all new interactions of a person with a post have in common."""
        data = event.data
        self._interacted.add(event.actor)
        if data.first_view:
            first_view(event, post)
        if not data.was_interacting and event.actor != data.author:
            post.interactors += 1
            if event.time < post.counted_until:
                post.interactors_7d += 1

    def contributed(self, event: Event, person: str) -> GroupIncrement:
        """Remembers a contribution: of the person on the day, and of the group."""
        self._contributed.add(person)
        group = self.taken.group(event.data.group_id)
        if group.contributed_at is None or group.contributed_at < event.time:
            group.contributed_at = event.time
        return group

    @property
    def day(self) -> date:
        """The UTC day of the event that is being applied."""
        return self._day

    def size(self) -> int:
        """How many documents a flush would write, roughly."""
        return len(self._posts) + self.taken.documents()

    def take(self) -> Increments:
        """Hands the increments over and starts empty."""
        taken = self.taken
        taken.posts.extend(self._posts.items())
        for _, post in taken.posts:
            _tally(taken, post)
        for people in taken.deeds.values():
            people.discard("")  # the system
        taken.deeds = {key: people for key, people in taken.deeds.items() if people}
        if taken.oldest is not None:
            taken.newest = max(self._newest, taken.oldest)
        self._begin()
        return taken


def first_view(event: Event, post: PostIncrement) -> None:
    """Counts a person who had never seen the post. `PostsFold.apply` repeats this for speed."""
    post.viewers += 1
    if event.actor == event.data.author:
        post.viewers_own += 1
    elif event.time >= post.counted_until:
        post.viewers_late += 1
    elif not event.data.in_audience:
        post.viewers_spill += 1


def _tally(taken: Increments, post: PostIncrement) -> None:
    """Counts the acts on a post by its kind and format."""
    kind, format_ = post.kind, post.format
    if post.viewers:
        taken.views[format_] = taken.views.get(format_, 0) + post.viewers
    for type_, surface, count in (
        (VIEWED, "post", post.viewed),
        ("mitmach.reaction.added", "post", post.reactions),
        ("mitmach.reaction.added", "comment", post.comment_reactions),
        ("mitmach.reaction.removed", "post", post.reactions_gone),
        ("mitmach.reaction.removed", "comment", post.comment_reactions_gone),
        ("mitmach.comment.added", "post", post.comments),
        ("mitmach.comment.added", "comment", post.replies),
        ("mitmach.post.shared", "post", post.shares),
        ("mitmach.poll.voted", "post", post.poll_votes),
        ("mitmach.poll.voted", "changed", post.poll_votes_changed),
        ("mitmach.poll.vote_withdrawn", "post", post.poll_votes_gone),
    ):
        if count:
            taken.tally(Tally(type_, kind, format_, surface), count)  # type: ignore[arg-type]


def _published(fold: PostsFold, event: Event, post: PostIncrement) -> None:
    post.facts_changed, post.status = True, "published"
    post.audience_size = event.data.audience_size
    fold.tally(event.type, event.data)
    fold.taken.did(fold.day, "created", event.data.author)  # the clock may be the actor
    fold.contributed(event, event.data.author).posts += 1


def _edited(fold: PostsFold, event: Event, _post: PostIncrement) -> None:
    fold.again(event.data).facts_changed = True
    fold.tally(event.type, event.data)


def _changes_status(status: str) -> Callable[[PostsFold, Event, PostIncrement], None]:
    def act(fold: PostsFold, event: Event, post: PostIncrement) -> None:
        post.status = status
        fold.tally(event.type, event.data)

    return act


def _shared(fold: PostsFold, event: Event, post: PostIncrement) -> None:
    fold.interacted(event, post)
    post.shares += 1


def _confirmed(fold: PostsFold, event: Event, post: PostIncrement) -> None:
    data = event.data
    fold.taken.did(fold.day, "viewed", event.actor)
    fold.tally(event.type, data)
    if data.first_view:
        first_view(event, post)


def _reacted(fold: PostsFold, event: Event, post: PostIncrement) -> None:
    fold.interacted(event, post)
    if event.data.comment_id is not None:
        post.comment_reactions += 1
        return
    post.reactions += 1
    if event.actor != event.data.author and event.time < post.counted_until:
        post.reactions_7d += 1


def _reacted_otherwise(fold: PostsFold, event: Event, _post: PostIncrement) -> None:
    fold.taken.did(fold.day, "interacted", event.actor)
    fold.tally(event.type, event.data)


def _reaction_removed(_fold: PostsFold, event: Event, post: PostIncrement) -> None:
    data = event.data
    _stopped(event, event.actor, post)
    if data.comment_id is not None:
        post.comment_reactions_gone += 1
        return
    post.reactions_gone += 1
    if event.actor != data.author and event.time < post.counted_until:
        post.reactions_7d -= 1


def _stopped(event: Event, person: str, post: PostIncrement) -> None:
    """Who has taken back all that they did with a post isn't among its interactors any more."""
    if not event.data.still_interacting and person != event.data.author:
        post.interactors -= 1
        post.interactors_7d -= event.time < post.counted_until


def _commented(fold: PostsFold, event: Event, post: PostIncrement) -> None:
    data = event.data
    fold.interacted(event, post)
    fold.contributed(event, event.actor).comments += 1
    if data.parent_id is None:
        post.comments += 1
    else:
        post.replies += 1
    if event.actor != data.author:
        post.comments_7d += event.time < post.counted_until
        if post.first_response_at is None:
            post.first_response_at = event.time


def _comment_gone(fold: PostsFold, event: Event, post: PostIncrement) -> None:
    fold.tally(event.type, event.data)
    # A hidden comment was taken back when it was hidden. Deleting it takes nothing back again.
    if bytes(event.data.previous) != b'"hidden"':
        _comment_counts(event, post, -1)
        _stopped(event, _commenter(event), post)


def _comment_back(fold: PostsFold, event: Event, post: PostIncrement) -> None:
    fold.tally(event.type, event.data)
    _comment_counts(event, post, 1)
    if not event.data.was_interacting and _commenter(event) != event.data.author:
        post.interactors += 1
        post.interactors_7d += event.time < post.counted_until


def _commenter(event: Event) -> str:
    return event.data.comment_author or ""


def _comment_counts(event: Event, post: PostIncrement, change: int) -> None:
    post.comments_gone -= change
    if _commenter(event) != event.data.author and event.time < post.counted_until:
        post.comments_7d += change


def _voted(fold: PostsFold, event: Event, post: PostIncrement) -> None:
    if bytes(event.data.previous) in {b"", b"[]"}:
        fold.interacted(event, post)
        post.poll_votes += 1
    else:
        fold.taken.did(fold.day, "interacted", event.actor)
        post.poll_votes_changed += 1


def _vote_withdrawn(_fold: PostsFold, event: Event, post: PostIncrement) -> None:
    post.poll_votes_gone += 1
    _stopped(event, event.actor, post)


_ACTS: dict[str, Callable[[PostsFold, Event, PostIncrement], None]] = {
    "mitmach.post.published": _published,
    "mitmach.post.edited": _edited,
    "mitmach.post.hidden": _changes_status("hidden"),
    "mitmach.post.restored": _changes_status("published"),
    "mitmach.post.deleted": _changes_status("deleted"),
    "mitmach.post.shared": _shared,
    "mitmach.post.read_confirmed": _confirmed,
    "mitmach.reaction.added": _reacted,
    "mitmach.reaction.changed": _reacted_otherwise,
    "mitmach.reaction.removed": _reaction_removed,
    "mitmach.comment.added": _commented,
    "mitmach.comment.hidden": _comment_gone,
    "mitmach.comment.restored": _comment_back,
    "mitmach.comment.deleted": _comment_gone,
    "mitmach.poll.voted": _voted,
    "mitmach.poll.vote_withdrawn": _vote_withdrawn,
}

# Of these the order doesn't matter: they add to counts, or put a person into a day's set. The
# others say how a post is now.
ADDS = frozenset({VIEWED, *_ACTS}) - {
    f"mitmach.post.{now}" for now in ("published", "edited", "hidden", "restored", "deleted")
}
