"""Metrics know who an alias stands for: one person is one number, whatever they did."""

import uuid

import pytest

from services.metrics.projection import fold
from services.metrics.store.documents import COLLECTIONS, PEOPLE
from services.metrics.store.generations import clear_generation
from services.metrics.store.person_numbers import PersonNumbers, find_number
from services.metrics.store.write.writer import Writer
from shared.contract.aliases import BALLOT, MEMBER, REACTION, VIEW, Aliases
from shared.contract.events.posts import PostPublished
from shared.contract.events.topics import POSTS
from shared.contract.ids import new_id
from shared.delivery.mongo import Database, Mongo
from tests.support.metrics import told
from tests.support.metrics_reading import find_post
from tooling.sample_events import sample

ALIASES = Aliases(b"a key for tests only")
ADA, BOB = (str(uuid.UUID(int=number, version=4)) for number in (1, 2))


@pytest.fixture
async def figures(database: Database) -> Database:
    await database.ensure_collections(COLLECTIONS)
    await clear_generation(database, 1)
    return database


def names(person: str) -> list[str]:
    """What events call somebody: their id, and aliases for what they did here and there."""
    inside = [ALIASES.of(kind, person, new_id()) for kind in (VIEW, MEMBER, BALLOT)]
    return [person, ALIASES.of(VIEW, person), ALIASES.of(REACTION, person), *inside]


def counting(database: Database, *, capacity: int = 1000) -> PersonNumbers:
    return PersonNumbers(database, capacity=capacity, person=ALIASES.person)


@pytest.mark.parametrize("capacity", [1000, 3])
async def test_a_person_has_one_number_under_all_of_their_names(
    figures: Database, capacity: int
) -> None:
    numbers = counting(figures, capacity=capacity)
    ada, bob = names(ADA), names(BOB)
    first = dict(await numbers.numbers({ada[1]}))
    found = dict(await numbers.numbers({*ada, *bob}))
    assert found.keys() == {*ada, *bob}
    assert {found[name] for name in ada} == {first[ada[1]]}
    assert len({found[name] for name in bob}) == 1
    assert found[ADA] != found[BOB]
    assert found == await counting(figures).numbers({*bob, *ada}), "another process knows the same"


async def test_only_the_ids_of_people_are_stored_and_found(figures: Database) -> None:
    numbers = await counting(figures).numbers(set(names(ADA)))
    assert [person["_id"] for person in await figures.find(PEOPLE, {})] == [ADA]
    assert await find_number(figures, ADA) == numbers[ADA]
    for alias in names(ADA)[1:]:
        assert await find_number(figures, alias) is None


@pytest.mark.parametrize("capacity", [1000, 2])
async def test_whoever_is_forgotten_is_forgotten_under_all_of_their_names(
    figures: Database, capacity: int
) -> None:
    numbers = counting(figures, capacity=capacity)
    ada, bob = names(ADA), names(BOB)
    before = dict(await numbers.numbers({*bob, *ada}))
    await figures.delete(PEOPLE, {"_id": ADA})
    numbers.forget([ADA])
    after = dict(await numbers.numbers({*ada, *bob}))
    assert not {before[name] for name in ada} & {after[name] for name in ada}
    assert [after[name] for name in bob] == [before[name] for name in bob]


async def test_a_name_that_no_key_turns_back_is_somebody_of_its_own(figures: Database) -> None:
    other = Aliases(b"another key for tests").of(VIEW, ADA)
    found = await counting(figures).numbers({ADA, other})
    assert found[ADA] != found[other]


async def test_an_author_is_the_same_in_every_group(mongo: Mongo, figures: Database) -> None:
    """They may read the figures of each of their posts, and their topics of a day are bounded."""
    writer = Writer(figures, person=ALIASES.person)
    ids = [new_id() for _ in range(3)]
    folded = fold(f"{POSTS}/0")
    for post_id, author in zip(ids, [*names(ADA)[-2:], ADA], strict=True):
        folded.apply(told(sample(PostPublished, post_id=post_id, author=author), actor=author))
    taken = folded.take()
    await writer.prepare([(f"{POSTS}/0", taken)])
    assert {post.author for _, post in taken.posts} == {ADA}
    sessions = mongo.sessions(figures)
    async with (await sessions.open()).transaction() as transaction:
        await writer.write(transaction)
        await transaction.commit()
    await sessions.close()
    found = [await find_post(figures, post_id) for post_id in ids]
    number = await find_number(figures, ADA)
    assert number is not None
    assert [post and post.author for post in found] == [number] * 3
