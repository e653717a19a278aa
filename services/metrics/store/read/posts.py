"""A post by itself: all that it came to, also what rates leave out."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from services.metrics.store.columns.day_table import DayTable
from services.metrics.store.columns.layout import (
    DELETED,
    NEW,
    NOT_SAID,
    RETRACTED,
    STATUSES,
    id_of,
    keys_bytes,
    moment_of,
)

_NAMES = {NOT_SAID: "published"} | {code: name for name, code in STATUSES.items()}


class PostFigures(NamedTuple):
    """What one post came to. Counts are net and leave the author out where people are counted.

    Attributes:
        author: The number of the person who wrote it; None if nobody knows them any more, or if
            their post is older than what is stored here.
        audience: How many people could see it when it was published.
        views: How often it was viewed, at most once per person and day.
        viewers: People who viewed it.
        interactors: People who interacted with it and didn't take all of it back.
        shares: People who passed it on, however often.
        viewers_7d: People who viewed it within seven days.
        reached_7d: How many of these belonged to its audience.
        interactors_7d: People who interacted within seven days, as things stood then.
        first_response_at: When the first comment of another person was written that stands.
    """

    post_id: str
    author: int | None
    group_id: str
    format: str
    kind: str
    topics: tuple[str, ...]
    published_at: datetime
    status: str
    audience: int
    views: int
    viewers: int
    interactors: int
    comments: int
    reactions: int
    shares: int
    poll_votes: int
    viewers_7d: int
    reached_7d: int
    interactors_7d: int
    first_response_at: datetime | None


def merged_figures(rows: Sequence[tuple[DayTable, int]]) -> PostFigures | None:
    """The figures of a post; None if there is no row of it, or if it is gone.

    Args:
        rows: Its rows: one, or several where the topic was given more partitions while it lived.
            Counts of all are added; how it is now, the row says that was told so last.
    """
    if not rows:
        return None

    def last(of: str, said: str) -> int:
        told = [(table, row) for table, row in rows if int(table[of][row]) != NEW.get(of, NOT_SAID)]
        if not told:
            return NEW.get(of, NOT_SAID)
        table, row = max(told, key=lambda place: int(place[0][said][place[1]]))
        return int(table[of][row])

    def count(name: str) -> int:
        return sum(int(table[name][row]) for table, row in rows)

    status = last("status", "status_said")
    if status == DELETED:
        return None
    table, row = max(rows, key=lambda place: int(place[0]["facts_said"][place[1]]))
    audience = max(0, *(int(table["audience"][row]) for table, row in rows))
    viewers, viewers_7d = count("viewers"), count("viewers_7d")
    author = max(int(table["author"][row]) for table, row in rows)
    published = int(table["published"][row])
    response = last("response", "response_said")
    return PostFigures(
        post_id=id_of(keys_bytes(table["keys"][[row]])),
        author=author - 1 if author else None,
        group_id=id_of(keys_bytes(table["groups"][[row]])),
        format=table.words[table["format"][row]],
        kind=table.words[table["kind"][row]],
        topics=tuple(table.topics_of(row)),
        published_at=moment_of(published),
        status=_NAMES[status],
        audience=audience,
        views=count("viewed"),
        viewers=viewers,
        # Without the beginning of the history there are people who interact unseen.
        interactors=min(max(count("interactors"), 0), viewers),
        comments=count("comments"),
        reactions=count("reactions"),
        shares=count("shares"),
        poll_votes=count("poll_votes"),
        viewers_7d=viewers_7d,
        reached_7d=min(count("reached_7d"), audience),
        interactors_7d=min(max(count("interactors_7d"), 0), viewers_7d),
        first_response_at=moment_of(published + response) if response > RETRACTED else None,
    )
