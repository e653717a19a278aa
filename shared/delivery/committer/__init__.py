"""Group commit: the commands that arrive while a transaction runs share the next transaction.

queue.py        what waits, which of it may run beside a running commit, when to refuse
attempt.py      one transaction: read for all, decide one after the other, write once
entity_cache.py  what needn't be read again, because a number that is read anyway says so
history.py      acts at their own time, many in one transaction
idempotency.py  the record of an Idempotency-Key, stored with what it answers for
commit.py       the commit itself, and finding out what became of it
committer.py    the loop: slots, retries, splitting, deadlines, and the answers
instruments.py  its metrics and traces
"""

from collections.abc import Mapping, Sequence

from shared.delivery.committer import history, idempotency
from shared.delivery.committer.committer import Committer
from shared.delivery.committer.history import MOST_ACTS, ActOutcome
from shared.delivery.committer.idempotency import (
    AnswerGone,
    IdempotencyKey,
    IdempotencyKeyReused,
    RepliedWith,
    forget_in_records,
)
from shared.delivery.committer.queue import CommandResult
from shared.delivery.mongo import Index

COLLECTIONS: Mapping[str, Sequence[Index]] = {**idempotency.COLLECTIONS, **history.COLLECTIONS}

__all__ = [
    "COLLECTIONS",
    "MOST_ACTS",
    "ActOutcome",
    "AnswerGone",
    "CommandResult",
    "Committer",
    "IdempotencyKey",
    "IdempotencyKeyReused",
    "RepliedWith",
    "forget_in_records",
]
