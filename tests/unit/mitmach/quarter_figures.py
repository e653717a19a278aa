"""The figures that a made-up quarter would give, computed as `docs/kpis.md` says.

They share no code with the metrics service, and read nothing but the acts.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from mitmach.demo.happenings import ContestStep, Happening
from mitmach.importing import acts

COUNTED = timedelta(days=7)


@dataclass
class PostStory:
    """What became of a post within seven days."""

    at: datetime
    by: str
    group: str
    format: str
    viewers: set[str] = field(default_factory=set)
    reacted: set[str] = field(default_factory=set)
    others: set[str] = field(default_factory=set)
    commented: set[str] = field(default_factory=set)
    gone: bool = False

    @property
    def interactors(self) -> set[str]:
        """Who interacted and didn't take it back."""
        return self.reacted | self.others | self.commented


@dataclass
class Figures:
    """What happened, by day and person.

    Attributes:
        came: The moment at which each human came; programs aren't in it.
        gone: Who left or was suspended last, and when.
        groups: The groups of the channels.
        contributed: The last post or comment of each group.
    """

    came: dict[str, datetime] = field(default_factory=dict)
    gone: dict[str, datetime] = field(default_factory=dict)
    channels: dict[str, str] = field(default_factory=dict)
    posts: dict[str, PostStory] = field(default_factory=dict)
    viewed: dict[date, set[str]] = field(default_factory=lambda: defaultdict(set))
    interacted: dict[date, set[str]] = field(default_factory=lambda: defaultdict(set))
    created: dict[date, set[str]] = field(default_factory=lambda: defaultdict(set))
    contributed: dict[str, datetime] = field(default_factory=dict)
    kinds: Counter[str] = field(default_factory=Counter)

    def take(self, happenings: Iterable[Happening]) -> None:
        """Notes what has happened, in order of time."""
        for happening in happenings:
            self.kinds[type(happening).__name__] += 1
            day = happening.at.date()
            match happening:
                case acts.PersonCame(account="human"):
                    self.came[happening.id] = happening.at
                case acts.PersonLeft() | acts.PersonSuspended():
                    self.gone[happening.person] = happening.at
                case acts.PersonReinstated():
                    self.gone.pop(happening.person)
                case acts.ChannelCreated():
                    self.channels[happening.id] = happening.group
                case acts.PostPublished():
                    group = self.channels[happening.channel]
                    self.posts[happening.id] = PostStory(
                        happening.at, happening.by, group, happening.format
                    )
                    self.contributed[group] = happening.at
                    self.created[day].add(happening.by)
                case acts.Deleted(post=str() as post):
                    self.posts[post].gone = True
                case ContestStep(kind="enter"):
                    self.created[day].add(happening.by)
                case ContestStep(kind="vote"):
                    self.interacted[day].add(happening.by)
                case _:
                    self._take_answer(happening, day)

    def _take_answer(self, happening: Happening, day: date) -> None:
        by = getattr(happening, "by", None)
        post = self.posts.get(getattr(happening, "post", None) or "")
        if by is None or isinstance(happening, acts.Edited | acts.GroupFounded | ContestStep):
            return
        if isinstance(happening, acts.PostViewed):
            self.viewed[day].add(by)
        elif not isinstance(happening, acts.ReactionTakenBack):
            self.interacted[day].add(by)
        if post is None:
            return
        if isinstance(happening, acts.CommentAdded):
            self.contributed[post.group] = happening.at
        if happening.at - post.at >= COUNTED or by == post.by:
            return
        noted: Mapping[type[Happening], set[str]] = {
            acts.PostViewed: post.viewers,
            acts.Reacted: post.reacted,
            acts.PostShared: post.others,
            acts.CommentAdded: post.commented,
        }
        if isinstance(happening, acts.ReactionTakenBack):
            post.reacted.discard(by)
        else:
            noted[type(happening)].add(by)

    def of(self, first: date, days: int) -> "Window":
        """The figures of so many days."""
        return Window(self, [first + timedelta(days=n) for n in range(days)])


class Window:
    """The KPIs of some days.

    Args:
        figures: What happened.
        days: The days.
    """

    def __init__(self, figures: Figures, days: list[date]) -> None:
        self.days = days
        humans = set(figures.came)
        self.eligible = {
            person
            for person, at in figures.came.items()
            if at.date() <= days[-1]
            and (person not in figures.gone or figures.gone[person].date() >= days[0])
        }
        self.daily = [
            (figures.viewed[day] | figures.interacted[day] | figures.created[day]) & humans
            for day in days
        ]
        self.active = set().union(*self.daily)
        self.created = set().union(*(figures.created[day] & humans for day in days))
        self.interacted = (
            set().union(*(figures.interacted[day] & humans for day in days)) - self.created
        )
        self.posts = [
            post
            for post in figures.posts.values()
            if days[0] <= post.at.date() <= days[-1] and post.by in humans and not post.gone
        ]

    @property
    def adoption(self) -> float:
        """Who was active, of who could."""
        return len(self.active) / len(self.eligible)

    @property
    def stickiness(self) -> float:
        """Mean DAU, of the active."""
        return sum(map(len, self.daily)) / len(self.days) / len(self.active)

    @property
    def creators(self) -> float:
        """Who published or entered."""
        return len(self.created) / len(self.eligible)

    @property
    def responders(self) -> float:
        """Who interacted without having published."""
        return len(self.interacted) / len(self.eligible)

    def engagement(self, format_: str | None = None) -> float:
        """Interactors by viewers."""
        posts = [post for post in self.posts if format_ in {None, post.format}]
        return sum(len(p.interactors) for p in posts) / sum(len(p.viewers) for p in posts)

    def coverage(self, end: date) -> float:
        """Posts that another person commented on, of those seven days old at a midnight."""
        judged = [post for post in self.posts if post.at.date() < end - COUNTED]
        return sum(bool(post.commented) for post in judged) / len(judged)
