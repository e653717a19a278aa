"""Reading what one has written, in a service that learns of it by events.

token.py        which events a client has caused, for the answer of a write and later requests
applied.py      which events a consumer has stored lately, in the transaction that stores them
copies.py       waits, in a process of an API, until its service's copies have the events of a token

An event gets its sequence from the relay, after the commit, so no answer can name one; its id is
known in the command. Marks don't say which ids are behind them, hence `applied`.
"""

from shared.delivery.consistency.applied import COLLECTIONS, store_applied
from shared.delivery.consistency.copies import Copies, CopyConsumer, NotCaughtUp
from shared.delivery.consistency.token import (
    HEADER,
    MOST_TOKENS,
    ConsistencyToken,
    ConsistencyTokenInvalid,
    Place,
    consistency_token,
    read_tokens,
)

__all__ = [
    "COLLECTIONS",
    "HEADER",
    "MOST_TOKENS",
    "ConsistencyToken",
    "ConsistencyTokenInvalid",
    "Copies",
    "CopyConsumer",
    "NotCaughtUp",
    "Place",
    "consistency_token",
    "read_tokens",
    "store_applied",
]
