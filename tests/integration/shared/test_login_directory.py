"""Whose a token is: from memory, from the database, and while that doesn't answer."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest

from shared.audience import Login, directory
from shared.audience.directory import ANSWERED, BACK, PERIOD, UNCHECKED, LoginDirectory
from shared.contract.errors import Unavailable
from shared.contract.principal import Claims, Standing
from shared.delivery.command import SETTLED
from shared.delivery.consumer.flusher import FLUSH_DEADLINE
from shared.delivery.mongo import Database, Driver, connect, document
from tests.support.fault_proxy import Direction, FaultProxy
from tests.support.in_memory import claims

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
MIA, OTTO = claims("mia"), claims("otto")
EDITOR = claims("mia", "editor")


class WatchedDatabase(Database):
    """A database that counts what it is asked, and may be away.

    Attributes:
        asked: Questions.
        read: Documents that were found by questions for several.
        away: Whether it doesn't answer.
    """

    asked = 0
    read = 0
    away = False

    async def find_one(self, *args: Any, **more: Any) -> dict[str, Any] | None:
        """Finds one, and counts."""
        self._count()
        return await super().find_one(*args, **more)

    async def find(self, *args: Any, **more: Any) -> list[dict[str, Any]]:
        """Finds several, and counts."""
        self._count()
        found = await super().find(*args, **more)
        self.read += len(found)
        return found

    def _count(self) -> None:
        self.asked += 1
        if self.away:
            raise Unavailable("The database is away.")


class Clock:
    """Monotonic seconds that a test puts forward."""

    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
async def logins(database: Database) -> WatchedDatabase:
    """A service's database, in which mia and otto are active."""
    watched = WatchedDatabase(database.handle)
    for one in (MIA, OTTO):
        await stands(watched, one, Standing.ACTIVE)
    return watched


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def people(logins: WatchedDatabase, clock: Clock) -> LoginDirectory:
    return LoginDirectory(logins, clock=clock, now=lambda: NOON)


async def stands(
    database: Database, who: Claims, standing: Standing, at: datetime = NOON, *, human: bool = True
) -> None:
    """Stores where somebody stands."""
    person = None if standing is Standing.ERASED else f"id of {who.subject}"
    login = Login(id=who.login, person=person, standing=standing, human=human, at=at)
    update = {"q": {"_id": login.id}, "u": document(login), "upsert": True}
    await database.update(Login.collection, [update])


async def test_who_was_found_once_is_recalled_without_a_question(
    people: LoginDirectory, logins: WatchedDatabase
) -> None:
    assert people.recall(MIA) is None
    found = await people.find(MIA)
    assert (found.person_id, found.standing, found.human) == ("id of mia", Standing.ACTIVE, True)
    asked = logins.asked
    recalled = people.recall(MIA)
    assert recalled == found
    assert people.recall(MIA) is recalled
    assert people.recall(OTTO) is None
    assert logins.asked == asked


async def test_roles_are_those_of_the_token_that_is_shown(people: LoginDirectory) -> None:
    assert (await people.find(EDITOR)).roles == {"editor"}
    plain, editor = people.recall(MIA), people.recall(EDITOR)
    assert plain is not None
    assert editor is not None
    assert (plain.roles, editor.roles) == (frozenset(), frozenset({"editor"}))
    assert plain.person_id == editor.person_id


@pytest.mark.parametrize("standing", [one for one in Standing if one is not Standing.ACTIVE])
async def test_a_change_is_seen_by_the_next_look_and_takes_the_roles(
    people: LoginDirectory, logins: WatchedDatabase, standing: Standing
) -> None:
    await people.find(EDITOR)
    await people.find(OTTO)
    assert people.recall(EDITOR) is not None  # or what is kept of it would be made of the news
    await stands(logins, MIA, standing)
    await people.look()
    recalled, other = people.recall(EDITOR), people.recall(OTTO)
    assert recalled is not None
    assert (recalled.standing, recalled.roles) == (standing, frozenset())
    assert recalled.person_id == ("" if standing is Standing.ERASED else "id of mia")
    assert other is not None
    assert other.standing is Standing.ACTIVE


async def test_that_an_account_is_a_programs_is_seen_too(
    people: LoginDirectory, logins: WatchedDatabase
) -> None:
    await people.find(MIA)
    await stands(logins, MIA, Standing.ACTIVE, human=False)
    await people.look()
    recalled = people.recall(MIA)
    assert recalled is not None
    assert not recalled.human


async def test_who_is_forgotten_is_read_anew_until_a_look_has_begun_since(
    people: LoginDirectory, logins: WatchedDatabase, clock: Clock
) -> None:
    await people.find(MIA)
    clock.seconds += 0.2
    heard = clock()  # of something that concerns her, which the last look can't have found
    people.forget(MIA, heard)
    assert people.recall(MIA) is None
    await people.find(MIA)
    clock.seconds += 0.2
    await people.look()
    people.forget(MIA, heard)
    assert people.recall(MIA) is not None
    people.forget(OTTO, clock() + 1)  # who isn't known can't be forgotten


async def test_a_look_finds_what_was_still_on_its_way_and_reads_nothing_older(
    people: LoginDirectory, logins: WatchedDatabase
) -> None:
    for one in (MIA, OTTO):
        await stands(logins, one, Standing.ACTIVE, NOON - timedelta(days=1))
        await people.find(one)
    logins.read = 0
    await people.look()
    assert logins.read == 0
    # Decided so long ago, and committed only now.
    await stands(logins, MIA, Standing.SUSPENDED, NOON - timedelta(seconds=SETTLED))
    await people.look()
    recalled = people.recall(MIA)
    assert recalled is not None
    assert recalled.standing is Standing.SUSPENDED
    assert logins.read == 1


async def test_nobody_is_looked_for_where_nobody_is_known(
    people: LoginDirectory, logins: WatchedDatabase
) -> None:
    await people.look()
    assert logins.asked == 0


async def test_somebody_unknown_is_asked_about_again_each_time(
    people: LoginDirectory, logins: WatchedDatabase
) -> None:
    lea = claims("lea", "admin")
    found = await people.find(lea)
    assert (found.person_id, found.standing, found.roles) == ("", Standing.UNKNOWN, frozenset())
    assert found.login == lea.login
    assert people.recall(lea) is None
    await stands(logins, lea, Standing.ACTIVE)
    assert (await people.find(lea)).roles == {"admin"}


async def test_who_is_invited_comes_in_with_the_visit_and_not_half_a_second_after_it(
    people: LoginDirectory, logins: WatchedDatabase
) -> None:
    await stands(logins, MIA, Standing.INVITED)
    assert (await people.find(MIA)).standing is Standing.INVITED
    assert people.recall(MIA) is None
    await stands(logins, MIA, Standing.ACTIVE)
    assert (await people.find(MIA)).standing is Standing.ACTIVE


async def test_in_an_outage_what_is_known_counts_for_a_while_and_then_nobody_is_let_in(
    people: LoginDirectory, logins: WatchedDatabase, clock: Clock
) -> None:
    await people.find(MIA)
    logins.away = True
    with pytest.raises(Unavailable):
        await people.find(OTTO)
    clock.seconds += UNCHECKED
    with pytest.raises(Unavailable):
        await people.look()
    assert people.recall(MIA) is not None
    clock.seconds += 0.001
    assert people.recall(MIA) is None
    with pytest.raises(Unavailable):
        await people.find(MIA)
    logins.away = False
    await people.look()
    assert (await people.find(MIA)).standing is Standing.ACTIVE
    assert people.recall(MIA) is not None


async def test_a_look_counts_from_its_beginning(
    people: LoginDirectory, logins: WatchedDatabase, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    await people.find(MIA)
    find = WatchedDatabase.find

    async def slow(self: WatchedDatabase, *args: Any, **more: Any) -> list[dict[str, Any]]:
        clock.seconds += UNCHECKED + 1
        return await find(self, *args, **more)

    monkeypatch.setattr(WatchedDatabase, "find", slow)
    await people.look()
    assert people.recall(MIA) is None
    assert not logins.away


async def test_after_a_while_without_a_look_everybody_is_read_anew(
    logins: WatchedDatabase, database: Database, clock: Clock
) -> None:
    now = NOON
    people = LoginDirectory(logins, clock=clock, now=lambda: now)
    await people.find(EDITOR)
    logins.away = True  # from here alone: others store what happens
    await stands(database, MIA, Standing.ERASED, NOON + timedelta(seconds=20))
    clock.seconds += 3600
    now += timedelta(seconds=3600)
    await people.look()
    assert people.recall(EDITOR) is None
    logins.away = False
    await people.look()
    assert people.recall(EDITOR) is None
    assert (await people.find(EDITOR)).standing is Standing.ERASED


async def test_what_a_flush_stores_late_is_found_all_the_same(
    logins: WatchedDatabase, clock: Clock
) -> None:
    assert timedelta(seconds=FLUSH_DEADLINE + SETTLED) < BACK
    now = NOON
    people = LoginDirectory(logins, clock=clock, now=lambda: now)
    await people.find(EDITOR)
    for _ in range(2 * int(FLUSH_DEADLINE)):
        clock.seconds += PERIOD
        now += timedelta(seconds=PERIOD)
        await people.look()
    await stands(logins, MIA, Standing.SUSPENDED, NOON)  # noted when the flush began
    await people.look()
    recalled = people.recall(EDITOR)
    assert recalled is not None
    assert recalled.standing is Standing.SUSPENDED


async def test_a_lost_answer_keeps_nobody_waiting_but_those_who_asked(
    mongo_url: str, database_prefix: str
) -> None:
    async with (
        FaultProxy(int(urlsplit(mongo_url).port or 0)) as proxy,
        connect(
            f"mongodb://127.0.0.1:{proxy.port}/?directConnection=true", driver=Driver.MOTOR
        ) as mongo,
    ):
        database = mongo.database(f"{database_prefix}lost")
        await stands(database, OTTO, Standing.ACTIVE)
        people = LoginDirectory(database)
        proxy.swallow(Direction.TO_CLIENT)
        lost = asyncio.create_task(people.find(MIA))
        await asyncio.sleep(0.3)
        proxy.swallow_no_more()
        async with asyncio.timeout(3 * ANSWERED):
            assert (await people.find(OTTO)).standing is Standing.ACTIVE
        with pytest.raises(Unavailable):
            await lost


async def test_who_comes_while_others_are_looked_for_shares_the_next_question(
    people: LoginDirectory, logins: WatchedDatabase
) -> None:
    lea, ulf = claims("lea"), claims("ulf")
    await stands(logins, lea, Standing.LEFT)
    first = asyncio.create_task(people.find(MIA))
    await asyncio.sleep(0)  # until it is asked
    await asyncio.sleep(0)
    found = await asyncio.gather(*(people.find(one) for one in (OTTO, lea, ulf, EDITOR)))
    assert [one.standing for one in (await first, *found)] == [
        Standing.ACTIVE,
        Standing.ACTIVE,
        Standing.LEFT,
        Standing.UNKNOWN,
        Standing.ACTIVE,
    ]
    assert [one.login for one in found] == [one.login for one in (OTTO, lea, ulf, EDITOR)]
    assert found[-1].roles == {"editor"}
    assert logins.asked == 2


async def test_a_question_that_fails_fails_for_all_who_wait_and_for_nobody_after(
    people: LoginDirectory, logins: WatchedDatabase
) -> None:
    logins.away = True
    failed = await asyncio.gather(people.find(MIA), people.find(OTTO), return_exceptions=True)
    assert [type(one) for one in failed] == [Unavailable, Unavailable]
    logins.away = False
    assert (await people.find(MIA)).standing is Standing.ACTIVE


async def test_whoever_gives_up_waiting_takes_the_answer_from_nobody(
    people: LoginDirectory,
) -> None:
    gone = asyncio.create_task(people.find(MIA))
    waiting = asyncio.create_task(people.find(OTTO))
    await asyncio.sleep(0)
    gone.cancel()
    assert (await waiting).standing is Standing.ACTIVE
    assert people.recall(MIA) is not None


async def test_nobody_waits_for_a_process_that_ends(
    people: LoginDirectory, logins: WatchedDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def never(*_args: Any, **_more: Any) -> list[dict[str, Any]]:
        await asyncio.Event().wait()
        raise AssertionError

    monkeypatch.setattr(WatchedDatabase, "find", never)
    async with people.following():
        waiting = [asyncio.create_task(people.find(one)) for one in (MIA, OTTO)]
        await asyncio.sleep(0.01)
        waiting.append(asyncio.create_task(people.find(EDITOR)))
        await asyncio.sleep(0.01)
    async with asyncio.timeout(5):
        ended = await asyncio.gather(*waiting, return_exceptions=True)
    assert [type(one) for one in ended] == [Unavailable] * 3


async def test_no_more_are_remembered_than_there_is_room_for(
    people: LoginDirectory, logins: WatchedDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(directory, "CAPACITY", 2)
    lea = claims("lea")
    await stands(logins, lea, Standing.ACTIVE)
    for one in (MIA, OTTO, lea):
        await people.find(one)
    assert [people.recall(one) is not None for one in (MIA, OTTO, lea)] == [False, True, True]
    assert (await people.find(MIA)).person_id == "id of mia"


async def test_changes_are_followed_through_an_outage(
    people: LoginDirectory, logins: WatchedDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(directory, "PERIOD", 0.001)
    await people.find(MIA)
    async with people.following(), asyncio.timeout(30):
        logins.away = True
        asked = logins.asked
        while logins.asked < asked + 3:
            await asyncio.sleep(0.001)
        logins.away = False
        await stands(logins, MIA, Standing.SUSPENDED)
        while (recalled := people.recall(MIA)) and recalled.standing is not Standing.SUSPENDED:
            await asyncio.sleep(0.001)
    asked = logins.asked
    await asyncio.sleep(0.02)
    assert logins.asked == asked
