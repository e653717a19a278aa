"""Pass posts on, inside of the platform or to the outside."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from services.posts.commands import events
from services.posts.commands.context import engagement_reads, enter_post, post_reads
from services.posts.domain.audience import Group, member_found, member_reads
from services.posts.domain.engagement import Engagement
from services.posts.domain.visibility import (
    check_access,
    check_writable,
    concealing_scope,
    content_resource,
)
from shared.contract.access import Action
from shared.contract.principal import Principal
from shared.contract.refusals import GroupNotFound
from shared.delivery.command import Changes, Found, Key


@dataclass(frozen=True, slots=True, kw_only=True)
class SharePost:
    """Passes a post on. It can't be taken back.

    Attributes:
        principal: The person who passes it on.
        post_id: The post.
        to_group_id: The group it goes to; None: outside of groups.
    """

    principal: Principal
    post_id: str
    to_group_id: str | None = None

    def reads(self, found: Found) -> Iterator[Key]:
        """The post with its context, what the person has done with it, and where it goes."""
        yield from engagement_reads(found, self.post_id, self.principal.person_id)
        if self.to_group_id is not None:
            yield from member_reads(self.to_group_id, self.principal.person_id)

    def decide(self, found: Found, now: datetime) -> Changes:
        """An event each time: a post can be passed on more than once."""
        context = enter_post(found, self.post_id, self.principal, Action.SHARE)
        context.check_writable()
        shown = None
        if self.to_group_id is not None:
            shown = self._check_target(found, self.to_group_id)
        before = context.engagement(found)
        after = before.share(now)
        event = events.post_shared(context, before, shown)
        return Changes(reply=after, put=(after,), events=(context.occurred(event),))

    def shown_reads(self, found: Found, reply: Engagement) -> Iterable[Key]:  # noqa: ARG002
        """The post with its context."""
        return post_reads(found, self.post_id, self.principal.person_id)

    def check_shown(self, found: Found, reply: Engagement) -> None:  # noqa: ARG002
        """To whom may read the post."""
        enter_post(found, self.post_id, self.principal, Action.READ_POST)

    def _check_target(self, found: Found, group_id: str) -> str | None:
        """Whoever may comment in a group may bring a post there.

        Returns:
            The group, if an event may tell: only members bring a post to one that isn't open.
        """
        group = found.get(Group, group_id)
        thing = content_resource(
            group_id, group, member_found(found, group_id, self.principal.person_id)
        )
        check_access(self.principal, Action.COMMENT, thing, hidden_as=GroupNotFound)
        check_writable(group, None)
        return group_id if concealing_scope(group_id, group) is None else None
