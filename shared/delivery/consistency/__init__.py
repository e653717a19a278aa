"""Reading what one has written, in a service that learns of it by events.

token.py        which events a client has caused, for the answer of a write and later requests
applied.py      which events a consumer has stored lately, in the transaction that stores them
catching_up.py  waits, in a process of an API, until its service's copies have the events of a token

An event gets its sequence from the relay, after the commit, so no answer can name one; its id is
known in the command. Marks don't say which ids are behind them, hence `applied`.
"""

from shared.delivery.consistency.applied import COLLECTIONS, store_applied
from shared.delivery.consistency.catching_up import Awaited, CatchingUp, NotCaughtUp
from shared.delivery.consistency.token import (
    HEADER,
    MOST_TOKENS,
    ConsistencyToken,
    Place,
    TokenMalformed,
    consistency_token,
    read_tokens,
)

__all__ = [
    "COLLECTIONS",
    "HEADER",
    "MOST_TOKENS",
    "Awaited",
    "CatchingUp",
    "ConsistencyToken",
    "NotCaughtUp",
    "Place",
    "TokenMalformed",
    "consistency_token",
    "read_tokens",
    "store_applied",
]
