"""What commands about a post read and check first: the post, its group and channel, who acts.

Two rounds of reads: what is named by the request, then what the post names. Hot commands share them
with their neighbours in the batch, so a post that many react to at once is read once.
"""

from collections.abc import Iterator
from typing import NamedTuple

from services.posts.commands.telling import occurred
from services.posts.domain.audience import (
    Channel,
    Group,
    Member,
    Person,
    member_found,
    member_reads,
)
from services.posts.domain.comment import Comment, CommentDeleted, CommentNotFound
from services.posts.domain.engagement import Engagement, engagement_found, engagement_id
from services.posts.domain.post import Post, PostDeleted, PostNotFound
from services.posts.domain.visibility import (
    check_access,
    check_writable,
    content_resource,
)
from shared.contract.access import Action, sees
from shared.contract.errors import Refusal
from shared.contract.events.envelope import EventData
from shared.contract.principal import Principal
from shared.delivery.command import Found, Key, Occurred


class PostContext(NamedTuple):
    """Who acts, in front of which post.

    Attributes:
        post: The post; it may be a deleted one only where the act makes sense on that.
        actor: The id of the person who acts.
        human: That person is a human being.
        member: What is known of that person, in front of the post's group.
        group: What is known of the group; None: nothing has been heard of it.
        channel: What is known of the channel; None: nothing has been heard of it.
    """

    post: Post
    actor: str
    human: bool
    member: Member
    group: Group | None
    channel: Channel | None

    def occurred(
        self, event: EventData, comment: Comment | None = None, parent: Comment | None = None
    ) -> Occurred:
        """An event of what the person did, with whom it may name.

        Args:
            event: What its type says of it.
            comment: The comment whose author the event tells, if any.
            parent: The comment that the other replies to, where the event tells its author.
        """
        return occurred(event, self.post, self.group, self.actor, comment=comment, parent=parent)

    def check_writable(self) -> None:
        """Raises `GroupIsArchived` or `ChannelIsArchived` where nothing may be added any more."""
        check_writable(self.group, self.channel)

    def engagement(self, found: Found) -> Engagement:
        """What the person has done with the post so far, of what `engagement_reads` names."""
        return engagement_found(found, self.post.id, self.actor, human=self.human)


def post_reads(found: Found, post_id: str, person_id: str) -> tuple[Key, ...]:
    """The post, who acts, the post's group with their membership in it, and the channel."""
    post = found.get(Post, post_id)
    if post is None:
        return (Post, post_id), (Person, person_id)
    return (
        (Post, post_id),
        (Person, person_id),
        (Channel, post.channel_id),
        *member_reads(post.group_id, person_id),
    )


def engagement_reads(found: Found, post_id: str, person_id: str) -> tuple[Key, ...]:
    """What `post_reads` names, and what the person has done with the post before."""
    done = (Engagement, engagement_id(post_id, person_id))
    return (done, *post_reads(found, post_id, person_id))


def comment_reads(found: Found, comment_id: str, person_id: str) -> Iterator[Key]:
    """A comment and what `post_reads` names of its post: a comment knows enough for two rounds."""
    yield Comment, comment_id
    yield Person, person_id
    comment = found.get(Comment, comment_id)
    if comment is not None:
        yield Post, comment.post_id
        yield from member_reads(comment.group_id, person_id)
        yield Channel, comment.channel_id


def enter_post(
    found: Found,
    post_id: str,
    principal: Principal,
    action: Action,
    *,
    own: bool | None = None,
    deleted_too: bool = False,
    hidden_as: type[Refusal] = PostNotFound,
) -> PostContext:
    """The context of an act on a post, for a person who may do it.

    Args:
        found: What was read for `post_reads`.
        post_id: The post.
        principal: The person who acts.
        action: The act, as the access table names it.
        own: Whether what they act on is theirs; left out: the post is, if they are its author.
        deleted_too: Whether the act makes sense on a deleted post.
        hidden_as: What they are refused with when they may not see it: the same as if it weren't
            there.

    Raises:
        PostNotFound: There is none, or they may not see it (or what `hidden_as` says).
        PostDeleted: They could see it while it was there.
        NotAllowed: They see it and may not do this.
    """
    post = found.get(Post, post_id)
    if post is None:
        raise hidden_as
    actor = principal.person_id
    group = found.get(Group, post.group_id)
    member = member_found(found, post.group_id, actor)
    thing = content_resource(
        post.group_id, group, member, own=post.author == actor if own is None else own
    )
    if post.deleted_at is not None and not deleted_too:
        raise PostDeleted if thing is not None and sees(principal, thing) else hidden_as
    check_access(principal, action, thing, hidden_as=hidden_as)
    channel = found.get(Channel, post.channel_id)
    return PostContext(post, actor, principal.human, member, group, channel)


def enter_comment(
    found: Found,
    comment_id: str,
    principal: Principal,
    action: Action,
    *,
    deleted_too: bool = False,
) -> tuple[Comment, PostContext]:
    """The comment and the context of its post, as `enter_post`, for a person who may do this.

    Raises:
        CommentNotFound: There is none, or they may not see it.
        CommentDeleted: They could see it while it was there.
        PostDeleted: They could see its post while that was there.
        NotAllowed: They see it and may not do this.
    """
    comment = found.get(Comment, comment_id)
    if comment is None:
        raise CommentNotFound
    own = comment.author == principal.person_id
    context = enter_post(
        found, comment.post_id, principal, action, own=own, hidden_as=CommentNotFound
    )
    if comment.deleted_at is not None and not deleted_too:
        raise CommentDeleted
    return comment, context
