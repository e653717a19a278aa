"""Tokens: what is accepted, and that every way of cheating is refused under its own name."""

import base64
import hashlib
import hmac
import json
import time
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from shared.identity import (
    KeyStore,
    KeysUnavailable,
    KeysUnreadable,
    Principal,
    TokenAlgorithmRefused,
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
    TokenVerifier,
    create_keys,
    issue_token,
    pseudonym,
    public_jwks,
)
from shared.identity.keys import SPACING, parse_keys
from tests.support.web import PRIVATE_PEM, PSEUDONYM_KEY, make_verifier, token_of

HEADERS = {"kid": "development", "typ": "at+jwt"}


def claims(**changes: Any) -> dict[str, Any]:
    now = int(time.time())
    found = {
        "sub": "anna",
        "roles": ["editor"],
        "iss": "mitmach-development",
        "aud": "mitmach",
        "iat": now,
        "nbf": now,
        "exp": now + 600,
    } | changes
    return {name: value for name, value in found.items() if value is not None}


def signed(
    content: dict[str, Any],
    headers: dict[str, Any] | None = None,
    key: Any = PRIVATE_PEM,
    **options: Any,
) -> str:
    algorithm = options.get("algorithm", "EdDSA")
    return jwt.encode(
        content, key, algorithm=algorithm, headers=HEADERS if headers is None else headers
    )


def segment(content: dict[str, Any]) -> bytes:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).rstrip(b"=")


def test_a_valid_token_names_its_person_roles_and_pseudonym() -> None:
    principal = make_verifier().verify(signed(claims(roles=["editor", "emperor", 7])))
    assert principal == Principal("anna", frozenset({"editor"}), pseudonym(PSEUDONYM_KEY, "anna"))


def test_a_pseudonym_is_stable_keyed_and_26_characters_long() -> None:
    digest = hmac.new(b"key", b"anna", hashlib.sha256).digest()[:16]
    expected = base64.b32encode(digest).decode().rstrip("=").lower()
    assert pseudonym(b"key", "anna") == expected
    assert len(expected) == 26
    assert pseudonym(b"other key", "anna") != expected


def test_a_verified_token_is_recalled_without_its_keys_until_it_expires() -> None:
    now = time.time()
    moments = [now]
    verifier = make_verifier(clock=lambda: moments[0])
    token = token_of("anna", lifetime=60)
    assert verifier.recall(token) is None
    principal = verifier.verify(token)
    assert verifier.recall(token) is principal
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


@pytest.mark.parametrize("header", ["jku", "x5u", "jwk", "x5c"])
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
        ({"sub": ""}, TokenClaimMissing),
        ({"sub": "x" * 129}, TokenClaimMissing),
        ({"sub": "an\nna"}, TokenClaimMissing),
        ({"exp": "tomorrow"}, TokenInvalid),
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


def test_a_subject_that_isnt_text_is_refused() -> None:
    head, content = segment({**HEADERS, "alg": "EdDSA"}), segment(claims(sub=7))
    key = Ed25519PrivateKey.from_private_bytes(b"7" * 32)
    signature = base64.urlsafe_b64encode(key.sign(head + b"." + content)).rstrip(b"=")
    with pytest.raises(TokenInvalid):
        make_verifier().verify(b".".join((head, content, signature)).decode())


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
    assert make_verifier().verify(signed(claims(aud=["other", "mitmach"]))).person_id == "anna"


def test_roles_can_lie_deeper_in_the_token() -> None:
    verifier = make_verifier(roles_claim="realm_access.roles")
    token = signed(claims(roles=None, realm_access={"roles": ["analyst"]}))
    assert verifier.verify(token).roles == {"analyst"}


@pytest.mark.parametrize("roles", [None, "admin", {"admin": True}, 1])
def test_roles_of_another_shape_are_no_roles(roles: Any) -> None:
    assert make_verifier().verify(signed(claims(roles=roles))).roles == frozenset()


@pytest.mark.parametrize(
    ("private", "algorithm"),
    [
        (rsa.generate_private_key(65537, 2048), "RS256"),
        (rsa.generate_private_key(65537, 2048), "PS256"),
        (ec.generate_private_key(ec.SECP256R1()), "ES256"),
        (Ed25519PrivateKey.generate(), "EdDSA"),
    ],
)
def test_the_usual_kinds_of_keys_work_as_pem_files(
    tmp_path: Path, private: Any, algorithm: str
) -> None:
    file = tmp_path / "key.pem"
    pem = private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    file.write_bytes(pem)
    verifier = TokenVerifier(
        KeyStore(file=file), issuer="mitmach-development", audience="mitmach", pseudonym_key=b"k"
    )
    token = signed(claims(), key=private, algorithm=algorithm)
    assert verifier.verify(token).person_id == "anna"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b'{"keys": []}',
        b'{"kty": "oct", "k": "c2VjcmV0"}',
        b'{"kty": "EC", "crv": "P-256"}',
        b"-----BEGIN PUBLIC KEY-----\nnonsense\n-----END PUBLIC KEY-----",
        rsa.generate_private_key(65537, 1024)
        .public_key()
        .public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo),
        PRIVATE_PEM,
    ],
)
def test_a_file_without_a_usable_public_key_is_named(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "keys"
    file.write_bytes(content)
    with pytest.raises(KeysUnreadable, match="keys"):
        KeyStore(file=file)


def test_a_missing_key_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(KeysUnreadable, match="nowhere"):
        KeyStore(file=tmp_path / "nowhere")


class Provider:
    """An identity provider: counts how often it is asked, can be down."""

    def __init__(self, *private: bytes) -> None:
        self.asked = 0
        self.down = False
        self.private = list(private)
        self.now = 1000.0

    async def get(self, url: str) -> bytes:
        assert url == "https://provider.example/keys"
        self.asked += 1
        if self.down:
            raise OSError("unreachable")
        keys = [json.loads(public_jwks(pem))["keys"][0] for pem in self.private]
        for number, key in enumerate(keys):
            key["kid"] = f"key-{number}"
        return json.dumps({"keys": keys}).encode()

    def store(self) -> KeyStore:
        url = "https://provider.example/keys"
        return KeyStore(url=url, get=self.get, clock=lambda: self.now)

    def verifier(self) -> TokenVerifier:
        return TokenVerifier(
            self.store(), issuer="mitmach-development", audience="mitmach", pseudonym_key=b"k"
        )


def another_key(seed: bytes = b"8") -> bytes:
    private = Ed25519PrivateKey.from_private_bytes(seed * 32)
    return private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


async def test_a_token_with_a_new_key_makes_the_verifier_ask_the_provider() -> None:
    provider = Provider(PRIVATE_PEM)
    verifier = provider.verifier()
    async with verifier.running():
        first = signed(claims(), headers={"kid": "key-0", "typ": "JWT"})
        assert (await verifier.authenticate(first)).person_id == "anna"
        provider.private.append(another_key())
        second = signed(claims(), headers={"kid": "key-1", "typ": "JWT"}, key=another_key())
        provider.now += SPACING
        assert (await verifier.authenticate(second)).person_id == "anna"
    assert provider.asked == 2


async def test_invented_key_ids_dont_flood_the_provider() -> None:
    provider = Provider(PRIVATE_PEM)
    verifier = provider.verifier()
    async with verifier.running():
        for number in range(20):
            token = signed(claims(), headers={"kid": f"invented-{number}", "typ": "JWT"})
            with pytest.raises(TokenKeyUnknown):
                await verifier.authenticate(token)
    assert provider.asked == 1


async def test_keys_stay_in_use_while_the_provider_is_down() -> None:
    provider = Provider(PRIVATE_PEM)
    store = provider.store()
    assert await store.refresh()
    provider.down, provider.now = True, provider.now + SPACING
    assert not await store.refresh()
    assert store.candidates("key-0")


async def test_without_any_keys_the_answer_is_unavailable_and_not_invalid() -> None:
    provider = Provider(PRIVATE_PEM)
    provider.down = True
    verifier = provider.verifier()
    async with verifier.running():
        with pytest.raises(KeysUnavailable):
            await verifier.authenticate(signed(claims()))


async def test_a_withdrawn_key_ends_the_memory_of_its_tokens() -> None:
    provider = Provider(PRIVATE_PEM)
    verifier = provider.verifier()
    token = signed(claims(), headers={"kid": "key-0", "typ": "JWT"})
    async with verifier.running():
        await verifier.authenticate(token)
        provider.private, provider.now = [another_key()], provider.now + SPACING
        await verifier._refresh()
        with pytest.raises(TokenForged):
            await verifier.authenticate(token)


def test_development_keys_are_kept_and_readable_by_their_owner_only(tmp_path: Path) -> None:
    private, public = tmp_path / "keys" / "private.pem", tmp_path / "keys" / "public.json"
    create_keys(private, public)
    before = private.read_bytes()
    create_keys(private, public)
    assert private.read_bytes() == before
    assert private.stat().st_mode & 0o777 == 0o600
    verifier = TokenVerifier(
        KeyStore(file=public), issuer="mitmach-development", audience="mitmach", pseudonym_key=b"k"
    )
    assert verifier.verify(issue_token(before, "anna", ["admin"])).roles == {"admin"}
