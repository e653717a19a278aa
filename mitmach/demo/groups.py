"""Which groups the organisation has, when each is founded, and how lively it is from day to day.

A course is told in ninetieths of the whole time: a shorter or longer one has the same story.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from shared.contract.events.vocabulary import ChannelKind, GroupKind, Visibility

Course = tuple[tuple[int, float], ...]
"""From which ninetieth on how much is published, compared with the group's usual measure."""

STEADY: Course = ((0, 1.0), (90, 1.0))
_ENDS: Course = ((0, 1.0), (20, 0.8), (32, 0.3), (34, 0.0), (90, 0.0))
_FADES: Course = ((0, 1.2), (16, 0.9), (30, 0.4), (37, 0.0), (90, 0.0))
_RISES: Course = ((0, 0.3), (25, 0.5), (50, 1.6), (90, 3.2))
_WAVES: Course = ((0, 1.0), (20, 2.2), (34, 0.5), (48, 0.4), (60, 1.9), (72, 0.7), (90, 1.5))
_CONTEST: Course = ((0, 0.7), (30, 0.8), (34, 2.6), (55, 2.4), (62, 1.5), (90, 1.3))


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupPlan:
    """A group as it will be founded.

    Attributes:
        topics: What is talked about in it.
        channels: Kind and name of each channel.
        size: The share of all people who join it.
        posts: Posts on a working day, with half of the people and by a course of 1.
        founded: In which ninetieth of the time it is founded.
        course: How it fares.
        leisure: Whether it is lively at weekends and in the evening as well.
    """

    name: str
    kind: GroupKind = "community"
    visibility: Visibility = "open"
    topics: tuple[str, ...]
    channels: tuple[tuple[ChannelKind, str], ...] = (("discussion", "Talk"),)
    size: float
    posts: float
    founded: int = 0
    course: Course = STEADY
    leisure: bool = False
    purpose: str

    def liveliness(self, ninetieth: float) -> float:
        """How much is published at a time, compared with the usual measure."""
        for (start, low), (end, high) in pairwise(self.course):
            if start <= ninetieth <= end:
                return low + (high - low) * (ninetieth - start) / (end - start)
        return self.course[-1][1]

    def ended(self, ninetieth: float) -> bool:
        """Whether nobody says anything in it any more."""
        return ninetieth > self.founded + 2 and self.liveliness(ninetieth) == 0.0


_TALK_AND_HELP: Sequence[tuple[ChannelKind, str]] = (("discussion", "Talk"), ("help", "Help"))
_IDEAS_AND_TALK: Sequence[tuple[ChannelKind, str]] = (("ideas", "Ideas"), ("discussion", "Talk"))

NEWS, IT_HELP, PHOTO, CANTEEN = 0, 1, 2, 3
"""Groups that something else is about: news of the morning, programs, the contest."""

GROUPS = (
    GroupPlan(
        name="Company news",
        topics=("news", "strategy"),
        channels=(("news", "News"), ("discussion", "Talk")),
        size=0.92,
        posts=1.6,
        purpose="What everybody should know.",
    ),
    GroupPlan(
        name="IT help",
        topics=("it", "tools"),
        channels=tuple(_TALK_AND_HELP),
        size=0.62,
        posts=1.2,
        purpose="Questions about anything with a plug.",
    ),
    GroupPlan(
        name="Photo friends",
        topics=("photography", "leisure"),
        size=0.27,
        posts=0.8,
        course=_CONTEST,
        leisure=True,
        purpose="Pictures from work and from the way there.",
    ),
    GroupPlan(
        name="Canteen",
        topics=("food", "leisure"),
        size=0.5,
        posts=0.8,
        purpose="What there is, and what there should be.",
    ),
    GroupPlan(
        name="New here",
        topics=("onboarding",),
        channels=tuple(_TALK_AND_HELP),
        size=0.4,
        posts=0.7,
        purpose="For the first weeks, and for those who remember theirs.",
    ),
    GroupPlan(
        name="Running club",
        topics=("running", "sport"),
        size=0.3,
        posts=0.8,
        leisure=True,
        purpose="Thursdays at the river, all speeds.",
    ),
    GroupPlan(
        name="Parents",
        visibility="closed",
        topics=("family",),
        size=0.2,
        posts=0.5,
        purpose="Shifts, holidays, and who can swap.",
    ),
    GroupPlan(
        name="Healthy at work",
        kind="working_group",
        topics=("health", "prevention"),
        size=0.32,
        posts=0.7,
        course=_ENDS,
        purpose="Backs, breaks and stairs.",
    ),
    GroupPlan(
        name="Table football",
        kind="pilot",
        topics=("sport", "leisure"),
        size=0.18,
        posts=0.8,
        founded=2,
        course=_FADES,
        purpose="A league for one season, to see who plays.",
    ),
    GroupPlan(
        name="Sustainability",
        kind="working_group",
        topics=("climate", "ideas"),
        channels=tuple(_IDEAS_AND_TALK),
        size=0.35,
        posts=0.7,
        founded=5,
        purpose="Less waste, less power, fewer kilometres.",
    ),
    GroupPlan(
        name="Bicycle to work",
        kind="pilot",
        topics=("cycling", "climate"),
        size=0.26,
        posts=0.8,
        founded=10,
        course=_WAVES,
        purpose="A quarter on trial: routes, repairs, kilometres.",
    ),
    GroupPlan(
        name="Innovation lab",
        kind="working_group",
        topics=("ideas", "research"),
        channels=tuple(_IDEAS_AND_TALK),
        size=0.36,
        posts=0.7,
        founded=18,
        course=_RISES,
        purpose="Try it small, tell how it went.",
    ),
    GroupPlan(
        name="Accessibility",
        kind="working_group",
        topics=("accessibility",),
        channels=tuple(_TALK_AND_HELP),
        size=0.18,
        posts=0.4,
        founded=26,
        purpose="Doors, screens and documents for everybody.",
    ),
    GroupPlan(
        name="Choir and band",
        topics=("music", "leisure"),
        size=0.16,
        posts=0.5,
        founded=40,
        leisure=True,
        purpose="Rehearsals on Tuesdays in the old hall.",
    ),
    GroupPlan(
        name="Works council",
        kind="working_group",
        topics=("council",),
        size=0.3,
        posts=0.4,
        founded=52,
        purpose="What we negotiate, and what came of it.",
    ),
)
