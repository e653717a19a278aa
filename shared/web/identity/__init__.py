"""From tokens to what they say of their owners: `shared.contract.principal.Claims`.

Whom of the platform that is, and whether they still are, is looked up after it (`people.py`).

subjects.py     what a person can be called by an identity provider
people.py       from claims to a person of the platform
tokens.py       the checks, and the memory of tokens that passed
parsing.py      what a token says of itself, read before anything of it is believed
keys.py         public keys from a file or from the identity provider
refusals.py     why a token isn't accepted
development.py  keys and tokens where there is no identity provider
"""

from shared.web.identity.development import create_keys, issue_token, public_jwks
from shared.web.identity.keys import KeyStore, KeysUnreadable
from shared.web.identity.people import Everybody, People
from shared.web.identity.refusals import (
    KeysUnavailable,
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
    TokenMissing,
    TokenNotYetValid,
    TokenOfWrongType,
)
from shared.web.identity.subjects import EXTERNAL_ID_PATTERN, LONGEST_EXTERNAL_ID, fault_of
from shared.web.identity.tokens import TokenVerifier, derived_key

__all__ = [
    "EXTERNAL_ID_PATTERN",
    "LONGEST_EXTERNAL_ID",
    "Everybody",
    "KeyStore",
    "KeysUnavailable",
    "KeysUnreadable",
    "People",
    "TokenAlgorithmRefused",
    "TokenClaimInvalid",
    "TokenClaimMissing",
    "TokenExpired",
    "TokenForOthers",
    "TokenForged",
    "TokenFromElsewhere",
    "TokenHeaderRefused",
    "TokenInvalid",
    "TokenKeyUnknown",
    "TokenMissing",
    "TokenNotYetValid",
    "TokenOfWrongType",
    "TokenVerifier",
    "create_keys",
    "derived_key",
    "fault_of",
    "issue_token",
    "public_jwks",
]
