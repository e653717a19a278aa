"""Fixtures: real brokers, each test with topics that nobody has written to.

The embedded broker starts in a twentieth of a second, so every test gets a new one. Apache Kafka
is shared by the tests of a process and emptied in between. A test that takes `broker` runs on
both; what must not depend on the broker (delivery, counting) belongs there.
"""

import asyncio
import signal
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiokafka.admin import AIOKafkaAdminClient

from mitmach.embedded.broker import Broker, running_broker
from tests.support.fault_proxy import FaultProxy
from tooling.servers.apache_kafka import ApacheKafka, may_run
from tooling.servers.not_available import NotAvailable


class BrokerUnderTest:
    """A broker that a test may stop, kill and freeze.

    Attributes:
        kind: `embedded` or `apache`.
        bootstrap: Host and port that clients connect to.
        keeps_log: Whether records survive a restart.
    """

    def __init__(self, kind: str, server: Broker | ApacheKafka) -> None:
        self.kind = kind
        self.keeps_log = kind == "apache"
        self.bootstrap = server.bootstrap
        self._server = server

    @property
    def port(self) -> int:
        """TCP port that the broker listens on, for a proxy."""
        return self._server.port

    @property
    def folder(self) -> Path:
        """Where Apache Kafka keeps its records; the embedded broker has them in memory."""
        assert isinstance(self._server, ApacheKafka)
        return self._server.folder

    async def start(self) -> None:
        """Starts the broker again, on the same port."""
        await self._server.start()

    async def stop(self) -> None:
        """Ends the broker in order."""
        await self._server.stop()

    async def restart(self) -> None:
        """Ends it in order and starts it again; the embedded one comes back empty."""
        await self.stop()
        await self.start()

    def kill(self) -> None:
        """Ends the broker as a power cut would."""
        self._server.child.signal(signal.SIGKILL)

    def freeze(self) -> None:
        """Connections stay open, answers don't come."""
        self._server.child.signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Has the broker answer again, late."""
        self._server.child.signal(signal.SIGCONT)

    async def ensure_running(self) -> None:
        """Brings back what the last test took down."""
        self.thaw()
        if self._server.child.pid is None:
            await self.restart()


@pytest.fixture
async def embedded_broker(tmp_path: Path) -> AsyncIterator[BrokerUnderTest]:
    """A new embedded broker."""
    async with running_broker(tmp_path / "broker") as broker:
        under_test = BrokerUnderTest("embedded", broker)
        try:
            yield under_test
        finally:
            under_test.thaw()


@pytest.fixture
def kafka_bootstrap(embedded_broker: BrokerUnderTest) -> str:
    """The address of a new embedded broker."""
    return embedded_broker.bootstrap


@pytest.fixture(scope="session")
def apache_server() -> Iterator[BrokerUnderTest]:
    """Apache Kafka, as the last test left it."""
    with (
        tempfile.TemporaryDirectory(prefix="mitmach-kafka-") as folder,
        asyncio.Runner(loop_factory=asyncio.new_event_loop) as runner,
    ):
        try:
            server = ApacheKafka(Path(folder) / "kafka")
        except NotAvailable as reason:
            pytest.skip(str(reason))
        runner.run(server.start())
        yield BrokerUnderTest("apache", server)
        runner.run(server.stop())


@pytest.fixture
async def apache_broker(apache_server: BrokerUnderTest) -> BrokerUnderTest:
    """Apache Kafka without topics and groups."""
    await apache_server.ensure_running()
    await empty(apache_server.bootstrap)
    return apache_server


_LONG = pytest.mark.faults_long
# For tests that take long, `@pytest.mark.parametrize("broker", ..., indirect=True)`: one broker in
# each run, the other in the long one. First the one that needs nothing, or the one of a real
# installation where it can run.
EMBEDDED_FIRST = ("embedded", pytest.param("apache", marks=[pytest.mark.apache, _LONG]))
APACHE_FIRST = (
    pytest.param("embedded", marks=[_LONG] if may_run() else []),
    pytest.param("apache", marks=pytest.mark.apache),
)


@pytest.fixture(params=["embedded", pytest.param("apache", marks=pytest.mark.apache)])
def broker(request: pytest.FixtureRequest) -> BrokerUnderTest:
    """Each kind of broker in turn, without topics."""
    found: BrokerUnderTest = request.getfixturevalue(f"{request.param}_broker")
    return found


async def empty(bootstrap: str) -> None:
    """Deletes all topics, with them what groups have committed there, and waits until it is so."""
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        while topics := [name for name in await admin.list_topics() if not name.startswith("__")]:
            await admin.delete_topics(topics)
            await asyncio.sleep(0.05)
    finally:
        await admin.close()


@asynccontextmanager
async def behind_a_proxy(
    kind: str, folder: Path
) -> AsyncIterator[tuple[BrokerUnderTest, FaultProxy]]:
    """A broker that tells its clients to connect to a proxy."""
    async with FaultProxy(0) as proxy:
        server: Broker | ApacheKafka
        try:
            if kind == "apache":
                server = ApacheKafka(folder / "kafka", advertised_port=proxy.port)
            else:
                server = Broker(folder / "broker", advertised_port=proxy.port)
        except NotAvailable as reason:
            pytest.skip(str(reason))
        proxy.target = server.port
        await server.start()
        try:
            yield BrokerUnderTest(kind, server), proxy
        finally:
            await server.stop()
