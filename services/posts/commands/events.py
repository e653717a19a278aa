"""What the world is told of posts, and of what people do with them.

Events about an act are made of what the person had done with the post before it and has done after
it (`domain/engagement.py`): whether it was a first, and what is left.
"""

from datetime import datetime
from typing import TypedDict

from services.posts.commands.context import PostContext
from services.posts.domain.audience import Member
from services.posts.domain.comment import Comment
from services.posts.domain.engagement import Engagement
from services.posts.domain.post import Post
from shared.contract.events import posts, responses
from shared.contract.events.vocabulary import DeletionReason, Format, PostKind, ReactionKind


class _PostFields(TypedDict):
    post_id: str
    group_id: str
    channel_id: str
    author: str
    format: Format
    kind: PostKind
    topics: tuple[str, ...]
    published_at: datetime
    author_human: bool


class _ActFields(_PostFields):
    own: bool
    in_audience: bool
    human: bool


class _Firsts(TypedDict):
    first_view: bool
    first_interaction: bool
    was_interacting: bool


def _post(post: Post) -> _PostFields:
    """What every event says of the post."""
    return {
        "post_id": post.id,
        "group_id": post.group_id,
        "channel_id": post.channel_id,
        "author": post.author,
        "format": post.format,
        "kind": post.kind,
        "topics": post.tags,
        "published_at": post.published_at,
        "author_human": post.author_human,
    }


def _act(
    context: PostContext, comment: Comment | None = None, *, own: bool | None = None
) -> _ActFields:
    """What every event about an act says of the post, and of the person whose act it is.

    Args:
        context: The post, and the person.
        comment: The comment that the act is on; None: it is on the post itself.
        own: Whether it is the author of the post whose act it is; left out: by their ids, which
            tells nothing of people who were erased.
    """
    post, actor, human, member, _, _ = context
    author = post.author == actor if own is None else own
    return {
        **_post(post),
        "own": author or (comment is not None and comment.author == actor),
        # The author isn't part of the audience: its size is counted without them too.
        "in_audience": not author
        and member.counted_by(post.group_id, post.audience_through, post.active_through),
        "human": human,
    }


def _firsts(before: Engagement) -> _Firsts:
    """What an interaction is for this person and post, given what they had done before."""
    return {
        "first_view": not before.viewed_on,
        "first_interaction": not before.interacted,
        "was_interacting": before.interacting,
    }


def post_published(post: Post) -> posts.PostPublished:
    """A post is there for its audience."""
    return posts.PostPublished(
        **_post(post),
        audience_size=post.audience_size,
        scheduled=False,
        asks_for_confirmation=False,
    )


def post_edited(before: Post, after: Post) -> posts.PostEdited:
    """A post says something else, or is about something else."""
    previous = posts.PostState(format=before.format, kind=before.kind, topics=before.tags)
    return posts.PostEdited(**_post(after), by_author=True, previous=previous)


def post_deleted(post: Post, reason: DeletionReason) -> posts.PostDeleted:
    """A post is gone, with all that was on it."""
    return posts.PostDeleted(**_post(post), reason=reason, previous="published")


def post_viewed(context: PostContext, before: Engagement) -> posts.PostViewed:
    """A view of a post counts."""
    return posts.PostViewed(**_act(context), first_view=not before.viewed_on)


def post_shared(
    context: PostContext, before: Engagement, to_group_id: str | None
) -> posts.PostShared:
    """A post is passed on: to an open group, or (None) anywhere else."""
    return posts.PostShared(
        **_act(context),
        **_firsts(before),
        first_share=not before.shares,
        to_group_id=to_group_id,
    )


def reaction_given(
    context: PostContext, before: Engagement, kind: ReactionKind
) -> responses.ReactionAdded | responses.ReactionChanged:
    """A reaction to a post is there, or takes the place of another."""
    if before.reaction is not None:
        return responses.ReactionChanged(**_act(context), reaction=kind, previous=before.reaction)
    return responses.ReactionAdded(**_act(context), **_firsts(before), reaction=kind)


def reaction_removed(
    context: PostContext, after: Engagement, previous: ReactionKind
) -> responses.ReactionRemoved:
    """A reaction to a post is gone."""
    return responses.ReactionRemoved(
        **_act(context), still_interacting=after.interacting, previous=previous
    )


def comment_reaction_given(
    context: PostContext,
    comment: Comment,
    before: Engagement,
    kind: ReactionKind,
    previous: ReactionKind | None,
) -> responses.ReactionAdded | responses.ReactionChanged:
    """A reaction to a comment is there, or takes the place of another."""
    if previous is not None:
        return responses.ReactionChanged(
            **_act(context, comment),
            reaction=kind,
            previous=previous,
            comment_id=comment.id,
            comment_author=comment.author,
        )
    return responses.ReactionAdded(
        **_act(context, comment),
        **_firsts(before),
        reaction=kind,
        comment_id=comment.id,
        comment_author=comment.author,
    )


def comment_reaction_removed(
    context: PostContext, comment: Comment, after: Engagement, previous: ReactionKind
) -> responses.ReactionRemoved:
    """A reaction to a comment is gone."""
    return responses.ReactionRemoved(
        **_act(context, comment),
        still_interacting=after.interacting,
        previous=previous,
        comment_id=comment.id,
        comment_author=comment.author,
    )


def comment_added(
    context: PostContext,
    comment: Comment,
    parent: Comment | None,
    before: Engagement,
    *,
    first_response: bool,
) -> responses.CommentAdded:
    """A comment is there; `first_response`: none of another human being than the author was."""
    return responses.CommentAdded(
        **_act(context),
        **_firsts(before),
        comment_id=comment.id,
        comment_author=comment.author,
        first_response=first_response,
        parent_id=comment.parent_id,
        parent_author=None if parent is None else parent.author,
    )


def comment_edited(context: PostContext, comment: Comment) -> responses.CommentEdited:
    """A comment says something else."""
    return responses.CommentEdited(
        **_act(context), comment_id=comment.id, comment_author=comment.author
    )


def comment_deleted(
    context: PostContext,
    comment: Comment,
    author: Member,
    *,
    still_interacting: bool,
    first_response: bool,
    next_response: Comment | None,
) -> responses.CommentDeleted:
    """A comment is gone. The event is about its author, whoever deletes.

    It says of them what `comment.added` said: who sums up what began and what ended must find the
    same.

    Args:
        context: The post, and the person who deletes.
        comment: The comment, as it was.
        author: What is known of the comment's author, in front of the post's group.
        still_interacting: Whether something else that the author has done with the post is left.
        first_response: Whether it was what answers the post first.
        next_response: The comment that answers the post first since, where this one did.
    """
    whose = context._replace(actor=comment.author, human=comment.author_human, member=author)
    post = context.post
    return responses.CommentDeleted(
        **_act(whose, own=(post.author, post.former) == (comment.author, comment.former)),
        still_interacting=still_interacting,
        comment_id=comment.id,
        comment_author=comment.author,
        commented_at=comment.added_at,
        by_author=comment.author == context.actor,
        previous="published",
        first_response=first_response,
        first_response_at=None if next_response is None else next_response.added_at,
    )


def first_response_corrected(post: Post, first: Comment | None) -> responses.FirstResponseCorrected:
    """Another comment answers a post first than was told before; None: nobody has answered."""
    return responses.FirstResponseCorrected(
        **_post(post),
        comment_id=None if first is None else first.id,
        first_response_at=None if first is None else first.added_at,
    )
