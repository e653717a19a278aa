"""The oracle of the whole platform: logs, topics, figures and counts beside posts, read for itself.

It shares no code with relays, consumers or projections; what people were told it knows from their
own ledger.
"""

import json
from collections import Counter as Tally
from collections.abc import Sequence
from typing import Any

import aiohttp

from mitmach.reconciliation import scrape_counted
from services.metrics.projection import FOLDS
from shared.contract.services import LogOwner
from shared.delivery.kafka import KafkaConnection
from shared.delivery.log import LOG, logged_events
from shared.delivery.mongo import Mongo
from tests.faults.load import PEOPLE, Load
from tests.support.oracle import chain_faults, published
from tooling.servers.role_processes import RoleProcess

QUIET = 4.0  # seconds without a record: a dozen processes share the machine with the broker
# A operation of these kinds causes exactly one event; a repeated reaction or view may cause none.
ALWAYS_ONE = ("comment", "share")


class NotHeardOf(Exception):  # noqa: N818 - no fault: it reads its copy of the logins still
    """A service doesn't know yet who asks it."""


class PlatformOracle:
    """All that can be read once it is quiet."""

    def __init__(self, load: Load, mongo: Mongo, prefix: str, kafka: KafkaConnection) -> None:
        self._load = load
        self._mongo = mongo
        self._prefix = prefix
        self._kafka = kafka

    async def disagreements(self, metrics: RoleProcess) -> list[str]:
        """Everything that contradicts the promise."""
        events = {topic: events async for topic, events in self._logs()}
        everything = [event for one in events.values() for event in one]
        ids = Tally(event["id"] for event in everything)
        faults = [f"{one} is {n} times in the logs" for one, n in ids.items() if n > 1]
        faults += self._deeds(ids)
        counted = [event for topic in FOLDS for event in events.get(topic, ())]
        faults += await self._comments(counted)
        for topic, logged_there in events.items():
            faults += await self._topic(
                topic, {event["id"]: event["type"] for event in logged_there}
            )
        types = Tally(event["type"] for event in counted)
        faults += _differences("the figure of", await scrape_counted(metrics.http), types)
        return faults + await self._beside_posts(counted)

    async def _logs(self) -> Any:
        found: dict[str, list[dict[str, Any]]] = {}
        for service in LogOwner:
            async for document in self._mongo.database(self._prefix + service).stream(LOG, {}):
                for event in logged_events(document):
                    found.setdefault(event.topic, []).append(json.loads(event.body))
        for topic, events in found.items():
            yield topic, events

    def _deeds(self, ids: Tally[str]) -> list[str]:
        faults: list[str] = []
        owners: dict[str, str] = {}
        for operation in self._load.operations:
            if operation.receipts is None:
                continue
            if len(operation.receipts) > 1 or (
                operation.kind in ALWAYS_ONE and not operation.receipts
            ):
                faults.append(f"{operation} was acknowledged with {len(operation.receipts)} events")
            for receipt in operation.receipts:
                if receipt not in ids:
                    faults.append(f"{operation} was acknowledged and isn't in the logs")
                if owners.setdefault(receipt, operation.key) != operation.key:
                    faults.append(f"{receipt} is the receipt of two operations")
        missing = self._load.receipts.receipts - ids.keys()
        return faults + [f"{one} was acknowledged before and isn't in the logs" for one in missing]

    async def _comments(self, events: Sequence[dict[str, Any]]) -> list[str]:
        """Each was written once if it was acknowledged, else once or not; and so with shares."""
        stored = await self._mongo.database(f"{self._prefix}posts").find("comments", {})
        texts = Tally(one["text"] for one in stored)
        faults: list[str] = []
        for operation in self._load.operations:
            if operation.kind == "comment":
                least = 0 if operation.receipts is None else 1
                if not least <= texts[operation.key] <= 1:
                    faults.append(f"{operation} is there {texts[operation.key]} times")
        added = {e["data"]["comment_id"] for e in events if e["type"] == "mitmach.comment.added"}
        if added != {one["_id"] for one in stored}:
            faults.append(f"{len(added)} comments in the log, {len(stored)} in the state")
        shares = sum(event["type"] == "mitmach.post.shared" for event in events)
        wanted = [
            operation.receipts for operation in self._load.operations if operation.kind == "share"
        ]
        known = sum(receipts is not None for receipts in wanted)
        if not known <= shares <= len(wanted):
            faults.append(f"{shares} shares; {known} were acknowledged of {len(wanted)}")
        return faults

    async def _topic(self, topic: str, types: dict[str, str]) -> list[str]:
        records = await published(self._kafka, topic, quiet=QUIET)
        there = {record.id: record.partition for record in records}
        faults = [f"{one} is in the log and not on {topic}" for one in types.keys() - there.keys()]
        faults += [f"{one} is on {topic} and not in the log" for one in there.keys() - types.keys()]
        faults += [f"{topic}: {fault}" for fault in chain_faults(records)]
        return faults + await self._counted(topic, there, types)

    async def _counted(
        self, topic: str, places: dict[str, int], types: dict[str, str]
    ) -> list[str]:
        """Which partition's figures are wrong: says more than that their sum is."""
        found: dict[str, Tally[str]] = {}
        figures = self._mongo.database(f"{self._prefix}metrics")
        for one in await figures.find("totals", {"_id": {"$regex": f"^{topic}/"}}):
            for key, count in one["events"].items():
                kind = key.partition("|")[0].replace("/", ".")
                found.setdefault(one["_id"], Tally())[f"mitmach.{kind}"] += count
        wanted: dict[str, Tally[str]] = {}
        for event, partition in places.items():
            wanted.setdefault(f"{topic}/{partition}", Tally())[types.get(event, "")] += 1
        faults: list[str] = []
        for name in sorted(found):
            faults += _differences(f"counted of {name}:", found[name], wanted.get(name, Tally()))
        return faults

    async def _beside_posts(self, events: Sequence[dict[str, Any]]) -> list[str]:
        wanted: dict[str, Tally[str]] = {post: Tally() for post in self._load.posts}
        sharers: dict[str, set[str]] = {post: set() for post in self._load.posts}
        for event in events:
            if (post := event["data"].get("post_id")) in wanted:
                wanted[post][event["type"].removeprefix("mitmach.")] += 1
                if event["type"] == "mitmach.post.shared":
                    sharers[post].add(event["actor"])
        faults: list[str] = []
        for post, types in wanted.items():
            reactions = types["reaction.added"] - types["reaction.removed"]
            expected = Tally(
                comments=types["comment.added"], shares=len(sharers[post]), reactions=reactions
            )
            counts = (await self._asked(f"{self._load.apis[0].http}/v1/posts/{post}"))["counts"]
            found = Tally(
                comments=counts["comments"],
                shares=counts["shares"],
                reactions=sum(counts["reactions"].values()),
            )
            faults += _differences(f"beside {post}:", found, expected)
        return faults

    async def kpis(self, metrics: RoleProcess) -> dict[str, Any]:
        """What the catalogue answers, without the moment of the answer.

        Nothing until the service has heard of whoever asks.
        """
        try:
            answer = await self._asked(f"{metrics.http}/v1/kpis", "admin")
        except NotHeardOf:
            return {}
        return {
            one["name"]: {key: value for key, value in one.items() if key != "as_of"}
            for one in answer["items"]
        }

    async def _asked(self, url: str, *roles: str) -> dict[str, Any]:
        headers = {"authorization": f"Bearer {self._load.token(PEOPLE[0], roles)}"}
        async with self._load.http.get(
            url, headers=headers, timeout=aiohttp.ClientTimeout(total=20)
        ) as answer:
            if answer.status == 403 and "person-not-active" in await answer.text():
                raise NotHeardOf
            assert answer.ok, f"{url}: {answer.status} {await answer.text()}"
            found: dict[str, Any] = await answer.json()
            return found


def _differences(what: str, found: Tally[str], wanted: Tally[str]) -> list[str]:
    return [
        f"{what} {name} is {found[name]} instead of {wanted[name]}"
        for name in sorted(found.keys() | wanted.keys())
        if found[name] != wanted[name]
    ]
