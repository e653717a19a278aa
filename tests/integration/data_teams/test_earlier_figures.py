"""What an earlier version has stored of posts comes to the same figures, everywhere."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from services.metrics.projection import PartitionIncrements, decode
from services.metrics.store.columns.day_table import DayTable
from services.metrics.store.columns.layout import (
    COUNTS,
    DELETED,
    HIDDEN,
    NOT_SAID,
    RETRACTED,
    SHOWN,
    UNANSWERED,
    UNHEARD,
    id_of,
    keys_bytes,
    moment_of,
)
from services.metrics.store.documents import (
    COLLECTIONS,
    DAY_COLUMNS,
    JOURNAL,
    POSTS,
    STRAYS,
    TOTALS,
)
from services.metrics.store.migrations import MIGRATIONS
from services.metrics.store.write.writer import Writer
from shared.contract.aliases import Aliases
from shared.contract.events import topics
from shared.delivery.migrations import VERSIONS
from shared.delivery.mongo import Database, Driver, connect
from shared.runtime.assembly import prepare_database
from tests.integration.data_teams.lively_community import LivelyCommunity
from tests.integration.data_teams.test_sql import figures_of, joined, told_by
from tests.integration.metrics.counted_community import counted_events, sources_at
from tests.support.identity import PSEUDONYM_KEY
from tooling.sql_oracle import ExportedLog, differences

STATUSES = {SHOWN: "published", HIDDEN: "hidden", DELETED: "deleted"}


async def test_figures_are_the_same_before_and_after_the_migration(
    mongo_url: str, database_prefix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.metrics.store.write.base.MOST_ENTRIES", 1)
    monkeypatch.setattr("services.metrics.store.write.base.MOST_DAYS", 1_000)
    community = LivelyCommunity(7, deeds=600)
    lines = told_by(community)
    log, person = ExportedLog.of_lines(joined(lines)), Aliases(PSEUDONYM_KEY).person
    events = ((topic, decode(line)) for topic, line in lines)
    async with counted_events(mongo_url, database_prefix, events, person) as database:
        await fold_all(mongo_url, database.name)
        posts = await store_as_before(database)
        assert posts > 30
        await prepare_database(database, COLLECTIONS, MIGRATIONS)
        assert await database.count(POSTS, {}) == 0
        async with figures_of(sources_at(database, community.world.now)) as figures:
            found = await differences(figures, log)
    assert found == [], "\n".join(found[:40])


async def fold_all(mongo_url: str, name: str) -> None:
    """Has the base of each partition take in its journal: flushes of nothing."""
    async with connect(mongo_url, driver=Driver.PYMONGO) as mongo:
        database = mongo.database(name)
        sessions = mongo.sessions(database)
        session = await sessions.open()
        writer = Writer(database)
        while behind := [
            totals["_id"] for totals in await database.find(TOTALS, {}) if not totals.get("through")
        ]:
            await writer.prepare([(partition, PartitionIncrements()) for partition in behind])
            async with session.transaction() as transaction:
                await writer.write(transaction)
                await transaction.commit()
        await sessions.close()


async def store_as_before(database: Database) -> int:
    """Stores posts as before the journal: a document for each, and their ids on pages of days."""
    stored = await database.find(DAY_COLUMNS, {"partition": f"{topics.POSTS}/0"})
    days: dict[str, list[Mapping[str, Any]]] = {}
    for page in sorted(stored, key=lambda page: page["page"]):
        days.setdefault(page["day"], []).append(page)
    for collection in (DAY_COLUMNS, JOURNAL, STRAYS):
        await database.delete(collection, {})
    await database.delete(VERSIONS, {"_id": DAY_COLUMNS})
    await database.update(TOTALS, [{"q": {}, "u": {"$unset": {"through": ""}}, "multi": True}])
    count = 0
    for day, pages in days.items():
        table = DayTable(pages)
        documents = list(documents_of(table))
        await database.insert(POSTS, documents)
        keys = keys_bytes(table["keys"][table["human"] > 0])
        old = {"_id": f"{topics.POSTS}/0|{day}", "day": day, "facts": {"keys": keys}, "counts": {}}
        await database.insert(DAY_COLUMNS, [{**old, "partition": f"{topics.POSTS}/0", "flush": 1}])
        count += len(documents)
    return count


def documents_of(table: DayTable) -> Iterator[dict[str, Any]]:
    """A document for each post of a table."""
    keys, groups = keys_bytes(table["keys"]), keys_bytes(table["groups"])
    for row in range(len(table)):
        place = slice(16 * row, 16 * row + 16)

        def told(name: str, row: int = row) -> int:
            return int(table[name][row])

        def said(name: str, row: int = row) -> str:
            return f"{told(name, row):020d}" if told(name, row) else ""

        published = told("published")
        post: dict[str, Any] = {
            "_id": id_of(keys[place]),
            "facts": {
                "said": said("facts_said"),
                "group_id": id_of(groups[place]),
                "format": table.words[told("format")],
                "kind": table.words[told("kind")],
                "topics": list(table.topics_of(row)),
                "published_at": moment_of(published),
            },
            **{name: told(name) for name in COUNTS},
        }
        if told("author"):
            post["author"] = told("author") - 1
        if told("audience") != UNHEARD:
            post["audience_size"] = told("audience")
        if (status := told("status")) != NOT_SAID:
            post["status"] = {"said": said("status_said"), "is": STATUSES[status]}
        if (response := told("response")) != UNANSWERED:
            at = None if response == RETRACTED else moment_of(published + response)
            post["first_response"] = {"told": said("response_said"), "at": at}
        yield post
