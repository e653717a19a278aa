"""What has come into being so far, while the quarter is made up day by day."""

import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from mitmach.demo.groups import GROUPS
from mitmach.demo.happenings import Happening
from mitmach.demo.organisation import Colleague, people
from shared.contract.events.vocabulary import ChannelKind, Format, PostKind


@dataclass(slots=True, kw_only=True)
class StoredComment:
    """A comment on a post.

    Attributes:
        parent: The comment that it answers; None: the post itself.
        gone: Whether it was deleted.
    """

    id: str
    by: str
    at: datetime
    parent: str | None = None
    gone: bool = False


@dataclass(slots=True, kw_only=True)
class StoredPost:
    """A post that can be read.

    Attributes:
        group: The index of its group.
        weight: How much likelier it is read than others.
        comments: Those on it.
        gone: Whether it was deleted.
    """

    id: str
    group: int
    by: str
    at: datetime
    format: Format
    kind: PostKind
    text: str
    weight: float
    comments: list[StoredComment] = field(default_factory=list)
    gone: bool = False


class World:
    """The organisation while its quarter is made up.

    Args:
        seed: Decides who the organisation is, and all that happens.
        start: The first midnight.
        days: How many days there are before the present one.

    Attributes:
        people: Everybody who ever comes.
        members: The members of each group that was founded, in the order in which they came.
        channels: Kind and id of each channel of a group.
        posts: The posts of the last days.
        viewed: The day of the last view, by person and post.
        happened: What has happened on the day that is made up.
    """

    def __init__(self, seed: int, start: datetime, days: int) -> None:
        self.seed = seed
        self.days = days
        self.start = start
        self.rng = random.Random(f"quarter {seed}")
        self.people = people(seed, days)
        self.members: dict[int, list[Colleague]] = {}
        self.channels: dict[int, list[tuple[ChannelKind, str]]] = {}
        self.posts: list[StoredPost] = []
        self.viewed: dict[tuple[str, str], int] = {}
        self.happened: list[Happening] = []
        self._made = 0

    @property
    def editor(self) -> Colleague:
        """Who runs the internal communications."""
        return self.people[0]

    def at(self, day: int, hours: float) -> datetime:
        """A moment of a day, as precise as ids carry it."""
        return self.start + timedelta(days=day, milliseconds=int(hours * 3_600_000))

    def ninetieth(self, day: float) -> float:
        """How much of the whole time has passed, as groups are planned."""
        return 90 * day / self.days

    def is_weekend(self, day: int) -> bool:
        """Whether a day is a Saturday or Sunday."""
        return (self.start + timedelta(days=day)).weekday() >= 5

    def name(self, kind: str) -> str:
        """An id for something new."""
        self._made += 1
        return f"demo-{self.seed}-{kind}-{self._made}"

    def group_id(self, group: int) -> str:
        """The id of a group."""
        return f"demo-{self.seed}-group-{group}"

    def is_lively(self, group: int, day: int) -> bool:
        """Whether anybody still says something in a group."""
        return group in self.members and not GROUPS[group].ended(self.ninetieth(day))

    def there(self, day: int) -> list[Colleague]:
        """Who can do something on a day."""
        return [person for person in self.people if person.is_there(day)]
