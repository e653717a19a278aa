"""Transactions, and the sessions that a killed process leaves open on the server.

A process that dies inside a transaction leaves its documents locked for a minute and more. So every
process writes the ids of its sessions down with a heartbeat, and whoever meets a conflict that
lasts ends the sessions of the silent.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any

from bson.binary import Binary
from bson.timestamp import Timestamp
from pymongo.errors import ConfigurationError, OperationFailure, PyMongoError
from pymongo.read_concern import ReadConcern

from shared.contract.errors import Unavailable
from shared.delivery.mongo.database import (
    MAJORITY,
    Database,
    Document,
    Index,
    Order,
    WriteResult,
    write_result,
)
from shared.delivery.mongo.driver import renew_connections, settled
from shared.delivery.mongo.failures import CommitUnknown, Conflict, deadline, translated
from shared.delivery.mongo.reasons import why_unavailable
from shared.runtime.telemetry import Outage

log = logging.getLogger(__name__)

SNAPSHOT = ReadConcern("snapshot")
SESSIONS = "sessions"
COLLECTIONS: Mapping[str, Sequence[Index]] = {SESSIONS: ()}

# Seconds between heartbeats. Shorter costs more writes for nothing; longer delays `SILENT`.
HEARTBEAT = 1.0
# Seconds without a heartbeat until a process counts as silent. Shorter ends the sessions of a
# process that only paused; its commit starts over.
SILENT = 4.0
# Heartbeats between looks for silent processes. Their locks are in the way of what isn't a
# transaction too, such as dropping a database, and that meets no conflict that would tell.
LOOK_ROUND = 5
# Seconds for ending the sessions at the end: a server that hangs must not hold up a shutdown.
_ENDING = 1.0


class Transaction:
    """Reads and writes that take effect together or not at all, on one snapshot."""

    def __init__(self, database: Database, session: Any) -> None:
        self._handle = database.handle
        self._session = session

    async def find(
        self, collection: str, filter: Mapping[str, Any], *, sort: Order = (), limit: int = 0
    ) -> list[Document]:
        """All matching documents in this transaction's snapshot."""
        command: dict[str, Any] = {"find": collection, "filter": filter, "batchSize": 10_000}
        if sort:
            command["sort"] = dict(sort)
        if limit:
            command["limit"] = limit
        with translated(in_transaction=True):
            cursor = (await self._command(command))["cursor"]
            documents: list[Document] = cursor["firstBatch"]
            while cursor["id"]:
                more = {"getMore": cursor["id"], "collection": collection}
                cursor = (await self._command(more))["cursor"]
                documents += cursor["nextBatch"]
            return documents

    async def insert(self, collection: str, documents: Sequence[Mapping[str, Any]]) -> None:
        """Inserts new documents; if one exists, the transaction is aborted as a conflict."""
        with translated(in_transaction=True):
            write_result(
                await self._command({"insert": collection, "documents": documents, "ordered": True})
            )

    async def update(self, collection: str, statements: Sequence[Mapping[str, Any]]) -> WriteResult:
        """Runs update statements as the server defines them.

        A statement is `{"q": filter, "u": change or document, "upsert": bool, "multi": bool}`.
        """
        with translated(in_transaction=True):
            return write_result(await self._command({"update": collection, "updates": statements}))

    async def delete(self, collection: str, ids: Sequence[str]) -> int:
        """Deletes documents by id."""
        deletes = [{"q": {"_id": {"$in": list(ids)}}, "limit": 0}]
        with translated(in_transaction=True):
            return int((await self._command({"delete": collection, "deletes": deletes}))["n"])

    async def commit(self) -> None:
        """Commits; may be called again after `CommitUnknown`.

        Raises:
            CommitUnknown: The answer was lost.
            Conflict: It was aborted.
        """
        with translated(committing=True):
            await self._session.commit_transaction()

    def seen_at(self) -> Timestamp:
        """The server's time as this session knows it: after all commits that this one has read."""
        time: Timestamp | None = self._session.operation_time
        if time is None:
            raise RuntimeError("ask after the transaction's first read")
        return time

    def _command(self, command: Mapping[str, Any]) -> Any:
        return self._handle.command(
            command, session=self._session, codec_options=self._handle.codec_options
        )


class Session:
    """Runs transactions one after the other.

    Attributes:
        id: The session's id on the server, which `SessionRegistry` writes down.
        unclear: Whether the server may still hold the locks of an earlier transaction, whose end it
            hasn't heard of. They would last for a minute; the next heartbeat ends them.
    """

    def __init__(self, client: Any, database: Database, session: Any) -> None:
        self._client = client
        self._database = database
        self._session = session
        self.id: Binary = session.session_id["id"]
        self.unclear = False

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        """Begins a transaction. Whoever leaves without a commit, or by an exception, aborts it."""
        await settled(
            self._session.start_transaction(read_concern=SNAPSHOT, write_concern=MAJORITY)
        )
        try:
            yield Transaction(self._database, self._session)
        except BaseException as error:
            self.unclear = self.unclear or not _heard_of(error)
            if isinstance(error.__cause__, ConfigurationError):
                await renew_connections(self._client)
            raise
        finally:
            if self._session.in_transaction:
                # The driver keeps to itself whether it reached the server.
                with suppress(PyMongoError):
                    await self._session.abort_transaction()


def _heard_of(error: BaseException) -> bool:
    """Whether the server knows that the transaction is over: it said so, or can still be told."""
    if isinstance(error, Conflict | CommitUnknown | Unavailable | asyncio.CancelledError):
        return isinstance(error, Conflict) and isinstance(error.__cause__, OperationFailure)
    return True


class SessionRegistry:
    """The sessions of this process, known to others by a heartbeat, and the end of silent ones.

    Args:
        client: The driver's client.
        database: Where sessions are written down.
        process: Name of this process, unique among all that use the database.
    """

    def __init__(self, client: Any, database: Database, process: str) -> None:
        self._client = client
        self._database = database
        self._process = process
        self._sessions: list[Session] = []
        self._beating: asyncio.Task[None] | None = None
        self._writing = asyncio.Lock()  # two upserts at once may meet each other's key

    async def open(self) -> Session:
        """Opens a session; it is written down before it is used."""
        session = Session(self._client, self._database, await settled(self._client.start_session()))
        self._sessions.append(session)
        await self._beat()
        if self._beating is None:
            self._beating = asyncio.create_task(self._keep_beating(), name="session heartbeat")
        return session

    async def _beat(self) -> None:
        # Only ever added to: of two beats on their way the one that knew of fewer may be the last.
        ids = {"$literal": [session.id for session in self._sessions]}
        known = {"$setUnion": [{"$ifNull": ["$sessions", []]}, ids]}
        change = [{"$set": {"sessions": known, "beat": "$$NOW"}}]
        async with self._writing:
            await self._database.update(
                SESSIONS, [{"q": {"_id": self._process}, "u": change, "upsert": True}]
            )

    async def _keep_beating(self) -> None:
        # The pause doesn't grow: whoever is silent for longer than `SILENT` loses its sessions.
        beats, outage = 0, Outage(log, "no heartbeat of the sessions")
        while True:
            await asyncio.sleep(HEARTBEAT)
            beats += 1
            try:
                await self._beat()
                await self._end_unclear()
                if beats % LOOK_ROUND == 0:
                    await self.end_silent()
                outage.over()
            except Unavailable as failure:
                outage.failed(why_unavailable(failure))
            except Exception as failure:  # noqa: BLE001 - without heartbeats our sessions are ended
                outage.failed(type(failure).__name__, error=failure)

    async def _end_unclear(self) -> None:
        # A session that has begun its next transaction meanwhile loses that, and repeats it.
        unclear = [session for session in self._sessions if session.unclear]
        for session in unclear:  # now: what becomes unclear from here on is for the next beat
            session.unclear = False
        try:
            await self.kill([session.id for session in unclear])
        except BaseException:
            for session in unclear:
                session.unclear = True
            raise

    async def end_silent(self) -> int:
        """Ends the sessions of every process without a heartbeat for `SILENT` seconds.

        The same user's sessions need no privilege. A process that only slept finds its transaction
        gone and repeats it.

        Returns:
            The number of silent processes.
        """
        silent = {
            "$expr": {"$lt": ["$beat", {"$subtract": ["$$NOW", SILENT * 1000]}]},
            "_id": {"$ne": self._process},
        }
        ended = 0
        for process in await self._database.find(SESSIONS, silent):
            await self.kill(process["sessions"])
            await self._database.delete(SESSIONS, {"_id": process["_id"], "beat": process["beat"]})
            ended += 1
            log.warning("ended the sessions of a silent process", extra={"owner": process["_id"]})
        return ended

    async def kill(self, ids: Sequence[Any]) -> None:
        """Ends sessions by id, with whatever transactions they hold.

        Sessions that are gone already are no error.
        """
        if ids:
            with translated():
                await self._client.admin.command(
                    {"killSessions": [{"id": Binary(i, 4)} for i in ids]}
                )

    async def close(self) -> None:
        """Ends the heartbeat and all sessions.

        They aren't given back to the driver, which would use them again for anything: whoever takes
        over what we had ends our sessions by the ids that are stored, and would cut that off. Nor
        are they left to `endSessions`, which ends a transaction that was cut off only minutes
        later.
        """
        if self._beating is not None:
            self._beating.cancel()
            await asyncio.wait([self._beating])
            self._beating = None
        with suppress(Unavailable, PyMongoError), deadline(_ENDING):
            await self.kill([session.id for session in self._sessions])
        self._sessions.clear()
        with suppress(Unavailable):
            await self._database.delete(SESSIONS, {"_id": self._process})
