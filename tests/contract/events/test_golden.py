"""The bytes of every event type, pinned in `golden/`: with all fields, and with required ones only.

The second stays the same, byte for byte, when a type gains an optional field: that is what makes it
additive. `MITMACH_GOLDEN=write` writes the files; the diff then shows what readers will see.
"""

import json
import os
import re
from pathlib import Path
from typing import Any

import pytest
from cloudevents.core.bindings.kafka import KafkaMessage, from_structured_event
from cloudevents.core.formats.json import JSONFormat
from jsonschema import Draft202012Validator

from shared.contract.events.envelope import STRUCTURED, EventData, format_time, seal, with_sequence
from shared.contract.events.registry import EVENT_CLASSES, decode_event
from shared.contract.events.topics import TOPICS
from tooling.generators.schemas import envelope_schema, schema_of
from tooling.sample_events import A_MOMENT, sample

GOLDEN = Path(__file__).parent / "golden"


def _has_optional_fields(kind: type[EventData]) -> bool:
    return sample(kind) != sample(kind, optional=False)


def _pinned() -> dict[str, EventData]:
    """File name -> the data that it pins."""
    pinned: dict[str, EventData] = {}
    for kind in EVENT_CLASSES:
        stem = kind.type if kind.version == 1 else f"{kind.type}.v{kind.version}"
        pinned[f"{stem}.json"] = sample(kind)
        if _has_optional_fields(kind):
            pinned[f"{stem}.required.json"] = sample(kind, optional=False)
    return pinned


PINNED = _pinned()


def _value(data: EventData) -> bytes:
    event = seal(
        data,
        actor="01936f3e-0000-4000-8000-000000000001",
        source=f"/mitmach/{TOPICS[data.topic].writer}/01936f00aa007000b0000000",
        event_id="01936f3e-8a10-7c55-9d0b-3f6a5c1e2b47",
        time=format_time(A_MOMENT),
        traceparent="00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
    )
    return with_sequence(event.body, 42, 39)


@pytest.mark.parametrize("file", PINNED)
def test_the_bytes_of_an_event_type_stay(file: str) -> None:
    value = _value(PINNED[file])
    path = GOLDEN / file
    if os.environ.get("MITMACH_GOLDEN") == "write":
        path.write_bytes(value + b"\n")
    assert path.is_file(), "a new type: pin it with MITMACH_GOLDEN=write"
    assert path.read_bytes() == value + b"\n"


def test_nothing_is_pinned_that_does_not_exist() -> None:
    assert {path.name for path in GOLDEN.iterdir()} == set(PINNED)


@pytest.fixture(params=sorted(path.name for path in GOLDEN.glob("*.json")))
def golden(request: pytest.FixtureRequest) -> bytes:
    name: str = request.param
    return (GOLDEN / name).read_bytes().rstrip(b"\n")


def test_a_pinned_event_is_read_as_its_type(golden: bytes) -> None:
    event = decode_event(golden)
    assert event.data.type == event.type
    assert _value(event.data) == golden


def test_a_pinned_event_is_valid_by_the_published_schemas(golden: bytes) -> None:
    event: dict[str, Any] = json.loads(golden)
    _validate(event, envelope_schema())
    _validate(event["data"], schema_of(type(decode_event(golden).data)))


def test_a_pinned_event_is_a_cloudevent_to_an_independent_reader(golden: bytes) -> None:
    raw: dict[str, Any] = json.loads(golden)
    message = KafkaMessage(
        headers={"content-type": STRUCTURED.encode()},
        key=raw["partitionkey"].encode(),
        value=golden,
    )
    event = from_structured_event(message, JSONFormat())
    assert event.get_specversion() == "1.0"
    assert (event.get_id(), event.get_source(), event.get_type()) == (
        raw["id"],
        raw["source"],
        raw["type"],
    )
    assert (event.get_subject(), event.get_time()) == (raw["subject"], A_MOMENT)
    assert (event.get_datacontenttype(), event.get_dataschema()) == (
        "application/json",
        raw["dataschema"],
    )
    for extension in ("sequence", "predecessor", "partitionkey", "actor", "traceparent"):
        assert event.get_extension(extension) == raw[extension]
    assert event.get_data() == raw["data"]


def test_every_attribute_has_a_name_that_cloudevents_allows_and_is_never_null() -> None:
    properties: dict[str, Any] = envelope_schema()["properties"]
    assert [name for name in properties if not re.fullmatch(r"[a-z0-9]{1,20}", name)] == []
    assert [
        name
        for name, shape in properties.items()
        if name != "data" and shape.get("type", "string") != "string"
    ] == []
    assert all("null" not in json.dumps(shape) for shape in properties.values())


def _validate(instance: Any, schema: dict[str, Any]) -> None:
    Draft202012Validator.check_schema(schema)
    formats = Draft202012Validator.FORMAT_CHECKER
    Draft202012Validator(schema, format_checker=formats).validate(instance)
