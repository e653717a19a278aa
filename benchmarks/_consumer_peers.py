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
    """

    script: str
    share: float
    state: str


STREAMS = {
    "Kafka Streams exactly_once_v2": Peer("exactly_once_v2", 1.0, "RocksDB, changelog"),
    "Kafka Streams at_least_once": Peer("at_least_once", 1.0, "RocksDB, changelog"),
}
PEERS = {
    "Bytewax": Peer("bytewax_counting.py", 1.0, "SQLite every 10 s"),
    "FastStream defaults": Peer("faststream_counting.py", 0.3, "none"),
    "Quix Streams": Peer("quix_counting.py", 0.3, "RocksDB, changelog"),
    "faust-streaming": Peer("faust_counting.py", 0.03, "memory, changelog"),
    **STREAMS,
}
MODULES = {"Bytewax": "bytewax", "Quix Streams": "quixstreams", "faust-streaming": "faust"}


def command(name: str, bootstrap: str, topic: str, events: int, folder: Path) -> list[str]:
    """What starts a peer.

    Args:
        name: One of `PEERS`.
        bootstrap: Host and port of the broker.
        topic: Name of the topic that it reads from the start.
        events: How many events the topic holds.
        folder: An empty folder for its state.

    Raises:
        NotAvailable: It isn't installed and can't be.
    """
    peer = PEERS[name]
    wanted = [bootstrap, topic, str(int(events * peer.share))]
    if name in STREAMS:
        java = ["java", "-Xmx1g", "-cp", _classes(), "mitmach.Counting"]
        return [*java, *wanted, peer.script, str(folder)]
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
