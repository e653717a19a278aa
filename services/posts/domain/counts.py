"""What is counted beside posts and comments, and how it agrees with what one person has done.

People are counted, not programs: these see the same numbers as everybody, and nothing of theirs in
them.

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
        """The counts as they are shown, with all that this person has done, counted yet or not.

        Args:
            mine: What the person has done with the post, read after these counts or together with
                them; None: nothing.
        """
        reactions = shown(self.reactions)
        if mine is None or not mine.viewed_on or not mine.human:
            return replace(self, reactions=reactions)
        views, viewers = self.views, self.viewers
        comments, shares, shared = self.comments, self.shares, 1 if mine.shares else 0
        for past in mine.recent:
            if not is_counted(past.until, self.through):
                move(reactions, past.reaction, mine.reaction)
                comments += mine.comments - past.comments
                shares += shared - bool(past.shares)
                views += mine.viewed_on != past.viewed_on
                viewers += not past.viewed_on
                break
        # No less than what this person alone has done. Whoever reacts or shares has seen the post,
        # and reacts once.
        if mine.reaction is not None:
            reactions.setdefault(mine.reaction, 1)
        shares = max(shares, shared)
        viewers = max(viewers, 1, shares, sum(reactions.values()))
        return PostCounts(
            id=self.id,
            reactions=reactions,
            comments=max(comments, mine.comments),
            shares=shares,
            views=max(views, viewers),
            viewers=viewers,
            through=self.through,
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
        """The counts as they are shown, with this person's reaction, counted yet or not.

        Args:
            mine: Their reaction now; None: they have none.
            before: The one that they had before, where that is known.
            changed_at: When that was, in milliseconds; None where it isn't known: then their
                reaction is among those that are shown, but may have taken the place of another's.
        """
        reactions = shown(self.reactions)
        if changed_at is not None and not is_counted(changed_at, self.through):
            move(reactions, before, mine)
        if mine is not None:
            reactions.setdefault(mine, 1)
        return replace(self, reactions=reactions)


def is_counted(act: datetime, through: datetime | None) -> bool:
    """Whether an act is among those that were counted through a time; both in milliseconds."""
    return through is not None and act <= through


def shown(reactions: dict[ReactionKind, int]) -> dict[ReactionKind, int]:
    """Numbers of reactions by kind as they are shown: those above zero, as a copy."""
    return {kind: number for kind, number in reactions.items() if number > 0}


def move(
    reactions: dict[ReactionKind, int], before: ReactionKind | None, after: ReactionKind | None
) -> None:
    """Changes numbers by kind, none below 1, as one reaction that comes, goes or changes does."""
    if before == after:
        return
    if before is not None:
        left = reactions.get(before, 0) - 1
        if left > 0:
            reactions[before] = left
        else:
            reactions.pop(before, None)
    if after is not None:
        reactions[after] = reactions.get(after, 0) + 1
