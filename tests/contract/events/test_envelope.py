"""The envelope: what stands around the data, what the relay adds, what a reader gets back."""

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from urllib.parse import urlsplit

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.contract.events.envelope import (
    UNNUMBERED,
    EventData,
    Sealed,
    format_time,
    open_envelope,
    seal,
    with_sequence,
)
from shared.contract.events.people import PersonInvited
from shared.contract.events.posts import PostPublished
from shared.contract.events.registry import EVENT_CLASSES, Unknown, decode_event, event_decoder
from shared.contract.events.responses import ReactionAdded
from tests.contract.events.any_event import any_event
from tooling.sample_events import A_MOMENT, sample

POST = "01936f3e-0000-7000-8000-000000000001"
ACTOR = "01936f3e-0000-4000-8000-000000000001"
SEQUENCES = st.integers(min_value=0, max_value=10**20 - 1)
TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


def sealed(data: EventData, **given: Any) -> Sealed:
    usual: dict[str, Any] = {
        "actor": ACTOR,
        "source": "/mitmach/posts/01936f00aa007000b0000000",
        "event_id": "01936f3e-8a10-7c55-9d0b-3f6a5c1e2b47",
        "time": format_time(A_MOMENT),
        "traceparent": TRACE,
    }
    return seal(data, **(usual | given))


def test_an_event_goes_to_its_topic_under_its_key() -> None:
    event = sealed(sample(ReactionAdded, post_id=POST))
    assert (event.topic, event.key) == ("mitmach.posts.v1", POST)
    attributes = json.loads(event.body)
    assert attributes["subject"] == attributes["partitionkey"] == POST


def test_the_relays_numbers_come_first_and_change_nothing_else() -> None:
    body = sealed(sample(ReactionAdded)).body
    numbered = with_sequence(body, 42, 39)
    assert numbered.startswith(
        b'{"sequence":"00000000000000000042","predecessor":"00000000000000000039","specversion":"1.0"'
    )
    assert numbered.endswith(body[1:])
    assert "sequence" not in json.loads(body)


def test_what_the_system_does_has_no_actor() -> None:
    body = sealed(sample(ReactionAdded), actor=None, traceparent=None).body
    assert json.loads(body).keys().isdisjoint({"actor", "traceparent"})
    assert decode_event(body).actor is None


def test_a_field_without_value_is_absent() -> None:
    data = sample(ReactionAdded, optional=False)
    assert "comment_id" not in json.loads(sealed(data).body)["data"]
    assert decode_event(sealed(data).body).data == data


def test_an_event_of_the_log_has_no_number_yet() -> None:
    envelope = open_envelope(sealed(sample(ReactionAdded)).body)
    assert envelope.sequence_digits == UNNUMBERED
    assert (envelope.sequence, envelope.predecessor) == (0, 0)


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        (datetime(2026, 1, 2, 3, 4, 5, 6, UTC), "2026-01-02T03:04:05.000006Z"),
        (datetime(2026, 1, 2, 3, 4, 5, 0, UTC), "2026-01-02T03:04:05.000000Z"),
        (
            datetime(2026, 1, 2, 3, 4, 5, 0, timezone(timedelta(hours=2))),
            "2026-01-02T01:04:05.000000Z",
        ),
        (
            datetime(2026, 1, 2, 3, 4, 5, 0, timezone(timedelta(0), "another UTC")),
            "2026-01-02T03:04:05.000000Z",
        ),
    ],
)
def test_a_time_has_one_shape_in_envelope_and_data(moment: datetime, text: str) -> None:
    assert format_time(moment) == text
    data = sample(PostPublished, published_at=moment)
    assert json.loads(sealed(data).body)["data"]["published_at"] == text
    assert decode_event(sealed(data).body).data == data


def test_a_time_without_zone_is_refused() -> None:
    nowhere = datetime(2026, 1, 2)  # noqa: DTZ001 - that is what is refused
    with pytest.raises(ValueError, match="without a time zone"):
        format_time(nowhere)
    with pytest.raises(ValueError, match="without a time zone"):
        sealed(sample(PostPublished, published_at=nowhere))


@pytest.mark.parametrize(
    "text", ["2026-01-02T03:04:05Z", "2026-01-02T03:04:05", "0000-00-00T00:00:00"]
)
def test_a_text_that_looks_like_a_time_stays_as_it_was_written(text: str) -> None:
    data = sample(PersonInvited, department=text)
    assert decode_event(sealed(data).body).data == data


def test_a_reader_ignores_what_it_does_not_know() -> None:
    newer = json.loads(with_sequence(sealed(sample(ReactionAdded)).body, 1, 0))
    newer |= {"dataref": "elsewhere"}
    newer["data"] |= {"mood": "sunny"}
    event = decode_event(json.dumps(newer).encode())
    assert event.data == sample(ReactionAdded)


@pytest.mark.parametrize(
    "other",
    [
        {
            "type": "mitmach.post.pinned",
            "dataschema": "https://mitmach.example/schemas/mitmach.post.pinned/1.json",
        },
        {
            "dataschema": "https://mitmach.example/schemas/mitmach.reaction.added/2.json",
            "data": {"reaction": ["like"]},
        },
        {"dataschema": "urn:mitmach:schema:mitmach.reaction.added:2", "data": {"reaction": 7}},
        {"dataschema": "https://elsewhere.example/reaction.json", "data": {"reaction": 7}},
    ],
    ids=["another type", "another version", "another version by name", "another's schema"],
)
def test_a_reader_counts_an_unknown_type_as_seen(other: dict[str, Any]) -> None:
    later = json.loads(with_sequence(sealed(sample(ReactionAdded)).body, 7, 3)) | other
    event = decode_event(json.dumps(later).encode())
    assert isinstance(event.data, Unknown)
    assert (event.sequence, event.predecessor) == (f"{7:020d}", f"{3:020d}")


@pytest.mark.parametrize(
    ("public_url", "dataschema"),
    [
        ("", "urn:mitmach:schema:mitmach.reaction.added:1"),
        (
            "https://mitmach.example",
            "https://mitmach.example/schemas/mitmach.reaction.added/1.json",
        ),
        (
            "http://localhost:8080/social",
            "http://localhost:8080/social/schemas/mitmach.reaction.added/1.json",
        ),
    ],
)
def test_the_schema_is_named_by_an_absolute_uri_that_readers_of_any_installation_know(
    public_url: str, dataschema: str
) -> None:
    body = sealed(sample(ReactionAdded), public_url=public_url).body
    assert json.loads(body)["dataschema"] == dataschema
    assert urlsplit(dataschema).scheme
    for _ in range(2):  # the second time from what the reader remembers
        assert decode_event(body).data == sample(ReactionAdded)
    broken = json.loads(body) | {"data": {"reaction": "shrug"}}
    with pytest.raises(msgspec.ValidationError):
        decode_event(json.dumps(broken).encode())


def test_a_reader_does_not_remember_addresses_without_end() -> None:
    decode = event_decoder([ReactionAdded])
    added = sample(ReactionAdded)
    body = sealed(added).body
    address = json.loads(body)["dataschema"].encode()
    for number in range(2500):
        other = b"https://%d.example/schemas/mitmach.reaction.added/1.json" % number
        assert decode(body.replace(address, other)).data == added
    (decoders,) = (
        cell.cell_contents
        for cell in decode.__closure__ or ()
        if isinstance(cell.cell_contents, dict)
    )
    assert len(decoders) == 2000


@pytest.mark.parametrize(
    "value", [b"", b"{", b"[]", b'"text"', b'{"id":"1"}', b"\xff\xfe", b"null"]
)
def test_foreign_bytes_are_no_event(value: bytes) -> None:
    with pytest.raises((msgspec.MsgspecError, UnicodeDecodeError)):
        decode_event(value)


def test_data_that_breaks_its_schema_is_no_event_but_its_envelope_can_be_read() -> None:
    broken = json.loads(with_sequence(sealed(sample(ReactionAdded)).body, 7, 3))
    broken["data"]["reaction"] = "shrug"
    value = json.dumps(broken).encode()
    with pytest.raises(msgspec.ValidationError):
        decode_event(value)
    assert open_envelope(value).sequence == 7


@given(
    kind=st.sampled_from(EVENT_CLASSES), choice=st.data(), numbers=st.tuples(*[st.integers(0)] * 2)
)
@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=300)
def test_every_event_comes_back_as_it_was(
    kind: type[EventData], choice: st.DataObject, numbers: tuple[int, int]
) -> None:
    data = choice.draw(any_event(kind))
    sequence, predecessor = numbers
    event = sealed(data)
    value = with_sequence(event.body, sequence, predecessor)
    attributes = json.loads(value)
    assert list(attributes)[:2] == ["sequence", "predecessor"]
    back = decode_event(value)
    assert back.data == data
    assert (int(back.sequence), int(back.predecessor)) == (sequence, predecessor)
    assert (back.type, back.partitionkey, back.time) == (kind.type, event.key, A_MOMENT)
    assert (back.actor, back.traceparent) == (ACTOR, TRACE)
