"""What the database's complaints mean, where its driver leaves the reading to us."""

import asyncio
from contextlib import suppress

import pytest
from pymongo.errors import OperationFailure, WriteConcernError

from shared.contract.errors import Unavailable
from shared.delivery.mongo.database import write_result
from shared.delivery.mongo.failures import CommitUnknown, Conflict, translate_commit, translated


def test_a_write_that_no_majority_confirmed_is_not_done() -> None:
    """The server says `ok` and how many it changed; that a failover may undo it stands beside."""
    reply = {"ok": 1, "n": 1, "nModified": 1, "writeConcernError": {"code": 64, "errmsg": "waited"}}
    with pytest.raises(Unavailable), translated():
        write_result(reply)


def test_a_write_that_failed_is_an_error() -> None:
    reply = {"ok": 1, "n": 0, "writeErrors": [{"index": 0, "code": 2, "errmsg": "bad value"}]}
    with pytest.raises(OperationFailure, match="bad value"), translated():
        write_result(reply)


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


async def lost(answer: asyncio.Event) -> None:
    """Waits as the driver does at times: a cancellation ends the wait, and nobody learns of it."""
    with suppress(asyncio.CancelledError):
        await answer.wait()


async def test_a_cancellation_that_the_driver_loses_is_made_good() -> None:
    began, answer = asyncio.Event(), asyncio.Event()

    async def work() -> None:
        while True:
            began.set()
            with translated():
                await lost(answer)

    task = asyncio.create_task(work())
    await began.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(task, 60)


async def test_what_is_tidied_up_after_a_cancellation_is_not_cancelled_again() -> None:
    tidied = asyncio.Event()

    async def work() -> None:
        try:
            with translated():
                await asyncio.Event().wait()
        finally:
            with translated():
                await asyncio.sleep(0)
            tidied.set()

    task = asyncio.create_task(work())
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.wait([task])
    assert tidied.is_set()


async def test_a_time_limit_around_calls_stays_a_time_limit() -> None:
    async def work() -> None:
        async with asyncio.timeout(0.01):
            while True:
                with translated():
                    await lost(asyncio.Event())

    with pytest.raises(TimeoutError):
        await work()
