"""The second act: creators publish; readers come, read, react, comment and share."""

import asyncio
from typing import Any
from urllib.parse import urlencode

from mitmach.demo.behaviour import DemoPost, PlannedVisit, format_of, kind_of, media, visits
from mitmach.demo.organisation import COMMENTS, GROUPS, Colleague, title
from mitmach.demo.simulation import Simulation

# Visits in each so many hours begin with the home page.
HOME_EVERY = 6
# Seconds in which a membership must have reached the other services.
_JOIN_PATIENCE = 20.0


async def write(simulation: Simulation) -> None:
    """Creators publish: news in the morning, the rest when they like."""
    jobs = []
    for index, plan in enumerate(GROUPS):
        writers = [
            p for p in simulation.community.people if index in p.groups and p.temper == "creator"
        ]
        writers = writers or [simulation.founder(index)]
        for number in range(int(9 * plan.liveliness)):
            kind, channel = simulation.rng.choice(simulation.community.channels[index])
            writer = simulation.founder(index) if kind == "news" else simulation.rng.choice(writers)
            key = f"demo-{simulation.run}-post-{index}-{number}"
            jobs.append(_publish(simulation, index, writer, into=(kind, channel), key=key))
    await simulation.together(jobs)


async def _publish(
    simulation: Simulation, index: int, writer: Colleague, *, into: tuple[str, str], key: str
) -> None:
    kind, channel = into
    plan = GROUPS[index]
    topics = list({simulation.rng.choice(plan.topics), simulation.rng.choice(plan.topics)})
    format_ = format_of(index, simulation.rng)
    body = {
        "channel_id": channel,
        "format": format_,
        "kind": kind_of(kind, simulation.rng),
        "title": title(plan.topics, simulation.rng),
        "text": "More in the channel. What do you think?",
        "topics": topics,
        "media": media(format_, key),
    }
    answer = None
    if plan.visibility != "open":  # somebody else has let them in: no token of theirs says so
        answer = await _patiently(simulation, writer.id, body=body, key=key)
    post = answer or await simulation.client.call(
        "POST", "/v1/posts", writer.id, body=body, key=key, deed="posts"
    )
    weight = simulation.rng.paretovariate(1.1)
    simulation.community.posts.append(DemoPost(post["id"], index, format_, writer.id, weight))


async def _patiently(simulation: Simulation, person: str, **call: Any) -> Any:
    """Publishes once posts has heard of the membership; None if it doesn't in time."""
    loop = asyncio.get_running_loop()
    until = loop.time() + _JOIN_PATIENCE
    while loop.time() < until:
        answer = await simulation.client.call(
            "POST", "/v1/posts", person, deed="posts", fine=(403, 404), **call
        )
        if answer is not None:
            return answer
        await asyncio.sleep(0.1)
    return None


async def read_and_answer(simulation: Simulation, *, interactions: int) -> None:
    """Days of visits, until enough has been acknowledged.

    Args:
        simulation: The organisation as it is, and the client that it uses.
        interactions: How many events the visits must have caused at least.
    """
    ledger = simulation.client.ledger
    goal = len(ledger.receipts) + interactions
    while len(ledger.receipts) < goal:
        day = visits(simulation.community.people, simulation.community.posts, simulation.rng)
        await simulation.together(_visit(simulation, visit, goal) for visit in day)


async def _visit(simulation: Simulation, visit: PlannedVisit, goal: int) -> None:
    call = simulation.client.call
    if len(simulation.client.ledger.receipts) >= goal or not visit.reads:
        return
    who = visit.person.id
    reads = {"post_ids": [post.id for post in visit.reads]}
    if visit.hour % HOME_EVERY == 0:
        await _look_at_home(simulation, who)
    await call("POST", "/v1/views:batch", who, body=reads, deed="views")
    for post, reaction in visit.reactions:
        path = f"/v1/posts/{post.id}/reaction"
        await call("PUT", path, who, body={"kind": reaction}, deed="reactions")
    for number, post in enumerate(visit.comments):
        key = f"{simulation.run}-{who}-{post.id}-{visit.hour}-{number}-{simulation.rng.random()}"
        body: dict[str, Any] = {"text": simulation.rng.choice(COMMENTS)}
        path = f"/v1/posts/{post.id}/comments"
        await call("POST", path, who, body=body, key=key, deed="comments")
    for post in visit.shares:
        await call("POST", f"/v1/posts/{post.id}/shares", who, body={}, deed="shares")


async def _look_at_home(simulation: Simulation, who: str) -> None:
    """What a home page asks for: posts with their first comments, then all names in them."""
    call = simulation.client.call
    feed = await call("GET", "/v1/feed?expand=comments&limit=20", who)
    posts = feed["items"]
    comments = [one for post in posts for one in post["first_comments"]["items"]]
    for kind, ids in (
        ("people", [one["author_id"] for one in (*posts, *comments)]),
        ("groups", [post["group_id"] for post in posts]),
        ("channels", [post["channel_id"] for post in posts]),
    ):
        if ids:
            names = urlencode([("ids", one) for one in sorted(set(ids))])
            await call("GET", f"/v1/{kind}?{names}", who)
