"""The trace of a request: for data teams nothing joins its events, for the platform it is whole."""

import json
from collections.abc import AsyncIterator
from typing import Any, NamedTuple

import pytest
from aiokafka import TopicPartition
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from shared.contract.events.topics import POSTS, TOPICS
from shared.contract.events.traces import TraceAliases
from shared.delivery.kafka import end_offsets, open_reader
from shared.delivery.mongo import Driver
from shared.runtime.telemetry import Telemetry, Tracing
from tests.integration.posts.service import PostsService, running_posts
from tests.support.identity import PSEUDONYM_KEY

TRACE, SPAN = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
REQUEST = f"00-{TRACE}-{SPAN}-01"


class Traced(NamedTuple):
    """A posts service whose spans are kept."""

    posts: PostsService
    spans: InMemorySpanExporter


@pytest.fixture
async def traced(mongo_url: str) -> AsyncIterator[Traced]:
    spans = InMemorySpanExporter()
    tracing = Tracing("posts", processor=SimpleSpanProcessor(spans))
    telemetry = Telemetry("posts", tracing=tracing)
    async with running_posts(mongo_url, Driver.PYMONGO, telemetry) as posts:
        yield Traced(posts, spans)


def ids(traceparent: str) -> set[str]:
    """The id of the trace, and that of the span."""
    return set(traceparent.split("-")[1:3])


async def records(posts: PostsService) -> list[Any]:
    """Everything on the posts topic, as it lies there."""
    async with open_reader(posts.kafka) as consumer:
        places = [(POSTS, number) for number in range(TOPICS[POSTS].partitions)]
        ends = {
            TopicPartition(*at): end for at, end in (await end_offsets(consumer, places)).items()
        }
        consumer.assign([place for place, end in ends.items() if end])
        await consumer.seek_to_beginning()
        found: list[Any] = []
        while len(found) < sum(ends.values()):
            batches = await consumer.getmany(timeout_ms=200)
            found += [record for batch in batches.values() for record in batch]
        return found


async def test_one_callers_trace_is_in_no_event_and_all_its_spans_are_in_the_trace(
    traced: Traced,
) -> None:
    posts, spans = traced
    anna, ben = await posts.people("anna", "ben")
    seen = (await ben.publish(await posts.place(anna, ben)))["id"]
    viewed = await anna.call("PUT", f"/v1/posts/{seen}/view", traceparent=REQUEST)
    said = await anna.call(
        "POST", f"/v1/posts/{seen}/comments", {"text": "Me too."}, traceparent=REQUEST
    )
    assert (viewed.is_success, said.is_success) == (True, True)
    await posts.counts(anna, seen, comments=1, views=1)
    requests = {
        f"00-{TRACE}-{span.context.span_id:016x}-01"
        for span in spans.get_finished_spans()
        if span.parent is not None and span.parent.span_id == int(SPAN, 16)
    }
    told = [record for record in await records(posts) if record.key == seen.encode()]
    hidden, led_to = set[str](), set[str]()
    for record in told:
        event, headers = json.loads(record.value), dict(record.headers)
        assert headers["traceparent"] == event["traceparent"].encode()
        hidden |= ids(event["traceparent"])
        if event["type"] in {"mitmach.post.viewed", "mitmach.comment.added"}:
            traces = TraceAliases(PSEUDONYM_KEY)
            led_to.add(traces.cause(event["traceparent"], record.value))
            real = {TRACE, SPAN} | set().union(*map(ids, requests))
            assert not [part for part in real if part.encode() in record.value]
    assert len(hidden) == 2 * len(told) == 6
    assert led_to == requests
    assert len(requests) == 2

    async def whole() -> bool:
        steps = {
            (span.name, f"00-{TRACE}-{span.parent.span_id:016x}-01")
            for span in spans.get_finished_spans()
            if span.context.trace_id == int(TRACE, 16) and span.parent is not None
        }
        names = f"commitTransaction {posts.database.name}", f"send {POSTS}", f"process {POSTS}"
        return steps >= {(name, request) for name in names for request in requests}

    await posts.until(whole)
