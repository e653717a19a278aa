"""Whatever is sent to any route, the answer is one that its OpenAPI document promises."""

import asyncio
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance

from mitmach.services import SERVICES
from shared.contract.texts import TextError, whole_text
from shared.web.http.problems import BodyMalformed, InputInvalid, MediaTypeUnsupported, type_of
from tests.contract.access.access_world import AccessWorld, Place
from tests.support.explored import explored
from tests.support.platform import running_platform

# An endless answer; its own tests read it.
ENDLESS = {"watch_live"}

# Each entry of these is answered by itself: one that breaks the schema is refused in a 200.
ENTRY_BY_ENTRY = {"create_people"}

# Where no schema can tell what is right: only we sign cursors, not everything that looks like a
# date is one, and a time must be of this century.
UNTOLD = re.compile(r"cursor|window|.*_at").fullmatch
NOT_WELL_FORMED = {type_of(one.slug) for one in (BodyMalformed, InputInvalid, MediaTypeUnsupported)}


def operations() -> Iterator[Any]:
    """All of all services; what ends things comes last, so that the others find them."""
    found = []
    for service in SERVICES:
        document = schemathesis.openapi.from_dict(explored(service.openapi()))
        found += [result.ok() for result in document.get_all_operations() if isinstance(result, Ok)]
    found = [one for one in found if one.definition.raw["operationId"] not in ENDLESS]
    yield from sorted(found, key=lambda one: (one.method == "delete") + 2 * (":" in one.path))


class Explorer:
    """Sends requests that nobody would think of.

    Args:
        address: Of the platform.
        token: Of somebody who may do nearly everything.
        known: Values of parameters in paths, for which there is something.
        many: Requests per operation that fit its schema, half of them about things that exist, and
            requests that break it.
    """

    def __init__(
        self, address: str, token: str, known: Mapping[str, str], many: tuple[int, int]
    ) -> None:
        self._fitting, self._broken = many
        self._address = address
        self._headers = {"Authorization": f"Bearer {token}"}
        self._known = known
        self._session = requests.Session()

    def explore(self, operation: Any) -> None:
        """Asks the operation in many ways, the same in every run."""

        def fitting(case: Any, exists: bool) -> None:
            if exists:
                given_ = case.path_parameters or {}
                case.path_parameters = {
                    name: self._known.get(name, value) for name, value in given_.items()
                }
            is_never_called_malformed(self._ask(case), case)

        bounded = settings(
            max_examples=self._fitting,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        )
        bounded(given(operation.as_strategy(), st.booleans())(fitting))()
        if operation.body or list(operation.iter_parameters()):
            broken: st.SearchStrategy[Any] = operation.as_strategy(
                generation_mode=GenerationMode.NEGATIVE
            )

            each = operation.definition.raw["operationId"] in ENTRY_BY_ENTRY

            def breaking(case: Any) -> None:
                if each:
                    is_refused_by_itself(self._ask(case, negative_data_rejection))
                else:
                    self._ask(case)

            few = settings(bounded, max_examples=self._broken)
            few(given(broken)(breaking))()

    def _ask(self, case: Any, *without: Any) -> Any:
        # Left out is a check that takes every 412 and 422 for a mistake: cursors that we haven't
        # signed, versions that never were, and what a rule refuses. See below for what must hold.
        return case.call_and_validate(
            base_url=self._address,
            session=self._session,
            headers=self._headers,
            excluded_checks=[positive_data_acceptance, *without],
        )


def is_refused_by_itself(answer: Any) -> None:
    """A batch with broken entries: refused as a whole, or these are, each for itself."""
    if answer.status_code == 200:
        said = [item["problem"] for item in answer.json()["items"] if item["status"] == "refused"]
        assert type_of(InputInvalid.slug) in {problem["type"] for problem in said}, said


def is_never_called_malformed(answer: Any, case: Any) -> None:
    """What fits its schema may break a rule, which has a name of its own, but isn't malformed."""
    if answer.status_code in {400, 415, 422}:
        problem = answer.json()
        if problem["type"] in NOT_WELL_FORMED:
            about = [error["field"] for error in problem.get("errors", ())]
            assert about, (problem, case.body)
            # No schema says of two parameters that they don't go together.
            beside = set(case.query or ()) if "ids" in (case.query or ()) else set()
            told = [
                one
                for one in about
                if not (UNTOLD(one) or one in beside - {"ids"} or is_unreadable(case.body, one))
            ]
            assert not told, (problem, case.body)


def is_unreadable(body: Any, pointer: str) -> bool:
    """Whether a text there breaks the rule for texts, beside something else that is wrong."""
    for step in pointer.strip("/").split("/"):
        body = body.get(step) if isinstance(body, Mapping) else None
    try:
        return isinstance(body, str) and not whole_text(body)
    except TextError:
        return True


@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    "many",
    [
        pytest.param((3, 2), id="few"),
        pytest.param((10, 5), id="many", marks=pytest.mark.faults_long),
    ],
)
async def test_every_answer_is_documented(tmp_path: Path, many: tuple[int, int]) -> None:
    wrong = []
    async with running_platform(tmp_path, quotas=False) as platform:
        world = AccessWorld(platform)
        await world.prepare()
        place = world.place_of("person")
        tester = await platform.visitor("tester", "admin", "editor", "analyst")
        await world.admit(place.group_id, tester, "owner")
        known = {name: getattr(place, name) for name in Place.__dataclass_fields__}
        known |= {"person_id": world.colleague.id, "name": "reach"}
        explorer = Explorer(str(platform.http.base_url), tester.token, known, many)
        for operation in operations():
            try:
                await asyncio.to_thread(explorer.explore, operation)
            except Exception as failure:  # noqa: BLE001 - all of them are wanted
                said = [failure, *getattr(failure, "exceptions", ())]
                wrong.append("\n".join(map(str, (operation.label, *said))))
    assert not wrong, "\n\n".join(wrong)
