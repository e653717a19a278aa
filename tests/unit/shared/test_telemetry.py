"""What a process tells: names of metrics, traces that join, log lines without people in them."""

import io
import json
import logging
import warnings
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import FastAPI
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.semconv._incubating.attributes import db_attributes as db
from opentelemetry.semconv._incubating.attributes import messaging_attributes as messaging
from opentelemetry.trace import SpanKind, StatusCode
from prometheus_client import generate_latest
from prometheus_client.openmetrics.parser import text_string_to_metric_families

from shared.delivery.committer import CommandResult
from shared.runtime.telemetry import (
    Metrics,
    Telemetry,
    Tracing,
    configure_logs,
    current_trace,
    is_traceparent,
    new_traceparent,
    request_traceparent,
    trace_id,
)
from shared.runtime.telemetry.operations import COMMIT, SEND, Operation, processing
from tests.support.conventions import assert_conventional
from tests.support.identity import token_of
from tests.support.web import NOTE_ID, Recorder, client_of, make_web_context, notes_app

TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


def test_the_metrics_that_dashboards_rely_on_keep_their_names() -> None:
    metrics = Metrics()
    metrics.duplicate_events.labels("metrics", "mitmach.posts.v1").inc()
    metrics.dead_letters.labels("metrics").inc()
    metrics.event_delay.labels("metrics").observe(0.2)
    metrics.consumer_lag.labels("metrics", "mitmach.posts.v1").set(3)
    text = generate_latest(metrics.registry).decode()
    for name in (
        "mitmach_duplicate_events_total{",
        "mitmach_dead_letters_total{",
        "mitmach_event_delay_seconds_bucket{",
        "mitmach_consumer_lag_events{",
    ):
        assert name in text
    assert "_created" not in text


def test_two_processes_in_one_share_no_registry() -> None:
    one, other = Metrics(), Metrics()
    one.dead_letters.labels("metrics").inc()
    labels = {"consumer": "metrics"}
    assert other.registry.get_sample_value("mitmach_dead_letters_total", labels) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "00",
        TRACE[:-1],
        TRACE + "0",
        TRACE.upper(),
        "01" + TRACE[2:],
        "00-" + "0" * 32 + TRACE[35:],
        TRACE[:36] + "0" * 16 + "-01",
        TRACE.replace("-", " "),
    ],
)
def test_a_broken_traceparent_begins_a_new_trace(text: str) -> None:
    assert not is_traceparent(text)
    made = request_traceparent(text.encode())
    assert is_traceparent(made)


def test_a_valid_traceparent_is_continued_and_made_ones_differ() -> None:
    assert request_traceparent(TRACE.encode()) == TRACE
    assert trace_id(TRACE) == "4bf92f3577b34da6a3ce929d0e0e4736"
    made = {new_traceparent() for _ in range(1000)}
    assert len(made) == 1000
    assert all(map(is_traceparent, made))


def test_nothing_is_recorded_where_tracing_is_off() -> None:
    tracing = Tracing("notes")
    assert not tracing.on
    traced = tracing.begin("step", parent=TRACE)
    traced.note(count=1)
    tracing.end(traced)
    assert traced == (TRACE, None, None)
    with tracing.batch(COMMIT, (_ for _ in [("never looked at", "notes")])) as traced:
        assert traced.span is None
        assert traced.exemplar is None


@pytest.fixture
def spans() -> InMemorySpanExporter:
    return InMemorySpanExporter()


@pytest.fixture
def tracing(spans: InMemorySpanExporter) -> Iterator[Tracing]:
    tracing = Tracing("notes", processor=SimpleSpanProcessor(spans))
    yield tracing
    tracing.close()


async def test_a_request_is_a_span_of_the_callers_trace_and_the_commands_parent(
    tracing: Tracing, spans: InMemorySpanExporter
) -> None:
    recorder = Recorder()
    app = notes_app(make_web_context(recorder, telemetry=Telemetry("notes", tracing=tracing)))
    async with client_of(app, token_of("anna")) as client:
        await client.put(
            f"/v1/notes/{NOTE_ID}/star", json={"kind": "gold"}, headers={"traceparent": TRACE}
        )
        await client.get(f"/v1/notes/{NOTE_ID}")
    first, second = spans.get_finished_spans()
    assert first.name == "PUT /v1/notes/{note_id}/star"
    assert first.attributes is not None
    assert first.attributes["http.response.status_code"] == 200
    assert f"{first.context.trace_id:032x}" == trace_id(TRACE)
    assert first.parent is not None
    assert f"{first.parent.span_id:016x}" == TRACE[36:52]
    handed_on = recorder.asked[0].traceparent
    assert handed_on == f"00-{trace_id(TRACE)}-{first.context.span_id:016x}-01"
    assert second.name == "GET /v1/notes/{note_id}"
    assert NOTE_ID not in str([span.attributes for span in (first, second)])
    assert first.attributes["http.route"] == "/v1/notes/{note_id}/star"
    assert first.attributes["url.path"] == "/v1/notes/REDACTED/star"
    assert first.attributes["http.request.method"] == "PUT"
    assert first.kind is SpanKind.SERVER
    assert_conventional(spans)


class BrokenCommands(Recorder):
    """Stands for a bug whose words are about somebody."""

    async def execute(self, *_: Any, **__: Any) -> CommandResult:
        raise KeyError("anna")


async def test_what_anybody_can_make_up_names_no_span(
    tracing: Tracing, spans: InMemorySpanExporter
) -> None:
    app = notes_app(make_web_context(Recorder(), telemetry=Telemetry("notes", tracing=tracing)))
    async with client_of(app) as client:
        await client.request("BREW", "/anna/secret?token=anna")
    (span,) = spans.get_finished_spans()
    assert span.name == "HTTP"
    assert span.attributes is not None
    assert span.attributes["http.request.method"] == "_OTHER"
    assert span.attributes["url.path"] == "/REDACTED"
    assert "anna" not in span.to_json()
    assert span.status.is_unset  # a refusal is an answer, no error of ours
    assert_conventional(spans)


async def test_a_bug_is_an_error_of_the_span(tracing: Tracing, spans: InMemorySpanExporter) -> None:
    telemetry = Telemetry("notes", tracing=tracing)
    app = notes_app(make_web_context(BrokenCommands(), telemetry=telemetry))
    async with client_of(app, token_of("anna")) as client:
        answer = await client.put(f"/v1/notes/{NOTE_ID}/star", json={"kind": "gold"})
    assert answer.status_code == 500
    (span,) = spans.get_finished_spans()
    assert span.attributes is not None
    assert span.attributes["error.type"] == "KeyError"
    assert span.attributes["http.response.status_code"] == 500
    assert span.status.status_code is StatusCode.ERROR
    assert "anna" not in span.to_json()


OPENMETRICS = {"accept": "application/openmetrics-text; version=1.0.0"}


async def exemplars_of(app: FastAPI) -> list[str]:
    """The traces that the histogram of requests leads to, by the format that has a place for it."""
    async with client_of(app, token_of("anna")) as client:
        await client.get(f"/v1/notes/{NOTE_ID}", headers={"traceparent": TRACE})
        plain = (await client.get("/metrics")).text
        marked = (await client.get("/metrics", headers=OPENMETRICS)).text
    assert trace_id(TRACE) not in plain
    families = text_string_to_metric_families(marked)  # type: ignore[no-untyped-call]
    return [
        sample.exemplar.labels["trace_id"]
        for family in families
        if family.name == "mitmach_http_request_seconds"
        for sample in family.samples
        if sample.exemplar is not None and sample.labels["route"] == "/v1/notes/{note_id}"
    ]


async def test_the_time_of_a_recorded_request_leads_to_its_trace(tracing: Tracing) -> None:
    telemetry = Telemetry("notes", tracing=tracing)
    app = notes_app(make_web_context(Recorder(), telemetry=telemetry))
    assert await exemplars_of(app) == [trace_id(TRACE)]


async def test_where_nothing_is_recorded_no_time_leads_to_a_trace() -> None:
    off = notes_app(make_web_context(Recorder(), telemetry=Telemetry("notes")))
    assert await exemplars_of(off) == []


def test_a_batch_is_one_span_with_links_and_a_child_in_each_sampled_trace(
    tracing: Tracing, spans: InMemorySpanExporter
) -> None:
    other = TRACE.replace("4bf9", "5bf9")
    unsampled = TRACE.replace("4bf9", "6bf9")[:-1] + "0"
    parents = [TRACE, other, TRACE, unsampled, None, "nonsense"]
    with tracing.batch(COMMIT, ((parent, "mitmach_notes") for parent in parents)) as traced:
        assert traced.exemplar == {"trace_id": trace_id(TRACE), "span_id": TRACE[36:52]}
    *children, batch = spans.get_finished_spans()
    assert batch.name == "commitTransaction mitmach_notes"
    assert batch.kind is SpanKind.CLIENT
    assert batch.attributes == {
        db.DB_SYSTEM_NAME: "mongodb",
        db.DB_NAMESPACE: "mitmach_notes",
        db.DB_OPERATION_NAME: "commitTransaction",
        db.DB_OPERATION_BATCH_SIZE: 6,
        "mitmach.batch.traces": 3,
    }
    linked = {f"{link.context.trace_id:032x}" for link in batch.links}
    assert linked == {trace_id(TRACE), trace_id(other)}
    assert {f"{child.context.trace_id:032x}" for child in children} == linked
    assert all(child.links[0].context.span_id == batch.context.span_id for child in children)
    sizes = [child.attributes.get(db.DB_OPERATION_BATCH_SIZE) for child in children]  # type: ignore[union-attr]
    assert sizes == [2, None]  # the size of a single one is never set
    assert_conventional(spans)


@pytest.mark.parametrize("operation", [SEND, processing("mitmach.metrics")])
def test_a_batch_of_several_topics_names_none_and_its_parts_name_theirs(
    operation: Operation, tracing: Tracing, spans: InMemorySpanExporter
) -> None:
    other = TRACE.replace("4bf9", "5bf9")
    with tracing.batch(operation, [(TRACE, "mitmach.posts.v1"), (other, "mitmach.groups.v1")]):
        pass
    first, second, batch = spans.get_finished_spans()
    name = operation.name
    assert batch.name == name
    assert {first.name, second.name} == {f"{name} mitmach.posts.v1", f"{name} mitmach.groups.v1"}
    assert {span.kind for span in (first, second, batch)} == {
        SpanKind.PRODUCER if name == "send" else SpanKind.CONSUMER
    }
    for span in (first, second, batch):
        assert span.attributes is not None
        assert span.attributes[messaging.MESSAGING_SYSTEM] == "kafka"
        assert span.attributes[messaging.MESSAGING_OPERATION_NAME] == name
        assert span.attributes[messaging.MESSAGING_OPERATION_TYPE] == name
        one_topic = messaging.MESSAGING_DESTINATION_NAME in span.attributes
        assert one_topic is (span is not batch)
        many = messaging.MESSAGING_BATCH_MESSAGE_COUNT in span.attributes
        assert many is (span is batch)
        if name == "process":
            assert span.attributes[messaging.MESSAGING_CONSUMER_GROUP_NAME] == "mitmach.metrics"
    assert_conventional(spans)


def test_a_failed_batch_keeps_the_kind_of_error_and_not_its_words(
    tracing: Tracing, spans: InMemorySpanExporter
) -> None:
    def fail() -> None:
        with tracing.batch(COMMIT, [(TRACE, "mitmach_notes")]):
            raise ValueError("anna@example.com")

    with pytest.raises(ValueError, match="anna"):
        fail()
    for span in spans.get_finished_spans():
        assert span.status.description == "ValueError"
        assert span.attributes is not None
        assert span.attributes["error.type"] == "ValueError"
        assert "anna" not in span.to_json()


@pytest.fixture
def log_lines() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    before = root.handlers[:], root.level
    stream = io.StringIO()
    configure_logs("notes", stream=stream)
    yield stream
    root.handlers[:], root.level = before


def test_a_log_line_is_json_with_the_trace_and_without_the_errors_words(
    log_lines: io.StringIO,
) -> None:
    person, token = "anna", current_trace.set(TRACE)
    try:
        raise KeyError(person)
    except KeyError:
        logging.getLogger("shared.test").exception("it failed", extra={"route": "/v1/notes"})
    finally:
        current_trace.reset(token)
    (line,) = log_lines.getvalue().splitlines()
    found = json.loads(line)
    assert found["message"] == "it failed"
    assert found["level"] == "ERROR"
    assert found["service"] == "notes"
    assert found["trace_id"] == trace_id(TRACE)
    assert found["route"] == "/v1/notes"
    assert found["error"] == "KeyError"
    assert "test_telemetry.py" in found["stack"]
    assert person not in line


def test_libraries_are_quiet_and_we_are_not(log_lines: io.StringIO) -> None:
    logging.getLogger("aiokafka").info("connected to broker at 10.0.0.1")
    logging.getLogger("services.notes").info("ready")
    assert [json.loads(line)["message"] for line in log_lines.getvalue().splitlines()] == ["ready"]


@pytest.mark.parametrize("form", ["json", "text"])
def test_whatever_is_logged_is_one_line(form: str) -> None:
    root, stream = logging.getLogger(), io.StringIO()
    before = root.handlers[:], root.level
    logging.captureWarnings(False)  # another test may have left it on, for another stream
    configure_logs("notes", form=form, stream=stream)
    log = logging.getLogger("shared.test")
    try:
        try:
            raise ValueError("two\nlines")
        except ValueError:
            log.exception("it\nfailed", extra={"reason": "two\r\nlines and blanks", "tries": 3})
        log.info("fine", extra={"empty": ""})
        warnings.warn("a library's word", UserWarning, stacklevel=1)
    finally:
        root.handlers[:], root.level = before
        logging.captureWarnings(False)
    lines = stream.getvalue().splitlines()
    assert len(lines) == 3, lines
    if form == "text":
        assert 'reason="two' in lines[0]
        assert "tries=3 error=ValueError at=" in lines[0]
        assert lines[1].endswith('fine empty=""')
    assert "two\nlines" not in lines[0]
