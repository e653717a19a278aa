"""The counter service through an outage: what its clients were told, and whether that was true."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import uuid4

from shared.contract.errors import OutcomeUnknown, Unavailable
from shared.delivery.committer import Committer, IdempotencyKey
from shared.delivery.committer.committer import LONGEST
from shared.delivery.log import LOG, source_of
from shared.delivery.mongo import Database, Driver, SessionRegistry, connect
from tests.support.counters import COLLECTIONS, RaiseCounter
from tests.support.oracle import Ledger

# Seconds beyond the deadline: the sweep, and a machine that is busy with other things. Where a
# command was forgotten it would wait for as long as the database is away.
MARGIN = 7.0
BACK_WITHIN = 60.0  # seconds until a service works again once what it needs is back


class OutageService:
    """The counter service, with a ledger of what its clients were told."""

    def __init__(self, database: Database, sessions: SessionRegistry, committer: Committer) -> None:
        self.database = database
        self.sessions = sessions
        self.committer = committer
        self.ledger = Ledger()

    async def ask(
        self, counter: str, once: IdempotencyKey | None = None
    ) -> type[BaseException] | None:
        """Raises a counter; None when that was acknowledged, else the kind of refusal."""
        began = time.monotonic()
        try:
            outcome = await self.committer.execute(RaiseCounter(counter), once=once)
        except Unavailable as refusal:
            if isinstance(refusal, OutcomeUnknown):
                self.ledger.unknown[counter] += 1
            return type(refusal)
        finally:
            assert time.monotonic() - began < LONGEST + MARGIN
        self.ledger.acknowledged[outcome.event_ids[0]] = counter
        return None

    async def ask_many(self, number: int = 30) -> set[type[BaseException] | None]:
        """Asks for many things at once; returns the kinds of answer."""
        answers = await asyncio.gather(*(self.ask(f"c{i % 7}") for i in range(number)))
        return set(answers)

    async def goes_on(self) -> None:
        """Waits until it is back, then wants it to work properly."""
        async with asyncio.timeout(BACK_WITHIN):
            while await self.ask("c0"):
                pass
        assert await self.ask_many() == {None}

    async def logged(self) -> list[str]:
        """The keys of all events in the log: people's counters."""
        return [key for one in await self.database.find(LOG, {}) for key in one["keys"]]

    async def nothing_is_half_done(self) -> None:
        """State and log agree with each other and with the ledger."""
        keys = await self.logged()
        stored = {one["_id"]: one["value"] for one in await self.database.find("counters", {})}
        assert stored == {key: keys.count(key) for key in keys}
        told = list(self.ledger.acknowledged.values())
        for counter, value in stored.items():
            extra = value - told.count(counter)
            assert 0 <= extra <= self.ledger.unknown[counter]


@asynccontextmanager
async def outage_service(url: str, driver: Driver = Driver.MOTOR) -> AsyncIterator[OutageService]:
    async with connect(url, driver=driver) as mongo:
        database = mongo.database(f"outage_{uuid4().hex[:12]}")
        await database.ensure_collections(COLLECTIONS)
        sessions = mongo.sessions(database)
        source = await source_of(database, "groups")
        async with Committer(database, sessions, source=source).running() as committer:
            yield OutageService(database, sessions, committer)
        await sessions.close()
        await mongo.drop(database.name)
