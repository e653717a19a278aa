"""When the photo contest takes place, and who does what in it.

It is a contest of the group about photographs. Who may enter and vote there follows from who is in
it at the time; of a contest for everybody it would follow from all accounts, be they of today.
"""

import random
from collections.abc import Iterator

from mitmach.demo.groups import PHOTO
from mitmach.demo.happenings import ContestStep, StepKind
from mitmach.demo.organisation import LEADS, Colleague
from mitmach.demo.world import World

LEAST_DAYS = 4
"""In fewer days there is no room for entries, a vote and its count."""

CONTEST = "The light of this season"

ENTRIES = (
    "Fog over the loading bay",
    "First bus, six o'clock",
    "The crane at noon",
    "Lunch on the roof",
    "Rain on the test track",
    "Night shift",
    "Our oldest machine",
    "Bicycles, all of them",
    "The long corridor",
    "After the fair",
    "Two helmets",
    "Window, third floor",
    "Snow in the yard",
    "Somebody watered it",
)
"""The last of them is rejected."""

VOTES = 2
"""How many entries a ballot chooses at most."""

# Ninetieths of the whole time, then days that entries and votes take in a quarter.
_BEGINS, _SUBMISSIONS, _VOTING = 31, 11, 7
# The share of members who vote; who comes more rarely than that misses it.
_VOTERS, _KEEN_ENOUGH = 0.7, 0.1
_LUNCH = 11.5
_SECOND = 1 / 3600


class ContestPlan:
    """What happens in the contest on each day.

    Args:
        world: The organisation while its quarter is made up.
    """

    def __init__(self, world: World) -> None:
        days = world.days
        self._world = world
        self._rng = random.Random(f"contest {world.seed}")
        self._submissions = max(1, round(days * _SUBMISSIONS / 90))
        self._voting = max(1, round(days * _VOTING / 90))
        latest = days - 2 - self._submissions - self._voting
        self._begins = min(round(days * _BEGINS / 90), latest)
        self._review = self._begins + self._submissions
        self._closes = self._review + self._voting + 1
        self._entrants: list[Colleague] = []
        self._roll: list[Colleague] = []
        order = self._rng.sample(range(len(ENTRIES)), len(ENTRIES))
        self._favour = [1 / (1 + place) for place in order]

    def steps_on(self, day: int) -> Iterator[ContestStep]:
        """The steps of a day, in order of time; to be asked when its morning is over."""
        if self._world.days < LEAST_DAYS:
            return
        if day == self._begins:
            self._entrants = self._choose_entrants()
            yield self._made()
            yield self._led(day, 8.5, "announce")
            yield self._led(day, 9.0, "submissions")
        if self._begins <= day < self._review:
            yield from self._entering(day)
        elif day == self._review:
            yield from self._reviewing()
        elif day < self._closes:
            if day > self._review:
                yield from self._ballots(day)
        elif day == self._closes:
            yield self._led(day, 9.0, "sealed")
            yield self._led(day, 16.0, "published")

    def _led(
        self, day: int, hours: float, kind: StepKind, entries: tuple[int, ...] = ()
    ) -> ContestStep:
        at = self._world.at(day, hours)
        return ContestStep(at=at, kind=kind, by=self._world.editor.id, entries=entries)

    def _made(self) -> ContestStep:
        at, begins, review = self._world.at, self._begins, self._review
        return ContestStep(
            at=at(begins, 8.0),
            kind="create",
            by=self._world.editor.id,
            title=CONTEST,
            group=self._world.group_id(PHOTO),
            # Each is an hour or more after the step by hand that brings it forward.
            schedule=(at(begins, 10.0), at(review, 14.0), at(review, 17.0), at(self._closes, 12.0)),
        )

    def _members(self, first: int, last: int) -> list[Colleague]:
        """Who is in the group and can do something on all these days; the editor leads it all."""
        return [
            person
            for person in self._world.members[PHOTO]
            if person is not self._world.editor
            and all(person.is_there(day) for day in range(first, last + 1))
        ]

    def _choose_entrants(self) -> list[Colleague]:
        """Who enters: the keen more than others."""
        there = self._members(self._begins, self._review)
        keen = [person for person in there if person.temper != "reader"]
        others = [person for person in there if person.temper == "reader"]
        chosen = self._rng.sample(keen, min(LEADS, len(keen)))
        chosen += self._rng.sample(others, min(len(ENTRIES) - len(chosen), len(others)))
        self._rng.shuffle(chosen)
        return chosen

    def _entering(self, day: int) -> Iterator[ContestStep]:
        """The entries are spread over the days; each is handed in at lunch."""
        for entry, (person, title) in enumerate(zip(self._entrants, ENTRIES, strict=False)):
            after, place = divmod(entry * self._submissions, len(ENTRIES))
            if self._begins + after == day:
                at = self._world.at(day, _LUNCH + (place * 20 + entry) * _SECOND)
                yield ContestStep(at=at, kind="enter", by=person.id, title=title, entries=(entry,))

    def _reviewing(self) -> Iterator[ContestStep]:
        day, last = self._review, len(self._entrants) - 1
        yield self._led(day, 13.0, "review")
        for entry in range(len(self._entrants)):
            hours = 13.2 + entry * 60 * _SECOND
            yield self._led(day, hours, "reject" if entry == last else "accept", (entry,))
        yield self._led(day, 16.0, "voting")
        self._roll = [one for one in self._members(day, day) if one.presence > _KEEN_ENOUGH]

    def _ballots(self, day: int) -> Iterator[ContestStep]:
        """Each votes at lunch, of those who were there when it began; nobody for what is theirs."""
        own = {person.id: entry for entry, person in enumerate(self._entrants)}
        still = {person.id for person in self._members(self._review, day)}
        left = self._closes - day
        there = [person for person in self._roll if person.id in still]
        voting = self._rng.sample(there, min(len(there), round(_VOTERS * len(there) / left)))
        for place, person in enumerate(voting):
            self._roll.remove(person)
            entries = [e for e in range(len(self._entrants) - 1) if e != own.get(person.id)]
            favour = [self._favour[entry] for entry in entries]
            chosen = tuple(dict.fromkeys(self._rng.choices(entries, favour, k=VOTES)))
            at = self._world.at(day, _LUNCH + place * 10 * _SECOND)
            yield ContestStep(at=at, kind="vote", by=person.id, entries=chosen)
