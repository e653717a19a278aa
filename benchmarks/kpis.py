"""How long a KPI answer takes at the reference size, and what a flush and the consumer cost there.

    python benchmarks/kpis.py [--scale 1.0] [--asks 60]

Scale 1 is 100,000 people, 2,000 groups, 1,000,000 posts in 365 days. Every answer is asked for over
HTTP, one after the other: while nothing is counted, and while another process counts 2,000 views,
reactions and comments with each flush, a quarter of them on posts older than a week.
"""

import argparse
import asyncio
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import uvloop
from pydantic import SecretStr

from benchmarks._kpis_counting import NAME, PREFIX, quantiles, reference
from benchmarks._metrics_store import (
    DEPARTMENTS,
    FORMATS,
    TOPICS,
    Size,
    build,
    group_id,
    post_id,
)
from mitmach.development import DevelopmentSecrets
from mitmach.embedded.mongod import running_mongodb
from services.metrics.app import build_api
from services.metrics.config import MetricsSettings
from services.metrics.store.documents import COLLECTIONS
from shared.audience import Login
from shared.contract.principal import Standing, login_of, new_person_id
from shared.delivery.mongo import Driver, Mongo, connect, document
from shared.runtime.assembly import SHARED_COLLECTIONS
from shared.runtime.process import spare_collector
from shared.runtime.telemetry import Telemetry
from tooling.servers.http import NO_TLS, running_http

COUNTING = str(Path(__file__).parent / "_kpis_counting.py")


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
        "concentration, 30d": "/v1/kpis/concentration?window=30d",
        "demand for topics, 30d": "/v1/kpis/topic_demand?window=30d",
        "demand for a topic, 30d": f"/v1/kpis/topic_demand?window=30d&topic={TOPICS[0]}",
        "participation of a group, 30d": f"/v1/kpis/participation?window=30d&group={group_id(0)}",
        "participation of a department, 30d": (
            f"/v1/kpis/participation?window=30d&department={DEPARTMENTS[0]}"
        ),
        "engagement of a group": f"/v1/kpis/engagement?group={group_id(0)}",
        "engagement of a format": f"/v1/kpis/engagement?format={FORMATS[0]}",
        "engagement of a topic": f"/v1/kpis/engagement?topic={TOPICS[0]}",
        "engagement, year": f"/v1/kpis/engagement?window={year}",
        "concentration, year": f"/v1/kpis/concentration?window={year}",
        "participation of a group, year": (
            f"/v1/kpis/participation?window={year}&group={group_id(0)}"
        ),
        "responsiveness, year": f"/v1/kpis/responsiveness?window={year}",
        "formats": "/v1/stats/formats",
        "topics": "/v1/stats/topics",
        "leading posts": "/v1/stats/posts",
        "one post": f"/v1/stats/posts/{post_id(size.posts // 2, size, today)}",
        "one group": f"/v1/stats/groups/{group_id(0)}",
        "Prometheus": "/metrics",
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


@asynccontextmanager
async def counting(url: str, options: argparse.Namespace) -> AsyncIterator[list[dict[str, Any]]]:
    """A process that counts while the block runs; afterwards what it said."""
    said: list[dict[str, Any]] = []
    command = [sys.executable, COUNTING, url, "--scale", str(options.scale)]
    process = await asyncio.create_subprocess_exec(
        *command, "--seconds", str(options.seconds), stdout=subprocess.PIPE
    )
    try:
        await asyncio.sleep(5)  # it starts and reads its columns
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
    analyst = Login(
        id=login_of(secrets.pseudonym_key.encode(), "ann"),
        person=new_person_id(),
        standing=Standing.ACTIVE,
        at=datetime.now(UTC),
    )
    await mongo.database(NAME).insert(Login.collection, [document(analyst)])
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
    parser.add_argument("--seconds", type=float, default=60.0, help="how long is counted")
    options = parser.parse_args()
    size = reference(options.scale)
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
                "consumer": said[0],
                "api_memory_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
            }
        )
    )


if __name__ == "__main__":
    uvloop.run(main())
