"""Paths: what a client encoded is no separator; and what people may be called elsewhere."""

import re
from urllib.parse import quote

import pytest
from fastapi import APIRouter
from hypothesis import given
from hypothesis import strategies as st

from shared.web.http import PathId, create_app
from shared.web.http.requests.paths import matched_path
from shared.web.identity import EXTERNAL_ID_PATTERN, fault_of
from tests.support.identity import person_id_of, token_of
from tests.support.web import client_of, make_web_context

person_ids = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), max_size=40).filter(
    lambda one: fault_of(one) is None
)


def people_router() -> APIRouter:
    """Routes of the shapes that the services have."""
    router = APIRouter(prefix="/v1/people")

    @router.get("/{person_id}")
    async def read(person_id: PathId) -> list[str]:
        return ["read", person_id]

    @router.post("/{person_id}:suspend")
    async def suspend(person_id: PathId) -> list[str]:
        return ["suspend", person_id]

    @router.put("/{person_id}/role")
    async def promote(person_id: PathId) -> list[str]:
        return ["promote", person_id]

    return router


async def test_an_id_reaches_its_own_route() -> None:
    app = create_app(make_web_context(), people_router(), title="people")
    person_id = person_id_of("mia")
    async with client_of(app, token_of("anna")) as client:
        for method, verb, end in (
            ("GET", "read", ""),
            ("POST", "suspend", ":suspend"),
            ("PUT", "promote", "/role"),
        ):
            answer = await client.request(method, f"/v1/people/{person_id}{end}")
            assert answer.json() == [verb, person_id]


async def test_an_id_that_looks_like_a_verb_does_nothing_to_another_person() -> None:
    app = create_app(make_web_context(), people_router(), title="people")
    async with client_of(app, token_of("anna")) as client:
        assert (await client.post("/v1/people/jane%3Asuspend")).status_code == 405
        assert (await client.put("/v1/people/jane%2Frole")).status_code == 405


@pytest.mark.parametrize("person_id", ["mia", "%20mia", "%00", "a%0Ab", "m%C3%AFa", "%FF", "%2F"])
async def test_what_cant_be_an_id_names_nobody(person_id: str) -> None:
    app = create_app(make_web_context(), people_router(), title="people")
    async with client_of(app, token_of("anna")) as client:
        assert (await client.get(f"/v1/people/{person_id}")).status_code == 404


async def test_an_encoded_slash_in_front_of_a_route_opens_nothing() -> None:
    app = create_app(make_web_context(), people_router(), title="people")
    async with client_of(app) as client:
        assert (await client.get("/v1%2Fpeople/mia")).status_code == 404
        assert (await client.get("/v1/people%2Fmia")).status_code == 401
        assert (await client.get("/%761/people/mia")).status_code == 401


@given(st.lists(person_ids, min_size=1, max_size=4))
def test_what_was_encoded_is_no_separator(ids: list[str]) -> None:
    path = matched_path("/".join(quote(one, safe="") for one in ids).encode())
    assert len(path.split("/")) == len(ids)
    assert ":" not in path


@given(st.text(max_size=300) | person_ids)
def test_the_documented_pattern_and_the_rule_agree(text: str) -> None:
    fits = re.fullmatch(EXTERNAL_ID_PATTERN, text) is not None and len(text) <= 255
    fault = fault_of(text)
    assert fits == (fault is None or "in a path" in fault)
