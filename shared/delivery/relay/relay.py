"""The relay's loop: one leader per service, any number that stand by.

It polls; a signal from a committer in the same process only wakes it earlier. After a crash, a
timeout or a change of leader it sends again from the first event that isn't known to be
acknowledged: same events, same sequences, same partitions. A paused ex-leader that wakes up can
only repeat, never invent.
"""

import asyncio
import logging
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from shared.contract.errors import Unavailable
from shared.contract.events.traces import TraceAliases
from shared.delivery import signals
from shared.delivery.cancellation import end_if_cancelled
from shared.delivery.failpoints import failpoint
from shared.delivery.kafka import EMBEDDED, BrokerUnavailable, KafkaConnection, short_reason
from shared.delivery.lease import Lease
from shared.delivery.mongo import (
    CommitUnknown,
    Conflict,
    Database,
    Session,
    SessionRegistry,
    why_unavailable,
)
from shared.delivery.relay.broker import Clients, look_at_log, open_clients
from shared.delivery.relay.instruments import RelayInstruments
from shared.delivery.relay.retention import trim
from shared.delivery.relay.rewinding import Rewound, check_rewinds, store_sent
from shared.delivery.relay.sending import LogLost, send
from shared.delivery.relay.sequences import (
    RelayFenced,
    RelayState,
    assign_sequences,
    sequenced_after,
    take_fence,
)
from shared.runtime.telemetry import FIRST_PAUSE, Outage, Telemetry

log = logging.getLogger(__name__)

POLL = 0.05  # seconds between looks at an idle log: bounds what a signal from elsewhere would save
# Seconds between looks where those who write are in the same process and tell: what is left to be
# found by looking is what somebody else wrote.
POLL_TOLD = 0.5
LOOK_AT_BROKER = 2.0  # seconds between looks whether the broker still has its log
TRIM_EVERY = 3600.0  # seconds
RETENTION_DAYS = 90

# What passes: the relay starts over.
_OUTAGES = (KafkaError, TimeoutError, OSError, Unavailable, Conflict, CommitUnknown, LogLost)


class Relay:
    """Publishes one service's log.

    Args:
        database: The service's database.
        sessions: Where this process's sessions are written down.
        kafka: The broker.
        topics: Partitions of the topics that this service writes, created where they are missing.
        lease: The lease `relay` of this database.
        service: Name of the service, in metrics.
        telemetry: The process's metrics and traces; a throwaway when left out.
        traces: Turns back the traces that events tell; None: they are those of requests.
        retention_days: How long sent events stay in the log.

    Attributes:
        published: Events that were acknowledged while this process led.
        lost_logs: How often the broker turned out to have lost its log.
        leading: Whether this process leads and has caught up with what was sent before.
        failure: Why it doesn't publish although it leads; None if nothing is wrong.
    """

    def __init__(
        self,
        database: Database,
        sessions: SessionRegistry,
        *,
        kafka: KafkaConnection,
        topics: Mapping[str, int],
        lease: Lease,
        service: str,
        telemetry: Telemetry | None = None,
        traces: TraceAliases | None = None,
        retention_days: int = RETENTION_DAYS,
    ) -> None:
        self.published = 0
        self.lost_logs = 0
        self.leading = False
        self.failure: str | None = None
        self._instruments = RelayInstruments(telemetry or Telemetry(service), service, traces)
        self._database = database
        self._sessions = sessions
        self._kafka = kafka
        self._topics = topics
        self._lease = lease
        self._retention_days = retention_days
        self._wake = asyncio.Event()
        self._partitions: Mapping[str, int] = {}
        self._outage = Outage(log, "the relay starts over", facts={"relay": service})

    def wake(self) -> None:
        """Has the relay look at the log now: something was committed in this process."""
        self._wake.set()

    async def run(self) -> None:
        """Leads while the lease is held, and starts over after every failure.

        Ends by being cancelled.
        """
        session = await self._open_session()
        with signals.listening(self._database.name, self._wake):
            await self._contend(session)

    async def _contend(self, session: Session) -> None:
        async with self._lease.contending():
            while True:
                if not self._lease.held:
                    self.failure = None  # whatever it was, it is the business of who leads now
                fence, pause = await self._lease.acquired(), FIRST_PAUSE
                try:
                    async with open_clients(self._kafka, self._topics) as clients:
                        await self._lead(fence, session, clients)
                except Rewound:
                    log.warning("rewound: sending again what somebody asked for")
                    continue
                except RelayFenced:
                    log.warning("fenced: another relay leads")
                except BaseExceptionGroup as group:
                    pause = self._note_failure(group.exceptions[0])
                    if group.split((KafkaError, TimeoutError, OSError, LogLost))[1] is not None:
                        raise
                except _OUTAGES as outage:
                    pause = self._note_failure(outage)
                finally:
                    self.leading = False
                    self._instruments.leader.set(0)
                end_if_cancelled()
                await asyncio.sleep(pause)

    async def _open_session(self) -> Session:
        while True:
            try:
                return await self._sessions.open()
            except Unavailable as outage:
                await asyncio.sleep(self._note_failure(outage))

    def _note_failure(self, outage: BaseException) -> float:
        """Notes why it doesn't publish; returns how long to wait before the next try."""
        database = isinstance(outage, Unavailable)
        self.failure = why_unavailable(outage) if database else short_reason(outage)
        self._instruments.rebuilt.inc()
        # The log may name the broker, what readiness answers to anybody may not.
        named = isinstance(outage, BrokerUnavailable)
        return self._outage.failed(str(outage) if named else self.failure)

    async def _lead(self, fence: int, session: Session, clients: Clients) -> None:
        """Publishes the log until the lease is lost, or the broker turns out to have lost its log.

        Args:
            fence: Fencing number of the lease; everything that is stored names it.
            session: This process's session, for the transactions that store sequences.
            clients: Those of this term.
        """
        producer, self._partitions = clients.producer, clients.partitions
        state = await take_fence(self._database, fence, session, self._sessions)
        await self._check_broker(fence, state, clients)
        await self._send_unacknowledged(fence, state, producer)
        self.leading, self.failure = True, None
        self._instruments.leader.set(1)
        looked = trimmed = time.monotonic()
        waiting: list[dict[str, Any]] = []  # documents that have their sequences and must be sent
        while self._lease.held:
            self._wake.clear()
            waiting = waiting or await self._assign(fence, session, state)
            if waiting:
                waiting = await self._send_and_assign(fence, session, state, producer, waiting)
            elif time.monotonic() - trimmed > TRIM_EVERY:
                trimmed = time.monotonic()
                await trim(self._database, fence, state.sent_through, self._retention_days)
            else:
                await self._pause()
            if time.monotonic() - looked > LOOK_AT_BROKER:
                looked = time.monotonic()
                await self._instruments.measure_lag(self._database, state.sent_through)
                await check_rewinds(self._database, state.rewinds)
                if await self._check_broker(fence, state, clients):
                    return  # topics and clients are made anew: those of the old log mislead
                await self._send_unacknowledged(fence, state, producer)
                self._outage.over()
                waiting = []

    async def _assign(
        self, fence: int, session: Session, state: RelayState
    ) -> list[dict[str, Any]]:
        partitions = self._partitions.__getitem__
        return await assign_sequences(self._database, session, fence, state, partitions)

    async def _send_and_assign(
        self,
        fence: int,
        session: Session,
        state: RelayState,
        producer: AIOKafkaProducer,
        documents: list[dict[str, Any]],
    ) -> list[dict[str, Any]]:
        """Sends a chunk, and gives the next one its sequences while the broker is waited for.

        A crash in between leaves a chunk that has sequences and wasn't sent, which every start
        expects anyway. How far was sent is stored after both: it is in the document that the next
        sequences change too.

        Returns:
            The next chunk.
        """
        sent, assigned = await asyncio.gather(
            self._send(fence, state, producer, documents),
            self._assign(fence, session, state),
            return_exceptions=True,
        )
        if isinstance(sent, BaseException):
            raise sent
        await self._acknowledged(fence, state, documents)
        if isinstance(assigned, BaseException):
            raise assigned
        following: list[dict[str, Any]] = assigned
        return following

    async def _pause(self) -> None:
        # Not `wait_for`: that of Python 3.11 loses a cancellation that comes together with a wake.
        looked, told = time.monotonic(), signals.written_here(self._database.name)
        with suppress(TimeoutError):
            async with asyncio.timeout(POLL_TOLD if told else POLL):
                await self._wake.wait()
        if told:  # many commits are one look: a transaction for each would slow the writers down
            await asyncio.sleep(max(POLL - (time.monotonic() - looked), 0))

    async def _send_unacknowledged(
        self, fence: int, state: RelayState, producer: AIOKafkaProducer
    ) -> None:
        """Sends what has sequences but isn't known to be acknowledged."""
        while state.sent_through < state.next_sequence - 1:
            documents = await sequenced_after(self._database, state.sent_through)
            if not documents:
                return
            await self._send(fence, state, producer, documents)
            await self._acknowledged(fence, state, documents)

    async def _send(
        self,
        fence: int,
        state: RelayState,
        producer: AIOKafkaProducer,
        documents: list[dict[str, Any]],
    ) -> None:
        try:
            with self._instruments.sending(documents):
                await send(producer, documents, state.bases)
        except BaseExceptionGroup as group:
            if (lost := group.subgroup(LogLost)) is not None:
                await self._forget_broker(fence, state, str(lost.exceptions[0]))
            raise

    async def _acknowledged(
        self, fence: int, state: RelayState, documents: Sequence[Mapping[str, Any]]
    ) -> None:
        last = documents[-1]
        state.sent_through = last["first_sequence"] + last["count"] - 1
        await store_sent(self._database, fence, state)
        self._outage.over()
        self.published += sum(document["count"] for document in documents)
        self._instruments.sent(documents)
        await failpoint("relay.marked")

    async def _check_broker(self, fence: int, state: RelayState, clients: Clients) -> bool:
        """Has all that is retained sent again if the broker lost its log.

        Returns:
            Whether it did. With the log the topics may be gone, which clients that know them from
            before don't notice: an embedded broker acknowledges what is sent to a missing topic.
        """
        found = await look_at_log(clients, state)
        if found.lost is not None:
            await self._forget_broker(fence, state, found.lost)
        if state.cluster != found.cluster:
            state.cluster = found.cluster
            await store_sent(self._database, fence, state)
        return found.lost is not None

    async def _forget_broker(self, fence: int, state: RelayState, reason: str) -> None:
        # An embedded broker keeps its log in memory: that it is gone after a restart is no fault.
        in_memory = (state.cluster or "").startswith(EMBEDDED)
        log.log(
            logging.INFO if in_memory else logging.ERROR,
            "the broker lost its log: sending again all that is retained",
            extra={"reason": reason},
        )
        self.lost_logs += 1
        self._instruments.lost_logs.inc()
        state.sent_through, state.bases, state.cluster = 0, {}, None
        await store_sent(self._database, fence, state)
