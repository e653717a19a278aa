"""Whose a token is: every API's first look-up, answered from memory.

What was read once is kept, and what has changed since is looked for twice a second: somebody who is
suspended, leaves or is erased is that everywhere within two seconds, at the cost of one small query
however many people there are. Where the database doesn't answer, what is known counts for
`UNCHECKED` seconds; then nobody is let in, as nothing could be done anyway.
"""

import asyncio
import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from shared.audience.entities import Login
from shared.contract.errors import Unavailable
from shared.contract.moments import utc_now
from shared.contract.principal import NOBODY, Claims, Identity, Principal, principal_of
from shared.delivery.command import SETTLED
from shared.delivery.mongo import Database, Index, entity

COLLECTIONS: Mapping[str, Sequence[Index]] = {
    Login.collection: (Index((("at", 1),)), Index((("person", 1),))),
}

PERIOD = 0.5
"""Seconds between two looks for what has changed."""

UNCHECKED = 5.0
"""Seconds that what is known counts without such a look."""

CAPACITY = 50_000
"""Logins in memory, about 1 KiB each: as many as there are verified tokens."""

# How far each look reaches back: commits that were on their way, and clocks that differ.
_BACK = timedelta(seconds=SETTLED + 5)


@dataclass(slots=True)
class _Known:
    """Whom a login leads to, and the callers that were made of it, by their token's roles."""

    identity: Identity
    callers: dict[frozenset[str], Principal] = field(default_factory=dict)


class LoginDirectory:
    """Knows whom a token leads to, and where they stand.

    Args:
        database: The service's own database.
        clock: Monotonic seconds.
        now: Tells the time, in UTC.
    """

    def __init__(
        self,
        database: Database,
        *,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self._database = database
        self._clock = clock
        self._now = now
        self._known: OrderedDict[str, _Known] = OrderedDict()
        self._checked = clock()

    @asynccontextmanager
    async def following(self) -> AsyncIterator["LoginDirectory"]:
        """Looks for changes while the block runs."""
        looking = asyncio.create_task(self._follow(), name="logins")
        try:
            yield self
        finally:
            looking.cancel()
            await asyncio.wait([looking])

    def recall(self, claims: Claims) -> Principal | None:
        """The caller, where that is known without asking anybody; else None."""
        known = self._known.get(claims.login)
        if known is None or self._clock() - self._checked > UNCHECKED:
            return None
        caller = known.callers.get(claims.roles)
        if caller is None:
            caller = known.callers[claims.roles] = principal_of(claims, known.identity)
        return caller

    async def find(self, claims: Claims) -> Principal:
        """The caller, from the database; somebody of whom nothing has been heard is unknown.

        Raises:
            Unavailable: The database doesn't answer.
        """
        stored = await self._database.find_one(Login.collection, {"_id": claims.login})
        if stored is None:
            return principal_of(claims, NOBODY)
        identity = entity(Login, stored).identity
        self._remember(claims.login, identity)
        return principal_of(claims, identity)

    async def look(self) -> None:
        """Takes over what has changed lately.

        Raises:
            Unavailable: The database doesn't answer.
        """
        began = self._clock()
        if self._known:
            since = self._now() - _BACK
            changed = await self._database.find(Login.collection, {"at": {"$gte": since}})
            for stored in changed:
                login = entity(Login, stored)
                known = self._known.get(login.id)
                if known is not None and known.identity != login.identity:
                    self._known[login.id] = _Known(login.identity)
        self._checked = began

    async def _follow(self) -> None:
        while True:
            await asyncio.sleep(PERIOD)
            with suppress(Unavailable):
                await self.look()

    def _remember(self, login: str, identity: Identity) -> None:
        self._known[login] = _Known(identity)
        if len(self._known) > CAPACITY:
            self._known.popitem(last=False)
