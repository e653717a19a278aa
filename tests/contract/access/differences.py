"""Whether any route tells an outsider which hidden things there are.

    found = await differences(platform, monkeypatch)      # empty, if none does

Every route that takes ids, in its path, its query or its body, is asked twice: with the id of
something that is there and hidden from who asks, and with an invented one. Where a route also takes
ids of what the outsider owns, those are the outsider's own, so that nothing else refuses first.
"""

import asyncio
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import count
from typing import Any

import pytest

from tests.contract.access.access_requests import ASKS, Ask
from tests.contract.access.access_routes import Taken, ids_taken, routes
from tests.contract.access.access_world import GROUP_ROLES, AccessWorld
from tests.support.platform import Platform, Visitor

# What a query parameter or field of a body names, where its own name doesn't say it.
NAMES = {
    "group": "group_id",
    "to_group_id": "group_id",
    "rules.entrants": "group_id",
    "rules.voters": "group_id",
    "parent_id": "comment_id",
    "post_ids": "post_id",
    "entry_ids": "entry_id",
    "author_id": "person_id",
    "list_people.ids": "person_id",
    "list_people.external_id": "person_id",
    "list_groups.ids": "group_id",
    "read_channels.ids": "channel_id",
}
# Ids of people tell nothing: everybody sees everybody. Who belongs to a group isn't public.
PUBLIC = frozenset(
    {"create_person.external_id", "change_external_id.external_id", "invite.person_id"}
)
# They differ between any two requests.
_OF_THE_REQUEST = frozenset(
    {
        *("date", "traceparent", "content-length"),
        *("ratelimit", "ratelimit-policy", "x-request-id", "server-timing"),
    }
)

_TRACE = re.compile("urn:mitmach:trace:[0-9a-f]+")

_number = count(1)


@dataclass(frozen=True)
class Hidden:
    """Ids of things that the outsider may not know of.

    Attributes:
        why: What hides them.
        ids: By what they name (`post_id`).
        known: Those of `ids` that aren't hidden, and go into paths as they are.
    """

    why: str
    ids: Mapping[str, str]
    known: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Question:
    """A request with ids in it; `{name}` stands for each."""

    operation: str
    where: str
    method: str
    path: str
    body: Any

    def names(self, hidden: Hidden) -> set[str]:
        """Which hidden ids it is about."""
        text = self.path + json.dumps(self.body)
        return {name for name in hidden.ids if f"{{{name}}}" in text} - hidden.known


async def differences(platform: Platform, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What answers differently to a hidden and to an invented id."""
    outsider, own, places = await _prepared(platform)
    found = []
    for question in questions(monkeypatch):
        asked = [
            _difference(outsider, question, own, hidden)
            for hidden in places
            if (names := question.names(hidden))
            and (names != {"person_id"} or "{group_id}" in question.path)
        ]
        # What is hidden in one place says nothing of another: all are asked about at once.
        found += [difference for difference in await asyncio.gather(*asked) if difference]
    return found


async def _difference(
    outsider: Visitor, question: Question, own: Mapping[str, str], hidden: Hidden
) -> str:
    """How the two answers to one question differ; empty, if they don't."""
    there = await _asked(outsider, question, own, dict(hidden.ids))
    invented = {name: _invented(name, own) for name in question.names(hidden)}
    missing = await _asked(outsider, question, own, {**hidden.ids, **invented})
    if there == missing:
        return ""
    return (
        f"{question.operation} ({question.where}, {hidden.why}):\n"
        f"  there:    {there}\n  invented: {missing}"
    )


def questions(monkeypatch: pytest.MonkeyPatch) -> Iterator[Question]:
    """One for the path of every route that takes ids there, and one for each further place."""
    taken = ids_taken()
    for operation, (method, path) in routes(monkeypatch).items():
        ask = ASKS.get(operation, Ask())
        yield Question(operation, "path", method, path, ask.body)
        further = taken.get(operation, Taken((), ()))
        own = _of_the_outsider(path)
        for name in further.query:
            question = f"{own}?{name}={{{_named(operation, name)}}}"
            yield Question(operation, f"?{name}", method, question, ask.body)
        for name in further.body:
            if f"{operation}.{name}" not in PUBLIC:
                body = _with(ask.body, name, f"{{{_named(operation, name)}}}")
                yield Question(operation, name, method, own, body)


def _named(operation: str, field: str) -> str:
    name = NAMES.get(f"{operation}.{field}") or NAMES.get(field, field)
    known = {name for name in AccessWorld.NAMED if name}
    assert name in known, f"say in NAMES what {field} of {operation} names"
    return name


def _of_the_outsider(path: str) -> str:
    """The path with ids of the outsider's own things; only a draft may still be changed."""
    if path == "/v1/contests/{contest_id}":
        path = path.replace("contest_id", "draft_id")
    return path.replace("{", "{own ")


def _with(body: Any, field: str, value: str) -> Any:
    """The body with this id in a field, and what else is named in it theirs."""
    made = json.loads(json.dumps(body or {}).replace('"{', '"{own '))
    *around, last = field.split(".")
    inner = made
    for name in around:
        inner = inner.setdefault(name, {})
    inner[last] = [value] if last.endswith("_ids") else value
    return made


def _invented(name: str, own: Mapping[str, str]) -> str:
    if name == "person_id":
        return own["colleague"]  # is there, as everybody may know, and has nothing to do with it
    return f"01936f3e-0000-7000-8000-{next(_number):012x}"


async def _asked(
    outsider: Visitor, question: Question, own: Mapping[str, str], ids: Mapping[str, str]
) -> tuple[int, str, list[tuple[str, str]]]:
    """Status, body and headers, with the names of ids for the ids."""
    values = {**ids, **{f"own {name}": one for name, one in own.items()}, "name": "engagement"}
    path, body = question.path, json.dumps(question.body)
    for name, one in values.items():
        path, body = path.replace(f"{{{name}}}", one), body.replace(f"{{{name}}}", one)
    answer = await outsider.call(question.method, path, json.loads(body))
    assert "input-invalid" not in answer.text, (question, answer.text)  # it would ask nothing
    text = _TRACE.sub("", answer.text)
    for name, one in ids.items():
        text = text.replace(one, f"{{{name}}}")
    headers = sorted(
        (name, value) for name, value in answer.headers.items() if name not in _OF_THE_REQUEST
    )
    return answer.status_code, text, headers


async def _prepared(platform: Platform) -> tuple[Visitor, Mapping[str, str], list[Hidden]]:
    """An outsider, what is theirs, and what is hidden from them."""
    world = AccessWorld(platform)
    colleague = await platform.visitor("the-colleague")
    world.callers = {role: await platform.visitor(f"the-{role}") for role in GROUP_ROLES}
    outsider = await platform.visitor("the-outsider")
    world.founder, world.author = outsider, await platform.visitor("a-friend")
    own = await _ids(world, "open")
    own["colleague"] = colleague.id
    own["draft_id"] = await world.contest(own["group_id"])
    world.founder, world.author = (
        await platform.visitor("founder"),
        await platform.visitor("an-insider"),
    )
    hidden = [
        Hidden("closed group", await _ids(world, "closed"), frozenset({"group_id"})),
        Hidden("secret group", await _ids(world, "secret")),
    ]
    drafts = await _ids(world, "open")
    unseen = {
        "contest_id": await world.contest(drafts["group_id"]),
        "entry_id": await world.entry(await world.contest(drafts["group_id"], "submissions")),
    }
    hidden.append(Hidden("not published yet", unseen))
    gone = await _ids(world, "secret")
    for path in ("comments/{comment_id}", "posts/{post_id}"):
        await world.author.good("DELETE", f"/v1/{path}".format_map(gone))
    texts = {name: gone[name] for name in ("comment_id", "post_id")}
    hidden.append(Hidden("deleted in a secret group", texts))
    return outsider, own, hidden


async def _ids(world: AccessWorld, visibility: str) -> dict[str, str]:
    place = await world.place(visibility)
    await world.founder.eventually("GET", f"/v1/stats/posts/{place.post_id}")
    named = {name: str(getattr(place, name)) for name in AccessWorld.NAMED if name != "person_id"}
    return {**named, "person_id": world.author.id}
