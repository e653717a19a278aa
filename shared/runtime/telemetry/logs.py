"""Log lines: one JSON object each, joined by trace id, about things and never about people."""

import json
import logging
import sys
import traceback
from datetime import UTC, datetime
from typing import TextIO

from shared.runtime.telemetry.tracing import current_trace, trace_id

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
    """Lines for people at a terminal."""

    def __init__(self, service: str) -> None:
        super().__init__(f"%(asctime)s %(levelname)-7s {service} %(name)s: %(message)s", "%H:%M:%S")


def configure_logs(
    service: str, *, level: str = "INFO", form: str = "json", stream: TextIO | None = None
) -> None:
    """Sends all logging of the process to one stream, replacing what was set.

    Libraries below WARNING are silenced: they log addresses and payloads at INFO.

    Args:
        service: The name of the service and role.
        level: The least level of our own loggers; with DEBUG libraries log all, too.
        form: `json`, or `text` for a terminal.
        stream: Where lines are written to; standard error when left out.
    """
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonFormatter(service) if form == "json" else TextFormatter(service))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING if level == "INFO" else level)
    for own in ("shared", "services", "mitmach"):
        logging.getLogger(own).setLevel(level)
