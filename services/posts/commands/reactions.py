"""Put, change and take back a reaction: one per person to a post, and one to each comment.

The busiest commands of the platform: they read the small head of a post, never its text, and one
document per person and post.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from services.posts.commands import events
from services.posts.commands.context import (
    comment_reads,
    engagement_reads,
    enter_comment,
    enter_post,
)
from services.posts.domain.comment import Comment
from services.posts.domain.engagement import (
    CommentReaction,
    Engagement,
    comment_reaction_id,
    engagement_id,
)
from shared.contract.access import Action
from shared.contract.events.vocabulary import ReactionKind
from shared.contract.moments import to_milliseconds
from shared.contract.principal import Principal
from shared.delivery.command import Changes, Found, Key


@dataclass(frozen=True, slots=True)
class ReactToPost:
    """Gives a reaction, or another one than before.

    Attributes:
        principal: The person who reacts.
        post_id: The post.
        kind: The kind of the reaction.
    """

    principal: Principal
    post_id: str
    kind: ReactionKind

    def reads(self, found: Found) -> Iterable[Key]:
        """The post with its context, and what the person has done with it before."""
        return engagement_reads(found, self.post_id, self.principal.person_id)

    def decide(self, found: Found, now: datetime) -> Changes:
        """Added, changed, or nothing when it is there already."""
        context = enter_post(found, self.post_id, self.principal, Action.REACT)
        context.check_writable()
        before = context.engagement(found)
        after = before.react(self.kind, now)
        if after is before:
            return Changes(reply=before)
        event = events.reaction_given(context, before, self.kind)
        return Changes(reply=after, put=(after,), events=(context.occurred(event),))


@dataclass(frozen=True, slots=True)
class TakeBackReaction:
    """Takes the reaction to a post back.

    Attributes:
        principal: The person whose reaction it is.
        post_id: The post.
    """

    principal: Principal
    post_id: str

    def reads(self, found: Found) -> Iterable[Key]:
        """The post with its context, and what the person has done with it before."""
        return engagement_reads(found, self.post_id, self.principal.person_id)

    def decide(self, found: Found, now: datetime) -> Changes:
        """Removed, or nothing when there is none. An archived group doesn't hold it back."""
        context = enter_post(found, self.post_id, self.principal, Action.REACT)
        before = context.engagement(found)
        if before.reaction is None:
            return Changes(reply=before)
        after = before.take_back_reaction(now)
        event = events.reaction_removed(context, after, before.reaction)
        return Changes(reply=after, put=(after,), events=(context.occurred(event),))


class CommentReactionChange(NamedTuple):
    """What became of a person's reaction to a comment.

    Attributes:
        before: The reaction that they had; None: they had none.
        after: The one that they have now; None: they have none.
        at: When that changed, in milliseconds; None: nothing has changed.
        human: The person is a human being, so that it is counted.
    """

    before: ReactionKind | None
    after: ReactionKind | None
    at: datetime | None
    human: bool


@dataclass(frozen=True, slots=True)
class ReactToComment:
    """Gives a reaction to a comment, or replaces it; that is an interaction with the post too.

    Attributes:
        principal: The person who reacts.
        comment_id: The comment.
        kind: The kind of the reaction.
    """

    principal: Principal
    comment_id: str
    kind: ReactionKind

    def reads(self, found: Found) -> Iterator[Key]:
        """The comment and its post, and what the person has done with both before."""
        return _reads(found, self.comment_id, self.principal.person_id)

    def decide(self, found: Found, now: datetime) -> Changes:
        """Added, changed, or nothing when it is there already."""
        comment, context = enter_comment(found, self.comment_id, self.principal, Action.REACT)
        context.check_writable()
        key = comment_reaction_id(comment.id, context.actor)
        known = found.get(CommentReaction, key)
        previous = None if known is None else known.reaction
        if previous == self.kind:
            return Changes(reply=CommentReactionChange(previous, previous, None, context.human))
        before = context.engagement(found)
        after = before.react_to_comment(now, instead=previous is not None)
        event = events.comment_reaction_given(context, comment, before, self.kind, previous)
        return Changes(
            reply=CommentReactionChange(previous, self.kind, to_milliseconds(now), context.human),
            put=(CommentReaction(id=key, reaction=self.kind, human=context.human), after),
            events=(context.occurred(event, comment),),
        )


@dataclass(frozen=True, slots=True)
class TakeBackCommentReaction:
    """Takes the reaction to a comment back.

    Attributes:
        principal: The person whose reaction it is.
        comment_id: The comment.
    """

    principal: Principal
    comment_id: str

    def reads(self, found: Found) -> Iterator[Key]:
        """The comment and its post, and what the person has done with both before."""
        return _reads(found, self.comment_id, self.principal.person_id)

    def decide(self, found: Found, now: datetime) -> Changes:
        """Removed, or nothing when there is none."""
        comment, context = enter_comment(found, self.comment_id, self.principal, Action.REACT)
        key = comment_reaction_id(comment.id, context.actor)
        known = found.get(CommentReaction, key)
        if known is None:
            return Changes(reply=CommentReactionChange(None, None, None, context.human))
        after = context.engagement(found).take_back_comment_reaction()
        event = events.comment_reaction_removed(context, comment, after, known.reaction)
        return Changes(
            reply=CommentReactionChange(known.reaction, None, to_milliseconds(now), context.human),
            put=(after,),
            remove=((CommentReaction, key),),
            events=(context.occurred(event, comment),),
        )


def _reads(found: Found, comment_id: str, person_id: str) -> Iterator[Key]:
    yield CommentReaction, comment_reaction_id(comment_id, person_id)
    yield from comment_reads(found, comment_id, person_id)
    comment = found.get(Comment, comment_id)
    if comment is not None:
        yield Engagement, engagement_id(comment.post_id, person_id)
