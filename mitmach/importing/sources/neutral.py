"""The platform's own neutral format: one act per line, as `acts.py` describes it."""

from collections.abc import Iterator
from pathlib import Path

import msgspec

from mitmach.importing.acts import AnyAct
from mitmach.importing.problems import PlacedAct, Problem, Told, malformed
from mitmach.importing.reading import lines_of
from mitmach.importing.sources.options import SourceOptions

ENDINGS = (".ndjson", ".jsonl")

_act = msgspec.json.Decoder(AnyAct).decode


def told(file: Path, options: SourceOptions) -> Iterator[Told]:  # noqa: ARG001 - as all sources
    """The acts of a file, or of the members of an archive that have lines."""
    for line in lines_of(file, wanted=lambda name: name.endswith(ENDINGS)):
        if isinstance(line, Problem):
            yield line
            continue
        try:
            act = _act(line.text)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            yield malformed(line.place, error)
        else:
            yield PlacedAct(line.place, act)
