"""What the demo publishes, as it stands on the broker."""

import asyncio
import json
import random
from pathlib import Path

import aiohttp
from aiokafka import ConsumerRecord, TopicPartition

from mitmach.addresses import read_addresses
from mitmach.demo.client import Client, Ledger
from mitmach.demo.contest_plan import LEAST_DAYS
from mitmach.demo.run import play_quarter
from mitmach.development import DevelopmentSecrets
from shared.contract.events.topics import TOPICS
from shared.delivery.kafka import KafkaConnection, open_reader
from tests.support.platform import running_platform

PUBLISHED_WITHIN = 60.0


async def demo_events(folder: Path) -> list[ConsumerRecord]:
    """Plays the fewest days that have a contest; gives the records of all that it acknowledged."""
    ledger = Ledger()
    async with (
        running_platform(folder, quotas=False, history="true") as platform,
        aiohttp.ClientSession() as http,
    ):
        client = Client(
            http,
            platform.address,
            token=DevelopmentSecrets(folder).token,
            ledger=ledger,
            rng=random.Random(1),
        )
        await play_quarter(client, http, platform.address, seed=1, days=LEAST_DAYS)
        return await _records(read_addresses(folder).kafka, ledger.receipts)


async def _records(bootstrap: str, wanted: set[str]) -> list[ConsumerRecord]:
    places = [
        TopicPartition(name, number)
        for name, topic in TOPICS.items()
        for number in range(topic.partitions)
    ]
    records: list[ConsumerRecord] = []
    missing = set(wanted)
    async with (
        open_reader(KafkaConnection(bootstrap=bootstrap)) as reader,
        asyncio.timeout(PUBLISHED_WITHIN),
    ):
        reader.assign(places)
        await reader.seek_to_beginning(*places)
        while missing:
            for batch in (await reader.getmany(timeout_ms=200)).values():
                records += batch
                missing -= {json.loads(record.value)["id"] for record in batch}
    return records
