"""What is counted beside posts and comments, and how it agrees with what one person has done.

Counts are folded from events by the worker (`worker/engagement_counts.py`), so they are a moment
old; what a person has done is as old as the commit. An answer that showed both as they are stored
would say "nobody likes this" and "you do" in one breath. So an answer adds to the counts those of
the person's own acts that aren't in them yet. Which these are is told by two times: that of the
last act that was counted beside the post, and those of the person's last acts, which
`Engagement.recent` remembers.

The times are those of decisions, and acts of different people in the same milliseconds may be
counted in another order than they were decided in; an act is then missing until the next flush. So
there is a floor as well: whatever the times say, no answer shows less than what the person's own
acts alone would be.
"""

from datetime import datetime
from typing import ClassVar

import msgspec
from msgspec.structs import replace

from services.posts.domain.engagement import Engagement
from shared.contract.events.vocabulary import ReactionKind
from shared.contract.moments import to_milliseconds
from shared.delivery.command import Entity


class PostCounts(Entity, frozen=True, kw_only=True):
    """What is counted beside a post; its id is the post's.

    Attributes:
        reactions: How many reactions to the post itself there are now, by kind.
        comments: How many comments aren't deleted, replies included.
        shares: How many people have passed it on, however often each has.
        views: How many views counted: at most one per person and day.
        viewers: How many people have seen it.
        through: The time of the latest act that is counted; None: none is.
    """

    collection: ClassVar[str] = "post_counts"
    reactions: dict[ReactionKind, int] = msgspec.field(default_factory=dict)
    comments: int = 0
    shares: int = 0
    views: int = 0
    viewers: int = 0
    through: datetime | None = None

    def agreeing_with(self, mine: Engagement | None) -> "PostCounts":
        """The counts with all that this person has done, counted by the worker or not yet.

        Args:
            mine: What the person has done with the post, read after these counts or together with
                them; None: nothing.
        """
        if mine is None or not mine.viewed_on:
            return self
        counts = self
        for past in mine.recent:
            if not is_counted(past.until, self.through):
                reactions = moved(self.reactions, past.reaction, mine.reaction)
                counts = replace(
                    self,
                    reactions=reactions,
                    comments=self.comments + mine.comments - past.comments,
                    shares=self.shares + bool(mine.shares) - bool(past.shares),
                    views=self.views + (mine.viewed_on != past.viewed_on),
                    viewers=self.viewers + (not past.viewed_on),
                )
                break
        return counts.at_least(mine)

    def at_least(self, mine: Engagement) -> "PostCounts":
        """The counts, and no less than what this person alone has done."""
        reactions = floored(self.reactions, mine.reaction)
        comments = max(self.comments, mine.comments)
        shares = max(self.shares, int(bool(mine.shares)))
        # Whoever reacts or shares has seen the post, and reacts once.
        viewers = max(self.viewers, 1, shares, sum(reactions.values()))
        return replace(
            self,
            reactions=reactions,
            comments=comments,
            shares=shares,
            views=max(self.views, viewers),
            viewers=viewers,
        )


class CommentCounts(Entity, frozen=True, kw_only=True):
    """What is counted beside a comment; its id is the comment's.

    Attributes:
        reactions: How many reactions to it there are now, by kind.
        through: The time of the latest act that is counted; None: none is.
    """

    collection: ClassVar[str] = "comment_counts"
    reactions: dict[ReactionKind, int] = msgspec.field(default_factory=dict)
    through: datetime | None = None

    def agreeing_with(
        self,
        mine: ReactionKind | None,
        *,
        before: ReactionKind | None = None,
        changed_at: datetime | None = None,
    ) -> "CommentCounts":
        """The counts with this person's reaction, counted by the worker or not yet.

        Args:
            mine: Their reaction now; None: they have none.
            before: The one that they had before, where that is known.
            changed_at: When that was, in milliseconds; None where it isn't known: then their
                reaction is among those that are shown, but may have taken the place of another's.
        """
        reactions = self.reactions
        if changed_at is not None and not is_counted(changed_at, self.through):
            reactions = moved(reactions, before, mine)
        return replace(self, reactions=floored(reactions, mine))


def is_counted(act: datetime, through: datetime | None) -> bool:
    """Whether an act is among those that were counted through a time; both in milliseconds."""
    return through is not None and act <= to_milliseconds(through)


def moved(
    reactions: dict[ReactionKind, int], before: ReactionKind | None, after: ReactionKind | None
) -> dict[ReactionKind, int]:
    """Numbers of reactions by kind after one of them has come, gone or changed."""
    if before == after:
        return reactions
    numbers = dict(reactions)
    if before is not None:
        numbers[before] = numbers.get(before, 0) - 1
    if after is not None:
        numbers[after] = numbers.get(after, 0) + 1
    return numbers


def floored(
    reactions: dict[ReactionKind, int], mine: ReactionKind | None
) -> dict[ReactionKind, int]:
    """Numbers of reactions as they are shown: those above zero, and one's own among them."""
    shown = {kind: number for kind, number in reactions.items() if number > 0}
    if mine is not None:
        shown.setdefault(mine, 1)
    return shown
