"""How the parts of a service that writes are put together: the same for all of them.

A service's `app.py` says what it owns (collections, topics, routes, projections); how a committer,
a relay or a consumer is built on a database and a broker is written here once.
"""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from shared.audience import directory
from shared.audience.directory import LoginDirectory
from shared.contract.aliases import Aliases
from shared.contract.errors import Unavailable
from shared.contract.events.disclosure import Disclosure
from shared.contract.events.topics import TOPICS, TopicPlan
from shared.contract.events.traces import TraceAliases
from shared.contract.ids import new_id
from shared.delivery import committer, consumer, lease, log, migrations, mongo, relay
from shared.delivery.committer import Committer
from shared.delivery.consistency import Copies, CopyConsumer
from shared.delivery.consumer import Consumer, Projection
from shared.delivery.kafka import KafkaConnection
from shared.delivery.lease import Lease
from shared.delivery.log import VIEWS, source_of
from shared.delivery.migrations import (
    Conversion,
    Migration,
    NewerData,
    OlderData,
    migrate,
    refuse_older,
)
from shared.delivery.mongo import Database, Index, Mongo, SessionRegistry
from shared.delivery.relay import RELAY_LEASE, Relay
from shared.runtime.health import Health
from shared.runtime.process import Part, Stopped
from shared.runtime.settings import HttpSettings, ServiceSettings
from shared.runtime.telemetry import Telemetry
from shared.web.http import Cursors, Limits, WebContext
from shared.web.identity import Everybody, KeyStore, TokenVerifier
from shared.web.quotas import Quotas

# What the shared parts keep in every service's database.
SHARED_COLLECTIONS: Mapping[str, Sequence[Index]] = {
    **directory.COLLECTIONS,
    **committer.COLLECTIONS,
    **consumer.COLLECTIONS,
    **lease.COLLECTIONS,
    **migrations.COLLECTIONS,
    **mongo.COLLECTIONS,
    **log.COLLECTIONS,
    **relay.COLLECTIONS,
}


NONE_OLDER: Mapping[str, Mapping[str, Any]] = MappingProxyType({})
"""No earlier version has stored what can't be read any more."""


@dataclass(frozen=True, slots=True)
class ServiceContext:
    """What every role of a service is built on.

    Attributes:
        service: The name of the service, as in its database's name and in metrics.
        settings: The settings of the service.
        database: The service's database, with all collections.
        sessions: The register of this process's transactions, by which another process can end
            those that it left open.
        mongo: The connection to MongoDB.
        telemetry: The process's metrics and traces.
        plans: Every topic that its relay writes and its consumers read, by name.
    """

    service: str
    settings: ServiceSettings
    database: Database
    sessions: SessionRegistry
    mongo: Mongo
    telemetry: Telemetry
    plans: Mapping[str, TopicPlan] = field(default_factory=lambda: TOPICS)

    def aliases(self) -> Aliases:
        """What makes the aliases of people in events, and turns them back."""
        return Aliases(self._pseudonym_key())

    def trace_aliases(self) -> TraceAliases:
        """What makes the traces that events tell, and turns them back."""
        return TraceAliases(self._pseudonym_key())

    def _pseudonym_key(self) -> bytes:
        return self.settings.pseudonym_key.get_secret_value().encode()

    @asynccontextmanager
    async def open_committer(self) -> AsyncIterator[Committer]:
        """A committer for as long as the block runs; at the end it finishes what it accepted."""
        built = Committer(
            self.database,
            self.sessions,
            source=await source_of(self.database, self.service),
            public_url=self.settings.public_url,
            disclosure=Disclosure(self.aliases(), self.trace_aliases()),
            telemetry=self.telemetry,
        )
        async with built.running() as committer:
            yield committer

    @asynccontextmanager
    async def open_web_context(
        self,
        committer: Committer | None = None,
        *,
        quotas: Quotas | None = None,
        arrivals: frozenset[tuple[str, str]] = frozenset(),
        awaited: Callable[[], Sequence[CopyConsumer]] = tuple,
    ) -> AsyncIterator[WebContext]:
        """What the routes of the API share; keys, and whose tokens are, are kept fresh.

        Args:
            committer: Executes commands; None in a service that only reads.
            quotas: How much one person may make in a day.
            arrivals: Method and path of what somebody may do who isn't active yet.
            awaited: The consumers whose copies answers are made from, as they are now: a request
                that brings a Consistency-Token waits for them.
        """
        copies = Copies(self.service, awaited)
        people = LoginDirectory(self.database)
        web = WebContext.from_settings(
            self.settings,
            service=self.service,
            telemetry=self.telemetry,
            health=self.health(),
            committer=committer,
            quotas=quotas,
            people=people,
            arrivals=arrivals,
            copies=copies,
        )
        async with web.verifier.running(), people.following(), copies.running():
            yield web

    def awaited(self, *projections: Projection) -> Sequence[CopyConsumer]:
        """The consumers that keep these in the service's database."""
        return tuple(
            CopyConsumer(self.database, projection.name, projection.topics)
            for projection in projections
        )

    def relay(self, topics: Sequence[str]) -> Part:
        """The relay of the service's log, which writes to these topics."""
        publisher = Relay(
            self.database,
            self.sessions,
            kafka=KafkaConnection.of(self.settings),
            topics=partitions(topics, self.plans),
            lease=Lease(self.database, RELAY_LEASE, holder=new_id()),
            service=self.service,
            telemetry=self.telemetry,
            traces=self.trace_aliases(),
        )

        async def reaches_broker() -> None:
            if publisher.failure is not None:
                raise Unavailable(publisher.failure)

        health = self.health()
        health.check("broker", reaches_broker)
        return Part(f"{self.service} relay", publisher.run, health)

    def consumer(
        self, projection: Projection, *, allow_incomplete: bool = False, group: str | None = None
    ) -> Consumer:
        """An exact consumer of a projection that is kept in the service's database."""
        return Consumer(
            projection,
            service=self.service,
            database=self.database,
            sessions=self.sessions,
            kafka=KafkaConnection.of(self.settings),
            topics=partitions(projection.topics, self.plans),
            telemetry=self.telemetry,
            traces=self.trace_aliases(),
            allow_incomplete=allow_incomplete,
            group=group,
        )

    def health(self, *consumers: Consumer) -> Health:
        """Asks the database, and consumers whether they run and miss nothing."""
        health = Health()
        health.check("mongodb", self.mongo.ready)
        for running in consumers:
            health.check(running.projection.name, running.ready)
        return health


async def prepare_database(
    database: Database,
    collections: Mapping[str, Sequence[Index]],
    migrations: Sequence[Migration | Conversion] = (),
    *,
    older: Mapping[str, Mapping[str, Any]] = NONE_OLDER,
) -> None:
    """Makes collections and indexes, and brings what is stored to this version.

    Args:
        database: The service's database.
        collections: What the service keeps beside what the shared parts keep, with indexes.
        migrations: How to bring up to date what earlier versions have stored.
        older: What of earlier versions can't be, see `refuse_older`.

    Raises:
        Stopped: A later version has been here, or one from before 0.1.0.
    """
    try:
        await refuse_older(database, older)
        await database.ensure_collections({**collections, **SHARED_COLLECTIONS})
        await database.ensure_views(VIEWS)
        await migrate(database, migrations)
    except (NewerData, OlderData) as refused:
        raise Stopped(refused.detail) from None


@asynccontextmanager
async def open_service(
    service: str,
    settings: ServiceSettings,
    mongo: Mongo,
    telemetry: Telemetry,
    collections: Mapping[str, Sequence[Index]],
    *,
    migrations: Sequence[Migration | Conversion] = (),
    older: Mapping[str, Mapping[str, Any]] = NONE_OLDER,
    plans: Mapping[str, TopicPlan] = TOPICS,
) -> AsyncIterator[ServiceContext]:
    """Prepares a service's database, and gives the sessions back at the end.

    Args:
        service: The name of the service, for its database's name and for metrics.
        settings: The settings of the service.
        mongo: The connection to MongoDB.
        telemetry: The process's metrics and traces.
        collections: What the service keeps beside what the shared parts keep, with indexes.
        migrations: How to bring up to date what earlier versions have stored.
        older: What of earlier versions can't be, see `refuse_older`.
        plans: Topics by name, where the service has others than those of the platform.

    Raises:
        Stopped: A later version has been here.
    """
    database = mongo.database(settings.database_name(service))
    await prepare_database(database, collections, migrations, older=older)
    sessions = mongo.sessions(database)
    try:
        yield ServiceContext(service, settings, database, sessions, mongo, telemetry, plans)
    finally:
        await sessions.close()


def partitions(topics: Sequence[str], plans: Mapping[str, TopicPlan] = TOPICS) -> dict[str, int]:
    """How many partitions each of these topics is made with.

    Args:
        topics: Names of topics.
        plans: Where to look them up; the topics of the platform when left out.
    """
    return {topic: plans[topic].partitions for topic in topics}


def stub_web_context(service: str) -> WebContext:
    """A context that nobody calls: enough for an OpenAPI document, without a database."""
    nobody: dict[str, Any] = {"issuer": "-", "audience": "-", "pseudonym_key": b"-"}
    return WebContext(
        service=service,
        verifier=TokenVerifier(KeyStore(), **nobody),
        people=Everybody(),
        cursors=Cursors(b"-"),
        limits=Limits.from_settings(HttpSettings()),
        telemetry=Telemetry(service),
    )
