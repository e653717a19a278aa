"""Reading Kafka so that each event has exactly one effect, and a missing one is noticed.

consumer.py      runs a projection, and starts over after a failure
pipeline.py      the parts from fetched records to stored changes, until one fails
subscription.py  the FastStream subscriber, and membership of its group
assignment.py    the partitions of this process: taken over, let go
processor.py     what becomes of fetched records, dead letters included
chain.py         one partition: repeats, what is ahead of its chain, gaps; pure
flusher.py       the transaction that stores changes and marks, and when it is due
marks.py         what is stored per partition, and the epoch that fences a zombie
quarantine.py    which record makes flushes fail
housekeeping.py  what is done beside reading: flushes, replays, looks for gaps
instruments.py   its metrics and traces

What a service provides is a `shared.delivery.projections.Projection`.
"""

from shared.delivery.consumer.chain import Gap
from shared.delivery.consumer.consumer import Consumer, build_consumer
from shared.delivery.consumer.flusher import FLUSHED
from shared.delivery.consumer.marks import COLLECTIONS, FlushFenced, Mark, complete_from, read_marks
from shared.delivery.projections import PartitionFold, Projection

__all__ = [
    "COLLECTIONS",
    "FLUSHED",
    "Consumer",
    "FlushFenced",
    "Gap",
    "Mark",
    "PartitionFold",
    "Projection",
    "build_consumer",
    "complete_from",
    "read_marks",
]
