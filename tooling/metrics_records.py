"""The slow way to figures of posts: a record for each, changed by one increment after the other.

An oracle for what the service keeps in columns. A record is a dictionary, and all sums are loops.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from services.metrics.kpis.content import Answers, Attention, AttentionBreakdown
from services.metrics.kpis.definitions import ATTENTION, Filters
from services.metrics.kpis.measures import SMALLEST
from services.metrics.kpis.windows import Window
from services.metrics.projection.increments import PartitionIncrements, PostIncrement
from services.metrics.store.read.published_posts import MOST_TOPICS

Record = dict[str, Any]
_ADDED = ("viewed", "interactors", "interactors_7d", "comments_7d", "reactions_7d", "shares")


class Records:
    """All posts that were heard of, by their ids."""

    def __init__(self) -> None:
        self.posts: dict[str, Record] = {}

    def add(self, increments: PartitionIncrements) -> None:
        """Adds what events of a partition have come to."""
        for post_id, increment in increments.posts:
            _add(self.posts.setdefault(post_id, {}), increment)

    def shown(self, window: Window, posts: Filters) -> list[Record]:
        """The posts that were published in a window, pass a filter, and can be seen."""
        return [
            record
            for record in self.posts.values()
            if window.begins <= record["facts"].published_at < window.ends
            and record["status"][1] == "published"
            and record["facts"].author_human
            and posts.group in {None, record["facts"].group_id}
            and posts.format in {None, record["facts"].format}
            and (posts.topic is None or posts.topic in record["facts"].topics)
        ]

    def attention(self, window: Window, posts: Filters, as_of: datetime) -> AttentionBreakdown:
        """What the posts of a window got, in all, by format and by topic."""
        shown = self.shown(window, posts)
        formats = _by(lambda record: [record["facts"].format], shown, as_of)
        topics = _by(lambda record: record["facts"].topics, shown, as_of)
        leading = sorted(
            topics.items(), key=lambda item: (-item[1].interactors, -item[1].viewers, item[0])
        )
        total = _sum(shown, as_of)
        return AttentionBreakdown(total=total, formats=formats, topics=dict(leading[:MOST_TOPICS]))

    def answers(
        self, window: Window, posts: Filters, *, as_of: datetime, provisional: bool
    ) -> Answers:
        """How the posts of a window were answered.

        Args:
            window: Days in which the posts were published.
            posts: Group, format and topic of the posts that count.
            as_of: The moment at which posts are seven days old or not: now.
            provisional: Whether posts younger than seven days are judged too.
        """
        shown = self.shown(window, posts)
        until = as_of if provisional else as_of - ATTENTION
        judged = [record for record in shown if record["facts"].published_at <= until]
        answered = [record for record in judged if record["comments_7d"] > 0]
        waits: dict[int, int] = {}
        for record in answered:
            answered_at = record["response"][1]
            if answered_at is not None and answered_at - record["facts"].published_at < ATTENTION:
                waited = int((answered_at - record["facts"].published_at).total_seconds() // 1)
                waits[waited] = waits.get(waited, 0) + 1
        return Answers(
            posts=len(judged),
            too_young=len(shown) - len(judged),
            answered=len(answered),
            appreciated=sum(
                record["comments_7d"] > 0 or record["reactions_7d"] > 0 for record in judged
            ),
            waits=waits,
        )

    def best(self, window: Window, sort: str, limit: int) -> list[str]:
        """The ids of the posts that lead by a figure, among those with enough viewers to tell."""
        found = [
            (-_score(record, sort), -record["viewers_7d"], post_id)
            for post_id, record in self.posts.items()
            if record in self.shown(window, Filters()) and record["viewers_7d"] >= SMALLEST
        ]
        return [post_id for *_, post_id in sorted(found)[:limit]]

    def unanswered(self, window: Window, since: datetime) -> int:
        """How many posts published since then have no comment by another person."""
        return sum(
            record["facts"].published_at >= since and record["response"][1] is None
            for record in self.shown(window, Filters())
        )


def _add(record: Record, increment: PostIncrement) -> None:
    record.setdefault("status", ("", "published"))
    record.setdefault("response", ("", None))
    record.setdefault("audience", 0)
    if "facts" not in record or (
        increment.facts_changed and increment.facts_said >= record["facts"].facts_said
    ):
        record["facts"] = increment
    if increment.status is not None and increment.status_said >= record["status"][0]:
        record["status"] = (increment.status_said, increment.status)
    if increment.response_told and increment.response_told >= record["response"][0]:
        record["response"] = (increment.response_told, increment.first_response_at)
    if increment.audience_size is not None:
        record["audience"] = increment.audience_size
    others = increment.viewers - increment.viewers_own
    early = others - increment.viewers_late
    added = {name: getattr(increment, name) for name in _ADDED} | {
        "viewers": others,
        "viewers_7d": early,
        "reached_7d": early - increment.viewers_spill,
        "comments": increment.comments + increment.replies - increment.comments_gone,
        "reactions": increment.reactions - increment.reactions_gone,
    }
    for name, count in added.items():
        record[name] = record.get(name, 0) + count


def _reached(record: Record) -> int:
    # Who joined a group after the publication may view the post; the audience is the one from then.
    return int(min(record["reached_7d"], record["audience"]))


def _interactors(record: Record) -> int:
    # Without its beginning a history has people who interact unseen, or less than nobody.
    return int(max(min(record["interactors_7d"], record["viewers_7d"]), 0))


def _sum(records: Iterable[Record], as_of: datetime) -> Attention:
    found = list(records)
    return Attention(
        posts=len(found),
        unfinished=sum(record["facts"].published_at > as_of - ATTENTION for record in found),
        viewers=sum(record["viewers_7d"] for record in found),
        interactors=sum(map(_interactors, found)),
        audience=sum(record["audience"] for record in found),
        reached=sum(map(_reached, found)),
    )


def _by(
    words: Callable[[Record], Iterable[str]], records: Iterable[Record], as_of: datetime
) -> dict[str, Attention]:
    cells: dict[str, list[Record]] = {}
    for record in records:
        for word in words(record):
            cells.setdefault(word, []).append(record)
    return {word: _sum(found, as_of) for word, found in cells.items()}


_SORTS: Mapping[str, Callable[[Record], float]] = {
    # Interactors per viewer; posts that hardly anyone saw would lead such a list by chance.
    "engagement": lambda record: _interactors(record) / record["viewers_7d"],
    "reach": lambda record: _reached(record) / max(record["audience"], 1),
    "interactors": _interactors,
    "viewers": lambda record: record["viewers_7d"],
}


def _score(record: Record, sort: str) -> float:
    return _SORTS[sort](record)
