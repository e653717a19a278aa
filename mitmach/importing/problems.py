"""What an import finds wrong, or leaves out: a kind, a place and a sentence each.

A source never fails because of what is in a file. It goes on behind what it can't use, and says so
with one of these values, which `report.py` counts.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, NamedTuple, TypeAlias

import msgspec

from mitmach.importing.acts import AnyAct

Outcome = Literal["hint", "left-out", "not-taken"]
"""What becomes of a thing: it is taken as the sentence says, left out on purpose, or not taken."""

ProblemKind = Literal[
    # Files and lines.
    "broken-archive",
    "unsafe-path",
    "encrypted-member",
    "too-large",
    "long-line",
    "wrong-encoding",
    "malformed-line",
    "unknown-line",
    "missing-file",
    # What a source has and the platform doesn't, or has otherwise.
    "direct-message",
    "other-team",
    "system-message",
    "unknown-emoji",
    "emoji-left-out",
    "no-time",
    "file-left-behind",
    "text-cut",
    "text-cleaned",
    "too-many",
    "empty",
    # Whether acts make sense together.
    "duplicate-id",
    "unclear-target",
    "unknown-person",
    "unknown-group",
    "unknown-channel",
    "unknown-post",
    "unknown-comment",
    "before-its-cause",
    "other-post",
    "cycle",
    "deleted-target",
    "before-1990",
    "in-the-future",
    "long-gap",
]

OUTCOMES: Mapping[ProblemKind, Outcome] = MappingProxyType(
    {
        "direct-message": "left-out",
        "other-team": "left-out",
        "system-message": "left-out",
        "emoji-left-out": "left-out",
        "unknown-emoji": "hint",
        "no-time": "hint",
        "file-left-behind": "hint",
        "text-cut": "hint",
        "text-cleaned": "hint",
        "too-many": "hint",
        "long-gap": "hint",
    }
)
"""Kinds with another outcome than `not-taken`."""


LONGEST_SENTENCE = 160
"""Characters of what a decoder says: it repeats values, which may be long, and somebody's."""


class Place(NamedTuple):
    """Where something stands in what is imported.

    Attributes:
        member: The file, or the member of an archive.
        line: The line, from 1; in a JSON array the number of the entry; 0: the file as a whole.
    """

    member: str
    line: int = 0

    def __str__(self) -> str:
        return f"{self.member}:{self.line}" if self.line else self.member


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """Something that isn't taken, or not as it is.

    Attributes:
        kind: The kind, by which the report counts.
        place: The line or entry that it is about.
        sentence: What a person should know of it; never a text that somebody wrote.
        subject: A name by which the report counts within the kind, such as that of an emoji.
    """

    kind: ProblemKind
    place: Place
    sentence: str
    subject: str = ""

    @property
    def outcome(self) -> Outcome:
        """What becomes of the thing that it is about."""
        return OUTCOMES.get(self.kind, "not-taken")


class PlacedAct(NamedTuple):
    """An act, and where it was told.

    Attributes:
        place: The line or entry that tells it.
        act: The act, as it was told.
    """

    place: Place
    act: AnyAct


Told: TypeAlias = PlacedAct | Problem
"""What a source tells, one after the other."""


def malformed(place: Place, error: Exception) -> Problem:
    """A line or an entry that can't be read; the sentence says what is wrong with its shape."""
    if isinstance(error, RecursionError):
        sentence = "It is nested too deeply."
    elif isinstance(error, UnicodeDecodeError):
        sentence = "It isn't UTF-8."
    else:
        sentence = f"{error}."[:LONGEST_SENTENCE]
    return Problem(kind="malformed-line", place=place, sentence=sentence)
