"""What the service deletes by itself: no person asks, so nothing here checks access."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from services.posts.commands.posts import deletion, deletion_reads
from services.posts.domain.audience import Group
from services.posts.domain.post import Post
from shared.delivery.command import Changes, Found, Key


@dataclass(frozen=True, slots=True)
class RemovePost:
    """Deletes a post whose group was deleted.

    Attributes:
        post_id: The post.
    """

    post_id: str

    def reads(self, found: Found) -> Iterator[Key]:
        """The post with all its texts, and its group."""
        yield from deletion_reads(found, self.post_id)
        post = found.get(Post, self.post_id)
        if post is not None:
            yield Group, post.group_id

    def decide(self, found: Found, now: datetime) -> Changes:
        """Deleted by nobody; again, or while the group is there, nothing happens."""
        post = found.get(Post, self.post_id)
        group = None if post is None else found.get(Group, post.group_id)
        if post is None or post.deleted_at is not None or group is None or not group.deleted:
            return Changes()
        return deletion(post, group, "group_deleted", actor=None, now=now)
