"""What a process tells: names of metrics, traces that join, log lines without people in them."""

import io
import json
import logging
from collections.abc import Iterator

import pytest
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from prometheus_client import generate_latest

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
    with tracing.span("step", parent=TRACE) as traced:
        traced.note(count=1)
        assert traced.traceparent == TRACE
    with tracing.batch("commit", (_ for _ in ["never looked at"])) as traced:
        assert traced.span is None


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


def test_a_batch_is_one_span_with_links_and_a_child_in_each_sampled_trace(
    tracing: Tracing, spans: InMemorySpanExporter
) -> None:
    other = TRACE.replace("4bf9", "5bf9")
    unsampled = TRACE.replace("4bf9", "6bf9")[:-1] + "0"
    parents = [TRACE, other, TRACE, unsampled, None, "nonsense"]
    with tracing.batch("commit", parents, attributes={"service": "notes"}):
        pass
    *children, batch = spans.get_finished_spans()
    assert batch.attributes is not None
    assert batch.attributes["mitmach.batch"] == 3
    linked = {f"{link.context.trace_id:032x}" for link in batch.links}
    assert linked == {trace_id(TRACE), trace_id(other)}
    assert {f"{child.context.trace_id:032x}" for child in children} == linked
    assert all(child.links[0].context.span_id == batch.context.span_id for child in children)


def test_a_failed_batch_keeps_the_kind_of_error_and_not_its_words(
    tracing: Tracing, spans: InMemorySpanExporter
) -> None:
    def fail() -> None:
        with tracing.batch("commit", [TRACE]):
            raise ValueError("anna@example.com")

    with pytest.raises(ValueError, match="anna"):
        fail()
    for span in spans.get_finished_spans():
        assert span.status.description == "ValueError"
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
