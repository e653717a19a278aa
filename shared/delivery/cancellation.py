"""A task that was told to end, and how it learns of it if whatever it waited for has not said so.

Libraries lose cancellations: `asyncio.wait_for` of Python 3.11 when the answer comes at the same
moment, a `TaskGroup` whose other task has failed, a client that catches everything while it closes.
A loop that starts over after each failure would then go on for ever.
"""

import asyncio


def cancellations() -> int:
    """How often the running task has been asked to end and hasn't yet; 0 outside of tasks."""
    try:
        task = asyncio.current_task()
    except RuntimeError:
        return 0
    return 0 if task is None else task.cancelling()


def end_if_cancelled() -> None:
    """Makes a lost cancellation good: call it before anything is tried again.

    Raises:
        asyncio.CancelledError: The running task has been asked to end.
    """
    if cancellations():
        raise asyncio.CancelledError
