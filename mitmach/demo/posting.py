"""The second act: creators publish; readers come, read, react, comment and share."""

import asyncio
from typing import Any

from mitmach.demo.behaviour import Published, Visit, format_of, kind_of, media, visits
from mitmach.demo.organisation import COMMENTS, GROUPS, Person, title
from mitmach.demo.stage import Stage

_JOIN_PATIENCE = 20.0  # seconds for a membership to reach the other services, at worst


async def write(stage: Stage) -> None:
    """Creators publish: news in the morning, the rest when they like."""
    jobs = []
    for index, plan in enumerate(GROUPS):
        writers = [p for p in stage.community.people if index in p.groups and p.temper == "creator"]
        writers = writers or [stage.founder(index)]
        for number in range(int(9 * plan.liveliness)):
            kind, channel = stage.dice.choice(stage.community.channels[index])
            writer = stage.founder(index) if kind == "news" else stage.dice.choice(writers)
            key = f"demo-{stage.run}-post-{index}-{number}"
            jobs.append(_publish(stage, index, writer, into=(kind, channel), key=key))
    await stage.together(jobs)


async def _publish(
    stage: Stage, index: int, writer: Person, *, into: tuple[str, str], key: str
) -> None:
    kind, channel = into
    plan = GROUPS[index]
    topics = list({stage.dice.choice(plan.topics), stage.dice.choice(plan.topics)})
    format_ = format_of(index, stage.dice)
    body = {
        "channel_id": channel,
        "format": format_,
        "kind": kind_of(kind, stage.dice),
        "title": title(plan.topics, stage.dice),
        "text": "More in the channel. What do you think?",
        "topics": topics,
        "media": media(format_, key),
    }
    post = await _patiently(stage, "POST", "/v1/posts", writer.id, body=body, key=key)
    weight = stage.dice.paretovariate(1.1)
    stage.community.posts.append(Published(post["id"], index, format_, writer.id, weight))


async def _patiently(stage: Stage, method: str, path: str, person: str, **call: Any) -> Any:
    """Waits until the other services have heard of a new group, channel or membership."""
    loop = asyncio.get_running_loop()
    until = loop.time() + _JOIN_PATIENCE
    while loop.time() < until:
        answer = await stage.client.call(
            method, path, person, deed="posts", fine=(403, 404), **call
        )
        if answer is not None:
            return answer
        await asyncio.sleep(0.1)
    return await stage.client.call(method, path, person, deed="posts", **call)


async def read_and_answer(stage: Stage, *, interactions: int) -> None:
    """Days of visits, until enough has been acknowledged.

    Args:
        stage: Where.
        interactions: How many events more.
    """
    ledger = stage.client.ledger
    goal = len(ledger.receipts) + interactions
    while len(ledger.receipts) < goal:
        day = visits(stage.community.people, stage.community.posts, stage.dice)
        await stage.together(_visit(stage, visit, goal) for visit in day)


async def _visit(stage: Stage, visit: Visit, goal: int) -> None:
    call = stage.client.call
    if len(stage.client.ledger.receipts) >= goal or not visit.reads:
        return
    who = visit.person.id
    reads = {"post_ids": [post.id for post in visit.reads]}
    await call("POST", "/v1/views:batch", who, body=reads, deed="views")
    for post, reaction in visit.reactions:
        path = f"/v1/posts/{post.id}/reaction"
        await call("PUT", path, who, body={"kind": reaction}, deed="reactions")
    for number, post in enumerate(visit.comments):
        key = f"{stage.run}-{who}-{post.id}-{visit.hour}-{number}-{stage.dice.random()}"
        body: dict[str, Any] = {"text": stage.dice.choice(COMMENTS)}
        path = f"/v1/posts/{post.id}/comments"
        await call("POST", path, who, body=body, key=key, deed="comments")
    for post in visit.shares:
        await call("POST", f"/v1/posts/{post.id}/shares", who, body={}, deed="shares")
