"""What changes are answered with: how it stands with the post now, in counts and for the caller.

The answers of measured routes, so as `msgspec` structs; the same numbers as in a post that is read.
"""

from typing import Annotated

import msgspec
from msgspec import Meta

from services.posts.domain.counts import PostCounts
from services.posts.domain.engagement import Engagement
from services.posts.queries.counts import AskedCounts
from shared.contract.events.vocabulary import ReactionKind


class CountsNowView(msgspec.Struct):
    """What is counted beside the post; as in a post, with what the caller has just done."""

    reactions: Annotated[
        dict[ReactionKind, int], Meta(description="By kind", examples=[{"like": 12, "thanks": 2}])
    ]
    comments: Annotated[int, Meta(description="Replies included")]
    shares: Annotated[int, Meta(description="People who have passed it on")]
    views: Annotated[int, Meta(description="At most one per person and day")]
    viewers: Annotated[int, Meta(description="People who have seen it")]


class MineNowView(msgspec.Struct):
    """What the caller has done with the post by now."""

    viewed: bool
    reaction: ReactionKind | None
    comments: int
    shares: Annotated[int, Meta(description="How often I have passed it on")]


class StandingView(msgspec.Struct):
    """How it stands with a post after a change."""

    counts: CountsNowView
    mine: MineNowView


def standing_view(counts: PostCounts, mine: Engagement | None) -> StandingView:
    """How it stands with a post.

    Args:
        counts: What is counted beside it, as it was read.
        mine: What the caller has done with it, as it was committed; None: nothing.
    """
    agreeing = counts.agreeing_with(mine)
    return StandingView(
        CountsNowView(
            agreeing.reactions,
            agreeing.comments,
            agreeing.shares,
            agreeing.views,
            agreeing.viewers,
        ),
        MineNowView(False, None, 0, 0)
        if mine is None
        else MineNowView(bool(mine.viewed_on), mine.reaction, mine.comments, mine.shares),
    )


async def standing(asked: AskedCounts[PostCounts], mine: Engagement) -> StandingView:
    """How it stands with a post, for one who has just changed something.

    Args:
        asked: The counts, asked for before the commit.
        mine: What the caller has done with it, as it was committed.
    """
    return standing_view(await asked.read(), mine)
