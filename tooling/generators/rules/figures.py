"""Figures that several alerts and panels ask for.

All of them keep `namespace`, so that two installations under one Prometheus stay apart; where
nothing sets that label it is empty, and harmless.
"""

from collections.abc import Iterator

from tooling.generators.rules.rule import Recording, RuleGroup

STREAMS = ("/v1/live",)
"""Routes whose answer ends when the reader leaves: their time says nothing about us."""

SLOW = 0.5
"""Seconds from which an answer counts as slow; a bucket of the histogram ends there."""

_ENDING = f'route!~"{"|".join(STREAMS)}"'
_COUNT = "mitmach_http_request_seconds_count"
_BUCKET = "mitmach_http_request_seconds_bucket"
_READS = 'method=~"GET|HEAD"'
_WRITES = 'method!~"GET|HEAD"'


def _errors(window: str) -> Recording:
    return Recording(
        f"mitmach:http_errors:ratio{window}",
        f'(sum by (namespace, service) (rate({_COUNT}{{status=~"5.."}}[{window}]))\n'
        f"  or 0 * sum by (namespace, service) (rate({_COUNT}[{window}])))\n"
        f"/ (sum by (namespace, service) (rate({_COUNT}[{window}])) > 0)\n",
    )


def _slow(window: str) -> Recording:
    return Recording(
        f"mitmach:http_slow:ratio{window}",
        "1 - sum by (namespace, service)"
        f' (rate({_BUCKET}{{le="{SLOW}", {_ENDING}}}[{window}]))\n'
        f"/ (sum by (namespace, service) (rate({_COUNT}{{{_ENDING}}}[{window}])) > 0)\n",
    )


def _p99(which: str, methods: str) -> Recording:
    return Recording(
        "mitmach:http_request_seconds:p99_5m",
        "histogram_quantile(0.99, sum by (le, namespace, service)\n"
        f"  (rate({_BUCKET}{{{methods}, {_ENDING}}}[5m])))\n",
        {"class": which},
    )


def _recordings() -> Iterator[Recording]:
    yield Recording(
        "mitmach:http_requests:rate5m", f"sum by (namespace, service) (rate({_COUNT}[5m]))"
    )
    yield from map(_errors, ("5m", "30m", "1h", "6h"))
    yield from map(_slow, ("5m", "1h"))
    yield _p99("read", _READS)
    yield _p99("write", _WRITES)
    yield Recording(
        "mitmach:event_delay_seconds:p99_5m",
        "histogram_quantile(0.99, sum by (le, namespace, consumer)\n"
        "  (rate(mitmach_event_delay_seconds_bucket[5m])))\n",
    )


GROUP = RuleGroup("mitmach-figures", tuple(_recordings()), interval="15s")
