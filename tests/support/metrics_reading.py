"""For tests of the metrics service: what readers see of posts, and what is stored of people."""

from pyroaring import BitMap

from services.metrics.store.documents import BITMAPS, JOURNAL
from services.metrics.store.journal_entry import JournalEntry
from services.metrics.store.read.follower import Follower
from services.metrics.store.read.posts import PostFigures
from services.metrics.store.read.published_posts import PublishedPosts
from shared.delivery.mongo import Database


def published_posts(database: Database) -> PublishedPosts:
    """A reader that begins now."""
    return PublishedPosts(Follower(database))


async def find_post(database: Database, post_id: str) -> PostFigures | None:
    """The figures of a post; None if metrics haven't heard of it, or if it is gone."""
    found = await published_posts(database).find([post_id])
    return found[0] if found else None


async def people_in(database: Database, name: str) -> BitMap:
    """The numbers of all who ever came into the sets of a name, in the base or behind it."""
    numbers = BitMap()
    for stored in await database.find(BITMAPS, {"name": name}):
        numbers |= BitMap.deserialize(stored["people"])
    for stored in await database.find(JOURNAL, {}):
        for key, news in JournalEntry.read(stored).sets.items():
            numbers |= news.added if key.name == name else BitMap()
    return numbers
