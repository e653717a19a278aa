"""Migrations: documents that an earlier version has stored are changed once, at a service's start.

Every kind of document (a collection) has a version, 1 to begin with. A migration leads to the next
version: a filter that finds documents of the old shape, and a change that the server makes to each
by itself. So it can be ended anywhere and done again: what was changed isn't found any more.

The first process that starts takes a lease and changes all; the others wait for it. A process that
finds a newer version than it knows doesn't start.

Processes of the release before go on writing while it runs. Therefore a new shape takes two
releases: the first reads both shapes and writes the new one (a field with a default does), the
second migrates what is left, and from then on only the new shape is known.

Rejected: changing documents when they are read. The last ones are read in years, so the old shape
would have to be understood for ever.
"""

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, NamedTuple

from shared.contract.errors import Category, Refusal, Unavailable
from shared.contract.ids import new_id
from shared.delivery.failpoints import failpoint
from shared.delivery.lease import Lease
from shared.delivery.mongo import Database, Index

log = logging.getLogger(__name__)

VERSIONS = "versions"
COLLECTIONS: Mapping[str, Sequence[Index]] = {VERSIONS: ()}

# Under which the form of a whole database is noted, beside the versions of its kinds.
_FORM = "database"
_LEASE = "migrations"
_AT_ONCE = 1_000  # documents in one update: a fraction of a second, between two looks at the lease


class Migration(NamedTuple):
    """How documents of a kind come to their next version.

    Attributes:
        kind: Name of the collection.
        version: Version that the documents have afterwards: one more than before.
        old: Filter that finds documents of the old shape, and no others.
        change: Update pipeline that gives a document the new shape.
    """

    kind: str
    version: int
    old: Mapping[str, Any]
    change: Sequence[Mapping[str, Any]]


class Conversion(NamedTuple):
    """How a kind comes to its next version where the server alone can't bring it there.

    Attributes:
        kind: Name of the collection.
        version: Version that its documents have afterwards: one more than before.
        convert: Does it, and returns how many documents it has made. It is called again where it
            was ended, so what it has done must do no harm.
    """

    kind: str
    version: int
    convert: Callable[[Database], Awaitable[int]]


class NewerData(Refusal):
    """Documents were stored by a later version of this program."""

    category = Category.CONFLICT
    title = "The database is newer than this program"


class OlderData(Refusal):
    """Documents were stored by a version whose data nobody brings up to date."""

    category = Category.CONFLICT
    title = "The database is too old for this program"


async def refuse_older(database: Database, older: Mapping[str, Mapping[str, Any]]) -> None:
    """Looks once for documents that nobody can read any more, and notes that there are none.

    Args:
        database: The service's database.
        older: By kind, the filter that finds documents of a form from before the first release.

    Raises:
        OlderData: There are documents, and they are from before 0.1.0.
        Unavailable: The database doesn't answer.
    """
    if await database.find_one(VERSIONS, {"_id": _FORM}) is not None:
        return
    for kind, form in older.items():
        if await database.find_one(kind, form) is not None:
            raise OlderData(
                f"{database.name} holds data of a version before 0.1.0, which this one can't read:"
                " start with empty databases and topics, on a development machine with"
                " `mitmach up --fresh`."
            )
    noted = {"$set": {"version": 1}}
    await database.update(VERSIONS, [{"q": {"_id": _FORM}, "u": noted, "upsert": True}])


async def migrate(database: Database, migrations: Sequence[Migration | Conversion]) -> int:
    """Brings all documents to the version of this program; returns how many were changed.

    Args:
        database: The service's database.
        migrations: All migrations there ever were, each kind's in order.

    Raises:
        NewerData: Documents have a later version already.
        Unavailable: The database doesn't answer, or the lease was lost; starting again goes on.
    """
    if not await _pending(database, migrations):
        return 0
    changed = 0
    async with Lease(database, _LEASE, holder=new_id()).contending() as lease:
        await lease.acquired()
        for migration in await _pending(database, migrations):
            if isinstance(migration, Conversion):
                changed += await migration.convert(database)
            else:
                changed += await _change(database, lease, migration)
            done = {"$max": {"version": migration.version}}
            await database.update(
                VERSIONS, [{"q": {"_id": migration.kind}, "u": done, "upsert": True}]
            )
            log.log(
                logging.WARNING if changed else logging.INFO,
                "documents were migrated",
                extra={"kind": migration.kind, "version": migration.version, "count": changed},
            )
    return changed


async def _pending(
    database: Database, migrations: Sequence[Migration | Conversion]
) -> list[Migration | Conversion]:
    stored = {kind["_id"]: kind["version"] for kind in await database.find(VERSIONS, {})}
    known = {migration.kind: migration.version for migration in migrations}
    for kind, version in stored.items():
        if version > known.get(kind, 1):
            raise NewerData(
                f"{database.name} holds {kind} of version {version}, and this program knows"
                f" {known.get(kind, 1)}: start the newer one."
            )
    return [
        migration for migration in migrations if migration.version > stored.get(migration.kind, 1)
    ]


async def _change(database: Database, lease: Lease, migration: Migration) -> int:
    changed = 0
    while True:
        old = await database.find(migration.kind, migration.old, limit=_AT_ONCE, fields=("_id",))
        if not old:
            return changed
        if not lease.held:
            raise Unavailable("another process migrates now")
        these = {"$and": [{"_id": {"$in": [document["_id"] for document in old]}}, migration.old]}
        statement = {"q": these, "u": list(migration.change), "multi": True}
        result = await database.update(migration.kind, [statement])
        if result.modified == 0:
            raise RuntimeError(f"{migration.kind} {migration.version} leaves documents as they are")
        changed += result.modified
        await failpoint("migrations.changed")
