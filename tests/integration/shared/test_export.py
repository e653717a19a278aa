"""Events out of the log, as lines: all of them, in order, and only those of a time."""

import json
from datetime import datetime
from pathlib import Path

import pytest
from zstandard import ZstdError

from mitmach.log_export import export_log
from shared.contract.ids import new_id
from shared.delivery.log import LOG, log_documents
from shared.delivery.mongo import Database, cluster_time
from tests.support.log_export import (
    HOUR,
    MIDNIGHT,
    event,
    events_around_midnight,
    names,
    run_export,
    subjects,
)
from tests.support.mongodb import connected


@pytest.fixture
def environment(mongo_url: str, database_prefix: str) -> dict[str, str]:
    return {"MITMACH_MONGODB_URL": mongo_url, "MITMACH_DATABASE_PREFIX": database_prefix}


async def test_every_event_is_a_line_in_its_order_but_no_ballot(database: Database) -> None:
    await events_around_midnight(database)
    lines: list[bytes] = []
    assert await export_log(database, lines.append) == 4
    assert subjects(lines) == ["old", "older", "new", "newest"]
    assert [int(json.loads(line).get("sequence", 0)) for line in lines] == [1, 2, 4, 0]
    assert all(line.endswith(b"}\n") and line.count(b"\n") == 1 for line in lines)


@pytest.mark.parametrize(
    ("since", "until", "wanted"),
    [
        (None, MIDNIGHT, ["old", "older"]),
        (MIDNIGHT, None, ["new", "newest"]),
        (MIDNIGHT - HOUR, MIDNIGHT + HOUR, ["old"]),
        (MIDNIGHT + 2 * HOUR, None, []),
    ],
)
async def test_a_range_holds_its_first_moment_and_not_its_last(
    database: Database, since: datetime | None, until: datetime | None, wanted: list[str]
) -> None:
    await events_around_midnight(database)
    lines: list[bytes] = []
    await export_log(database, lines.append, since=since, until=until)
    assert subjects(lines) == wanted


async def test_the_command_writes_a_file_that_is_whole(
    mongo_url: str, database_prefix: str, environment: dict[str, str], tmp_path: Path
) -> None:
    async with connected(mongo_url) as mongo:
        await events_around_midnight(mongo.database(f"{database_prefix}groups"))
    file = tmp_path / "night.ndjson"
    ran = run_export(environment, "--since", "2026-11-23", "-o", file)
    assert ran.exit_code == 0, ran.output
    assert subjects(file.read_bytes().splitlines()) == ["new", "newest"]
    assert names(tmp_path) == {"night.ndjson"}
    assert run_export(environment, "--since", "yesterday").exit_code == 2
    there_is_none = run_export(environment, "-o", tmp_path / "missing" / "file")
    assert there_is_none.exit_code == 1
    assert "can't be written" in there_is_none.output


@pytest.mark.parametrize("name", ["night.ndjson", "night.parquet"])
async def test_an_export_that_fails_half_way_leaves_the_file_that_was_there(
    mongo_url: str, database_prefix: str, environment: dict[str, str], tmp_path: Path, name: str
) -> None:
    async with connected(mongo_url) as mongo:
        database = mongo.database(f"{database_prefix}groups")
        await events_around_midnight(database)
        (document,) = log_documents(
            new_id(), cluster_time(MIDNIGHT + HOUR), [event("damaged", MIDNIGHT)]
        )
        await database.insert(LOG, [document | {"bodies": b"no zstd"}])
    file = tmp_path / name
    assert isinstance(run_export(environment, "-o", file).exception, ZstdError)
    assert not file.exists()
    file.write_bytes(b"of yesterday")
    assert isinstance(run_export(environment, "-o", file).exception, ZstdError)
    assert file.read_bytes() == b"of yesterday"
