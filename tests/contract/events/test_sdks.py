"""Events as the relay sends them and the demo makes them, read by the SDKs at their strictest.

Python's is asked in `test_golden.py` too. For JavaScript and Go there are small programs in
`sdks/`, built once into the user's cache. Each must also refuse what is broken, or its word would
mean nothing.
"""

import asyncio
import base64
import itertools
import json
import os
import shutil
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from bson import Timestamp
from cloudevents.core.bindings.kafka import KafkaMessage, from_structured_event
from cloudevents.core.formats.json import JSONFormat

from shared.contract.events.envelope import format_time, seal
from shared.contract.events.registry import EVENT_CLASSES
from shared.contract.events.topics import TOPICS
from shared.contract.ids import new_id
from shared.delivery.log import log_documents
from shared.delivery.relay.sending import send
from tests.contract.events.demo_events import demo_events
from tests.support.built_programs import built, npm_ci, run_or_skip
from tooling.sample_events import A_MOMENT, sample

pytestmark = pytest.mark.tools

PROGRAMS = Path(__file__).parent / "sdks"
TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


class SentRecord(NamedTuple):
    """A record as a broker gets it."""

    key: bytes
    value: bytes
    headers: Sequence[tuple[str, bytes]]


class Catching:
    """A producer that keeps what it is given."""

    def __init__(self) -> None:
        self.records: list[SentRecord] = []

    def create_batch(self) -> "Catching":
        return self

    def append(self, *, key: bytes, value: bytes, timestamp: int, headers: Any) -> bool:
        self.records.append(SentRecord(key, value, headers))
        return True

    def close(self) -> None:
        """Nothing to do."""

    async def send_batch(self, *_batch: Any, **_place: Any) -> Any:
        return self._acknowledged()

    async def _acknowledged(self) -> Any:
        return self

    @property
    def offset(self) -> int:
        return len(self.records)


async def sent(count: int) -> list[SentRecord]:
    """So many events or some more, of all types with and without what may be absent, by a relay."""
    choices = itertools.product(
        (True, False),
        ("01936f3e-0000-4000-8000-000000000001", None),
        (TRACE, None),
        ("", "https://mitmach.example", "http://[::1]:8080/social"),
    )
    events = [
        seal(
            sample(kind, optional=optional),
            actor=actor,
            source=f"/mitmach/{TOPICS[kind.topic].writer}/01936f00aa007000b0000000",
            event_id=new_id(),
            time=format_time(A_MOMENT),
            traceparent=trace,
            public_url=public_url,
        )
        for optional, actor, trace, public_url in choices
        for kind in EVENT_CLASSES
    ]
    events = list(itertools.islice(itertools.cycle(events), max(count, len(events))))
    producer = Catching()
    for first in range(0, len(events), 500):
        for document in log_documents(new_id(), Timestamp(1, 1), events[first : first + 500]):
            number = document["count"]
            numbered = {
                "first_sequence": first + 1,
                "partitions": [0] * number,
                "predecessors": list(range(first, first + number)),
            }
            await send(producer, [document | numbered], {})
    assert len(producer.records) >= count
    return producer.records


def python(records: Sequence[SentRecord]) -> list[dict[str, Any]]:
    """What the SDK for Python says to each record."""
    return [_python(record) for record in records]


def _python(record: SentRecord) -> dict[str, Any]:
    message = KafkaMessage(headers=dict(record.headers), key=record.key, value=record.value)
    try:
        event = from_structured_event(message, JSONFormat())
    except Exception as error:  # noqa: BLE001 - a refusal has no class of its own there
        return {"refused": repr(error)}
    attributes = event.get_attributes()
    return {"event": attributes | {"time": format_time(attributes["time"])}}


def javascript(records: Sequence[SentRecord]) -> list[dict[str, Any]]:
    """What the SDK for JavaScript says to each record, strict."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("the CloudEvents SDK for JavaScript needs Node.js")
    folder = built("cloudevents-javascript", PROGRAMS / "javascript", npm_ci)
    return told([node, str(folder / "read.js")], records)


def go(records: Sequence[SentRecord]) -> list[dict[str, Any]]:
    """What the SDK for Go says to each record."""
    compiler = shutil.which("go")
    if compiler is None:
        pytest.skip("the CloudEvents SDK for Go needs Go")

    def build(folder: Path) -> None:
        run_or_skip(compiler, "build", "-mod=readonly", "-o", "reader", ".", folder=folder)

    return told([str(built("cloudevents-go", PROGRAMS / "go", build) / "reader")], records)


def told(command: Sequence[str], records: Sequence[SentRecord]) -> list[dict[str, Any]]:
    """The answers of a program, a line for each record."""

    def text(part: bytes) -> str:
        return base64.b64encode(part).decode()

    lines = [
        json.dumps(
            {
                "key": text(record.key),
                "value": text(record.value),
                "headers": [[name, text(value)] for name, value in record.headers],
            }
        )
        for record in records
    ]
    done = subprocess.run(
        command,
        input="\n".join(lines),
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
        env={"PATH": os.environ["PATH"]},
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


Reader = Callable[[Sequence[SentRecord]], list[dict[str, Any]]]

# Compiling takes a minute of processor time, the first time.
each_sdk = pytest.mark.parametrize(
    "reader",
    [python, javascript, pytest.param(go, marks=pytest.mark.faults_long)],
    ids=lambda reader: reader.__name__,
)


@each_sdk
async def test_an_sdk_accepts_two_thousand_events_as_they_were_sent(reader: Reader) -> None:
    records = await sent(2000)
    said = reader(records)
    assert [answer for answer in said if "refused" in answer] == []
    assert [answer["event"] for answer in said] == [
        {name: value for name, value in json.loads(record.value).items() if name != "data"}
        for record in records
    ]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> list[SentRecord]:
    """What the demo published."""
    with asyncio.Runner(loop_factory=asyncio.new_event_loop) as runner:
        found = runner.run(demo_events(tmp_path_factory.mktemp("platform")))
    return [SentRecord(one.key, one.value, one.headers) for one in found]


@each_sdk
def test_an_sdk_accepts_all_that_the_demo_publishes(reader: Reader, demo: list[SentRecord]) -> None:
    assert len(demo) > 2000
    said = reader(demo)
    assert [answer for answer in said if "refused" in answer] == []
    assert [answer["event"]["id"] for answer in said] == [
        json.loads(record.value)["id"] for record in demo
    ]


def without_schema(event: dict[str, Any]) -> None:
    event["dataschema"] = "/schemas/mitmach.reaction.added/1.json"


def without_id(event: dict[str, Any]) -> None:
    event["id"] = ""


def without_source(event: dict[str, Any]) -> None:
    del event["source"]


def without_subject(event: dict[str, Any]) -> None:
    event["subject"] = ""


def without_version(event: dict[str, Any]) -> None:
    del event["specversion"]


def without_time(event: dict[str, Any]) -> None:
    event["time"] = "yesterday"


def with_a_foreign_name(event: dict[str, Any]) -> None:
    event["trace_parent"] = TRACE


def with_a_structure(event: dict[str, Any]) -> None:
    event["actor"] = {"name": "ann"}


BROKEN = (
    *(without_schema, without_id, without_source, without_subject, without_version, without_time),
    *(with_a_foreign_name, with_a_structure),
)
# What an SDK lets pass although CloudEvents doesn't: nothing passes all three.
LENIENT: Mapping[str, set[str]] = {
    "python": {"content type", "with_a_structure", "without_schema", "without_version"},
    "javascript": {"with_a_structure", "without_version"},
    "go": {"without_subject"},
}


@each_sdk
async def test_an_sdk_refuses_what_is_broken(reader: Reader) -> None:
    record = (await sent(1))[0]
    records = [record._replace(headers=[("content-type", b"application/json")])]
    for damage in BROKEN:
        event = json.loads(record.value)
        damage(event)
        records.append(record._replace(value=json.dumps(event).encode()))
    said = reader([record, *records])
    assert "event" in said[0]
    names = ["content type", *(damage.__name__ for damage in BROKEN)]
    passed = {name for name, answer in zip(names, said[1:], strict=True) if "event" in answer}
    assert passed == LENIENT[reader.__name__]
