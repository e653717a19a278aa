"""Tokens: what is accepted, and that every way of cheating is refused under its own name."""

import base64
import hashlib
import hmac
import json
import time
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
)

from shared.contract.principal import Claims, login_of
from shared.web.identity import (
    TokenAlgorithmRefused,
    TokenClaimInvalid,
    TokenClaimMissing,
    TokenExpired,
    TokenForged,
    TokenForOthers,
    TokenFromElsewhere,
    TokenHeaderRefused,
    TokenInvalid,
    TokenKeyUnknown,
    TokenNotYetValid,
    TokenOfWrongType,
    public_jwks,
)
from shared.web.identity.keys import parse_keys
from tests.support.identity import PRIVATE_PEM, PSEUDONYM_KEY, make_verifier, token_of
from tests.unit.shared.tokens import HEADERS, claims, raw_token, signed


def segment(content: dict[str, Any]) -> bytes:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).rstrip(b"=")


def test_a_valid_token_names_its_subject_roles_and_login() -> None:
    said = make_verifier().verify(signed(claims(roles=["editor", "emperor", 7])))
    assert said == Claims("anna", frozenset({"editor"}), login_of(PSEUDONYM_KEY, "anna"))
    assert "anna" not in repr(said)


def test_a_login_is_stable_keyed_and_26_characters_long() -> None:
    digest = hmac.new(b"key", b"anna", hashlib.sha256).digest()[:16]
    expected = base64.b32encode(digest).decode().rstrip("=").lower()
    assert login_of(b"key", "anna") == expected
    assert len(expected) == 26
    assert login_of(b"other key", "anna") != expected


def test_a_verified_token_is_recalled_without_its_keys_until_it_expires() -> None:
    now = time.time()
    moments = [now]
    verifier = make_verifier(clock=lambda: moments[0])
    token = token_of("anna", lifetime=60)
    assert verifier.recall(token) is None
    said = verifier.verify(token)
    assert verifier.recall(token) is said
    moments[0] = now + 60 + 31  # leeway included
    assert verifier.recall(token) is None


def test_only_so_many_verified_tokens_are_remembered_and_the_least_used_goes_first() -> None:
    verifier = make_verifier(cached=2)
    anna, ben, cleo = (token_of(person) for person in ("anna", "ben", "cleo"))
    for token in (anna, ben, anna, cleo):
        verifier.verify(token)
    assert verifier.recall(ben) is None
    assert verifier.recall(anna) is not None
    assert verifier.recall(cleo) is not None


def test_a_token_of_another_key_under_our_key_id_is_forged() -> None:
    stranger = Ed25519PrivateKey.generate()
    with pytest.raises(TokenForged):
        make_verifier().verify(signed(claims(), key=stranger))


def test_a_token_whose_claims_were_changed_is_forged() -> None:
    head, _, signature = signed(claims()).split(".")
    changed = segment(claims(roles=["admin"])).decode()
    with pytest.raises(TokenForged):
        make_verifier().verify(f"{head}.{changed}.{signature}")


def test_a_recalled_token_doesnt_vouch_for_one_that_shares_its_signature() -> None:
    verifier = make_verifier()
    token = signed(claims())
    verifier.verify(token)
    head, _, signature = token.split(".")
    with pytest.raises(TokenInvalid):
        verifier.verify(f"{head}.{segment(claims(sub='ben')).decode()}.{signature}")


@pytest.mark.parametrize("algorithm", ["none", "None", "HS256", "HS512", "RS1", ""])
def test_an_algorithm_outside_of_the_list_is_refused_unverified(algorithm: str) -> None:
    head = segment({**HEADERS, "alg": algorithm})
    token = (head + b"." + segment(claims()) + b".").decode()
    with pytest.raises(TokenAlgorithmRefused):
        make_verifier().verify(token)


def test_the_public_key_is_no_secret_to_sign_with() -> None:
    public = parse_keys(public_jwks(PRIVATE_PEM))[0].public
    pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    content = segment({**HEADERS, "alg": "HS256"}) + b"." + segment(claims())
    mac = base64.urlsafe_b64encode(hmac.digest(pem, content, "sha256")).rstrip(b"=")
    with pytest.raises(TokenAlgorithmRefused):
        make_verifier().verify((content + b"." + mac).decode())


def test_an_allowed_algorithm_that_isnt_the_keys_own_is_refused() -> None:
    token = signed(claims(), key=rsa.generate_private_key(65537, 2048), algorithm="RS256")
    with pytest.raises(TokenAlgorithmRefused):
        make_verifier().verify(token)


@pytest.mark.parametrize("header", ["jku", "x5u", "jwk", "x5c", "b64"])
def test_a_token_that_brings_its_own_key_is_refused(header: str) -> None:
    value: Any = ["a certificate"] if header == "x5c" else "https://evil.example/keys"
    head = segment({**HEADERS, "alg": "EdDSA", header: value})
    with pytest.raises(TokenHeaderRefused):
        make_verifier().verify((head + b"." + segment(claims()) + b".c2ln").decode())


def test_a_token_that_demands_an_extension_is_refused() -> None:
    head = segment({**HEADERS, "alg": "EdDSA", "crit": ["exp"]})
    with pytest.raises(TokenInvalid):
        make_verifier().verify((head + b"." + segment(claims()) + b".c2ln").decode())


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"exp": int(time.time()) - 3600}, TokenExpired),
        ({"nbf": int(time.time()) + 3600}, TokenNotYetValid),
        ({"iat": int(time.time()) + 3600}, TokenNotYetValid),
        ({"iss": "https://elsewhere.example"}, TokenFromElsewhere),
        ({"aud": "another-product"}, TokenForOthers),
        ({"exp": None}, TokenClaimMissing),
        ({"iat": None}, TokenClaimMissing),
        ({"iss": None}, TokenClaimMissing),
        ({"aud": None}, TokenClaimMissing),
        ({"sub": None}, TokenClaimMissing),
        ({"sub": ""}, TokenClaimInvalid),
        ({"sub": "x" * 256}, TokenClaimInvalid),
        ({"sub": "an\nna"}, TokenClaimInvalid),
        ({"sub": "änna"}, TokenClaimInvalid),
        ({"sub": "me"}, TokenClaimInvalid),
        ({"exp": "tomorrow"}, TokenClaimInvalid),
        ({"exp": True}, TokenClaimInvalid),
        ({"exp": 10**400}, TokenClaimInvalid),
        ({"exp": 10**12}, TokenClaimInvalid),
        ({"iat": -1}, TokenClaimInvalid),
        ({"nbf": "0"}, TokenClaimInvalid),
        ({"aud": ["mitmach", 7]}, TokenClaimInvalid),
        ({"aud": []}, TokenForOthers),
        ({"typ": "ID"}, TokenOfWrongType),
        ({"typ": "Refresh"}, TokenOfWrongType),
    ],
)
def test_each_wrong_claim_has_its_own_refusal(
    changes: dict[str, Any], refusal: type[TokenInvalid]
) -> None:
    with pytest.raises(TokenInvalid) as refused:
        make_verifier().verify(signed(claims(**changes)))
    assert refused.type is refusal


@pytest.mark.parametrize("kind", [None, "", "dpop+jwt", "secevent+jwt", 7])
def test_another_type_of_token_is_refused(kind: Any) -> None:
    head = segment({"kid": "development", "alg": "EdDSA", "typ": kind})
    with pytest.raises(TokenOfWrongType):
        make_verifier().verify((head + b"." + segment(claims()) + b".c2ln").decode())


@pytest.mark.parametrize(
    "text", ["", "x", "a.b", "a.b.c", "..", "\x00.\x00.\x00", "é.é.é", "[].[].[]"]
)
def test_what_isnt_a_token_is_refused(text: str) -> None:
    with pytest.raises(TokenInvalid):
        make_verifier().verify(text)


def test_a_huge_token_is_refused_before_any_work() -> None:
    with pytest.raises(TokenInvalid, match="too long"):
        make_verifier().verify(signed(claims(padding="x" * 9000)))


def test_one_of_several_audiences_is_enough() -> None:
    assert make_verifier().verify(signed(claims(aud=["other", "mitmach"]))).subject == "anna"


def test_roles_can_lie_deeper_in_the_token() -> None:
    verifier = make_verifier(roles_claim="realm_access.roles")
    token = signed(claims(roles=None, realm_access={"roles": ["analyst"]}))
    assert verifier.verify(token).roles == {"analyst"}


@pytest.mark.parametrize("roles", [None, "admin", {"admin": True}, 1])
def test_roles_of_another_shape_are_no_roles(roles: Any) -> None:
    assert make_verifier().verify(signed(claims(roles=roles))).roles == frozenset()


# What ADFS, Entra, Active Directory, LDAP and others call people.
SUBJECTS = (
    "Zs/Vyg+PkAt=",
    "_Zk1Vyg",
    "-Zk1Vyg",
    "CORP\\jdoe",
    "uid=jane,ou=people",
    "CN=Jane Doe, OU=People",
    "auth0|5f7c8ec7c33c6c004bbafe82",
    "x" * 255,
    "%2F",
    "a:b/c?d#e",
)


@pytest.mark.parametrize("subject", SUBJECTS)
def test_whatever_an_identity_provider_calls_a_person_signs_in(subject: str) -> None:
    assert make_verifier().verify(signed(claims(sub=subject))).subject == subject


def test_a_setting_names_the_claim_that_is_the_persons_id() -> None:
    verifier = make_verifier(person_claim="oid")
    token = signed(claims(sub="pairwise-7", oid="01936f3e-0000-7000-8000-000000000001"))
    assert verifier.verify(token).subject == "01936f3e-0000-7000-8000-000000000001"
    without_subject = signed(claims(sub=None, oid="anna"))
    assert verifier.verify(without_subject).subject == "anna"
    with pytest.raises(TokenClaimMissing, match="`oid` is missing"):
        verifier.verify(signed(claims()))


def test_a_claim_is_found_by_its_whole_name_before_its_dots_mean_steps() -> None:
    verifier = make_verifier(roles_claim="https://example.org/roles", person_claim="user.id")
    token = signed(claims(user={"id": "ben"}, **{"https://example.org/roles": ["admin"]}))
    said = verifier.verify(token)
    assert (said.subject, said.roles) == ("ben", frozenset({"admin"}))


@pytest.mark.parametrize(
    ("subject", "fault"),
    [
        ("x" * 256, "has 256 characters, and 255 are the most"),
        ("änna", "has a character outside of ASCII"),
        ("an\x7fna", "has a control character"),
        (" anna", "begins or ends with a blank"),
        ("anna ", "begins or ends with a blank"),
        ("..", "can't stand for a person in a path"),
    ],
)
def test_the_refusal_of_a_subject_says_what_is_wrong_with_it_and_doesnt_quote_it(
    subject: str, fault: str
) -> None:
    with pytest.raises(TokenClaimInvalid) as refused:
        make_verifier().verify(signed(claims(sub=subject)))
    assert refused.value.detail.startswith("The claim `sub` ")
    assert fault in refused.value.detail


def test_a_subject_that_isnt_text_is_said_to_be_none() -> None:
    with pytest.raises(TokenClaimInvalid, match="`sub` isn't a text"):
        make_verifier().verify(raw_token(HEADERS | {"alg": "EdDSA"}, claims(sub=7)))


def test_a_forged_token_that_has_expired_is_forged_and_one_of_ours_has_expired() -> None:
    long_ago = int(time.time()) - 3600
    with pytest.raises(TokenForged):
        make_verifier().verify(signed(claims(exp=long_ago), key=Ed25519PrivateKey.generate()))
    with pytest.raises(TokenExpired):
        make_verifier().verify(signed(claims(exp=long_ago)))


def test_what_can_be_refused_unread_costs_no_check_of_a_signature(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def checked(*_: Any, **__: Any) -> None:
        raise AssertionError("a signature was checked")

    monkeypatch.setattr("shared.web.identity.tokens.jwt.decode", checked)
    for changes in ({"iss": "x"}, {"aud": "x"}, {"exp": "x"}, {"sub": ""}, {"typ": "ID"}):
        with pytest.raises(TokenInvalid):
            make_verifier().verify(signed(claims(**changes)))
    with pytest.raises(TokenKeyUnknown):
        make_verifier().verify(signed(claims(), headers=HEADERS | {"kid": "invented"}))
