"""What one person has done with one post, in one document.

Because every act of a person on a post reads and writes this document, the commit decides exactly
whether it was their first view, their first interaction, and whether they are still interacting
after they took something back. Distinct counts become sums of these flags, and no reader needs a
memory of who did what.
"""

from datetime import datetime
from typing import ClassVar, NamedTuple

import msgspec

from shared.contract.events.vocabulary import ReactionKind
from shared.contract.moments import day_of
from shared.delivery.command import Entity
from shared.web.quotas import DailyQuotaReached


class Engagement(Entity, frozen=True, kw_only=True):
    """There is one as soon as the person has seen the post; an interaction implies a view.

    Attributes:
        viewed_on: The UTC day of the last view that counted.
        interacted: They interacted at some time, taken back or not.
        reaction: To the post, now.
        comments: Theirs on this post that aren't deleted.
        comment_reactions: To comments on this post, now. One to a comment that was deleted since
            stays: it was given, and never taken back.
        shares: How often they passed it on.
        given_on: The last UTC day on which they gave a reaction (days since the year 1).
        given: How many they gave on that day, to the post and its comments.
    """

    collection: ClassVar[str] = "engagements"
    viewed_on: str
    interacted: bool = False
    reaction: ReactionKind | None = None
    comments: int = 0
    comment_reactions: int = 0
    shares: int = 0
    given_on: int = 0
    given: int = 0

    @property
    def interacting(self) -> bool:
        """Whether something is left that wasn't taken back."""
        return bool(self.reaction or self.comments or self.comment_reactions or self.shares)


# Reactions that one person gives to one post and its comments in a day. Nobody changes their mind
# as often; without a bound somebody could do it all day, an event each time, and it costs nothing
# to keep it in a document that is written anyway. It is not asked for taking one back.
MOST_REACTIONS = 200


class CommentReaction(Entity, frozen=True, kw_only=True):
    """The reaction of one person to one comment."""

    collection: ClassVar[str] = "comment_reactions"
    reaction: ReactionKind


class Firsts(NamedTuple):
    """What an interaction was for this person and post."""

    first_view: bool
    first_interaction: bool
    was_interacting: bool


def engagement_id(post_id: str, pseudonym: str) -> str:
    """The id of what a person did with a post; post first: what is read together lies together."""
    return f"{post_id}:{pseudonym}"


def comment_reaction_id(comment_id: str, pseudonym: str) -> str:
    """The id of a person's reaction to a comment."""
    return f"{comment_id}:{pseudonym}"


def firsts(before: Engagement | None) -> Firsts:
    """What an interaction will have been, given what was there before it."""
    if before is None:
        return Firsts(first_view=True, first_interaction=True, was_interacting=False)
    return Firsts(
        first_view=False,
        first_interaction=not before.interacted,
        was_interacting=before.interacting,
    )


def give(
    before: Engagement | None,
    engagement_id: str,
    now: datetime,
    *,
    reaction: ReactionKind | None = None,
    on_comments: int = 0,
) -> Engagement:
    """What becomes of it when a reaction is given, to the post or to one of its comments.

    Args:
        before: What was there.
        engagement_id: Its id.
        now: The moment.
        reaction: To the post; None where it went to a comment.
        on_comments: By how many more comments have one of theirs now.

    Raises:
        DailyQuotaReached: They have given `MOST_REACTIONS` here on this day.
    """
    begun = begin(before, engagement_id, now)
    today = now.toordinal()
    given = begun.given if begun.given_on == today else 0
    if given >= MOST_REACTIONS:
        raise DailyQuotaReached("reactions to one post", MOST_REACTIONS, now)
    return msgspec.structs.replace(
        begun,
        reaction=reaction or begun.reaction,
        comment_reactions=begun.comment_reactions + on_comments,
        given_on=today,
        given=given + 1,
    )


def begin(before: Engagement | None, engagement_id: str, now: datetime) -> Engagement:
    """What an interaction starts from: it has been seen, and interacted with.

    A view that counted stays where it is: a later view on a day of interaction is still a view of
    that day.
    """
    if before is None:
        return Engagement(id=engagement_id, viewed_on=day_of(now), interacted=True)
    if before.interacted:
        return before
    return msgspec.structs.replace(before, interacted=True)
