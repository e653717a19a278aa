"""Numbers for people: dense and for ever, so that a set of people is a small bitmap."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from itertools import islice

from services.metrics.store.documents import COUNTERS, FORGOTTEN, PEOPLE
from shared.contract.erasures import erasure_id
from shared.delivery.mongo import Database, Duplicate, Transaction

# Names of people kept in memory, their ids and the aliases that events tell them under: 60 MB. With
# fewer than a day has, these would be read again with each flush.
CAPACITY = 250_000
# People in one query.
_AT_ONCE = 5_000


async def find_number(database: Database, person_id: str) -> int | None:
    """A person's number; None for somebody unheard of or erased."""
    stored = await database.find_one(PEOPLE, {"_id": person_id})
    return None if stored is None else int(stored["number"])


async def erased_among(reader: Database | Transaction, people: Iterable[str]) -> set[str]:
    """Those of these people who were erased."""
    by_erasure = {erasure_id(person): person for person in people}
    if not by_erasure:
        return set()
    found = await reader.find(FORGOTTEN, {"_id": {"$in": list(by_erasure)}})
    return {by_erasure[erasure["_id"]] for erasure in found}


class PersonNumbers:
    """Knows or makes people's numbers.

    Two consumers may meet the same new person at the same moment: both take a number, and both use
    the number that is stored first. The other stays unused.

    Args:
        database: The database of the figures.
        capacity: How many names of people may be in memory.
        person: Whom a name in an event stands for: turns aliases back into the ids of people. Left
            out: nobody has an alias.
    """

    def __init__(
        self,
        database: Database,
        *,
        capacity: int = CAPACITY,
        person: Callable[[str], str] = str,
    ) -> None:
        self._database = database
        self._capacity = capacity
        self._person = person
        self._known: dict[str, int] = {}

    async def numbers(self, people: AbstractSet[str]) -> Mapping[str, int]:
        """The numbers of these people (and of others), by what events call them.

        However many aliases events tell a person under, they have one number; the erased have none.

        Outside of the transaction: a number does no harm without the events that asked for it, and
        inside it two consumers would conflict over the counter.
        """
        known = self._known
        names = [name for name in people if name not in known]
        if not names:
            return known
        self._make_room(2 * len(names), people)
        persons = [self._person(name) for name in names]
        for unknown in _parts(list({who for who in persons if who not in known}), _AT_ONCE):
            known |= await self._stored(unknown)
            if new := [person for person in unknown if person not in known]:
                known |= await self._made(new)
        for name, person in zip(names, persons, strict=True):
            if person in known:
                known[name] = known[person]
        return known

    def forget(self, people: Collection[str]) -> None:
        """Drops erased people from memory, with all of their aliases."""
        for person in people:
            number = self._known.get(person)
            if number is None:  # perhaps only their aliases are there
                self._known = {}
                return
            self._known = {name: at for name, at in self._known.items() if at != number}

    async def _stored(self, people: Sequence[str]) -> dict[str, int]:
        documents = await self._database.find(PEOPLE, {"_id": {"$in": list(people)}})
        return {person["_id"]: person["number"] for person in documents}

    async def _made(self, people: Sequence[str]) -> dict[str, int]:
        gone = await erased_among(self._database, people)
        new = [person for person in people if person not in gone]
        if not new:
            return {}
        first = await self._reserve(len(new))
        made = {person: first + index for index, person in enumerate(new)}
        documents = [{"_id": person, "number": number} for person, number in made.items()]
        inserted = await self._database.insert(PEOPLE, documents, ignore_duplicates=True)
        return made if inserted == len(new) else await self._stored(new)

    async def _reserve(self, count: int) -> int:
        change = {"$inc": {"next": count}}
        try:
            after = await self._database.find_and_update(
                COUNTERS, {"_id": "people"}, change, upsert=True
            )
        except Duplicate:  # another process made the counter at the same moment
            after = await self._database.find_and_update(COUNTERS, {"_id": "people"}, change)
        if after is None:
            raise RuntimeError("the counter was deleted while it was used")
        return int(after["next"]) - count

    def _make_room(self, places: int, people: AbstractSet[str]) -> None:
        """Forgets those who were met first, but for these people."""
        surplus = len(self._known) + places - self._capacity
        if surplus > 0:
            others = (name for name in self._known if name not in people)
            for name in list(islice(others, surplus)):
                del self._known[name]


def _parts(people: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    for start in range(0, len(people), size):
        yield people[start : start + size]
