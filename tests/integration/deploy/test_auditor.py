"""Who audits reads the logs, and in them no sealed vote; nothing else of any database."""

from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest
from pymongo.errors import OperationFailure
from rich.console import Console

from mitmach.installation.rights import AUDITOR
from mitmach.installation.run import install
from mitmach.log_export import export_log
from mitmach.reconciliation import count_acknowledged
from services.contests.store import COLLECTIONS
from shared.contract.events import ballots
from shared.delivery.log import LOG, OPEN_LOG, log_documents
from shared.delivery.mongo import Database, cluster_time, connect
from shared.runtime.assembly import prepare_database
from tests.integration.deploy.password_servers import password_mongodb
from tests.support.log_export import sealed
from tooling.sample_events import A_MOMENT, sample

NOT_ALLOWED = 13  # MongoDB's code
VOTER = "voterisaparticularpersonaa"
CHOICE = "01936f3e-0000-7000-8000-00000000cafe"


@pytest.fixture
async def passwords(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Path]:
    """The folder of an installation whose contests service has stored a vote."""
    with password_mongodb(tmp_path) as (address, folder):
        monkeypatch.setenv("MITMACH_PASSWORDS_DIR", str(folder))
        monkeypatch.setenv("MITMACH_MONGODB_HERE", address)
        monkeypatch.setenv("MITMACH_MONGODB_MEMBERS", address)
        for _ in range(2):
            assert await install(Console(quiet=True), kafka=False) == 0
        async with connect((folder / "mongodb_contests_url").read_text()) as mongo:
            database = mongo.database("mitmach_contests")
            await prepare_database(database, COLLECTIONS)
            await _vote(database)
        yield folder


async def _vote(database: Database) -> None:
    """What one transaction stores of a ballot: the event for all, and the restricted one."""
    public = sealed(sample(ballots.BallotCast), A_MOMENT, actor=VOTER)
    secret = sample(ballots.BallotRecorded, voter=VOTER, entry_ids=(CHOICE,), previous=())
    both = [public, sealed(secret, A_MOMENT, actor=VOTER)]
    await database.insert(LOG, log_documents("one-commit", cluster_time(A_MOMENT), both))
    for name in ("ballots", "results", "people"):
        await database.insert(name, [{"_id": "one", "choices": [CHOICE]}])


async def test_the_logs_without_the_ballots_are_all_that_an_auditor_reads(passwords: Path) -> None:
    async with connect((passwords / f"mongodb_{AUDITOR}_url").read_text()) as mongo:
        contests = mongo.database("mitmach_contests")
        lines: list[bytes] = []
        assert await export_log(contests, lines.append) == 1
        assert msgspec.json.decode(lines[0])["type"] == ballots.BallotCast.type
        assert CHOICE not in str(await contests.find(OPEN_LOG, {}))
        types, restricted = await count_acknowledged(mongo, "mitmach_")
        assert (types, restricted) == ({ballots.BallotCast.type: 1}, 1)

        for service in ("groups", "posts", "contests", "metrics"):
            database = mongo.database(f"mitmach_{service}")
            for name in (LOG, "ballots", "results", "people", "contests", "posts", "meta"):
                with pytest.raises(OperationFailure) as refusal:
                    await database.find(name, {})
                assert refusal.value.code == NOT_ALLOWED
            with pytest.raises(OperationFailure) as refusal:
                await database.insert(OPEN_LOG, [{"_id": "mine"}])
            assert refusal.value.code == NOT_ALLOWED


async def test_the_view_takes_no_longer_than_the_log(passwords: Path) -> None:
    async with connect((passwords / "mongodb_contests_url").read_text()) as mongo:
        plan = await mongo.database("mitmach_contests").handle.command(
            "explain",
            {
                "find": OPEN_LOG,
                "filter": {"first_sequence": {"$gt": 0}},
                "sort": {"first_sequence": 1},
            },
            verbosity="queryPlanner",
        )
    assert "IXSCAN" in str(plan)
    assert "'SORT'" not in str(plan)
