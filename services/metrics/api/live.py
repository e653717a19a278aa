"""Totals once a second, as server-sent events.

An event's id holds the totals that it showed. A client that reconnects sends it back as
`Last-Event-ID`, to any replica, and the first deltas tell what it missed: nothing about clients is
kept here.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from typing import Annotated

import msgspec
from fastapi import APIRouter, Header, Request
from fastapi.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from services.metrics.store.totals import read_totals
from shared.access import Action, NotAllowed, authorize
from shared.errors import Category, Refusal, Unavailable
from shared.http import Caller, edge_of, problems
from shared.mongo import Database

router = APIRouter(prefix="/v1", tags=["live"])

PERIOD = 1.0  # seconds between two events; also the heartbeat that shows that the stream lives
_RETRY = 2000  # milliseconds after which a browser connects again
_ID = re.compile(r"[0-9]{1,16}(\.[0-9]{1,16}){4}")


class TooManyWatchers(Refusal):
    """As many live streams as allowed are open in this process."""

    category = Category.UNAVAILABLE
    title = "Too many live streams are open"
    retry_after = 10

    def __init__(self, detail: str = "Try again in a moment, or ask /v1/kpis.") -> None:
        super().__init__(detail)


class Live:
    """The totals of this second, read once for all streams.

    Args:
        database: Of the figures that are shown now.
        most: Streams at once.
    """

    def __init__(self, database: Callable[[], Database], *, most: int) -> None:
        self._database = database
        self._most = most
        self._watchers = 0
        self._lock = asyncio.Lock()
        self._totals: dict[str, int] = {}
        self._read_at = -PERIOD

    def enter(self) -> None:
        """Takes a place.

        Raises:
            TooManyWatchers: There is none left.
        """
        if self._watchers >= self._most:
            raise TooManyWatchers
        self._watchers += 1

    def leave(self) -> None:
        """Gives the place back."""
        self._watchers -= 1

    async def totals(self) -> dict[str, int]:
        """Now, at most half a period old.

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


def event(totals: dict[str, int], before: dict[str, int] | None) -> bytes:
    """One server-sent event."""
    known = totals if before is None else before
    deltas = {name: max(count - known[name], 0) for name, count in totals.items()}
    data = msgspec.json.encode({"totals": totals, "deltas": deltas})
    return b"id: %b\nevent: counted\ndata: %b\n\n" % (encode_id(totals).encode(), data)


async def stream(live: Live, last_id: str | None, closing: asyncio.Event) -> AsyncIterator[bytes]:
    """The events of one client, until it goes or the process ends."""
    yield b"retry: %d\n\n" % _RETRY
    before: dict[str, int] | None = None
    while not closing.is_set():
        try:
            totals = await live.totals()
        except Unavailable:
            yield b": the database doesn't answer\n\n"
        else:
            if before is None:
                before = decode_id(last_id, totals)
            yield event(totals, before)
            before = totals
        with suppress(TimeoutError):
            await asyncio.wait_for(closing.wait(), PERIOD)


class _Watching(StreamingResponse):
    """A stream that gives its place back when it ends, also if it never began."""

    def __init__(self, live: Live, events: AsyncIterator[bytes]) -> None:
        super().__init__(
            events,
            media_type="text/event-stream",
            headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
        )
        self._live = live

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._live.leave()


@router.get(
    "/live",
    operation_id="watch_live",
    summary="Watch the totals",
    description="Server-sent events, one a second: `totals` of events, views, interactions,"
    " contributions and ballots, and `deltas` since the event before. With `Last-Event-ID` the"
    " first deltas count from there.",
    response_class=StreamingResponse,
    responses={
        200: {
            "description": "An endless stream",
            "content": {"text/event-stream": {"schema": {"type": "string"}}},
        },
        **problems(NotAllowed, TooManyWatchers),
    },
)
async def watch(
    request: Request,
    caller: Caller,
    last_event_id: Annotated[
        str | None, Header(max_length=100, description="The `id` of the event that came last")
    ] = None,
) -> StreamingResponse:
    authorize(caller, Action.WATCH_LIVE)
    live: Live = request.app.state.live
    live.enter()
    return _Watching(live, stream(live, last_event_id, edge_of(request).closing))
