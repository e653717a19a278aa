"""For tests of the metrics service: events as they come out of Kafka, and people by short names."""

from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any, TypeVar, get_args

from msgspec import structs

from services.metrics.projection import FlatEvent, PartitionIncrements, decode
from services.metrics.projection.participants import Deed
from shared.contract.events import posts, responses
from shared.contract.events.envelope import EventData, format_time, seal, with_sequence
from shared.contract.ids import new_id
from tooling.sample_events import sample

D = TypeVar("D", bound=EventData)

_sequence = count(1)

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
SOURCES = {
    "logins": "groups",
    "people": "groups",
    "groups": "groups",
    "posts": "posts",
    "contests": "contests",
}


def value(
    data: EventData,
    *,
    actor: str | None,
    at: datetime,
    sequence: int = 1,
    predecessor: int | None = None,
) -> bytes:
    """The bytes of an event as the relay publishes them; without gaps unless one is named."""
    service = SOURCES[data.topic.split(".")[1]]
    sealed = seal(
        data,
        actor=actor,
        source=f"/mitmach/{service}/0123456789abcdef01234567",
        event_id=new_id(),
        time=format_time(at),
        traceparent=None,
    )
    before = sequence - 1 if predecessor is None else predecessor
    return with_sequence(sealed.body, sequence, before)


def told(data: EventData, *, actor: str | None = None, at: datetime = NOON) -> FlatEvent:
    """An event as the metrics service reads it, later in its chain than all before it."""
    return decode(value(data, actor=actor, at=at, sequence=next(_sequence)))


def deeds_of(taken: PartitionIncrements) -> dict[tuple[date, Deed], set[str]]:
    """Who did what on which day, wherever it was; what nobody did isn't there."""
    found: dict[tuple[date, Deed], set[str]] = {}
    for participants in taken.participants:
        for deed in get_args(Deed):
            if people := participants.of(deed):
                found.setdefault((participants.day, deed), set()).update(people)
    return found


class Story:
    """What happens to one post of Ada's; each method makes one event and tells it to `fold`."""

    def __init__(self, fold: Any, *, author: str = "ada", **about: Any) -> None:
        self.fold = fold
        self.author = author
        self.answers: list[datetime] = []  # comments of others that stand, in their order
        self.about: dict[str, Any] = {
            "post_id": new_id(),
            "group_id": new_id(),
            "format": "video",
            "kind": "news",
            "topics": ("sport",),
            "published_at": NOON,
        } | about

    def tell(
        self, kind: type[D], who: str | None, *, after: timedelta = timedelta(), **said: Any
    ) -> None:
        """Tells the fold an event about the post, this long after its publication."""
        own = {"own": who == self.author} if hasattr(kind, "own") else {}
        first = {"first_response": False} if hasattr(kind, "first_response") else {}
        fields = {"author": self.author} | self.about | own | first | said
        data = structs.replace(sample(kind, optional=False), **fields)
        self.fold.apply(told(data, actor=who, at=self.about["published_at"] + after))

    def published(self, *, audience: int = 10) -> "Story":
        """The post appears."""
        self.tell(posts.PostPublished, self.author, audience_size=audience)
        return self

    def viewed(self, who: str, *, first: bool = True, inside: bool = True, **more: Any) -> None:
        """A person sees the post."""
        self.tell(posts.PostViewed, who, first_view=first, in_audience=inside, **more)

    def reacted(self, who: str, *, already: bool = False, **more: Any) -> None:
        """A person reacts who hadn't seen it; `already`: who had interacted with it."""
        said = {
            "first_view": not already,
            "first_interaction": not already,
            "was_interacting": already,
            "in_audience": True,
        }
        self.tell(responses.ReactionAdded, who, **said | more)

    def unreacted(self, who: str, *, still: bool = False, **more: Any) -> None:
        """A person takes a reaction back."""
        self.tell(responses.ReactionRemoved, who, still_interacting=still, **more)

    def commented(self, who: str, *, already: bool = False, **more: Any) -> None:
        """A person comments who hadn't seen it; `already`: who had interacted with it."""
        said: dict[str, Any] = {
            "first_view": not already,
            "first_interaction": not already,
            "was_interacting": already,
            "in_audience": True,
            "comment_author": who,
            "first_response": who != self.author and not self.answers,
        }
        if who != self.author:
            self.answers.append(self.about["published_at"] + more.get("after", timedelta()))
        self.tell(responses.CommentAdded, who, **said | more)

    def unanswered(self, kind: type[D], who: str, **more: Any) -> None:
        """The comment that answers it first is deleted or hidden; the next one takes its place."""
        self.answers.pop(0)
        following = self.answers[0] if self.answers else None
        self.tell(kind, who, first_response=True, first_response_at=following, **more)
