"""Log lines: one JSON object each, joined by trace id, about things and never about people."""

import json
import logging
import sys
import time
import traceback
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TextIO

from shared.runtime.telemetry.tracing import current_trace, trace_id

OWN = ("shared", "services", "mitmach")
"""Starts of the names of our own loggers."""

ACCESS = "shared.web.access"
"""The logger of a line for each request, which is off unless a setting switches it on."""

_FIRST_SILENCE, _LONGEST_SILENCE = 60.0, 600.0  # seconds until a library may say the same again
_MOST_SENTENCES = 1000  # that are remembered; a library that makes up new ones is forgotten

_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class JsonFormatter(logging.Formatter):
    """`time`, `level`, `logger`, `message`, `trace_id`, what `extra=` gave, and where it failed.

    The text of an exception is left out: it quotes values, and values are about people. Type and
    place are what finds a bug. With the level DEBUG the text is there too.

    Args:
        service: The name of the service and role, which tells its lines from others in a stream.
    """

    def __init__(self, service: str) -> None:
        super().__init__()
        self._service = service

    def format(self, record: logging.LogRecord) -> str:
        """The record as a JSON object, on one line."""
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "service": self._service,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if trace := current_trace.get():
            line["trace_id"] = trace_id(trace)
        line.update((key, value) for key, value in vars(record).items() if key not in _STANDARD)
        if record.exc_info and record.exc_info[1] is not None:
            _, error, place = record.exc_info
            line["error"] = type(error).__qualname__
            line["stack"] = "".join(traceback.format_tb(place)).rstrip()
            if logging.getLogger().isEnabledFor(logging.DEBUG):
                line["error_text"] = str(error)
        return json.dumps(line, default=str, ensure_ascii=False)


class TextFormatter(logging.Formatter):
    """Lines for people at a terminal: what JSON has, on one line too, without the stack.

    Args:
        service: The name of the service and role.
    """

    def __init__(self, service: str) -> None:
        super().__init__(f"%(asctime)s %(levelname)-7s {service} %(name)s: %(message)s", "%H:%M:%S")

    def format(self, record: logging.LogRecord) -> str:
        """The record on one line: the message, what `extra=` gave, and where it failed."""
        record.message = record.getMessage()
        record.asctime = self.formatTime(record, self.datefmt)
        facts = {key: value for key, value in vars(record).items() if key not in _STANDARD}
        if record.exc_info and record.exc_info[1] is not None:
            _, error, place = record.exc_info
            facts["error"] = type(error).__qualname__
            if frames := traceback.extract_tb(place):
                facts["at"] = f"{frames[-1].filename}:{frames[-1].lineno}"
            if logging.getLogger().isEnabledFor(logging.DEBUG):
                facts["error_text"] = error
                facts["stack"] = "".join(traceback.format_tb(place)).rstrip()
        line = " ".join(
            [self.formatMessage(record), *(f"{k}={_word(v)}" for k, v in facts.items())]
        )
        return line.replace("\r", "\\r").replace("\n", "\\n")


def _word(value: object) -> str:
    """A value as a word, or in quotation marks."""
    text = str(value)
    return text if text and not any(c.isspace() or c == '"' for c in text) else json.dumps(text)


class RepeatFilter(logging.Filter):
    """Lets what a library says again and again through once a minute, then less and less often.

    Of our own loggers all passes: their loops know by themselves what they have said
    (`shared.runtime.telemetry.outages`). A library doesn't: aiokafka reports an address that
    doesn't answer at each try.

    Args:
        clock: Monotonic seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._clock = clock
        self._said: dict[tuple[str, str], tuple[float, float]] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the record is logged."""
        if record.name.startswith(OWN):
            return True
        key, now = (record.name, str(record.msg)), self._clock()
        next_at, pause = self._said.get(key, (now, _FIRST_SILENCE))
        if now < next_at:
            return False
        if now > next_at + pause:  # it was something else in between
            pause = _FIRST_SILENCE
        if len(self._said) >= _MOST_SENTENCES:
            self._said.clear()
        self._said[key] = (now + pause, min(2 * pause, _LONGEST_SILENCE))
        return True


def configure_logs(
    service: str,
    *,
    level: str = "INFO",
    form: str = "json",
    access: bool = False,
    stream: TextIO | None = None,
) -> None:
    """Sends all logging of the process to one stream, replacing what was set.

    Libraries below WARNING are silenced: they log addresses and payloads at INFO.

    Args:
        service: The name of the service and role.
        level: The least level of our own loggers; with DEBUG libraries log all, too.
        form: `json`, or `text` for a terminal.
        access: Whether each request gets a line, whatever the level.
        stream: Where lines are written to; standard error when left out.
    """
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonFormatter(service) if form == "json" else TextFormatter(service))
    if level != "DEBUG":
        handler.addFilter(RepeatFilter())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING if level == "INFO" else level)
    for own in OWN:
        logging.getLogger(own).setLevel(level)
    logging.getLogger(ACCESS).setLevel(logging.INFO if access else logging.CRITICAL)
    logging.captureWarnings(True)  # they would be lines without a form
