"""A flush that fails for what is in it, on a real database and broker: counting goes on."""

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest

import shared.delivery.consumer.consumer
import shared.delivery.consumer.housekeeping
from shared.delivery.consumer.pipeline import Pipeline
from shared.delivery.dead_letters import LetterState, StoredLetter, find_letters, request_replay
from shared.delivery.mongo import Transaction
from tests.integration.shared.test_dead_letters import letters
from tests.support.counter_service import TOPIC, counter_service
from tests.support.counters import Sums

MANY = [f"c{index % 5}" for index in range(60)]


class Refusing(Sums):
    """Can't store what is about `harm` until it is mended."""

    def __init__(self) -> None:
        super().__init__(TOPIC)
        self.mended = False
        self.refused = 0

    async def prepare(self, taken: Sequence[tuple[str, Any]]) -> None:
        if not self.mended and any("harm" in sums for _, sums in taken):
            self.refused += 1
            raise OverflowError


class TooBig(Refusing):
    """The same, with a refusal by the database."""

    async def prepare(self, taken: Sequence[tuple[str, Any]]) -> None:
        """Nothing."""

    async def write(self, taken: Sequence[tuple[str, Any]], transaction: Transaction) -> None:
        await super().write(taken, transaction)
        if not self.mended and any("harm" in sums for _, sums in taken):
            self.refused += 1
            text = "x" * (15 << 20)
            for name in ("one", "two"):  # 30 MiB in a document
                change = {"$set": {name: text}}
                await transaction.update(
                    "sums", [{"q": {"_id": "big"}, "u": change, "upsert": True}]
                )


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wishes are looked for five times a second, and starting over takes no rest."""
    monkeypatch.setattr(shared.delivery.consumer.housekeeping, "REPLAY_EVERY", 0.2)
    monkeypatch.setattr(shared.delivery.consumer.consumer, "RESTART_PAUSE", 0.05)


@pytest.mark.parametrize("kind", [Refusing, TooBig])
async def test_what_cant_be_stored_is_set_aside_and_counted_once_it_can_be(
    mongo_url: str, kafka_bootstrap: str, kind: type[Refusing]
) -> None:
    projection = kind()
    async with (
        counter_service(mongo_url, kafka_bootstrap) as counters,
        counters.publishing(),
    ):
        await counters.write(*MANY, "harm", *MANY, "harm", *MANY)
        async with counters.reading(projection) as consumer:
            await counters.counted(dict.fromkeys(MANY, 36))
            found = await letters(counters.database, LetterState.OPEN, 2)
            assert {one.key for one in found} == {b"harm"}
            assert {one.reason.partition(":")[0] for one in found} == {"can't be stored"}
            assert (consumer.gaps, consumer.failure, consumer.dead_letters.written) == ([], None, 2)

            await request_replay(
                counters.database, found
            )  # nothing has changed: it is said why not
            async with asyncio.timeout(30):
                while not all(
                    one.note for one in await find_letters(counters.database, [LetterState.OPEN])
                ):
                    await asyncio.sleep(0.05)
            await counters.write("c0")
            await counters.counted(dict.fromkeys(MANY, 36) | {"c0": 37})

            projection.mended = True
            await request_replay(counters.database, found)
            await letters(counters.database, LetterState.REPLAYED, 2)
            await counters.counted(dict.fromkeys(MANY, 36) | {"c0": 37, "harm": 2})


async def test_a_reader_that_ends_amid_the_search_is_followed_by_one_that_begins_it_anew(
    mongo_url: str, kafka_bootstrap: str
) -> None:
    async with counter_service(mongo_url, kafka_bootstrap) as counters, counters.publishing():
        await counters.write(*MANY, "harm", *MANY)
        projection = Refusing()
        async with counters.reading(projection):
            async with asyncio.timeout(30):
                while projection.refused < 3:
                    await asyncio.sleep(0.01)
        async with counters.reading(Refusing()):
            await counters.counted(dict.fromkeys(MANY, 24))
            found: list[StoredLetter] = await letters(counters.database, LetterState.OPEN, 1)
            assert found[0].key == b"harm"


async def test_a_reader_that_is_told_to_end_while_it_starts_over_ends(
    mongo_url: str, kafka_bootstrap: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ending = asyncio.Event()
    keep_house = Pipeline._keep_house

    async def end_slowly(self: Pipeline) -> None:
        try:
            await keep_house(self)
            await asyncio.Future()  # until the failure ends it
        finally:
            ending.set()
            await asyncio.sleep(0.3)

    monkeypatch.setattr(Pipeline, "_keep_house", end_slowly)
    async with counter_service(mongo_url, kafka_bootstrap) as counters, counters.publishing():
        await counters.write("harm", *MANY)
        async with asyncio.timeout(30), counters.reading(Refusing()) as consumer:
            await ending.wait()
        assert consumer.restarts == 0
