"""Group commit: the commands that arrive while a transaction runs share the next one.

instruments.py  what it tells about itself
queue.py      what waits, which of it may run beside a running commit, when to refuse
attempt.py    one transaction: read for all, decide one after the other, write once
committer.py  the loop: slots, retries, splitting, deadlines, and the answers
"""

from shared.committer.committer import Committer
from shared.committer.idempotency import COLLECTIONS, IdempotencyKeyReused, Once
from shared.committer.queue import Outcome

__all__ = ["COLLECTIONS", "Committer", "IdempotencyKeyReused", "Once", "Outcome"]
