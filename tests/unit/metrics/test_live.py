"""The live stream: deltas, resuming, a bounded number of watchers."""

import asyncio
from typing import Any, cast

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from services.metrics.api.live import (
    LiveTotals,
    TooManyStreams,
    TooManyWatchers,
    Watcher,
    decode_id,
    encode_event,
    encode_id,
    live_events,
)
from services.metrics.api.live_events import LiveEventView
from services.metrics.store.read.totals import Totals
from shared.contract.access import NotAllowed, PersonHasLeft, PersonNotActive, PersonWasErased
from shared.contract.errors import Refusal, Unavailable
from shared.contract.principal import Claims, Identity, Principal, Standing, principal_of
from shared.web.identity import Everybody, TokenExpired, TokenInvalid, TokenKeyUnknown, public_jwks
from shared.web.identity.tokens import LEEWAY
from tests.support.identity import FixedKeys, make_verifier, token_of

NAMES = Totals().headline()


def totals(**given: int) -> dict[str, int]:
    return NAMES | given


def data_of(block: bytes) -> dict[str, Any]:
    (line,) = (line for line in block.decode().splitlines() if line.startswith("data: "))
    found: dict[str, Any] = msgspec.json.decode(line.removeprefix("data: "))
    return found


class Scripted(LiveTotals):
    """Shows these totals one after the other; None stands for an outage."""

    def __init__(self, *shown: dict[str, int] | None) -> None:
        super().__init__(cast(Any, None), most=1, most_each=1)
        self._shown = iter(shown)

    async def totals(self) -> dict[str, int]:
        now = next(self._shown)
        if now is None:
            raise Unavailable
        return now


class Welcome(Watcher):
    """May watch until this says otherwise."""

    def __init__(self, *answers: Exception | None) -> None:
        super().__init__(cast(Any, None), Everybody(), "")
        self._answers = iter(answers)

    async def check(self) -> None:
        answer = next(self._answers, None)
        if answer is not None:
            raise answer


def test_an_id_brings_back_the_totals_that_it_was_made_of() -> None:
    some = totals(events=12, views=7)
    assert decode_id(encode_id(some), NAMES) == some


@pytest.mark.parametrize(
    "text", [None, "", "1.2", "a.b.c.d.e", "1.2.3.4.5.6", "-1.2.3.4.5", "٣.٣.٣.٣.٣"]
)
def test_other_ids_are_ignored(text: str | None) -> None:
    assert decode_id(text, NAMES) is None


def test_the_first_event_of_a_new_client_has_no_deltas() -> None:
    assert set(data_of(encode_event(totals(events=9), None))["deltas"].values()) == {0}


def test_an_event_is_what_the_document_says() -> None:
    block = encode_event(totals(events=9), None).decode()
    fields = dict(line.split(": ", 1) for line in block.strip().splitlines())
    event = LiveEventView.model_validate(fields | {"data": msgspec.json.decode(fields["data"])})
    assert event.data.totals.model_dump() == totals(events=9)
    assert decode_id(event.id, NAMES) == totals(events=9)


async def test_a_client_that_comes_back_learns_what_it_missed() -> None:
    closing = asyncio.Event()
    shown = Scripted(totals(events=12))
    events = live_events(shown, encode_id(totals(events=9)), closing, Welcome())
    assert (await anext(events)).startswith(b"retry: ")
    assert data_of(await anext(events))["deltas"]["events"] == 3


async def test_an_outage_is_a_heartbeat_and_loses_no_delta(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.metrics.api.live.PERIOD", 0.001)
    shown = Scripted(totals(events=1), None, totals(events=5))
    blocks = live_events(shown, None, asyncio.Event(), Welcome())
    _, first, outage, then = [await anext(blocks) for _ in range(4)]
    assert data_of(first)["totals"]["events"] == 1
    assert outage.startswith(b":")
    assert data_of(then)["deltas"]["events"] == 4


async def test_the_stream_ends_when_the_process_is_told_to() -> None:
    closing = asyncio.Event()
    closing.set()
    assert len([block async for block in live_events(Scripted(), None, closing, Welcome())]) == 1


@pytest.mark.parametrize("refusal", [TokenExpired(), TokenKeyUnknown(), PersonWasErased()])
async def test_the_stream_ends_with_the_right_to_it(
    refusal: Refusal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.metrics.api.live.PERIOD", 0.001)
    shown = Scripted(*[totals(events=1)] * 9)
    watcher = Welcome(None, None, refusal)
    blocks = [block async for block in live_events(shown, None, asyncio.Event(), watcher)]
    assert len([block for block in blocks if block.startswith(b"id: ")]) == 2
    assert blocks[-1] == f": ended, {refusal.slug}\n\n".encode()


async def test_a_place_is_given_back_however_its_stream_ends() -> None:
    live = LiveTotals(cast(Any, None), most=2, most_each=1)
    for error in (ValueError, asyncio.CancelledError, TokenExpired):
        with pytest.raises(error), live.slot("ann"):
            raise error
    with live.slot("ann"), live.slot("ben"):
        with pytest.raises(TooManyStreams), live.slot("ann"):
            pass
        with pytest.raises(TooManyWatchers), live.slot("cleo"):
            pass
    with live.slot("ann"), live.slot("cleo"):
        pass


async def test_one_person_cant_take_all_streams() -> None:
    live = LiveTotals(cast(Any, None), most=100, most_each=2)
    with live.slot("ann"), live.slot("ann"):
        with pytest.raises(TooManyStreams), live.slot("ann"):
            pass
        with live.slot("ben"):
            pass


class Whoever(Everybody):
    """Knows everybody, but who is told to be something else than active."""

    def __init__(self) -> None:
        self.standing = Standing.ACTIVE

    def recall(self, claims: Claims) -> Principal:
        """The caller, standing as was told."""
        return principal_of(claims, Identity(claims.subject, self.standing))


@pytest.mark.parametrize(
    ("standing", "refusal"),
    [
        (Standing.SUSPENDED, NotAllowed),
        (Standing.LEFT, PersonHasLeft),
        (Standing.ERASED, PersonWasErased),
        (Standing.UNKNOWN, PersonNotActive),
    ],
)
async def test_a_person_is_looked_at_with_each_event(
    standing: Standing, refusal: type[Refusal]
) -> None:
    people = Whoever()
    watcher = Watcher(make_verifier(), people, token_of("ann", ["analyst"]))
    await watcher.check()
    people.standing = standing
    with pytest.raises(refusal):
        await watcher.check()


async def test_a_token_is_looked_at_with_each_event(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.metrics.api.live.PERIOD", 0.01)
    token = token_of("ann", ["analyst"], lifetime=2 - LEEWAY)
    watcher = Watcher(make_verifier(), Everybody(), token)
    shown = Scripted(*[totals(events=1)] * 10_000)
    async with asyncio.timeout(20):
        blocks = [block async for block in live_events(shown, None, asyncio.Event(), watcher)]
    assert len(blocks) > 2
    assert blocks[-1] == b": ended, token-expired\n\n"


async def test_a_key_that_counts_no_more_ends_the_stream() -> None:
    verifier = make_verifier()
    watcher = Watcher(verifier, Everybody(), token_of("ann", ["analyst"]))
    await watcher.check()
    other = Ed25519PrivateKey.generate().private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
    )
    verifier._keys = FixedKeys(public_jwks(other))
    verifier._verified.clear()  # as when the keys were fetched anew
    with pytest.raises(TokenInvalid):
        await watcher.check()
