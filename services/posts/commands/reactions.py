"""Put, change and take back a reaction: one per person to a post, and one to each comment.

The busiest commands of the platform: they read the small head of a post, never its text, and one
document per person and post.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from services.posts.commands.context import (
    about_act,
    act_reads,
    comment_reads,
    enter,
    enter_comment,
)
from services.posts.domain.audience import Member, check_writable
from services.posts.domain.comment import Comment
from services.posts.domain.engagement import (
    CommentReaction,
    Engagement,
    comment_reaction_id,
    engagement_id,
    firsts,
    give,
)
from services.posts.domain.post import Post
from shared.contract.access import Action
from shared.contract.events.responses import ReactionAdded, ReactionChanged, ReactionRemoved
from shared.contract.events.vocabulary import ReactionKind
from shared.contract.principal import Principal
from shared.delivery.command import Changes, Found, Key, Occurred


@dataclass(frozen=True, slots=True)
class ReactToPost:
    """Gives a reaction, or another one than before."""

    principal: Principal
    post_id: str
    reaction: ReactionKind

    def reads(self, found: Found) -> Iterable[Key]:
        """The scene, and what the person has done before."""
        return act_reads(found, self.post_id, self.principal.pseudonym)

    def decide(self, found: Found, now: datetime) -> Changes:
        """Added, changed, or nothing when it is there already."""
        actor = self.principal.pseudonym
        post, member, group, channel = enter(found, self.post_id, self.principal, Action.REACT)
        check_writable(group, channel)
        key = engagement_id(post.id, actor)
        before = found.get(Engagement, key)
        previous = None if before is None else before.reaction
        if previous == self.reaction:
            return Changes()
        event = _given(about_act(post, member, actor), self.reaction, previous, before)
        after = give(before, key, now, reaction=self.reaction)
        return Changes(put=(after,), events=(Occurred(event, actor),))


@dataclass(frozen=True, slots=True)
class TakeBackReaction:
    """Takes the reaction to a post back."""

    principal: Principal
    post_id: str

    def reads(self, found: Found) -> Iterable[Key]:
        """The scene, and what the person has done before."""
        return act_reads(found, self.post_id, self.principal.pseudonym)

    def decide(self, found: Found, now: datetime) -> Changes:  # noqa: ARG002 - every command's shape
        """Removed, or nothing when there is none. An archived group doesn't hold it back."""
        actor = self.principal.pseudonym
        post, member, _, _ = enter(found, self.post_id, self.principal, Action.REACT)
        before = found.get(Engagement, engagement_id(post.id, actor))
        if before is None or before.reaction is None:
            return Changes()
        after = msgspec.structs.replace(before, reaction=None)
        event = ReactionRemoved(
            **about_act(post, member, actor),
            still_interacting=after.interacting,
            previous=before.reaction,
        )
        return Changes(put=(after,), events=(Occurred(event, actor),))


@dataclass(frozen=True, slots=True)
class ReactToComment:
    """Gives a reaction to a comment, or another one: an interaction with the post too."""

    principal: Principal
    comment_id: str
    reaction: ReactionKind

    def reads(self, found: Found) -> Iterator[Key]:
        """The comment and its post, and what the person has done with both before."""
        return _comment_reads(found, self.comment_id, self.principal.pseudonym)

    def decide(self, found: Found, now: datetime) -> Changes:
        """Added, changed, or nothing when it is there already."""
        actor = self.principal.pseudonym
        comment, scene = enter_comment(found, self.comment_id, self.principal, Action.REACT)
        post, member, group, channel = scene
        check_writable(group, channel)
        key = comment_reaction_id(comment.id, actor)
        known = found.get(CommentReaction, key)
        previous = None if known is None else known.reaction
        if previous == self.reaction:
            return Changes()
        before = found.get(Engagement, engagement_id(post.id, actor))
        event = _given(
            _about_comment(comment, post, member, actor), self.reaction, previous, before
        )
        after = give(before, engagement_id(post.id, actor), now, on_comments=int(previous is None))
        return Changes(
            put=(CommentReaction(id=key, reaction=self.reaction), after),
            events=(Occurred(event, actor),),
        )


@dataclass(frozen=True, slots=True)
class TakeBackCommentReaction:
    """Takes the reaction to a comment back."""

    principal: Principal
    comment_id: str

    def reads(self, found: Found) -> Iterator[Key]:
        """The comment and its post, and what the person has done with both before."""
        return _comment_reads(found, self.comment_id, self.principal.pseudonym)

    def decide(self, found: Found, now: datetime) -> Changes:  # noqa: ARG002 - every command's shape
        """Removed, or nothing when there is none."""
        actor = self.principal.pseudonym
        comment, scene = enter_comment(found, self.comment_id, self.principal, Action.REACT)
        post, member, _, _ = scene
        key = comment_reaction_id(comment.id, actor)
        known = found.get(CommentReaction, key)
        before = found.get(Engagement, engagement_id(post.id, actor))
        if known is None or before is None:
            return Changes()
        after = msgspec.structs.replace(before, comment_reactions=before.comment_reactions - 1)
        event = ReactionRemoved(
            **_about_comment(comment, post, member, actor),
            still_interacting=after.interacting,
            previous=known.reaction,
        )
        return Changes(
            put=(after,), remove=((CommentReaction, key),), events=(Occurred(event, actor),)
        )


def _given(
    facts: dict[str, Any],
    reaction: ReactionKind,
    previous: ReactionKind | None,
    before: Engagement | None,
) -> ReactionAdded | ReactionChanged:
    if previous is not None:
        return ReactionChanged(**facts, reaction=reaction, previous=previous)
    first_view, first_interaction, was_interacting = firsts(before)
    return ReactionAdded(
        **facts,
        reaction=reaction,
        first_view=first_view,
        first_interaction=first_interaction,
        was_interacting=was_interacting,
    )


def _about_comment(comment: Comment, post: Post, member: Member, actor: str) -> dict[str, Any]:
    facts = about_act(post, member, actor, own=comment.author == actor)
    facts["comment_id"] = comment.id
    facts["comment_author"] = comment.author
    return facts


def _comment_reads(found: Found, comment_id: str, pseudonym: str) -> Iterator[Key]:
    yield CommentReaction, comment_reaction_id(comment_id, pseudonym)
    yield from comment_reads(found, comment_id, pseudonym)
    comment = found.get(Comment, comment_id)
    if comment is not None:
        yield Engagement, engagement_id(comment.post_id, pseudonym)
