"""Traces: one from the request through log, relay and Kafka to the reader; nothing when it's off.

Every event carries a W3C `traceparent`, traced or not, so that logs of all processes can be joined.
A batch (a commit, a relay's send, a consumer's flush) is one span with links to the traces of what
is in it; each of those traces, where it is sampled, gets a child span with the batch's times, so it
shows the whole way. Rejected: the instrumentation of the Kafka client, which traces each record
and has leaked memory.
"""

import random
import re
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from typing import Any, NamedTuple

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.sampling import ParentBased, TraceIdRatioBased
from opentelemetry.trace import (
    Link,
    NonRecordingSpan,
    Span,
    SpanContext,
    SpanKind,
    Status,
    StatusCode,
    TraceFlags,
    Tracer,
    set_span_in_context,
)

MOST_LINKS = 128
"""Links of a span at most, which is the protocol's default.

The traces of a batch beyond it are counted and not linked.
"""

current_trace: ContextVar[str] = ContextVar("current_trace", default="")
"""The traceparent of what this task works on; log lines carry its trace id."""

_TRACEPARENT = re.compile(r"00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")
_KINDS = {
    "internal": SpanKind.INTERNAL,
    "server": SpanKind.SERVER,
    "producer": SpanKind.PRODUCER,
    "consumer": SpanKind.CONSUMER,
}
_bits = random.SystemRandom().getrandbits
_dice = random.Random(_bits(128))  # ids must differ, not be secret


class Traced(NamedTuple):
    """A step that is traced, or would be if tracing were on.

    Attributes:
        traceparent: What names the step to others: headers, events and log lines carry it.
        span: The span of OpenTelemetry; None where nothing is recorded.
    """

    traceparent: str
    span: Span | None

    def note(self, **attributes: str | float | bool) -> None:
        """Adds attributes to the span; never personal data."""
        if self.span is not None:
            self.span.set_attributes(attributes)


_NOT_TRACED: AbstractContextManager[Traced] = nullcontext(Traced("", None))


# Neither the trace's id, in front, nor the span's, of 64 bits, may be zero.
_NOT_ZERO = 1 << 64 | 1


def is_traceparent(text: str) -> bool:
    """Whether it is a valid W3C traceparent of version 00."""
    return len(text) == 55 and _TRACEPARENT.fullmatch(text) is not None


def new_traceparent() -> str:
    """Starts a trace that nobody records: its id joins log lines and events."""
    digits = f"{_dice.getrandbits(192) | _NOT_ZERO:048x}"
    return f"00-{digits[:32]}-{digits[32:]}-00"


def request_traceparent(header: bytes | None) -> str:
    """Continues the caller's trace if the `traceparent` header is valid, else begins a trace."""
    if header is not None:
        text = header.decode("latin-1")
        if is_traceparent(text):
            return text
    return new_traceparent()


def trace_id(traceparent: str) -> str:
    """The 32 digits that name the trace."""
    return traceparent[3:35]


def _context(traceparent: str) -> SpanContext | None:
    if not is_traceparent(traceparent):
        return None
    return SpanContext(
        trace_id=int(traceparent[3:35], 16),
        span_id=int(traceparent[36:52], 16),
        is_remote=True,
        trace_flags=TraceFlags(int(traceparent[53:], 16)),
    )


def _name_of(context: SpanContext) -> str:
    return f"00-{context.trace_id:032x}-{context.span_id:016x}-{context.trace_flags:02x}"


class Tracing:
    """Makes spans where an endpoint is set; otherwise it costs a comparison.

    Args:
        service: The name that collectors show, as `service.name`.
        endpoint: Base address of an OTLP collector; None switches tracing off.
        ratio: Share of new traces that are recorded.
        processor: Takes the spans instead of the exporter, for tests.
    """

    def __init__(
        self,
        service: str,
        *,
        endpoint: str | None = None,
        ratio: float = 1.0,
        processor: SpanProcessor | None = None,
    ) -> None:
        self._provider: TracerProvider | None = None
        self._tracer: Tracer | None = None
        if endpoint is None and processor is None:
            return
        self._provider = TracerProvider(
            resource=Resource.create({"service.name": service, "service.namespace": "mitmach"}),
            sampler=ParentBased(TraceIdRatioBased(ratio)),
        )
        if processor is None:
            exporter = OTLPSpanExporter(endpoint=f"{(endpoint or '').rstrip('/')}/v1/traces")
            processor = BatchSpanProcessor(exporter)
        self._provider.add_span_processor(processor)
        self._tracer = self._provider.get_tracer("mitmach")

    @property
    def on(self) -> bool:
        """Whether anything is recorded."""
        return self._tracer is not None

    def close(self) -> None:
        """Sends the spans that wait; blocking, a few seconds at most."""
        if self._provider is not None:
            self._provider.shutdown()

    def begin(self, name: str, *, parent: str, kind: str = "internal") -> Traced:
        """Starts a span that `end` ends, for code that can't hold a `with` open.

        Args:
            name: The step that the span shows.
            parent: The traceparent of the step above it; empty for none.
            kind: What OpenTelemetry calls the kind of span: internal, server, producer, consumer.
        """
        if self._tracer is None:
            return Traced(parent, None)
        above = _context(parent)
        context = set_span_in_context(NonRecordingSpan(above)) if above is not None else None
        span = self._tracer.start_span(name, context=context, kind=_KINDS[kind])
        return Traced(_name_of(span.get_span_context()), span)

    def end(self, traced: Traced, error: BaseException | None = None) -> None:
        """Ends a span; of an error only the type is kept, since its text may be about someone."""
        if traced.span is not None:
            if error is not None:
                traced.span.set_status(Status(StatusCode.ERROR, type(error).__name__))
            traced.span.end()

    def span(
        self, name: str, *, parent: str = "", kind: str = "internal"
    ) -> AbstractContextManager[Traced]:
        """A step of a trace, as long as the block runs; arguments as for `begin`."""
        if self._tracer is None:
            return _NOT_TRACED if not parent else nullcontext(Traced(parent, None))
        return self._span(name, parent, kind)

    @contextmanager
    def _span(self, name: str, parent: str, kind: str) -> Iterator[Traced]:
        traced = self.begin(name, parent=parent, kind=kind)
        try:
            yield traced
        except BaseException as error:
            self.end(traced, error)
            raise
        self.end(traced)

    def batch(
        self,
        name: str,
        traceparents: Iterable[str | None],
        *,
        kind: str = "internal",
        attributes: Mapping[str, Any] | None = None,
    ) -> AbstractContextManager[Traced]:
        """One step that many traces share: `with tracing.batch("commit", parents): ...`.

        Args:
            name: The step that the span shows, such as `commit`.
            traceparents: The traces of what is in the batch; read only where tracing is on.
            kind: What OpenTelemetry calls the kind of span: internal, producer or consumer.
            attributes: Counts and names, never personal data.
        """
        if self._tracer is None:
            return _NOT_TRACED
        return self._batch(self._tracer, name, traceparents, kind, attributes or {})

    @contextmanager
    def _batch(
        self,
        tracer: Tracer,
        name: str,
        traceparents: Iterable[str | None],
        kind: str,
        attributes: Mapping[str, Any],
    ) -> Iterator[Traced]:
        contexts = [
            context for text in dict.fromkeys(traceparents) if (context := _context(text or ""))
        ]
        sampled = [context for context in contexts if context.trace_flags.sampled][:MOST_LINKS]
        started = time.time_ns()
        span = tracer.start_span(
            name,
            kind=_KINDS[kind],
            links=[Link(context) for context in sampled],
            attributes={**attributes, "mitmach.batch": len(contexts)},
            start_time=started,
        )
        traced = Traced(_name_of(span.get_span_context()), span)
        failure: BaseException | None = None
        try:
            yield traced
        except BaseException as error:
            failure = error
            raise
        finally:
            ended = time.time_ns()
            for context in sampled:
                child = tracer.start_span(
                    name,
                    context=set_span_in_context(NonRecordingSpan(context)),
                    kind=_KINDS[kind],
                    links=[Link(span.get_span_context())],
                    attributes=dict(attributes),
                    start_time=started,
                )
                if failure is not None:
                    child.set_status(Status(StatusCode.ERROR, type(failure).__name__))
                child.end(ended)
            self.end(traced, failure)
