"""Since when figures are complete: the log may begin late, and so may what is kept of people.

Who took part where, and who belonged where, earlier versions didn't keep. Where they have counted,
it is complete from the first start of a version that does; a rebuild makes it whole.
"""

from datetime import UTC, datetime
from typing import NamedTuple

from services.metrics.store.documents import COUNTERS, TOTALS
from shared.delivery.consumer import complete_from
from shared.delivery.mongo import Database

_PARTICIPATION = "participation"


async def note_begin_of_participation(database: Database) -> int:
    """Notes that figures are there which were counted without it; how many partitions there are."""
    counted = await database.count(TOTALS, {})
    if counted:
        begins = {"$min": {"since": datetime.now(UTC)}}
        noted = {"q": {"_id": _PARTICIPATION}, "u": begins, "upsert": True}
        await database.update(COUNTERS, [noted])
    return counted


class History(NamedTuple):
    """Since when everything was counted; None if that is so from the first event.

    Attributes:
        of_all: Since when events were.
        of_participation: Since when it was also kept who took part where, and belonged where.
    """

    of_all: datetime | None
    of_participation: datetime | None


async def read_history(database: Database) -> History:
    """Since when figures are complete."""
    begins = await complete_from(database)
    noted = await database.find_one(COUNTERS, {"_id": _PARTICIPATION})
    since: datetime | None = None if noted is None else noted["since"]
    if begins is None or since is None:
        return History(begins, since or begins)
    return History(begins, max(begins, since))
