"""The trace in an event: for data teams one that joins it with nothing.

All events of a request have one trace, and the caller may lay down which. Told as it is, it would
say that whoever has seen a post, under an alias, is whoever wrote the comment. So each event that
data teams may read has a trace of its own, which the platform, and nobody else, leads back to that
of the request. Rejected: no trace at all, with which the platform's own would end at the log.
"""

import hashlib
import re

import msgspec

from shared.contract.aliases import derived
from shared.contract.events.envelope import EventData, open_envelope
from shared.contract.events.registry import EVENT_TYPES

_FIND = re.compile(rb'"traceparent":"([0-9a-f-]{55})"').search
_WHOLE = re.compile(r"[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}").fullmatch
_SIZE = 16 + 8  # bytes: of the id of a trace, and of a span
_NO_TRACE, _NO_SPAN = "0" * 32, "0" * 16


def traceparent_of(body: bytes) -> bytes | None:
    """The trace that an event tells, from its serialised envelope."""
    match = _FIND(body)
    return match[1] if match else None


class TraceAliases:
    """Makes the traces that events tell, and turns them back: the same key, the same traces.

    The ids of trace and span are masked with what nobody computes without the key, from the id of
    the event; the flags stay, since they say no more than whether the trace is recorded.

    Args:
        key: The platform's pseudonym key.
    """

    def __init__(self, key: bytes) -> None:
        # Begun once: the key is a block of its own, half of the work.
        self._keyed = hashlib.blake2b(key=derived(key, "traces of events"), digest_size=_SIZE)

    def of(self, traceparent: str, event_id: str) -> str:
        """The alias of a trace in an event; of the alias it is the trace.

        Args:
            traceparent: A valid W3C traceparent.
            event_id: The id of the event that tells it.
        """
        keyed = self._keyed.copy()
        keyed.update(event_id.encode())
        plain = traceparent[3:35] + traceparent[36:52]
        masked = int(plain, 16) ^ int.from_bytes(keyed.digest(), "big")
        digits = masked.to_bytes(_SIZE, "big").hex()
        trace, span = digits[:32], digits[32:]
        # No id may be zero: what is the mask itself stays, and is turned back by the same rule.
        if trace == _NO_TRACE:
            trace = plain[:32]
        if span == _NO_SPAN:
            span = plain[32:]
        return f"{traceparent[:3]}{trace}-{span}{traceparent[52:]}"

    def told(self, data: EventData, traceparent: str, event_id: str) -> str:
        """The trace as the event may tell it: as it is where the event is for services alone.

        Args:
            data: The typed data of the event.
            traceparent: The trace of the request that caused it.
            event_id: The id of the event.
        """
        return traceparent if data.naming is None else self.of(traceparent, event_id)

    def cause(self, traceparent: str, value: bytes) -> str:
        """The trace of the request that caused an event.

        Of what isn't an event of this platform, or has no valid trace, what was told.

        Args:
            traceparent: The trace that the event tells, or the header of its record.
            value: The event, serialised.
        """
        if not _WHOLE(traceparent):
            return traceparent
        try:
            envelope = open_envelope(value)
        except msgspec.MsgspecError:
            return traceparent
        kind = EVENT_TYPES.get(envelope.type)
        if kind is None or kind.naming is None:
            return traceparent
        return self.of(traceparent, envelope.id)
