"""The export as a Parquet file: what the lines hold, in row groups of a bounded size."""

import subprocess
import sys
from collections.abc import Sequence
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from mitmach.log_export import export_log
from mitmach.parquet import BYTES, rows
from shared.contract.events.envelope import format_time
from shared.contract.events.people import PersonInvited
from shared.contract.events.registry import EVENT_CLASSES
from shared.contract.events.topics import RESTRICTED
from shared.delivery.mongo import Database
from tests.support.log_export import (
    HOUR,
    MIDNIGHT,
    commit,
    event,
    events_around_midnight,
    names,
    run_export,
    sealed,
    subjects,
)
from tests.support.mongodb import connected
from tooling.sample_events import sample

PUBLIC = [kind for kind in EVENT_CLASSES if kind.topic not in RESTRICTED]


@pytest.fixture
def environment(mongo_url: str, database_prefix: str) -> dict[str, str]:
    return {"MITMACH_MONGODB_URL": mongo_url, "MITMACH_DATABASE_PREFIX": database_prefix}


async def of_every_type(database: Database) -> None:
    """After the night, by the microsecond: by somebody in no trace, or by nobody and in one."""
    late = MIDNIGHT + timedelta(hours=3, microseconds=123_457)
    samples = [
        sample(kind, optional=optional) for kind in EVENT_CLASSES for optional in (True, False)
    ]
    await commit(database, late, *(sealed(data, late) for data in samples), numbered=5)
    strange = sample(PersonInvited, department='Größe \\ "7"\x00\u2028\n{"a":1} 🎈')
    trace = f"00-{'4' * 32}-{'7' * 16}-01"
    await commit(database, late, sealed(strange, late, actor=None, traceparent=trace))


def line_of(row: dict[str, Any]) -> bytes:
    """The event as it was before it became a row."""
    present = {name: value for name, value in row.items() if value is not None}
    present["time"] = format_time(row["time"])
    present["data"] = msgspec.Raw(row["data"].encode())
    for name in ("sequence", "predecessor"):
        if name in present:
            present[name] = f"{present[name]:020d}"
    return msgspec.json.encode(present) + b"\n"


@pytest.mark.parametrize(
    ("since", "until", "wanted"),
    [
        (None, None, 4 + 2 * len(PUBLIC) + 1),
        (None, MIDNIGHT, 2),
        (MIDNIGHT, MIDNIGHT + 2 * HOUR, 2),
        (MIDNIGHT + 4 * HOUR, None, 0),
    ],
)
async def test_a_table_holds_what_the_lines_hold_byte_for_byte(
    database: Database, since: datetime | None, until: datetime | None, wanted: int
) -> None:
    await events_around_midnight(database)
    await of_every_type(database)
    lines: list[bytes] = []
    await export_log(database, lines.append, since=since, until=until)
    file = BytesIO()
    with rows(file) as write:
        assert await export_log(database, write, since=since, until=until) == wanted
    table = pq.read_table(file)
    assert [line_of(row) for row in table.to_pylist()] == lines
    assert table.schema.field("time").type == pa.timestamp("us", tz="UTC")
    assert table.schema.field("sequence").type == pa.int64()


async def test_only_an_event_that_has_no_number_yet_has_none_in_the_table(
    database: Database,
) -> None:
    await events_around_midnight(database)
    file = BytesIO()
    with rows(file) as write:
        await export_log(database, write)
    numbers = pq.read_table(file, columns=["sequence", "predecessor"]).to_pydict()
    assert numbers == {"sequence": [1, 2, 4, None], "predecessor": [0, 1, 3, None]}


def group_sizes(file: BytesIO) -> list[int]:
    written = pq.ParquetFile(file).metadata
    return [written.row_group(index).num_rows for index in range(written.num_row_groups)]


def test_a_full_row_group_is_written_before_the_next_event_comes() -> None:
    file = BytesIO()
    line = sealed(sample(PersonInvited, department="x" * 2**20), MIDNIGHT).body + b"\n"
    full = -(-BYTES // len(line))
    with rows(file) as write:
        for _ in range(full - 1):
            write(line)
        before = file.tell()
        write(line)
        assert file.tell() > before
        for _ in range(full + 1):
            write(line)
    assert group_sizes(file) == [full, full, 1]
    assert pq.ParquetFile(file).metadata.row_group(0).column(0).compression == "ZSTD"


def test_an_attribute_that_has_no_column_is_not_lost_in_silence() -> None:
    line = event("anna", MIDNIGHT).body.replace(b"{", b'{"tenant":"one",', 1)
    with pytest.raises(msgspec.ValidationError, match="tenant"), rows(BytesIO()) as write:
        write(line)


async def test_the_format_is_the_one_of_the_name_or_the_one_that_was_asked_for(
    mongo_url: str, database_prefix: str, environment: dict[str, str], tmp_path: Path
) -> None:
    async with connected(mongo_url) as mongo:
        await events_around_midnight(mongo.database(f"{database_prefix}groups"))
    named, asked, lines = (tmp_path / name for name in ("a.parquet", "b.data", "c.parquet"))
    for arguments in (
        ("-o", named),
        ("-o", asked, "--format", "parquet"),
        ("-o", lines, "--format", "ndjson"),
    ):
        ran = run_export(environment, *arguments)
        assert ran.exit_code == 0, ran.output
    wanted = ["old", "older", "new", "newest"]
    for file in (named, asked):
        assert pq.read_table(file, columns=["subject"]).to_pydict() == {"subject": wanted}
    assert subjects(lines.read_bytes().splitlines()) == wanted
    assert names(tmp_path) == {"a.parquet", "b.data", "c.parquet"}


def test_parquet_is_not_written_to_standard_output() -> None:
    refused = run_export({}, "--format", "parquet")
    assert refused.exit_code == 2
    assert "output" in refused.output


def without_pyarrow(
    environment: dict[str, str], arguments: Sequence[str | Path]
) -> subprocess.CompletedProcess[str]:
    program = "import sys; sys.modules['pyarrow'] = None; from mitmach.__main__ import main; main()"
    return subprocess.run(
        [sys.executable, "-c", program, "log", "export", "groups", *arguments],
        check=False,
        capture_output=True,
        text=True,
        env=environment,
    )


async def test_without_the_extra_there_are_lines_and_a_sentence_about_it(
    mongo_url: str, database_prefix: str, environment: dict[str, str], tmp_path: Path
) -> None:
    async with connected(mongo_url) as mongo:
        await events_around_midnight(mongo.database(f"{database_prefix}groups"))
    refused = without_pyarrow(environment, ["-o", tmp_path / "night.parquet"])
    assert refused.returncode == 1
    assert refused.stderr == (
        "Parquet needs pyarrow, which isn't installed here: `make setup` in a checkout has it,"
        " elsewhere `pip install pyarrow`\n"
    )
    assert names(tmp_path) == set()
    lines = without_pyarrow(environment, [])
    assert lines.returncode == 0, lines.stderr
    assert len(lines.stdout.splitlines()) == 4
