"""The scene of an act on a post: the post, its group and channel, who acts.

Two rounds of reads: what is named by the request, then what the post names. Hot commands share them
with their neighbours in the batch, so a post that many react to at once is read once.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

from services.posts.domain.audience import (
    Channel,
    Group,
    Member,
    Person,
    check_access,
    member_found,
    place_reads,
    resource,
)
from services.posts.domain.comment import Comment, CommentDeleted, CommentNotFound
from services.posts.domain.engagement import Engagement, engagement_id
from services.posts.domain.post import Post, PostDeleted, PostNotFound
from shared.contract.access import Action, sees
from shared.contract.errors import Refusal
from shared.contract.principal import Principal
from shared.delivery.command import Found, Key


class PostContext(NamedTuple):
    """What was found: the post, who acts in front of its group, the group, the channel."""

    post: Post
    member: Member
    group: Group | None
    channel: Channel | None


def scene_reads(found: Found, post_id: str, pseudonym: str) -> tuple[Key, ...]:
    """The post, who acts, the post's group with their membership in it, and the channel."""
    post = found.get(Post, post_id)
    if post is None:
        return (Post, post_id), (Person, pseudonym)
    return (
        (Post, post_id),
        (Person, pseudonym),
        (Channel, post.channel_id),
        *place_reads(post.group_id, pseudonym),
    )


def act_reads(found: Found, post_id: str, pseudonym: str) -> tuple[Key, ...]:
    """The same, and what they have done with the post before."""
    done = (Engagement, engagement_id(post_id, pseudonym))
    return (done, *scene_reads(found, post_id, pseudonym))


def comment_reads(found: Found, comment_id: str, pseudonym: str) -> Iterator[Key]:
    """A comment, who acts, and the scene around its post; a comment knows enough for two rounds."""
    yield Comment, comment_id
    yield Person, pseudonym
    comment = found.get(Comment, comment_id)
    if comment is not None:
        yield Post, comment.post_id
        yield from place_reads(comment.group_id, pseudonym)
        yield Channel, comment.channel_id


def enter(
    found: Found,
    post_id: str,
    principal: Principal,
    action: Action,
    *,
    own: bool | None = None,
    deleted_too: bool = False,
    hidden_as: type[Refusal] = PostNotFound,
) -> PostContext:
    """The scene of an act, for one who may do it.

    Args:
        found: What was read for `scene_reads`.
        post_id: The post.
        principal: Who acts.
        action: What they want.
        own: What they act on is theirs; left out: the post is, if they are its author.
        deleted_too: The act makes sense on a deleted post.
        hidden_as: What they are told when they may not see it: the same as if it weren't there.

    Raises:
        PostNotFound: There is none, or they may not see it (or what `hidden_as` says).
        PostDeleted: They could see it while it was there.
        NotAllowed: They see it and may not do this.
    """
    post = found.get(Post, post_id)
    if post is None:
        raise hidden_as
    group = found.get(Group, post.group_id)
    member = member_found(found, post.group_id, principal.pseudonym)
    mine = post.author == principal.pseudonym if own is None else own
    thing = resource(post.group_id, group, member, own=mine)
    if post.deleted_at is not None and not deleted_too:
        raise PostDeleted if thing is not None and sees(principal, thing) else hidden_as
    check_access(principal, action, thing, hidden_as=hidden_as)
    return PostContext(post, member, group, found.get(Channel, post.channel_id))


def enter_comment(
    found: Found,
    comment_id: str,
    principal: Principal,
    action: Action,
    *,
    deleted_too: bool = False,
) -> tuple[Comment, PostContext]:
    """The comment and its scene, for one who may do this with it; see `enter`.

    Raises:
        CommentNotFound: There is none, or they may not see it.
        CommentDeleted: They could see it while it was there.
        PostDeleted: The same for its post.
        NotAllowed: They see it and may not do this.
    """
    comment = found.get(Comment, comment_id)
    if comment is None:
        raise CommentNotFound
    own = comment.author == principal.pseudonym
    scene = enter(found, comment.post_id, principal, action, own=own, hidden_as=CommentNotFound)
    if comment.deleted_at is not None and not deleted_too:
        raise CommentDeleted
    return comment, scene


def about(post: Post) -> dict[str, Any]:
    """What every event says of the post."""
    return {
        "post_id": post.id,
        "group_id": post.group_id,
        "channel_id": post.channel_id,
        "author": post.author,
        "format": post.format,
        "kind": post.kind,
        "topics": post.topics,
        "published_at": post.published_at,
    }


def about_act(post: Post, member: Member, pseudonym: str, *, own: bool = False) -> dict[str, Any]:
    """What every event says of the post, and of who acts on it.

    Args:
        post: The post.
        member: Whom the event is about, in front of the post's group.
        pseudonym: Theirs.
        own: Act on something else of theirs, such as their comment.
    """
    author = post.author == pseudonym
    facts = about(post)
    facts["own"] = own or author
    # The author isn't part of the audience: its size is counted without them too.
    facts["in_audience"] = not author and member.counted_by(
        post.group_id, post.audience_through, post.active_through
    )
    return facts
