"""What the write path benchmark writes on: a channel with posts, people, and their requests."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import blake2b
from uuid import UUID

from mitmach.development import DevelopmentSecrets
from services.posts.domain.audience import Channel, Group, Membership, Person
from services.posts.domain.post import Post
from shared.audience import EVERYONE, Login, membership_id
from shared.contract.access import Visibility
from shared.contract.principal import Standing, login_of
from shared.delivery.command import Entity
from shared.delivery.mongo import Driver, connect, document

REACTED_TO = 1000  # posts; each person reacts to one after the other, then differently
# Posts that can be seen. A view counts once per person and day, so a person must not get through
# all of them while it is measured.
POSTS = 40_000
VIEWS_AT_ONCE = 20  # as a feed on a phone reports them
CHANNEL = "01a20d23-4f02-7000-9000-000000000000"
# Not the group of everyone: a membership is read too, as for most posts.
GROUP = "01a20d23-4f02-7000-a000-000000000000"
KINDS = ("like", "celebrate", "insightful", "thanks", "support", "funny")
_POST = "01a20d23-4f02-7000-8000-{n}"


def post_id(number: int) -> str:
    """Ids that a load generator can count."""
    return _POST.format(n=f"{number:012x}")


def _id_of(subject: str) -> str:
    """An id for somebody, always the same for a subject."""
    return str(UUID(bytes=blake2b(subject.encode(), digest_size=16).digest(), version=4))


async def seed(url: str, secrets: DevelopmentSecrets, people: Sequence[str]) -> None:
    """Stores the people, channels and posts that the requests are about."""
    key = secrets.pseudonym_key.encode()
    posts = [
        Post(
            id=post_id(number),
            group_id=GROUP,
            channel_id=CHANNEL,
            readers=EVERYONE,
            author=_id_of("author"),
            format="video",
            kind="news",
            tags=("sport", "running"),
            published_at=datetime.now(UTC).replace(microsecond=123_000),
            audience_size=300,
            audience_through=300,
            active_through=300,
        )
        for number in range(POSTS)
    ]
    names = [_id_of(person) for person in people]
    entities: dict[str, Sequence[Entity]] = {
        "logins": [
            Login(
                id=login_of(key, person),
                person=_id_of(person),
                standing=Standing.ACTIVE,
                at=datetime(2025, 1, 1, tzinfo=UTC),
            )
            for person in people
        ],
        "people": [Person(id=name, status="active", number=1) for name in names],
        "memberships": [
            Membership(id=membership_id(GROUP, name), group_id=GROUP, person=name, number=1)
            for name in names
        ],
        "groups": [
            Group(id=group, visibility=Visibility.OPEN, members=300, arrivals=300)
            for group in (EVERYONE, GROUP)
        ],
        "channels": [Channel(id=CHANNEL, group_id=GROUP, kind="discussion")],
        "posts": posts,
    }
    async with connect(url, driver=Driver.PYMONGO) as mongo:
        database = mongo.database("mitmach_posts")
        for collection, stored in entities.items():
            await database.insert(collection, [document(entity) for entity in stored])


def reactions(
    secrets: DevelopmentSecrets, people: Sequence[str], *, numbers: int = REACTED_TO
) -> str:
    """One line per person, for the load generators: they react to so many posts in turn."""
    return _lines(
        secrets,
        people,
        method="PUT",
        path=f"/v1/posts/{_POST}/reaction",
        numbers=numbers,
        bodies=[json.dumps({"kind": kind}) for kind in KINDS],
    )


def views(secrets: DevelopmentSecrets, people: Sequence[str]) -> str:
    """Requests that tell many views at once, a line per person."""
    body = json.dumps({"post_ids": [_POST] * VIEWS_AT_ONCE})
    return _lines(
        secrets, people, method="POST", path="/v1/views:batch", numbers=POSTS, bodies=[body]
    )


def _lines(secrets: DevelopmentSecrets, people: Sequence[str], **request: object) -> str:
    headers = {"content-type": "application/json"}
    return "\n".join(
        json.dumps(
            {**request, "headers": {**headers, "authorization": f"Bearer {secrets.token(person)}"}}
        )
        for person in people
    )
