"""The peers of the consumer benchmark: how each is started, and how many events it gets."""

import functools
import shutil
import subprocess
from pathlib import Path
from typing import NamedTuple

from tooling.servers.not_available import NotAvailable
from tooling.servers.peers import peer_python

HERE = Path(__file__).parent / "peers"
_STREAMS = HERE / "kafka-streams"
_CACHE = Path.home() / ".cache" / "mitmach" / "kafka-streams-peer"


class Peer(NamedTuple):
    """A program that reads the topic from its start and prints its figures.

    Attributes:
        script: File in `peers`; or the processing guarantee of Kafka Streams.
        share: Part of the events that it waits for: slow peers say as much with fewer.
        state: Where it keeps its sums, for the page of results.
        tuned: Whether it commits as rarely as the metrics service has flushed, and has a cache for
            all counters.
    """

    script: str
    share: float
    state: str
    tuned: bool = False


class Load(NamedTuple):
    """What a reader gets.

    Attributes:
        bootstrap: Host and port of the broker.
        topic: Name of the topic that is read from the start.
        events: How many events are measured.
        warm_up: How many come before these.
    """

    bootstrap: str
    topic: str
    events: int
    warm_up: int

    @property
    def total(self) -> int:
        """How many events the topic holds."""
        return self.warm_up + self.events


# Seconds between two commits, and MiB of its cache: what Kafka Streams has by default where it
# counts exactly once.
COMMIT, CACHE = 0.1, 10
# MiB of its cache for some million counters, and of the Java machine.
LARGE_CACHE, HEAP = 512, 2048

STREAMS = {
    "Kafka Streams exactly_once_v2": Peer("exactly_once_v2", 1.0, "RocksDB, changelog"),
    "Kafka Streams exactly_once_v2, tuned": Peer(
        "exactly_once_v2", 1.0, "RocksDB, changelog", tuned=True
    ),
    "Kafka Streams at_least_once": Peer("at_least_once", 1.0, "RocksDB, changelog"),
}
EXACT_STREAMS = tuple(name for name, peer in STREAMS.items() if peer.script == "exactly_once_v2")
PEERS = {
    "Bytewax": Peer("bytewax_counting.py", 1.0, "SQLite every 10 s"),
    "FastStream defaults": Peer("faststream_counting.py", 0.3, "none"),
    "Quix Streams": Peer("quix_counting.py", 0.3, "RocksDB, changelog"),
    "faust-streaming": Peer("faust_counting.py", 0.03, "memory, changelog"),
    **STREAMS,
}
MODULES = {"Bytewax": "bytewax", "Quix Streams": "quixstreams", "faust-streaming": "faust"}


def command(
    name: str, load: Load, folder: Path, *, pause: float | None, broker_pid: int | None
) -> list[str]:
    """What starts a peer.

    Args:
        name: One of `PEERS`.
        load: What it reads, of which it takes its share.
        folder: An empty folder for its state.
        pause: Seconds from one flush of the metrics service to the next, if that is known.
        broker_pid: Id of the broker's process, if its processor time is told apart.

    Raises:
        NotAvailable: It isn't installed and can't be, or the pause isn't known that it needs.
    """
    peer = PEERS[name]
    counts = [str(int(number * peer.share)) for number in (load.events, load.warm_up)]
    wanted = [load.bootstrap, load.topic, *counts]
    if name in STREAMS:
        commit, cache = COMMIT, CACHE
        if peer.tuned:
            if pause is None:
                raise NotAvailable("it has the pause between flushes of `metrics`, which isn't run")
            commit, cache = pause, LARGE_CACHE
        java = ["java", f"-Xmx{HEAP}m", "-cp", _classes(), "mitmach.Counting"]
        settings = [peer.script, str(folder), f"{1000 * commit:.0f}", str(cache)]
        return [*java, *wanted, *settings, str(broker_pid or 0)]
    python = peer_python()
    module = MODULES.get(name, "faststream")
    looked = subprocess.run([python, "-c", f"import {module}"], capture_output=True, check=False)
    if looked.returncode:
        raise NotAvailable(f"{module} doesn't install on this Python")
    return [python, str(HERE / peer.script), *wanted]


@functools.cache
def _classes() -> str:
    """The class path of the Java peer, compiled."""
    if shutil.which("mvn") is None:
        raise NotAvailable("Kafka Streams needs Java and Maven (no `mvn` here)")
    libraries = _CACHE / "libs"
    build = ["mvn", "-q", "-B", "-f", str(_STREAMS / "pom.xml"), f"-Dbuilt={_CACHE}"]
    build += ["compile", "dependency:copy-dependencies", "-DincludeScope=runtime"]
    built = subprocess.run(
        [*build, f"-DoutputDirectory={libraries}"], capture_output=True, text=True, check=False
    )
    if built.returncode:
        raise NotAvailable(f"Kafka Streams can't be built: {built.stdout.strip()[-200:]}")
    return f"{_CACHE / 'classes'}:{libraries}/*"
