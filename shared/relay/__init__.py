"""From the log to Kafka.

Number the events, then send them, again and again until each is acknowledged.

numbering.py  sequence, partition and predecessor of each event, stored before anything is sent
sending.py    one record batch at a time per partition; notices a broker that lost its log
instruments.py  what it tells about itself
relay.py      the leader's loop
"""

from shared.relay.numbering import COLLECTIONS, Fenced
from shared.relay.relay import Relay
from shared.relay.sending import LogLost

__all__ = ["COLLECTIONS", "Fenced", "LogLost", "Relay"]
