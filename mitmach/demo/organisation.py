"""A made-up organisation: who there is, when they come, how often, and whether they take part.

Everything follows from the seed, so the same organisation comes back in the next run.
"""

import random
from dataclasses import dataclass, field

from mitmach.demo.groups import GROUPS

PEOPLE = 300
"""People who have belonged to it when a quarter is over."""

DEPARTMENTS = ("care", "administration", "kitchen", "logistics", "it", "sales", "research")
LOCATIONS = ("headquarters", "branch", "plant", "remote")

# Half of the people are there at the start; the others come evenly, and all of them in a quarter.
_BASE = 150
_QUARTER = 90

LEADS = 10
"""The first so many write and lead the groups, the very first is the editor: they stay."""

# Of a hundred others so many only read, respond, or write. Who writes responds as well.
_TEMPERS = {"reader": 64, "responder": 33, "creator": 3}

# How likely somebody opens the platform on a working day, and how many do so. The last hardly
# ever come: without them adoption over a month would be full, which no community's is.
_RHYTHMS = ((0.7, 20), (0.36, 22), (0.13, 20), (0.01, 38))
# Who takes part comes more often than who reads.
_KEEN_RHYTHMS = ((0.66, 30), (0.36, 48), (0.13, 14), (0.012, 8))

# Days after which a newcomer begins to respond: most look on for a while.
_SHY = (3, 14)


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_FIRST = _words(
    "Ada Aylin Bela Carla Cem Clara David Dilan Elif Emil Emma Fatma Felix Finn Greta Hanna "
    "Ida Ilja Jana Jonas Juri Karim Lara Lena Leyla Luis Maja Malik Marta Mateo Milan Mina "
    "Nele Noah Olga Omar Paula Rosa Samir Sina Sofia Tarik Theo Timo Vera Wanda Yara Yusuf "
    "Zoe Zora"
)
_LAST = _words(
    "Adler Bauer Becker Berg Braun Celik Demir Ernst Fischer Fuchs Graf Gruber Haas "
    "Hartmann Huber Jansen Kaya Keller Klein Koch Kraus Kurz Lange Lorenz Maier Nowak Otto "
    "Peters Pohl Richter Roth Sahin Sauer Schulz Seidel Sommer Stein Thoma Vogel Wagner "
    "Weber Winter Yilmaz"
)


@dataclass(slots=True)
class Colleague:
    """A person of the made-up organisation.

    Attributes:
        id: What the identity provider calls them, and the history too.
        temper: `reader`, `responder` or `creator`.
        presence: How likely they come on a working day.
        evening: Whether they rather come after work.
        arrives: The day on which they come, counted from the first.
        awake: The day from which on they respond and write.
        leaves: The day on which they leave the organisation; None: they stay.
        barred: The days on which they are suspended: the first, and the first when they are back.
        wishes: The groups that they would be in if these were there, by their index.
        groups: The groups that they are in.
    """

    id: str
    name: str
    department: str
    location: str
    temper: str
    presence: float
    evening: bool
    arrives: int = 0
    awake: int = 0
    leaves: int | None = None
    barred: tuple[int, int] | None = None
    wishes: list[int] = field(default_factory=list)
    groups: set[int] = field(default_factory=set)

    def is_there(self, day: int) -> bool:
        """Whether they can do something on a day after the one on which they came."""
        if self.barred is not None and self.barred[0] <= day < self.barred[1]:
            return False
        return self.arrives <= day and (self.leaves is None or day < self.leaves)


def person_id(seed: int, number: int) -> str:
    """What the identity provider calls somebody; number 0 runs the internal communications."""
    return f"demo-{seed}-{number:04d}"


def people(seed: int, days: int) -> list[Colleague]:
    """All who come within so many days, those of the start first.

    Number 0 is the editor. Some leave and some are suspended, never somebody on whom others rest.
    """
    rng = random.Random(f"people {seed}")
    newcomers = min(PEOPLE - _BASE, round((PEOPLE - _BASE) * days / _QUARTER))
    arrivals = sorted(1 + int(place * (days - 1) / max(newcomers, 1)) for place in range(newcomers))
    made = [
        _colleague(rng, seed, number, arrives=0 if number < _BASE else arrivals[number - _BASE])
        for number in range(_BASE + newcomers)
    ]
    made[0].presence, made[0].evening = 0.9, False
    _depart(rng, [person for person in made if person.temper == "reader"], days)
    return made


def _colleague(rng: random.Random, seed: int, number: int, *, arrives: int) -> Colleague:
    drawn = rng.choices(tuple(_TEMPERS), tuple(_TEMPERS.values()))[0]
    temper = "creator" if number < LEADS else drawn
    rhythms = _RHYTHMS if temper == "reader" else _KEEN_RHYTHMS
    presence = rng.choices([p for p, _ in rhythms], [share for _, share in rhythms])[0]
    wishes = [index for index, group in enumerate(GROUPS) if rng.random() < group.size]
    return Colleague(
        id=person_id(seed, number),
        name=f"{rng.choice(_FIRST)} {rng.choice(_LAST)}",
        department=rng.choice(DEPARTMENTS),
        location=rng.choice(LOCATIONS),
        temper=temper,
        presence=presence * rng.uniform(0.8, 1.2),
        evening=rng.random() < 0.3,
        arrives=arrives,
        awake=arrives + rng.randint(*_SHY) if arrives else 0,
        wishes=wishes,
    )


def _depart(rng: random.Random, readers: list[Colleague], days: int) -> None:
    """In a quarter ten leave, and three are suspended, of whom one comes back."""
    going = [person for person in readers if person.arrives < days - 3]
    rng.shuffle(going)
    for person in going[: days // 9]:
        person.leaves = rng.randint(person.arrives + 2, days - 1)
    for place, person in enumerate(going[days // 9 : days // 9 + days // 30]):
        first = rng.randint(person.arrives + 2, days - 1)
        # Every second one is back after some days.
        person.barred = first, first + rng.randint(2, 9) if place % 2 else days * 2
