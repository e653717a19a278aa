"""`mitmach demo`: its days are played, all counts agree, and then the organisation lives on."""

import asyncio
import signal
import sys
from pathlib import Path

import httpx
from prometheus_client.parser import text_string_to_metric_families

from mitmach.addresses import read_addresses
from mitmach.demo.contest_plan import LEAST_DAYS

PLAYED_WITHIN = 200.0  # seconds; some twenty on an idle machine
MOVES_WITHIN = 60.0
ENDED_WITHIN = 40.0


async def demo(data: Path, *options: str) -> asyncio.subprocess.Process:
    command = [sys.executable, "-m", "mitmach", "demo", "--data", str(data), "--http-port", "0"]
    return await asyncio.create_subprocess_exec(
        *command,
        *("--days", str(LEAST_DAYS)),
        *options,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )


async def views(http: httpx.AsyncClient) -> float:
    """How many views the metrics service has counted."""
    families = text_string_to_metric_families((await http.get("/metrics")).text)
    return sum(
        sample.value
        for family in families
        for sample in family.samples
        if sample.name == "mitmach_views_total"
    )


async def test_it_plays_its_days_and_lives_on_until_it_is_stopped(tmp_path: Path) -> None:
    process = await demo(tmp_path)
    assert process.stdout is not None
    said = ""
    try:
        async with asyncio.timeout(PLAYED_WITHIN):
            while "Life goes on" not in said:
                line = await process.stdout.readline()
                assert line, said
                said += line.decode()
        assert "agreement: " in said
        assert "Photo contest: the result" in said
        assert f"There are {LEAST_DAYS} complete days." in said
        async with (
            httpx.AsyncClient(base_url=read_addresses(tmp_path).http) as http,
            asyncio.timeout(MOVES_WITHIN),
        ):
            before = await views(http)
            assert before > 100
            while await views(http) == before:
                await asyncio.sleep(0.2)
        process.send_signal(signal.SIGINT)
        async with asyncio.timeout(ENDED_WITHIN):
            await process.communicate()
        assert process.returncode == 0

        again = await demo(tmp_path, "--once")
        async with asyncio.timeout(PLAYED_WITHIN):
            output, _ = await again.communicate()
        assert again.returncode == 0, output.decode()
        assert "so its days aren't played" in " ".join(output.decode().split())
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
