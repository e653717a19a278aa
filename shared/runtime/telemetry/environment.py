"""What the environment says about tracing: the variables of OpenTelemetry, and our short ones.

`OTEL_...` variables mean what OpenTelemetry's specification says, with two additions: nothing is
traced until an endpoint or an exporter is named, and our own settings, which are about this program
alone, win: `MITMACH_OTLP_ENDPOINT` over the endpoints, `MITMACH_TRACE_RATIO` over the sampler.
`OTEL_SDK_DISABLED` wins over everything.

What the library reads by itself (headers, certificates, compression, limits, sizes of batches) is
left to it. It takes timeouts for seconds where the specification says milliseconds, so those are
read here.
"""

import logging
import os
from collections.abc import Callable, Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import OTELResourceDetector
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.sampling import ParentBased, Sampler, TraceIdRatioBased

from shared.runtime.settings import SettingsError, readable_file, web_address
from shared.runtime.telemetry.tracing import Tracing

log = logging.getLogger(__name__)

_ENDPOINTS = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")
_TIMEOUTS = ("OTEL_EXPORTER_OTLP_TRACES_TIMEOUT", "OTEL_EXPORTER_OTLP_TIMEOUT")
_FILES = tuple(
    f"OTEL_EXPORTER_OTLP_{of}{file}"
    for of in ("TRACES_", "")
    for file in ("CERTIFICATE", "CLIENT_CERTIFICATE", "CLIENT_KEY")
)
_PROTOCOLS = ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL")
_SPOKEN = "http/protobuf"
_PROPAGATORS = {"tracecontext", "baggage"}  # nothing here makes or reads baggage


def tracing_from(
    service: str,
    *,
    endpoint: str | None = None,
    ratio: float | None = None,
    environ: Mapping[str, str] = os.environ,
) -> Tracing:
    """The tracing of a process, as settings and environment say; switched off if neither does.

    Args:
        service: The name of the process, unless `OTEL_SERVICE_NAME` gives another.
        endpoint: Base address of a collector, from our own setting; None if that isn't set.
        ratio: Share of new traces that are recorded, from our own setting; None if that isn't set.
        environ: The environment's variables, as far as they are read here; the library reads those
            of the process.

    Raises:
        SettingsError: A variable of OpenTelemetry is wrong; one sentence names it.
    """
    if not _wanted(endpoint, environ):
        return Tracing(service)
    _warn(environ)
    _check(_ENDPOINTS, "where traces go", web_address, environ)
    _check(
        _FILES, "what traces are protected with", lambda text: readable_file(Path(text)), environ
    )
    timeout = _timeout(environ)
    try:
        exporter = OTLPSpanExporter(
            endpoint=f"{endpoint.rstrip('/')}/v1/traces" if endpoint else None, timeout=timeout
        )
        return Tracing(
            service,
            processor=BatchSpanProcessor(exporter),
            sampler=_sampler(ratio, environ),
            resource={**_version(), **OTELResourceDetector().detect().attributes},
            continues="tracecontext" in _propagators(environ),
        )
    except (ValueError, OSError) as error:
        raise SettingsError(
            f"A variable OTEL_... is wrong, so nothing can be traced: {error}."
        ) from None


def _wanted(endpoint: str | None, environ: Mapping[str, str]) -> bool:
    if environ.get("OTEL_SDK_DISABLED", "").strip().lower() == "true":
        return False
    exporters = _listed(environ.get("OTEL_TRACES_EXPORTER", ""))
    if exporters and "otlp" not in exporters:
        if exporters != {"none"}:
            log.warning("OTEL_TRACES_EXPORTER names none that is here, so nothing is traced: otlp")
        return False
    return bool(endpoint or _first(_ENDPOINTS, environ) or exporters)


def _warn(environ: Mapping[str, str]) -> None:
    protocol = _first(_PROTOCOLS, environ)
    if protocol and protocol != _SPOKEN:
        log.warning(
            "OTEL_EXPORTER_OTLP_PROTOCOL is %s, but traces go as %s; collectors take those on"
            " another port, usually 4318",
            protocol,
            _SPOKEN,
        )
    if foreign := _propagators(environ) - _PROPAGATORS - {"none"}:
        log.warning(
            "OTEL_PROPAGATORS names what isn't read here: %s; only tracecontext is",
            ", ".join(sorted(foreign)),
        )


def _check(
    names: tuple[str, ...],
    meaning: str,
    check: Callable[[str], object],
    environ: Mapping[str, str],
) -> None:
    """Has the library not meet what it would only tell at each export, in a traceback."""
    for name in names:
        if text := environ.get(name, "").strip():
            try:
                check(text)
            except ValueError as error:
                raise SettingsError(f"The variable {name} is wrong ({meaning}): {error}.") from None


def _timeout(environ: Mapping[str, str]) -> float | None:
    """Seconds that an export may take; None for the library's own choice."""
    for name in _TIMEOUTS:
        if text := environ.get(name, "").strip():
            if not text.isdecimal():
                raise SettingsError(
                    f"The variable {name} is wrong (milliseconds that an export of traces may"
                    " take): it must be a whole number."
                )
            return int(text) / 1000
    return None


def _sampler(ratio: float | None, environ: Mapping[str, str]) -> Sampler | None:
    """Our own where we have something to say; None leaves the choice to the library."""
    if ratio is None and not environ.get("OTEL_TRACES_SAMPLER", "").strip():
        ratio = 1.0  # an empty variable counts as not set, which the library doesn't know
    return None if ratio is None else ParentBased(TraceIdRatioBased(ratio))


def _propagators(environ: Mapping[str, str]) -> set[str]:
    return _listed(environ.get("OTEL_PROPAGATORS", "")) or set(_PROPAGATORS)


def _listed(text: str) -> set[str]:
    return {part for word in text.split(",") if (part := word.strip().lower())}


def _first(names: tuple[str, ...], environ: Mapping[str, str]) -> str:
    return next((text for name in names if (text := environ.get(name, "").strip())), "")


def _version() -> dict[str, str]:
    try:
        return {"service.version": version("mitmach")}
    except PackageNotFoundError:  # run from a checkout
        return {}
