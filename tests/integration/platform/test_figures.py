"""After one write the platform's own `/metrics` tells of each station that the event passed."""

import asyncio
from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families

from mitmach.services import SERVICES
from tests.integration.platform.test_platform import client, invite, up
from tests.support.promtool import needs_promtool, promtool

WRITING = {service.name for service in SERVICES if "relay" in service.roles}


def samples(exposition: str) -> dict[tuple[str, ...], float]:
    return {
        (sample.name, *sorted(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(exposition)
        for sample in family.samples
    }


async def test_commit_relay_and_consumers_tell_what_they_did(tmp_path: Path) -> None:
    async with up(tmp_path) as platform:
        addresses = await platform.addresses()
        async with client(addresses.http, tmp_path) as admin:
            await invite(admin)
            async with asyncio.timeout(30):
                while True:
                    told = samples((await admin.get("/metrics")).text)
                    counted = ("mitmach_consumer_events_total", "mitmach.metrics")
                    published = ("mitmach_relay_published_events_total", "groups")
                    flushes = told.get(("mitmach_consumer_flush_seconds_count", counted[1]), 0)
                    if (
                        flushes >= 1
                        and told.get((*counted, "mitmach.people.v1"), 0) >= 1
                        and told.get((*published, "mitmach.people.v1"), 0) >= 1
                        and told.get(("mitmach_relay_lag_events", "groups")) == 0
                    ):
                        break
                    await asyncio.sleep(0.2)

    assert told["mitmach_commit_events_total", "groups"] >= 1
    assert told["mitmach_commit_seconds_count", "groups"] >= 1
    assert told["mitmach_commit_waiting", "groups"] == 0
    for service in WRITING:
        assert told["mitmach_relay_leader", service] == 1
        assert told["mitmach_relay_lag_seconds", service] == 0
    for consumer in ("mitmach.metrics", "mitmach.posts.counts", "mitmach.posts.audience-copy"):
        assert told["mitmach_consumer_gaps", consumer] == 0
        assert told["mitmach_dead_letters_total", consumer] == 0


@needs_promtool
async def test_prometheus_finds_no_fault_with_what_a_running_platform_exports(
    tmp_path: Path,
) -> None:
    async with up(tmp_path) as platform:
        addresses = await platform.addresses()
        async with client(addresses.http, tmp_path) as admin:
            await invite(admin)
            async with asyncio.timeout(60):
                while "\nmitmach_events_total{" not in (told := (await admin.get("/metrics")).text):
                    await asyncio.sleep(0.2)
    promtool("check", "metrics", given=told.encode())
