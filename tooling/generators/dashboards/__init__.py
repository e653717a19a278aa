"""The Grafana dashboards in observability/, made by code: one module per board.

A dashboard's id never changes, so links and bookmarks survive; what it asks Prometheus for is held
against the metrics that the code exports by `tests/contract/observability`.
"""

from collections.abc import Mapping

from grafana_foundation_sdk.cog.encoder import JSONEncoder

from tooling.generators.dashboards import contests, engagement, pipeline, services
from tooling.generators.dashboards.panels import Board, build

FOLDER = "observability/grafana/dashboards"
BOARDS: tuple[Board, ...] = (
    engagement.BOARD,
    contests.BOARD,
    pipeline.BOARD,
    services.BOARD,
)


def generate() -> Mapping[str, bytes]:
    """One JSON file per board, ready for Grafana's provisioning."""
    encode = JSONEncoder(sort_keys=True, indent=2).encode
    return {
        f"{FOLDER}/{board.uid.removeprefix('mitmach-')}.json": (encode(build(board)) + "\n").encode(
            "utf-8"
        )
        for board in BOARDS
    }
