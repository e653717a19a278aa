"""What a relay tells Prometheus, and how it finds out what waits."""

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from shared.mongo import Database
from shared.outbox import LOG
from shared.relay.numbering import STATE
from shared.telemetry import Metrics


class Backlog(NamedTuple):
    """What the broker hasn't acknowledged.

    Attributes:
        events: How many.
        seconds: Age of the oldest; 0 when there is none.
    """

    events: int
    seconds: float


async def backlog(database: Database) -> Backlog:
    """Asks the log itself, so that a relay that is stuck can't say that all is well.

    Raises:
        Unavailable: The database doesn't answer.
    """
    state = await database.find_one(STATE, {"_id": STATE}) or {}
    sent, next_ = state.get("sent_through", 0), state.get("next_sequence", 1)
    waiting = await database.aggregate(
        LOG,
        [
            {"$match": {"first_sequence": None}},
            {
                "$group": {
                    "_id": None,
                    "events": {"$sum": {"$size": "$events"}},
                    "oldest": {"$min": "$at"},
                }
            },
        ],
    )
    events = sum(one["events"] for one in waiting) + max(next_ - 1 - sent, 0)
    ages = [one["oldest"] for one in waiting]
    if next_ - 1 > sent:
        numbered = await database.find(
            LOG,
            {"first_sequence": {"$gt": sent}},
            sort=(("first_sequence", 1),),
            limit=1,
            fields=("at",),
        )
        ages += [one["at"] for one in numbered]
    oldest = min((at.time for at in ages), default=None)
    return Backlog(events, 0.0 if oldest is None else max(time.time() - oldest, 0.0))


class RelayFigures:
    """The relay's series. Each exists from the start, at 0.

    Args:
        metrics: Of the process.
        service: The label.
        topics: What the service writes.
    """

    def __init__(self, metrics: Metrics, service: str, topics: Sequence[str]) -> None:
        self.leader = metrics.relay_leader.labels(service)
        self.lost_logs = metrics.relay_lost_logs.labels(service)
        self.rebuilt = metrics.relay_rebuilt_producers.labels(service)
        self._published = {one: metrics.relay_published.labels(service, one) for one in topics}
        self._lag = metrics.relay_lag.labels(service)
        self._age = metrics.relay_age.labels(service)

    def sent(self, documents: Sequence[Mapping[str, Any]]) -> None:
        """The broker has acknowledged these documents of the log."""
        topics = Counter(topic for document in documents for topic, _, _ in document["events"])
        for topic, count in topics.items():
            self._published[topic].inc(count)

    def waits(self, waiting: Backlog) -> None:
        """What a look at the log showed."""
        self._lag.set(waiting.events)
        self._age.set(waiting.seconds)
