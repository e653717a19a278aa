"""Who took part, by id or alias: in a group, on its topics, on a day."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Literal, NamedTuple

import msgspec

Deed = Literal["viewed", "interacted", "contributed", "created"]


class Participants(msgspec.Struct, gc=False):
    """Who did what on a day, with the posts of a group that are on the same topics.

    An empty text stands for the system.

    Attributes:
        day: The UTC day of what they did.
        group_id: The group that it happened in; empty where an event names none.
        topics: What the posts were about at that moment.
        viewed: Who viewed a post or an entry.
        interacted: Who commented, reacted, shared, or voted.
        created: Who published a post or entered a contest.
        contributions: Who published a post, commented, or entered a contest: once for each.
    """

    day: date
    group_id: str
    topics: tuple[str, ...] = ()
    viewed: set[str] = msgspec.field(default_factory=set)
    interacted: set[str] = msgspec.field(default_factory=set)
    created: set[str] = msgspec.field(default_factory=set)
    contributions: list[str] = msgspec.field(default_factory=list)

    def without_system(self) -> "Participants":
        """The same, with nobody but people in it."""
        for people in (self.viewed, self.interacted, self.created):
            people.discard("")
        if "" in self.contributions:
            self.contributions = [person for person in self.contributions if person]
        return self

    def did(self, deed: Deed, person: str) -> None:
        """Remembers what somebody did."""
        if deed == "contributed":
            self.contributions.append(person)
        else:
            self.of(deed).add(person)

    def of(self, deed: Deed) -> set[str]:
        """Who did it."""
        return set(self.contributions) if deed == "contributed" else getattr(self, deed)

    def people(self) -> tuple[Iterable[str], ...]:
        """All of them, as several iterables."""
        return self.viewed, self.interacted, self.created, self.contributions

    def numbered(self, numbers: Mapping[str, int]) -> "NumberedParticipants":
        """The same with people's numbers; who has none was erased, and is left out."""

        def known(people: Iterable[str]) -> list[int]:
            return [number for number in map(numbers.get, people) if number is not None]

        return NumberedParticipants(
            self.day,
            self.group_id,
            self.topics,
            {
                "viewed": known(self.viewed),
                "interacted": known(self.interacted),
                "created": known(self.created),
                "contributed": known(self.contributions),
            },
        )


class NumberedParticipants(NamedTuple):
    """Who took part in a group, on its topics, on a day, as numbers.

    Attributes:
        day: The UTC day of what they did.
        group_id: The group; empty where an event names none.
        topics: What the posts were about.
        did: By deed, the people who did it; who contributed twice is there twice.
    """

    day: date
    group_id: str
    topics: tuple[str, ...]
    did: Mapping[Deed, list[int]]


class MembershipChange(msgspec.Struct, gc=False, frozen=True):
    """That somebody is counted among a group's members from a moment on, or no longer is.

    Attributes:
        day: The UTC day of it.
        group_id: The group.
        member: The person, by id or alias.
        belongs: Whether they are counted from then on.
    """

    day: date
    group_id: str
    member: str
    belongs: bool
