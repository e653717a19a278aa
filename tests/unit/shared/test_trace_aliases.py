"""Traces in events for data teams: each has its own, which only the platform leads back."""

import json
from datetime import UTC, datetime
from random import Random
from types import SimpleNamespace
from typing import Any

import pytest
from bson import Timestamp
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from shared.contract.aliases import Aliases
from shared.contract.events.disclosure import Disclosure
from shared.contract.events.envelope import EventData, Sealed, seal
from shared.contract.events.groups import MembershipJoined
from shared.contract.events.posts import PostViewed
from shared.contract.events.registry import EVENT_CLASSES
from shared.contract.events.responses import CommentAdded
from shared.contract.events.traces import TraceAliases, traceparent_of
from shared.contract.ids import new_id
from shared.delivery.command import Changes, Found, Occurred
from shared.delivery.committer.attempt import Attempt
from shared.delivery.committer.entity_cache import EntityCache
from shared.delivery.committer.queue import Job
from shared.delivery.consumer.instruments import ConsumerInstruments
from shared.delivery.log import log_documents
from shared.delivery.relay.instruments import RelayInstruments
from shared.runtime.telemetry import Telemetry, Tracing
from shared.runtime.telemetry.tracing import is_traceparent
from tooling.sample_events import sample

KEY = b"a key for tests only"
ADA = "5f0c1c1e-8a52-4a6b-9d0e-3b1f6a5c1e2b"
REQUEST = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
EVENT = "01936f3e-8a10-7c55-9d0b-3f6a5c1e2b47"
MOMENT = datetime(2026, 11, 24, 9, tzinfo=UTC)


class Telling:
    """A command that reads nothing and tells what it is given."""

    def __init__(self, *told: EventData) -> None:
        self._told = told

    def reads(self, _found: Found) -> tuple[()]:
        return ()

    def decide(self, _found: Found, _now: datetime) -> Changes:
        return Changes(events=tuple(Occurred(data, ADA) for data in self._told))


async def committed(*told: EventData, key: bytes | None = KEY) -> list[Sealed]:
    """What a command's events are in the log; without a key, of a committer that hides nothing."""
    disclosure = None if key is None else Disclosure(Aliases(key), TraceAliases(key))
    attempt = Attempt(
        [Job(Telling(*told), None, REQUEST, None, 0.0)],  # type: ignore[arg-type]
        source="/mitmach/posts/1",
        commit_id=new_id(),
        cache=EntityCache(),
        disclosure=disclosure,
    )
    await attempt.decide(None, lambda: MOMENT)  # type: ignore[arg-type]
    return attempt.events


def parts(traceparent: str) -> set[str]:
    """The id of the trace, and that of the span."""
    return set(traceparent.split("-")[1:3])


def traces_told(events: list[Sealed]) -> list[str]:
    return [json.loads(event.body)["traceparent"] for event in events]


def test_the_alias_of_an_alias_is_the_trace() -> None:
    dice = Random(3)
    for _ in range(300):
        digits = f"{dice.getrandbits(192) | 1 << 64 | 1:048x}"
        trace = f"00-{digits[:32]}-{digits[32:]}-{dice.getrandbits(8):02x}"
        event = new_id()
        told = TraceAliases(KEY).of(trace, event)
        assert is_traceparent(told)
        assert not parts(told) & parts(trace)
        assert (told[:3], told[52:]) == (trace[:3], trace[52:])
        assert TraceAliases(KEY).of(told, event) == trace


def test_no_id_becomes_zero() -> None:
    aliases = TraceAliases(KEY)
    one = f"00-{1:032x}-{1:016x}-00"
    told = aliases.of(one, EVENT)
    mask = f"{int(told[3:35] + told[36:52], 16) ^ (1 << 64 | 1):048x}"
    for trace in (
        f"00-{mask[:32]}-{mask[32:]}-00",
        f"00-{mask[:32]}-{1:016x}-00",
        f"00-{1:032x}-{mask[32:]}-00",
    ):
        assert is_traceparent(aliases.of(trace, EVENT))
        assert aliases.of(aliases.of(trace, EVENT), EVENT) == trace


def test_a_trace_is_turned_back_in_every_version_of_the_platform() -> None:
    """What is on the broker was told by the version before."""
    told = "00-7a11488ac522b73407e625d2eafedcf2-fde6252a51c22122-01"
    assert TraceAliases(KEY).of(REQUEST, EVENT) == told


async def test_two_events_of_a_command_share_no_id() -> None:
    told = traces_told(
        await committed(sample(PostViewed), sample(CommentAdded), sample(PostViewed))
    )
    assert len(set().union(*map(parts, told), parts(REQUEST))) == 8
    assert {trace[-2:] for trace in told} == {"01"}


async def test_who_has_the_key_leads_an_event_back_to_its_request_and_nobody_else() -> None:
    for event in await committed(sample(PostViewed), sample(CommentAdded)):
        (told,) = traces_told([event])
        assert TraceAliases(KEY).cause(told, event.body) == REQUEST
        assert not parts(TraceAliases(b"another key for tests").cause(told, event.body)) & parts(
            REQUEST
        )


async def test_events_for_services_alone_tell_the_trace_as_it_is() -> None:
    (event,) = await committed(sample(MembershipJoined))
    assert traces_told([event]) == [REQUEST]
    assert TraceAliases(KEY).cause(REQUEST, event.body) == REQUEST


async def test_a_committer_that_hides_nobody_hides_no_trace() -> None:
    assert traces_told(await committed(sample(PostViewed), key=None)) == [REQUEST]


@pytest.mark.parametrize("kind", EVENT_CLASSES)
def test_every_type_is_led_back(kind: type[EventData]) -> None:
    traces, data = TraceAliases(KEY), sample(kind)
    told = traces.told(data, REQUEST, EVENT)
    assert (told == REQUEST) is (kind.naming is None)
    event = seal(data, actor=None, source="/", event_id=EVENT, time="-", traceparent=told)
    body = event.body.replace(b'"time":"-"', b'"time":"2026-11-24T09:00:00.000000Z"', 1)
    assert traces.cause(told, body) == REQUEST


@pytest.mark.parametrize(
    ("header", "value"),
    [(REQUEST, b""), (REQUEST, b"{"), (REQUEST, b'{"id":1}'), ("", b"{}"), ("é" * 55, b"{}")],
)
def test_what_is_no_event_is_led_nowhere(header: str, value: bytes) -> None:
    assert TraceAliases(KEY).cause(header, value) == header


async def test_spans_of_relay_and_consumer_are_in_the_requests_trace() -> None:
    spans, traces = InMemorySpanExporter(), TraceAliases(KEY)
    telemetry = Telemetry("posts", tracing=Tracing("posts", processor=SimpleSpanProcessor(spans)))
    events = await committed(sample(PostViewed))
    documents = [
        document | {"first_sequence": 1, "partitions": [0], "predecessors": [0]}
        for document in log_documents(new_id(), Timestamp(1, 1), events)
    ]
    with RelayInstruments(telemetry, "posts", traces).sending(documents):
        pass
    consumer = ConsumerInstruments(telemetry, "sums", [events[0].topic], traces=traces)
    consumer.follow([record(events[0])], events[0].topic)
    with consumer.flushing(1):
        pass
    trace, span = int(REQUEST[3:35], 16), int(REQUEST[36:52], 16)
    linked, within = [], []
    for finished in spans.get_finished_spans():
        if finished.context.trace_id == trace:
            assert finished.parent is not None
            assert finished.parent.span_id == span
            within.append(finished.name)
        else:
            (link,) = finished.links
            assert (link.context.trace_id, link.context.span_id) == (trace, span)
            linked.append(finished.name)
    assert (
        sorted(linked)
        == sorted(within)
        == [f"process {events[0].topic}", f"send {events[0].topic}"]
    )


def record(event: Sealed) -> Any:
    """An event as it comes from the broker."""
    told = traceparent_of(event.body)
    return SimpleNamespace(headers=[("traceparent", told)], value=event.body)
