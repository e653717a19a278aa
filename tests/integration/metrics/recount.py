"""The same figures counted once more, from who did what: a judge that knows no flag of an event.

Whether somebody is a human being, and active, it knows from the community's accounts and from what
happened to them. First views, audiences and interactors it works out again.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from tests.integration.metrics.any_community import Account, Community

WEEK = timedelta(days=7)
INTERACTIONS = {
    "mitmach.reaction.added": "reaction",
    "mitmach.comment.added": "comment",
    "mitmach.post.shared": "share",
}


@dataclass
class PostRecount:
    """A post, and all that active humans have done with it.

    Attributes:
        audience: Who could see it when it was published, without its author, and belongs since.
        audience_size: How many could.
        early: Who had interacted seven days after its publication, and what there was of comments
            and reactions, by others than its author.
    """

    author: str
    by_human: bool
    format: str
    published_at: datetime
    audience: set[str]
    audience_size: int
    deleted: bool = False
    first_views: dict[str, tuple[datetime, bool]] = field(default_factory=dict)
    views: int = 0
    reactions: dict[str, str] = field(default_factory=dict)
    comments: dict[str, tuple[str, datetime]] = field(default_factory=dict)
    sharers: set[str] = field(default_factory=set)
    early: tuple[int, int, int] = (0, 0, 0)

    @property
    def counts_until(self) -> datetime:
        return self.published_at + WEEK

    def see(self, who: str, at: datetime) -> bool:
        """Whether it is the first time."""
        if who in self.first_views:
            return False
        self.first_views[who] = (at, who in self.audience)
        return True

    def interactors(self) -> set[str]:
        """Others than the author with something that wasn't taken back."""
        commenters = {who for who, _ in self.comments.values()}
        return (self.reactions.keys() | commenters | self.sharers) - {self.author}

    def remember(self, at: datetime) -> None:
        """How things stand, as long as the post is counted for rates."""
        if at < self.counts_until:
            comments = sum(who != self.author for who, _ in self.comments.values())
            reactions = len(self.reactions.keys() - {self.author})
            self.early = (len(self.interactors()), comments, reactions)

    def viewers(self) -> set[str]:
        return self.first_views.keys() - {self.author}

    def early_viewers(self) -> list[bool]:
        """Viewers of the first seven days: of each whether they belonged to the audience."""
        return [
            inside
            for who, (at, inside) in self.first_views.items()
            if who != self.author and at < self.counts_until
        ]

    def first_answer(self) -> datetime | None:
        times = [at for who, at in self.comments.values() if who != self.author]
        return min(times, default=None)

    def wait(self) -> int | None:
        """Whole seconds until the comment that answers it first."""
        first = self.first_answer()
        return None if first is None else _milliseconds(first - self.published_at) // 1000


def _milliseconds(span: timedelta) -> int:
    return span // timedelta(milliseconds=1)


class Recount:
    """What a community has done, counted over its active humans.

    Args:
        community: The community, of which metrics have heard everything.
    """

    def __init__(self, community: Community) -> None:
        self._accounts: dict[str, Account] = {
            account.who.person_id: account for account in community.everybody
        }
        self.active: dict[str, list[tuple[datetime, datetime | None]]] = {}
        self.activated: dict[str, datetime] = {}
        self.erased: dict[str, datetime] = {}
        self.members: set[str] = set()
        self.posts: dict[str, PostRecount] = {}
        self.deeds: dict[date, dict[str, set[str]]] = {}
        self.interactions: Counter[str] = Counter()
        self.contributions: Counter[str] = Counter()
        self.program_acts: Counter[str] = Counter()
        self.first_views = 0
        self.by_type: Counter[str] = Counter()
        for data, actor, at in community.told:
            self.by_type[data.type] += 1
            self._take(data, actor, at)

    def _take(self, data: Any, actor: str | None, at: datetime) -> None:
        topic, kind = data.topic.split(".")[1], data.type.removeprefix("mitmach.")
        if topic == "people":
            self._account(kind, data.person, at)
        elif topic == "groups":
            self._membership(kind, data)
        elif kind == "post.published":
            self._publish(data, at)
        elif kind == "post.deleted":
            self.posts[data.post_id].deleted = True
        else:
            who = data.comment_author if kind == "comment.deleted" else actor
            self._act(kind, data, who, at)

    # --- accounts and memberships

    def _account(self, kind: str, person: str, at: datetime) -> None:
        if kind == "person.activated":
            self.activated[person] = at
        elif kind == "person.erased":
            self.erased[person] = at
        if not self._accounts[person].human:
            return
        spans = self.active.setdefault(person, [])
        if kind in {"person.activated", "person.reinstated"}:
            spans.append((at, None))
            return
        if spans and spans[-1][1] is None:
            spans[-1] = (spans[-1][0], at)
        self._leaves_audiences(person)

    def _membership(self, kind: str, data: Any) -> None:
        if kind == "membership.joined":
            self.members.add(data.member)
        elif kind == "membership.left":
            self.members.discard(data.member)
            self._leaves_audiences(data.member)

    def _leaves_audiences(self, person: str) -> None:
        """Who comes back has arrived anew: they don't belong to older audiences any more."""
        for post in self.posts.values():
            post.audience.discard(person)

    def activated_by(self, day: date, *, human: bool) -> int:
        """Accounts that were activated before a day, and not erased before it."""
        return sum(
            at.date() < day
            and self._accounts[person].human == human
            and (person not in self.erased or self.erased[person].date() >= day)
            for person, at in self.activated.items()
        )

    def is_active(self, person: str) -> bool:
        spans = self.active.get(person, [])
        return bool(spans) and spans[-1][1] is None

    def active_members(self) -> set[str]:
        return {person for person in self.members if self.is_active(person)}

    def eligible(self, day: date) -> set[str]:
        """Active humans at some moment of a day."""
        return {
            person
            for person, spans in self.active.items()
            for start, end in spans
            if start.date() <= day and (end is None or end.date() >= day)
        }

    # --- what they do

    def _did(self, at: datetime, deed: str, who: str) -> None:
        self.deeds.setdefault(at.date(), {}).setdefault(deed, set()).add(who)

    def _publish(self, data: Any, at: datetime) -> None:
        audience = self.active_members() - {data.author}
        by_human = self.is_active(data.author)
        self.posts[data.post_id] = PostRecount(
            data.author, by_human, data.format, data.published_at, audience, len(audience)
        )
        if by_human:
            self._did(at, "created", data.author)
            self.contributions["post"] += 1
        else:
            self.program_acts["mitmach.post.published"] += 1

    def _act(self, kind: str, data: Any, who: str | None, at: datetime) -> None:
        assert who is not None
        post = self.posts[data.post_id]
        if kind == "comment.deleted" and self._accounts[who].human:
            post.comments.pop(data.comment_id, None)
        elif self.is_active(who):
            self._count(kind, data, post, who, at)
        else:
            self.program_acts[data.type] += not self._accounts[who].human
        post.remember(at)

    def _count(self, kind: str, data: Any, post: PostRecount, who: str, at: datetime) -> None:
        if kind == "reaction.removed":
            post.reactions.pop(who)
            return
        first = post.see(who, at)
        self.first_views += first
        if kind == "post.viewed":
            post.views += 1
            self._did(at, "viewed", who)
            return
        self._did(at, "interacted", who)
        self.interactions[INTERACTIONS[data.type]] += 1
        match kind:
            case "reaction.added":
                post.reactions[who] = data.reaction
            case "comment.added":
                post.comments[data.comment_id] = (who, at)
                self._did(at, "contributed", who)
                self.contributions["comment"] += 1
            case "post.shared":
                post.sharers.add(who)
            case _:
                raise AssertionError(kind)

    # --- what that comes to

    def did(self, days: list[date], *deeds: str) -> set[str]:
        """Who did one of these on one of the days."""
        return {
            who for day in days for deed in deeds for who in self.deeds.get(day, {}).get(deed, ())
        }

    def judged(self, days: list[date]) -> list[PostRecount]:
        """The posts that KPIs of a window are about."""
        return [
            post
            for post in self.posts.values()
            if post.by_human and not post.deleted and post.published_at.date() in days
        ]
