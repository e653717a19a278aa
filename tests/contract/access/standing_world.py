"""People of every standing, with a token for each platform role, on the platform of the matrix.

    world = StandingWorld(platform)
    await world.prepare()
    status, problem = await world.status_of("erased", "admin", "GET", "/v1/me", None)

A program's account stands where the matrix has somebody with the same role; so does, in the closed
group, a program that is a member.
"""

import asyncio
import copy
from collections.abc import Mapping
from typing import Any

from shared.contract.principal import ROLES
from tests.contract.access.access_world import NO_HEADERS, AccessWorld
from tests.support.platform import OF_EACH_OTHER_SERVICE, Platform, Visitor

NO_ROLE = ""
EACH_ROLE = (NO_ROLE, *sorted(ROLES))
# What they are answered who get nothing, whatever stands in their tokens.
REFUSALS = {
    "unknown": "person-not-active",
    "invited": "person-not-active",
    "left": "person-has-left",
    "erased": "person-was-erased",
}
# Where the matrix has somebody of this role who isn't a member.
COLUMN_OF_ROLE = {
    NO_ROLE: "person",
    "admin": "admin",
    "analyst": "analyst",
    "editor": "editor",
    "importer": "importer",
    "moderator": "warden",
    "service": "service",
}
# One route of each service that everybody may read.
OF_EACH_SERVICE = ("/v1/me", *OF_EACH_OTHER_SERVICE)


class StandingWorld(AccessWorld):
    """The world of the matrix with people who left it, never came, or are none."""

    def __init__(self, platform: Platform) -> None:
        super().__init__(platform)
        self._platform = platform

    def token(self, who: str, role: str) -> str:
        """What `the-...` would present, with this role or none."""
        return self._platform.token(f"the-{who}", *([role] if role else ()))

    async def status_of(
        self,
        who: str,
        role: str,
        method: str,
        path: str,
        body: Any,
        *,
        more: Mapping[str, str] = NO_HEADERS,
    ) -> tuple[int, str]:
        """How somebody who is in no column is answered."""
        visitor = Visitor("", self._platform.http, self.token(who, role))
        return await self.with_caller(who, visitor).status(who, method, path, body, more=more)

    def with_caller(self, column: str, visitor: Visitor) -> AccessWorld:
        """The same world with somebody else in this column."""
        world = copy.copy(self)
        world.callers = {**self.callers, column: visitor}
        return world

    async def prepare(self) -> None:
        """Brings everything about, and waits until all services have heard of it."""
        await super().prepare()
        admin = self.callers["admin"]
        await admin.good("POST", "/v1/people", {"external_id": "the-invited", "name": "New"})
        leaver, erased = await asyncio.gather(
            *map(self._platform.visitor, ("the-left", "the-erased"))
        )
        await admin.good("POST", f"/v1/people/{leaver.id}:leave")
        await admin.good("POST", f"/v1/people/{erased.id}:erase")
        for path in OF_EACH_SERVICE:
            await leaver.soon_refused("GET", path)
            await erased.soon_refused("GET", path)

    async def programs(self) -> dict[str, AccessWorld]:
        """By column: the world with a program's account in it instead."""
        columns = [*COLUMN_OF_ROLE.items(), (NO_ROLE, "member")]
        programs = await asyncio.gather(*(self._program(role, one) for role, one in columns))
        group_id = self.place_of("member").group_id
        await self.admit(group_id, programs[-1])
        comments = f"/v1/posts/{self.place_of('member').post_id}/comments"
        await programs[-1].eventually("POST", comments, {"text": "!"})
        return {
            column: self.with_caller(column, program)
            for (_, column), program in zip(columns, programs, strict=True)
        }

    async def _program(self, role: str, column: str) -> Visitor:
        name = f"program-{column}"
        body = {"external_id": f"the-{name}", "name": "Robot", "account": "service"}
        made = await self.callers["admin"].good("POST", "/v1/people", body)
        program = Visitor(made["id"], self._platform.http, self.token(name, role))
        await program.good("POST", "/v1/me/visits")
        await program.heard_of()
        return program
