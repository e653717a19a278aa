"""Writing what was folded: one entry of the journal for each partition, and what it is beside."""

from collections.abc import Callable, Sequence

from services.metrics.projection import PartitionIncrements
from services.metrics.projection.increments import GroupIncrement
from services.metrics.store.documents import (
    CONTESTS,
    GROUPS,
    JOURNAL,
    PEOPLE,
    TO_FORGET,
    TOTALS,
)
from services.metrics.store.generations import require_generation
from services.metrics.store.journal_entry import JournalEntry
from services.metrics.store.person_numbers import PersonNumbers, erased_among
from services.metrics.store.write import statements
from services.metrics.store.write.base import Base
from services.metrics.store.write.forgetting import forgetting
from shared.contract.erasures import FORMER_COLLEAGUE
from shared.delivery.mongo import Database, Transaction

# Partitions by name, with what their events since the last flush add.
Taken = Sequence[tuple[str, PartitionIncrements]]


class Writer:
    """Stores increments of the partitions that this process owns.

    Args:
        database: The database of the figures.
        generation: The number of the generation that these figures are; a flush fails where the
            database holds another.
        rebuilding: Whether history is read anew, all partitions side by side: an erasure may come
            before what the person did years earlier. So people are only noted, until
            `forget_noted`.
        person: Whom a name in an event stands for: turns aliases back into the ids of people. Left
            out: nobody has an alias.
    """

    def __init__(
        self,
        database: Database,
        *,
        generation: int = 1,
        rebuilding: bool = False,
        person: Callable[[str], str] = str,
    ) -> None:
        self.rebuilding = rebuilding
        self._generation = generation
        self._person = person
        self._database = database
        self._person_numbers = PersonNumbers(database, person=person)
        self._base = Base(database)
        self._flushes: dict[str, int] = {}
        self._leaving: list[JournalEntry] = []  # those of the flush that is under way
        self._ready: dict[str, list[statements.Statement]] = {}
        self._groups: list[tuple[str, str, GroupIncrement]] = []
        self._leading: set[str] = set()
        self._erased: list[str] = []

    async def prepare(self, taken: Taken) -> None:
        """Before the transaction: numbers people, and builds the updates.

        Those of groups are built in the transaction: they name people. It may leave numbers behind
        when the transaction fails, which isn't wrong: the same events are folded again.
        """
        self._stored_before()
        self._name_authors(taken)
        people = set().union(*(increments.people() for _, increments in taken))
        numbers = await self._person_numbers.numbers(people)
        await self._own({name for name, _ in taken})
        ready: dict[str, list[statements.Statement]] = {}
        self._groups = [
            (name, group_id, group)
            for name, increments in taken
            for group_id, group in increments.groups.items()
        ]
        self._leading = {person for *_, group in self._groups for person in group.roles}
        self._erased = []
        for collection, updates in await self._fold_base():
            ready.setdefault(collection, []).extend(updates)
        for name, increments in taken:
            flush = self._flushes[name] = self._flushes[name] + 1
            entry = JournalEntry.of(name, flush, increments, numbers)
            self._leaving.append(entry)
            ready.setdefault(JOURNAL, []).append(statements.entry(entry))
            ready.setdefault(TOTALS, []).append(statements.totals(name, flush, increments))
            ready.setdefault(CONTESTS, []).extend(
                statements.contest(*contest, numbers) for contest in increments.contests.items()
            )
            self._erased += _erased(increments)
        self._ready = ready

    def _stored_before(self) -> None:
        """Takes note of the entries of the last flush; had it failed, nothing would be owned."""
        for entry in self._leaving:
            if entry.partition in self._flushes:
                self._base.journalled(entry)
        self._leaving = []

    async def _own(self, names: set[str]) -> None:
        """Learns what is stored of partitions that are new here."""
        unknown = names - self._flushes.keys()
        if not unknown:
            return
        stored = await self._database.find(
            TOTALS, {"_id": {"$in": sorted(unknown)}}, fields=("flush", "through")
        )
        known = {totals["_id"]: totals for totals in stored}
        for name in unknown:
            totals = known.get(name, {})
            await self._base.own(name, through=totals.get("through", 0))
            self._flushes[name] = totals.get("flush", 0)

    async def _fold_base(self) -> Sequence[tuple[str, Sequence[statements.Statement]]]:
        """What brings the base of the partition further of which most waits; mostly nothing."""
        partition = self._base.most_due()
        if partition is None:
            return ()
        await self._base.tidy(partition)
        return await self._base.fold(partition)

    def _name_authors(self, taken: Taken) -> None:
        """Calls the authors of posts what they are: in each group they may have another alias."""
        for _, increments in taken:
            for _, post in increments.posts:
                if post.author:
                    post.author = self._person(post.author)

    async def write(self, transaction: Transaction) -> None:
        """In the transaction: writes what `prepare` built; the same again after an abort.

        But for those who lead groups: at each try it is looked which of them were erased meanwhile.
        They are few, and where nobody's role has changed nothing is asked.
        """
        await require_generation(transaction, self._generation)
        gone = {FORMER_COLLEAGUE, *await erased_among(transaction, self._leading)}
        groups = [statements.group(*group, without=gone) for group in self._groups]
        if groups:
            await transaction.update(GROUPS, groups)
        for collection, updates in self._ready.items():
            for portion in statements.portions(updates):
                await transaction.update(collection, portion)
        if self._erased:
            await self._forget(transaction)

    async def forget_noted(self) -> None:
        """Ends the rebuilding: forgets people who were erased in it. Safe to repeat."""
        self.rebuilding = False
        while noted := await self._database.find(TO_FORGET, {}, limit=1_000):
            erased = [person["_id"] for person in noted]
            for collection, updates in forgetting(erased):
                await self._database.update(collection, updates)
            await self._database.delete(PEOPLE, {"_id": {"$in": erased}})
            self._person_numbers.forget(erased)
            await self._database.delete(TO_FORGET, {"_id": {"$in": erased}})

    async def _forget(self, transaction: Transaction) -> None:
        """Takes erased people out of everything; their numbers are nobody's now."""
        if self.rebuilding:
            noted = [
                {"q": {"_id": person}, "u": {"$set": {"_id": person}}, "upsert": True}
                for person in self._erased
            ]
            await transaction.update(TO_FORGET, noted)
            return
        for collection, updates in forgetting(self._erased):
            await transaction.update(collection, updates)
        await transaction.delete(PEOPLE, self._erased)
        self._person_numbers.forget(self._erased)

    def revoked(self, partition: str) -> None:
        """Someone else owns the partition now: what is known of it may be outdated."""
        self._base.drop(partition)
        self._flushes.pop(partition, None)


def _erased(increments: PartitionIncrements) -> list[str]:
    return [
        person
        for accounts in increments.accounts.values()
        for person, account in accounts.items()
        if account.erased
    ]
