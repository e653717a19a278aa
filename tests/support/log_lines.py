"""Lines of the log as they are made, for tests that look at what they say."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager


class _Recorder(logging.Handler):
    def __init__(self) -> None:
        super().__init__()
        self.lines: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keeps the line."""
        self.lines.append(record)


@contextmanager
def recorded(name: str, level: int = logging.INFO) -> Iterator[list[logging.LogRecord]]:
    """All that a logger and those below it say while the block runs.

    Args:
        name: The name of the logger.
        level: The least level.
    """
    logger, recorder = logging.getLogger(name), _Recorder()
    before = logger.level
    logger.addHandler(recorder)
    logger.setLevel(level)
    try:
        yield recorder.lines
    finally:
        logger.setLevel(before)
        logger.removeHandler(recorder)
