"""Who sees what is in a group, and who may do what with it; pure."""

from services.posts.domain.audience import Channel, Group, Member
from services.posts.domain.post import Post
from shared.audience import EVERYONE, content_in
from shared.contract.access import Action, NotVisible, Resource, Visibility, authorize
from shared.contract.errors import Refusal
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


def concealing_group(group_id: str, group: Group | None) -> str | None:
    """The group that something is in, where events may not name the people in there.

    Args:
        group_id: The group.
        group: What is known of it; None: nothing has been heard of it.

    Returns:
        None for the group of everyone and for an open one: who is in there is shown to everybody.
    """
    readers = readers_of(group_id, group)
    return None if readers == EVERYONE else readers


def concealing_readers(post: Post) -> str | None:
    """The same by what a post keeps of its readers, where its group isn't read: a moment old."""
    return None if post.readers == EVERYONE else post.readers


def readers_of(group_id: str, group: Group | None) -> str:
    """The group whose members read what is in a group: that of everyone while it is open."""
    is_open = group is not None and group.visibility is Visibility.OPEN and not group.deleted
    return EVERYONE if group_id == EVERYONE or is_open else group_id
