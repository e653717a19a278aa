"""How long a KPI answer takes at the reference size, and what a flush and the consumer cost there.

    python benchmarks/kpis.py [--scale 1.0] [--asks 60] [--scan]

Scale 1 is 100,000 people, 2,000 groups, 1,000,000 posts in 365 days. Every answer is asked for over
HTTP, one after the other: while nothing is counted, and while another process counts 2,000 views,
reactions and comments with each flush, a quarter of them on posts older than a week. `--scan` also
measures what the database takes to sum the records themselves, which is how it was done before.
"""

import argparse
import asyncio
import json
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import uvloop
from pydantic import SecretStr

from benchmarks._metrics_store import (
    FORMATS,
    PARTITIONS,
    TOPICS,
    Size,
    build,
    group_id,
    post_id,
    post_of,
    pseudonym,
)
from mitmach.development import DevelopmentSecrets
from mitmach.embedded.mongod import running_mongodb
from services.metrics.app import build_api
from services.metrics.config import MetricsSettings
from services.metrics.kpis.windows import Window
from services.metrics.projection import MetricsFold, decode, fold
from services.metrics.store.columns.published_posts import PostFilter
from services.metrics.store.documents import COLLECTIONS, POSTS, SHEETS
from services.metrics.store.writer import Writer
from shared.contract.events import topics
from shared.contract.events.envelope import format_time, seal, with_sequence
from shared.contract.events.posts import PostViewed
from shared.contract.events.responses import CommentAdded, ReactionAdded
from shared.delivery.mongo import Database, Driver, Index, Mongo, connect
from shared.delivery.relay.sequences import partition_of
from shared.runtime.assembly import SHARED_COLLECTIONS
from shared.runtime.process import spare_collector
from shared.runtime.telemetry import Telemetry
from tooling import metrics_scan
from tooling.sample_events import sample
from tooling.servers.http import NO_TLS, running_http

PREFIX = "bench_"
NAME = f"{PREFIX}metrics"
EVENTS = 2_000  # per flush
KINDS = (PostViewed, ReactionAdded, CommentAdded)
OLD_INDEXES = (
    Index((("facts.published_at", 1),)),
    Index((("facts.group_id", 1), ("facts.published_at", 1))),
    Index((("facts.topics", 1), ("facts.published_at", 1))),
)


def reference(scale: float) -> Size:
    """The reference size or a part of it; the days stay."""
    return Size(
        people=int(100_000 * scale),
        groups=max(int(2_000 * scale), 20),
        posts=int(1_000_000 * scale),
        days=365,
    )


def paths(size: Size) -> dict[str, str]:
    """Paths of the API that are asked for, by the name of their row."""
    today = datetime.now(UTC).date()
    year = f"{today - timedelta(days=365)}/{today}"
    return {
        "all, 7d": "/v1/kpis?window=7d",
        "all, 30d": "/v1/kpis?window=30d",
        **{
            f"{name}, 30d": f"/v1/kpis/{name}?window=30d"
            for name in ("adoption", "stickiness", "participation", "reach", "engagement")
        },
        "responsiveness, 30d": "/v1/kpis/responsiveness?window=30d",
        "engagement of a group": f"/v1/kpis/engagement?group={group_id(0)}",
        "engagement of a format": f"/v1/kpis/engagement?format={FORMATS[0]}",
        "engagement of a topic": f"/v1/kpis/engagement?topic={TOPICS[0]}",
        "engagement, year": f"/v1/kpis/engagement?window={year}",
        "responsiveness, year": f"/v1/kpis/responsiveness?window={year}",
        "formats": "/v1/stats/formats",
        "topics": "/v1/stats/topics",
        "leading posts": "/v1/stats/posts",
        "one post": f"/v1/stats/posts/{post_id(size.posts // 2)}",
        "one group": f"/v1/stats/groups/{group_id(0)}",
        "Prometheus": "/metrics",
    }


def quantiles(seconds: Sequence[float]) -> dict[str, float]:
    """Median and 99th percentile, in milliseconds."""
    ordered = sorted(seconds)
    return {
        "p50": round(1000 * statistics.median(ordered), 1),
        "p99": round(1000 * ordered[min(int(len(ordered) * 0.99), len(ordered) - 1)], 1),
    }


async def ask(
    api: httpx.AsyncClient, wanted: dict[str, str], asks: int
) -> dict[str, dict[str, float]]:
    """Asks for everything in turns, after one round that isn't counted."""
    took: dict[str, list[float]] = {name: [] for name in wanted}
    for turn in range(asks + 1):
        for name, path in wanted.items():
            began = time.perf_counter()
            answer = await api.get(path)
            if answer.status_code != 200:
                raise SystemExit(f"{path}: {answer.status_code} {answer.text}")
            if turn:
                took[name].append(time.perf_counter() - began)
    return {name: quantiles(each) for name, each in took.items()}


async def scan(database: Database, size: Size) -> dict[str, dict[str, float]]:
    """The same sums from the records, window and the one before, as one answer needs them."""
    await database.ensure_collections({POSTS: OLD_INDEXES})
    now = datetime.now(UTC)
    month = Window(now.date() - timedelta(days=30), now.date())
    took: dict[str, list[float]] = {}
    del size
    for _ in range(5):
        for name, post_filter in (
            ("engagement, 30d", PostFilter()),
            ("engagement of a group", PostFilter(group=group_id(0))),
            ("engagement of a topic", PostFilter(topic=TOPICS[0])),
        ):
            began = time.perf_counter()
            for window in (month, month.previous):
                await metrics_scan.attention(database, window, post_filter, now)
            took.setdefault(name, []).append(time.perf_counter() - began)
        began = time.perf_counter()
        for window in (month, month.previous):
            await metrics_scan.answers(database, window, PostFilter(), as_of=now, provisional=False)
        took.setdefault("responsiveness, 30d", []).append(time.perf_counter() - began)
    return {name: quantiles(each) for name, each in took.items()}


# --- the process that counts


def _tell(folds: dict[int, MetricsFold], size: Size, dice: random.Random) -> None:
    """Folds what people do between two flushes."""
    now = datetime.now(UTC)
    week = size.posts * 7 // size.days
    for _ in range(EVENTS):
        recent = dice.random() < 0.75
        back = int(dice.expovariate(5 / week)) if recent else dice.randrange(size.posts)
        at = max(size.posts - 1 - back, 0)
        id_, post = post_id(at), post_of(at, size, now.date(), random.Random(at))
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
            actor=pseudonym(dice.randrange(size.people)),
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
        sheets = await database.count(SHEETS, {"flush": {"$gt": len(flushes)}})
        await sessions.close()
    # The first ones read what a consumer has in memory later.
    later = flushes[len(flushes) // 3 :]
    print(
        json.dumps(
            {
                "flushes": len(flushes),
                "events_per_flush": EVENTS,
                "flush_ms": quantiles(later),
                "sheets_of_last_flush": sheets,
                "memory_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
            }
        )
    )


@asynccontextmanager
async def counting(url: str, options: argparse.Namespace) -> AsyncIterator[list[dict[str, Any]]]:
    """A process that counts while the block runs; afterwards what it said."""
    said: list[dict[str, Any]] = []
    command = [sys.executable, __file__, "--scale", str(options.scale), "--count", url]
    process = await asyncio.create_subprocess_exec(
        *command, "--seconds", str(options.seconds), stdout=subprocess.PIPE
    )
    try:
        await asyncio.sleep(5)  # it starts and reads its sheets
        yield said
        out, _ = await process.communicate()
        said.append(json.loads(out.splitlines()[-1]))
    finally:
        with suppress(ProcessLookupError):
            process.kill()


@asynccontextmanager
async def running_api(mongo: Mongo, folder: Path) -> AsyncIterator[httpx.AsyncClient]:
    """The API of metrics in this process, and a client with the token of an analyst.

    Args:
        mongo: What the store was built with.
        folder: For the keys that sign tokens.
    """
    secrets = DevelopmentSecrets(folder)
    settings = MetricsSettings(
        database_prefix=PREFIX,
        jwt_key_file=secrets.public_file,
        pseudonym_key=SecretStr(secrets.pseudonym_key),
        http_port=0,
        http_person_rate=0,
    )
    headers = {"authorization": f"Bearer {secrets.token('ann', ['analyst'])}"}
    async with (
        build_api(settings, mongo, Telemetry("metrics-api")) as app,
        running_http(app, settings) as address,
        httpx.AsyncClient(base_url=address, headers=headers, timeout=20.0, verify=NO_TLS) as client,
    ):
        yield client


async def main() -> None:
    """Builds the store, asks the API and prints how long it took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--asks", type=int, default=60)
    parser.add_argument("--scan", action="store_true")
    parser.add_argument("--seconds", type=float, default=60.0, help="how long is counted")
    parser.add_argument("--count", metavar="URL", help=argparse.SUPPRESS)
    options = parser.parse_args()
    size = reference(options.scale)
    if options.count:
        await count(options.count, size, options.seconds)
        return
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="mitmach-bench-")))
        mongodb = await stack.enter_async_context(running_mongodb(folder / "mongodb"))
        mongo = await stack.enter_async_context(connect(mongodb.url, driver=Driver.PYMONGO))
        database = mongo.database(NAME)
        await database.ensure_collections({**COLLECTIONS, **SHARED_COLLECTIONS})
        began = time.perf_counter()
        await build(database, size, datetime.now(UTC).date())
        built = time.perf_counter() - began
        print(f"built in {built:.0f} s", flush=True)
        wanted = paths(size)
        async with running_api(mongo, folder) as api:
            spare_collector()  # as the role does when it is ready
            began = time.perf_counter()
            (await api.get(wanted["all, 30d"])).raise_for_status()
            cold = time.perf_counter() - began
            quiet = await ask(api, wanted, options.asks)
            async with counting(mongodb.url, options) as said:
                live = await ask(api, wanted, options.asks)
        scanned = await scan(database, size) if options.scan else None
    for name in wanted:
        print(f"{name:24} quiet {quiet[name]}   while counting {live[name]}")
    print(
        json.dumps(
            {
                "benchmark": "kpis",
                "scale": options.scale,
                "built_in_s": round(built),
                "first_answer_ms": round(1000 * cold),
                "quiet_ms": quiet,
                "while_counting_ms": live,
                "scan_ms": scanned,
                "consumer": said[0],
                "api_memory_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
            }
        )
    )


if __name__ == "__main__":
    uvloop.run(main())
