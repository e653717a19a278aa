"""What the database's complaints mean, where its driver leaves the reading to us."""

import pytest
from pymongo.errors import OperationFailure

from shared.errors import Unavailable
from shared.mongo.database import written
from shared.mongo.failures import translated


def test_a_write_that_no_majority_confirmed_is_not_done() -> None:
    """The server says `ok` and how many it changed; that a failover may undo it stands beside."""
    reply = {"ok": 1, "n": 1, "nModified": 1, "writeConcernError": {"code": 64, "errmsg": "waited"}}
    with pytest.raises(Unavailable), translated():
        written(reply)


def test_a_write_that_failed_is_an_error() -> None:
    reply = {"ok": 1, "n": 0, "writeErrors": [{"index": 0, "code": 2, "errmsg": "bad value"}]}
    with pytest.raises(OperationFailure, match="bad value"), translated():
        written(reply)
