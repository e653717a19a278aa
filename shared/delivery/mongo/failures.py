"""What the driver's errors mean: the four ways in which callers can act on them.

Conflict        the transaction was aborted by another or by the server: try all of it again
CommitUnknown   the commit was sent and its answer lost: only the same commit may be tried again
Duplicate       a unique key exists already (outside of transactions)
Unavailable     (shared.contract.errors) nobody answers in time
"""

import asyncio
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

import pymongo
from pymongo.errors import (
    AutoReconnect,
    ConfigurationError,
    ConnectionFailure,
    DuplicateKeyError,
    ExecutionTimeout,
    NetworkTimeout,
    OperationFailure,
    PyMongoError,
    ServerSelectionTimeoutError,
    WaitQueueTimeoutError,
    WriteConcernError,
)

from shared.contract.errors import Unavailable
from shared.delivery.cancellation import cancellations

_DUPLICATE_KEY = 11000
_NOT_AUTHORIZED = 13

# Server codes that mean "not now" although the driver gives them no class of their own: interrupted
# by a kill, by a shutdown or by a change of primary, no such transaction (its session was killed),
# or a lock that wasn't had in time.
_TRANSIENT_CODES = frozenset(
    {
        6,
        7,
        24,
        89,
        91,
        112,
        189,
        225,
        237,
        244,
        251,
        262,
        263,
        290,
        11600,
        11601,
        11602,
        13435,
        13436,
    }
)

# Server codes that speak of the data in a statement or of the document that it would make: the
# same statement meets the same answer however often it is sent. Bad or unfit values, sums beyond 64
# bits, impossible field names, documents, keys or transactions above the server's limits.
_DATA_CODES = frozenset(
    {2, 9, 14, 15, 16, 22, 28, 40, 52, 54, 55, 56, 57, 66, 121, 257, 10334, 17280, 17419, 17420}
)


class Conflict(Exception):  # noqa: N818 - it is a signal to repeat, not a mistake
    """The transaction has been aborted; the whole of it may be tried again."""


class CommitUnknown(Exception):  # noqa: N818
    """Whether the commit took effect isn't known.

    Commit again, or look for what it would have written.
    """


class Duplicate(Exception):  # noqa: N818
    """A document with this unique key exists."""


def deadline(seconds: float) -> AbstractContextManager[None]:
    """Bounds every database call made inside, in all, also on the server (`maxTimeMS`)."""
    return pymongo.timeout(max(seconds, 0.001))


@contextmanager
def translated(*, in_transaction: bool = False, committing: bool = False) -> Iterator[None]:
    """Turns the driver's errors into those of this module.

    Bugs (bad queries, bad documents) pass as they are. A cancellation that the driver has lost is
    made good: PyMongo's asyncio API writes under `asyncio.wait_for`, and that of Python 3.11
    returns as if nothing were asked when the write is done at the same moment. A tenth of all
    cancellations is lost in this way, and a process that is told to stop would go on for ever.

    Args:
        in_transaction: Whether a lost server or a duplicate key means that the transaction is
            aborted.
        committing: Whether the call is a commit, after whose errors its outcome may be unknown.
    """
    before = cancellations()
    try:
        yield
    except PyMongoError as error:
        if committing:
            raise translate_commit(error) from error
        raise translate(error, in_transaction=in_transaction) from error
    if cancellations() > before:
        raise asyncio.CancelledError


def denied(error: Exception) -> str | None:
    """What the server says that its user may not do; None if the error is about something else."""
    if not isinstance(error, OperationFailure) or error.code != _NOT_AUTHORIZED:
        return None
    said = str((error.details or {}).get("errmsg", error))
    return said.partition(" to execute command")[0]


def translate_commit(error: PyMongoError) -> Exception:
    """The meaning of an error that a commit ended with.

    Only the server's word for "aborted" is believed. All else that passes, such as being
    interrupted while a majority was waited for, leaves open what became of it: whoever repeated the
    whole transaction then might do all of it twice.
    """
    if error.has_error_label("UnknownTransactionCommitResult"):
        return CommitUnknown(str(error))
    if error.has_error_label("TransientTransactionError"):
        return Conflict(str(error))
    return CommitUnknown(str(error)) if _is_transient(error) else error


def translate(error: PyMongoError, *, in_transaction: bool = False) -> Exception:
    """The meaning of a driver's error; the error itself where it has none of those above."""
    if error.has_error_label("UnknownTransactionCommitResult"):
        return CommitUnknown(str(error))
    if in_transaction and error.has_error_label("TransientTransactionError"):
        return Conflict(str(error))
    if isinstance(error, DuplicateKeyError) or getattr(error, "code", None) == _DUPLICATE_KEY:
        # Inside a transaction a duplicate key means: another wrote this document since our
        # snapshot.
        return Conflict(str(error)) if in_transaction else Duplicate(str(error))
    if _is_transient(error):
        return (
            Conflict(str(error))
            if in_transaction
            else Unavailable("The database doesn't answer in time.")
        )
    return error


def is_about_data(error: Exception) -> bool:
    """Whether an error is about what was to be stored, so that storing the same meets it again.

    An error of the database is, if it speaks of data: a missing right or a full disk fails for
    everything. An error that isn't the database's may be.
    """
    if isinstance(error, PyMongoError):
        return isinstance(error, OperationFailure) and error.code in _DATA_CODES
    return True


def _is_transient(error: PyMongoError) -> bool:
    if isinstance(
        error,
        AutoReconnect
        | ConnectionFailure
        | NetworkTimeout
        | ServerSelectionTimeoutError
        | WaitQueueTimeoutError
        | ExecutionTimeout
        | WriteConcernError,
    ):
        return True
    if isinstance(error, ConfigurationError):  # see `renew_connections`
        return "Sessions are not supported" in str(error)
    if error.timeout:
        return True
    return isinstance(error, OperationFailure) and error.code in _TRANSIENT_CODES
