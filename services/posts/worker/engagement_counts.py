"""Counts reactions, comments, shares and views beside posts, from the service's own events.

What programs do isn't counted: the numbers are about people.

Not by `$inc` in the commits that cause them: a popular post would be one document that all writers
fight over. Folded here, a thousand reactions to it are one increment; the consumer's marks see to
it that each counts once.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec

from services.posts.domain.counts import CommentCounts, PostCounts
from shared.contract.events.envelope import EventData
from shared.contract.events.posts import ActOnPost, Interaction, PostShared, PostViewed
from shared.contract.events.registry import Event
from shared.contract.events.responses import (
    CommentAdded,
    CommentDeleted,
    CommentHidden,
    CommentRestored,
    ReactionAdded,
    ReactionChanged,
    ReactionRemoved,
)
from shared.contract.events.topics import POSTS
from shared.delivery.mongo import Transaction
from shared.delivery.projections import TypedFold, TypedProjection


class EngagementIncrements(msgspec.Struct):
    """By how much counts have changed since the last flush.

    Attributes:
        posts: By post id, then by stored name of the count.
        comments: By comment id, then by stored name of the count.
        through: By the id of each of these posts and comments, the time of the latest act.
    """

    posts: dict[str, Counter[str]] = msgspec.field(default_factory=dict)
    comments: dict[str, Counter[str]] = msgspec.field(default_factory=dict)
    through: dict[str, datetime] = msgspec.field(default_factory=dict)

    def count(self, event: Event) -> None:
        """Counts an event, and notes when it happened; nothing where a program did it."""
        data = event.data
        if isinstance(data, ActOnPost) and not data.human:
            return
        self.apply(data)
        about = getattr(data, "comment_id", None)
        for thing in (event.partitionkey, about):
            if thing in self.posts or thing in self.comments:
                self._note(thing, event.time)

    def _note(self, thing: str, time: datetime) -> None:
        known = self.through.get(thing)
        if known is None or known < time:
            self.through[thing] = time

    def apply(self, data: EventData) -> None:
        """Counts an event."""
        match data:
            case PostViewed():
                self._view(data.post_id, data.first_view)
            case ReactionAdded() | ReactionChanged() | ReactionRemoved():
                self._react(data)
            case CommentAdded() | CommentRestored():
                self._post(data.post_id)["comments"] += 1
            case CommentHidden():
                self._post(data.post_id)["comments"] -= 1
            case CommentDeleted() if data.previous == "published":
                self._post(data.post_id)["comments"] -= 1
            case PostShared():
                self._post(data.post_id)["shares"] += data.first_share
            case _:  # says nothing that is counted here
                pass
        if isinstance(data, Interaction) and data.first_view:
            self._view(data.post_id, first=True)  # implied: no event of its own says so

    def size(self) -> int:
        """Posts and comments whose counts have changed."""
        return len(self.posts) + len(self.comments)

    def _view(self, post_id: str, first: bool) -> None:
        counts = self._post(post_id)
        counts["views"] += 1
        counts["viewers"] += first

    def _react(self, data: ReactionAdded | ReactionChanged | ReactionRemoved) -> None:
        if data.comment_id is None:
            counts = self._post(data.post_id)
        else:
            counts = self.comments.setdefault(data.comment_id, Counter())
        if not isinstance(data, ReactionRemoved):
            counts[f"reactions.{data.reaction}"] += 1
        if not isinstance(data, ReactionAdded):
            counts[f"reactions.{data.previous}"] -= 1

    def _post(self, post_id: str) -> Counter[str]:
        return self.posts.setdefault(post_id, Counter())


class EngagementFold(TypedFold[EngagementIncrements]):
    """What a partition's events have changed, and when the last of them happened."""

    def apply(self, event: Event) -> None:
        """Adds one event."""
        self._state.count(event)


class EngagementCounts(TypedProjection[EngagementIncrements]):
    """The projection of what is counted beside posts and comments."""

    name = "mitmach.posts.counts"
    topics: Sequence[str] = (POSTS,)
    state = EngagementIncrements
    only_adds = True

    def fold(self, partition: str) -> EngagementFold:  # noqa: ARG002 - all partitions alike
        """An empty fold."""
        return EngagementFold(self.state)

    async def write(
        self, taken: Sequence[tuple[str, EngagementIncrements]], transaction: Transaction
    ) -> None:
        """Adds what was counted."""
        for _, increments in taken:
            through = increments.through
            await _add(transaction, PostCounts.collection, increments.posts, through)
            await _add(transaction, CommentCounts.collection, increments.comments, through)


async def _add(
    transaction: Transaction,
    collection: str,
    counted: Mapping[str, Counter[str]],
    through: Mapping[str, datetime],
) -> None:
    statements = [
        {
            "q": {"_id": key},
            "u": {"$inc": dict(counts), "$max": {"through": through[key]}},
            "upsert": True,
        }
        for key, counts in counted.items()
    ]
    if statements:
        await transaction.update(collection, statements)
