"""Tokens of any content: each is a person's or refused, and none is an error of ours."""

import json
import logging
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.contract.principal import Claims
from shared.web.http import RateLimiter
from shared.web.identity import TokenInvalid
from tests.support.identity import make_verifier
from tests.support.web import client_of, make_web_context, notes_app
from tests.unit.shared.tokens import HEADERS, claims, raw_token

HEADER_FIELDS = ("alg", "typ", "kid", "crit", "b64", "jku", "x5u", "jwk", "x5c", "cty", "zip")
CLAIMS = ("sub", "iss", "aud", "exp", "nbf", "iat", "jti", "roles", "realm_access", "typ", "oid")

values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from([10**400, -(10**400), 2**63, 2**64, 253_402_300_800, 0, -1])
    | st.floats(allow_nan=True, allow_infinity=True)
    | st.text(max_size=20)
    | st.sampled_from(["EdDSA", "none", "HS256", "JWT", "at+jwt", "development", "mitmach", "me"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)


def changed(names: tuple[str, ...]) -> st.SearchStrategy[dict[str, Any]]:
    return st.dictionaries(st.sampled_from(names) | st.text(max_size=5), values, max_size=4)


@given(header=changed(HEADER_FIELDS), content=changed(CLAIMS), nested=st.booleans())
@settings(max_examples=400, deadline=None)
def test_a_rightly_signed_token_of_any_content_is_a_persons_or_refused(
    header: dict[str, Any], content: dict[str, Any], nested: bool
) -> None:
    verifier = make_verifier(roles_claim="realm_access.roles" if nested else "roles")
    token = raw_token({**HEADERS, "alg": "EdDSA"} | header, claims() | content)
    try:
        principal = verifier.verify(token)
    except TokenInvalid:
        return  # any other error fails the test
    assert isinstance(principal, Claims)
    assert principal.subject.isprintable()


@given(st.lists(st.binary(max_size=60), min_size=1, max_size=4) | st.text(max_size=200))
@settings(max_examples=200, deadline=None)
def test_what_isnt_even_json_is_refused(content: list[bytes] | str) -> None:
    token = content if isinstance(content, str) else raw_token(content[0], content[-1])
    with pytest.raises(TokenInvalid):
        make_verifier().verify(token)


def deep(depth: int) -> bytes:
    return b"[" * depth + b"]" * depth


TWICE = json.dumps(claims()).encode()[:-1] + b', "sub": "ben"}'
HOSTILE = {
    "an algorithm that is a list": ({"alg": [], "typ": "JWT"}, claims()),
    "an algorithm that is an object": ({"alg": {}, "typ": "JWT"}, claims()),
    "a type that is a list": (HEADERS | {"alg": "EdDSA", "typ": []}, claims()),
    "a key id that is a list": (HEADERS | {"alg": "EdDSA", "kid": []}, claims()),
    "a key id that is null": (HEADERS | {"alg": "EdDSA", "kid": None}, claims()),
    "a payload beside the token": (HEADERS | {"alg": "EdDSA", "b64": False}, claims()),
    "an end after all time": (HEADERS | {"alg": "EdDSA"}, claims(exp=10**400)),
    "an end that is no number": (
        HEADERS | {"alg": "EdDSA"},
        json.dumps(claims(exp=float("nan"))).encode(),
    ),
    "an endless end": (HEADERS | {"alg": "EdDSA"}, claims(exp=float("inf"))),
    "a header without a bottom": (deep(2000), claims()),
    "claims without a bottom": (HEADERS | {"alg": "EdDSA"}, b'{"sub":' + deep(2000) + b"}"),
    "two subjects": (HEADERS | {"alg": "EdDSA"}, TWICE),
    "a number of five thousand digits": (
        HEADERS | {"alg": "EdDSA"},
        b'{"exp": ' + b"9" * 5000 + b"}",
    ),
    "half a character": (HEADERS | {"alg": "EdDSA"}, b'{"sub": "\\ud800"}'),
    "a list instead of claims": (HEADERS | {"alg": "EdDSA"}, [1]),
}


@pytest.mark.parametrize("name", HOSTILE)
async def test_a_token_that_cant_be_read_is_a_strangers_and_no_error(
    name: str, caplog: pytest.LogCaptureFixture
) -> None:
    app = notes_app(make_web_context(address=RateLimiter(rate=0.01, burst=2)))
    with caplog.at_level(logging.WARNING):
        async with client_of(app, raw_token(*HOSTILE[name])) as client:
            codes = [(await client.get("/v1/notes")).status_code for _ in range(3)]
    assert codes == [401, 401, 429]
    assert caplog.records == []


@given(
    st.text(alphabet=st.characters(max_codepoint=255, blacklist_characters="\r\n\0"), max_size=90)
)
@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
async def test_whatever_stands_behind_bearer_is_answered_with_401(text: str) -> None:
    headers = {b"authorization": b"Bearer " + text.encode("latin-1")}
    async with client_of(notes_app(make_web_context())) as client:
        assert (await client.get("/v1/notes", headers=headers)).status_code == 401
