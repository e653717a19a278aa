"""Traces: one from the request through log, relay and Kafka to the reader; nothing when it's off.

Every event carries a W3C `traceparent`, traced or not, so that logs of all processes can be joined;
for data teams an alias of it, which relay and consumers turn back (`contract/events/traces.py`).
A batch (a commit, a relay's send, a consumer's flush) is one span with links to the traces of what
is in it; each of those traces, where it is sampled, gets a child span with the batch's times, so it
shows the whole way. Spans and their attributes are named as OpenTelemetry's conventions want it
(`operations.py`, and `shared.web.http` for requests); what the environment says about tracing is
read in `environment.py`. Rejected: the instrumentation of the Kafka client, which traces each
record and has leaked memory.
"""

import random
import re
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from typing import Any, NamedTuple

from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.sampling import Sampler
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

from shared.runtime.telemetry.operations import ERROR_TYPE, Operation

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
    "client": SpanKind.CLIENT,
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
        exemplar: Labels that lead from a measured time to a trace that is recorded; None where
            none is.
    """

    traceparent: str
    span: Span | None
    exemplar: dict[str, str] | None = None

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


def _exemplar(context: SpanContext) -> dict[str, str] | None:
    if not context.trace_flags.sampled:
        return None
    return {"trace_id": f"{context.trace_id:032x}", "span_id": f"{context.span_id:016x}"}


def _name_of(context: SpanContext) -> str:
    return f"00-{context.trace_id:032x}-{context.span_id:016x}-{context.trace_flags:02x}"


class Tracing:
    """Makes spans where something takes them; otherwise it costs a comparison.

    Args:
        service: The name that collectors show, as `service.name`, unless the resource has one.
        processor: Takes the spans; None switches tracing off.
        sampler: Decides which traces are recorded; what the environment says when left out.
        resource: What collectors show about the process, beside the service's name.
        continues: Whether the trace of a caller's `traceparent` is continued.

    Attributes:
        continues: Whether the trace of a caller's `traceparent` is continued.
    """

    def __init__(
        self,
        service: str,
        *,
        processor: SpanProcessor | None = None,
        sampler: Sampler | None = None,
        resource: Mapping[str, Any] | None = None,
        continues: bool = True,
    ) -> None:
        self.continues = continues
        self._provider: TracerProvider | None = None
        self._tracer: Tracer | None = None
        if processor is None:
            return
        about = {"service.name": service, "service.namespace": "mitmach", **(resource or {})}
        self._provider = TracerProvider(resource=Resource.create(about), sampler=sampler)
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

    def begin(
        self,
        name: str,
        *,
        parent: str,
        kind: str = "internal",
        attributes: Mapping[str, Any] | None = None,
    ) -> Traced:
        """Starts a span that `end` ends, for code that can't hold a `with` open.

        Args:
            name: The step that the span shows.
            parent: The traceparent of the step above it; empty for none.
            kind: What OpenTelemetry calls the kind of span: internal, server, client, producer,
                consumer.
            attributes: What is known at the start; samplers see it. Never personal data.
        """
        if self._tracer is None:
            return Traced(parent, None)
        above = _context(parent)
        context = set_span_in_context(NonRecordingSpan(above)) if above is not None else None
        span = self._tracer.start_span(
            name, context=context, kind=_KINDS[kind], attributes=attributes
        )
        made = span.get_span_context()
        return Traced(_name_of(made), span, _exemplar(made))

    def end(self, traced: Traced, error: BaseException | None = None) -> None:
        """Ends a span; of an error only the type is kept, since its text may be about someone."""
        if traced.span is not None:
            if error is not None:
                _fail(traced.span, error)
            traced.span.end()

    def batch(
        self,
        operation: Operation,
        members: Iterable[tuple[str | None, str]],
    ) -> AbstractContextManager[Traced]:
        """One step that many traces share: `with tracing.batch(operation, members): ...`.

        Args:
            operation: What is done to all that is in the batch.
            members: Of each thing in the batch the traceparent, and the target of the operation
                (a topic, a database); read only where tracing is on.
        """
        if self._tracer is None:
            return _NOT_TRACED
        return self._batch(self._tracer, operation, members)

    @contextmanager
    def _batch(
        self,
        tracer: Tracer,
        operation: Operation,
        members: Iterable[tuple[str | None, str]],
    ) -> Iterator[Traced]:
        targets: set[str] = set()
        traces: dict[str, list[str]] = {}
        size = 0
        for text, target in members:
            size += 1
            targets.add(target)
            if text:
                traces.setdefault(text, []).append(target)
        parts = [(context, to) for text, to in traces.items() if (context := _context(text))]
        sampled = [part for part in parts if part[0].trace_flags.sampled][:MOST_LINKS]
        started = time.time_ns()
        name, attributes = operation.of(targets, size)
        span = tracer.start_span(
            name,
            kind=_KINDS[operation.kind],
            links=[Link(context) for context, _ in sampled],
            attributes={**attributes, "mitmach.batch.traces": len(parts)},
            start_time=started,
        )
        own = span.get_span_context()
        shown = _exemplar(sampled[0][0] if sampled else own)
        failure: BaseException | None = None
        try:
            yield Traced(_name_of(own), span, shown)
        except BaseException as error:
            failure = error
            raise
        finally:
            ended = time.time_ns()
            for context, theirs in sampled:
                name, attributes = operation.of(set(theirs), len(theirs))
                child = tracer.start_span(
                    name,
                    context=set_span_in_context(NonRecordingSpan(context)),
                    kind=_KINDS[operation.kind],
                    links=[Link(own)],
                    attributes=attributes,
                    start_time=started,
                )
                if failure is not None:
                    _fail(child, failure)
                child.end(ended)
            if failure is not None:
                _fail(span, failure)
            span.end()


def _fail(span: Span, error: BaseException) -> None:
    kind = type(error).__name__
    span.set_attribute(ERROR_TYPE, kind)
    span.set_status(Status(StatusCode.ERROR, kind))
