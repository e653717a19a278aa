"""From the log to Kafka: each event gets its sequence, then it is sent until it is acknowledged.

relay.py        the leader's loop
broker.py       the clients that it needs, and whether the broker still has its log
sequences.py    sequence, partition and predecessor of each event, stored before anything is sent
sending.py      one record batch at a time per partition; notices a broker that lost its log
rewinding.py    how far the relay is; sending again on request, also while a leader runs
retention.py    how long sent events stay in the log
instruments.py  its metrics and traces
"""

from shared.delivery.relay.relay import Relay
from shared.delivery.relay.rewinding import (
    RELAY_LEASE,
    NothingSent,
    NotRetained,
    RelayStatus,
    rewind,
    status,
)
from shared.delivery.relay.sending import LogLost
from shared.delivery.relay.sequences import COLLECTIONS, RelayFenced

__all__ = [
    "COLLECTIONS",
    "RELAY_LEASE",
    "LogLost",
    "NotRetained",
    "NothingSent",
    "Relay",
    "RelayFenced",
    "RelayStatus",
    "rewind",
    "status",
]
