"""Names and values of spans, held against OpenTelemetry's own list of both."""

import enum
import importlib
import pkgutil
from functools import cache
from typing import Any

from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.semconv import attributes as stable
from opentelemetry.semconv._incubating import attributes as unstable

OURS = "mitmach."
DEPRECATED = {"db.system", "db.name", "db.operation", "messaging.operation", "http.method"}


@cache
def known() -> dict[str, frozenset[str]]:
    """Attribute -> its well-known values; none where any value is right."""
    found: dict[str, frozenset[str]] = {}
    for package in (stable, unstable):
        for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
            content: dict[str, Any] = vars(importlib.import_module(module.name))
            for name, value in content.items():
                if name.isupper() and isinstance(value, str):
                    kind = content.get(f"{name.title().replace('_', '')}Values")
                    listed: tuple[Any, ...] = (
                        tuple(kind.__members__.values()) if isinstance(kind, enum.EnumMeta) else ()
                    )
                    found[value] = frozenset(str(one.value) for one in listed)
    return found


def assert_conventional(spans: InMemorySpanExporter) -> None:
    """Every attribute of every finished span is one of the conventions', with a value of theirs."""
    finished = spans.get_finished_spans()
    assert finished
    for span in finished:
        for name, value in (span.attributes or {}).items():
            if name.startswith(OURS):
                continue
            assert name in known(), f"{span.name}: nobody knows {name}"
            assert name not in DEPRECATED
            if name == "error.type":
                continue  # any low-cardinality text; `_OTHER` is the one that is named
            if values := known()[name]:
                assert value in values, f"{span.name}: {name} is never {value!r}"
