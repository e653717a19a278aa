"""Totals once a second, as server-sent events.

An event's id holds the totals that it showed. A client that reconnects sends it back as
`Last-Event-ID`, to any replica, and the first deltas tell what it missed: nothing about clients is
kept here.
"""

import asyncio
import re
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Annotated

import msgspec
from fastapi import APIRouter, Header, Request
from fastapi.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from services.metrics.api.live_events import LiveEventView
from services.metrics.store.read.totals import read_totals
from shared.contract.access import AccountSuspended, Action, NotAllowed, authorize
from shared.contract.errors import Category, Refusal, Unavailable
from shared.delivery.mongo import Database
from shared.web.http import Caller, problems, request_context
from shared.web.identity import People, TokenVerifier

router = APIRouter(prefix="/v1", tags=["live"])

# Seconds between two events; also the heartbeat that shows that the stream lives.
PERIOD = 1.0
# Milliseconds after which a browser whose stream broke connects again.
_RETRY = 2000
_ID = re.compile(r"[0-9]{1,16}(\.[0-9]{1,16}){4}")


class TooManyWatchers(Refusal):
    """This process serves as many live streams as it may."""

    category = Category.UNAVAILABLE
    title = "Too many live streams are open"
    retry_after = 10

    def __init__(self, detail: str = "Try again in a moment, or ask /v1/kpis.") -> None:
        super().__init__(detail)


class TooManyStreams(Refusal):
    """This process serves as many live streams of this person as it may."""

    category = Category.TOO_MANY
    title = "You watch as many live streams as you can"
    retry_after = 10

    def __init__(self, detail: str = "Close one, or ask /v1/kpis.") -> None:
        super().__init__(detail)


class LiveTotals:
    """The totals of this second, read once for all streams.

    Args:
        database: Gives the database with the figures that are shown now.
        most: How many streams this process serves at once; above it they are refused.
        most_each: How many of these one person may have.
    """

    def __init__(self, database: Callable[[], Database], *, most: int, most_each: int) -> None:
        self._database = database
        self._most = most
        self._most_each = most_each
        self._watchers: Counter[str] = Counter()
        self._lock = asyncio.Lock()
        self._totals: dict[str, int] = {}
        self._read_at = -PERIOD

    @contextmanager
    def slot(self, person_id: str) -> Iterator[None]:
        """A slot for one stream of a person, taken for as long as the block runs.

        Raises:
            TooManyWatchers: There is none left.
            TooManyStreams: This person has all of theirs.
        """
        own = self._watchers[person_id]
        if own >= self._most_each:
            raise TooManyStreams
        if self._watchers.total() >= self._most:
            raise TooManyWatchers
        self._watchers[person_id] += 1
        try:
            yield
        finally:
            self._watchers[person_id] -= 1
            if not self._watchers[person_id]:
                del self._watchers[person_id]

    async def totals(self) -> dict[str, int]:
        """The five headline totals, at most half a period old.

        Raises:
            Unavailable: The database doesn't answer.
        """
        loop = asyncio.get_running_loop()
        async with self._lock:
            if loop.time() - self._read_at > PERIOD / 2:
                self._totals = (await read_totals(self._database())).headline()
                self._read_at = loop.time()
            return self._totals


def encode_id(totals: dict[str, int]) -> str:
    """The totals as an event id."""
    return ".".join(map(str, totals.values()))


def decode_id(text: str | None, names: dict[str, int]) -> dict[str, int] | None:
    """The totals that a client saw last; None if it doesn't say, or says something else."""
    if text is None or not _ID.fullmatch(text):
        return None
    return dict(zip(names, map(int, text.split(".")), strict=True))


def encode_event(totals: dict[str, int], before: dict[str, int] | None) -> bytes:
    """One server-sent event: the totals, and how much each has grown since those shown before."""
    known = totals if before is None else before
    deltas = {name: max(count - known[name], 0) for name, count in totals.items()}
    data = msgspec.json.encode({"totals": totals, "deltas": deltas})
    return b"id: %b\nevent: counted\ndata: %b\n\n" % (encode_id(totals).encode(), data)


class Watcher:
    """The owner of one stream, checked with each event: may they still watch?

    The stream ends with its token, soon after the token's key was withdrawn, and soon after its
    person was suspended, has left or was erased.

    Args:
        verifier: Checks tokens, and forgets those whose key was withdrawn.
        people: Knows whose they are.
        token: The bearer token that the stream was asked for with.
    """

    def __init__(self, verifier: TokenVerifier, people: People, token: str) -> None:
        self._verifier = verifier
        self._people = people
        self._token = token

    async def check(self) -> None:
        """Returns if the stream may go on.

        Raises:
            TokenInvalid: The token has expired, or its key doesn't count any more.
            Refusal: As `authorize`, for a person who isn't active or has no role for it.
            Unavailable: It can't be found out now.
        """
        token = self._token
        claims = self._verifier.recall(token) or await self._verifier.authenticate(token)
        person = self._people.recall(claims) or await self._people.find(claims)
        authorize(person, Action.WATCH_LIVE)


async def live_events(
    live: LiveTotals, last_id: str | None, closing: asyncio.Event, watcher: Watcher
) -> AsyncIterator[bytes]:
    """The events of one client, until it goes, may not go on, or the process ends."""
    yield b"retry: %d\n\n" % _RETRY
    before: dict[str, int] | None = None
    while not closing.is_set():
        try:
            await watcher.check()
            totals = await live.totals()
        except Unavailable:
            yield b": the database doesn't answer\n\n"
        except Refusal as refusal:
            # Who asks again learns why.
            yield b": ended, %b\n\n" % refusal.slug.encode()
            return
        else:
            if before is None:
                before = decode_id(last_id, totals)
            yield encode_event(totals, before)
            before = totals
        with suppress(TimeoutError):
            await asyncio.wait_for(closing.wait(), PERIOD)


class _EventStream(StreamingResponse):
    """What the document says of the answer.

    Not FastAPI's `EventSourceResponse`: a route with that one is a generator to FastAPI, which
    never awaits another.
    """

    media_type = "text/event-stream"


class _LiveStream(_EventStream):
    """An answer that holds a slot for as long as it is sent, however that ends.

    The slot has to be refused before the answer begins, and a queue, a task and a validation for
    each stream and event would buy nothing here.
    """

    def __init__(self, live: LiveTotals, person_id: str, events: AsyncIterator[bytes]) -> None:
        super().__init__(
            events,
            headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
        )
        self._live = live
        self._person_id = person_id

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        with self._live.slot(self._person_id):
            await super().__call__(scope, receive, send)


@router.get(
    "/live",
    operation_id="watch_live",
    summary="Watch the totals",
    description="Server-sent events, one a second: `totals` of events, views, interactions,"
    " contributions and ballots, and `deltas` since the event before. With `Last-Event-ID` the"
    " first deltas count from there. The stream ends with the token that it was asked for with,"
    " and with the account.",
    response_class=_EventStream,
    responses={
        200: {
            "description": "A stream of such events, for as long as the token is valid",
            "model": LiveEventView,
        },
        **problems(NotAllowed, AccountSuspended, TooManyStreams, TooManyWatchers),
    },
)
async def watch(
    request: Request,
    caller: Caller,
    last_event_id: Annotated[
        str | None,
        Header(
            alias="Last-Event-ID",
            max_length=100,
            description="The `id` of the event that came last",
        ),
    ] = None,
) -> StreamingResponse:
    context = request_context(request)
    web = context.web
    watcher = Watcher(web.verifier, web.people, context.token)
    await watcher.check()
    live: LiveTotals = request.app.state.live
    return _LiveStream(
        live, caller.person_id, live_events(live, last_event_id, web.closing, watcher)
    )
