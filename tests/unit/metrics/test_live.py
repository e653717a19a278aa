"""The live stream: deltas, resuming, a bounded number of watchers."""

import asyncio
from typing import Any, cast

import msgspec
import pytest

from services.metrics.api.live import (
    Live,
    TooManyWatchers,
    decode_id,
    encode_id,
    event,
    stream,
)
from services.metrics.store.totals import Totals
from shared.errors import Unavailable

NAMES = Totals().headline()


def totals(**given: int) -> dict[str, int]:
    return NAMES | given


def data_of(block: bytes) -> dict[str, Any]:
    (line,) = (line for line in block.decode().splitlines() if line.startswith("data: "))
    found: dict[str, Any] = msgspec.json.decode(line.removeprefix("data: "))
    return found


class Scripted(Live):
    """Shows these totals one after the other; None stands for an outage."""

    def __init__(self, *shown: dict[str, int] | None) -> None:
        super().__init__(cast(Any, None), most=1)
        self._shown = iter(shown)

    async def totals(self) -> dict[str, int]:
        now = next(self._shown)
        if now is None:
            raise Unavailable
        return now


def test_an_id_brings_back_the_totals_that_it_was_made_of() -> None:
    some = totals(events=12, views=7)
    assert decode_id(encode_id(some), NAMES) == some


@pytest.mark.parametrize(
    "text", [None, "", "1.2", "a.b.c.d.e", "1.2.3.4.5.6", "-1.2.3.4.5", "٣.٣.٣.٣.٣"]
)
def test_other_ids_are_ignored(text: str | None) -> None:
    assert decode_id(text, NAMES) is None


def test_the_first_event_of_a_new_client_has_no_deltas() -> None:
    assert set(data_of(event(totals(events=9), None))["deltas"].values()) == {0}


async def test_a_client_that_comes_back_learns_what_it_missed() -> None:
    closing = asyncio.Event()
    events = stream(Scripted(totals(events=12)), encode_id(totals(events=9)), closing)
    assert (await anext(events)).startswith(b"retry: ")
    assert data_of(await anext(events))["deltas"]["events"] == 3


async def test_an_outage_is_a_heartbeat_and_loses_no_delta(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.metrics.api.live.PERIOD", 0.001)
    shown = Scripted(totals(events=1), None, totals(events=5))
    blocks = stream(shown, None, asyncio.Event())
    _, first, outage, then = [await anext(blocks) for _ in range(4)]
    assert data_of(first)["totals"]["events"] == 1
    assert outage.startswith(b":")
    assert data_of(then)["deltas"]["events"] == 4


async def test_the_stream_ends_when_the_process_is_told_to() -> None:
    closing = asyncio.Event()
    closing.set()
    assert len([one async for one in stream(Scripted(), None, closing)]) == 1


def test_one_watcher_too_many_is_refused_until_another_leaves() -> None:
    live = Live(cast(Any, None), most=1)
    live.enter()
    with pytest.raises(TooManyWatchers):
        live.enter()
    live.leave()
    live.enter()
