"""One run of the demo on a platform that is up: play, compare, report."""

import random
from collections.abc import Callable
from datetime import UTC, datetime

import aiohttp
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from mitmach.agreement import Agreement, compare
from mitmach.demo.client import Client, Ledger
from mitmach.demo.play import Play
from mitmach.demo.report import figures, show
from shared.kafka import KafkaConnection
from shared.mongo import Mongo

INTERACTIONS = 21_000  # acknowledged events of readers; about 3,000 more come from the other acts
_CONNECTIONS = 64


async def run(
    console: Console,
    *,
    http: str,
    mongo: Mongo,
    kafka: KafkaConnection,
    prefix: str,
    token: Callable[[str, tuple[str, ...]], str],
    seed: int,
    interactions: int = INTERACTIONS,
) -> bool:
    """Plays, and shows what came of it.

    Args:
        console: Where to.
        http: Address of the platform.
        mongo: Its database, for the count of what was acknowledged.
        kafka: Its broker, for the count of what was published.
        prefix: Of the database names.
        token: Makes a token for a person and roles.
        seed: Of the organisation.
        interactions: How much should happen.

    Returns:
        Whether the three counts agree, and everything acknowledged here is among them.
    """
    ledger = Ledger()
    before = await compare(mongo, kafka, http, prefix=prefix)
    if before.acknowledged.total():
        console.print(f"Going on from {before.acknowledged.total():,} stored events.")
    connector = aiohttp.TCPConnector(limit=_CONNECTIONS)
    async with aiohttp.ClientSession(connector=connector) as session:
        dice = random.Random(seed)
        client = Client(session, http, token=token, ledger=ledger, dice=dice)
        with _progress(console) as progress:
            task = progress.add_task("acknowledged", total=interactions + 3_000)
            play = Play(
                client,
                seed=seed,
                run=f"{seed}-{datetime.now(UTC):%Y%m%dT%H%M%S}",
                interactions=interactions,
                advance=lambda n: progress.advance(task, n),
            )
            community = await play.all()
            progress.update(task, total=len(ledger.receipts), completed=len(ledger.receipts))
        console.print("Waiting until everything is counted, then counting three ways …")
        agreement = await compare(mongo, kafka, http, prefix=prefix)
        show(console, agreement, await figures(client), community)
    return _judge(console, before, agreement, ledger)


def _judge(console: Console, before: Agreement, after: Agreement, ledger: Ledger) -> bool:
    # Ballots cause a second event on the restricted topic, which no count here includes.
    grown = after.acknowledged.total() - before.acknowledged.total()
    receipts = len(ledger.receipts) - after.restricted + before.restricted
    console.print(
        f"{sum(ledger.requests.values()):,} requests were answered; "
        f"they acknowledged {len(ledger.receipts):,} events."
    )
    complete = grown >= receipts
    if not complete:
        console.print(
            f"[red]The receipts of this run name {receipts:,} events, "
            f"but only {grown:,} are in the logs.[/red]"
        )
    return after.agrees and complete


def _progress(console: Console) -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console,
    )
