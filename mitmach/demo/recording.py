"""How the quarter's acts are recorded: as an import would, without a file and without a spool."""

from collections.abc import Callable, Sequence
from typing import Protocol

import aiohttp

from mitmach.importing.acts import AnyAct
from mitmach.importing.causes import Sort
from mitmach.importing.recording.api import Api
from mitmach.importing.recording.ids import Ids
from mitmach.importing.recording.lead import ALONE
from mitmach.importing.recording.recorder import Outcome, Recorder
from mitmach.importing.recording.requests import World

# Names the demo as a source of history: its ids are nobody else's.
_SOURCE = "demo"


class Recording(Protocol):
    """Records acts, and knows what the platform calls people."""

    async def record(self, acts: Sequence[AnyAct]) -> Sequence[Outcome]:
        """Records acts that are in order of time; gives what became of each, in this order."""
        ...

    def person_id(self, source_id: str) -> str:
        """The platform's id of somebody who was recorded."""
        ...

    def group_id(self, source_id: str) -> str:
        """The platform's id of a group that was recorded."""
        ...

    def tokens(self) -> Sequence[str]:
        """What the answers said of how far other services have to be."""
        ...


class ActRecording:
    """Records acts through the API, as somebody with the role `importer`.

    Args:
        http: The session that sends the requests.
        base: The address of the platform.
        token: Gives a token with that role.
    """

    def __init__(self, http: aiohttp.ClientSession, base: str, *, token: Callable[[], str]) -> None:
        self._ids = Ids(_SOURCE)
        self._api = Api(http, base, token=token)
        self._recorder: Recorder[int] = Recorder(self._api, World(ids=self._ids), lead=ALONE)

    async def record(self, acts: Sequence[AnyAct]) -> Sequence[Outcome]:
        """As the protocol says."""
        settled = self._recorder.record(enumerate(acts))
        outcomes = {place: outcome async for place, outcome in settled}
        return [outcomes[place] for place in range(len(acts))]

    def person_id(self, source_id: str) -> str:
        """As the protocol says."""
        return self._ids.person(source_id)

    def group_id(self, source_id: str) -> str:
        """As the protocol says."""
        return self._ids.thing(Sort.GROUP, source_id)

    def tokens(self) -> Sequence[str]:
        """As the protocol says."""
        return self._api.seen
