"""`mitmach verify` and `mitmach tail`, as a person types them beside a platform that runs."""

import asyncio
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from mitmach.addresses import read_addresses, write_addresses
from services.metrics.store.documents import TOTALS
from shared.contract.events.topics import GROUPS, TOPICS
from shared.delivery.kafka import KafkaConnection, open_producer
from shared.delivery.mongo import connect
from tests.support.fault_proxy import FaultProxy
from tests.support.platform import Visitor, running_platform

ENDED_WITHIN = 30.0  # seconds


class Said:
    """How a command ended, and what it printed."""

    def __init__(self, code: int | None, out: bytes, err: bytes) -> None:
        self.code = code
        self.out = out.decode()
        self.err = err.decode()

    def last_line(self) -> str:
        return self.out.strip().splitlines()[-1]


async def started(data: Path, *words: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "mitmach", *words, "--data", str(data)),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


async def ended(process: asyncio.subprocess.Process) -> Said:
    async with asyncio.timeout(ENDED_WITHIN):
        out, err = await process.communicate()
    return Said(process.returncode, out, err)


async def mitmach(data: Path, *words: str) -> Said:
    return await ended(await started(data, *words))


async def found_group(founder: Visitor) -> str:
    """Three events: the group, its first channel, its owner's membership."""
    body = {"kind": "community", "visibility": "open", "name": "Runners"}
    return str((await founder.good("POST", "/v1/groups", body))["id"])


@pytest.mark.faults_long
async def test_verify_waits_for_a_broker_that_is_being_restarted(tmp_path: Path) -> None:
    async with running_platform(tmp_path) as platform:
        await platform.visitor("ann")
        addresses = read_addresses(tmp_path)
        host, _, port = addresses.kafka.rpartition(":")
        async with FaultProxy(int(port)) as broker:
            by_proxy = addresses._replace(kafka=f"{host}:{broker.port}")
            write_addresses(tmp_path, by_proxy)
            await broker.down()
            given_up = await mitmach(tmp_path, "verify", "--wait", "0.5")
            verifying = await started(tmp_path, "verify")
            await asyncio.sleep(5)  # it takes one or two to start
            await broker.up()
            said = await ended(verifying)

    assert given_up.code == 1
    assert "Kafka doesn't answer" in given_up.err
    assert "Traceback" not in given_up.err
    assert said.code == 0, said.err
    assert said.last_line().startswith("agreement: acknowledged=")


async def test_verify_agrees_until_a_count_is_lost(tmp_path: Path) -> None:
    async with running_platform(tmp_path) as platform:
        await found_group(await platform.visitor("ann"))

        said = await mitmach(tmp_path, "verify")
        assert said.code == 0, said.err
        counts = re.fullmatch(
            r"agreement: acknowledged=(\d+) published=(\d+) counted=(\d+)", said.last_line()
        )
        assert counts is not None
        assert len(set(counts.groups())) == 1
        assert int(counts[1]) >= 5  # and those of the built-in group

        async with connect(read_addresses(tmp_path).mongodb) as mongo:
            database = mongo.database("mitmach_metrics")
            partitions = await database.find(TOTALS, {})
            [lost] = [one for one in partitions if any("visited" in key for key in one["events"])]
            await database.delete(TOTALS, {"_id": lost["_id"]})
        said = await mitmach(tmp_path, "verify", "--wait", "0")
        assert said.code == 1
        assert re.search(r"mitmach\.person\.visited\W+1\W+1\W+0\W", said.out)
        assert "mitmach.group.created" not in said.out
        assert said.last_line().startswith("agreement: acknowledged=")


@pytest.mark.faults_long
async def test_tail_shows_what_happens_from_now_on_or_from_the_beginning(tmp_path: Path) -> None:
    async with running_platform(tmp_path, quotas=False) as platform:
        ann = await platform.visitor("ann")
        old = await found_group(ann)
        await asyncio.wait_for(until_published(tmp_path), ENDED_WITHIN)

        watching = await started(tmp_path, "tail", "group.*", "--count", "1")
        while watching.returncode is None:  # until it watches, it misses what happens
            await found_group(ann)
            await asyncio.sleep(0.3)
        said = await ended(watching)
        assert said.code == 0, said.err
        assert old not in said.out
        assert said.out.count("mitmach.") == 1
        assert "mitmach.group.created" in said.out

        async with open_producer(
            KafkaConnection(bootstrap=read_addresses(tmp_path).kafka)
        ) as producer:
            for number in range(TOPICS[GROUPS].partitions):
                await producer.send_and_wait(GROUPS, value=b"not an event", partition=number)
        await found_group(ann)
        said = await mitmach(tmp_path, "tail", "membership.joined", "--beginning", "--count", "3")
        assert said.code == 0, said.err
        assert said.out.count("mitmach.membership.joined") == 3
        assert said.out.count("mitmach.") == 3

        watching = await started(tmp_path, "tail", "--beginning")
        assert watching.stdout is not None
        assert b"mitmach." in await asyncio.wait_for(watching.stdout.readline(), ENDED_WITHIN)
        watching.send_signal(signal.SIGINT)
        said = await ended(watching)
        assert said.code == 130
        assert said.err == ""


async def until_published(data: Path) -> None:
    """Waits until the first group is in Kafka."""
    await mitmach(data, "tail", "membership.joined", "--beginning", "--count", "1")


async def test_without_a_platform_both_say_how_to_start_one(tmp_path: Path) -> None:
    for words in (("verify",), ("tail",)):
        said = await mitmach(tmp_path, *words)
        assert said.code == 1
        assert "mitmach up" in said.err
        assert len(said.err.strip().splitlines()) == 1
