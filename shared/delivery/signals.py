"""What a loop may wait for instead of looking: a commit in the same process.

Whoever writes a database's log says so after each commit, and the relay of that database, if it
runs in the same process, looks at once. Where the two run in processes of their own nobody is told
anything: then looking often is the only way. So a relay asks whether there are writers here.

Names of databases tell them apart. Two servers with databases of the same name in one process, as
tests have them, wake each other's relays for nothing.
"""

import asyncio
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

_writers: Counter[str] = Counter()
_listeners: dict[str, set[asyncio.Event]] = {}


@contextmanager
def writing(database: str) -> Iterator[None]:
    """Somebody in this process writes the database's log, and tells, while the block runs."""
    _writers[database] += 1
    try:
        yield
    finally:
        _writers[database] -= 1


def written_here(database: str) -> bool:
    """Whether somebody in this process tells of commits in the database."""
    return _writers[database] > 0


@contextmanager
def listening(database: str, event: asyncio.Event) -> Iterator[None]:
    """Has the event set at each commit while the block runs."""
    listeners = _listeners.setdefault(database, set())
    listeners.add(event)
    try:
        yield
    finally:
        listeners.discard(event)


def committed(database: str) -> None:
    """Tells those who listen that there is something new in the database's log."""
    for event in _listeners.get(database, ()):
        event.set()
