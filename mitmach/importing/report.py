"""The report of an import: what was taken, what wasn't, and where the first of each stand."""

from collections import Counter
from typing import Any

import msgspec
from rich.console import Console
from rich.table import Table
from rich.text import Text

from mitmach.importing.problems import OUTCOMES, Place, Problem, ProblemKind

# Enough to see what they have in common; all of them would be as long as the import.
FIRST_PLACES = 5

# Emoji of an organisation's own are some hundred; without a bound a hostile file would fill the
# memory with made-up names. Those beyond are counted together, under no name.
MOST_SUBJECTS = 1_000


class Example(msgspec.Struct, frozen=True, kw_only=True):
    """One of the first problems of a kind.

    Attributes:
        place: The line or entry that it is about.
        sentence: What a person should know of it.
    """

    place: Place
    sentence: str


class Tally(msgspec.Struct, kw_only=True):
    """All problems of a kind.

    Attributes:
        count: How many there are.
        first: The first `FIRST_PLACES` of them.
        subjects: How many there are by name, where problems of this kind have names.
    """

    count: int = 0
    first: list[Example] = msgspec.field(default_factory=list)
    subjects: dict[str, int] = msgspec.field(default_factory=dict)


class Report(msgspec.Struct, kw_only=True):
    """What became of everything that a file tells.

    Attributes:
        told: Acts that the source gave, by kind.
        refused: Those of them that weren't taken, by kind.
        problems: Everything else that there is to say, by kind.
    """

    told: dict[str, int] = msgspec.field(default_factory=dict)
    refused: dict[str, int] = msgspec.field(default_factory=dict)
    problems: dict[ProblemKind, Tally] = msgspec.field(default_factory=dict)

    def add_told(self, kind: str) -> None:
        """Counts an act that the source gave."""
        self.told[kind] = self.told.get(kind, 0) + 1

    def add_refused(self, kind: str) -> None:
        """Counts an act that isn't taken; its reason is a problem of its own."""
        self.refused[kind] = self.refused.get(kind, 0) + 1

    def add(self, problem: Problem) -> None:
        """Counts a problem, and keeps it if it is among the first of its kind."""
        tally = self.problems.setdefault(problem.kind, Tally())
        tally.count += 1
        if len(tally.first) < FIRST_PLACES:
            tally.first.append(Example(place=problem.place, sentence=problem.sentence))
        if problem.subject:
            known = problem.subject in tally.subjects or len(tally.subjects) < MOST_SUBJECTS
            subject = problem.subject if known else ""
            tally.subjects[subject] = tally.subjects.get(subject, 0) + 1

    def taken(self) -> dict[str, int]:
        """Acts that are taken, by kind."""
        return dict(Counter(self.told) - Counter(self.refused))

    def as_json(self) -> dict[str, Any]:
        """The report for programs, with the outcome of each kind of problem."""
        return {
            "taken": self.taken(),
            "refused": self.refused,
            "problems": {
                kind: {
                    "outcome": OUTCOMES.get(kind, "not-taken"),
                    "count": tally.count,
                    "first": [
                        {**example.place._asdict(), "sentence": example.sentence}
                        for example in tally.first
                    ],
                    "subjects": tally.subjects,
                }
                for kind, tally in sorted(self.problems.items())
            },
        }

    def show(self, console: Console) -> None:
        """Prints the report for people: a table of acts, and one of problems if there are any."""
        console.print(self._acts())
        if self.problems:
            console.print(self._problems())

    def _acts(self) -> Table:
        table = Table(title="What the file tells")
        for column in ("", "taken", "not taken"):
            table.add_column(column, justify="left" if not column else "right")
        taken = self.taken()
        for kind in sorted(self.told):
            refused = self.refused.get(kind, 0)
            table.add_row(kind, f"{taken.get(kind, 0):,}", f"{refused:,}" if refused else "")
        table.add_row("all", f"{sum(taken.values()):,}", f"{sum(self.refused.values()):,}")
        return table

    def _problems(self) -> Table:
        table = Table(title="What there is to know")
        for column in ("", "outcome", "count", "first places"):
            table.add_column(column, justify="right" if column == "count" else "left")
        for kind, tally in sorted(self.problems.items()):
            places = [f"{example.place}: {example.sentence}" for example in tally.first]
            if tally.subjects:
                named = Counter(tally.subjects).most_common(FIRST_PLACES)
                places.append(", ".join(f"{name or 'others'}: {count:,}" for name, count in named))
            # What comes from a file is shown as it is: brackets in it are no colours, and names of
            # emoji no emoji.
            table.add_row(
                kind,
                OUTCOMES.get(kind, "not-taken"),
                f"{tally.count:,}",
                Text("\n".join(places)),
            )
        return table
