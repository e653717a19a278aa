"""What happens in the quarter: acts, and the steps of the contest between them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

from mitmach.importing.acts import AnyAct

StepKind = Literal[
    "create",
    "announce",
    "submissions",
    "enter",
    "review",
    "accept",
    "reject",
    "voting",
    "vote",
    "sealed",
    "published",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class ContestStep:
    """Something that happens in the contest.

    Attributes:
        at: The moment at which it happens.
        kind: The step, by what it opens or ends.
        by: The id of whoever takes the step.
        title: What is made: the title of the contest, or of an entry.
        entries: The entries that it is about, by their numbers.
        schedule: When the phases begin, for the contest that is made.
        group: The group of the contest that is made.
    """

    at: datetime
    kind: StepKind
    by: str
    title: str = ""
    entries: tuple[int, ...] = ()
    schedule: tuple[datetime, ...] = ()
    group: str = ""


Happening: TypeAlias = AnyAct | ContestStep
