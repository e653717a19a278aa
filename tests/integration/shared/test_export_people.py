"""`mitmach log export --join-people`: off by default, and nothing without the key."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from services.groups.store import COLLECTIONS
from shared.contract.aliases import VIEW, Aliases
from shared.contract.events.ballots import BallotRecorded
from shared.contract.events.groups import MembershipJoined
from shared.contract.events.people import PersonActivated
from shared.contract.events.posts import PostViewed
from shared.runtime.assembly import prepare_database
from tests.support.identity import PSEUDONYM_KEY, login_told, person_id_of
from tests.support.log_export import MIDNIGHT, commit, names, run_export, sealed
from tests.support.mongodb import connected
from tooling.sample_events import sample

ADA = person_id_of("ada")
SEEN = Aliases(PSEUDONYM_KEY).of(VIEW, ADA)


@pytest.fixture
def environment(mongo_url: str, database_prefix: str) -> dict[str, str]:
    return {"MITMACH_MONGODB_URL": mongo_url, "MITMACH_DATABASE_PREFIX": database_prefix}


async def _write_log(url: str, prefix: str) -> None:
    events: list[tuple[Any, str]] = [
        (sample(PersonActivated, person=ADA), ADA),
        (sample(MembershipJoined, member=ADA), ADA),
        (sample(PostViewed), SEEN),
        (sample(BallotRecorded), SEEN),
        (login_told("ada"), ADA),
    ]
    async with connected(url) as mongo:
        database = mongo.database(f"{prefix}groups")
        await prepare_database(database, COLLECTIONS)
        for number, (data, actor) in enumerate(events, 1):
            at = MIDNIGHT + timedelta(seconds=number)
            await commit(database, at, sealed(data, at, actor=actor), numbered=number)


def read(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text().splitlines()]


async def test_people_are_joined_only_when_somebody_asks_for_it(
    mongo_url: str, database_prefix: str, environment: dict[str, str], tmp_path: Path
) -> None:
    await _write_log(mongo_url, database_prefix)
    plain, joined = tmp_path / "plain.ndjson", tmp_path / "joined.ndjson"
    asked = environment | {"MITMACH_PSEUDONYM_KEY": PSEUDONYM_KEY.decode()}
    assert run_export(asked, "-o", plain).exit_code == 0
    assert run_export(asked, "--join-people", "-o", joined).exit_code == 0
    assert [event["actor"] for event in read(plain)] == [ADA, ADA, SEEN]
    actors = {event["actor"] for event in read(joined)}
    assert len(actors) == 1
    assert not actors & {ADA, SEEN}
    assert {event["data"].get("person", event["data"].get("member")) for event in read(joined)} == {
        *actors,
        None,
    }
    assert [event["type"] for event in read(joined)] == [event["type"] for event in read(plain)]
    assert not {"mitmach.ballot.recorded", "mitmach.login.told"} & {
        event["type"] for event in read(joined)
    }


async def test_without_the_key_nobody_is_joined(
    mongo_url: str, database_prefix: str, environment: dict[str, str], tmp_path: Path
) -> None:
    await _write_log(mongo_url, database_prefix)
    done = run_export(environment, "--join-people", "-o", tmp_path / "joined.ndjson")
    assert done.exit_code == 1
    assert "MITMACH_PSEUDONYM_KEY" in done.output
    assert names(tmp_path) == set()
