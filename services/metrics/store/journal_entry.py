"""An entry of the journal: what one flush of one partition adds."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import chain
from typing import Any, NamedTuple, Self

import msgspec
import zstandard
from pyroaring import BitMap

from services.metrics.projection.increments import AccountDay, PartitionIncrements
from services.metrics.projection.participants import NumberedParticipants
from services.metrics.store.columns.participation import ParticipationNews
from services.metrics.store.columns.post_news import PostNews

# Rows of people that cost the base as much as one of a post.
ROWS = 10
# Of what is written ten times a second the quickest level is small enough.
_LEVEL = 1

_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder().decode


class SetKey(NamedTuple):
    """Which set of people: of a UTC day, a deed or one of `ACCOUNT_SETS`."""

    day: date
    name: str


class SetNews(NamedTuple):
    """Who came into a set of people, and who left it: as numbers."""

    added: BitMap
    removed: BitMap


Sets = Mapping[SetKey, SetNews]
Participation = Mapping[date, ParticipationNews]


class JournalEntry(NamedTuple):
    """What a flush adds to posts and to sets of people; no name of a person is in it.

    Attributes:
        partition: The partition whose events were folded.
        flush: The number of the partition's flush: entries have no gap.
        posts: A row for each post that changed.
        sets: Who did what, and what became of accounts.
        participation: Who took part where, by UTC day.
    """

    partition: str
    flush: int
    posts: PostNews
    sets: Sets
    participation: Participation

    @classmethod
    def of(
        cls,
        partition: str,
        flush: int,
        increments: PartitionIncrements,
        numbers: Mapping[str, int],
    ) -> Self:
        """The entry of a flush.

        Args:
            partition: The partition whose events were folded.
            flush: The number of the flush.
            increments: Those of a fold since the flush before.
            numbers: People's numbers by id or alias; who was erased has none, and is left out.
        """
        participants = [people.numbered(numbers) for people in increments.participants]
        return cls(
            partition,
            flush,
            PostNews.of(increments.posts, numbers),
            _sets(participants, increments.accounts, numbers),
            ParticipationNews.by_day(participants, increments.memberships, numbers),
        )

    @property
    def size(self) -> int:
        """About how many things it changes."""
        rows = sum(map(len, self.participation.values()))
        return len(self.posts) + len(self.sets) + rows // ROWS

    @property
    def days(self) -> set[date]:
        """The days whose posts, sets or participants it changes."""
        sets = {key.day for key in self.sets}
        return {day for day, _ in self.posts.by_day} | sets | self.participation.keys()

    def document(self) -> dict[str, Any]:
        """As it is stored."""
        sets = [
            (str(key.day), key.name, news.added.serialize(), news.removed.serialize())
            for key, news in self.sets.items()
        ]
        participation = {str(day): news.stored() for day, news in self.participation.items()}
        body = _encode({"posts": self.posts.stored(), "sets": sets, "people": participation})
        return {
            "_id": entry_id(self.partition, self.flush),
            "partition": self.partition,
            "flush": self.flush,
            "body": zstandard.ZstdCompressor(level=_LEVEL).compress(body),
        }

    @classmethod
    def read(cls, document: Mapping[str, Any]) -> Self:
        """What was stored so."""
        body = _decode(zstandard.ZstdDecompressor().decompress(document["body"]))
        sets = {
            SetKey(date.fromisoformat(day), name): SetNews(
                BitMap.deserialize(added), BitMap.deserialize(removed)
            )
            for day, name, added, removed in body["sets"]
        }
        # Entries of earlier versions have no participation.
        participation = {
            date.fromisoformat(day): ParticipationNews.read(news)
            for day, news in body.get("people", {}).items()
        }
        posts = PostNews.read(body["posts"])
        return cls(document["partition"], document["flush"], posts, sets, participation)


def entry_id(partition: str, flush: int) -> str:
    """The id of an entry's document: those of a partition sort by flush."""
    return f"{partition}|{flush:020d}"


_Known = Sequence[tuple[int, AccountDay]]


def _sets(
    participants: Iterable[NumberedParticipants],
    accounts_of_days: Mapping[date, Mapping[str, AccountDay]],
    numbers: Mapping[str, int],
) -> Sets:
    who: defaultdict[SetKey, list[int]] = defaultdict(list)
    for took_part in participants:
        for deed, people in took_part.did.items():
            who[SetKey(took_part.day, deed)] += people
    sets = {key: SetNews(BitMap(people), BitMap()) for key, people in who.items()}
    for day, accounts in accounts_of_days.items():
        known = [(numbers[who], account) for who, account in accounts.items() if who in numbers]
        named = chain(_accounts(known), _attributes(known))
        sets |= {SetKey(day, name): news for name, news in named}
    return {key: news for key, news in sets.items() if news.added or news.removed}


def _accounts(known: _Known) -> Sequence[tuple[str, SetNews]]:
    nobody = BitMap()

    def those(test: str, value: bool = True) -> BitMap:
        return BitMap(number for number, account in known if getattr(account, test) is value)

    on, off = those("active_after"), those("active_after", value=False)
    return [
        ("invited", SetNews(those("invited"), nobody)),
        ("was_active", SetNews(those("was_active"), nobody)),
        ("programs", SetNews(those("program"), nobody)),
        ("erased", SetNews(those("erased"), nobody)),
        ("switched_on", SetNews(on, off)),
        ("switched_off", SetNews(off, on)),
    ]


def _attributes(known: _Known) -> Iterator[tuple[str, SetNews]]:
    """Who is told to be in a department or at a location, by the name of the set."""
    came: defaultdict[str, BitMap] = defaultdict(BitMap)
    went: defaultdict[str, BitMap] = defaultdict(BitMap)
    for number, account in known:
        for attribute, word in account.told.items():
            came[attribute_set(attribute, word)].add(number)
        for attribute, word in account.left:
            went[attribute_set(attribute, word)].add(number)
    for name in came | went:
        yield name, SetNews(came[name], went[name] - came[name])


def attribute_set(attribute: str, word: str) -> str:
    """The name of the set of people of a department or location; of an empty word: of none."""
    return f"{attribute}/{word}"


def changed(people: BitMap, news: SetNews) -> BitMap:
    """A set after some news; the set itself stays."""
    return (people | news.added) - news.removed
