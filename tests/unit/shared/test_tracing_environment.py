"""What the environment says about tracing is done: a real export to a collector on this machine."""

import logging
import os
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import NamedTuple

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from shared.runtime.settings import SettingsError, TelemetrySettings
from shared.runtime.telemetry import Tracing, telemetry_from
from shared.runtime.telemetry.environment import _timeout, tracing_from

TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
UNRECORDED = TRACE[:-1] + "0"


class Export(NamedTuple):
    path: str
    headers: Mapping[str, str]
    resource: Mapping[str, str]
    spans: tuple[str, ...]


class Collector(NamedTuple):
    address: str
    exports: list[Export]


@pytest.fixture
def collector() -> Iterator[Collector]:
    exports: list[Export] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            request = ExportTraceServiceRequest.FromString(body)
            (told,) = request.resource_spans
            exports.append(
                Export(
                    self.path,
                    {name.lower(): value for name, value in self.headers.items()},
                    {one.key: one.value.string_value for one in told.resource.attributes},
                    tuple(span.name for scope in told.scope_spans for span in scope.spans),
                )
            )
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server, ThreadPoolExecutor(1) as pool:
        pool.submit(server.serve_forever, 0.01)
        yield Collector(f"http://127.0.0.1:{server.server_port}", exports)
        server.shutdown()


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """No variable of whoever runs the tests."""
    for name in list(os.environ):
        if name.startswith(("OTEL_", "MITMACH_OTLP", "MITMACH_TRACE")):
            monkeypatch.delenv(name)
    return monkeypatch


def trace_a_step(tracing: Tracing, parent: str = "") -> None:
    tracing.end(tracing.begin("step", parent=parent))
    tracing.close()


def test_the_variables_of_opentelemetry_are_read(
    collector: Collector, bare: pytest.MonkeyPatch
) -> None:
    bare.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", collector.address + "/base")
    bare.setenv("OTEL_EXPORTER_OTLP_HEADERS", "x-tenant=social,authorization=Basic%20abc")
    bare.setenv("OTEL_SERVICE_NAME", "intranet")
    bare.setenv("OTEL_RESOURCE_ATTRIBUTES", "deployment.environment.name=pilot,service.name=no")
    trace_a_step(telemetry_from(TelemetrySettings(), "posts-api").tracing)
    (export,) = collector.exports
    assert export.path == "/base/v1/traces"
    assert export.headers["x-tenant"] == "social"
    assert export.headers["authorization"] == "Basic abc"
    assert export.resource["service.name"] == "intranet"
    assert export.resource["service.namespace"] == "mitmach"
    assert export.resource["deployment.environment.name"] == "pilot"
    assert export.spans == ("step",)


def test_the_endpoint_of_traces_is_taken_as_it_is_and_wins(
    collector: Collector, bare: pytest.MonkeyPatch
) -> None:
    bare.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9")
    bare.setenv("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", collector.address + "/spans")
    trace_a_step(tracing_from("posts-api"))
    (export,) = collector.exports
    assert export.path == "/spans"
    assert export.resource["service.name"] == "posts-api"


def test_our_own_settings_win(collector: Collector, bare: pytest.MonkeyPatch) -> None:
    bare.setenv("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://127.0.0.1:9/v1/traces")
    bare.setenv("OTEL_TRACES_SAMPLER", "always_off")
    bare.setenv("MITMACH_OTLP_ENDPOINT", collector.address + "/")
    bare.setenv("MITMACH_TRACE_RATIO", "1")
    trace_a_step(telemetry_from(TelemetrySettings(), "posts-api").tracing)
    (export,) = collector.exports
    assert export.path == "/v1/traces"


@pytest.mark.parametrize(
    ("sampler", "parent", "exported"),
    [
        (("", ""), "", True),
        (("always_on", ""), UNRECORDED, True),
        (("always_off", ""), "", False),
        (("traceidratio", "0"), "", False),
        (("parentbased_traceidratio", "0"), TRACE, True),
        (("parentbased_always_on", ""), UNRECORDED, False),
    ],
)
def test_the_sampler_is_the_one_that_is_named(
    sampler: tuple[str, str],
    parent: str,
    exported: bool,
    collector: Collector,
    bare: pytest.MonkeyPatch,
) -> None:
    for name, value in zip(
        ("OTEL_TRACES_SAMPLER", "OTEL_TRACES_SAMPLER_ARG"), sampler, strict=True
    ):
        bare.setenv(name, value)
    bare.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", collector.address)
    # The default of our own setting must not count as somebody's choice.
    trace_a_step(telemetry_from(TelemetrySettings(), "posts-api").tracing, parent)
    assert bool(collector.exports) is exported


@pytest.mark.parametrize(
    ("variables", "on"),
    [
        ({}, False),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:9"}, True),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:9", "OTEL_SDK_DISABLED": "true"}, False),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:9", "OTEL_SDK_DISABLED": "no"}, True),
        (
            {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:9", "OTEL_TRACES_EXPORTER": "none"},
            False,
        ),
        ({"OTEL_TRACES_EXPORTER": "otlp"}, True),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": ""}, False),
    ],
)
def test_tracing_is_on_where_something_takes_traces(variables: Mapping[str, str], on: bool) -> None:
    tracing = tracing_from("posts-api", environ=variables)
    assert tracing.on is on
    tracing.close()


def test_our_endpoint_does_not_switch_on_what_is_disabled() -> None:
    disabled = {"OTEL_SDK_DISABLED": "TRUE"}
    assert not tracing_from("posts-api", endpoint="http://127.0.0.1:9", environ=disabled).on


def test_timeouts_are_milliseconds_as_the_specification_says() -> None:
    assert _timeout({"OTEL_EXPORTER_OTLP_TIMEOUT": "2500"}) == 2.5
    both = {"OTEL_EXPORTER_OTLP_TRACES_TIMEOUT": "100", "OTEL_EXPORTER_OTLP_TIMEOUT": "2500"}
    assert _timeout(both) == 0.1
    assert _timeout({}) is None


def test_a_wrong_timeout_is_told_in_a_sentence_with_its_variable() -> None:
    with pytest.raises(SettingsError, match=r"OTEL_EXPORTER_OTLP_TIMEOUT is wrong .*milliseconds"):
        tracing_from(
            "posts-api",
            endpoint="http://127.0.0.1:9",
            environ={"OTEL_EXPORTER_OTLP_TIMEOUT": "10s"},
        )


def test_a_limit_that_the_library_refuses_is_told_in_a_sentence(bare: pytest.MonkeyPatch) -> None:
    bare.setenv("OTEL_SPAN_LINK_COUNT_LIMIT", "many")
    with pytest.raises(SettingsError, match="OTEL_SPAN_LINK_COUNT_LIMIT"):
        tracing_from("posts-api", endpoint="http://127.0.0.1:9")


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc", "http/protobuf"),
        ("OTEL_PROPAGATORS", "b3", "b3"),
    ],
)
def test_what_is_not_spoken_here_is_said(
    variable: str, value: str, said: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        tracing_from("posts-api", endpoint="http://127.0.0.1:9", environ={variable: value}).close()
    assert said in caplog.text


@pytest.mark.parametrize(
    ("propagators", "continued"),
    [("", True), ("tracecontext,baggage", True), ("none", False), ("b3", False)],
)
def test_callers_are_followed_where_their_propagator_is_named(
    propagators: str, continued: bool
) -> None:
    tracing = tracing_from(
        "posts-api", endpoint="http://127.0.0.1:9", environ={"OTEL_PROPAGATORS": propagators}
    )
    assert tracing.continues is continued
    tracing.close()
