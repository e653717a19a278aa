"""What one person has done with one post, in one document.

Because every act of a person on a post reads and writes this document, the commit decides exactly
whether it was their first view, their first interaction, and whether they are still interacting
after they took something back. Distinct counts become sums of these flags, and no reader needs a
memory of who did what.

An act is a method that returns what becomes of it, or the same object where nothing does. What the
act was is told by the two together, before and after: `commands/events.py` makes its event of them.
"""

from datetime import datetime, timedelta
from typing import ClassVar

import msgspec
from msgspec.structs import replace

from shared.contract.events.vocabulary import ReactionKind
from shared.contract.moments import day_of, to_milliseconds
from shared.delivery.command import Entity, Found
from shared.web.quotas import DailyQuotaReached

# Reactions that one person gives to one post and its comments in a day. Nobody changes their mind
# as often; without a bound somebody could do it all day, an event each time, and it costs nothing
# to keep it in a document that is written anyway. It is not asked for taking one back.
MOST_REACTIONS = 200


# Of how many acts, and for how long, it is remembered what was before them: until they are counted,
# which takes a fraction of a second. The rest is for clicks in a row, and for a worker that lags.
MOST_RECENT = 8
REMEMBERED_FOR = timedelta(minutes=1)


class PastEngagement(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a person had done with a post before one of their last acts, as far as it is counted.

    Attributes:
        until: When that act came, in milliseconds.
        viewed_on: As in `Engagement`; so are the others.
        reaction: Their reaction to the post.
        comments: How many of their comments weren't deleted.
        shares: How often they had passed the post on.
    """

    until: datetime
    viewed_on: str = ""
    reaction: ReactionKind | None = None
    comments: int = 0
    shares: int = 0


class Engagement(Entity, frozen=True, kw_only=True, omit_defaults=True):
    """What a person has done with a post. It is stored as soon as they have seen the post.

    Attributes:
        viewed_on: The UTC day of the last view that counted, as `2026-05-04`; empty before the
            first. An interaction implies a view.
        interacted: They interacted at some time, taken back or not.
        reaction: Their reaction to the post, now.
        comments: How many of their comments on this post aren't deleted.
        comment_reactions: To how many comments on this post they have a reaction now. One to a
            comment that was deleted since stays: it was given, and never taken back.
        shares: How often they passed the post on.
        given_on: The last UTC day on which they gave a reaction (days since the year 1).
        given: How many reactions they gave on that day, to the post and its comments.
        recent: What was before each of their last acts, the oldest first: what is counted beside
            the post lags, and answers add what is missing (`counts.py`).
        human: They are a human being: what programs do is counted nowhere.
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
    recent: tuple[PastEngagement, ...] = ()
    human: bool = True

    @property
    def holds_since(self) -> datetime | None:
        """When the last of their acts happened that it remembers: the next one comes after it."""
        return self.recent[-1].until if self.recent else None

    @property
    def interacting(self) -> bool:
        """Whether something is left that wasn't taken back."""
        return bool(self.reaction or self.comments or self.comment_reactions or self.shares)

    def view(self, now: datetime) -> "Engagement":
        """The post is seen: at most one view per UTC day counts."""
        today = day_of(now)
        # Not `==`: around midnight the clocks of two processes may disagree which day it is.
        if self.viewed_on >= today:
            return self
        return replace(self, viewed_on=today, recent=self._before(now))

    def react(self, kind: ReactionKind, now: datetime) -> "Engagement":
        """A reaction is given to the post, in place of the one before.

        Raises:
            DailyQuotaReached: They have given `MOST_REACTIONS` here on this day.
        """
        if kind == self.reaction:
            return self
        return self._give(now, kind, self.comment_reactions)

    def react_to_comment(self, now: datetime, *, instead: bool) -> "Engagement":
        """A reaction is given to one of the post's comments.

        Args:
            now: The moment.
            instead: It takes the place of another one to the same comment.

        Raises:
            DailyQuotaReached: They have given `MOST_REACTIONS` here on this day.
        """
        return self._give(now, self.reaction, self.comment_reactions + (not instead))

    def take_back_reaction(self, now: datetime) -> "Engagement":
        """The reaction to the post is taken back."""
        if self.reaction is None:
            return self
        return replace(self, reaction=None, recent=self._before(now))

    def take_back_comment_reaction(self) -> "Engagement":
        """The reaction to one of the post's comments is taken back."""
        return replace(self, comment_reactions=self.comment_reactions - 1)

    def comment(self, now: datetime) -> "Engagement":
        """A comment on the post is added."""
        return replace(
            self,
            viewed_on=self._seen_by(now),
            interacted=True,
            comments=self.comments + 1,
            recent=self._before(now),
        )

    def take_back_comment(self, now: datetime) -> "Engagement":
        """A comment of theirs on the post is deleted."""
        return replace(self, comments=self.comments - 1, recent=self._before(now))

    def share(self, now: datetime) -> "Engagement":
        """The post is passed on."""
        return replace(
            self,
            viewed_on=self._seen_by(now),
            interacted=True,
            shares=self.shares + 1,
            recent=self._before(now),
        )

    def shared_at(self, moment: datetime) -> bool:
        """Whether they passed the post on at this moment, as far as it is remembered."""
        then = to_milliseconds(moment)
        after = (*(past.shares for past in self.recent[1:]), self.shares)
        return any(
            past.until == then and past.shares < shares
            for past, shares in zip(self.recent, after, strict=False)
        )

    def _give(
        self, now: datetime, reaction: ReactionKind | None, comment_reactions: int
    ) -> "Engagement":
        today = now.toordinal()
        given = self.given if self.given_on == today else 0
        if given >= MOST_REACTIONS:
            raise DailyQuotaReached("reactions to one post", MOST_REACTIONS, now)
        return replace(
            self,
            viewed_on=self._seen_by(now),
            interacted=True,
            reaction=reaction,
            comment_reactions=comment_reactions,
            given_on=today,
            given=given + 1,
            recent=self._before(now),
        )

    def _before(self, now: datetime) -> tuple[PastEngagement, ...]:
        """What is remembered when an act comes now: what was before it and the last ones."""
        past = PastEngagement(
            until=to_milliseconds(now),
            viewed_on=self.viewed_on,
            reaction=self.reaction,
            comments=self.comments,
            shares=self.shares,
        )
        if not self.recent:
            return (past,)
        since = now - REMEMBERED_FOR
        kept = [earlier for earlier in self.recent if earlier.until > since]
        return (*kept[1 - MOST_RECENT :], past)

    def _seen_by(self, now: datetime) -> str:
        """The day of the last view that counted, where whoever interacts has seen the post.

        A view that counted stays where it is: a later view on a day of interaction is still a view
        of that day.
        """
        return self.viewed_on or day_of(now)


class CommentReaction(Entity, frozen=True, kw_only=True):
    """The reaction of one person to one comment.

    Attributes:
        reaction: The kind of the reaction, now.
        human: The person is a human being; see `Engagement`.
    """

    collection: ClassVar[str] = "comment_reactions"
    reaction: ReactionKind
    human: bool = True


def engagement_id(post_id: str, person_id: str) -> str:
    """The id of what a person did with a post; post first: what is read together lies together."""
    return f"{post_id}:{person_id}"


def engagement_found(
    found: Found, post_id: str, person_id: str, *, human: bool = True
) -> Engagement:
    """What a person has done with a post so far; without a view where there is nothing yet."""
    key = engagement_id(post_id, person_id)
    return found.get(Engagement, key) or Engagement(id=key, viewed_on="", human=human)


def comment_reaction_id(comment_id: str, person_id: str) -> str:
    """The id of a person's reaction to a comment."""
    return f"{comment_id}:{person_id}"
