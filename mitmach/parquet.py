"""Events as a Parquet file: the envelope's attributes are columns, the data stays JSON.

One schema for events of every type, and no information is lost: whoever puts a row together again
has the event's line, byte for byte. DuckDB, Spark and pandas read the data with their JSON
functions. Rejected: a column for each field of the data. Seventy types would make hundreds, nearly
all empty in every row, and a further optional field would change the schema of the archive.

This module imports pyarrow, which is an extra: only `log_export.writer_of` imports this module.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import BinaryIO

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from shared.contract.events.envelope import Envelope

# Lines in a row group, some 35,000 events. Until it is full they are in memory as Python objects;
# of smaller groups a reader has more to look at, and larger ones only need more memory.
BYTES = 16 * 2**20

_TEXT, _NUMBER, _TIME = pa.string(), pa.int64(), pa.timestamp("us", tz="UTC")

# In the order of the line's attributes. Null where an event doesn't have one.
SCHEMA = pa.schema(
    [
        pa.field("sequence", _NUMBER),
        pa.field("predecessor", _NUMBER),
        pa.field("specversion", _TEXT, nullable=False),
        pa.field("id", _TEXT, nullable=False),
        pa.field("source", _TEXT, nullable=False),
        pa.field("type", _TEXT, nullable=False),
        pa.field("subject", _TEXT, nullable=False),
        pa.field("time", _TIME, nullable=False),
        pa.field("recordedtime", _TIME),
        pa.field("datacontenttype", _TEXT, nullable=False),
        pa.field("dataschema", _TEXT, nullable=False),
        pa.field("partitionkey", _TEXT, nullable=False),
        pa.field("actor", _TEXT),
        pa.field("traceparent", _TEXT),
        pa.field("data", _TEXT, nullable=False),
    ]
)
# The others are different in every row, where a dictionary is only in the way.
_REPEATED = [
    *("specversion", "source", "type", "subject", "datacontenttype", "dataschema"),
    *("partitionkey", "actor", "traceparent"),
]

_Row = tuple[str | int | datetime | bytes | None, ...]


# An attribute without a column would be lost without a word, so it is refused.
class _Whole(Envelope, frozen=True, kw_only=True, forbid_unknown_fields=True, gc=False):
    specversion: str
    datacontenttype: str


_whole = msgspec.json.Decoder(_Whole).decode


@contextmanager
def rows(file: BinaryIO) -> Iterator[Callable[[bytes], None]]:
    """Takes events as JSON and writes them into a file as rows of a table, compressed with zstd.

    A row group is written as soon as it is full, so memory doesn't grow with the file. The file is
    complete when the context has ended, whose error it is when it can't be written.
    """
    with pq.ParquetWriter(file, SCHEMA, compression="zstd", use_dictionary=_REPEATED) as writer:
        table = _Table(writer)
        yield table.add
        table.flush()


class _Table:
    """The rows of the row group that isn't full yet."""

    def __init__(self, writer: pq.ParquetWriter) -> None:
        self._writer = writer
        self._rows: list[_Row] = []
        self._bytes = 0

    def add(self, line: bytes) -> None:
        self._rows.append(_row(_whole(line)))
        self._bytes += len(line)
        if self._bytes >= BYTES:
            self.flush()

    def flush(self) -> None:
        if not self._rows:
            return
        columns = zip(zip(*self._rows, strict=True), SCHEMA, strict=True)
        arrays = [pa.array(values, field.type) for values, field in columns]
        self._writer.write_batch(pa.RecordBatch.from_arrays(arrays, schema=SCHEMA))
        self._rows.clear()
        self._bytes = 0


def _row(event: _Whole) -> _Row:
    numbered = event.sequence > 0
    return (
        event.sequence if numbered else None,
        event.predecessor if numbered else None,
        event.specversion,
        event.id,
        event.source,
        event.type,
        event.subject,
        event.time,
        event.recordedtime,
        event.datacontenttype,
        event.dataschema,
        event.partitionkey,
        event.actor,
        event.traceparent,
        bytes(event.data),
    )
