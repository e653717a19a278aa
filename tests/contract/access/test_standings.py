"""Where a person stands comes before every role: all routes of all services, by rules.

What the active may is the table of `test_matrix.py`. Here nothing is listed: the routes, the
requests and the cells are those of the matrix, and what each standing makes of them are four rules.
"""

import asyncio
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from shared.contract.access.actions import HUMANS_ONLY
from tests.contract.access.access_requests import (
    ask,
    headers_of,
    request,
    things_made,
)
from tests.contract.access.access_routes import routes
from tests.contract.access.standing_world import EACH_ROLE, NO_ROLE, REFUSALS, StandingWorld
from tests.contract.access.test_matrix import operation, rows
from tests.contract.access.test_promises import ROWS
from tests.support.platform import running_platform

MATRIX = rows()
PROBLEM = "urn:mitmach:problem:"
AT_ONCE = 16

# Somebody suspended is let in here though it isn't reading: nothing is done.
NOTHING_DONE = {"leave_group", "accept_invitation", "view_posts"}
# Only human beings have entries and ballots of their own.
OF_HUMANS = {"edit_entry (own)", "withdraw_entry (own)", "read_ballot (own)"}

Routes = Mapping[str, tuple[str, str]]


def asked(there: Routes) -> Iterator[tuple[str, str, str]]:
    """Row, method and path of everything that needs a token."""
    for row in MATRIX:
        method, path = there[operation(row)]
        if path.startswith("/v1/"):
            yield row, method, path


async def differences_of_the_refused(world: StandingWorld, there: Routes) -> list[str]:
    """Where somebody gets more than a refusal who isn't active, whatever role they claim."""
    gate = asyncio.Semaphore(AT_ONCE)

    async def difference(who: str, role: str, row: str, method: str, path: str) -> str:
        filled, body = request(world, row, path, "person", {})
        async with gate:
            more = headers_of(world, row)
            got = await world.status_of(who, role, method, filled, body, more=more)
        wanted = (403, PROBLEM + REFUSALS[who])
        return "" if got == wanted else f"{row}: {who} {role} gets {got}"

    found = await asyncio.gather(
        *(
            difference(who, role, row, method, path)
            for row, method, path in asked(there)
            for who in REFUSALS
            for role in EACH_ROLE
            # It is what they may do, and afterwards they aren't what they were.
            if not (row == "visit" and who in ("unknown", "invited"))
        )
    )
    return [difference for difference in found if difference]


async def differences_of_the_suspended(world: StandingWorld, there: Routes) -> list[str]:
    """Where a role in the token makes a difference for somebody who is suspended."""
    found = []
    for row, method, path in asked(there):
        cell = MATRIX[row]["suspended"]
        if cell == "-":
            continue
        made = await things_made(world, row, "suspended")
        filled, body = request(world, row, path, "suspended", made)
        answers = await asyncio.gather(
            *(
                world.status_of(
                    "suspended", role, method, filled, body, more=headers_of(world, row)
                )
                for role in EACH_ROLE
            )
        )
        found += [
            f"{row}: suspended {role} gets {status} {problem}, not {cell}"
            for role, (status, problem) in zip(EACH_ROLE, answers, strict=True)
            if cell_of(status) != cell
        ]
    return found


async def differences_of_programs(world: StandingWorld, there: Routes) -> list[str]:
    """Where a program's account may more, or less, than the table gives its role."""
    humans_only = {row for action in HUMANS_ONLY for row in ROWS[action]}
    programs = await world.programs()
    found = []
    for row, method, path in asked(there):
        cells = {column: MATRIX[row][column] for column in programs}
        if row in humans_only:
            cells = {column: "403" if cell == "ok" else cell for column, cell in cells.items()}
        wanted = {
            column: cell for column, cell in cells.items() if cell != "-" and row not in OF_HUMANS
        }
        answers = await asyncio.gather(
            *(ask(programs[column], row, method, path, column) for column in wanted)
        )
        found += [
            f"{row}: a program as {column} gets {status} {problem}, not {cell}"
            for (column, cell), (status, problem) in zip(wanted.items(), answers, strict=True)
            if cell_of(status) != cell
        ]
    return found


def cell_of(status: int) -> str:
    return "ok" if status < 400 else str(status)


async def test_who_isnt_active_gets_nothing_on_any_route(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = routes(monkeypatch)
    async with running_platform(tmp_path, quotas=False) as platform:
        world = StandingWorld(platform)
        await world.prepare()
        assert await differences_of_the_refused(world, there) == []
        for who in ("unknown", "invited"):
            status, _ = await world.status_of(who, NO_ROLE, "POST", "/v1/me/visits", None)
            assert status < 400, who


@pytest.mark.faults_long  # half a minute: most of it makes a thing for each row and role
async def test_no_role_helps_the_suspended_and_programs_have_those_of_their_token(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = routes(monkeypatch)
    async with running_platform(tmp_path, quotas=False) as platform:
        world = StandingWorld(platform)
        await world.prepare()
        assert await differences_of_the_suspended(world, there) == []
        assert await differences_of_programs(world, there) == []


def test_the_suspended_read_what_an_outsider_reads_and_do_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    different = []
    for row, method, _ in asked(routes(monkeypatch)):
        suspended, outsider = MATRIX[row]["suspended"], MATRIX[row]["person"]
        if method == "GET":
            fine = suspended in {outsider, "-"}
        else:
            fine = suspended != "ok" or row in NOTHING_DONE
        if not fine:
            different.append(f"{row}: suspended {suspended}, outsider {outsider}")
    assert different == []
