"""From tokens to people: who is asking, and which platform roles they have.

What comes out is a `shared.contract.principal.Principal`.

subjects.py     which ids a person can have
tokens.py       the checks, and the memory of tokens that passed
parsing.py      what a token says of itself, read before anything of it is believed
keys.py         public keys from a file or from the identity provider
refusals.py     why a token isn't accepted
development.py  keys and tokens where there is no identity provider
"""

from shared.web.identity.development import create_keys, issue_token, public_jwks
from shared.web.identity.keys import KeyStore, KeysUnreadable
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
from shared.web.identity.subjects import LONGEST_PERSON_ID, PERSON_ID_PATTERN, fault_of
from shared.web.identity.tokens import TokenVerifier, derived_key

__all__ = [
    "LONGEST_PERSON_ID",
    "PERSON_ID_PATTERN",
    "KeyStore",
    "KeysUnavailable",
    "KeysUnreadable",
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
