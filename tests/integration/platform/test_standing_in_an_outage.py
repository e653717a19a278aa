"""Who is suspended while the broker is down: the groups service knows at once, the others after it.

That is what docs/security.md says holds then: what a service has heard last counts until it hears
more, and the life of a token is the bound.
"""

import asyncio
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from mitmach.addresses import read_addresses
from tests.support.platform import Platform, running_platform

GROUP = {"kind": "community", "name": "Runners", "visibility": "open"}
OUTAGE = 4.0  # seconds: twice as long as it takes otherwise until all know


@contextmanager
def without_broker(platform: Platform) -> Iterator[None]:
    """The broker's process hangs for as long as the block lasts."""
    children = psutil.Process(read_addresses(platform.data).pid).children(recursive=True)
    brokers = [child for child in children if "broker" in child.cmdline()]
    assert brokers, [child.cmdline() for child in children]
    for broker in brokers:
        broker.send_signal(signal.SIGSTOP)
    try:
        yield
    finally:
        for broker in brokers:
            broker.send_signal(signal.SIGCONT)


async def test_a_suspension_holds_where_it_is_decided_and_everywhere_once_it_is_told(
    tmp_path: Path,
) -> None:
    async with running_platform(tmp_path, quotas=False) as platform:
        admin = await platform.visitor("ada", "admin")
        ben = await platform.visitor("ben")
        group = await ben.good("POST", "/v1/groups", GROUP)
        [channel] = (await ben.good("GET", f"/v1/groups/{group['id']}/channels"))["items"]
        post = {"channel_id": channel["id"], "text": "Who joins?"}
        await ben.eventually("POST", "/v1/posts", post)
        with without_broker(platform):
            await admin.good("POST", f"/v1/people/{ben.id}:suspend")
            assert await ben.refused("POST", "/v1/groups", GROUP) == (403, "person-suspended")
            await asyncio.sleep(OUTAGE)
            await ben.good("POST", "/v1/posts", post)  # nobody has told the posts service
        assert await ben.soon_refused("POST", "/v1/posts", post) == (403, "person-suspended")
