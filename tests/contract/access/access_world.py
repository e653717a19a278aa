"""People and things on a running platform, for asking who may do what.

Fifteen callers stand in front of three groups with the same things in them. An outsider, a person
without any role, meets the closed one, and so do its member, moderator and owner, and an
administrator, who is in no group. The person, the editor and the analyst meet the open one and
aren't members: what an editor or an analyst may do there and the person may not, the role allows.
With them stand the importer and the recorder, who have the role `importer`.
Somebody suspended meets the open one too, and owns it. In front of the secret one there are a
stranger without any role, the platform's moderator (the warden) and a program that provisions.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from types import MappingProxyType
from typing import Any

from tests.support.platform import Platform, Visitor

CALLERS = (
    "anonymous",
    "outsider",
    "person",
    "member",
    "moderator",
    "owner",
    "editor",
    "analyst",
    "admin",
    "suspended",
    "stranger",
    "warden",
    "service",
    "importer",
    "recorder",
)
RECORDER = "recorder"
"""Asks where acts may be recorded at their own time; all others where they may not."""

AT_THE_OPEN_GROUP = frozenset({"person", "editor", "analyst", "suspended", "importer", RECORDER})
AT_THE_SECRET_GROUP = frozenset({"stranger", "warden", "service"})
NO_HEADERS: Mapping[str, str] = MappingProxyType({})
GROUP_ROLES = ("member", "moderator", "owner")
_PLATFORM_ROLES = {
    "editor": "editor",
    "analyst": "analyst",
    "admin": "admin",
    "warden": "moderator",
    "service": "service",
    "importer": "importer",
    RECORDER: "importer",
}

_number = count(1)


def _schedule() -> dict[str, str]:
    now = datetime.now(UTC)
    names = ("submissions_at", "review_at", "voting_at", "closes_at")
    return {name: (now + timedelta(days=n)).isoformat() for n, name in enumerate(names, 1)}


@dataclass(frozen=True)
class Place:
    """A group, and something of each kind in it, made by its founder and an author."""

    visibility: str
    group_id: str
    channel_id: str
    news_id: str
    post_id: str
    comment_id: str
    contest_id: str
    entry_id: str


class AccessWorld:
    """The platform with its people and three places.

    Attributes:
        callers: Who asks, by column; nobody for `anonymous`.
        founder: Owns all groups and organises what is in them.
        author: A member of all who has written what is there.
        colleague: A person who takes no part.
    """

    NAMED = (*Place.__dataclass_fields__.keys() - {"visibility"}, "person_id")
    """What an id can name, as requests say it in braces."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self.callers: dict[str, Visitor] = {}
        self._places: dict[str, Place] = {}

    def place_of(self, column: str) -> Place:
        """What this caller stands in front of."""
        if column in AT_THE_SECRET_GROUP:
            return self._places["secret"]
        return self._places["open" if column in AT_THE_OPEN_GROUP else "closed"]

    async def prepare(self) -> None:
        """Brings everything about, and waits until all services have heard of it."""
        arrive = self._platform.visitor
        roles = [[_PLATFORM_ROLES[one]] if one in _PLATFORM_ROLES else [] for one in CALLERS[1:]]
        self.founder, self.author, self.colleague, *callers = await asyncio.gather(
            *map(arrive, ("founder", "author", "colleague")),
            *(arrive(f"the-{one}", *what) for one, what in zip(CALLERS[1:], roles, strict=True)),
        )
        self.callers = dict(zip(CALLERS[1:], callers, strict=True))
        kinds = ("open", "closed", "secret")
        self._places = dict(zip(kinds, await asyncio.gather(*map(self.place, kinds)), strict=True))
        await self._heard()
        await self._suspend()

    async def place(self, visibility: str) -> Place:
        """A new group of the founder's with something of each kind in it."""
        founder, author = self.founder, self.author
        group_id = await self.group(visibility)
        await self.admit(group_id, author)
        await asyncio.gather(
            *(self.admit(group_id, self.callers[role], role) for role in GROUP_ROLES)
        )
        channels = f"/v1/groups/{group_id}/channels"
        news = await founder.good("POST", channels, {"kind": "news", "name": "News"})
        [discussion] = [
            one for one in (await founder.good("GET", channels))["items"] if one["kind"] != "news"
        ]
        post = {"channel_id": discussion["id"], "text": "Who joins?"}
        post_id = (await author.eventually("POST", "/v1/posts", post))["id"]
        comments = f"/v1/posts/{post_id}/comments"
        comment = await author.eventually("POST", comments, {"text": "I do."})
        contest_id = await self.contest(group_id, "submissions")
        entry_id = await self.entry(contest_id)
        await founder.good("POST", f"/v1/entries/{entry_id}:accept")
        for role in GROUP_ROLES:  # who may vote is fixed when the vote begins
            await self.callers[role].reads(
                f"/v1/contests/{contest_id}", lambda contest: bool(contest["may_vote"])
            )
        for phase in ("review", "voting"):
            await founder.good("POST", f"/v1/contests/{contest_id}:advance", {"to": phase})
        return Place(
            visibility=visibility,
            group_id=group_id,
            channel_id=discussion["id"],
            news_id=news["id"],
            post_id=post_id,
            comment_id=comment["id"],
            contest_id=contest_id,
            entry_id=entry_id,
        )

    async def _heard(self) -> None:
        """Until members can do in posts and contests, and owners see in metrics, what they may."""
        await asyncio.gather(*map(self._heard_of, self._places.values()))

    async def _heard_of(self, place: Place) -> None:
        for role in GROUP_ROLES:
            caller = self.callers[role]
            await caller.eventually("POST", f"/v1/posts/{place.post_id}/comments", {"text": "!"})
            ballot = f"/v1/contests/{place.contest_id}/ballot"
            await caller.eventually("PUT", ballot, {"entry_ids": [place.entry_id]})
            await caller.good("DELETE", ballot)
        owner, admin = self.callers["owner"], self.callers["admin"]
        await owner.eventually("GET", f"/v1/stats/groups/{place.group_id}")
        await owner.eventually("GET", f"/v1/stats/posts/{place.post_id}")
        await admin.eventually("GET", f"/v1/stats/contests/{place.contest_id}")

    async def _suspend(self) -> None:
        """Suspends who owned the open group until then, and waits until all services know."""
        person, place = self.callers["suspended"], self._places["open"]
        figures = f"/v1/stats/groups/{place.group_id}"
        await self.admit(place.group_id, person, "owner")
        await person.eventually("GET", figures)
        await self.callers["admin"].good("POST", f"/v1/people/{person.id}:suspend")
        await person.soon_refused("GET", figures)
        await person.soon_refused("PUT", f"/v1/posts/{place.post_id}/view")
        await person.soon_refused("PUT", f"/v1/entries/{place.entry_id}/view")

    # What single requests need, made anew each time: a request that is granted uses it up.

    async def person(self) -> Visitor:
        """Somebody new."""
        return await self._platform.visitor(f"somebody-{next(_number)}")

    async def group(self, visibility: str, founder: Visitor | None = None) -> str:
        """A group in which there is nobody else."""
        body = {"kind": "community", "visibility": visibility, "name": f"Group {next(_number)}"}
        made = await (founder or self.founder).good("POST", "/v1/groups", body)
        return str(made["id"])

    async def admit(self, group_id: str, person: Visitor, role: str = "member") -> None:
        """Makes a person a member."""
        group = f"/v1/groups/{group_id}"
        await self.founder.good("POST", f"{group}/invitations", {"person_id": person.id})
        await person.good("POST", f"{group}/invitations/me:accept")
        if role != "member":
            await self.founder.good("PUT", f"{group}/members/{person.id}/role", {"role": role})

    async def group_like(self, place: Place, column: str) -> str:
        """A group of the founder's, in which this caller has the same role, and nobody else is."""
        group_id = await self.group(place.visibility)
        if column in GROUP_ROLES:
            await self.admit(group_id, self.callers[column], column)
        return group_id

    async def contest(
        self, group_id: str, phase: str = "draft", organiser: Visitor | None = None
    ) -> str:
        """A contest of the group, in one of its first three phases."""
        make = organiser.good if organiser else self.founder.eventually
        organiser = organiser or self.founder
        body = {
            "title": "Light",
            "kind": "text",
            "group_id": group_id,
            "rules": {"entries_per_person": 20},
            "schedule": _schedule(),
        }
        made = await make("POST", "/v1/contests", body)
        path = f"/v1/contests/{made['id']}"
        if phase != "draft":
            await organiser.good("POST", f"{path}:announce")
        if phase == "submissions":
            await organiser.good("POST", f"{path}:advance", {"to": "submissions"})
        return str(made["id"])

    async def entry(self, contest_id: str, author: Visitor | None = None) -> str:
        """An entry that nobody has reviewed."""
        body = {"title": "Morning", "text": "Fog.", "consent": True}
        make = author.good if author else self.author.eventually
        made = await make("POST", f"/v1/contests/{contest_id}/entries", body)
        return str(made["id"])

    async def post(self, place: Place, author: Visitor | None = None) -> str:
        """A post."""
        body = {"channel_id": place.channel_id, "text": "Again?"}
        return str((await (author or self.author).good("POST", "/v1/posts", body))["id"])

    async def comment(self, place: Place, author: Visitor | None = None) -> str:
        """A comment."""
        path = f"/v1/posts/{place.post_id}/comments"
        made = await (author or self.author).good("POST", path, {"text": "Me too."})
        return str(made["id"])

    async def status(
        self,
        column: str,
        method: str,
        path: str,
        body: Any = None,
        *,
        more: Mapping[str, str] = NO_HEADERS,
    ) -> tuple[int, str]:
        """How a request is answered: status and, where it is refused, what for."""
        caller = self.callers.get(column)
        headers = dict(more)
        if caller is not None:
            headers["authorization"] = f"Bearer {caller.token}"
        content: Mapping[str, Any] = {} if body is None else {"json": body}
        request = self._platform.http.stream(method, path, headers=headers, **content)
        async with asyncio.timeout(60), request as answer:
            if answer.is_success:  # its body may never end
                return answer.status_code, ""
            await answer.aread()
            is_problem = answer.headers.get("content-type") == "application/problem+json"
            return answer.status_code, answer.json()["type"] if is_problem else ""
