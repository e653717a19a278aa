"""The posts service in memory."""

from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import count
from typing import Any, TypeVar

from services.posts.commands.comments import AddComment, AddedComment, DeleteComment, NextAnswer
from services.posts.commands.posts import PostWithContent, PublishPost
from services.posts.domain.arrivals import RecentArrivals
from services.posts.domain.audience import Channel, Group, Member, Membership, Person
from services.posts.domain.comment import Comment
from services.posts.domain.post import Post, PostContent
from services.posts.worker.audience_copy import PostsAudienceCopy
from shared.audience import EVERYONE, membership_id
from shared.contract.access import Visibility
from shared.contract.events.envelope import EventData
from shared.contract.events.groups import ChannelCreated, GroupCreated, MembershipJoined
from shared.contract.events.people import PersonActivated
from shared.contract.ids import new_id
from shared.contract.principal import Principal
from shared.delivery.command import Entity
from tests.support.audience import MemoryTransaction, hear
from tests.support.in_memory import InMemory, principal
from tooling.sample_events import sample

E = TypeVar("E", bound=Entity)

COPIED: tuple[type[Entity], ...] = (Person, Membership, Group, Channel, RecentArrivals)

NOON = datetime(2025, 3, 3, 12, 0, 0, 123456, tzinfo=UTC)


class World(InMemory):
    """The posts service in memory."""

    def __init__(self) -> None:
        super().__init__(NOON)
        self.store(Group(id=EVERYONE, visibility=Visibility.OPEN))
        self._ids = count(int(NOON.timestamp() * 1000))

    # --- what groups tell ----------------------------------------------------------------------

    def hear(self, *told: EventData, at: datetime | Sequence[datetime] | None = None) -> None:
        """Takes in events of the groups service, of a moment (or one each) if it is said."""
        copy = PostsAudienceCopy(now=self._next_moment)
        hear(copy, MemoryTransaction(self.stored, COPIED), told, at=at)

    def _next_moment(self) -> datetime:
        return datetime.fromtimestamp(next(self._ids) / 1000, UTC)

    def member(self, person_id: str, group_id: str) -> Member:
        """A person in front of a group."""
        person = self.stored.get((Person, person_id))
        membership = self.stored.get((Membership, membership_id(group_id, person_id)))
        assert person is None or isinstance(person, Person)
        assert membership is None or isinstance(membership, Membership)
        return Member(person, membership)

    def new_id(self) -> str:
        """An id above all before it: two of the same millisecond come in any order."""
        return new_id(unix_ms=next(self._ids))

    def person(self, name: str, *roles: str) -> Principal:
        """An active person."""
        who = principal(name, *roles)
        self.hear(sample(PersonActivated, person=who.person_id, account="human"))
        return who

    def program(self, name: str, *roles: str) -> Principal:
        """An active account of a program."""
        who = principal(name, *roles, human=False)
        self.hear(sample(PersonActivated, person=who.person_id, account="service"))
        return who

    def group(self, *members: Principal, visibility: str = "open") -> str:
        """A group with members."""
        group_id = new_id()
        self.hear(sample(GroupCreated, group_id=group_id, visibility=visibility))
        for member in members:
            self.join(member, group_id, visibility=visibility)
        return group_id

    def join(
        self, member: Principal, group_id: str, role: str = "member", visibility: str = "open"
    ) -> None:
        """Makes somebody a member."""
        self.hear(
            sample(
                MembershipJoined,
                group_id=group_id,
                member=member.person_id,
                role=role,
                visibility=visibility,
            )
        )

    def channel(self, group_id: str, kind: str = "discussion") -> str:
        """A channel in a group."""
        channel_id = new_id()
        visibility = self.visibility(group_id)
        self.hear(
            sample(
                ChannelCreated,
                group_id=group_id,
                channel_id=channel_id,
                channel_kind=kind,
                visibility=visibility,
            )
        )
        return channel_id

    def visibility(self, group_id: str) -> str:
        """How much outsiders see of a group."""
        return self.find(Group, group_id).visibility.value

    # --- what people do ------------------------------------------------------------------------

    def post(self, author: Principal, channel_id: str, **given: Any) -> Post:
        """A published post."""
        what: dict[str, Any] = {
            "format": "text",
            "kind": "discussion",
            "tags": ("running",),
            "content": PostContent(title="A run at noon", text="Who joins?"),
        }
        command = PublishPost(
            principal=author, post_id=new_id(), channel_id=channel_id, **(what | given)
        )
        written: PostWithContent = self.do(command)
        return written.post

    def deletion(self, who: Principal, comment_id: str) -> DeleteComment:
        """Deletes a comment, as the route does: it looks for the next answer before."""
        gone = self.find(Comment, comment_id)
        post = self.find(Post, gone.post_id)
        standing = sorted(
            (comment.added_at, comment.id)
            for comment in self.stored.values()
            if isinstance(comment, Comment)
            and (comment.post_id, comment.deleted_at) == (post.id, None)
            and comment.author != post.author
            and comment.author_human
            and comment.id != comment_id
        )
        following = None
        if post.first_answer == comment_id:
            following = NextAnswer(standing[0][1] if standing else None)
        return DeleteComment(principal=who, comment_id=comment_id, next_answer=following)

    def comment(self, author: Principal, post: Post, parent_id: str | None = None) -> Comment:
        """A comment on a post."""
        added: AddedComment = self.do(
            AddComment(
                principal=author,
                comment_id=self.new_id(),
                post_id=post.id,
                text="I do.",
                parent_id=parent_id,
            )
        )
        return added.comment

    def find(self, kind: type[E], entity_id: str) -> E:
        """What is stored."""
        found = self.stored[kind, entity_id]
        assert isinstance(found, kind)
        return found
