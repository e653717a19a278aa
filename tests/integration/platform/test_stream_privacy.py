"""All events that data teams read, joined with all that an ordinary token reads through the API.

On the running platform: whoever only read, reacted, passed on, voted, entered a contest that masks
its entrants, or belongs to a secret group stands in no event under an id that the API shows. Who is
named in an event is named by the API in the same place.
"""

import asyncio
import json
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from aiokafka import TopicPartition

from mitmach.addresses import read_addresses
from mitmach.development import DevelopmentSecrets
from shared.contract.aliases import KINDS, Aliases
from shared.contract.events.topics import TOPICS
from shared.delivery.kafka import KafkaConnection, open_reader
from tests.support.platform import Platform, Visitor, running_platform

WITHIN = 60.0  # seconds: until the count of a vote, until events are published
OPEN = [plan for plan in TOPICS.values() if plan.data_teams]
NAMES = (
    *("olga", "ann", "ben", "rita", "rolf", "sue", "vic", "vera", "ena", "eno"),
    *("sam", "sia", "out"),
)


class Organisation(NamedTuple):
    """People who use a platform.

    Attributes:
        platform: The platform.
        who: Everybody, by name.
        ids: Their ids, as the API shows them to everybody, with their names.
    """

    platform: Platform
    who: dict[str, Visitor]
    ids: dict[str, str]


async def arrived(platform: Platform) -> Organisation:
    who = {name: await platform.visitor(name) for name in NAMES}
    ids = {}
    for name, visitor in who.items():
        me = await visitor.eventually("GET", "/v1/me")
        ids[me["person"]["id"]] = name
    return Organisation(platform, who, ids)


async def in_a_group(there: Organisation, visibility: str, founder: str, *members: str) -> Any:
    """A group with its channel for discussions; members are invited where it isn't open."""
    owner, names = there.who[founder], {name: person for person, name in there.ids.items()}
    body = {"kind": "community", "visibility": visibility, "name": "Tea", "purpose": "To drink."}
    path = f"/v1/groups/{(group := await owner.good('POST', '/v1/groups', body))['id']}"
    for name in members:
        if visibility == "open":
            await there.who[name].good("PUT", f"{path}/members/me")
        else:
            await owner.good("POST", f"{path}/invitations", {"person_id": names[name]})
            await there.who[name].good("POST", f"{path}/invitations/me:accept")
    channels = (await owner.good("GET", f"{path}/channels"))["items"]
    [channel] = [channel for channel in channels if channel["kind"] == "discussion"]
    return group["id"], channel["id"]


async def posted(author: Visitor, channel_id: str) -> str:
    body = {"channel_id": channel_id, "title": "A cup of tea", "text": "Who joins?"}
    return str((await author.eventually("POST", "/v1/posts", body))["id"])


async def talk(there: Organisation, channel_id: str, secret_group: str) -> list[str]:
    """Two posts of Ann's in an open group: Ben comments, Olga moderates, the others don't write."""
    who = there.who
    posts = [await posted(who["ann"], channel_id) for _ in range(2)]
    for post in posts:
        path = f"/v1/posts/{post}"
        for name in ("rita", "ann", "sia"):
            await who[name].eventually("PUT", f"{path}/view")
        for name in ("rolf", "ann"):
            await who[name].eventually("PUT", f"{path}/reaction", {"kind": "like"})
        await who["sue"].eventually("POST", f"{path}/shares", {"to_group_id": None})
        await who["sia"].eventually("POST", f"{path}/shares", {"to_group_id": secret_group})
        said = [
            (await who["ben"].eventually("POST", f"{path}/comments", {"text": text}))["id"]
            for text in ("I do.", "Spam.")
        ]
        await who["rolf"].good("PUT", f"/v1/comments/{said[0]}/reaction", {"kind": "thanks"})
        await who["olga"].eventually("DELETE", f"/v1/comments/{said[1]}")
    return posts


async def whisper(there: Organisation, channel_id: str) -> str:
    """Sam's post in a secret group, and what Sia does with it."""
    sam, sia = there.who["sam"], there.who["sia"]
    post = await posted(sam, channel_id)
    path = f"/v1/posts/{post}"
    await sia.eventually("PUT", f"{path}/view")
    await sia.good("PUT", f"{path}/reaction", {"kind": "like"})
    comment = await sia.good("POST", f"{path}/comments", {"text": "I do."})
    await sam.good("PUT", f"/v1/comments/{comment['id']}/reaction", {"kind": "like"})
    return post


async def contest(there: Organisation, group_id: str) -> str:
    """A contest that masks who has entered, during its vote; an entry of Eno's was rejected."""
    olga, now = there.who["olga"], datetime.now(UTC)
    names = ("submissions_at", "review_at", "voting_at", "closes_at")
    schedule = {n: (now + timedelta(days=d)).isoformat() for d, n in enumerate(names, 1)}
    body: dict[str, Any] = {"title": "Tea", "kind": "text", "group_id": group_id}
    body |= {"schedule": schedule, "rules": {"anonymous": True, "entries_per_person": 2}}
    made: dict[str, Any] = await olga.eventually("POST", "/v1/contests", body)
    path = f"/v1/contests/{made['id']}"
    await olga.good("POST", f"{path}:announce")
    await olga.good("POST", f"{path}:advance", {"to": "submissions"})
    entries = []
    for name in ("ena", "eno", "ena"):
        text = {"title": "My cup", "text": "It was blue.", "consent": True}
        entered = await there.who[name].eventually("POST", f"{path}/entries", text)
        entries.append(f"/v1/entries/{entered['id']}")
    await olga.good("POST", f"{entries[0]}:accept")
    for entry in entries[1:]:
        await olga.good("POST", f"{entry}:reject", {"reason": "A copy.", "category": "copyright"})
    await olga.good("POST", f"{path}:advance", {"to": "review"})
    for name in ("vic", "vera"):
        await there.who[name].reads(path, lambda shown: bool(shown["may_vote"]))
    await olga.good("POST", f"{path}:advance", {"to": "voting"})
    for name in ("vic", "ena", "rita"):
        await there.who[name].good("PUT", f"{entries[0]}/view")
    for name in ("vic", "vera"):
        choice = {"entry_ids": [entries[0].rpartition("/")[2]]}
        await there.who[name].good("PUT", f"{path}/ballot", choice)
    await there.who["vera"].good("DELETE", f"{path}/ballot")
    return path


async def opened(there: Organisation, path: str) -> None:
    """The results of the contest are public."""
    olga = there.who["olga"]
    await olga.good("POST", f"{path}:advance", {"to": "sealed"})
    await olga.reads(path, lambda shown: shown["phase"] == "judged")
    await olga.good("POST", f"{path}:advance", {"to": "published"})


async def shown_by_api(there: Organisation, posts: list[str], path: str) -> dict[str, set[str]]:
    """Whom the API shows to somebody with an ordinary token, by post and by contest."""
    out = there.who["out"]
    shown: dict[str, set[str]] = defaultdict(set)
    for post in posts:
        answer = await out.call("GET", f"/v1/posts/{post}")
        if answer.is_success:
            comments = await out.good("GET", f"/v1/posts/{post}/comments")
            shown[post] = {
                answer.json()["author_id"],
                *(comment["author_id"] for comment in comments["items"]),
            }
    about = shown[path.rpartition("/")[2]]
    about.add((await out.good("GET", path))["organiser_id"])
    entries = (await out.good("GET", f"{path}/entries"))["items"]
    about |= {entry["author_id"] for entry in entries if entry["author_id"] is not None}
    return shown


def texts(value: Any) -> Iterator[str]:
    """Every text in a piece of JSON."""
    if isinstance(value, dict):
        for part in value.values():
            yield from texts(part)
    elif isinstance(value, list):
        for part in value:
            yield from texts(part)
    elif isinstance(value, str):
        yield value


async def events(platform: Platform, *, last: tuple[str, str]) -> list[dict[str, Any]]:
    """All events that data teams may read, once this is among them: the contest, and a type."""
    bootstrap = read_addresses(platform.data).kafka
    places = [TopicPartition(plan.name, n) for plan in OPEN for n in range(plan.partitions)]
    found: list[dict[str, Any]] = []
    async with open_reader(KafkaConnection(bootstrap=bootstrap)) as reader, asyncio.timeout(WITHIN):
        reader.assign(places)
        await reader.seek_to_beginning(*places)
        quiet = 0
        while quiet < 3 or not any((e["partitionkey"], e["type"]) == last for e in found):
            batches = (await reader.getmany(timeout_ms=300)).values()
            quiet = 0 if batches else quiet + 1
            for record in (record for batch in batches for record in batch):
                found.append(json.loads(record.value))
                assert record.key.decode() == found[-1]["partitionkey"]
    return found


def named(there: Organisation, told: list[dict[str, Any]], shown: dict[str, set[str]]) -> set[str]:
    """Who is named by events; each of them by the API too, where it shows the same thing."""
    found = set()
    for event in told:
        people = {text for text in texts(event) if text in there.ids}
        about = event["partitionkey"]
        assert people <= shown[about], f"{[there.ids[one] for one in people]} in {event}"
        found |= {there.ids[person] for person in people}
    return found


async def test_no_event_names_somebody_whom_the_api_doesnt_show_there(tmp_path: Path) -> None:
    async with running_platform(tmp_path, quotas=False) as platform:
        there = await arrived(platform)
        members = ("ann", "ben", "rita", "rolf", "sue", "vic", "vera", "ena", "eno", "sia")
        open_group, open_channel = await in_a_group(there, "open", "olga", *members)
        secret_group, secret_channel = await in_a_group(there, "secret", "sam", "sia")
        posts = await talk(there, open_channel, secret_group)
        posts.append(await whisper(there, secret_channel))
        path = await contest(there, open_group)
        contest_id = path.rpartition("/")[2]

        shown = await shown_by_api(there, posts, path)
        masked = await events(platform, last=(contest_id, "mitmach.ballot.withdrawn"))
        assert named(there, masked, shown) == {"olga", "ann", "ben"}

        await opened(there, path)
        shown = await shown_by_api(there, posts, path)
        told = await events(platform, last=(contest_id, "mitmach.results.published"))
        assert named(there, told, shown) == {"olga", "ann", "ben", "ena"}
        # Nobody learns from a share to a secret group who is in there, nor from an alias.
        assert secret_group not in {event["data"].get("to_group_id") for event in told}

    aliases = Aliases(DevelopmentSecrets(tmp_path).pseudonym_key.encode())
    check_what_can_be_counted(there, told, aliases)


def check_what_can_be_counted(
    there: Organisation, told: list[dict[str, Any]], aliases: Aliases
) -> None:
    """Distinct aliases of a kind of act are distinct people, whom only the platform knows."""
    actors: dict[str, set[str]] = defaultdict(set)
    for event in told:
        if (actor := event.get("actor", "")) not in there.ids:
            actors[event["type"].removeprefix("mitmach.")].add(actor)
    people = {
        kind: sorted(there.ids[aliases.person(actor)] for actor in found - {""})
        for kind, found in actors.items()
    }
    assert people["post.viewed"] == ["rita", "sia", "sia"]  # in the secret group under another
    assert people["post.shared"] == ["sia", "sue"]
    assert people["comment.deleted"] == ["olga", "olga"]  # another one for each post
    assert people["ballot.cast"] == ["vera", "vic"]
    assert people["entry.submitted"] == ["ena", "ena", "eno"]  # another one for each entry
    assert people["entry.viewed"] == ["ena", "rita", "vic"]
    letters = {actor[0] for found in actors.values() for actor in found if actor}
    assert letters <= KINDS.keys()
    readers, voters = actors["post.viewed"], actors["ballot.cast"]
    assert not readers & actors["reaction.added"] | voters & actors["entry.submitted"]
