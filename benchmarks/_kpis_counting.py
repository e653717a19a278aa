"""The process that counts while `kpis.py` asks: it folds and flushes what people do.

    python benchmarks/_kpis_counting.py URL [--scale 1.0] [--seconds 60]

It reads and writes the store that `kpis.py` has built, 2,000 events with each flush. Prints one
line of JSON: how many flushes there were, what they took, and the memory of the process.
"""

import argparse
import json
import random
import resource
import statistics
import time
from collections.abc import Sequence
from datetime import UTC, datetime

import uvloop

from benchmarks._metrics_store import PARTITIONS, Size, person_id, post_id, post_of
from services.metrics.projection import MetricsFold, decode, fold
from services.metrics.store.write.writer import Writer
from shared.contract.events import topics
from shared.contract.events.envelope import format_time, seal, with_sequence
from shared.contract.events.posts import PostViewed
from shared.contract.events.responses import CommentAdded, ReactionAdded
from shared.delivery.mongo import Driver, connect
from shared.delivery.relay.sequences import partition_of
from tooling.sample_events import sample

PREFIX = "bench_"
NAME = f"{PREFIX}metrics"
EVENTS = 2_000  # per flush
KINDS = (PostViewed, ReactionAdded, CommentAdded)


def reference(scale: float) -> Size:
    """The reference size or a part of it; the days stay."""
    return Size(
        people=int(100_000 * scale),
        groups=max(int(2_000 * scale), 20),
        posts=int(1_000_000 * scale),
        days=365,
    )


def quantiles(seconds: Sequence[float]) -> dict[str, float]:
    """Median and 99th percentile, in milliseconds."""
    ordered = sorted(seconds)
    return {
        "p50": round(1000 * statistics.median(ordered), 1),
        "p99": round(1000 * ordered[min(int(len(ordered) * 0.99), len(ordered) - 1)], 1),
    }


def _tell(folds: dict[int, MetricsFold], size: Size, dice: random.Random) -> None:
    """Folds what people do between two flushes."""
    now = datetime.now(UTC)
    week = size.posts * 7 // size.days
    for _ in range(EVENTS):
        recent = dice.random() < 0.75
        back = int(dice.expovariate(5 / week)) if recent else dice.randrange(size.posts)
        at = max(size.posts - 1 - back, 0)
        id_, post = post_id(at, size, now.date()), post_of(at, size, now.date(), random.Random(at))
        kind = dice.choices(KINDS, (7, 2, 1))[0]
        of_views = {"own": False, "in_audience": True} if kind is PostViewed else {}
        data = sample(
            kind,
            optional=False,
            post_id=id_,
            group_id=post.group_id,
            format=post.format,
            topics=post.topics,
            published_at=post.published_at,
            **of_views,
        )
        sealed = seal(
            data,
            actor=person_id(dice.randrange(size.people)),
            source="/mitmach/posts/benchmark",
            event_id=id_,
            time=format_time(now),
            traceparent=None,
        )
        folds[partition_of(id_, PARTITIONS)].apply(decode(with_sequence(sealed.body, 1, 0)))


async def count(url: str, size: Size, seconds: float) -> None:
    """Folds and flushes for a while; prints what a flush costs and the memory it took."""
    dice = random.Random(2)
    folds = {n: fold(f"{topics.POSTS}/{n}") for n in range(PARTITIONS)}
    async with connect(url, driver=Driver.PYMONGO) as mongo:
        database = mongo.database(NAME)
        sessions = mongo.sessions(database)
        session = await sessions.open()
        writer = Writer(database)
        flushes: list[float] = []
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            _tell(folds, size, dice)
            taken = [(f"{topics.POSTS}/{n}", one.take()) for n, one in folds.items()]
            began = time.perf_counter()
            await writer.prepare(taken)
            async with session.transaction() as transaction:
                await writer.write(transaction)
                await transaction.commit()
            flushes.append(time.perf_counter() - began)
        await sessions.close()
    # The first ones read what a consumer has in memory later.
    later = flushes[len(flushes) // 3 :]
    print(
        json.dumps(
            {
                "flushes": len(flushes),
                "events_per_flush": EVENTS,
                "flush_ms": quantiles(later),
                "memory_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
            }
        )
    )


async def main() -> None:
    """Counts for a while."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url")
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--seconds", type=float, default=60.0)
    options = parser.parse_args()
    await count(options.url, reference(options.scale), options.seconds)


if __name__ == "__main__":
    uvloop.run(main())
