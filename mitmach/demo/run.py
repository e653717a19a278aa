"""A run of the demo on a platform that is up: play, reconcile, report."""

import random
from collections.abc import Callable
from datetime import UTC, datetime

import aiohttp
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from mitmach.demo.client import Client, Ledger, RequestFailed
from mitmach.demo.report import figures, show
from mitmach.demo.scenario import play_scenario
from mitmach.reconciliation import Reconciliation, reconcile
from shared.delivery.kafka import KafkaConnection
from shared.delivery.mongo import Mongo

# Acknowledged events of readers; about 3,000 more come from the other acts.
INTERACTIONS = 21_000
# Connections to the platform at once.
_CONNECTIONS = 64


async def run_demo(
    console: Console,
    *,
    http: str,
    mongo: Mongo,
    kafka: KafkaConnection,
    prefix: str,
    token: Callable[[str, tuple[str, ...]], str],
    seed: int,
    interactions: int = INTERACTIONS,
    metrics: str | None = None,
) -> Reconciliation:
    """Plays, and shows what came of it.

    Args:
        console: The terminal that progress and report go to.
        http: The address of the platform.
        mongo: The platform's database, for the count of what was acknowledged.
        kafka: The platform's broker, for the count of what was published.
        prefix: The start of the database names.
        token: Makes a token for a person and roles.
        seed: Decides who the organisation is; another seed is another organisation.
        interactions: How many events the readers cause at least.
        metrics: The address of `/metrics`, if it isn't below `http`.

    Returns:
        The three counts.

    Raises:
        RequestFailed: The platform refused what should be right, or an event that was acknowledged
            here is in no log.
    """
    ledger = Ledger()
    before = await reconcile(mongo, kafka, metrics or http, prefix=prefix)
    if before.acknowledged.total():
        console.print(f"Going on from {before.acknowledged.total():,} stored events.")
    connector = aiohttp.TCPConnector(limit=_CONNECTIONS)
    async with aiohttp.ClientSession(connector=connector) as session:
        rng = random.Random(seed)
        client = Client(session, http, token=token, ledger=ledger, rng=rng)
        with _progress(console) as progress:
            task = progress.add_task("acknowledged", total=interactions + 3_000)
            community = await play_scenario(
                client,
                seed=seed,
                run=f"{seed}-{datetime.now(UTC):%Y%m%dT%H%M%S}",
                interactions=interactions,
                advance=lambda n: progress.advance(task, n),
            )
            progress.update(task, total=len(ledger.receipts), completed=len(ledger.receipts))
        console.print("Waiting until everything is counted, then counting three ways …")
        reconciliation = await reconcile(mongo, kafka, metrics or http, prefix=prefix)
        show(console, reconciliation, await figures(client), community)
    _check_receipts(console, before, reconciliation, ledger)
    return reconciliation


def _check_receipts(
    console: Console, before: Reconciliation, after: Reconciliation, ledger: Ledger
) -> None:
    total = ledger.requests.total()
    receipts = len(ledger.receipts)
    restricted = after.restricted - before.restricted
    console.print(
        f"{total:,} requests were answered; they acknowledged {receipts:,} events. {restricted:,}"
        " of these say who voted for what or whose a token is: those are on restricted topics"
        " and in no count."
    )
    grown = after.acknowledged.total() + after.restricted
    grown -= before.acknowledged.total() + before.restricted
    # Who plays the same organisation again finds its groups there, and gets their first answers.
    new = receipts - len(ledger.repeated)
    if grown < new:
        raise RequestFailed(f"{new:,} events were acknowledged; the logs have {grown:,} more.")


def _progress(console: Console) -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console,
    )
