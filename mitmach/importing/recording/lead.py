"""How far an import is ahead of the figures: it waits for them, so that others needn't.

What people do meanwhile is counted behind what was recorded before it. Were all of a history
recorded as fast as it can be, the figures of the living would come minutes late.
"""

import asyncio

from mitmach.importing.recording.api import Api

MOST = 200
"""Acts that may be recorded and not counted yet: a fifth of a second of a small machine's work.

With fewer the import waits for each look at the figures, with more the living wait for the import.
"""

ALONE = 4_000
"""The same where nobody lives on the platform yet, so that nobody waits."""


class Lead:
    """Compares what was recorded with what was counted, now and then.

    Args:
        api: The platform.
        most: Acts that may be ahead.
    """

    def __init__(self, api: Api, most: int = MOST) -> None:
        self._api = api
        self._most = most
        self._recorded = 0
        self._counted = 0
        self._look: asyncio.Task[None] | None = None

    @property
    def is_too_long(self) -> bool:
        """Whether nothing more should be recorded now."""
        return self._recorded - self._counted >= self._most

    @property
    def looks(self) -> set[asyncio.Task[None]]:
        """What to wait for besides answers."""
        return set() if self._look is None else {self._look}

    def grow(self, acts: int) -> None:
        """Takes note of acts that were recorded, and has the figures looked at in time."""
        self._recorded += acts
        if self._look is None and self._recorded - self._counted >= self._most // 2:
            self._look = asyncio.ensure_future(self._catch_up(self._recorded))

    def looked(self) -> None:
        """Takes note that a look has ended.

        Raises:
            Stopped: The platform's figures don't come.
        """
        if self._look is not None and self._look.done():
            look, self._look = self._look, None
            look.result()
            self.grow(0)

    async def close(self) -> None:
        """Ends a look that is under way."""
        look, self._look = self._look, None
        if look is not None:
            look.cancel()
            await asyncio.wait({look})

    async def _catch_up(self, recorded: int) -> None:
        await self._api.until_counted()
        self._counted = recorded
