"""From tokens to people: who is asking, their platform roles, their pseudonym in events.

principal.py    the value that commands carry, and how pseudonyms are made
subjects.py     which ids a person can have
tokens.py       the checks, and the memory of tokens that passed
parsing.py      what a token says of itself, read before anything of it is believed
keys.py         public keys from a file or from the identity provider
refusals.py     why a token isn't accepted
development.py  keys and tokens where there is no identity provider
"""

from shared.identity.development import create_keys, issue_token, public_jwks
from shared.identity.keys import KeyStore, KeysUnreadable
from shared.identity.principal import ROLES, Principal, pseudonym
from shared.identity.refusals import (
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
from shared.identity.subjects import LONGEST_PERSON_ID, PERSON_ID_PATTERN, fault_of
from shared.identity.tokens import TokenVerifier, derived_key

__all__ = [
    "LONGEST_PERSON_ID",
    "PERSON_ID_PATTERN",
    "ROLES",
    "KeyStore",
    "KeysUnavailable",
    "KeysUnreadable",
    "Principal",
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
    "pseudonym",
    "public_jwks",
]
