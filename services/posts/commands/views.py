"""View posts, one or many at once. At most one view per person, post and UTC day counts."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NamedTuple

import msgspec

from services.posts.commands import events
from services.posts.commands.context import engagement_reads, enter_post
from services.posts.domain.engagement import Engagement
from shared.contract.access import Action
from shared.contract.errors import Refusal
from shared.contract.ids import ID_LENGTH
from shared.contract.principal import Principal
from shared.delivery.command import Changes, Found, Key, Occurred

# Of one request: what an app gathers in a long scroll. All of them are decided in one transaction.
MOST_VIEWS = 500


class ViewResult(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What became of one view of many.

    Attributes:
        post_id: The post, as it was sent.
        status: It counted; it had counted on this day before, or the post is their own; or it was
            refused.
        refusal: Why: the stable name of the refusal, such as `post-not-found`.
    """

    post_id: str
    status: Literal["counted", "known", "refused"]
    refusal: str | None = None


class ViewedPosts(NamedTuple):
    """What became of many views.

    Attributes:
        results: One per post, in the order in which they came; None where it was left.
        left: What has to be told apart from the rest: places in that order, by the group that isn't
            open; by None for all that are.
    """

    results: list[ViewResult | None]
    left: dict[str | None, list[int]]


@dataclass(frozen=True, slots=True)
class ViewPost:
    """A person sees a post.

    Attributes:
        principal: The person.
        post_id: The post.
    """

    principal: Principal
    post_id: str

    def reads(self, found: Found) -> Iterable[Key]:
        """The post with its context, and what the person has done with it before."""
        return engagement_reads(found, self.post_id, self.principal.person_id)

    def decide(self, found: Found, now: datetime) -> Changes:
        """A view, or nothing if one of this day has counted."""
        engagement, event = _see(found, self.principal, self.post_id, now)
        if event is None:
            return Changes(reply=engagement)
        return Changes(
            reply=engagement,
            put=(engagement,),
            events=(event,),
        )


@dataclass(frozen=True, slots=True)
class ViewPosts:
    """A person has seen many posts; each gets its own answer, repeats and unknown ones too.

    Events of a command have one time, so these name the person in one way only. Views of their own
    posts, told under what stands for the author there, don't count here: they have seen what they
    wrote. And all views are in open groups, or all in one other group: by the first that counts;
    the others are left to commands of their own.

    Attributes:
        principal: The person.
        post_ids: The posts, in any order.
    """

    principal: Principal
    post_ids: tuple[str, ...]

    def reads(self, found: Found) -> Iterator[Key]:
        """Each post with its context, and what the person has done with it before."""
        for post_id in self.post_ids:
            if len(post_id) == ID_LENGTH:  # anything else names nothing, however long it is
                yield from engagement_reads(found, post_id, self.principal.person_id)

    def decide(self, found: Found, now: datetime) -> Changes:
        """One result per post, in the order in which they came, and what is left."""
        results: list[ViewResult | None] = []
        left: dict[str | None, list[int]] = {}
        put: dict[str, Engagement] = {}
        told: list[Occurred] = []
        for place, post_id in enumerate(self.post_ids):
            if post_id in put:
                results.append(ViewResult(post_id=post_id, status="known"))
                continue
            try:
                engagement, event = _see(found, self.principal, post_id, now, own_too=False)
            except Refusal as refusal:
                results.append(ViewResult(post_id=post_id, status="refused", refusal=refusal.slug))
                continue
            if event is not None and told and event.within != told[0].within:
                left.setdefault(event.within, []).append(place)
                results.append(None)
                continue
            if event is not None:
                put[post_id] = engagement
                told.append(event)
            results.append(
                ViewResult(post_id=post_id, status="known" if event is None else "counted")
            )
        return Changes(reply=ViewedPosts(results, left), put=tuple(put.values()), events=told)


def _see(
    found: Found, principal: Principal, post_id: str, now: datetime, *, own_too: bool = True
) -> tuple[Engagement, Occurred | None]:
    """What the person has done with the post by now; an event if this view counts."""
    context = enter_post(found, post_id, principal, Action.VIEW)
    before = context.engagement(found)
    after = before.view(now)
    if after is before or (not own_too and context.post.author == context.actor):
        return before, None
    return after, context.occurred(events.post_viewed(context, before))
