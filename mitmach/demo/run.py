"""A run of the demo on a platform that is up: play the quarter, reconcile, report, and live on."""

import asyncio
import random
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from typing import NamedTuple

import aiohttp
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from mitmach.demo.client import Client, Ledger, RequestFailed
from mitmach.demo.contest import IMPORTER, IMPORTER_ROLES, PastContest
from mitmach.demo.living import Life
from mitmach.demo.organisation import Colleague, people, person_id
from mitmach.demo.playing import QuarterPlayer
from mitmach.demo.quarter import DAYS, quarter
from mitmach.demo.recording import ActRecording
from mitmach.demo.report import ANALYST, read_figures, show
from mitmach.reconciliation import Reconciliation, reconcile
from shared.delivery.kafka import KafkaConnection
from shared.delivery.mongo import Mongo

ADMIN = "demo-admin"
# Connections to the platform at once.
_CONNECTIONS = 64

MakeToken = Callable[[str, tuple[str, ...]], str]


class DemoPlatform(NamedTuple):
    """A platform that the demo is played on.

    Attributes:
        http: The address of the platform.
        mongo: The platform's database, for the count of what was acknowledged.
        kafka: The platform's broker, for the count of what was published.
        prefix: The start of the database names.
        token: Makes a token for a person and roles.
        metrics: The address of `/metrics`, if it isn't below `http`.
    """

    http: str
    mongo: Mongo
    kafka: KafkaConnection
    prefix: str
    token: MakeToken
    metrics: str | None = None

    async def reconcile(self) -> Reconciliation:
        """The three counts, once all is counted."""
        metrics = self.metrics or self.http
        return await reconcile(self.mongo, self.kafka, metrics, prefix=self.prefix)


class DemoRun(NamedTuple):
    """What came of a run.

    Attributes:
        reconciliation: The three counts.
        people: Those who are here now, to go on with.
    """

    reconciliation: Reconciliation
    people: Sequence[Colleague]


async def run_demo(
    console: Console, platform: DemoPlatform, *, seed: int, days: int = DAYS
) -> DemoRun:
    """Plays, and shows what came of it.

    Args:
        console: The terminal that progress and report go to.
        platform: The platform that all requests go to.
        seed: Decides who the organisation is; another seed is another organisation.
        days: How many complete days are played; today, until now, comes on top.

    Raises:
        RequestFailed: The platform records no acts of before, refused what should be right, or an
            event that was acknowledged here is in no log.
        Stopped: The platform doesn't answer.
    """
    ledger = Ledger()
    before = await platform.reconcile()
    if before.acknowledged.total():
        console.print(f"Going on from {before.acknowledged.total():,} stored events.")
    async with open_session() as session:
        client = Client(
            session, platform.http, token=platform.token, ledger=ledger, rng=random.Random(seed)
        )
        for who, role in ((ADMIN, "admin"), (ANALYST, "analyst")):
            await client.call("POST", "/v1/me/visits", who, roles=(role,), deed="visits")
        since = await here_since(client, seed)
        if since is None:
            with _progress(console) as progress:
                task = progress.add_task(f"{days} days", total=None)
                await play_quarter(
                    client,
                    session,
                    platform.http,
                    seed=seed,
                    days=days,
                    advance=lambda done, total: progress.update(task, advance=done, total=total),
                )
        else:
            console.print(
                f"The organisation of seed {seed} is here since {since}, so its days aren't played"
                " again: `--fresh` starts over, `--seed` plays another."
            )
        console.print("Waiting until everything is counted, then counting three ways …")
        reconciliation = await platform.reconcile()
        complete = days if since is None else (datetime.now(UTC).date() - since).days
        show(console, reconciliation, await read_figures(client), complete_days=complete)
    _check_receipts(console, before, reconciliation, ledger)
    # Of an organisation that was here before, only its base is sure to have come.
    there = [p for p in people(seed, days) if p.is_there(days if since is None else 0)]
    return DemoRun(reconciliation, there)


def open_session() -> aiohttp.ClientSession:
    """A session for the requests of many people."""
    return aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=_CONNECTIONS))


async def here_since(client: Client, seed: int) -> date | None:
    """On which day the organisation began that was played here before; None: it wasn't."""
    path = f"/v1/people?external_id={person_id(seed, 0)}"
    found = await client.call("GET", path, ADMIN, roles=("admin",))
    if not found["items"]:
        return None
    return datetime.fromisoformat(found["items"][0]["record"]["created_at"]).date()


async def check_history_is_open(client: Client) -> None:
    """Returns if the platform records acts of before.

    Raises:
        RequestFailed: It doesn't; the message says what to do.
    """
    await client.call("POST", "/v1/me/visits", IMPORTER, roles=IMPORTER_ROLES, deed="visits")
    said = {"occurred-at": datetime.now(UTC).isoformat()}
    try:
        # Reading happens now, so this is refused as wrong (422), but where history is closed
        # as forbidden (403): whoever asks learns it, and nothing has happened.
        await client.call("GET", "/v1/me", IMPORTER, roles=IMPORTER_ROLES, also=said, fine=(422,))
    except RequestFailed as refused:
        raise RequestFailed(
            "The platform records no acts of before, and the demo's days are such. Start its"
            " services with MITMACH_HISTORY=true, play, and start them without it again:"
            " whoever has the role importer is as powerful as an administrator meanwhile."
        ) from refused


async def play_quarter(
    client: Client,
    session: aiohttp.ClientSession,
    address: str,
    *,
    seed: int,
    days: int,
    advance: Callable[[int, int], None] = lambda _done, _total: None,
) -> None:
    """Plays the organisation's days until now.

    Args:
        client: Sends the requests of the contest, and gets all receipts.
        session: Sends the acts.
        address: The address of the platform.
        seed: Decides who the organisation is.
        days: How many complete days there are.
        advance: Called with how much was played since the last call, and how much there is.

    Raises:
        RequestFailed: The platform records no acts of before, or refused what should be right.
    """
    await check_history_is_open(client)
    now = datetime.now(UTC)
    played = list(quarter(seed, days, now))
    total = sum(map(len, played))
    recording = ActRecording(
        session, address, token=lambda: client.make_token(IMPORTER, IMPORTER_ROLES)
    )
    contest = PastContest(client, recording, run=f"{seed}-{now:%Y%m%d}")
    player = QuarterPlayer(
        recording, contest, client.ledger, advance=lambda done: advance(done, total)
    )
    try:
        await player.play(played)
    finally:
        await contest.close()


async def live_until(
    stop: asyncio.Event, platform: DemoPlatform, there: Sequence[Colleague]
) -> None:
    """Lets the organisation live on in real time until the signal.

    Args:
        stop: Ends the requests when it is set.
        platform: The platform that all requests go to.
        there: The people whose requests are sent.
    """
    async with open_session() as session:
        rng = random.Random()
        client = Client(session, platform.http, token=platform.token, ledger=Ledger(), rng=rng)
        living = asyncio.ensure_future(Life(client, there, rng).go_on())
        stopping = asyncio.ensure_future(stop.wait())
        try:
            await asyncio.wait({living, stopping}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            stopping.cancel()
            living.cancel()
            await asyncio.wait({living, stopping})
    if not living.cancelled():
        living.result()


def _check_receipts(
    console: Console, before: Reconciliation, after: Reconciliation, ledger: Ledger
) -> None:
    receipts = len(ledger.receipts)
    restricted = after.restricted - before.restricted
    console.print(
        f"The answers acknowledged {receipts:,} events. {restricted:,} of these say who voted for"
        " what or whose a token is: those are on restricted topics and in no count."
    )
    grown = after.acknowledged.total() + after.restricted
    grown -= before.acknowledged.total() + before.restricted
    # Who plays the same organisation again gets its first answers.
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
