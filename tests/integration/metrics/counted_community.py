"""A community whose events metrics have counted, in a database that is used again and again."""

from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import asynccontextmanager
from datetime import datetime
from types import SimpleNamespace
from typing import Any, cast

from services.metrics.api.sources import Sources
from services.metrics.instruments import Exporter
from services.metrics.projection import FlatEvent, fold
from services.metrics.store.documents import COLLECTIONS
from services.metrics.store.generations import clear_generation
from services.metrics.store.read.kpi_calculator import KpiCalculator
from services.metrics.store.write.writer import Writer
from shared.contract.aliases import Aliases
from shared.contract.events.disclosure import Disclosure
from shared.contract.events.traces import TraceAliases
from shared.delivery.lease import Lease
from shared.delivery.mongo import Database, Driver, Mongo, connect
from shared.runtime.assembly import SHARED_COLLECTIONS
from tests.integration.metrics.any_community import Community
from tests.support.metrics import told


class _ReadableAliases:
    """Aliases of people whose ids are names: as many of them as the real ones, and no secret."""

    def of(self, kind: str, person: str, scope: str | None = None) -> str:
        """The name, with what stands for the act and the scope in front."""
        return f"{kind}|{scope or ''}|{person}"

    def person(self, text: str) -> str:
        """The name."""
        return text.rpartition("|")[2]


@asynccontextmanager
async def counted_community(url: str, prefix: str, community: Community) -> AsyncIterator[Database]:
    """The database with the figures of a community, and of nothing else.

    Args:
        url: Where the database server is.
        prefix: Begins the name of the database.
        community: The community; all that it has told is counted.
    """
    aliases = _ReadableAliases()
    async with counted_events(url, prefix, _told(community, aliases), aliases.person) as database:
        yield database


def _told(community: Community, aliases: _ReadableAliases) -> Iterator[tuple[str, FlatEvent]]:
    """All that was told, as services tell it and relays send it; each with its topic."""
    disclosure = Disclosure(cast(Aliases, aliases), TraceAliases(b"-"))
    within = None if community.open else community.group_id
    for happened, who, at in community.told:
        data, actor = disclosure.publishable(happened, who, within, masked=False)
        yield data.topic, told(data, actor=actor, at=at)


@asynccontextmanager
async def counted_events(
    url: str,
    prefix: str,
    events: Iterable[tuple[str, FlatEvent]],
    person: Callable[[str], str],
) -> AsyncIterator[Database]:
    """The database with the figures that events come to, and nothing else.

    Args:
        url: Where the database server is.
        prefix: Begins the name of the database.
        events: The events in their order, each with its topic.
        person: Turns aliases back.
    """
    async with connect(url, driver=Driver.PYMONGO) as mongo:
        database = mongo.database(f"{prefix}metrics")
        collections = {**COLLECTIONS, **SHARED_COLLECTIONS}
        await database.ensure_collections(collections)
        for collection in collections:
            await database.delete(collection, {})
        await clear_generation(database, 1)
        await _count(database, mongo, events, person)
        yield database


async def _count(
    database: Database,
    mongo: Mongo,
    events: Iterable[tuple[str, FlatEvent]],
    person: Callable[[str], str],
) -> None:
    """Folds events and stores what they come to."""
    folds: dict[str, Any] = {}
    for topic, event in events:
        if topic not in folds:
            folds[topic] = fold(f"{topic}/0")
        folds[topic].apply(event)
    taken = [(f"{name}/0", folded.take()) for name, folded in sorted(folds.items())]
    writer = Writer(database, person=person)
    await writer.prepare(taken)
    sessions = mongo.sessions(database)
    session = await sessions.open()
    async with session.transaction() as transaction:
        await writer.write(transaction)
        await transaction.commit()
    await sessions.close()


def sources_at(database: Database, now: datetime) -> Sources:
    """What routes answer from, at a moment."""
    return Sources(database=database, calculator=KpiCalculator(database), clock=lambda: now)


def asking(sources: Sources) -> Any:
    """A request to routes that answer from these."""
    state = SimpleNamespace(current=SimpleNamespace(sources=sources))
    return SimpleNamespace(app=SimpleNamespace(state=state))


async def exported(sources: Sources) -> dict[str, list[tuple[dict[str, str], float]]]:
    """Everything that Prometheus is shown: labels and values by name of the sample."""
    current: Callable[[], tuple[Database, KpiCalculator]] = lambda: (  # noqa: E731
        sources.database,
        sources.calculator,
    )
    lease = cast(Lease, SimpleNamespace(held=True))
    shown: dict[str, list[tuple[dict[str, str], float]]] = {}
    for family in await Exporter(current, lease, sources.clock).read():
        for sample in family.samples:
            shown.setdefault(sample.name, []).append((sample.labels, sample.value))
    return shown
