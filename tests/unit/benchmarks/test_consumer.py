"""The consumer's benchmark: what its readers get, and how Kafka Streams is started beside ours."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks import _consumer_peers
from benchmarks._consumer_peers import EXACT_STREAMS, Load, command
from benchmarks._events import PARTITIONS, chains, numbered
from benchmarks.consumer import chosen
from tooling.servers.not_available import NotAvailable

DEFAULT, TUNED = EXACT_STREAMS


def started(name: str, *, pause: float | None) -> list[str]:
    """The arguments of the Java program."""
    load = Load("127.0.0.1:9092", "posts", events=1000, warm_up=250)
    line = command(name, load, Path("state"), pause=pause, broker_pid=77)
    return line[line.index("mitmach.Counting") + 1 :]


@pytest.fixture
def _built(monkeypatch: pytest.MonkeyPatch) -> None:
    """The Java program, as if it had been built."""
    monkeypatch.setattr(_consumer_peers, "_classes", lambda: "classes")


def test_what_warms_up_comes_before_in_the_same_chains_on_posts_of_its_own() -> None:
    records = list(numbered(200, 40, warm_up=50))
    assert len(records) == 250
    events = [json.loads(record.value) for _, record in records]
    assert len({event["id"] for event in events}) == 250
    before, measured = (
        {event["data"]["post_id"] for event in part} for part in (events[:50], events[50:])
    )
    assert not before & measured
    # A fifth of either part makes posts.
    made = [event["type"] == "mitmach.post.published" for event in events]
    assert sum(made[:50]) == 10
    assert sum(made[50:]) == 40
    assert len(chains(records)) == PARTITIONS


def test_the_measured_load_is_the_same_one_each_time() -> None:
    assert list(numbered(60, 12)) == list(numbered(60, 12))


@pytest.mark.usefixtures("_built")
def test_kafka_streams_has_its_own_commits_and_cache_by_default() -> None:
    expected = "127.0.0.1:9092 posts 1000 250 exactly_once_v2 state 100 10 77"
    assert started(DEFAULT, pause=1.5) == expected.split()


@pytest.mark.usefixtures("_built")
def test_tuned_it_commits_as_rarely_as_the_metrics_service_flushes() -> None:
    expected = "127.0.0.1:9092 posts 1000 250 exactly_once_v2 state 1500 512 77"
    assert started(TUNED, pause=1.5) == expected.split()
    with pytest.raises(NotAvailable, match="pause between flushes"):
        started(TUNED, pause=None)


@pytest.mark.parametrize("warm_up", [0, 5, 6])
def test_a_peer_ends_with_the_last_event_of_the_topic(warm_up: int) -> None:
    counting = (
        "from _report import Report\n"
        f"report = Report(events=20, warm_up={warm_up})\n"
        f"for n in range({warm_up} + 20): report.counted()\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", f"{counting}print('goes on')"],
        cwd=_consumer_peers.HERE,
        capture_output=True,
        text=True,
        check=True,
    )
    assert set(json.loads(ran.stdout)) == {"per_second", "cpu_us", "memory_mib"}


def test_streams_are_the_two_that_count_exactly_once() -> None:
    assert chosen(["streams", "metrics"]) == ["metrics", DEFAULT, TUNED]
    assert "Kafka Streams at_least_once" in chosen(["peers"])
    assert chosen(["bare"]) == ["bare"]
