"""Who sees what is in a group, and who may do what with it; pure."""

from collections.abc import Mapping

from services.posts.domain.audience import Channel, Group, Member
from services.posts.domain.comment import Comment
from services.posts.domain.post import Post
from shared.audience import EVERYONE, content_in
from shared.contract.access import Action, NotVisible, Resource, authorize
from shared.contract.errors import Refusal
from shared.contract.events.naming import NOBODY_APART
from shared.contract.principal import Principal
from shared.contract.refusals import ChannelIsArchived, GroupIsArchived


def content_resource(
    group_id: str, group: Group | None, member: Member, *, own: bool = False
) -> Resource | None:
    """Something in a group, as `authorize` asks for it; None when the group is gone.

    Args:
        group_id: The group that the thing is in.
        group: What is known of that group; None: nothing has been heard of it.
        member: The person who asks, in front of the group.
        own: Whether the thing is this person's.
    """
    if group is not None and group.deleted:
        return None
    return content_in(group_id, group, member.person, member.role(group_id), own=own)


def check_access(
    principal: Principal, action: Action, thing: Resource | None, *, hidden_as: type[Refusal]
) -> None:
    """Returns if the person may do this with the thing.

    Args:
        principal: The person who asks.
        action: The act, as the access table names it.
        thing: The thing, as `content_resource` describes it; None: it is gone with its group.
        hidden_as: What they are refused with when they may not see it. What isn't there has to be
            refused with the same.

    Raises:
        NotAllowed: They see it and may not do this.
    """
    if thing is None:
        raise hidden_as
    try:
        authorize(principal, action, thing)
    except NotVisible:
        raise hidden_as from None


def check_writable(group: Group | None, channel: Channel | None) -> None:
    """Returns if something may still be added.

    Raises:
        GroupIsArchived: The group is read-only.
        ChannelIsArchived: The channel is.
    """
    if group is not None and group.archived:
        raise GroupIsArchived("Its owners can restore it.")
    if channel is not None and channel.archived:
        raise ChannelIsArchived("Use another channel of the group.")


def concealing_scope(group_id: str, group: Group | None) -> str | None:
    """In which scope people in a group have their aliases, where events may not name them.

    Args:
        group_id: The group.
        group: What is known of it; None: nothing has been heard of it.

    Returns:
        None for the group of everyone and for an open one: who is in there is shown to everybody.
    """
    if group_id == EVERYONE:
        return None
    return group_id if group is None else group.scope


def told_apart(
    post: Post, group: Group, comment: Comment | None, parent: Comment | None
) -> Mapping[str, str]:
    """Whose aliases are joined with nothing else in a group: an event may have named them.

    Who comments on their own post is told as its author does what they do: `own` says that they are
    the same person, and must not say of somebody who was named who they are in the group now.

    Args:
        post: The post that an event is about.
        group: Its group, which isn't open.
        comment: The comment whose author the event tells, if any.
        parent: The comment that the other replies to, where the event tells its author.

    Returns:
        By field with people, the field whose value is their scope.
    """
    if not group.may_have_shown(post.published_at):
        return NOBODY_APART  # and its comments are younger
    apart = {"author": "post_id", "receivers": "post_id"}
    told = (("comment_author", "comment_id", comment), ("parent_author", "parent_id", parent))
    for field, own, written in told:
        if written is None:
            continue
        if written.author == post.author:
            apart[field] = "post_id"
        elif group.may_have_shown(written.added_at):
            apart[field] = own
    return apart


def readers_of(group_id: str, group: Group | None) -> str:
    """The group whose members read what is in a group: that of everyone while it is open."""
    is_open = group is not None and group.is_open
    return EVERYONE if group_id == EVERYONE or is_open else group_id
