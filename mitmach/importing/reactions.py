"""Emoji, and which of the platform's reactions each of them is.

The table is `reactions.json`: the short names that Mattermost and Slack give to emoji. What says
no, or only marks something, is left out: the platform has no reaction for it, and a `like` in its
place would turn its meaning round.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import msgspec

from mitmach.importing.problems import Place, Problem
from shared.contract.events.vocabulary import ReactionKind
from shared.runtime.process import Stopped

OTHERS = "*"
"""The table's entry for emoji that it doesn't name; without one they are left out."""

LONGEST_NAME = 64
"""Characters of an emoji's name that a report repeats: Mattermost lets names have 64."""

_BUILT_IN = Path(__file__).with_name("reactions.json")
# Slack writes `+1::skin-tone-2`, Mattermost `+1_medium_light_skin_tone`; imports of one into the
# other have `+1_tone3` too.
_SKIN_TONE = re.compile(
    r"(::?skin-tone-[1-6])+:?$|_tone[1-6]$|(_(light|medium_light|medium|medium_dark|dark)_skin_tone)+$"
)

_table = msgspec.json.Decoder(dict[str, ReactionKind | None]).decode


class Meaning(NamedTuple):
    """What an emoji becomes.

    Attributes:
        reaction: The reaction; None: it is left out.
        known: Whether the table names it.
    """

    reaction: ReactionKind | None
    known: bool


class ReactionTable:
    """Which reaction each emoji is.

    Attributes:
        entries: The table as it is written, sorted.
    """

    def __init__(self, entries: Mapping[str, ReactionKind | None]) -> None:
        self.entries = dict(sorted(entries.items()))
        self._entries = dict(entries)
        self._others = self._entries.pop(OTHERS, None)

    def meaning_of(self, emoji: str) -> Meaning:
        """What an emoji becomes, by its short name with or without a tone of skin and colons."""
        name = emoji.strip(":").lower()
        for spelling in (name, _SKIN_TONE.sub("", name)):
            if spelling in self._entries:
                return Meaning(self._entries[spelling], known=True)
        return Meaning(self._others, known=False)

    def taken(self, emoji: str, place: Place) -> tuple[ReactionKind | None, Problem | None]:
        """What an emoji becomes, and what there is to say about it."""
        reaction, known = self.meaning_of(emoji)
        name = emoji[:LONGEST_NAME]
        if not known:
            sentence = f"The table of reactions doesn't know :{name}:."
            return reaction, Problem(
                kind="unknown-emoji", place=place, sentence=sentence, subject=name
            )
        if reaction is None:
            sentence = f"The table of reactions leaves :{name}: out."
            return None, Problem(
                kind="emoji-left-out", place=place, sentence=sentence, subject=name
            )
        return reaction, None


def reaction_table(file: Path | None = None) -> ReactionTable:
    """The table in a file, or the built-in one.

    Args:
        file: JSON, an object of emoji by their short name without colons; each is one of the
            platform's reactions, or null to leave it out. `*` is for all others. It stands for the
            built-in table as a whole, so that nobody has to know what that has.

    Raises:
        Stopped: The file can't be read, or isn't such a table.
    """
    try:
        return ReactionTable(_table((file or _BUILT_IN).read_bytes()))
    except OSError as error:
        raise Stopped(f"{file} can't be read ({error.strerror}).") from error
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
        raise Stopped(f"{file} isn't a table of reactions: {error}.") from error
