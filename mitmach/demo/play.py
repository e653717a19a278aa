"""The story, act by act: people arrive, found groups, write, read and answer, and vote.

Everything goes through the public HTTP API, many people at once. A second run goes on where the
last one stopped: what exists already is found by its Idempotency-Key or left as it is.
"""

import asyncio

from mitmach.demo.client import Client
from mitmach.demo.competing import compete
from mitmach.demo.founding import arrive, found_groups
from mitmach.demo.posting import read_and_answer, write
from mitmach.demo.stage import Community, Stage, Step


async def play(
    client: Client, *, seed: int, run: str, interactions: int, advance: Step
) -> Community:
    """Plays everything.

    Args:
        client: Sends the requests.
        seed: Of the organisation; another one is another organisation.
        run: Names this run in Idempotency-Keys, so that a later run publishes new posts.
        interactions: Acknowledged events that the readers' act should reach at least.
        advance: Told how many events were acknowledged since.
    """
    stage = Stage(client, seed=seed, run=run, advance=advance)
    await arrive(stage)
    await found_groups(stage)
    await write(stage)
    await asyncio.gather(compete(stage), read_and_answer(stage, interactions=interactions))
    return stage.community
