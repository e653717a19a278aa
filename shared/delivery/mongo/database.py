"""The database of a service: its collections, reads, and writes outside of transactions.

Such a write may happen twice when its answer is lost, so it must be idempotent.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any, NamedTuple

from bson.codec_options import CodecOptions
from pymongo import ReturnDocument, WriteConcern
from pymongo.errors import BulkWriteError, CollectionInvalid, OperationFailure, WriteConcernError
from pymongo.read_concern import ReadConcern

from shared.delivery.mongo.driver import settled
from shared.delivery.mongo.failures import Duplicate, translated

Document = dict[str, Any]
Order = Sequence[tuple[str, int]]

# Acknowledged by a majority and on disk: without it a failover can undo what a person was told is
# done. Set by hand, because a replica set with an arbiter defaults to one member.
MAJORITY = WriteConcern(w="majority", j=True)
COMMITTED = ReadConcern("majority")
WITH_ZONE: CodecOptions[Document] = CodecOptions(tz_aware=True)

_DUPLICATE_KEY = 11000
_NAMESPACE_EXISTS = 48
_INDEX_DIFFERS = frozenset({85, 86})


class Index(NamedTuple):
    """An index of a collection.

    Attributes:
        keys: Field names with 1 or -1.
        unique: Refuse a second document with the same keys.
        expire_after: Seconds after which the server deletes a document (the key must be a time).
        partial: Only documents that match this are in the index.
    """

    keys: tuple[tuple[str, int], ...]
    unique: bool = False
    expire_after: int | None = None
    partial: Mapping[str, Any] | None = None

    def options(self) -> dict[str, Any]:
        """The options as the server names them."""
        options: dict[str, Any] = {"unique": self.unique} if self.unique else {}
        if self.expire_after is not None:
            options["expireAfterSeconds"] = self.expire_after
        if self.partial is not None:
            options["partialFilterExpression"] = dict(self.partial)
        return options


class WriteResult(NamedTuple):
    """How many documents a write matched, changed and inserted."""

    matched: int
    modified: int
    upserted: int


class View(NamedTuple):
    """What is read of a collection under another name, with rights of its own.

    Attributes:
        of: Name of the collection.
        stages: An aggregation that leaves documents out.
    """

    of: str
    stages: Sequence[Mapping[str, Any]]


class Database:
    """The documents of one service. Reads see what a majority has; writes wait for a majority."""

    def __init__(self, handle: Any) -> None:
        self._handle = handle.with_options(
            codec_options=WITH_ZONE, read_concern=COMMITTED, write_concern=MAJORITY
        )
        self.name: str = handle.name

    async def ensure_collections(self, collections: Mapping[str, Sequence[Index]]) -> None:
        """Makes the collections and indexes that are missing.

        At start-up, because creating a collection inside concurrent transactions conflicts.
        """
        with translated():
            existing = set(await self._handle.list_collection_names())
            for name, indexes in collections.items():
                if name not in existing:
                    await self._create(name)
                for index in indexes:
                    await self._index(name, index)

    async def ensure_views(self, views: Mapping[str, View]) -> None:
        """Makes the views that are missing."""
        with translated():
            existing = set(await self._handle.list_collection_names())
            for name, view in views.items():
                if name not in existing:
                    await self._create(name, viewOn=view.of, pipeline=list(view.stages))

    async def _create(self, name: str, **options: Any) -> None:
        try:
            await self._handle.create_collection(name, **options)
        except CollectionInvalid:
            return
        except OperationFailure as error:
            if error.code != _NAMESPACE_EXISTS:  # another process was quicker
                raise

    async def _index(self, name: str, index: Index) -> None:
        try:
            await self._handle[name].create_index(list(index.keys), **index.options())
        except OperationFailure as error:
            if error.code not in _INDEX_DIFFERS or index.expire_after is None:
                raise
            change = {"keyPattern": dict(index.keys), "expireAfterSeconds": index.expire_after}
            await self._handle.command({"collMod": name, "index": change})

    async def find(
        self,
        collection: str,
        filter: Mapping[str, Any],
        *,
        sort: Order = (),
        limit: int = 0,
        fields: Sequence[str] | None = None,
        hint: Order = (),
    ) -> list[Document]:
        """All matching documents, in memory.

        For anything that can be many, give a limit or use `stream`. `hint` is the key of the index
        to use, where the server's own choice would depend on what it has tried before.
        """
        cursor = self._cursor(collection, filter, sort, fields).limit(limit)
        if hint:
            cursor = cursor.hint(list(hint))
        with translated():
            found: list[Document] = await cursor.to_list(None)
            return found

    def _cursor(
        self, collection: str, filter: Mapping[str, Any], sort: Order, fields: Sequence[str] | None
    ) -> Any:
        cursor = self._handle[collection].find(filter, projection=list(fields) if fields else None)
        return cursor.sort(list(sort)) if sort else cursor

    async def find_one(
        self,
        collection: str,
        filter: Mapping[str, Any],
        *,
        fields: Sequence[str] | None = None,
        sort: Order = (),
    ) -> Document | None:
        """The first matching document."""
        found = await self.find(collection, filter, limit=1, fields=fields, sort=sort)
        return found[0] if found else None

    async def stream(
        self,
        collection: str,
        filter: Mapping[str, Any],
        *,
        sort: Order = (),
        fields: Sequence[str] | None = None,
    ) -> AsyncIterator[Document]:
        """Matching documents one after the other, any number of them."""
        with translated():
            async for found in self._cursor(collection, filter, sort, fields):
                yield found

    async def count(self, collection: str, filter: Mapping[str, Any]) -> int:
        """How many documents match."""
        with translated():
            return int(await self._handle[collection].count_documents(filter))

    async def aggregate(
        self, collection: str, pipeline: Sequence[Mapping[str, Any]]
    ) -> list[Document]:
        """The result of an aggregation pipeline, in memory."""
        with translated():
            cursor = await settled(self._handle[collection].aggregate(list(pipeline)))
            found: list[Document] = await cursor.to_list(None)
            return found

    async def update(self, collection: str, statements: Sequence[Mapping[str, Any]]) -> WriteResult:
        """Runs update statements as the server defines them.

        `{"q": filter, "u": change, "upsert": bool, "multi": bool}`.

        Raises:
            Duplicate: An upsert met a unique key; statements before it have taken effect.
        """
        command = {
            "update": collection,
            "updates": list(statements),
            "writeConcern": MAJORITY.document,
        }
        with translated():
            return write_result(await self._handle.command(command))

    async def insert(
        self,
        collection: str,
        documents: Sequence[Mapping[str, Any]],
        *,
        ignore_duplicates: bool = False,
    ) -> int:
        """Inserts documents; returns how many are new.

        Raises:
            Duplicate: A unique key exists, unless `ignore_duplicates`.
        """
        if not documents:
            return 0
        with translated():
            try:
                done = await self._handle[collection].insert_many(
                    [dict(d) for d in documents], ordered=False
                )
                return len(done.inserted_ids)
            except BulkWriteError as error:
                failed = error.details.get("writeErrors", [])
                if any(failure["code"] != _DUPLICATE_KEY for failure in failed):
                    raise
                for doubt in error.details.get("writeConcernErrors", []):
                    raise WriteConcernError(doubt["errmsg"], doubt["code"]) from error
                if not ignore_duplicates:
                    raise Duplicate(f"{len(failed)} exist in {collection}") from error
                return int(error.details.get("nInserted", 0))

    async def find_and_update(
        self, collection: str, filter: Mapping[str, Any], update: Any, *, upsert: bool = False
    ) -> Document | None:
        """Changes the first match atomically; returns it as it is afterwards, None without a match.

        Raises:
            Duplicate: Another process upserted the same document at the same moment.
        """
        with translated():
            after: Document | None = await self._handle[collection].find_one_and_update(
                filter, update, upsert=upsert, return_document=ReturnDocument.AFTER
            )
            return after

    async def delete(self, collection: str, filter: Mapping[str, Any]) -> int:
        """Deletes every match; returns how many there were."""
        with translated():
            return int((await self._handle[collection].delete_many(filter)).deleted_count)

    async def drop(self, collections: Sequence[str]) -> None:
        """Deletes collections with their indexes; those that aren't there are no error."""
        with translated():
            for name in collections:
                await self._handle.drop_collection(name)

    @property
    def handle(self) -> Any:
        """The driver's own database; for this package only."""
        return self._handle


def write_result(reply: Mapping[str, Any]) -> WriteResult:
    """Reads the reply of an `update` command.

    Raises:
        OperationFailure: One of its statements failed; as the driver's own bulk writes would raise
            it.
        WriteConcernError: No majority confirmed it, so a failover may undo it.
    """
    if errors := reply.get("writeErrors"):
        first = errors[0]
        raise OperationFailure(first.get("errmsg", "write failed"), first.get("code"), dict(reply))
    if doubt := reply.get("writeConcernError"):
        raise WriteConcernError(doubt.get("errmsg", "no majority"), doubt.get("code"), dict(reply))
    upserted = len(reply.get("upserted", ()))
    return WriteResult(reply.get("n", 0) - upserted, reply.get("nModified", 0), upserted)
