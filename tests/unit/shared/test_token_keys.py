"""Keys that tokens are verified with: of a file, of a provider, of a development machine."""

import json
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from shared.web.identity import (
    KeyStore,
    KeysUnavailable,
    KeysUnreadable,
    TokenForged,
    TokenKeyUnknown,
    TokenVerifier,
    create_keys,
    issue_token,
    public_jwks,
)
from shared.web.identity.keys import FETCH_SPACING
from tests.support.identity import PRIVATE_PEM
from tests.unit.shared.tokens import claims, signed


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
    assert verifier.verify(token).subject == "anna"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[" * 5000 + b"]" * 5000,
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
        assert (await verifier.authenticate(first)).subject == "anna"
        provider.private.append(another_key())
        second = signed(claims(), headers={"kid": "key-1", "typ": "JWT"}, key=another_key())
        provider.now += FETCH_SPACING
        assert (await verifier.authenticate(second)).subject == "anna"
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
    provider.down, provider.now = True, provider.now + FETCH_SPACING
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
        provider.private, provider.now = [another_key()], provider.now + FETCH_SPACING
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
