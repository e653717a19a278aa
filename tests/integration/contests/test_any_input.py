"""Whatever is sent, the answer is one that the OpenAPI document promises, and never a 500."""

import asyncio
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import positive_data_acceptance

from services.contests.app import openapi
from shared.delivery.mongo import Driver
from tests.integration.contests.service import ContestsService, enter, id_of
from tests.support.explored import explored
from tests.support.identity import token_of

# What is shown here doesn't depend on the driver; one of the two saves half of the minute.
pytestmark = [
    pytest.mark.asyncio(loop_scope="package"),
    pytest.mark.parametrize("contests", [Driver.MOTOR], indirect=True),
]

OPERATIONS = [
    found.ok()
    for found in schemathesis.openapi.from_dict(explored(openapi())).get_all_operations()
    if isinstance(found, Ok)
]


def explore(operation: Any, base_url: str, token: str, known: dict[str, str]) -> None:
    """Many requests, half of them about things that exist."""

    @settings(
        max_examples=12,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(), exists=st.booleans())
    def ask(case: schemathesis.Case[Any], *, exists: bool) -> None:
        if exists:
            case.path_parameters = {
                name: known.get(name, value) for name, value in (case.path_parameters or {}).items()
            }
        # That a body fits its schema doesn't make it right: rules and phases decide too.
        answer = case.call_and_validate(
            base_url=base_url,
            headers={"Authorization": f"Bearer {token}"},
            excluded_checks=[positive_data_acceptance],
        )
        assert "person-not-active" not in answer.text  # or nothing of the route was asked

    ask()


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda one: one.label)
async def test_every_answer_is_documented(contests: ContestsService, operation: Any) -> None:
    [olga] = await contests.people("olga", roles=("editor",))
    [ann] = await contests.people("ann")
    path, [entry] = await contests.voting(olga, [ann])
    known = {"contest_id": id_of(path), "entry_id": entry}
    base_url = str(contests.http.base_url)
    await asyncio.to_thread(explore, operation, base_url, token_of(olga.subject, olga.roles), known)


async def test_a_submission_of_any_shape_leaves_no_half_entry(contests: ContestsService) -> None:
    [olga] = await contests.people("olga", roles=("editor",))
    [ann] = await contests.people("ann")
    path, _ = await contests.voting(olga, [ann])
    [ben] = await contests.people("ben")
    bodies: list[Any] = [None, [], "x", 7, {"title": "x"}, {"title": 1, "consent": True}]
    for body in bodies:
        status, _ = await ben.refused("POST", f"{path}/entries", body)
        assert status in {400, 415, 422}
    with pytest.raises(AssertionError, match="entries-not-accepted"):
        await enter(ben, path)
    where = {"contest_id": id_of(path)}
    assert await contests.database.count("entries", where) == 1
