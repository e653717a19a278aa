"""Bringing in what earlier versions have stored of posts: a document for each.

They become rows like all others, of a partition that there is none of: what happens to a post later
makes it another row, and readers add the two up as they do where a topic was given more partitions.
"""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from services.metrics.store.columns.day_table import DayTable
from services.metrics.store.columns.layout import (
    COUNTS,
    KEY,
    NEW,
    RETRACTED,
    STATES,
    STATUSES,
    UNANSWERED,
    UNHEARD,
    id_of,
    key_of,
    keys_column,
    milliseconds,
    sequence_number,
)
from services.metrics.store.columns.post_news import PostNews
from services.metrics.store.documents import DAY_COLUMNS, POSTS, TOTALS
from services.metrics.store.write import statements
from shared.delivery.mongo import Database

PARTITION = "earlier"
_AT_ONCE = 2_000
_PAGES_AT_ONCE = 100

Post = Mapping[str, Any]


async def bring_in(database: Database) -> int:
    """Makes pages of the posts that an earlier version has stored; returns how many there were.

    While it runs no process of the earlier version may count.
    """
    posts = 0
    done: set[bytes] = set()
    for day in await _days(database):
        by_people = [key async for key in _keys(database, day)]
        table = DayTable()
        for start in range(0, len(by_people), _AT_ONCE):
            ids = [*map(id_of, by_people[start : start + _AT_ONCE])]
            stored = await database.find(POSTS, {"_id": {"$in": ids}})
            table.apply(news_of(stored, human=True), 1)
        posts += len(table)
        await _store(database, day, table, PARTITION)
        done.update(by_people)
    posts += await _of_programs(database, done)
    await database.update(
        TOTALS, [{"q": {}, "u": [{"$set": {"through": "$flush"}}], "multi": True}]
    )
    # In this order: without the posts nothing is made again, without the pages all would be those
    # of programs.
    await database.drop([POSTS])
    await database.delete(DAY_COLUMNS, {"facts": {"$exists": True}})
    return posts


async def _days(database: Database) -> list[date]:
    """The days of which an earlier version has pages."""
    found = await database.aggregate(
        DAY_COLUMNS, [{"$match": {"facts": {"$exists": True}}}, {"$group": {"_id": "$day"}}]
    )
    return sorted(date.fromisoformat(day["_id"]) for day in found)


async def _keys(database: Database, day: date) -> AsyncIterator[bytes]:
    """The posts of a day that human beings have written, each once: others were on no page."""
    seen: set[bytes] = set()
    old = {"facts": {"$exists": True}, "day": str(day)}
    async for page in database.stream(DAY_COLUMNS, old, fields=("facts.keys",)):
        keys = page["facts"]["keys"]
        for at in range(0, len(keys), KEY):
            if (key := bytes(keys[at : at + KEY])) not in seen:
                seen.add(key)
                yield key


async def _of_programs(database: Database, done: set[bytes]) -> int:
    """The other posts, which programs have published."""
    tables: dict[date, DayTable] = {}
    async for post in database.stream(POSTS, {}):
        if key_of(post["_id"]) not in done:
            day = post["facts"]["published_at"].date()
            tables.setdefault(day, DayTable()).apply(news_of([post], human=False), 1)
    for day, table in tables.items():
        await _store(database, day, table, f"{PARTITION} of programs")
    return sum(map(len, tables.values()))


async def _store(database: Database, day: date, table: DayTable, partition: str) -> None:
    for collection, updates in statements.table(partition, day, 0, table):
        for start in range(0, len(updates), _PAGES_AT_ONCE):
            await database.update(collection, updates[start : start + _PAGES_AT_ONCE])


def news_of(posts: Sequence[Post], *, human: bool) -> PostNews:
    """Posts of an earlier version, as a flush would have told all of it at once.

    Args:
        posts: Their documents.
        human: Whether human beings have written them.
    """
    codes: dict[str, int] = {}

    def code(word: str) -> int:
        return codes.setdefault(word, len(codes))

    facts = [post["facts"] for post in posts]
    columns: dict[str, Any] = {
        "keys": keys_column(b"".join(key_of(post["_id"]) for post in posts)),
        "groups": keys_column(b"".join(key_of(fact["group_id"]) for fact in facts)),
        "published": [milliseconds(fact["published_at"]) for fact in facts],
        "format": [code(fact["format"]) for fact in facts],
        "kind": [code(fact["kind"]) for fact in facts],
        "topics": [len(fact["topics"]) for fact in facts],
        "author": [post.get("author", -1) + 1 for post in posts],
        "human": [human] * len(posts),
        "facts_said": [sequence_number(fact["said"]) for fact in facts],
        "described": [True] * len(posts),
        **{name: [_count(post, name) for post in posts] for name in COUNTS},
        **_states(posts),
    }
    topics = [code(topic) for fact in facts for topic in fact["topics"]]
    return PostNews.from_values(columns, topics, list(codes))


def _count(post: Post, name: str) -> int:
    return int(post.get(name, 0)) - int(post.get(f"{name}_gone", 0))


def _states(posts: Iterable[Post]) -> dict[str, list[int]]:
    states: dict[str, list[int]] = {name: [] for name in STATES}
    for post in posts:
        status, response = post.get("status"), post.get("first_response")
        states["audience"].append(post.get("audience_size", UNHEARD))
        states["status"].append(STATUSES[status["is"]] if status else NEW.get("status", 0))
        states["status_said"].append(sequence_number(status["said"]) if status else 0)
        states["response"].append(_response(post, response))
        states["response_said"].append(sequence_number(response["told"]) if response else 0)
    return states


def _response(post: Post, response: Mapping[str, Any] | None) -> int:
    if response is None:
        return UNANSWERED
    if response["at"] is None:
        return RETRACTED
    return milliseconds(response["at"]) - milliseconds(post["facts"]["published_at"])
