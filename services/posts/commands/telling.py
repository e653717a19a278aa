"""With whom events about posts may be told: every event of a post goes through here."""

from services.posts.domain.audience import Group
from services.posts.domain.comment import Comment
from services.posts.domain.post import Post
from services.posts.domain.visibility import concealing_scope, told_apart
from shared.contract.events.envelope import EventData
from shared.delivery.command import Occurred


def occurred(
    event: EventData,
    post: Post,
    group: Group | None,
    actor: str | None = None,
    *,
    comment: Comment | None = None,
    parent: Comment | None = None,
) -> Occurred:
    """An event, with whom it may name.

    Args:
        event: What its type says of it.
        post: The post that it is about.
        group: What is known of the post's group; None: nothing has been heard of it.
        actor: The id of the person who did it; None for the system.
        comment: The comment whose author the event tells, if any.
        parent: The comment that the other replies to, where the event tells its author.
    """
    within = concealing_scope(post.group_id, group)
    if within is None or group is None:
        return Occurred(event, actor, within)
    return Occurred(event, actor, within, apart=told_apart(post, group, comment, parent))
