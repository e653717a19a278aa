"""The partition of a key is what docs/events.md says: librdkafka's own, and a few lines in Java."""

import asyncio
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from shared.delivery.kafka import KafkaConnection, ensure_topics
from shared.delivery.relay.sequences import partition_of
from tests.support.brokers import BrokerUnderTest
from tooling.generators.event_reference import HEAD

KEYS = [
    *(f"01936f3e-0000-7000-8000-{number:012d}" for number in range(200)),
    *("01936f3e-0000-4000-8000-000000000001", "a", "groß", "点", "mitmach.kpi"),
]
TOPIC, PARTITIONS = "keys", 6


def test_the_partitions_of_keys_stay_what_they_are() -> None:
    """They are part of the contract: data teams fill topics beside ours."""
    assert [partition_of(key, 12) for key in KEYS[-5:]] == [3, 3, 6, 6, 9]
    assert len({partition_of(key, PARTITIONS) for key in KEYS}) == PARTITIONS


async def output(command: list[str], given: str = "") -> str:
    """What a command prints."""

    def run() -> str:
        done = subprocess.run(
            command, input=given.encode(), capture_output=True, check=True, timeout=60
        )
        return done.stdout.decode()

    return await asyncio.to_thread(run)


@pytest.mark.apache
async def test_librdkafka_puts_a_key_into_the_same_partition(
    apache_broker: BrokerUnderTest,
) -> None:
    kcat = shutil.which("kcat")
    if kcat is None:
        pytest.skip("needs kcat")
    kafka = KafkaConnection(bootstrap=apache_broker.bootstrap)
    await ensure_topics(kafka, {TOPIC: PARTITIONS})
    topic = [kcat, "-b", apache_broker.bootstrap, "-t", TOPIC]
    lines = "".join(f"{key}\t-\n" for key in KEYS)
    await output([*topic, "-P", "-K\t"], lines)
    read = [*topic, "-C", "-e", "-q", "-o", "beginning", "-f", "%k %p\n"]
    found = dict(line.rsplit(" ", 1) for line in (await output(read)).splitlines())
    assert found == {key: str(partition_of(key, PARTITIONS)) for key in KEYS}


def test_the_java_lines_of_the_page_give_the_same_partition(tmp_path: Path) -> None:
    java = shutil.which("java")
    if java is None:
        pytest.skip("needs Java 17")
    lines = re.search(r"(?s)```java\n(.*?)```", HEAD.read_text(encoding="utf-8"))
    assert lines
    program = tmp_path / "Partitions.java"
    program.write_text(
        "import static java.nio.charset.StandardCharsets.UTF_8;\n"
        "import java.util.zip.CRC32;\n"
        "class Partitions { public static void main(String[] keys) {\n"
        f"int partitions = {PARTITIONS};\n"
        f"for (String key : keys) {{ {lines[1]} System.out.println(partition); }}\n"
        "} }\n",
        encoding="utf-8",
    )
    command = [java, "-Dsun.jnu.encoding=UTF-8", "-XX:TieredStopAtLevel=1", str(program)]
    keys = [key for key in KEYS if key.isascii()]
    done = subprocess.run([*command, *keys], capture_output=True, text=True, check=True, timeout=60)
    assert [int(line) for line in done.stdout.split()] == [
        partition_of(key, PARTITIONS) for key in keys
    ]
