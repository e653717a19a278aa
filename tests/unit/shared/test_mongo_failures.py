"""What the database's complaints mean, where its driver leaves the reading to us."""

import pytest
from pymongo.errors import OperationFailure, WriteConcernError

from shared.errors import Unavailable
from shared.mongo.database import written
from shared.mongo.failures import CommitUnknown, Conflict, translate_commit, translated


def test_a_write_that_no_majority_confirmed_is_not_done() -> None:
    """The server says `ok` and how many it changed; that a failover may undo it stands beside."""
    reply = {"ok": 1, "n": 1, "nModified": 1, "writeConcernError": {"code": 64, "errmsg": "waited"}}
    with pytest.raises(Unavailable), translated():
        written(reply)


def test_a_write_that_failed_is_an_error() -> None:
    reply = {"ok": 1, "n": 0, "writeErrors": [{"index": 0, "code": 2, "errmsg": "bad value"}]}
    with pytest.raises(OperationFailure, match="bad value"), translated():
        written(reply)


def test_a_commit_that_was_interrupted_may_have_taken_effect() -> None:
    """Somebody ended the session while a majority was waited for."""
    interrupted = WriteConcernError("operation was interrupted", 11601)
    assert isinstance(translate_commit(interrupted), CommitUnknown)
    assert isinstance(translate_commit(OperationFailure("interrupted", 11601)), CommitUnknown)


def test_a_commit_that_the_server_calls_aborted_is() -> None:
    said = {"errorLabels": ["TransientTransactionError"]}
    aborted = OperationFailure("no such transaction", 251, said)
    assert isinstance(translate_commit(aborted), Conflict)


def test_a_commit_that_can_never_work_is_a_bug() -> None:
    too_large = OperationFailure("total size of all transaction operations must be less", 257)
    assert translate_commit(too_large) is too_large
