"""An independent judge: reads log, topic, state and sums for itself and says what disagrees.

It shares no code with the relay or the consumer: envelopes are read with `json`, chains are
followed here once more. What the parts were told to do it knows from the ledger alone.
"""

import asyncio
import json
from collections import Counter as Tally
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from aiokafka import AIOKafkaConsumer, TopicPartition

from shared.delivery.kafka import KafkaConnection, open_reader
from shared.delivery.log import logged_events
from shared.delivery.mongo import Database

QUIET = 0.6  # seconds without a record: the end (the embedded broker names it wrongly)


@dataclass
class Ledger:
    """What clients were told.

    Attributes:
        acknowledged: Subject by event id, of every answer that said "done".
        unknown: How many operations per subject got no answer or "not known": they may have
            happened, each once.
    """

    acknowledged: dict[str, str] = field(default_factory=dict)
    unknown: Tally[str] = field(default_factory=Tally)


class Published(NamedTuple):
    """A record of the topic."""

    partition: int
    id: str
    subject: str
    source: str
    sequence: int
    predecessor: int


async def published(kafka: KafkaConnection, topic: str, *, quiet: float = QUIET) -> list[Published]:
    """Every readable record of the topic, partition by partition in its order."""
    records: dict[int, list[Published]] = {}
    async with open_reader(kafka) as reader:
        if not await _from_the_start(reader, topic):
            return []
        while batches := await reader.getmany(timeout_ms=int(quiet * 1000)):
            for place, found in batches.items():
                for record in found:
                    if (event := _event(place.partition, record.value)) is not None:
                        records.setdefault(place.partition, []).append(event)
    return [event for partition in sorted(records) for event in records[partition]]


async def _from_the_start(reader: AIOKafkaConsumer, topic: str) -> bool:
    # What a client learns for itself at its start may be older than the topic.
    cluster = await reader._client.fetch_all_metadata()
    places = [TopicPartition(topic, number) for number in cluster.partitions_for_topic(topic) or ()]
    if places:
        reader.assign(places)
        await reader.seek_to_beginning(*places)
    return bool(places)


def _event(partition: int, value: bytes | None) -> Published | None:
    try:
        told = json.loads(value or b"")
        sequence, predecessor = int(told["sequence"]), int(told["predecessor"])
        subject, source = told["subject"], told["source"]
        return Published(partition, told["id"], subject, source, sequence, predecessor)
    except (ValueError, KeyError, TypeError):
        return None


def chain_faults(records: list[Published]) -> list[str]:
    """What is wrong with the order of one topic: nothing, if every event has its one place."""
    faults: list[str] = []
    places: dict[str, Published] = {}
    by_chain: dict[tuple[int, str], list[Published]] = {}
    for record in records:
        if places.setdefault(record.id, record) != record:
            faults.append(f"{record.id} came as {record} and as {places[record.id]}")
        by_chain.setdefault((record.partition, record.source), []).append(record)
    for (partition, source), chain in by_chain.items():
        before = 0
        for sequence in sorted({record.sequence for record in chain}):
            named = {record.predecessor for record in chain if record.sequence == sequence}
            if named != {before}:
                faults.append(f"{source} {partition}: {sequence} follows {before}, names {named}")
            before = sequence
        if (end := _followed(chain)) != before:
            faults.append(f"{source} {partition}: a reader that goes in order gets stuck at {end}")
    return faults


def _followed(chain: list[Published]) -> int:
    mark = 0
    for record in chain:
        if record.predecessor <= mark < record.sequence:
            mark = record.sequence
    return mark


async def disagreements(
    ledger: Ledger, database: Database, kafka: KafkaConnection, topic: str
) -> list[str]:
    """Everything that contradicts "nothing acknowledged is lost, nothing counts twice"."""
    logged = [
        json.loads(event.body)
        for document in await database.find("log", {})
        for event in logged_events(document)
    ]
    ids = Tally(event["id"] for event in logged)
    per_subject = Tally(event["subject"] for event in logged)
    records = await published(kafka, topic)
    faults = [f"{event_id} is {n} times in the log" for event_id, n in ids.items() if n > 1]
    faults += [
        f"{event_id} was acknowledged and is not in the log"
        for event_id in ledger.acknowledged.keys() - ids
    ]
    known = Tally(ledger.acknowledged.values())
    for subject in per_subject | known:
        extra = per_subject[subject] - known[subject]
        if not 0 <= extra <= ledger.unknown[subject]:
            faults.append(
                f"{subject}: {extra} more than acknowledged, {ledger.unknown[subject]} unknown"
            )
    source = next((event["source"] for event in logged), "")
    ours = {record.id for record in records if record.source == source}
    faults += [f"{event_id} is in the log and not on the topic" for event_id in ids.keys() - ours]
    faults += [f"{event_id} is on the topic and not in the log" for event_id in ours - ids.keys()]
    faults += chain_faults(records)
    stored: dict[str, Any] = {
        row["_id"]: row["value"] for row in await database.find("counters", {})
    }
    faults += _differences("the state", stored, per_subject)
    counted = {row["_id"]: row["n"] for row in await database.find("sums", {})}
    return faults + _differences("the sums", counted, per_subject)


def _differences(name: str, found: dict[str, int], wanted: Tally[str]) -> list[str]:
    return [
        f"{name} of {subject}: {found.get(subject, 0)} instead of {wanted[subject]}"
        for subject in sorted(found.keys() | wanted.keys())
        if found.get(subject, 0) != wanted[subject]
    ]


async def settled(
    ledger: Ledger,
    database: Database,
    kafka: KafkaConnection,
    topic: str,
    *,
    within: float = 40.0,
) -> None:
    """Waits until relay and consumer have caught up, then judges.

    Raises:
        AssertionError: Something still disagrees, with all of it in the message.
    """
    deadline = asyncio.get_running_loop().time() + within
    while faults := await disagreements(ledger, database, kafka, topic):
        if asyncio.get_running_loop().time() > deadline:
            break
        await asyncio.sleep(0.1)
    assert not faults, "\n".join(faults[:20])
