"""Reading the gross totals: what Prometheus counters, the live stream and `verify` show."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime

import msgspec

from services.metrics.projection.increments import TallyKey
from services.metrics.projection.meanings import CONTRIBUTIONS, INTERACTIONS
from services.metrics.store.documents import TOTALS, parse_counter_name
from shared.contract.events.ballots import BallotCast
from shared.contract.events.topics import TOPICS
from shared.delivery.mongo import Database


class Totals(msgspec.Struct, kw_only=True):
    """Gross numbers since the beginning: they only grow.

    Attributes:
        events: Events by service and event type.
        interactions: Acts of people by kind, format and surface; a changed vote is none.
        contributions: Posts, comments and entries by kind and format.
        views: First views of a person of a post, by format.
        programs: Acts of programs by event type; of all above, only `events` counts them too.
        ballots: First ballots of a person in a contest, and those cast again after a withdrawal.
        recorded: Events that were recorded later than they happened, by service; `events` counts
            them too.
        newest: When the newest event that was counted happened, but for those.
        flushes: The number of the last flush, by partition.
        through: The last flush that is in the base, by partition.
    """

    events: Counter[tuple[str, str]] = msgspec.field(default_factory=Counter)
    interactions: Counter[tuple[str, str, str]] = msgspec.field(default_factory=Counter)
    contributions: Counter[tuple[str, str]] = msgspec.field(default_factory=Counter)
    views: Counter[str] = msgspec.field(default_factory=Counter)
    programs: Counter[str] = msgspec.field(default_factory=Counter)
    ballots: int = 0
    recorded: Counter[str] = msgspec.field(default_factory=Counter)
    newest: datetime | None = None
    flushes: dict[str, int] = msgspec.field(default_factory=dict)
    through: dict[str, int] = msgspec.field(default_factory=dict)

    def headline(self) -> dict[str, int]:
        """The five numbers that a person watches."""
        return {
            "events": self.events.total(),
            "views": self.views.total(),
            "interactions": self.interactions.total(),
            "contributions": self.contributions.total(),
            "ballots": self.ballots,
        }


async def read_totals(database: Database) -> Totals:
    """The totals of all partitions, summed: some thirty small documents are read."""
    totals = Totals()
    for stored in await database.find(TOTALS, {}):
        partition: str = stored["_id"]
        totals.flushes[partition] = stored["flush"]
        totals.through[partition] = stored.get("through", 0)
        newest = stored.get("newest")
        if newest is not None and (totals.newest is None or newest > totals.newest):
            totals.newest = newest
        totals.views.update(stored.get("views", {}))
        service = TOPICS[partition.rpartition("/")[0]].writer
        add_events(totals, service, stored.get("events", {}))
        if recorded := stored.get("recorded"):
            totals.recorded[service] += recorded
    return totals


def add_events(totals: Totals, service: str, events: Mapping[str, int]) -> None:
    """Adds what was counted of a service.

    Args:
        totals: The totals that grow.
        service: The service that emitted the events.
        events: How many there were, by the name of their counter.
    """
    for name, count in events.items():
        key: TallyKey = parse_counter_name(name)
        totals.events[service, key.type] += count
        if key.surface == "program":
            totals.programs[key.type] += count
            continue
        if key.type in INTERACTIONS and key.surface != "changed":
            kind = INTERACTIONS[key.type]
            totals.interactions[kind, key.format, key.surface] += count
        if key.type in CONTRIBUTIONS:
            totals.contributions[CONTRIBUTIONS[key.type], key.format] += count
        if key.type == BallotCast.type:
            totals.ballots += count
