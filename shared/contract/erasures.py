"""What is left of a person who was erased: the id of the erasure, and whom their texts name."""

import hashlib

FORMER_COLLEAGUE = "00000000-0000-4000-8000-000000000000"
"""Whom everything names that an erased person wrote and that stays: one id for all of them."""


def erasure_id(person_id: str) -> str:
    """The id of a person's erasure: a digest of theirs (BLAKE2b, 128 bits, hexadecimal).

    Ids of people are random, so nobody can try them out, and no key is needed: whoever still knows
    the id finds the erasure, and nobody finds the id from it.
    """
    return hashlib.blake2b(person_id.encode(), digest_size=16).hexdigest()
