"""One trace from the request through log, relay and Kafka to the consumer."""

import asyncio
from uuid import uuid4

from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind
from prometheus_client.openmetrics.exposition import generate_latest as openmetrics_latest
from prometheus_client.openmetrics.parser import text_string_to_metric_families

from shared.delivery.committer import Committer
from shared.delivery.consumer import build_consumer
from shared.delivery.kafka import KafkaConnection
from shared.delivery.lease import Lease
from shared.delivery.log import source_of
from shared.delivery.relay import Relay
from shared.runtime.telemetry import Telemetry, Tracing
from tests.support.conventions import assert_conventional
from tests.support.counters import COLLECTIONS, RaiseCounter, Sums, sums
from tests.support.mongodb import connected

TOPIC = "mitmach.people.v1"
TRACE = "0af7651916cd43dd8448eb211c80319c"


async def test_commit_publish_and_store_are_parts_of_the_requests_trace(
    mongo_url: str, kafka_bootstrap: str
) -> None:
    spans = InMemorySpanExporter()
    telemetry = Telemetry(
        "counters", tracing=Tracing("counters", processor=SimpleSpanProcessor(spans))
    )
    kafka = KafkaConnection(bootstrap=kafka_bootstrap, session_timeout=3.0)
    async with connected(mongo_url) as mongo:
        database = mongo.database(f"trace_{uuid4().hex[:12]}")
        await database.ensure_collections(COLLECTIONS)
        sessions = mongo.sessions(database)
        relay = Relay(
            database,
            sessions,
            kafka=kafka,
            topics={TOPIC: 6},
            lease=Lease(database, "relay", holder="me"),
            service="groups",
            telemetry=telemetry,
        )
        relaying = asyncio.create_task(relay.run())
        source = await source_of(database, "groups")
        committer = Committer(database, sessions, source=source, telemetry=telemetry)
        reading = build_consumer(
            Sums(TOPIC, f"trace-{database.name}"),
            service="groups",
            database=database,
            sessions=sessions,
            kafka=kafka,
            topics={TOPIC: 6},
            telemetry=telemetry,
        )
        async with committer.running(), reading:
            parent = f"00-{TRACE}-b7ad6b7169203331-01"
            await committer.execute(RaiseCounter(database.name), traceparent=parent)
            async with asyncio.timeout(30):
                while database.name not in await sums(database):
                    await asyncio.sleep(0.05)
        relaying.cancel()
        await asyncio.wait([relaying])
        await sessions.close()
        await mongo.drop(database.name)
    trace = [span for span in spans.get_finished_spans() if span.context.trace_id == int(TRACE, 16)]
    commit, send, process = (
        next(span for span in trace if span.name.startswith(start))
        for start in ("commitTransaction", "send", "process")
    )
    assert commit.name == f"commitTransaction {database.name}"
    assert send.name == f"send {TOPIC}"
    assert process.name == f"process {TOPIC}"
    assert {span.name for span in trace} == {commit.name, send.name, process.name}
    kinds = [span.kind for span in (commit, send, process)]
    assert kinds == [SpanKind.CLIENT, SpanKind.PRODUCER, SpanKind.CONSUMER]
    for span in (commit, send, process):
        assert span.parent is not None
        assert f"{span.parent.span_id:016x}" == parent[36:52]
    assert process.attributes is not None
    group = process.attributes["messaging.consumer.group.name"]
    assert group == f"trace-{database.name}"
    assert_conventional(spans)
    # The times that were measured lead to the trace, where the format has a place for that.
    shown = openmetrics_latest(telemetry.metrics.registry).decode()  # type: ignore[no-untyped-call]
    families = list(text_string_to_metric_families(shown))  # type: ignore[no-untyped-call]
    for metric in ("mitmach_commit_seconds", "mitmach_consumer_flush_seconds"):
        leading = [
            sample.exemplar.labels["trace_id"]
            for family in families
            if family.name == metric
            for sample in family.samples
            if sample.exemplar is not None
        ]
        assert leading if metric.endswith("flush_seconds") else TRACE in leading
    assert (
        telemetry.metrics.registry.get_sample_value(
            "mitmach_commit_events_total", {"service": "groups"}
        )
        == 1.0
    )
    published = telemetry.metrics.registry.get_sample_value(
        "mitmach_relay_published_events_total", {"service": "groups", "topic": TOPIC}
    )
    assert published is not None
    assert published >= 1
