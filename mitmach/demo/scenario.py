"""The scenario, act by act: people arrive, found groups, write, read and answer, and vote.

Everything goes through the public HTTP API, many people at once. A second run goes on where the
last one stopped: what exists already is found by its Idempotency-Key or left as it is.
"""

import asyncio

from mitmach.demo.client import Client
from mitmach.demo.contest import compete
from mitmach.demo.groups import arrive, found_groups
from mitmach.demo.posts import read_and_answer, write
from mitmach.demo.simulation import Community, Simulation, Step


async def play_scenario(
    client: Client, *, seed: int, run: str, interactions: int, advance: Step
) -> Community:
    """Plays all acts.

    Args:
        client: Sends the requests.
        seed: Decides who the organisation is; another seed is another organisation.
        run: Names this run in Idempotency-Keys, so that a later run publishes new posts.
        interactions: How many events the readers' act causes at least.
        advance: Called with the number of events that were acknowledged since the last call.
    """
    simulation = Simulation(client, seed=seed, run=run, advance=advance)
    await arrive(simulation)
    await found_groups(simulation)
    await write(simulation)
    await asyncio.gather(
        compete(simulation), read_and_answer(simulation, interactions=interactions)
    )
    return simulation.community
