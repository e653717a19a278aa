"""Sources: each tells the acts of another platform's export, one after the other.

options.py         what a person may choose about a source
memberships.py     who comes to be when: groups, channels, members and people, from what they did
mattermost.py      Mattermost's bulk export; `mattermost_lines.py` has the shapes of its lines
files.py           what can be said of a post's files
slack.py           Slack's workspace export; `slack_shapes.py`, `slack_markup.py`
neutral.py         the platform's own neutral format

A source is a generator of acts and problems. It never raises because of what a file says, it tells
acts in the order in which it finds them (the spool sorts), and its memory grows with people and
groups but not with what they wrote.
"""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TypeAlias

from mitmach.importing.problems import Told
from mitmach.importing.sources import mattermost, neutral, slack
from mitmach.importing.sources.options import SourceOptions

Source: TypeAlias = Callable[[Path, SourceOptions], Iterator[Told]]

SOURCES: Mapping[str, Source] = MappingProxyType(
    {"mattermost": mattermost.told, "ndjson": neutral.told, "slack": slack.told}
)
"""Every source by the name that the command line gives it."""
