"""Pass posts on, inside of the platform or to the outside."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import msgspec

from services.posts.commands.context import about_act, act_reads, enter
from services.posts.domain.audience import (
    Group,
    check_access,
    check_writable,
    member_found,
    place_reads,
    resource,
)
from services.posts.domain.engagement import Engagement, begin, engagement_id, firsts
from shared.contract.access import Action
from shared.contract.events.posts import PostShared
from shared.contract.principal import Principal
from shared.contract.refusals import GroupNotFound
from shared.delivery.command import Changes, Found, Key, Occurred


class Share(msgspec.Struct, frozen=True, kw_only=True):
    """A post was passed on.

    Attributes:
        post_id: The post.
        to_group_id: Where; None: outside of groups, by a link or a message.
        times: How often this person has passed it on by now.
    """

    post_id: str
    to_group_id: str | None
    times: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SharePost:
    """Passes a post on. It can't be taken back.

    Attributes:
        principal: Who does it.
        post_id: The post.
        to_group_id: The group it goes to; None: outside of groups.
    """

    principal: Principal
    post_id: str
    to_group_id: str | None = None

    def reads(self, found: Found) -> Iterator[Key]:
        """The scene, what the person has done before, and the group that it goes to."""
        yield from act_reads(found, self.post_id, self.principal.pseudonym)
        if self.to_group_id is not None:
            yield from place_reads(self.to_group_id, self.principal.pseudonym)

    def decide(self, found: Found, now: datetime) -> Changes:
        """Shared."""
        actor = self.principal.pseudonym
        post, member, group, channel = enter(found, self.post_id, self.principal, Action.SHARE)
        check_writable(group, channel)
        if self.to_group_id is not None:
            target = found.get(Group, self.to_group_id)
            check_access(
                self.principal,
                Action.COMMENT,
                resource(self.to_group_id, target, member_found(found, self.to_group_id, actor)),
                hidden_as=GroupNotFound,
            )
            check_writable(target, None)
        key = engagement_id(post.id, actor)
        before = found.get(Engagement, key)
        after = begin(before, key, now)
        after = msgspec.structs.replace(after, shares=after.shares + 1)
        first_view, first_interaction, was_interacting = firsts(before)
        event = PostShared(
            **about_act(post, member, actor),
            first_view=first_view,
            first_interaction=first_interaction,
            was_interacting=was_interacting,
            first_share=after.shares == 1,
            to_group_id=self.to_group_id,
        )
        return Changes(
            reply=Share(post_id=post.id, to_group_id=self.to_group_id, times=after.shares),
            put=(after,),
            events=(Occurred(event, actor),),
        )
