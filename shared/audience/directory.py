"""Whose a token is: every API's first look-up, answered from memory.

What was read once is kept, and what has changed since is looked for twice a second: somebody who is
suspended, leaves or is erased is that everywhere within two seconds, at the cost of one small query
however many people there are. Whoever isn't known yet is read together with all who come while a
query is on its way: a process that has just started meets everybody at once. Where the database
doesn't answer, what is known counts for `UNCHECKED` seconds; then nobody is let in, as nothing
could be done anyway.
"""

import asyncio
import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from contextvars import Context
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from shared.audience.entities import Login
from shared.contract.errors import Unavailable
from shared.contract.moments import utc_now
from shared.contract.principal import (
    NOBODY,
    Claims,
    Identity,
    Principal,
    Standing,
    principal_of,
)
from shared.delivery.mongo import Database, Index, deadline, entity

COLLECTIONS: Mapping[str, Sequence[Index]] = {
    Login.collection: (Index((("at", 1),)), Index((("person", 1),))),
}

PERIOD = 0.5
"""Seconds between two looks for what has changed."""

UNCHECKED = 5.0
"""Seconds that what is known counts without such a look."""

ANSWERED = 1.5
"""Seconds in which a query is answered, or somebody else asks anew."""

CAPACITY = 50_000
"""Logins in memory, about 1 KiB each: as many as there are verified tokens."""

BACK = timedelta(seconds=50)
"""How far each look reaches back: longer than a command or a flush takes to be stored, with clocks
that differ."""


@dataclass(slots=True)
class _Known:
    """Whom a login leads to, and the callers that were made of it, by their token's roles."""

    identity: Identity
    callers: dict[frozenset[str], Principal] = field(default_factory=dict)


class _Question:
    """The logins that one query asks about, and what it has found."""

    __slots__ = ("answered", "error", "found", "logins")

    def __init__(self) -> None:
        self.logins: set[str] = set()
        self.answered = asyncio.Event()
        self.found: dict[str, Identity] = {}
        self.error: Exception | None = Unavailable()  # until it is answered


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
        self._next: _Question | None = None
        self._asking: asyncio.Task[None] | None = None

    @asynccontextmanager
    async def following(self) -> AsyncIterator["LoginDirectory"]:
        """Looks for changes while the block runs."""
        looking = asyncio.create_task(self._follow(), name="logins")
        try:
            yield self
        finally:
            tasks = [looking] if self._asking is None else [looking, self._asking]
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)

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
        question = self._join(claims.login)
        await question.answered.wait()
        if question.error is not None:
            raise question.error
        return principal_of(claims, question.found.get(claims.login, NOBODY))

    async def standings(self, people: Collection[str]) -> Mapping[str, Identity]:
        """Where people stand now, from the database; those who have no login are left out.

        Raises:
            Unavailable: The database doesn't answer.
        """
        with deadline(ANSWERED):
            answer = await self._database.find(Login.collection, {"person": {"$in": list(people)}})
        logins = [entity(Login, stored) for stored in answer]
        return {login.person: login.identity for login in logins if login.person is not None}

    def forget(self, claims: Claims, since: float) -> None:
        """Has the caller be read anew, unless a look has begun since this moment.

        Args:
            claims: What the access token of the caller says.
            since: Seconds on the clock: since then the database has something that concerns them.
        """
        if self._checked < since:
            self._known.pop(claims.login, None)

    def _join(self, login: str) -> _Question:
        """The next query, which hasn't begun, asks about this one as well."""
        question = self._next
        if question is None:
            question = self._next = _Question()
            if self._asking is None:
                # In a context of its own, without deadline or span of whoever comes first.
                self._asking = asyncio.create_task(self._ask(), name="logins", context=Context())
        question.logins.add(login)
        return question

    async def _ask(self) -> None:
        """Asks until nobody waits."""
        try:
            while (question := self._next) is not None:
                self._next = None
                await self._answer(question)
        finally:  # with the process, perhaps
            self._asking = None
            if self._next is not None:
                self._next.answered.set()

    async def _answer(self, question: _Question) -> None:
        wanted = {"_id": {"$in": list(question.logins)}}
        try:
            with deadline(ANSWERED):
                answer = await self._database.find(Login.collection, wanted)
            for stored in answer:
                login = entity(Login, stored)
                question.found[login.id] = login.identity
                # Who is invited is about to come: kept, they would be refused right after it.
                if login.standing is not Standing.INVITED:
                    self._remember(login.id, login.identity)
            question.error = None
        except Exception as error:  # noqa: BLE001 - each of those who wait raises it
            question.error = error
        finally:
            question.answered.set()

    async def look(self) -> None:
        """Takes over what has changed lately; after a while without, everybody is read anew.

        Raises:
            Unavailable: The database doesn't answer.
        """
        began = self._clock()
        if began - self._checked > UNCHECKED:  # who knows what has happened meanwhile
            self._known.clear()
        if self._known:
            since = self._now() - BACK
            with deadline(ANSWERED):
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
