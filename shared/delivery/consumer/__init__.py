"""Reading Kafka so that each event has exactly one effect, and a missing one is noticed.

projection.py   what a service provides: decode, fold, write
chain.py        one partition: repeats, what is ahead of its chain, gaps; pure
open_letters.py     what a partition couldn't count, and whether its time has passed
marks.py        what is stored per partition, and the epoch that fences a zombie
subscription.py the FastStream subscriber, and membership of its group
assignment.py   the partitions of this process: taken over, let go
processor.py      what becomes of fetched records, dead letters included
flusher.py     the transaction that stores changes and marks, and when it is due
quarantine.py   which record makes flushes fail
housekeeping.py what is done beside reading: flushes, replays, looks for gaps
instruments.py  what it tells about itself
consumer.py     all of that together, and starting over after a failure
"""

from shared.delivery.consumer.chain import Gap
from shared.delivery.consumer.consumer import Consumer, build_consumer
from shared.delivery.consumer.marks import COLLECTIONS, FlushFenced, Mark, complete_from, read_marks
from shared.delivery.projections import PartitionFold, Projection

__all__ = [
    "COLLECTIONS",
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
