"""Ids of people in paths: each reaches its own route, whatever characters it has."""

import re
from urllib.parse import quote

import pytest
from fastapi import APIRouter
from hypothesis import given
from hypothesis import strategies as st

from shared.web.http import PersonId, create_app
from shared.web.http.requests.paths import matched_path
from shared.web.identity import PERSON_ID_PATTERN, fault_of
from tests.support.identity import token_of
from tests.support.web import client_of, make_web_context

person_ids = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), max_size=40).filter(
    lambda one: fault_of(one) is None
)


def people_router() -> APIRouter:
    """Routes of the shapes that the services have."""
    router = APIRouter(prefix="/v1/people")

    @router.get("/{person_id}")
    async def read(person_id: PersonId) -> list[str]:
        return ["read", person_id]

    @router.post("/{person_id}:suspend")
    async def suspend(person_id: PersonId) -> list[str]:
        return ["suspend", person_id]

    @router.put("/{person_id}/role")
    async def promote(person_id: PersonId) -> list[str]:
        return ["promote", person_id]

    return router


@pytest.mark.parametrize(
    "person_id",
    [
        "mia",
        "Zs/Vyg+PkAt=",
        "-Zk1Vyg",
        "CORP\\jdoe",
        "uid=jane,ou=people",
        "CN=Jane Doe, OU=People",
        "%2F",
        "100%25",
        "jane:suspend",
        "jane/role",
        "a?b#c;d",
        "../people",
        "x" * 255,
    ],
)
async def test_an_id_with_any_characters_reaches_its_own_route(person_id: str) -> None:
    app = create_app(make_web_context(), people_router(), title="people")
    path = f"/v1/people/{quote(person_id, safe='')}"
    async with client_of(app, token_of("anna")) as client:
        for method, verb, end in (
            ("GET", "read", ""),
            ("POST", "suspend", ":suspend"),
            ("PUT", "promote", "/role"),
        ):
            answer = await client.request(method, path + end)
            assert answer.json() == [verb, person_id]


async def test_an_id_that_looks_like_a_verb_does_nothing_to_another_person() -> None:
    app = create_app(make_web_context(), people_router(), title="people")
    async with client_of(app, token_of("anna")) as client:
        assert (await client.post("/v1/people/jane%3Asuspend")).status_code == 405
        assert (await client.put("/v1/people/jane%2Frole")).status_code == 405


@pytest.mark.parametrize("person_id", ["%20mia", "mia%20", "%00", "a%0Ab", "m%C3%AFa", "%FF"])
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
    fits = re.fullmatch(PERSON_ID_PATTERN, text) is not None and len(text) <= 255
    fault = fault_of(text)
    assert fits == (fault is None or "in a path" in fault)
