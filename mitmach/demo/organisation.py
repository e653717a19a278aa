"""A made-up organisation: 300 people, 15 groups, and what each of them talks about.

Everything follows from the seed, so the same organisation comes back in the next run and can go on
where it stopped.
"""

import random
from dataclasses import dataclass, field

DEPARTMENTS = ("care", "administration", "kitchen", "logistics", "it", "sales", "research")
LOCATIONS = ("headquarters", "branch", "plant", "remote")


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


@dataclass(frozen=True, slots=True)
class GroupPlan:
    """A group as it will be founded.

    Attributes:
        topics: What is talked about in it.
        channels: Kind and name of each channel.
        size: Share of all people who join it.
        liveliness: How much is published in it, compared with the others.
    """

    name: str
    kind: str
    visibility: str
    topics: tuple[str, ...]
    channels: tuple[tuple[str, str], ...]
    size: float
    liveliness: float
    purpose: str = ""


_TALK = (("discussion", "Talk"),)
_TALK_AND_HELP = (("discussion", "Talk"), ("help", "Help"))

GROUPS = (
    GroupPlan(
        "Company news",
        "community",
        "open",
        ("strategy", "news"),
        (("news", "News"), *_TALK),
        0.9,
        2.0,
    ),
    GroupPlan("IT help", "community", "open", ("it", "tools"), _TALK_AND_HELP, 0.6, 1.6),
    GroupPlan(
        "Healthy at work", "working_group", "open", ("health", "prevention"), _TALK, 0.35, 1.2
    ),
    GroupPlan("Running club", "community", "open", ("sport", "running"), _TALK, 0.3, 1.5),
    GroupPlan("Table football", "pilot", "open", ("sport", "leisure"), _TALK, 0.2, 1.0),
    GroupPlan("Bicycle to work", "pilot", "open", ("sport", "climate"), _TALK, 0.25, 1.1),
    GroupPlan("Choir and band", "pilot", "open", ("music", "leisure"), _TALK, 0.12, 0.8),
    GroupPlan("Photo friends", "community", "open", ("photography", "leisure"), _TALK, 0.25, 1.6),
    GroupPlan("New here", "community", "open", ("onboarding",), _TALK_AND_HELP, 0.3, 1.0),
    GroupPlan(
        "Sustainability",
        "working_group",
        "open",
        ("climate", "ideas"),
        (("ideas", "Ideas"), *_TALK),
        0.3,
        1.1,
    ),
    GroupPlan(
        "Accessibility", "working_group", "open", ("accessibility",), _TALK_AND_HELP, 0.15, 0.7
    ),
    GroupPlan("Parents", "community", "closed", ("family",), _TALK, 0.2, 0.9),
    GroupPlan("Works council", "working_group", "closed", ("council",), _TALK, 0.08, 0.5),
    GroupPlan(
        "Innovation lab",
        "working_group",
        "open",
        ("ideas", "research"),
        (("ideas", "Ideas"), *_TALK),
        0.2,
        1.0,
    ),
    GroupPlan("Canteen", "community", "open", ("food", "leisure"), _TALK, 0.4, 1.3),
)


@dataclass(slots=True)
class Colleague:
    """A person of the made-up organisation.

    Attributes:
        id: What the identity provider calls them.
        temper: `reader`, `responder` or `creator`.
        energy: How often they come, compared with the others.
        evening: Whether they rather come after work.
        groups: Indexes of the groups that they join.
    """

    id: str
    name: str
    department: str
    location: str
    temper: str
    energy: float
    evening: bool
    groups: list[int] = field(default_factory=list)


def people(seed: int, count: int = 300) -> list[Colleague]:
    """The people: nine in ten only read, or read and now and then respond; one in ten writes."""
    rng = random.Random(seed)
    made = []
    for number in range(count):
        temper = rng.choices(("reader", "responder", "creator"), (62, 28, 10))[0]
        person = Colleague(
            id=f"demo-{seed}-{number:04d}",
            name=f"{rng.choice(_FIRST)} {rng.choice(_LAST)}",
            department=rng.choice(DEPARTMENTS),
            location=rng.choice(LOCATIONS),
            temper=temper,
            energy=min(rng.paretovariate(1.6), 8.0),
            evening=rng.random() < 0.35,
        )
        person.groups = [i for i, group in enumerate(GROUPS) if rng.random() < group.size]
        made.append(person)
    return made


_SUBJECTS = {
    "sport": "Who joins on Thursday?",
    "running": "Ten kilometres along the river",
    "news": "What changes next month",
    "strategy": "Where we stand, in five minutes",
    "it": "The new sign-in, step by step",
    "tools": "A shortcut that saves me an hour",
    "health": "Moving more between two meetings",
    "photography": "The light this morning",
    "music": "Rehearsal, and a recording",
    "climate": "Less waste in the kitchen",
    "ideas": "What if we tried this",
    "food": "The best soup so far",
    "onboarding": "My first week",
    "family": "School holidays and shifts",
}


def title(topics: tuple[str, ...], rng: random.Random) -> str:
    """Something to put above a post."""
    return _SUBJECTS.get(rng.choice(topics), "Something that matters to us")


COMMENTS = (
    "Thank you, that helps.",
    "I am in!",
    "Could you say more about the second point?",
    "We do it the same way in Leipzig.",
    "Great picture.",
    "Is there a date already?",
    "This made my day.",
    "I would try it with a smaller group first.",
)
