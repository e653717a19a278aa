"""The commands of whoever operates a platform, on one that runs."""

import asyncio
import json
import re
from pathlib import Path

from typer.testing import CliRunner

from mitmach.__main__ import app
from mitmach.addresses import read_addresses
from mitmach.commands.common import console
from shared.contract.events.topics import POSTS
from shared.delivery.kafka import KafkaConnection, open_producer
from tests.support.platform import Platform, Visitor, running_platform


class Operator:
    """Somebody with a shell on the machine."""

    def __init__(self, data: Path) -> None:
        self._data = data

    async def says(self, *arguments: str, code: int = 0) -> str:
        """What a command prints on a wide terminal; it must end with the given code."""
        console.width = 200
        ran = await asyncio.to_thread(
            CliRunner().invoke, app, [*arguments, "--data", str(self._data)]
        )
        assert ran.exit_code == code, ran.output
        return ran.output


async def some_visits(platform: Platform) -> list[Visitor]:
    return [await platform.visitor(f"visitor-{number}") for number in range(5)]


async def test_the_log_is_sent_again_and_nothing_counts_twice(tmp_path: Path) -> None:
    async with running_platform(tmp_path) as platform:
        operator = Operator(tmp_path)
        await some_visits(platform)
        assert "agreement" in await operator.says("verify")
        counts = json.loads(await operator.says("verify", "--json"))
        assert counts["agrees"]
        assert counts["acknowledged"] == counts["published"] == counts["counted"] > 0
        event = json.loads(await operator.says("tail", "--json", "--beginning", "--count", "1"))
        assert event["specversion"] == "1.0"
        (groups,) = json.loads(await operator.says("relay", "status", "groups", "--json"))
        assert (groups["service"], groups["lag"]) == ("groups", 0)
        assert json.loads(await operator.says("dlq", "list", "--json")) == []
        before = await operator.says("relay", "status", "groups")
        assert re.search(r"groups +│ \d+ +│ \S+ +│ (\d+)", before), before

        assert "are sent again" in await operator.says("relay", "rewind", "groups")
        assert "The log begins with 1" in await operator.says(
            "relay", "rewind", "groups", "--from", "0", code=1
        )
        assert "agreement" in await operator.says("verify")


async def test_a_record_that_nobody_can_read_is_shown_tried_again_and_dropped(
    tmp_path: Path,
) -> None:
    async with running_platform(tmp_path) as platform:
        operator = Operator(tmp_path)
        assert "no dead letters" in await operator.says("dlq", "list")
        async with open_producer(
            KafkaConnection(bootstrap=read_addresses(tmp_path).kafka)
        ) as producer:
            await producer.send_and_wait(POSTS, key=b"a post", value=b"not an event", partition=3)
        await some_visits(platform)
        async with asyncio.timeout(20):
            while "mitmach.metrics" not in (listed := await operator.says("dlq", "list")):
                await asyncio.sleep(0.2)
        found = re.search(rf"([0-9a-f]{{12}}) │ mitmach\.metrics +│ {POSTS}/3@0", listed)
        assert found, listed
        letter = found[1]
        told = {one["id"]: one for one in json.loads(await operator.says("dlq", "list", "--json"))}
        assert told[letter]["partition"] == f"{POSTS}/3"
        assert told[letter]["state"] == "open"

        shown = await operator.says("dlq", "show", letter)
        assert "can't be decoded" in shown
        assert "not an event" in shown
        assert "a post" in shown
        assert "would be tried again" in await operator.says("dlq", "replay", letter)
        assert "can't be decoded" in await operator.says("dlq", "replay", letter, "--yes", code=1)
        assert "No such dead letter" in await operator.says("dlq", "drop", "abc", code=1)
        assert "would be dropped" in await operator.says("dlq", "drop", letter)
        assert letter in await operator.says("dlq", "list")
        assert "1 dropped" in await operator.says("dlq", "drop", letter, "--yes")
        assert letter not in await operator.says("dlq", "list")
        assert letter in await operator.says("dlq", "list", "--all")
