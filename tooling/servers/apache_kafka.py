"""Apache Kafka, where Java and Maven are installed: one node, for tests and benchmarks.

Its jars come as ordinary dependencies through Maven, once, into the user's cache: there is no
archive to download and unpack.
"""

import asyncio
import fcntl
import shutil
import subprocess
import time
from pathlib import Path

from mitmach.embedded.broker import answers
from mitmach.embedded.child import Child, EmbeddedFailure, free_port
from tooling.servers.not_available import NotAvailable

VERSION = "4.1.1"
_LOG4J = "2.25.1"
_CACHE = Path.home() / ".cache" / "mitmach" / f"kafka-{VERSION}"
_CLUSTER = "bWl0bWFjaC10ZXN0cy1hYQ"  # any 16 bytes in base64
_READY_WITHIN = 60.0  # seconds; two with a warm disk cache and an idle machine

_POM = f"""<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>mitmach</groupId><artifactId>kafka-for-tests</artifactId><version>1</version>
  <packaging>pom</packaging>
  <dependencies>
    <dependency>
      <groupId>org.apache.kafka</groupId><artifactId>kafka_2.13</artifactId>
      <version>{VERSION}</version>
    </dependency>
    <dependency>
      <groupId>org.apache.logging.log4j</groupId><artifactId>log4j-slf4j-impl</artifactId>
      <version>{_LOG4J}</version>
    </dependency>
    <dependency>
      <groupId>org.apache.logging.log4j</groupId><artifactId>log4j-core</artifactId>
      <version>{_LOG4J}</version>
    </dependency>
  </dependencies>
</project>
"""


def may_run() -> bool:
    """Whether Apache Kafka can be expected to run on this machine, without trying it."""
    comes = shutil.which("mvn") is not None or (_CACHE / "complete").exists()
    return comes and shutil.which("java") is not None


def jars() -> Path:
    """The folder with Kafka's jars.

    Raises:
        NotAvailable: Java or Maven is missing, or the jars can't be had.
    """
    return jars_of("Apache Kafka", _POM, _CACHE)


def jars_of(what: str, pom: str, cache: Path) -> Path:
    """The folder with the jars that a project depends on; downloads them the first time.

    Args:
        what: Name of the product, for messages.
        pom: Maven's project file (XML) with the dependencies.
        cache: The folder that keeps the jars: one for each version, so that none is overwritten.

    Raises:
        NotAvailable: Java or Maven is missing, or the jars can't be had.
    """
    if shutil.which("java") is None:
        raise NotAvailable(f"{what} needs Java 17 (no `java` here)")
    libraries, complete = cache / "libs", cache / "complete"
    cache.mkdir(parents=True, exist_ok=True)
    with (cache / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # test processes run side by side; one downloads
        if complete.exists():
            return libraries
        if shutil.which("mvn") is None:
            raise NotAvailable(f"The jars of {what} need Maven to come here (no `mvn`)")
        (cache / "pom.xml").write_text(pom)
        command = ["mvn", "-q", "-B", "-f", str(cache / "pom.xml"), "dependency:copy-dependencies"]
        command += [f"-DoutputDirectory={libraries}", "-DincludeScope=runtime"]
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)
        except subprocess.TimeoutExpired:
            raise NotAvailable(f"The jars of {what} didn't arrive within ten minutes") from None
        if done.returncode:
            raise NotAvailable(f"The jars of {what} can't be had: {done.stdout.strip()[-200:]}")
        complete.touch()
    return libraries


class ApacheKafka:
    """One node that is broker and controller; what it stores survives a restart.

    Args:
        folder: Where it keeps its configuration and all that it stores.
        port: TCP port that it listens on; a free one by default.
        advertised_port: TCP port that clients are told to connect to: a proxy's, if one stands in
            between.
        settings: Further properties for its `server.properties`; they win over those set here.

    Attributes:
        folder: Where it keeps its configuration and all that it stores.

    Raises:
        NotAvailable: It can't run on this machine.
    """

    def __init__(
        self,
        folder: Path,
        *,
        port: int | None = None,
        advertised_port: int | None = None,
        settings: dict[str, str] | None = None,
    ) -> None:
        self._classes = f"{jars()}/*"
        self.folder = folder
        self.port = port or free_port()
        self._advertised_port = advertised_port or self.port
        self._controller = free_port()
        self._settings = settings or {}
        self._properties = folder / "server.properties"
        self.child = Child(
            name="Apache Kafka",
            folder=folder,
            command=[
                str(shutil.which("java")),
                # Small and quick to start rather than fast: tests send thousands, not millions.
                *("-Xmx384m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"),
                *("-cp", self._classes, "kafka.Kafka", str(self._properties)),
            ],
            port=self.port,
            port_option="port",
        )

    @property
    def bootstrap(self) -> str:
        """Where clients connect."""
        return f"127.0.0.1:{self._advertised_port}"

    async def start(self) -> None:
        """Starts it, formatting its folder the first time, and waits until it answers."""
        if not self._properties.exists():
            self._format()
        self.child.start()
        deadline = time.monotonic() + _READY_WITHIN
        while not await answers(self.port):
            if self.child.exit_code is not None or time.monotonic() > deadline:
                await self.stop()
                raise EmbeddedFailure(f"Apache Kafka didn't start:\n{self.child.output()[-2000:]}")
            await asyncio.sleep(0.1)

    async def stop(self) -> None:
        """Ends it in order."""
        await asyncio.to_thread(self.child.stop)

    def _format(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        settings = {
            "process.roles": "broker,controller",
            "node.id": "1",
            "controller.quorum.voters": f"1@127.0.0.1:{self._controller}",
            "listeners": f"PLAINTEXT://127.0.0.1:{self.port},"
            f"CONTROLLER://127.0.0.1:{self._controller}",
            "advertised.listeners": f"PLAINTEXT://127.0.0.1:{self._advertised_port}",
            "controller.listener.names": "CONTROLLER",
            "inter.broker.listener.name": "PLAINTEXT",
            "log.dirs": str(self.folder / "data"),
            "offsets.topic.replication.factor": "1",
            "offsets.topic.num.partitions": "4",
            "transaction.state.log.replication.factor": "1",
            "transaction.state.log.min.isr": "1",
            "group.initial.rebalance.delay.ms": "0",
            # Tests want to see what a dead member causes within seconds; 6 s are the default.
            "group.min.session.timeout.ms": "1000",
            "auto.create.topics.enable": "false",
            **self._settings,
        }
        lines = [f"{key}={value}" for key, value in settings.items()]
        self._properties.write_text("\n".join(lines) + "\n")
        format_storage = ["java", "-cp", self._classes, "kafka.tools.StorageTool", "format"]
        subprocess.run(
            [*format_storage, "-t", _CLUSTER, "-c", str(self._properties)],
            check=True,
            capture_output=True,
        )
